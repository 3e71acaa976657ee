"""Draws all zones of a hall on one sheet: which one to tap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from PIL import Image, ImageDraw

from bot.adapters.encoding import to_png
from bot.adapters.fonts import Block, Type, fit
from bot.adapters.map_canvas import (
    BORDER,
    PAGE,
    Box,
    Fit,
    Sign,
    bounds,
    draw_areas,
    draw_floor,
    draw_heading,
    draw_nothing,
    draw_signs,
    draw_stage,
    flow,
    lay_out,
    legend_signs,
    sheet_width,
    stage_side,
)
from bot.adapters.seat_map import seat_pitch
from bot.adapters.seat_sprites import INK, MUTED, ink_on
from handlers.ui.pictures import HallOverview, HallRegion, Point

LABELS = ((46, False), (40, False), (36, False), (38, True), (32, True), (28, False), (28, True))
"""Ways to write name and note into a region, the best first: size of the name, and whether both share a line."""
SOLD_OUT = "#dcdad4"
_OVER = 2  # regions are drawn twice as large and scaled down: smooth edges
_LARGEST_PITCH = 60
_BAR = 14
_MARKER = 44
_MARKER_TYPE = Type(28, bold=True)


@dataclass(frozen=True, slots=True)
class _Label:
    """Name and note as they go into a region; ``at`` is the middle of their box."""

    name: Block
    note: Block
    at: Point
    bar: bool

    @property
    def size(self) -> tuple[float, float]:
        height = self.name.height + self.gap + (self.note.height if self.note.lines[0] else 0)
        return max(self.name.width, self.note.width), height

    @property
    def gap(self) -> int:
        return _BAR + 36 if self.bar else 26 if self.note.lines[0] else 0


@dataclass(frozen=True, slots=True)
class _Shape:
    """A region on the sheet. ``parts``: rows that stand together; ``mask``: its picture in grey levels."""

    region: HallRegion
    parts: list[list[list[Point]]]
    mask: Image.Image
    corner: tuple[int, int]

    def holds(self, box: Box) -> bool:
        x, y = self.corner
        cut = self.mask.crop((round(box[0]) - x, round(box[1]) - y, round(box[2]) - x, round(box[3]) - y))
        return cut.getextrema()[0] == 255

    def centres(self) -> list[Point]:
        """The middle of each part of the region, the largest part first."""
        return [_centre(part) for part in sorted(self.parts, key=lambda rows: -sum(map(len, rows)))]


def _centre(rows: Sequence[Sequence[Point]]) -> Point:
    """The middle of the middle row, which lies within however the rows are bent."""
    half = len(rows) // 2
    middles = [((row[(len(row) - 1) // 2]), row[len(row) // 2]) for row in rows[half - (len(rows) + 1) % 2 : half + 1]]
    points = [point for pair in middles for point in pair]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def draw_hall_overview(picture: HallOverview) -> bytes:
    """The hall as PNG, at most 1280 pixels wide and high.

    A region too small for its name carries a figure instead, explained below the plan.
    """
    regions = [region for region in picture.regions if any(region.rows)]
    points = [point for region in regions for row in region.rows for point in row]
    plan = bounds(points or [(0.0, 0.0), (100.0, 40.0)])
    stage, pitch = stage_side(picture.areas, points), seat_pitch(points)
    legend = flow(legend_signs(picture.legend), sheet_width(plan) - 2 * BORDER)
    listed: list[list[Sign]] = []
    while True:  # what is listed takes room from the plan, so that more may have to be listed
        sheet, place = lay_out(
            plan, stage, lines=len(legend) + len(listed), gutter=0, pitch=pitch, most=_LARGEST_PITCH, stretch=1.4
        )
        shapes = _shapes(regions, place)
        labels = [_label(shape) for shape in shapes]
        small = [shape.region for shape, label in zip(shapes, labels, strict=True) if label is None]
        lines = flow(_list_signs(small), sheet.width - 2 * BORDER)
        if len(lines) <= len(listed):
            break
        listed = lines
    image = Image.new("RGB", (sheet.width, sheet.height), PAGE)
    draw = ImageDraw.Draw(image)
    draw_heading(draw, sheet, picture.title, picture.subtitle)
    if sheet.stage:
        draw_stage(image, sheet, picture.areas)
    draw_areas(draw, sheet, picture.areas, place)
    _draw_shapes(image, shapes, labels)
    if not regions:
        draw_nothing(draw, sheet)
    draw_signs(image, sheet, [*lines, *legend])
    return to_png(image)


def _shapes(regions: Sequence[HallRegion], place: Fit) -> list[_Shape]:
    rows = [[[place.at(point) for point in row] for row in region.rows if row] for region in regions]
    distance = _row_distance(rows)
    radius = max(distance * 0.46, 9.0)
    return [_shape(region, spots, radius, distance * 3) for region, spots in zip(regions, rows, strict=True)]


def _row_distance(regions: Sequence[Sequence[Sequence[Point]]]) -> float:
    """Pixels between one row and the next, in most cases."""
    steps = [min(math.dist(a[len(a) // 2], point) for point in b) for rows in regions for a, b in pairwise(rows)]
    alone = [math.dist(a, b) * 1.6 for rows in regions for row in rows for a, b in pairwise(row)]
    return median(steps or alone or [60.0])


def _shape(region: HallRegion, rows: list[list[Point]], radius: float, near: float) -> _Shape:
    left, top, right, bottom = bounds([point for row in rows for point in row])
    corner = (math.floor(left - radius) - 2, math.floor(top - radius) - 2)
    size = (math.ceil(right + radius) + 3 - corner[0], math.ceil(bottom + radius) + 3 - corner[1])
    large = Image.new("L", (size[0] * _OVER, size[1] * _OVER), 0)
    moved = [[((x - corner[0]) * _OVER, (y - corner[1]) * _OVER) for x, y in row] for row in rows]
    draw_floor(ImageDraw.Draw(large), moved, radius * _OVER, near * _OVER, 255)
    return _Shape(region, _parts(rows, near), large.reduce(_OVER), corner)


def _parts(rows: list[list[Point]], near: float) -> list[list[list[Point]]]:
    """Rows that follow each other closely, such as the boxes of one side."""
    parts = [[rows[0]]]
    for row in rows[1:]:
        if min(math.dist(row[len(row) // 2], point) for point in parts[-1][-1]) < near:
            parts[-1].append(row)
        else:
            parts.append([row])
    return parts


def _label(shape: _Shape) -> _Label | None:
    """Name and note as large as the region holds them, or None where it does not."""
    for size, one_line in LABELS:
        words = [shape.region.name, shape.region.note]
        name = fit(" · ".join(filter(None, words)) if one_line else words[0], 640, (size, size), most=2, bold=True)
        note = fit("" if one_line else words[1], 520, (max(26, size - 8),) * 2)
        label = _Label(name, note, shape.centres()[0], bar=bool(shape.region.free) and not one_line)
        (x, y), (wide, high) = label.at, label.size
        if shape.holds((x - wide / 2 - 8, y - high / 2 - 6, x + wide / 2 + 8, y + high / 2 + 6)):
            return label
    return None


def _list_signs(small: Sequence[HallRegion]) -> list[Sign]:
    return [
        Sign(_marker(str(number), region), f"{region.name} · {region.note}" if region.note else region.name)
        for number, region in enumerate(small, 1)
    ]


def _marker(figure: str, region: HallRegion) -> Image.Image:
    over = 4
    colour = _colour(region)
    large = Image.new("RGBA", (_MARKER * over, _MARKER * over), (0, 0, 0, 0))
    ImageDraw.Draw(large).ellipse((0, 0, _MARKER * over - 1, _MARKER * over - 1), colour, "#ffffff", 3 * over)
    disc = large.resize((_MARKER, _MARKER), Image.Resampling.LANCZOS)
    ink = MUTED if region.free == 0 else ink_on(colour)
    _MARKER_TYPE.draw_centred(ImageDraw.Draw(disc), (_MARKER / 2, _MARKER / 2), figure, ink)
    return disc


def _colour(region: HallRegion) -> str:
    """The dearest price's colour, paler as fewer are free; grey when none is."""
    if region.free == 0 or not region.colours:
        return SOLD_OUT
    if region.free is None:
        return region.colours[0]
    share = 0.45 + 0.55 * min(1.0, region.free * 2)
    parts = [int(region.colours[0][i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part * share + 255 * (1 - share)):02x}" for part in parts)


def _draw_shapes(image: Image.Image, shapes: Sequence[_Shape], labels: Sequence[_Label | None]) -> None:
    for shape in shapes:
        colour = Image.new("RGB", shape.mask.size, _colour(shape.region))
        if shape.region.free == 0:
            _hatch(colour)
        image.paste(colour, shape.corner, shape.mask)
    draw = ImageDraw.Draw(image)
    small = 0
    for shape, label in zip(shapes, labels, strict=True):
        if label:
            _draw_label(draw, shape.region, label)
            continue
        small += 1
        disc = _marker(str(small), shape.region)
        for x, y in shape.centres():
            image.paste(disc, (round(x - _MARKER / 2), round(y - _MARKER / 2)), disc)


def _hatch(image: Image.Image) -> None:
    """Slanting lines: sold out can be told without colour."""
    draw = ImageDraw.Draw(image)
    for x in range(-image.height, image.width, 26):
        draw.line((x, image.height, x + image.height, 0), "#c9c6bf", 5)


def _draw_label(draw: ImageDraw.ImageDraw, region: HallRegion, label: _Label) -> None:
    (x, y), (wide, high) = label.at, label.size
    top = y - high / 2
    ink = INK if region.free == 0 else ink_on(_colour(region))
    label.name.draw(draw, (x, top), ink, "m")
    if label.bar:
        half = min(max(wide * 0.4, 60), 150)
        bar_top = top + label.name.height + 18
        _draw_bar(draw, (x - half, bar_top, x + half, bar_top + _BAR), region.free or 0.0)
    label.note.draw(draw, (x, top + label.name.height + label.gap), ink, "m")


def _draw_bar(draw: ImageDraw.ImageDraw, box: Box, free: float) -> None:
    """How much is free: a full bar is all of it."""
    left, top, right, bottom = box
    draw.rounded_rectangle((left - 3, top - 3, right + 3, bottom + 3), _BAR / 2 + 3, "#ffffff")
    draw.rounded_rectangle(box, _BAR / 2, "#c7c9d1")
    end = left + max(_BAR, (right - left) * min(1.0, free))
    draw.rounded_rectangle((left, top, end, bottom), _BAR / 2, INK)
