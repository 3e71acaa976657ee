"""A sold-out house of 2,000 is cancelled: every holder told, every ticket ended, every refund asked for.

Orders of two tickets each, all paid. From the decision to the last refund's row, as the clock's tick does it; the
messages themselves go out at the messenger's pace.
"""

from __future__ import annotations

from time import perf_counter

from bot.loop import run_in_loop
from domain.money import Money
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.moving import CancelPerformance, CarryOn, PayBackNow
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from tests.benchmarks.filling import add_people
from tests.benchmarks.house import CURRENCY, FULL_PRICE, SEATS, BenchHouse, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, opened, statements


async def _sell_out(bench: Bench, house: BenchHouse, performance_id: int, buyers: list[int]) -> None:
    places = zip(range(1, SEATS + 1, 2), range(2, SEATS + 1, 2), strict=True)
    for buyer, pair in zip(buyers, places, strict=True):
        wishes = tuple(Wish(place, house.concessions[0]) for place in pair)
        order_id = await bench.uow.write(HoldPlaces(buyer, performance_id, wishes))
        amount = Money(2 * FULL_PRICE, CURRENCY)
        await bench.uow.write(CapturePayment(Captured("bench", f"c{order_id}", "", order_id, amount, buyer)))


async def _measure(kind: str) -> list[Figure]:
    async with opened(kind) as bench:
        house = await bench.uow.write(build_house)
        performance_id = await bench.uow.write(lambda tx: add_performance(tx, house, 1))
        await _sell_out(bench, house, performance_id, await add_people(bench.uow, 10_000, SEATS // 2))
        (manager,) = await add_people(bench.uow, 1, 1)
        await bench.uow.write(lambda tx: _appoint(tx, manager))
        with statements() as found:
            began = perf_counter()
            change_id = await bench.uow.write(CancelPerformance(manager, performance_id))
            await bench.uow.write(PayBackNow(manager, change_id))
            while await bench.uow.write(CarryOn(change_id)):
                pass
            took = perf_counter() - began
        left = await bench.uow.read(lambda tx: tx.ticketing.count_tickets(performance_id))
        assert not left
    what = f"{SEATS} tickets of {SEATS // 2} people, {TITLES[kind]}"
    return [
        {
            "name": f"a cancelled house, {what}",
            "value": round(took * 1000 / SEATS, 2),
            "unit": "ms a ticket",
            "aim": None,
        },
        {
            "name": f"the same, {what}",
            "value": round(found.many / SEATS, 2),
            "unit": "statements a ticket",
            "aim": None,
        },
    ]


def _appoint(tx: Tx, manager: int) -> None:
    tx.people.grant(manager, Grant(Role.MANAGER), None, tx.now)


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``."""
    return [figure for kind in KINDS for figure in run_in_loop(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
