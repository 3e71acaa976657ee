"""A ticket's code is read from the pictures that people really show."""

from __future__ import annotations

import io
import random

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from bot.adapters.pictures import draw
from bot.adapters.qr import QUIET_ZONE, qr_image, qr_matrix
from domain.programme.model import EventKind
from handlers.ui.pictures import Fact, PartyCode, Ribbon, RibbonTone, TicketFace

LINK = "https://t.me/FoyerDemoBot?start="
PAYLOADS = [LINK + "T1a" + "kQ7_-xZ" * 4, LINK + "T1" + "Zx9-_" * 10, LINK + "P" + "aB3_" * 15 + "xyz"]


def ticket(payload: str, ribbon: Ribbon | None = None) -> TicketFace:
    facts = (Fact("Gate", "North"), Fact("Zone", "Stalls"), Fact("Row", "G"), Fact("Seat", "12"))
    return TicketFace(
        "Riverside",
        "The Magic Flute",
        "Sat 24 October, 19:30",
        "Concert Hall",
        facts,
        payload,
        "K7M2-Q9TX",
        EventKind.OPERA,
        "magic-flute",
        ribbon=ribbon,
    )


def party(payload: str, ribbon: Ribbon | None = None) -> PartyCode:
    return PartyCode(
        "Riverside",
        "The Magic Flute",
        "Sat 24 October, 19:30",
        "Concert Hall",
        "5 seats",
        "3 full, 2 children",
        payload,
        "K7M2-Q9TX",
        EventKind.OPERA,
        "magic-flute",
        ribbon=ribbon,
    )


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def read(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image)]


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return opened(out.getvalue())


def code_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Where the reader finds the code: left, top, right, bottom."""
    position = zxingcpp.read_barcodes(image)[0].position
    corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
    xs, ys = [p.x for p in corners], [p.y for p in corners]
    return min(xs), min(ys), max(xs), max(ys)


def covered(image: Image.Image, spot: tuple[float, float]) -> Image.Image:
    """A tenth of the code hidden by a thumb; ``spot``: its place, (0, 0) upper left to (1, 1) lower right."""
    left, top, right, bottom = code_box(image)
    side = ((right - left) * (bottom - top) * 0.10) ** 0.5
    x, y = left + spot[0] * (right - left - side), top + spot[1] * (bottom - top - side)
    hidden = image.copy()
    hidden.paste("#c68863", (round(x), round(y), round(x + side), round(y + side)))
    return hidden


THUMBS = [(0.5, 0.5), (1.0, 1.0), (0.5, 1.0), (1.0, 0.5), (0.5, 0.0), (0.0, 0.5)]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("face", [ticket, party])
def test_is_read_recompressed_turned_and_a_tenth_covered(face: type, payload: str) -> None:
    chance = random.Random(payload)
    picture = opened(draw(face(payload)))
    assert max(picture.size) <= 1280
    for thumb in THUMBS:
        angle = chance.uniform(-180, 180)
        seen = covered(picture, thumb).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor="#404040")
        seen.thumbnail((1280, 1280), Image.Resampling.LANCZOS)
        assert read(as_jpeg(seen, 60)) == [payload], (thumb, angle)


@pytest.mark.parametrize("face", [ticket, party])
def test_is_read_from_a_small_blurred_showing(face: type) -> None:
    """The picture as a phone shows it, 390 pixels wide, photographed slightly out of focus."""
    small = opened(draw(face(PAYLOADS[0]))).resize((390, 555), Image.Resampling.LANCZOS)
    assert read(as_jpeg(small.filter(ImageFilter.GaussianBlur(0.6)), 60)) == [PAYLOADS[0]]


def test_code_takes_nearly_half_of_the_ticket_with_its_quiet_zone() -> None:
    for payload in PAYLOADS:
        picture = opened(draw(ticket(payload)))
        left, _, right, _ = code_box(picture)
        modules = len(qr_matrix(payload))
        with_quiet = (right - left) * modules / (modules - 2 * QUIET_ZONE)
        assert with_quiet >= 0.45 * picture.width


@pytest.mark.parametrize("face", [ticket, party])
def test_void_ticket_has_no_readable_code_and_a_note_leaves_it(face: type) -> None:
    assert read(opened(draw(face(PAYLOADS[0], Ribbon("VOID", RibbonTone.VOID))))) == []
    assert read(opened(draw(face(PAYLOADS[0], Ribbon("Moved to 20:00", RibbonTone.NOTE))))) == [PAYLOADS[0]]


def test_matrix_has_a_quiet_zone_and_image_whole_pixels() -> None:
    rows = qr_matrix(PAYLOADS[0])
    assert len(rows) == len(rows[0])
    for lines in (rows, [list(column) for column in zip(*rows, strict=True)]):
        assert not any(any(line) for line in [*lines[:QUIET_ZONE], *lines[-QUIET_ZONE:]])
    image = qr_image(PAYLOADS[0], 490)
    assert image.width % len(rows) == 0
    assert image.width <= 490


@pytest.mark.parametrize("payload", ["", "x" * 201, "票" * 67])
def test_payload_that_does_not_go_is_refused(payload: str) -> None:
    with pytest.raises(ValueError, match="1 to 200 bytes"):
        qr_matrix(payload)


def test_image_too_small_for_the_code_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        qr_image(PAYLOADS[0], 30)
