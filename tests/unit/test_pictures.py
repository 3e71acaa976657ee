"""What the pictures show, measured on the pictures themselves."""

from __future__ import annotations

import io
import math
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.adapters.art import artwork
from bot.adapters.fonts import Type, clean, fit
from bot.adapters.map_canvas import draw_floor, stage_side
from bot.adapters.picture_check import KEPT_SIDE, MOST_BYTES, PictureRefused, check_picture
from bot.adapters.pictures import PictureCache, draw, render
from bot.adapters.seat_map import ROW_LABEL_SIZES, close_gaps, seat_pitch, shown_labels
from bot.adapters.seat_sprites import Look, sprite
from domain.programme.model import Area, EventKind, SeatKind
from handlers.ui.pictures import (
    AreaRole,
    Fact,
    HallOverview,
    HallRegion,
    LegendEntry,
    MapArea,
    MapRow,
    MapSeat,
    PartyCode,
    Picture,
    Poster,
    Ribbon,
    RibbonTone,
    SeatMap,
    SeatState,
    TicketFace,
    area_outline,
)

PAYLOAD = "https://t.me/FoyerDemoBot?start=T1abcdefghijklmnopqrstuvwxyz01234"
RED, TEAL = "#c0392b", "#2a7f9e"
PHONE = 390 / 1280
STAGE = MapArea(AreaRole.STAGE, "舞台", ((-300.0, -400.0), (300.0, -400.0), (300.0, -200.0), (-300.0, -200.0)))
HOSTILE = [
    "很长的标题" * 800,
    "x" * 4000,
    "שלום עולם " * 400,
    "\u202e\u2066<b>&amp;\u0000\n\t" * 300,
    "🎉👩‍👩‍👧🏳️‍🌈" * 500,
    "ก็้้้้้" * 500,
    "\ud800 lone surrogate",
    "",
]


def rows(count: int, wide: int, curve: float = 0.0) -> tuple[MapRow, ...]:
    """Rows 80 apart, seats 50 apart, bent around a point before the stage."""
    made = []
    for line in range(count):
        seats = []
        for column in range(wide):
            x, y = (column - (wide - 1) / 2) * 50.0, line * 80.0
            if curve:
                radius = curve + y
                x, y = radius * math.sin(x / radius), radius * math.cos(x / radius) - curve
            place = line * wide + column + 1
            seats.append(MapSeat(place, x, y, str(column + 1), RED if line < count / 2 else TEAL))
        made.append(MapRow(chr(65 + line % 26), tuple(seats)))
    return tuple(made)


def seat_map(count: int, wide: int, curve: float = 0.0) -> SeatMap:
    legend = (LegendEntry("¥680", RED), LegendEntry("已售", RED, SeatState.TAKEN))
    return SeatMap("池座", rows(count, wide, curve), "余 20 座", (STAGE,), legend)


def overview(text: str = "Stalls") -> HallOverview:
    whole = rows(20, 24, 900)
    points = tuple(tuple((seat.x, seat.y) for seat in row.seats) for row in whole)
    regions = (
        HallRegion(text, points[:9], 0.6, text, (RED,)),
        HallRegion(text, points[11:], 0.0, text, (TEAL,)),
        HallRegion(text, (((-900.0, 0.0), (-900.0, 60.0)),), 0.5, text, (TEAL,)),
    )
    return HallOverview(text, regions, text, (STAGE,), (LegendEntry(text, RED),))


def ticket(text: str) -> TicketFace:
    facts = tuple(Fact(text, text) for _ in range(4))
    ribbon = Ribbon(text, RibbonTone.NOTE)
    return TicketFace(
        text, text, text, text, facts, PAYLOAD, text, EventKind.TALK, text, text, text, text, ribbon=ribbon
    )


def party(text: str) -> PartyCode:
    return PartyCode(text, text, text, text, text, text, PAYLOAD, text, EventKind.FILM, text, Fact(text, text))


def every_kind(text: str) -> list[Picture]:
    hostile_rows = tuple(replace(row, label=text) for row in rows(3, 6))
    labelled = SeatMap(text, hostile_rows, text, (replace(STAGE, text=text),), (LegendEntry(text, RED),))
    return [labelled, overview(text), ticket(text), party(text), Poster(text, EventKind.JAZZ, text, text, text, text)]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def differs(a: Image.Image, b: Image.Image) -> int:
    """How many pixels differ clearly in brightness."""
    change = ImageChops.difference(a.convert("L"), b.convert("L")).point(lambda level: 255 if level > 40 else 0)
    return change.histogram()[255]


@pytest.mark.parametrize("text", HOSTILE, ids=["chinese", "word", "rtl", "controls", "emoji", "marks", "lone", "none"])
def test_hostile_texts_break_no_picture(text: str) -> None:
    for picture in every_kind(text):
        image = opened(draw(picture))
        assert max(image.size) <= 1280
        assert image.width >= 900


@pytest.mark.parametrize("text", HOSTILE[:3])
def test_hostile_titles_stay_within_their_blocks(text: str) -> None:
    for width, most, height in ((200, 1, 60), (448, 5, 300), (756, 2, 116)):
        block = fit(text, width, (96, 28), most=most, height=height, bold=True)
        assert len(block.lines) <= most
        assert block.width <= width
        assert block.height <= height
        assert block.lines[-1].endswith(("…", "..."))


def test_text_is_kept_whole_where_it_fits_and_lines_break_as_the_script_wants() -> None:
    block = fit("城市与记忆，一场对谈（中英双语）", 300, (60, 20), most=4)
    assert "".join(block.lines) == "城市与记忆，一场对谈（中英双语）"
    assert not any(line[0] in "，）" or line[-1] == "（" for line in block.lines)
    assert fit("Beethoven: Ninth Symphony", 448, (96, 30), most=3).lines == ("Beethoven:", "Ninth", "Symphony")


def test_chinese_and_hebrew_have_letters_and_unknown_ones_a_box() -> None:
    assert clean("舞台 Stage שלום\u202e🎉ก") == "舞台 Stage שלום□"
    shown = {}
    for text in ("舞", "台", "ש", "□"):
        image = Image.new("L", (60, 60))
        Type(40).draw(ImageDraw.Draw(image), (10, 45), text, (255,))
        shown[text] = image.tobytes()
    assert len(set(shown.values())) == 4


def test_letters_need_no_font_of_the_system() -> None:
    code = (
        "from bot.adapters.fonts import Type, _load; import pathlib; Type(20).width('舞台 ש');"
        "print([_load(n, 20).path for n in ('sans', 'serif', 'fallback')])"
    )
    paths = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert paths.count("site-packages") == 3


@pytest.mark.parametrize(("count", "wide", "points"), [(1, 4, 12), (4, 6, 12), (10, 15, 9), (20, 24, 8)])
def test_every_seat_of_a_zone_carries_a_number_that_a_phone_can_show(count: int, wide: int, points: int) -> None:
    """Size of the letters when the picture is shown 390 points wide."""
    picture = seat_map(count, wide, 900)
    for column in (0, wide // 2):
        row = picture.rows[-1]
        bare = replace(row, seats=tuple(replace(s, label="") if s is row.seats[column] else s for s in row.seats))
        with_number = opened(draw(picture))
        without = opened(draw(replace(picture, rows=(*picture.rows[:-1], bare))))
        box = ImageChops.difference(with_number, without).convert("L").point(lambda v: 255 * (v > 60)).getbbox()
        assert box is not None
        assert (box[3] - box[1]) / 0.733 * PHONE >= points


def without_labels(row: MapRow) -> MapRow:
    return replace(row, seats=tuple(replace(seat, label="") for seat in row.seats))


def test_row_labels_are_large_enough_and_large_zones_have_numbers_outside() -> None:
    assert ROW_LABEL_SIZES[0] * PHONE >= 7.5
    big = seat_map(40, 50, 2400)
    numbered = opened(draw(big))
    bare = opened(draw(replace(big, rows=tuple(without_labels(row) for row in big.rows))))
    box = ImageChops.difference(numbered, bare).getbbox()
    assert box is not None
    assert differs(numbered, bare) > 1000
    assert shown_labels(big.rows[0], 5)[3:6] == ["", "5", ""]


def test_states_and_kinds_can_be_told_in_grey() -> None:
    """Without colour, the same seat in another state or of another kind still looks different."""
    white = Image.new("RGB", (60, 60), "#ffffff")
    signs = []
    for state in SeatState:
        for kind in SeatKind:
            if state in (SeatState.TAKEN, SeatState.MINE) and kind is not SeatKind.STANDARD:
                continue  # nobody chooses among these: one sign for all kinds
            image = white.copy()
            sign = sprite(Look(28, RED, state, kind))
            image.paste(sign, (10, 10), sign)
            signs.append(image)
    for index, sign in enumerate(signs):
        for other in signs[index + 1 :]:
            assert differs(sign, other) >= 12


def test_a_zone_fills_the_picture() -> None:
    for picture in (seat_map(20, 24, 900), seat_map(6, 40, 2400), seat_map(10, 15)):
        image = opened(draw(picture))
        page = Image.new("RGB", image.size, image.getpixel((2, 2)))
        box = ImageChops.difference(image, page).convert("L").point(lambda v: 255 * (v > 6)).getbbox()
        assert box is not None
        assert box[2] - box[0] > 0.9 * image.width


@pytest.mark.parametrize(
    ("at", "side"), [((0, -900), "top"), ((0, 2000), "bottom"), ((-2000, 300), "left"), ((2000, 300), "right")]
)
def test_stage_is_drawn_on_its_side(at: tuple[float, float], side: str) -> None:
    x, y = at
    stage = MapArea(AreaRole.STAGE, "Stage", ((x - 90, y - 50), (x + 90, y - 50), (x + 90, y + 50), (x - 90, y + 50)))
    seats = rows(10, 15)
    assert stage_side((stage,), [(seat.x, seat.y) for row in seats for seat in row.seats]) == side
    silent = SeatMap("", tuple(replace(without_labels(row), label="") for row in seats), areas=(stage,))
    image = opened(draw(silent))
    dark = image.crop((0, 120, *image.size)).convert("L").point(lambda v: 255 * (v < 70))
    width, height = dark.size
    left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
    far = {"top": bottom < height / 4, "bottom": top > height / 2, "left": right < width / 4, "right": left > width / 2}
    assert far[side]


def test_stage_amid_the_seats_stays_there_and_curved_rows_do_not_surround_one() -> None:
    def stage(y: float) -> MapArea:
        return MapArea(AreaRole.STAGE, "", ((-60, y - 40), (60, y - 40), (60, y + 40), (-60, y + 40)))

    ring = [(400 * math.cos(a / 20 * math.tau), 400 * math.sin(a / 20 * math.tau)) for a in range(20)]
    assert stage_side((stage(0),), ring) == ""
    curved = [(seat.x, seat.y) for row in rows(10, 30, 500) for seat in row.seats]
    assert stage_side((stage(-200),), curved) == "top"


def test_odd_plans_are_drawn() -> None:
    same = tuple(MapSeat(n, 5.0, 5.0, str(n), RED) for n in range(1, 4))
    far = (MapSeat(1, 0.0, 0.0, "1", RED), MapSeat(2, 1e7, 3.0, "2", RED))
    odd = [
        (),
        (MapRow("A", ()),),
        (MapRow("", same[:1]),),
        (MapRow("A", same),),
        (MapRow("A", far),),
        (MapRow("A", (same[0],)), MapRow("B", ())),
    ]
    for plan in odd:
        assert opened(draw(SeatMap("Zone", plan, areas=(replace(STAGE, outline=()),)))).width in (960, 1280)
    assert opened(draw(HallOverview("Hall", ()))).width == 1280
    assert opened(draw(HallOverview("Hall", (HallRegion("A", (), 1.0, "", ()),)))).width == 1280


def test_one_misplaced_seat_does_not_shrink_the_others() -> None:
    points = [(seat.x, seat.y) for row in rows(10, 15) for seat in row.seats]
    assert seat_pitch(points) == pytest.approx(50)
    assert seat_pitch([*points, (points[0][0] + 1, points[0][1])]) == pytest.approx(50)


def test_a_zone_of_two_distant_parts_is_drawn_without_the_void_between() -> None:
    left = rows(8, 3)
    right = tuple(
        replace(row, label=f"R{row.label}", seats=tuple(replace(seat, x=seat.x + 3000) for seat in row.seats))
        for row in left
    )
    closed = close_gaps(SeatMap("Boxes", left + right, areas=(STAGE,)), 300)
    xs = sorted({seat.x for row in closed.rows for seat in row.seats})
    assert [b - a for a, b in pairwise(xs)] == pytest.approx([50, 50, 300, 50, 50])
    assert close_gaps(SeatMap("Stalls", left), 300).rows == left


def test_floor_joins_rows_that_are_near() -> None:
    image = Image.new("L", (200, 200))
    draw_floor(ImageDraw.Draw(image), [[(40, 40), (160, 40)], [(40, 100), (160, 100)]], 10, 80, 255)
    assert image.getpixel((100, 70)) == 255
    image = Image.new("L", (200, 200))
    draw_floor(ImageDraw.Draw(image), [[(40, 40), (160, 40)], [(40, 100), (160, 100)]], 10, 30, 255)
    assert image.getpixel((100, 70)) == 0


def test_small_regions_are_listed_below_the_overview() -> None:
    text = opened(draw(overview("First circle")))
    other = opened(draw(replace(overview("First circle"), regions=overview("First circle").regions[:2])))
    assert text.size == other.size
    assert differs(text.crop((0, text.height - 180, *text.size)), other.crop((0, text.height - 180, *text.size))) > 500


def test_areas_have_outlines() -> None:
    assert area_outline(Area("rectangle", 1, 2, 10, 20)) == ((1, 2), (11, 2), (11, 22), (1, 22))
    assert area_outline(Area("polygon", 0, 0, points=((0, 0), (5, 0), (5, 5)))) == ((0, 0), (5, 0), (5, 5))
    circle = area_outline(Area("circle", 10, 10, 8, 8))
    assert all(math.dist(point, (10, 10)) == pytest.approx(4) for point in circle)


@pytest.mark.parametrize("kind", list(EventKind))
def test_art_is_the_same_for_the_same_seed_and_another_for_another(kind: EventKind) -> None:
    first = artwork(kind, "one", 160, 90).tobytes()
    artwork.cache_clear()
    assert artwork(kind, "one", 160, 90).tobytes() == first
    assert artwork(kind, "two", 160, 90).tobytes() != first


def test_posters_are_telegram_photos_in_either_language() -> None:
    for title in ("贝多芬《第九交响曲》", "Beethoven: Ninth Symphony"):
        data = draw(Poster(title, EventKind.CONCERT, "beethoven-9", "音乐会", "10月24日", "江畔文化中心"))
        assert opened(data).size == (1280, 720)
        assert len(data) < 1_000_000


def test_content_key_tells_content() -> None:
    picture = seat_map(3, 4)
    assert picture.content_key() == seat_map(3, 4).content_key()
    assert len(picture.content_key()) == 64
    assert hash(picture) == hash(seat_map(3, 4))
    taken = replace(picture.rows[0].seats[0], state=SeatState.TAKEN)
    changed = replace(picture, rows=(replace(picture.rows[0], seats=(taken, *picture.rows[0].seats[1:])),))
    assert changed.content_key() != picture.content_key()
    keys = {other.content_key() for text in ("a", "b") for other in every_kind(text)}
    assert len(keys) == 10


def test_content_key_is_the_same_in_another_process() -> None:
    code = (
        "from handlers.ui.pictures import Poster; from domain.programme.model import EventKind;"
        "print(Poster('魔笛', EventKind.OPERA, 'x').content_key())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert told == Poster("魔笛", EventKind.OPERA, "x").content_key()


def test_cache_gives_the_same_bytes_and_stays_within_its_bound() -> None:
    pictures = [Poster(str(n), EventKind.TALK, "seed") for n in range(4)]
    one = len(draw(pictures[0]))
    cache = PictureCache(limit=int(one * 2.5))
    first = render(pictures[0], cache)
    assert render(pictures[0], cache) is first
    for picture in pictures[1:]:
        render(picture, cache)
    assert cache.size <= one * 2.5
    assert cache.get(pictures[0].content_key()) is None
    assert cache.get(pictures[3].content_key()) is not None
    cache.put("huge", b"x" * one * 3)
    assert cache.get("huge") is None


def test_threads_draw_the_same_pictures() -> None:
    pictures = [ticket("Ticket"), seat_map(10, 12, 900), overview(), Poster("魔笛", EventKind.OPERA, "magic")] * 3
    alone = [draw(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, pictures)) == alone
        assert list(pool.map(render, pictures)) == alone


def test_nobody_draws_an_unknown_picture() -> None:
    with pytest.raises(TypeError, match="nobody draws Picture"):
        draw(Picture())


def encoded(size: tuple[int, int], file_format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, file_format, **options)
    return out.getvalue()


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_pictures_from_outside_are_drawn_anew(file_format: str) -> None:
    checked = check_picture(encoded((2400, 1600), file_format) + b"<script>after the end</script>")
    image = opened(checked.data)
    assert image.size == (checked.width, checked.height)
    assert max(image.size) == KEPT_SIDE
    assert b"script" not in checked.data


def test_outside_pictures_lose_their_metadata_and_stand_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "camera of somebody"
    checked = check_picture(encoded((800, 400), exif=exif))
    assert (checked.width, checked.height) == (400, 800)
    assert b"somebody" not in checked.data


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_empty"),
        (b"\xff\xd8\xff" + b"0" * MOST_BYTES, "picture_too_many_bytes"),
        (b"not a picture at all", "picture_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unreadable"),
        (encoded((600, 400))[:300], "picture_unreadable"),
        (encoded((600, 400), "GIF"), "picture_unreadable"),
        (encoded((600, 400), "TIFF"), "picture_unreadable"),
        (bomb(60_000, 60_000), "picture_unreadable"),
        (bomb(9_000, 9_000), "picture_too_large"),
        (bomb(8_000, 300), "picture_too_long"),
        (bomb(600, 400), "picture_unreadable"),
        (encoded((150, 400)), "picture_too_small"),
    ],
)
def test_pictures_that_cannot_be_used_are_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        check_picture(data)
    assert refused.value.code == code
    assert isinstance(refused.value, ValueError)
