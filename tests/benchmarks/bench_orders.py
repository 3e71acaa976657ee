"""Paid orders: hold, begin of payment, capture with tickets; and two hundred buyers for fifty seats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from statistics import median

from bot.loop import run_in_loop
from domain.errors import Rejected
from domain.money import Money
from domain.payments.model import Captured
from domain.payments.paying import BeginPayment, CapturePayment
from domain.ticketing.holding import HoldBest, HoldPlaces
from domain.ticketing.model import Wish
from tests.benchmarks.bare_orders import BareSale
from tests.benchmarks.filling import add_people
from tests.benchmarks.house import CURRENCY, FULL_PRICE, BenchHouse, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, crowd, opened, ratio, statements, take_turns

BUYERS = 16
SEATS_EACH = 2
ORDERS_EACH = 20
ROUNDS = 5
RUSH, RUSH_SEATS, RUSHES = 200, 50, 5

Buy = Callable[["Purchase"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Purchase:
    performance_id: int
    buyer_id: int
    places: tuple[int, ...]
    charge: str


class Shop:
    """Sells to crowds, each time a new performance to new people."""

    def __init__(self, bench: Bench, house: BenchHouse) -> None:
        self._bench = bench
        self._house = house
        self._performances = count(1)
        self._accounts = count(1_000_000, 100_000)

    async def purchases(self, many: int) -> list[Purchase]:
        number = next(self._performances)
        performance_id = await self._bench.uow.write(lambda tx: add_performance(tx, self._house, number))
        people = await add_people(self._bench.uow, next(self._accounts), many)
        return [
            Purchase(performance_id, buyer_id, tuple(range(first, first + SEATS_EACH)), f"charge-{number}-{first}")
            for first, buyer_id in zip(count(1, SEATS_EACH), people, strict=False)
        ]

    async def rate(self, buy: Buy) -> float:
        """Paid orders per second."""
        purchases = await self.purchases(BUYERS * ORDERS_EACH)

        async def buyer(number: int) -> None:
            for purchase in purchases[number::BUYERS]:
                await buy(purchase)

        return len(purchases) / await crowd(BUYERS, buyer)

    async def buy(self, purchase: Purchase) -> None:
        write = self._bench.uow.write
        wishes = tuple(Wish(place, self._house.concessions[0]) for place in purchase.places)
        total = Money(FULL_PRICE * len(wishes), CURRENCY)
        order_id = await write(HoldPlaces(purchase.buyer_id, purchase.performance_id, wishes))
        await write(BeginPayment(purchase.buyer_id, order_id, total))
        paid = await write(CapturePayment(self._captured(purchase, order_id, total)))
        assert paid["fate"] == "tickets", paid

    async def buy_bare(self, purchase: Purchase) -> None:
        sale = BareSale(
            purchase.performance_id,
            purchase.buyer_id,
            purchase.places,
            self._house.concessions[0],
            FULL_PRICE,
            purchase.charge,
        )
        write = self._bench.database.write
        order_id = await write(sale.hold)
        await write(partial(sale.begin, order_id))
        await write(partial(sale.capture, order_id))

    async def rush(self) -> float:
        """Seconds until everybody who wants one of a few seats has paid for it or was told no."""
        number = next(self._performances)
        house = self._house
        performance_id = await self._bench.uow.write(lambda tx: add_performance(tx, house, number, capacity=RUSH_SEATS))
        people = await add_people(self._bench.uow, next(self._accounts), RUSH)
        paid = 0

        async def buyer(index: int) -> None:
            nonlocal paid
            write = self._bench.uow.write
            try:
                hold = HoldBest(people[index], performance_id, ((house.concessions[0], 1),))
                order_id = await write(hold)
            except Rejected:
                return
            total = Money(FULL_PRICE, CURRENCY)
            purchase = Purchase(performance_id, people[index], (), f"rush-{number}-{index}")
            await write(BeginPayment(people[index], order_id, total))
            await write(CapturePayment(self._captured(purchase, order_id, total)))
            paid += 1

        seconds = await crowd(RUSH, buyer)
        assert paid == RUSH_SEATS, f"{paid} of {RUSH_SEATS} seats were sold"
        return seconds

    def _captured(self, purchase: Purchase, order_id: int, total: Money) -> Captured:
        return Captured("provider", purchase.charge, "", order_id, total, purchase.buyer_id)


async def assert_same_statements(shop: Shop) -> int:
    """The two run the same statements, in the same order; gives how many."""
    ours, theirs = await shop.purchases(2)
    with statements() as of_ours:
        await shop.buy(ours)
    with statements() as of_theirs:
        await shop.buy_bare(theirs)
    for one, other in zip(of_ours.texts, of_theirs.texts, strict=True):
        assert one == other, f"bare_orders.py runs other statements than Foyer:\n{one}\n{other}"
    return of_ours.many


async def _measure(kind: str) -> list[Figure]:
    async with opened(kind, pool_size=BUYERS) as bench:
        shop = Shop(bench, await bench.uow.write(build_house))
        await take_turns([lambda: shop.rate(shop.buy), lambda: shop.rate(shop.buy_bare)], 1)  # warms up
        ours, bare = await take_turns([lambda: shop.rate(shop.buy), lambda: shop.rate(shop.buy_bare)], ROUNDS)
        (rushes,) = await take_turns([shop.rush], RUSHES)
        many = await assert_same_statements(shop)
    return [
        {
            "name": f"paid orders, {BUYERS} buyers at once, {many} statements each, {TITLES[kind]}",
            "value": round(median(ours)),
            "unit": "orders/s",
            "aim": 350,
            "ratio": round(ratio(ours, bare), 2),
            "ratio_aim": 0.7,
            "against": f"bare SQLAlchemy Core, {round(median(bare))}",
        },
        {
            "name": f"{RUSH} buyers for {RUSH_SEATS} seats, {TITLES[kind]}",
            "value": round(median(rushes), 2),
            "unit": "s",
            "aim": 1,
        },
    ]


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``, with ``ratio`` and ``ratio_aim`` where something else is measured beside."""
    return [figure for kind in KINDS for figure in run_in_loop(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
