"""A seating plan, worked out for searching: one byte per slot, rows side by side, a zero wherever adjacency ends.

A free run is then a run of ones, which ``re`` finds at the speed of C, and the cost of a window the difference of two
prefix sums. Costs are whole numbers, so that sums are exact and equal costs are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, pairwise
from operator import itemgetter
from statistics import median_low

from domain.programme.geometry import Point, centroid, distance
from domain.programme.model import Seat, SeatingPlan, SeatKind, SeatRow

#: The plan's seat pitch in cost units.
PITCH = 1_000
#: Wider than this many pitches of the row, and the seats are not adjacent.
GAP = 1.8
#: Heavier than any sum of distances: a run with fewer seats of restricted view always wins.
RESTRICTED_COST = 10**12

_ORDINARY = (SeatKind.STANDARD, SeatKind.RESTRICTED)


class Layout:
    """Immutable after construction, but for the distances kept for each wheelchair place once asked for.

    It holds the plan's parts and not the plan, so that the two can be forgotten together.
    """

    def __init__(self, plan: SeatingPlan) -> None:
        self.seats = plan.seats
        self._focus = dict(plan.focus)
        self._best_focus = plan.focus.get(plan.zones[0]) if plan.zones else None
        gaps = {row: [_apart(a, b) for a, b in pairwise(row.seats)] for row in plan.rows}
        self.pitch = _usual([gap for found in gaps.values() for gap in found]) or 1.0
        slots: list[Seat | None] = [None, None]
        self.rows: list[tuple[str, int, int]] = []  # zone, first slot, slot after the last
        for row in plan.rows:
            first = len(slots)
            slots.extend(_with_breaks(row, gaps[row], self.pitch))
            self.rows.append((row.zone, first, len(slots)))
            slots.append(None)
        slots.append(None)
        self.slots = tuple(slots)
        self.places = tuple(seat.place if seat else 0 for seat in slots)
        self._pick = itemgetter(*self.places)
        self._categories = {
            category.name: int.from_bytes(bytes(s is not None and s.category == category.name for s in slots))
            for category in plan.categories
        }
        self.cost = self._prefix([self._from_focus(seat) for seat in slots])
        self._around: dict[int, tuple[int, ...]] = {}

    def mask(self, free: Collection[int]) -> bytes:
        """One byte per slot: 1 where an ordinary seat is free."""
        by_place = bytearray(len(self.seats) + 1)
        for place in free:
            by_place[place] = 1
        by_place[0] = 0
        return bytes(self._pick(by_place))

    def only(self, mask: bytes, category: str | None) -> bytes:
        """The mask, without the seats of other price categories."""
        if category is None:
            return mask
        return (int.from_bytes(mask) & self._categories.get(category, 0)).to_bytes(len(mask))

    def rows_of(self, zone: str | None) -> list[tuple[str, int, int]]:
        return [row for row in self.rows if zone is None or row[0] == zone]

    def around(self, anchor: Seat) -> tuple[int, ...]:
        """Prefix sums like ``cost``, of the distances to a seat; of use in its zone only."""
        found = self._around.get(anchor.place)
        if found is None:
            found = self._prefix([self._from_seat(seat, anchor) for seat in self.slots])
            self._around[anchor.place] = found
        return found

    def units(self, a: Point, b: Point) -> int:
        """A distance in the plan, as a cost."""
        return round(distance(a, b) * PITCH / self.pitch)

    def centre(self, slot: int, count: int) -> Point:
        return centroid([(s.x, s.y) for s in self.slots[slot : slot + count] if s])

    def focus_cost(self, seat: Seat) -> int:
        """The distance to the zone's best point, and the zone's own handicap."""
        own = self._focus.get(seat.zone)
        if own is None:
            return 0
        return self.units((seat.x, seat.y), own) + self.units(own, self._best_focus or own) // 2

    def _from_focus(self, seat: Seat | None) -> int:
        return 0 if seat is None else self.focus_cost(seat) + _view(seat)

    def _from_seat(self, seat: Seat | None, anchor: Seat) -> int:
        if seat is None or seat.zone != anchor.zone:
            return 0
        return self.units((seat.x, seat.y), (anchor.x, anchor.y)) + _view(seat)

    @staticmethod
    def _prefix(costs: Iterable[int]) -> tuple[int, ...]:
        return tuple(accumulate(costs, initial=0))


def _with_breaks(row: SeatRow, gaps: Sequence[float], usual: float) -> Iterable[Seat | None]:
    """The row's seats with a None wherever two neighbours are not adjacent, or a place is not an ordinary one."""
    pitch = _usual(gaps) if len(gaps) > 2 else usual
    for index, seat in enumerate(row.seats):
        if index and gaps[index - 1] > GAP * pitch:
            yield None
        yield seat if seat.kind in _ORDINARY else None


def _usual(gaps: Sequence[float]) -> float:
    return median_low(gaps) if gaps else 0.0


def _apart(a: Seat, b: Seat) -> float:
    return distance((a.x, a.y), (b.x, b.y))


def _view(seat: Seat) -> int:
    return RESTRICTED_COST if seat.kind is SeatKind.RESTRICTED else 0
