"""The best seats together in an arena of 20,000, a part of them taken at random: one search, the plan known.

The rule alone: what is free is read from the database before (``bench_orders`` has all of it). Means of many searches.
"""

from __future__ import annotations

from random import Random
from time import perf_counter

from domain.programme.model import PlanCategory, Seat, SeatingPlan, SeatKind
from domain.ticketing.best_seats import best_together
from tests.benchmarks.measuring import Figure

ZONES, ROWS, PER_ROW = 20, 25, 40
SEATS = ZONES * ROWS * PER_ROW
SEARCHES = 40
TAKEN = (0.1, 0.5, 0.95)


def arena() -> SeatingPlan:
    """Blocks side by side, each of straight rows, each with its best point at the middle of its front."""
    seats: list[Seat] = []
    for zone in range(ZONES):
        for row in range(ROWS):
            for column in range(PER_ROW):
                place = len(seats) + 1
                at = (zone * (PER_ROW + 6) * 25.0 + column * 25.0, row * 30.0)
                category = "ABCD"[row * 4 // ROWS]
                name = f"Block {zone + 1}"
                seats.append(
                    Seat(place, f"g{place}", name, str(row + 1), str(column + 1), category, SeatKind.STANDARD, *at)
                )
    zones = tuple(f"Block {zone + 1}" for zone in range(ZONES))
    focus = {name: ((index * (PER_ROW + 6) + PER_ROW / 2) * 25.0, 0.0) for index, name in enumerate(zones)}
    categories = tuple(PlanCategory(name, "#336699") for name in "ABCD")
    return SeatingPlan("Arena", ZONES * (PER_ROW + 6) * 25.0, ROWS * 30.0, categories, zones, tuple(seats), focus=focus)


def run() -> list[Figure]:
    """Figures as in ``bench_orders``."""
    plan, chance = arena(), Random(20_000)
    best_together(plan, range(1, SEATS + 1), 2)  # what is worked out once for a plan
    figures: list[Figure] = []
    for taken in TAKEN:
        free = [place for place in range(1, SEATS + 1) if chance.random() >= taken]
        began = perf_counter()
        for search in range(SEARCHES):
            best_together(plan, free, 1 + search % 6, category="ABCD"[search % 4])
        each = (perf_counter() - began) / SEARCHES
        figures.append(
            {
                "name": f"best 1 to 6 of {SEATS:,} seats, {taken:.0%} taken",
                "value": round(each * 1000, 1),
                "unit": "ms",
                "aim": 20,
            }
        )
    return figures


if __name__ == "__main__":
    for figure in run():
        print(figure)
