"""The search for seats against a brute force that follows the rules word by word."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from statistics import median_low

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.programme.model import PlanCategory, Seat, SeatingPlan, SeatKind
from domain.ticketing.best_seats import Choice, best_together, nearest_free

ORDINARY = (SeatKind.STANDARD, SeatKind.RESTRICTED)


@dataclass(frozen=True)
class House:
    plan: SeatingPlan
    free: frozenset[int]


@st.composite
def houses(draw: st.DrawFn, *, kinds: tuple[SeatKind, ...] = tuple(SeatKind)) -> House:
    seats: list[Seat] = []
    zones = [f"Z{i}" for i in range(draw(st.integers(1, 2)))]
    for z, zone in enumerate(zones):
        for r in range(draw(st.integers(1, 4))):
            x = draw(st.integers(0, 60))
            for _ in range(draw(st.integers(1, 9))):
                x += draw(st.sampled_from((20, 20, 20, 22, 50)))
                kind = draw(st.sampled_from((SeatKind.STANDARD,) * 6 + kinds))
                category = draw(st.sampled_from("AAAB"))
                place = len(seats) + 1
                y = 400 * z + 24 * r + draw(st.integers(0, 3))
                seats.append(Seat(place, f"g{place}", zone, str(r), str(place), category, kind, x, y))
    focus = {zone: (float(draw(st.integers(0, 300))), float(draw(st.integers(0, 500)))) for zone in zones}
    categories = (PlanCategory("A", "#111111"), PlanCategory("B", "#222222"))
    plan = SeatingPlan("generated", 900, 900, categories, tuple(zones), tuple(seats), focus=focus)
    taken = draw(st.sets(st.integers(1, len(seats)), max_size=len(seats)))
    return House(plan, frozenset(range(1, len(seats) + 1)) - taken)


def apart(a: Seat, b: Seat) -> float:
    return hypot(a.x - b.x, a.y - b.y)


def rows_of(plan: SeatingPlan) -> list[list[Seat]]:
    rows: dict[tuple[str, str], list[Seat]] = {}
    for seat in plan.seats:
        rows.setdefault((seat.zone, seat.row), []).append(seat)
    return list(rows.values())


def plan_pitch(plan: SeatingPlan) -> float:
    gaps = [apart(a, b) for row in rows_of(plan) for a, b in pairwise(row)]
    return median_low(gaps) if gaps else 1.0


def neighbours(plan: SeatingPlan) -> dict[int, set[int]]:
    """place → adjacent ordinary places."""
    found: dict[int, set[int]] = {seat.place: set() for seat in plan.seats}
    for row in rows_of(plan):
        gaps = [apart(a, b) for a, b in pairwise(row)]
        pitch = median_low(gaps) if len(gaps) > 2 else plan_pitch(plan)
        for (a, b), gap in zip(pairwise(row), gaps, strict=True):
            if gap <= 1.8 * pitch and a.kind in ORDINARY and b.kind in ORDINARY:
                found[a.place].add(b.place)
                found[b.place].add(a.place)
    return found


def orphans_of(plan: SeatingPlan, free: frozenset[int], chosen: set[int]) -> int:
    beside = neighbours(plan)
    left = free - chosen
    return sum(1 for p in left if beside[p] & free and not beside[p] & left)


def cost_of(plan: SeatingPlan, free: frozenset[int], window: list[Seat]) -> int:
    pitch = plan_pitch(plan)

    def units(a: tuple[float, float], b: tuple[float, float]) -> int:
        return round(hypot(a[0] - b[0], a[1] - b[1]) * 1000 / pitch)

    total = 0
    for seat in window:
        own = plan.focus[seat.zone]
        total += units((seat.x, seat.y), own) + units(own, plan.focus[plan.zones[0]]) // 2
    restricted = sum(10**12 for seat in window if seat.kind is SeatKind.RESTRICTED)
    return total + restricted + 3000 * len(window) * orphans_of(plan, free, {s.place for s in window})


def brute_force(house: House, count: int, category: str | None, zone: str | None) -> tuple[int, tuple[int, ...]] | None:
    plan, beside = house.plan, neighbours(house.plan)
    best: tuple[int, tuple[int, ...]] | None = None
    for row in rows_of(plan):
        for start in range(len(row) - count + 1):
            window = row[start : start + count]
            if not all(
                seat.place in house.free
                and seat.kind in ORDINARY
                and category in (None, seat.category)
                and zone in (None, seat.zone)
                for seat in window
            ):
                continue
            if not all(b.place in beside[a.place] for a, b in pairwise(window)):
                continue
            found = cost_of(plan, house.free, window), tuple(seat.place for seat in window)
            best = found if best is None else min(best, found)
    return best


@settings(max_examples=400, deadline=None)
@given(
    house=houses(),
    count=st.integers(1, 6),
    category=st.sampled_from((None, "A", "B")),
    zone=st.sampled_from((None, "Z0", "Z1")),
)
def test_the_best_run_is_the_one_brute_force_finds(
    house: House, count: int, category: str | None, zone: str | None
) -> None:
    expected = brute_force(house, count, category, zone)
    choice = best_together(house.plan, house.free, count, category=category, zone=zone)
    if expected is None:
        assert choice is None or not choice.together
    else:
        assert choice is not None
        orphans = orphans_of(house.plan, house.free, set(expected[1]))
        assert choice == Choice(expected[1], together=True, orphans=orphans)


@settings(max_examples=200, deadline=None)
@given(house=houses(), count=st.integers(2, 8))
def test_a_split_party_sits_in_two_runs_of_one_zone(house: House, count: int) -> None:
    choice = best_together(house.plan, house.free, count)
    if choice is None or choice.together:
        return
    seats = [house.plan.seat(place) for place in choice.places]
    assert len(seats) == len(set(choice.places)) == count
    assert set(choice.places) <= house.free
    assert all(seat.kind in ORDINARY for seat in seats)
    assert len({seat.zone for seat in seats}) == 1
    beside = neighbours(house.plan)
    breaks = sum(b.place not in beside[a.place] for a, b in pairwise(seats))
    assert breaks == 1, "two runs, each of adjacent seats"
    rows = sorted({int(seat.row) for seat in seats})
    assert len(rows) == 1 or rows[1] - rows[0] == 1
    assert choice.orphans == orphans_of(house.plan, house.free, set(choice.places))


@settings(max_examples=200, deadline=None)
@given(house=houses(), count=st.integers(2, 6))
def test_a_party_is_turned_away_only_where_no_two_runs_make_it(house: House, count: int) -> None:
    if best_together(house.plan, house.free, count) is not None:
        return
    beside = neighbours(house.plan)

    def runs(size: int) -> list[list[Seat]]:
        return [
            row[i : i + size]
            for row in rows_of(house.plan)
            for i in range(len(row) - size + 1)
            if all(s.place in house.free and s.kind in ORDINARY for s in row[i : i + size])
            and all(b.place in beside[a.place] for a, b in pairwise(row[i : i + size]))
        ]

    for size in range(1, count):
        for a in runs(size):
            for b in runs(count - size):
                near = a[0].zone == b[0].zone and abs(int(a[0].row) - int(b[0].row)) <= 1
                assert not near or {s.place for s in a} & {s.place for s in b}


@settings(max_examples=200, deadline=None)
@given(house=houses(), others=st.integers(0, 3), companion=st.integers(0, 1))
def test_a_wheelchair_party_gets_the_kinds_it_asked_for(house: House, others: int, companion: int) -> None:
    count = 1 + companion + others
    choice = best_together(house.plan, house.free, count, wheelchair=1, companion=companion)
    zones = {
        zone
        for zone in house.plan.zones
        if _free(house, zone, SeatKind.WHEELCHAIR) >= 1
        and _free(house, zone, SeatKind.COMPANION) >= companion
        and _free(house, zone, *ORDINARY) >= others
    }
    if not zones:
        assert choice is None
        return
    assert choice is not None
    seats = [house.plan.seat(place) for place in choice.places]
    assert set(choice.places) <= house.free
    assert len(set(choice.places)) == count
    assert [s.kind for s in seats].count(SeatKind.WHEELCHAIR) == 1
    assert [s.kind for s in seats].count(SeatKind.COMPANION) == companion
    assert {s.zone for s in seats} <= zones
    assert len({s.zone for s in seats}) == 1


def _free(house: House, zone: str, *kinds: SeatKind) -> int:
    return sum(1 for s in house.plan.seats if s.place in house.free and s.zone == zone and s.kind in kinds)


@settings(max_examples=200, deadline=None)
@given(house=houses(), n=st.integers(1, 4), data=st.data())
def test_the_nearest_free_places_are_the_nearest(house: House, n: int, data: st.DataObject) -> None:
    lost = house.plan.seat(data.draw(st.integers(1, len(house.plan.seats))))
    found = nearest_free(house.plan, lost.place, house.free, n)
    same = {lost.kind} if lost.kind not in ORDINARY else set(ORDINARY)
    pool = [
        s
        for s in house.plan.seats
        if s.place in house.free and s.place != lost.place and s.category == lost.category and s.kind in same
    ]
    assert len(found) == min(n, len(pool))
    assert lost.place not in found
    left = [s for s in pool if s.place not in found]

    def rank(seat: Seat) -> tuple[bool, bool, float]:
        return seat.zone != lost.zone, seat.kind != lost.kind, (seat.x - lost.x) ** 2 + (seat.y - lost.y) ** 2

    chosen = [house.plan.seat(place) for place in found]
    assert set(chosen) <= set(pool)
    assert not left or not chosen or max(map(rank, chosen)) <= min(map(rank, left))
