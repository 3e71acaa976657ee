"""Where one sits best in each zone: a few rows back from the stage, in the middle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.programme.geometry import Point, centroid, distance
from domain.programme.model import Area, Seat, SeatingPlan, SeatRow

#: What people write on the shape that stands for the stage.
_STAGE_WORDS = (
    "stage", "screen", "podium", "platform", "舞台", "舞臺", "银幕", "讲台",
    "bühne", "leinwand", "scène", "escenario", "palco",
)  # fmt: skip
_ROWS_BACK = 5


def focus_points(plan: SeatingPlan) -> Mapping[str, Point]:
    """Zone → its best point: the middle of the sixth row from the stage, or of the row a third of the way back in
    a zone of fewer than eighteen rows. The stage is the shape that says so; without one it is taken to be above
    the drawing's top, in the middle.
    """
    stage = _stage(plan)
    rows: dict[str, list[SeatRow]] = {zone: [] for zone in plan.zones}
    for row in plan.rows:
        rows[row.zone].append(row)
    return {zone: _best_point(rows[zone], stage) for zone in plan.zones}


def _best_point(rows: Sequence[SeatRow], stage: Point) -> Point:
    by_distance = sorted(rows, key=lambda row: min(distance(_at(seat), stage) for seat in row.seats))
    chosen = by_distance[min(_ROWS_BACK, len(rows) // 3)]
    x, y = centroid([_at(seat) for seat in chosen.seats])
    return round(x, 2), round(y, 2)


def _stage(plan: SeatingPlan) -> Point:
    marked = [_centre(area) for area in plan.areas if says_stage(area)]
    if marked:
        return centroid(marked)
    xs, ys = [seat.x for seat in plan.seats], [seat.y for seat in plan.seats]
    return (min(xs) + max(xs)) / 2, min(ys) - (max(ys) - min(ys)) / 10


def says_stage(area: Area) -> bool:
    text = area.text.casefold()
    return any(word in text for word in _STAGE_WORDS)


def _centre(area: Area) -> Point:
    if area.shape == "text":
        return area.text_x, area.text_y
    if area.shape == "polygon":
        return centroid(area.points)
    if area.shape == "rectangle":
        return area.x + area.width / 2, area.y + area.height / 2
    return area.x, area.y


def _at(seat: Seat) -> Point:
    return seat.x, seat.y
