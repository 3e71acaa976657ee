"""The demo's two halls with seats, as an office would export them from the pretix seating-plan editor."""

from __future__ import annotations

from typing import Any

from bot.demo.plan_drawing import PITCH, Point, box, offsets, on_arc, on_line, row, stage, zone

STALLS, FIRST_CIRCLE, SECOND_CIRCLE, BOXES = (
    "池座 Stalls",
    "一层楼座 First circle",
    "二层楼座 Second circle",
    "包厢 Boxes",
)
_CENTRE: Point = (1000, -420)  # of every curved row
_ROW_PITCH = 32
_LETTERS = "ABCDEFGHJKLMNPQRSTUVW"  # without I and O, which read like 1 and 0
_DOOR = "#c9d6df"
_COLOURS = {"A": "#b3372f", "B": "#d98032", "C": "#3f7f5f", "D": "#3a6ea5"}


def concert_hall() -> dict[str, Any]:
    """1,265 seats: stalls in curved rows, two circles, twelve boxes."""
    doors = [
        box("门 Door 1", (300, 900), 150, 44, _DOOR),
        box("门 Door 2", (1700, 900), 150, 44, _DOOR),
        box("门 Door 3", (1000, 1040), 150, 44, _DOOR),
    ]
    platform = stage("舞台 Stage", [(690, 40), (1310, 40), (1365, 140), (1000, 225), (635, 140)])
    return _plan(
        "音乐厅 Concert Hall",
        (2000, 1620),
        [
            zone(
                "stalls",
                STALLS,
                [_stalls_row(index, label) for index, label in enumerate(_LETTERS)],
                [platform, *doors],
            ),
            zone("first", FIRST_CIRCLE, [_circle_row("first", index, 1560, 42) for index in range(6)]),
            zone("second", SECOND_CIRCLE, [_circle_row("second", index, 1822, 48) for index in range(5)]),
            zone("boxes", BOXES, [*_boxes("L", -1), *_boxes("R", 1)]),
        ],
    )


def studio() -> dict[str, Any]:
    """150 seats on straight tiers."""
    platform = box("舞台 Stage", (250, 60), 380, 80, "#d9c7a3")
    rows = [
        row("studio", label, on_line((68, 160 + 34 * index), (432, 160 + 34 * index), 15), _studio_category)
        for index, label in enumerate("ABCDEFGHJK")
    ]
    doors = [box("门 Door", (250, 520), 110, 34, _DOOR), box("控制台 Desk", (430, 520), 110, 34, "#e5e5e5")]
    return _plan("小剧场 Studio", (500, 560), [zone("studio", "观众席 Seats", rows, [platform, *doors])])


def _plan(name: str, size: tuple[int, int], zones: list[dict[str, Any]]) -> dict[str, Any]:
    used = {seat["category"] for zone in zones for row in zone["rows"] for seat in row["seats"]}
    return {
        "name": name,
        "size": {"width": size[0], "height": size[1]},
        "categories": [{"name": category, "color": _COLOURS[category[0]]} for category in sorted(used)],
        "zones": zones,
    }


def _stalls_row(index: int, label: str) -> dict[str, Any]:
    count = 28 + index // 2
    side = count // 4
    along = offsets(count, (side, count - side))
    return row("stalls", label, on_arc(_CENTRE, 720 + _ROW_PITCH * index, along), _stalls_category)


def _stalls_category(label: str, index: int, count: int) -> str:
    """The last row has four wheelchair places with a companion's seat beside each, two at either end."""
    if label == _LETTERS[-1] and (end := min(index, count - 1 - index)) < 4:
        return "C (wheelchair)" if end % 2 == 0 else "C (companion)"
    middle = count // 4 <= index < count - count // 4
    depth = _LETTERS.index(label)
    if depth < 2:
        return "B"
    return "A" if middle and depth < 15 else "B" if middle or depth < 10 else "C"


def _circle_row(zone_id: str, index: int, radius: float, count: int) -> dict[str, Any]:
    seats = count + index
    along = offsets(seats, (seats // 3, seats - seats // 3))
    category = _first_circle_category if zone_id == "first" else _second_circle_category
    return row(zone_id, "ABCDEF"[index], on_arc(_CENTRE, radius + _ROW_PITCH * index, along), category)


def _first_circle_category(label: str, index: int, count: int) -> str:
    if label == "F" and (end := min(index, count - 1 - index)) < 2:
        return "C (wheelchair)" if end == 0 else "C (companion)"
    middle = count // 3 <= index < count - count // 3
    return "A" if label == "A" and middle else "B" if middle or label == "A" else "C"


def _second_circle_category(label: str, index: int, count: int) -> str:
    """From the last three seats of each side a lighting bridge hides part of the stage."""
    return "D (restricted)" if min(index, count - 1 - index) < 3 else "D"


def _boxes(side: str, outwards: int) -> list[dict[str, Any]]:
    """Six boxes of five along a wall: three chairs at the rail, two behind."""
    boxes = []
    for index in range(6):
        rail, top = 1000 + outwards * (535 + 22 * index), 250 + 96 * index
        behind = rail + outwards * PITCH
        chairs = [
            (rail, top),
            (rail, top + PITCH),
            (rail, top + 2 * PITCH),
            (behind, top + 2 * PITCH),
            (behind, top + PITCH),
        ]
        boxes.append(row("boxes", f"{side}{index + 1}", chairs, _box_category))
    return boxes


def _box_category(label: str, index: int, count: int) -> str:
    """The boxes nearest to the stage see it from the side."""
    return "C (restricted)" if label[1] == "1" else "C"


def _studio_category(label: str, index: int, count: int) -> str:
    if label == "A" and (end := min(index, count - 1 - index)) < 2:
        return "A (wheelchair)" if end == 0 else "A (companion)"
    return "A" if label in "ABCDEF" else "B"
