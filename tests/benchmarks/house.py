"""A house to measure in: a hall of 2,000 seats in eight zones and four prices for three concessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.money import Money
from domain.ports import Tx
from domain.programme.model import PlanCategory, Price, Seat, SeatingPlan, SeatKind
from tests.support.house import small_house

CATEGORIES = ("A", "B", "C", "D")
ZONES, ROWS, PER_ROW = 8, 10, 25
SEATS = ZONES * ROWS * PER_ROW
PITCH = 25.0
CURRENCY = "EUR"
FULL_PRICE = 8000  # in minor units, in every category


@dataclass(frozen=True, slots=True)
class BenchHouse:
    """``concessions``: full price first."""

    plan_id: int
    template_id: int
    venue_id: int
    gate_id: int
    concessions: tuple[int, ...]


def build_house(tx: Tx) -> BenchHouse:
    small = small_house(tx)
    plan_id, _ = tx.programme.add_plan(small.hall_id, _plan(), tx.now)
    concessions = [small.concession_id]
    full = tx.programme.concession(small.concession_id)
    assert full is not None
    for rank, key in enumerate(("student", "child"), start=2):
        concessions.append(tx.programme.put_concession(replace(full, id=0, key=key), rank))
    return BenchHouse(plan_id, small.performance_id, small.venue_id, small.gate_id, tuple(concessions))


def add_performance(
    tx: Tx, house: BenchHouse, number: int, *, capacity: int | None = None, ago: timedelta | None = None
) -> int:
    """One more showing in the large hall, on sale now; the doors open within the hour.

    ``capacity``: numbered places instead, at the same prices. ``ago``: a showing of the past.
    """
    template = tx.programme.performance(house.template_id)
    assert template is not None
    starts_at = tx.now + timedelta(hours=1) if ago is None else tx.now - ago
    performance_id = tx.programme.put_performance(
        replace(
            template,
            id=0,
            key=f"bench-{number}",
            plan_id=house.plan_id if capacity is None else None,
            capacity=capacity or SEATS,
            starts_at=starts_at,
            doors_at=starts_at - timedelta(minutes=30),
            ends_at=starts_at + timedelta(hours=2),
            sales_open_at=starts_at - timedelta(days=30),
            sales_close_at=starts_at,
        )
    )
    prices = [
        Price(category, concession, Money(FULL_PRICE - 1000 * cheaper, CURRENCY), 700)
        for category in (CATEGORIES if capacity is None else ("",))
        for cheaper, concession in enumerate(house.concessions)
    ]
    tx.programme.put_prices(performance_id, prices)
    return performance_id


def _plan() -> SeatingPlan:
    seats: list[Seat] = []
    focus: dict[str, tuple[float, float]] = {}
    for zone in range(ZONES):
        name, category = f"Zone {zone + 1}", CATEGORIES[zone * len(CATEGORIES) // ZONES]
        left, top = zone % 2 * (PER_ROW + 4) * PITCH, zone // 2 * (ROWS + 2) * PITCH
        focus[name] = (left + PER_ROW * PITCH / 2, top)
        for row in range(ROWS):
            for number in range(PER_ROW):
                place, at = len(seats) + 1, (left + number * PITCH, top + row * PITCH)
                label = (str(row + 1), str(number + 1))
                seats.append(Seat(place, str(place), name, *label, category, SeatKind.STANDARD, *at))
    categories = tuple(
        PlanCategory(*pair) for pair in zip(CATEGORIES, ("#c0392b", "#e08e0b", "#2a7f9e", "#6b8e23"), strict=True)
    )
    size = (2 * (PER_ROW + 4) * PITCH, ZONES / 2 * (ROWS + 2) * PITCH)
    return SeatingPlan("Hall", *size, categories, tuple(focus), tuple(seats), (), focus)
