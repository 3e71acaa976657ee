"""Draws one zone's seat map.

Seats are pasted from signs that are drawn once (``seat_sprites``), which is what keeps 2,000 seats below the 150 ms
that a tap can wait. Letters are sized for a phone 390 points wide, where 1280 pixels shrink to a third.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from PIL import Image, ImageDraw

from bot.adapters.encoding import to_png
from bot.adapters.fonts import Type
from bot.adapters.map_canvas import (
    AREA,
    AREA_INK,
    BORDER,
    FLOOR,
    FLOOR_REACH,
    PAGE,
    Fit,
    Sheet,
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
    middle,
    sheet_width,
    spot_of,
    stage_side,
)
from bot.adapters.seat_sprites import Look, label_size, margin, sprite
from handlers.ui.pictures import AreaRole, MapRow, MapSeat, Point, SeatMap

LARGEST_SEAT = 104  # pixels between neighbours, at most: four seats need not fill the sheet
EASY_LABEL = 24  # letter size from which every seat gets its number; below, every fifth
LEAST_LABEL = 20  # letter size below which numbers stand before the first and behind the last row instead
ROW_LABEL_SIZES = (26, 38)
WIDEST_GAP = 6  # pitches; wider aisles, such as the stalls between left and right boxes, are drawn narrower
BOTH_ENDS = 8  # seats from which a row has its label at both ends
_SEAT_PART = 0.88  # of the distance between neighbours
_LABEL_INK = "#3c4252"
_MARKED = "#ffd978"  # the floor of the row that is being looked at
_MARK_REACH = 0.52  # pitches from a seat's centre to its edge


def draw_seat_map(picture: SeatMap) -> bytes:
    """The map as PNG, at most 1280 pixels wide and high."""
    points = [(seat.x, seat.y) for row in picture.rows for seat in row.seats]
    stage, pitch = stage_side(picture.areas, points), seat_pitch(points)
    picture = close_gaps(picture, WIDEST_GAP * pitch)
    plan = bounds([(seat.x, seat.y) for row in picture.rows for seat in row.seats] or [(0.0, 0.0), (100.0, 40.0)])
    signs = flow(legend_signs(picture.legend), sheet_width(plan) - 2 * BORDER)
    widest = max((Type(ROW_LABEL_SIZES[1], bold=True).width(row.label) for row in picture.rows), default=0)
    sheet, place = lay_out(
        plan, stage, lines=len(signs), gutter=min(widest, 220) + 16, pitch=pitch, most=LARGEST_SEAT, stretch=1.9
    )
    image = Image.new("RGB", (sheet.width, sheet.height), PAGE)
    draw = ImageDraw.Draw(image)
    draw_heading(draw, sheet, picture.title, picture.subtitle)
    if sheet.stage:
        draw_stage(image, sheet, picture.areas)
    if points:
        _draw_rows(image, sheet, picture, place)
    else:
        draw_nothing(draw, sheet)
    draw_signs(image, sheet, signs)
    return to_png(image)


def close_gaps(picture: SeatMap, most: float) -> SeatMap:
    """The same zone with no empty strip wider than ``most`` plan units, so that its parts fill the sheet."""
    seats = [seat for row in picture.rows for seat in row.seats]
    across, down = _closer([seat.x for seat in seats], most), _closer([seat.y for seat in seats], most)
    if across is None and down is None:
        return picture
    x_of, y_of = across or float, down or float
    rows = (
        replace(row, seats=tuple(replace(seat, x=x_of(seat.x), y=y_of(seat.y)) for seat in row.seats))
        for row in picture.rows
    )
    areas = (replace(area, outline=tuple((x_of(x), y_of(y)) for x, y in area.outline)) for area in picture.areas)
    return replace(picture, rows=tuple(rows), areas=tuple(areas))


def _closer(values: Sequence[float], most: float) -> Callable[[float], float] | None:
    """Moves coordinates together where neighbouring ones are further apart than ``most``; None: nowhere."""
    wide = [(a, b) for a, b in pairwise(sorted(set(values))) if b - a > most]
    if not wide:
        return None

    def moved(value: float) -> float:
        lost = 0.0
        for start, end in wide:
            lost += (end - start - most) * min(max((value - start) / (end - start), 0.0), 1.0)
        return value - lost

    return moved


def seat_pitch(points: Sequence[Point]) -> float:
    """Distance at which neighbours stand: the larger of |Δx| and |Δy|, in the closest twentieth of the seats.

    So single faulty seats do not make all the others small. 1.0 for fewer than two seats.
    """
    if len(points) < 2:
        return 1.0
    left, top, right, bottom = bounds(points)
    extent = max(right - left, bottom - top, 1e-6)
    cell = max(((right - left) * (bottom - top) / len(points)) ** 0.5 * 1.5, extent / 400)
    cells: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for x, y in points:
        cells[int(x // cell), int(y // cell)].append((x, y))
    nearest = []
    for x, y in points[:: max(1, len(points) // 400)]:
        column, line = int(x // cell), int(y // cell)
        near = [
            distance
            for i in (column - 1, column, column + 1)
            for j in (line - 1, line, line + 1)
            for px, py in cells.get((i, j), ())
            if (distance := max(abs(px - x), abs(py - y))) > extent / 1e6
        ]
        nearest.append(min(near, default=cell))
    return max(sorted(nearest)[len(nearest) // 20], extent / 300)


def _draw_rows(image: Image.Image, sheet: Sheet, picture: SeatMap, place: Fit) -> None:
    rows = [row for row in picture.rows if row.seats]
    spots = [[place.at((seat.x, seat.y)) for seat in row.seats] for row in rows]
    pitch = min(seat_pitch([spot for row in spots for spot in row]), LARGEST_SEAT)
    draw = ImageDraw.Draw(image)
    draw_floor(draw, spots, pitch * FLOOR_REACH, 3 * pitch, FLOOR)
    marked = [places for row, places in zip(rows, spots, strict=True) if row.marked]
    draw_floor(draw, marked, pitch * _MARK_REACH, 0, _MARKED)
    draw_areas(draw, sheet, picture.areas, place)
    size = max(6, int(pitch * _SEAT_PART))
    letters = label_size(size, max(len(seat.label) for row in rows for seat in row.seats))
    step = 1 if letters >= EASY_LABEL else 5
    inside = letters >= LEAST_LABEL
    edge = margin(size)
    for row, places in zip(rows, spots, strict=True):
        numbers = shown_labels(row, step) if inside else [""] * len(row.seats)
        for seat, label, (x, y) in zip(row.seats, numbers, places, strict=True):
            sign = sprite(Look(size, seat.colour, seat.state, seat.kind, label))
            image.paste(sign, (round(x - size / 2) - edge, round(y - size / 2) - edge), sign)
    labels = _Labels(image, [spot for row in spots for spot in row], pitch)
    _draw_row_labels(labels, rows, spots)
    if not inside:
        _draw_outer_numbers(labels, rows, spots)
    for area in picture.areas:
        corners = spot_of(area, sheet, place)
        if area.role is AreaRole.DOOR and corners:
            labels.put_door(middle(corners), area.text, sheet)


def shown_labels(row: MapRow, step: int) -> list[str]:
    """The numbers to be drawn: all, or those divisible by ``step`` (by position, where they are no figures)."""
    return [seat.label if _is_shown(seat, index, step) else "" for index, seat in enumerate(row.seats, 1)]


def _is_shown(seat: MapSeat, index: int, step: int) -> bool:
    return (int(seat.label) if seat.label.isdecimal() else index) % step == 0


class _Labels:
    """Draws labels beside the seats, each only where it covers neither a seat nor another label."""

    def __init__(self, image: Image.Image, seats: Sequence[Point], pitch: float) -> None:
        smallest, largest = ROW_LABEL_SIZES
        self.pitch = pitch
        self.face = Type(round(min(max(pitch * 0.8, smallest), largest)), bold=True)
        self._draw = ImageDraw.Draw(image)
        self._taken = Image.new("1", image.size)
        self._mark = ImageDraw.Draw(self._taken)
        half = pitch * 0.4
        for x, y in seats:
            self._mark.rectangle((x - half, y - half, x + half, y + half), 1)

    def put(self, at: Point, text: str) -> bool:
        if not self._claim(at, self.face.width(text) / 2, self.face.cap_height / 2 + 2):
            return False
        self.face.draw_centred(self._draw, at, text, _LABEL_INK)
        return True

    def put_door(self, at: Point, text: str, sheet: Sheet) -> None:
        """A door's sign on or near its place, or none where seats and labels leave no room."""
        face = Type(30, bold=True)
        half, high = face.width(text) / 2 + 14, 24
        x = min(max(at[0], half + 6), sheet.width - half - 6)
        for shift in (0, 50, -50, 100, -100):
            y = at[1] + shift
            if self._claim((x, y), half, high):
                self._draw.rounded_rectangle((x - half, y - high, x + half, y + high), 12, AREA)
                face.draw_centred(self._draw, (x, y), text, AREA_INK)
                return

    def _claim(self, at: Point, half: float, high: float) -> bool:
        box = (round(at[0] - half), round(at[1] - high), round(at[0] + half), round(at[1] + high))
        if self._taken.crop(box).getbbox():
            return False
        self._mark.rectangle(box, 1)
        return True


def _draw_row_labels(labels: _Labels, rows: Sequence[MapRow], spots: Sequence[Sequence[Point]]) -> None:
    for row, places in zip(rows, spots, strict=True):
        text = labels.face.ellipsis(row.label, 220)
        half, reach = labels.face.width(text) / 2, labels.pitch * FLOOR_REACH + 6
        if len(places) >= BOTH_ENDS:
            labels.put(_beyond(places[::-1], half + reach), text)
            labels.put(_beyond(places, half + reach), text)
            continue
        left, top, right, bottom = bounds(places)
        x, y = middle(places)
        beside = [(left - reach - half, y), (right + reach + half, y)]
        above = [(x, top - reach - labels.face.cap_height / 2), (x, bottom + reach + labels.face.cap_height / 2)]
        any(labels.put(at, text) for at in (*beside, *above))


def _draw_outer_numbers(labels: _Labels, rows: Sequence[MapRow], spots: Sequence[Sequence[Point]]) -> None:
    """Where seats are too small for figures: every fifth number before the first row and behind the last."""
    if len(rows) < 2:
        return
    for index, inner in ((0, 1), (-1, -2)):
        aside = 1 if middle(spots[index])[1] > middle(spots[inner])[1] else -1
        for (x, y), text in zip(spots[index], shown_labels(rows[index], 5), strict=True):
            if text:
                labels.put((x, y + aside * (labels.pitch * FLOOR_REACH + labels.face.cap_height / 2 + 6)), text)


def _beyond(places: Sequence[Point], distance: float) -> Point:
    """A point so many pixels after the last place, in the direction in which the row ends."""
    (x, y), before = places[-1], places[-2]
    length = math.dist(places[-1], before) or 1.0
    return x + (x - before[0]) / length * distance, y + (y - before[1]) / length * distance
