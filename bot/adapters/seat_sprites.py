"""The signs of a seat map: one small picture per look of a seat, drawn once and pasted many times.

Every state can be told without colour: free is a filled tile, taken a small cross, mine a dark disc with a tick,
offered a tile in a heavy frame, not for this sale an empty frame. Kinds: wheelchair its symbol, companion a round
tile, restricted view a tile with a corner cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from bot.adapters.fonts import Type
from domain.programme.model import SeatKind
from handlers.ui.pictures import SeatState

INK = "#1d2330"
MUTED = "#8a8f99"
CROSS = "#b3b6bd"
FRAME = "#c3c6cc"
PAPER = "#ffffff"
_OVER = 4  # drawn so many times larger and scaled down: smooth edges


@dataclass(frozen=True, slots=True)
class Look:
    """How one seat looks. ``size``: its side in pixels. ``label`` '' where it has none."""

    size: int
    colour: str
    state: SeatState
    kind: SeatKind
    label: str = ""


def ink_on(colour: str) -> str:
    """Dark or white letters, whichever has more contrast on ``colour`` (WCAG 2.2 relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    dark = 0.017  # luminance of INK
    return INK if (light + 0.05) / (dark + 0.05) > 1.05 / (light + 0.05) else PAPER


@lru_cache(maxsize=4096)
def sprite(look: Look) -> Image.Image:
    """The seat with a transparent margin: (size + 2 · margin)² pixels in RGBA, see ``margin``."""
    edge = margin(look.size)
    side = (look.size + 2 * edge) * _OVER
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    box = (edge * _OVER, edge * _OVER, side - 1 - edge * _OVER, side - 1 - edge * _OVER)
    if look.state is SeatState.TAKEN:
        _cross(draw, box)
    elif look.state is SeatState.NOT_FOR_THIS_SALE:
        _shape(draw, _inset(box, 0.1), look.kind, None, FRAME, max(_OVER, round(look.size * _OVER * 0.07)))
    elif look.state is SeatState.MINE:
        draw.ellipse(_inset(box, -0.05), fill=INK)
    elif look.state is SeatState.OFFERED:
        _shape(draw, _inset(box, -0.06), look.kind, INK)
        _shape(draw, _inset(box, 0.06), look.kind, PAPER)
        _shape(draw, _inset(box, 0.12), look.kind, look.colour)
    else:
        _shape(draw, box, look.kind, look.colour)
    small = image.resize((side // _OVER, side // _OVER), Image.Resampling.LANCZOS)
    _mark(small, look)
    return small


def margin(size: int) -> int:
    """What a sprite has around its seat, in pixels: room for frames."""
    return max(2, round(size * 0.14))


def _inset(box: tuple[float, float, float, float], part: float) -> tuple[float, float, float, float]:
    by = (box[2] - box[0]) * part
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _shape(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    kind: SeatKind,
    fill: str | None,
    outline: str | None = None,
    width: int = 0,
) -> None:
    left, top, right, bottom = box
    side = right - left
    if kind is SeatKind.COMPANION:
        draw.ellipse(box, fill, outline, width)
    elif kind is SeatKind.RESTRICTED:
        cut = side * 0.42
        corners = [(left, top), (right - cut, top), (right, top + cut), (right, bottom), (left, bottom)]
        draw.polygon(corners, fill, outline, width)
    else:
        draw.rounded_rectangle(box, side * 0.24, fill, outline, width)


def _cross(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = _inset(box, 0.27)
    width = max(_OVER * 2, round((box[2] - box[0]) * 0.1))
    draw.line((left, top, right, bottom), CROSS, width)
    draw.line((left, bottom, right, top), CROSS, width)


def _mark(image: Image.Image, look: Look) -> None:
    """The tick, the wheelchair or the seat's number. Seats that cannot be had show none."""
    centre = (image.width / 2, image.height / 2)
    if look.state is SeatState.MINE:
        tick(image, centre, look.size * 0.62, PAPER)
    elif look.kind is SeatKind.WHEELCHAIR and look.state is not SeatState.TAKEN:
        colour = MUTED if look.state is SeatState.NOT_FOR_THIS_SALE else ink_on(look.colour)
        wheelchair(image, centre, look.size * 0.74, colour)
    elif look.label and look.state in (SeatState.FREE, SeatState.OFFERED):
        face = Type(label_size(look.size, len(look.label)), bold=True)
        face.draw_centred(ImageDraw.Draw(image), centre, look.label, ink_on(look.colour))


def label_size(seat: int, letters: int) -> int:
    """Letter size in pixels for a label of so many letters in a seat of that side (a figure is 0.6 em wide)."""
    return round(min(seat * 0.8, seat * 0.92 / (0.6 * max(letters, 1))))


def tick(image: Image.Image, centre: tuple[float, float], size: float, colour: str) -> None:
    """A tick of about ``size`` pixels."""
    points = [(-0.46, 0.04), (-0.14, 0.36), (0.48, -0.34)]
    _strokes(image, centre, size, colour, [points], 0.2)


def wheelchair(image: Image.Image, centre: tuple[float, float], size: float, colour: str) -> None:
    """The wheelchair symbol, about ``size`` pixels high."""
    arc = [(-0.02, -0.08), (-0.24, 0.02), (-0.32, 0.2), (-0.24, 0.4), (-0.02, 0.48), (0.18, 0.38), (0.24, 0.24)]
    body = [(-0.06, -0.26), (-0.02, 0.1), (0.2, 0.1), (0.32, 0.42), (0.42, 0.38)]
    arm = [(-0.04, -0.1), (0.2, -0.08)]
    _strokes(image, centre, size, colour, [arc, body, arm], 0.1, dot=(-0.08, -0.44, 0.1))


def _strokes(
    image: Image.Image,
    centre: tuple[float, float],
    size: float,
    colour: str,
    paths: list[list[tuple[float, float]]],
    width: float,
    dot: tuple[float, float, float] | None = None,
) -> None:
    """Lines with round ends, in units of ``size`` about the centre, drawn large and scaled down."""
    reach = int(size * 0.75) + 2
    side = 2 * reach * _OVER
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    scale, zero = size * _OVER, side / 2
    radius = max(_OVER * 0.9, width * scale / 2)
    for path in paths:
        points = [(zero + x * scale, zero + y * scale) for x, y in path]
        draw.line(points, 255, round(radius * 2), joint="curve")
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    if dot:
        x, y, r = (value * scale for value in dot)
        draw.ellipse((zero + x - r, zero + y - r, zero + x + r, zero + y + r), 255)
    mask = mask.resize((2 * reach, 2 * reach), Image.Resampling.LANCZOS)
    at = (round(centre[0]) - reach, round(centre[1]) - reach)
    image.paste(colour, (at[0], at[1], at[0] + 2 * reach, at[1] + 2 * reach), mask)
