"""Drawing rows of seats in the format of the pretix seating-plan editor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import cos, pi, sin
from typing import Any
from uuid import NAMESPACE_OID, uuid5

PITCH = 26  # between neighbours in a row
AISLE = 2.4 * PITCH

Point = tuple[float, float]
#: (row label, seat's index from 0, seats in the row) → category, as written in the plan.
Category = Callable[[str, int, int], str]


def uuid(*parts: object) -> str:
    """The same for the same parts: a demo that is built twice is the same demo."""
    return str(uuid5(NAMESPACE_OID, "/".join(map(str, parts))))


def offsets(count: int, aisles: Iterable[int] = ()) -> list[float]:
    """Distances along a row, with its middle at 0. ``aisles`` are the indices of the first seats behind one."""
    behind = set(aisles)
    at, found = 0.0, []
    for index in range(count):
        at += AISLE if index in behind else PITCH if index else 0.0
        found.append(at)
    return [distance - at / 2 for distance in found]


def on_arc(centre: Point, radius: float, along: Sequence[float]) -> list[Point]:
    """Points on an arc below its centre, left to right, at the given distances from its middle."""
    angles = (pi / 2 - distance / radius for distance in along)
    return [(centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)) for angle in angles]


def on_line(start: Point, end: Point, count: int) -> list[Point]:
    steps = [index / max(1, count - 1) for index in range(count)]
    return [(start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t) for t in steps]


def row(zone_id: str, label: str, points: Sequence[Point], category: Category) -> dict[str, Any]:
    """Seats are numbered from 1; their positions are relative to the first one, as in the editor's own exports."""
    left, top = (round(value, 1) for value in points[0])
    return {
        "row_number": label,
        "row_number_position": "both",
        "uuid": uuid(zone_id, label),
        "position": {"x": left, "y": top},
        "seats": [
            {
                "seat_number": str(index + 1),
                "seat_guid": f"{zone_id}-{label}-{index + 1}",
                "uuid": uuid(zone_id, label, index),
                "position": {"x": round(x - left, 1), "y": round(y - top, 1)},
                "category": category(label, index, len(points)),
                "radius": 10,
            }
            for index, (x, y) in enumerate(points)
        ],
    }


def zone(zone_id: str, name: str, rows: list[dict[str, Any]], areas: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {
        "name": name,
        "zone_id": zone_id,
        "uuid": uuid(zone_id),
        "position": {"x": 0, "y": 0},
        "rows": rows,
        "areas": list(areas),
    }


def box(text: str, centre: Point, width: float, height: float, colour: str) -> dict[str, Any]:
    """A labelled rectangle."""
    return {
        "shape": "rectangle",
        "uuid": uuid(text, centre),
        "color": colour,
        "border_color": "#8a8f98",
        "rotation": 0,
        "position": {"x": round(centre[0] - width / 2, 1), "y": round(centre[1] - height / 2, 1)},
        "rectangle": {"width": width, "height": height},
        "text": {"text": text, "color": "#333333", "size": 20, "position": {"x": width / 2, "y": height / 2}},
    }


def stage(text: str, corners: Sequence[Point]) -> dict[str, Any]:
    """A labelled polygon."""
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
    return {
        "shape": "polygon",
        "uuid": uuid(text, *corners),
        "color": "#d9c7a3",
        "border_color": "#8a6d3b",
        "rotation": 0,
        "position": {"x": left, "y": top},
        "polygon": {"points": [{"x": round(x - left, 1), "y": round(y - top, 1)} for x, y in corners]},
        "text": {"text": text, "color": "#5b4420", "size": 36, "position": {"x": width / 2, "y": height / 2}},
    }
