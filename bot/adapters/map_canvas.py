"""What seat maps and hall overviews have in common: the sheet, the plan's place on it, heading, stage, legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from bot.adapters.fonts import Type, fit
from bot.adapters.seat_sprites import FRAME, INK, MUTED, Look, sprite
from handlers.ui.pictures import AreaRole, LegendEntry, MapArea, Point

PAGE = "#f3f1ec"
FLOOR = "#ffffff"
STAGE = "#2f3648"
AREA = "#dedad1"
AREA_INK = "#4a5060"
BORDER = 36  # pixels around everything
LONGEST_SIDE = 1280  # pixels; Telegram scales photos down to this
NARROW = 960
LEAST_HEIGHT = 600
SIGN_TEXT = Type(32)
FLOOR_REACH = 0.85  # pitches from a seat's centre to the edge of the floor drawn under it
_SIGN = 44
_SIGN_LINE = 62
_STAGE_DEPTH = 76
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """Plan coordinates → pixels: x' = x · sx + dx, y' = y · sy + dy."""

    sx: float
    sy: float
    dx: float
    dy: float

    def at(self, point: Point) -> Point:
        return point[0] * self.sx + self.dx, point[1] * self.sy + self.dy


def bounds(points: Sequence[Point]) -> Box:
    """Left, top, right, bottom. Raises ValueError without points."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def middle(points: Sequence[Point]) -> Point:
    left, top, right, bottom = bounds(points)
    return (left + right) / 2, (top + bottom) / 2


def stage_side(areas: Sequence[MapArea], seats: Sequence[Point]) -> str:
    """top | bottom | left | right, where the stage lies as seen from the seats; '' where there is none.

    Also '' for a stage amid the seats: that one is drawn in its place.
    """
    stage = next((area for area in areas if area.role is AreaRole.STAGE and area.outline), None)
    if stage is None or not seats or _is_amid(stage.outline, seats):
        return ""
    x, y = middle(stage.outline)
    left, top, right, bottom = bounds(seats)
    across = (x - (left + right) / 2) / max(right - left, 1e-6)
    along = (y - (top + bottom) / 2) / max(bottom - top, 1e-6)
    if abs(along) >= abs(across):
        return "top" if along < 0 else "bottom"
    return "left" if across < 0 else "right"


def _is_amid(stage: Sequence[Point], seats: Sequence[Point]) -> bool:
    """Whether seats face each other across the stage; the ends of curved rows before it do not count."""
    left, top, right, bottom = bounds(stage)
    above = any(left < x < right and y < top for x, y in seats)
    below = any(left < x < right and y > bottom for x, y in seats)
    on_left = any(top < y < bottom and x < left for x, y in seats)
    on_right = any(top < y < bottom and x > right for x, y in seats)
    return (above and below) or (on_left and on_right and not above and not below)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The parts of the sheet in pixels. ``plot`` is where seats and their row labels go."""

    width: int
    height: int
    plot: Box
    stage: str


def sheet_width(plan: Box) -> int:
    """Pixels: a high and narrow plan gets an upright sheet, which a phone shows larger."""
    return NARROW if plan[3] - plan[1] > (plan[2] - plan[0]) * 1.8 else LONGEST_SIDE


def lay_out(
    plan: Box, stage: str, *, lines: int, gutter: float, pitch: float, most: float, stretch: float
) -> tuple[Sheet, Fit]:
    """Chooses the sheet's height and the scale with which ``plan`` (seats' centres) fills it.

    ``lines``: of signs at the foot; ``pitch``: least distance of neighbouring seats in plan units; ``most``: the
    same in pixels at most; ``gutter``: pixels for row labels left and right; ``stretch``: how much wider than high a
    plan unit may be drawn: rows stand further apart than seats, and evening that out gives larger seats while the
    hall stays recognisable.
    """
    wide, high = plan[2] - plan[0] + 2 * FLOOR_REACH * pitch, plan[3] - plan[1] + 2 * FLOOR_REACH * pitch
    width = sheet_width(plan)
    beside = _STAGE_DEPTH if stage in ("left", "right") else 0
    above = 128 + (_STAGE_DEPTH if stage == "top" else 0)
    below = BORDER + 12 + (_STAGE_DEPTH if stage == "bottom" else 0) + lines * _SIGN_LINE
    room_x = width - 2 * BORDER - 2 * gutter - beside
    room_y = LONGEST_SIDE - above - below - BORDER
    sx, sy = min(room_x / wide, most / pitch), min(room_y / high, most / pitch)
    spare = (LEAST_HEIGHT + 160 - above - below - BORDER) / high  # a flat plan may be stretched up to this
    sx, sy = min(sx, sy * stretch), min(sy, max(sx, min(sx * 1.33, spare)))
    sheet_height = max(LEAST_HEIGHT, round(above + below + BORDER + high * sy))
    plot = (
        BORDER + (beside if stage == "left" else 0),
        above,
        width - BORDER - (beside if stage == "right" else 0),
        sheet_height - below,
    )
    cx, cy = (plan[0] + plan[2]) / 2, (plan[1] + plan[3]) / 2
    dx, dy = (plot[0] + plot[2]) / 2 - cx * sx, (plot[1] + plot[3]) / 2 - cy * sy
    return Sheet(width, sheet_height, plot, stage), Fit(sx, sy, dx, dy)


def draw_heading(draw: ImageDraw.ImageDraw, sheet: Sheet, title: str, subtitle: str) -> None:
    width = sheet.width - 2 * BORDER
    fit(title, width, (50, 40), bold=True).draw(draw, (BORDER, 32), INK)
    fit(subtitle, width, (34, 30)).draw(draw, (BORDER, 92), "#5a6070")


def draw_stage(image: Image.Image, sheet: Sheet, areas: Sequence[MapArea]) -> None:
    """A band on the stage's side, its lip bent towards the seats."""
    text = next((area.text for area in areas if area.role is AreaRole.STAGE), "")
    left, top, right, bottom = sheet.plot
    long = (right - left if sheet.stage in ("top", "bottom") else bottom - top) * 0.66
    band = _stage_band(round(long), _STAGE_DEPTH - 14, text)
    turned = {"top": 0, "left": 90, "bottom": 180, "right": 270}[sheet.stage]
    if sheet.stage == "bottom":  # the letters stay upright
        band = _stage_band(round(long), _STAGE_DEPTH - 14, text, upside_down=True)
    elif turned:
        band = band.rotate(turned, expand=True)
    x = {"left": left - _STAGE_DEPTH, "right": right + 14}.get(sheet.stage, (left + right - band.width) / 2)
    y = {"top": top - _STAGE_DEPTH, "bottom": bottom + 14}.get(sheet.stage, (top + bottom - band.height) / 2)
    image.paste(band, (round(x), round(y)), band)


def _stage_band(width: int, depth: int, text: str, *, upside_down: bool = False) -> Image.Image:
    over = 3
    large = Image.new("RGBA", (width * over, depth * over), (0, 0, 0, 0))
    draw = ImageDraw.Draw(large)
    bulge = depth * over * 0.3
    points = [(0.0, 0.0), (width * over, 0.0)]
    steps = 48
    for step in range(steps + 1):
        part = step / steps
        slant = width * over * 0.04
        x = width * over - slant - (width * over - 2 * slant) * part
        points.append((x, depth * over - bulge + bulge * (1 - (2 * part - 1) ** 2)))
    draw.polygon(points, fill=STAGE)
    band = large.resize((width, depth), Image.Resampling.LANCZOS)
    if upside_down:
        band = band.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    line = fit(text, width * 0.8, (36, 26), bold=True)
    centre = (width / 2, depth * (0.53 if upside_down else 0.46))
    line.face.draw_centred(ImageDraw.Draw(band), centre, line.lines[0], "#ffffff")
    return band


def draw_areas(draw: ImageDraw.ImageDraw, sheet: Sheet, areas: Sequence[MapArea], place: Fit) -> None:
    """Areas that have a size and lie within the plot, each in its place; a stage only where it is amid the seats."""
    for area in areas:
        corners = spot_of(area, sheet, place)
        if not corners or area.role is AreaRole.DOOR or (area.role is AreaRole.STAGE and sheet.stage):
            continue
        left, top, right, bottom = bounds(corners)
        if right - left < 8 or bottom - top < 8:
            continue
        dark = area.role is AreaRole.STAGE
        draw.polygon(corners, STAGE if dark else AREA)
        line = fit(area.text, right - left, (34, 24), bold=True)
        line.face.draw_centred(draw, middle(corners), line.lines[0], "#ffffff" if dark else AREA_INK)


def spot_of(area: MapArea, sheet: Sheet, place: Fit) -> list[Point]:
    """The area's corners in pixels; none where its middle is outside the plot."""
    corners = [place.at(point) for point in area.outline]
    if not corners:
        return []
    x, y = middle(corners)
    left, top, right, bottom = sheet.plot
    return corners if left <= x <= right and top <= y <= bottom else []


@dataclass(frozen=True, slots=True)
class Sign:
    """A small picture with its meaning beside it, in the lines below the plan."""

    image: Image.Image
    text: str

    def width(self, most: float) -> float:
        return min(most, _SIGN + 14 + SIGN_TEXT.width(self.text) + 36)


def legend_signs(legend: Sequence[LegendEntry]) -> list[Sign]:
    return [Sign(sprite(Look(_SIGN, entry.colour, entry.state, entry.kind)), entry.text) for entry in legend]


def flow(signs: Sequence[Sign], width: float) -> list[list[Sign]]:
    """The signs in lines that are not wider than ``width`` pixels."""
    lines: list[list[Sign]] = []
    used = width + 1
    for sign in signs:
        wide = sign.width(width)
        if used + wide > width:
            lines.append([])
            used = 0.0
        lines[-1].append(sign)
        used += wide
    return lines


def draw_signs(image: Image.Image, sheet: Sheet, lines: Sequence[Sequence[Sign]]) -> None:
    """The lines at the foot of the sheet."""
    draw = ImageDraw.Draw(image)
    width = sheet.width - 2 * BORDER
    y = sheet.height - BORDER - (len(lines) - 0.5) * _SIGN_LINE + 8
    for line in lines:
        x = float(BORDER)
        for sign in line:
            corner = (round(x + (_SIGN - sign.image.width) / 2), round(y - sign.image.height / 2))
            image.paste(sign.image, corner, sign.image)
            text = SIGN_TEXT.ellipsis(sign.text, width + BORDER - x - _SIGN - 14)
            SIGN_TEXT.draw(draw, (x + _SIGN + 14, y + SIGN_TEXT.cap_height / 2), text, INK)
            x += sign.width(width)
        y += _SIGN_LINE


def draw_floor(
    draw: ImageDraw.ImageDraw, rows: Sequence[Sequence[Point]], radius: float, near: float, fill: str | int
) -> None:
    """A band of that radius under every row; rows whose ends are nearer than ``near`` are joined to one shape."""
    width = round(radius * 2)
    for row in rows:
        draw.line(row, fill, width, joint="curve" if len(row) < 8 else None)
        for x, y in (row[0], row[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill)
    for row, following in pairwise(rows):
        ends = [(row[0], following[0]), (row[-1], following[-1])]
        if all(math.dist(*end) < near for end in ends):
            draw.polygon([*row, *reversed(following)], fill)
            for end in ends:
                draw.line(end, fill, width)


def draw_nothing(draw: ImageDraw.ImageDraw, sheet: Sheet) -> None:
    """A plan without a single seat: an empty frame rather than an error."""
    draw.rounded_rectangle(sheet.plot, 24, FLOOR, FRAME, 3)
    Type(60).draw_centred(draw, ((sheet.plot[0] + sheet.plot[2]) / 2, (sheet.plot[1] + sheet.plot[3]) / 2), "–", MUTED)
