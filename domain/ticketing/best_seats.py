"""Finding good seats for a party: together, near the zone's best point, without leaving single seats over.

The rules, so that anybody can check a result by hand:

- *Adjacent* are consecutive seats of a row with no gap wider than 1.8 times the row's usual pitch. Wheelchair and
  companion places are never part of an ordinary run; seats of restricted view come in only where a party has no
  other run.
- An *orphan* is a single free seat that the choice leaves with no free neighbour, and that had one before.
- A run costs the sum of its seats' distances to the zone's best point, in thousandths of the plan's seat pitch; each
  orphan costs as much as moving the whole party by three seats. A zone starts with half the distance between its best
  point and that of the zone drawn first. The cheapest run wins; among equals, the one that comes first in the plan.
- Where no run is long enough, the party is split in two, as evenly as can be: runs of one row, or of neighbouring rows
  of a zone. Besides their own costs, what lies between their middles counts for everybody.

All functions are pure. What is worked out from a plan is kept as long as the plan object lives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import sub
from weakref import WeakKeyDictionary

from domain.programme.model import Seat, SeatingPlan, SeatKind
from domain.ticketing.seat_layout import PITCH, Layout

ORPHAN_COST = 3 * PITCH
#: How far apart neighbours may sit (in cost units) for a party with a wheelchair to be together.
REACH = round(2.5 * PITCH)

#: Distances that differ by less count as the same where there is another reason to choose.
_AS_NEAR = PITCH // 4

_Row = tuple[str, int, int]  # zone, first slot, slot after the last
_Run = tuple[int, int]  # first slot, seats

_layouts: WeakKeyDictionary[SeatingPlan, Layout] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Choice:
    """Places for a party, ascending. ``together`` is False for the second best: a party in two groups.

    ``orphans`` counts the single seats that the choice leaves over.
    """

    places: tuple[int, ...]
    together: bool
    orphans: int


def best_together(
    plan: SeatingPlan,
    free: Collection[int],
    count: int,
    *,
    category: str | None = None,
    zone: str | None = None,
    wheelchair: int = 0,
    companion: int = 0,
) -> Choice | None:
    """The best places for a party of ``count`` in all, ``wheelchair`` and ``companion`` places among them.

    ``free`` holds the free place numbers. None where no choice can be offered. Raises ValueError for a party that
    does not add up, IndexError for a free place that the plan does not have.
    """
    others = count - wheelchair - companion
    if count < 1 or min(others, wheelchair, companion) < 0:
        raise ValueError(f"a party of {count} with {wheelchair} wheelchair and {companion} companion places")
    layout = _layout_of(plan)
    mask = layout.mask(free)
    wanted = layout.only(mask, category)
    rows = layout.rows_of(zone)
    if wheelchair or companion:
        special = [s for s in map(plan.seat, free) if zone in (None, s.zone) and category in (None, s.category)]
        return _with_wheelchairs(layout, mask, wanted, special, wheelchair, companion, others)
    run = _cheapest_run(layout.cost, mask, wanted, others, rows)
    if run is not None:
        return _choice(layout, mask, [run], together=True)
    runs = _cheapest_split(layout, mask, wanted, others, rows)
    return _choice(layout, mask, runs, together=False) if runs else None


def nearest_free(plan: SeatingPlan, place: int, free: Collection[int], n: int) -> tuple[int, ...]:
    """Up to ``n`` free places nearest to ``place``, of its price category and kind, those of its zone first.

    An ordinary place is replaced by ordinary ones, those with the same view first.
    """
    wanted = plan.seat(place)
    kinds = {wanted.kind} if _is_special(wanted) else {SeatKind.STANDARD, SeatKind.RESTRICTED}

    def order(seat: Seat) -> tuple[bool, bool, float, int]:
        apart = (seat.x - wanted.x) ** 2 + (seat.y - wanted.y) ** 2
        return seat.zone != wanted.zone, seat.kind != wanted.kind, apart, seat.place

    alike = (s for s in map(plan.seat, free) if s.category == wanted.category and s.kind in kinds and s is not wanted)
    return tuple(seat.place for seat in sorted(alike, key=order)[:n])


def _layout_of(plan: SeatingPlan) -> Layout:
    layout = _layouts.get(plan)
    if layout is None:
        layout = _layouts[plan] = Layout(plan)
    return layout


def _choice(layout: Layout, mask: bytes, runs: Sequence[_Run], *, together: bool) -> Choice:
    places = (layout.places[slot] for first, count in runs for slot in range(first, first + count))
    left = bytearray(mask)
    for first, count in runs:
        left[first : first + count] = bytes(count)
    beside = {slot for first, count in runs for slot in (first - 1, first + count)}
    orphans = sum(left[slot] and not left[slot - 1] and not left[slot + 1] for slot in beside)
    return Choice(tuple(sorted(places)), together, orphans)


def _windows(
    prefix: Sequence[int], mask: bytes, wanted: bytes, count: int, row: _Row
) -> Iterator[tuple[int, list[int]]]:
    """For each run of a row: its first slot, and the cost of the window at each of its slots."""
    for run in re.finditer(b"\x01{%d,}" % count, wanted[row[1] : row[2]]):
        first, after = row[1] + run.start(), row[1] + run.end()
        costs = list(map(sub, prefix[first + count : after + 1], prefix[first : after - count + 1]))
        last = len(costs) - 1
        for at in {0, 1, last - 1, last}:  # only at a run's ends can a single seat be left
            if 0 <= at <= last:
                costs[at] += count * ORPHAN_COST * _orphans(mask, first + at, count)
        yield first, costs


def _orphans(mask: bytes, first: int, count: int) -> int:
    after = first + count
    return (mask[first - 1] > mask[first - 2]) + (mask[after] > mask[after + 1])


def _cheapest_run(prefix: Sequence[int], mask: bytes, wanted: bytes, count: int, rows: Sequence[_Row]) -> _Run | None:
    best: tuple[int, int] | None = None
    for row in rows:
        for first, costs in _windows(prefix, mask, wanted, count, row):
            least = min(costs)
            if best is None or least < best[0]:
                best = least, first + costs.index(least)
    return None if best is None else (best[1], count)


def _cheapest_split(
    layout: Layout, mask: bytes, wanted: bytes, count: int, rows: Sequence[_Row]
) -> tuple[_Run, _Run] | None:
    for larger in range((count + 1) // 2, count):
        sizes = (larger, count - larger)
        found = [[_ranked(layout, mask, wanted, size, row) for row in rows] for size in sizes]
        best: tuple[int, tuple[_Run, _Run]] | None = None
        for i, j in _neighbours(rows):
            best = _cheapest_pair(layout, found[0][i], found[1][j], sizes, best)
        if best is not None:
            return best[1]
    return None


def _ranked(layout: Layout, mask: bytes, wanted: bytes, count: int, row: _Row) -> list[tuple[int, int]]:
    """(cost, first slot) of each window of a row, cheapest first."""
    windows = _windows(layout.cost, mask, wanted, count, row)
    return sorted((cost, first + at) for first, costs in windows for at, cost in enumerate(costs))


def _neighbours(rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    for i, row in enumerate(rows):
        yield i, i
        if i + 1 < len(rows) and rows[i + 1][0] == row[0]:
            yield i, i + 1
            yield i + 1, i


def _cheapest_pair(
    layout: Layout,
    larger: Sequence[tuple[int, int]],
    smaller: Sequence[tuple[int, int]],
    sizes: tuple[int, int],
    best: tuple[int, tuple[_Run, _Run]] | None,
) -> tuple[int, tuple[_Run, _Run]] | None:
    """The cheaper of ``best`` and the cheapest pair of windows; both lists are sorted, so it can stop early."""
    if not larger or not smaller:
        return best
    for a_cost, a in larger:
        if best and a_cost + smaller[0][0] >= best[0]:
            break
        for b_cost, b in smaller:
            if best and a_cost + b_cost >= best[0]:
                break
            if a < b + sizes[1] and b < a + sizes[0]:
                continue  # they overlap
            apart = layout.units(layout.centre(a, sizes[0]), layout.centre(b, sizes[1]))
            cost = a_cost + b_cost + sum(sizes) * apart
            if best is None or cost < best[0]:
                best = cost, ((a, sizes[0]), (b, sizes[1]))
    return best


def _is_special(seat: Seat) -> bool:
    return seat.kind in (SeatKind.WHEELCHAIR, SeatKind.COMPANION)


def _with_wheelchairs(
    layout: Layout,
    mask: bytes,
    wanted: bytes,
    free: Sequence[Seat],
    wheelchair: int,
    companion: int,
    others: int,
) -> Choice | None:
    """Around each free wheelchair place: the nearest others of its kind, companion places, and a run of seats."""
    pools = {kind: [s for s in free if s.kind is kind] for kind in (SeatKind.WHEELCHAIR, SeatKind.COMPANION)}
    needs = {SeatKind.WHEELCHAIR: wheelchair, SeatKind.COMPANION: companion}
    best: tuple[int, int, list[Seat], list[_Run]] | None = None
    for anchor in sorted(pools[SeatKind.WHEELCHAIR if wheelchair else SeatKind.COMPANION], key=lambda s: s.place):
        places: list[Seat] = []
        for kind, need in needs.items():
            places += _nearest(layout, anchor, pools[kind], need, pools[SeatKind.WHEELCHAIR])
        runs = _nearest_runs(layout, mask, wanted, anchor, others)
        if len(places) < wheelchair + companion or sum(count for _, count in runs) < others:
            continue
        prefix = layout.around(anchor)
        cost = layout.focus_cost(anchor)
        cost += sum(layout.units((seat.x, seat.y), (anchor.x, anchor.y)) for seat in places)
        cost += sum(prefix[first + count] - prefix[first] for first, count in runs)
        if best is None or (len(runs), cost) < best[:2]:
            best = len(runs), cost, places, runs
    if best is None:
        return None
    _, _, places, runs = best
    choice = _choice(layout, mask, runs, together=len(runs) < 2)
    party = [*places, *(layout.seats[place - 1] for place in choice.places)]
    together = choice.together and _is_cluster(layout, party)
    return Choice(tuple(sorted(seat.place for seat in party)), together, choice.orphans)


def _nearest(layout: Layout, anchor: Seat, pool: Sequence[Seat], need: int, wheelchairs: Sequence[Seat]) -> list[Seat]:
    """Up to ``need`` seats of the anchor's zone, nearest first; the anchor itself comes first of all.

    Of two that are as near, the one further from other wheelchair places: those need a companion's seat too.
    """
    at = (anchor.x, anchor.y)
    rivals = [seat for seat in wheelchairs if seat.zone == anchor.zone and seat is not anchor]

    def order(seat: Seat) -> tuple[int, int, int]:
        here = (seat.x, seat.y)
        elsewhere = min((layout.units(here, (rival.x, rival.y)) for rival in rivals), default=0)
        return layout.units(here, at) // _AS_NEAR, -elsewhere, seat.place

    return sorted((seat for seat in pool if seat.zone == anchor.zone), key=order)[:need]


def _nearest_runs(layout: Layout, mask: bytes, wanted: bytes, anchor: Seat, count: int) -> list[_Run]:
    """One run near the anchor, else the nearest single seats; fewer than ``count`` where there are no more."""
    if not count:
        return []
    prefix, rows = layout.around(anchor), layout.rows_of(anchor.zone)
    run = _cheapest_run(prefix, mask, wanted, count, rows)
    if run is not None:
        return [run]
    singles = (slot for _, first, after in rows for slot in range(first, after) if wanted[slot])
    return [(slot, 1) for slot in sorted(singles, key=lambda slot: (prefix[slot + 1] - prefix[slot], slot))[:count]]


def _is_cluster(layout: Layout, party: Sequence[Seat]) -> bool:
    """Whether everybody can be reached from one to the next."""
    reached, waiting = [party[0]], list(party[1:])
    for seat in reached:
        near = [s for s in waiting if layout.units((s.x, s.y), (seat.x, seat.y)) <= REACH]
        reached += near
        waiting = [s for s in waiting if s not in near]
    return not waiting
