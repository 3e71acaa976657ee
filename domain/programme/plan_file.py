"""Reading the JSON of the pretix seating-plan editor.

The format: ``src/pretix/static/seating/seating-plan.schema.json`` in pretix's repository. Positions nest: a seat's is
relative to its row, a row's and an area's to its zone. Keys that Foyer does not need are ignored; what it needs and
cannot use is refused as ``PlanFault`` with the JSON path.

The editor knows no kinds of seat, so the category's name carries it: ``A (wheelchair)``, ``A (companion)`` and
``A (restricted)``, or ``A（轮椅）``, ``A（陪同）`` and ``A（视线受阻）``, are seats of price category ``A``. A file
written by other means may set ``foyer_kind`` on a seat instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.errors import PlanFault
from domain.programme.document import Node
from domain.programme.model import Area, PlanCategory, Seat, SeatingPlan, SeatKind
from domain.programme.plan_areas import colour, moved, read_area
from domain.programme.plan_focus import focus_points

MOST_SEATS = 50_000
MOST_ZONES = 500
MOST_ROWS = 5_000
MOST_AREAS = 2_000
MOST_CATEGORIES = 100

_KINDS = {
    SeatKind.WHEELCHAIR: ("wheelchair", "轮椅", "轮椅席", "轮椅座", "轮椅位"),
    SeatKind.COMPANION: ("companion", "陪同", "陪同席", "陪同座", "陪护席"),
    SeatKind.RESTRICTED: ("restricted", "restricted view", "视线受阻", "视线受限"),
}
_KIND_OF_WORD = {word: kind for kind, words in _KINDS.items() for word in words}
_SUFFIX = re.compile(r"^(?P<base>.*?)\s*[(（]\s*(?P<word>[^()（）]+?)\s*[)）]$")
#: For categories that were given no colour, or one that is not written as #rrggbb.
_PALETTE = ("#3a6ea5", "#c0504d", "#7f9f3f", "#8064a2", "#d08f2e", "#2f9e9e", "#a0522d", "#707070")


@dataclass(frozen=True, slots=True)
class _Category:
    name: str
    kind: SeatKind


def parse_plan(document: Mapping[str, Any]) -> SeatingPlan:
    """A checked plan with absolute positions, places numbered in zone, row and seat order as drawn.

    Raises PlanFault. Two drawn rows of one zone with the same number are one row: that is how an aisle is drawn.
    """
    root = Node(document, "$", PlanFault)
    name = root.child("name").text(most=200)
    known, colours = _categories(root.child("categories"))
    seats, areas = _read_zones(root.child("zones"), known)
    if not seats:
        root.refuse("no_seats")
    seats, areas = _shifted_into_view(seats, areas)
    used = {seat.category for seat in seats}
    width, height = _size(root, seats, areas)
    plan = SeatingPlan(
        name=name,
        width=width,
        height=height,
        categories=tuple(PlanCategory(name, c) for name, c in colours.items() if name in used),
        zones=tuple(dict.fromkeys(seat.zone for seat in seats)),
        seats=tuple(seats),
        areas=tuple(areas),
    )
    return replace(plan, focus=focus_points(plan))


def _categories(node: Node) -> tuple[dict[str, _Category], dict[str, str]]:
    """Category names as written → what they mean; price categories → colour."""
    known: dict[str, _Category] = {}
    given: dict[str, str] = {}
    bases: dict[str, None] = {}
    for item in node.items(most=MOST_CATEGORIES):
        written = item.child("name").text()
        if written in known:
            item.child("name").refuse("double_category", name=written)
        known[written] = meant = _meaning(written)
        if not meant.name:
            item.child("name").refuse("category_without_name", name=written)
        bases.setdefault(meant.name)
        tint = colour(item.optional("color"))
        if tint and (meant.kind is SeatKind.STANDARD or meant.name not in given):
            given[meant.name] = tint
    return known, {base: given.get(base, _PALETTE[i % len(_PALETTE)]) for i, base in enumerate(bases)}


def _meaning(written: str) -> _Category:
    match = _SUFFIX.match(written)
    kind = _KIND_OF_WORD.get(match["word"].casefold()) if match else None
    return _Category(match["base"], kind) if match and kind else _Category(written, SeatKind.STANDARD)


def _read_zones(node: Node, known: Mapping[str, _Category]) -> tuple[list[Seat], list[Area]]:
    seats: list[Seat] = []
    areas: list[Area] = []
    seen = _Seen()
    for index, zone in enumerate(node.items(most=MOST_ZONES), start=1):
        x, y = _position(zone.child("position"))
        name = _zone_name(zone, index)
        before = len(seats)
        for row in zone.child("rows").items(most=MOST_ROWS):
            seats.extend(_read_row(row, name, (x, y), known, seen))
            if len(seats) > MOST_SEATS:
                row.refuse("too_many_seats", most=MOST_SEATS)
        if len(seats) > before and name in seen.zones:
            zone.refuse("double_zone", name=name)
        if len(seats) > before:
            seen.zones.add(name)
        for area in _optional_items(zone, "areas"):
            areas.append(read_area(area, (x, y)))
    return _in_row_order(seats), areas


def _optional_items(node: Node, key: str) -> Iterator[Node]:
    found = node.optional(key)
    if found is not None:
        yield from found.items(most=MOST_AREAS)


class _Seen:
    """What must be there once only."""

    def __init__(self) -> None:
        self.zones: set[str] = set()
        self.guids: set[str] = set()
        self.labels: set[tuple[str, str, str]] = set()
        self.positions: set[tuple[float, float]] = set()

    def check(self, node: Node, seat: Seat) -> None:
        if seat.guid in self.guids:
            node.child("seat_guid").refuse("double_seat_guid", guid=seat.guid)
        label = (seat.zone, seat.row, seat.number)
        if label in self.labels:
            node.child("seat_number").refuse("double_seat", zone=seat.zone, in_row=seat.row, number=seat.number)
        if (seat.x, seat.y) in self.positions:
            node.child("position").refuse("same_position")
        self.guids.add(seat.guid)
        self.labels.add(label)
        self.positions.add((seat.x, seat.y))


def _zone_name(zone: Node, index: int) -> str:
    for key in ("name", "zone_id"):
        found = zone.optional(key)
        if found is not None and (name := found.text(empty=True)):
            return name
    return str(index)


def _read_row(
    row: Node, zone: str, origin: tuple[float, float], known: Mapping[str, _Category], seen: _Seen
) -> Iterator[Seat]:
    label = row.child("row_number").text(most=20)
    position = row.optional("position")
    dx, dy = _position(position) if position else (0.0, 0.0)
    for node in row.child("seats").items(most=MOST_SEATS):
        x, y = _position(node.child("position"))
        category = _category_of(node, known)
        seat = Seat(
            place=0,
            guid=node.child("seat_guid").text(most=200),
            zone=zone,
            row=label,
            number=node.child("seat_number").text(most=20),
            category=category.name,
            kind=_kind_of(node, category),
            x=round(origin[0] + dx + x, 2),
            y=round(origin[1] + dy + y, 2),
        )
        seen.check(node, seat)
        yield seat


def _category_of(node: Node, known: Mapping[str, _Category]) -> _Category:
    written = node.child("category").text(empty=True)
    if written not in known:
        node.child("category").refuse("unknown_category", name=written)
    return known[written]


def _kind_of(node: Node, category: _Category) -> SeatKind:
    explicit = node.optional("foyer_kind")
    if explicit is None:
        return category.kind
    word = explicit.text()
    if word not in set(SeatKind):
        explicit.refuse("unknown_kind", name=word, known=", ".join(SeatKind))
    return SeatKind(word)


def _position(node: Node) -> tuple[float, float]:
    return node.child("x").number(), node.child("y").number()


def _in_row_order(seats: list[Seat]) -> list[Seat]:
    """Rows drawn in several pieces become one run of places."""
    rows: dict[tuple[str, str], list[Seat]] = {}
    for seat in seats:
        rows.setdefault((seat.zone, seat.row), []).append(seat)
    together = [seat for row in rows.values() for seat in row]
    return [replace(seat, place=place) for place, seat in enumerate(together, start=1)]


def _shifted_into_view(seats: list[Seat], areas: list[Area]) -> tuple[list[Seat], list[Area]]:
    """The editor lets one draw left of and above the paper; nothing may lie there."""
    dx = -min(0.0, min(s.x for s in seats), *(x for a in areas for x, _ in _outline(a)))
    dy = -min(0.0, min(s.y for s in seats), *(y for a in areas for _, y in _outline(a)))
    if not dx and not dy:
        return seats, areas
    return [replace(s, x=s.x + dx, y=s.y + dy) for s in seats], [moved(a, dx, dy) for a in areas]


def _outline(area: Area) -> tuple[tuple[float, float], ...]:
    if area.shape == "polygon":
        return area.points
    half = (area.width / 2, area.height / 2) if area.shape in ("circle", "ellipse") else (0.0, 0.0)
    x, y = area.x - half[0], area.y - half[1]
    return (x, y), (x + area.width, y + area.height)


def _size(root: Node, seats: list[Seat], areas: list[Area]) -> tuple[float, float]:
    size = root.optional("size")
    width = size.child("width").number(least=0) if size else 0.0
    height = size.child("height").number(least=0) if size else 0.0
    corners = [point for area in areas for point in _outline(area)]
    return (
        max([width, *(s.x for s in seats), *(x for x, _ in corners)]),
        max([height, *(s.y for s in seats), *(y for _, y in corners)]),
    )
