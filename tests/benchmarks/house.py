"""A house to measure in: a hall of 2,000 seats in four prices for three concessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.money import Money
from domain.ports import Tx
from domain.programme.model import PlanCategory, Price, Seat, SeatingPlan, SeatKind
from tests.support.house import small_house

CATEGORIES = ("A", "B", "C", "D")
SEATS, PER_ROW = 2000, 50
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


def add_performance(tx: Tx, house: BenchHouse, number: int, *, capacity: int | None = None) -> int:
    """One more showing in the large hall, on sale now; the doors open within the hour.

    ``capacity``: numbered places instead, at the same prices.
    """
    template = tx.programme.performance(house.template_id)
    assert template is not None
    starts_at = tx.now + timedelta(hours=1)
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
    rows = SEATS // PER_ROW
    seats = []
    for place in range(1, SEATS + 1):
        row, number = divmod(place - 1, PER_ROW)
        category = CATEGORIES[row * len(CATEGORIES) // rows]
        at = (number * 20.0, row * 25.0)
        seats.append(Seat(place, str(place), "Hall", str(row + 1), str(number + 1), category, SeatKind.STANDARD, *at))
    categories = tuple(PlanCategory(name, "#c0392b") for name in CATEGORIES)
    focus = {"Hall": (PER_ROW * 10.0, 0.0)}
    return SeatingPlan("Hall", PER_ROW * 20.0, rows * 25.0, categories, ("Hall",), tuple(seats), (), focus)
