"""Whatever is bought, cancelled, changed at whatever prices, fees and tax rates: every charge balances at each rate."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.codes import Keyring
from domain.errors import Rejected
from domain.money import Money
from domain.payments.model import RefundState
from domain.payments.paying import PayNothing
from domain.payments.refunding import DueRefunds, SettleRefund
from domain.ports import Tx
from domain.programme.model import PlanCategory, Price, Seat, SeatingPlan, SeatKind
from domain.programme.returns import ReturnPolicy
from domain.ticketing.cancelling import CancelTickets
from domain.ticketing.changing_seats import ChangeSeats
from domain.ticketing.model import TicketState, Wish
from storage.database import open_database
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import captured, hold

KEYRING = Keyring({"k": b"a secret of the tests, of no use elsewhere"})
SEATS = 6
CELLS = st.lists(
    st.tuples(st.sampled_from((0, 1, 99, 1500, 2500, 9999)), st.sampled_from((0, 600, 700, 1900))),
    min_size=SEATS,
    max_size=SEATS,
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("buy", "cancel", "change", "change", "settle")),
        st.sets(st.integers(1, SEATS), min_size=1, max_size=3),
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=CELLS, steps=STEPS, fee=st.sampled_from((0, 1, 50, 3000)), percent=st.sampled_from((0, 7, 33, 100)))
def test_every_charge_balances(
    sqlite_template: SqliteTemplate,
    tmp_path: Path,
    cells: Sequence[tuple[int, int]],
    steps: Sequence[tuple[str, set[int]]],
    fee: int,
    percent: int,
) -> None:
    async def everything() -> None:
        database = open_database(sqlite_template.fresh(Path(mkdtemp(dir=tmp_path))))
        uow = UnitOfWork(database, FakeClock(), KEYRING)
        policy = ReturnPolicy(fee_minor=fee, fee_percent=percent)
        house, buyer = await uow.write(lambda tx: (furnish(tx, cells, policy), somebody(tx)))
        for what, places in steps:
            with contextlib.suppress(Rejected):
                await step(uow, house, buyer, what, sorted(places))
            await check_invariants(uow)
        await step(uow, house, buyer, "settle", [])
        await check_invariants(uow)
        await database.dispose()

    asyncio.run(everything())


def furnish(tx: Tx, cells: Sequence[tuple[int, int]], policy: ReturnPolicy) -> SmallHouse:
    """Every seat is a price category of its own."""
    tx.programme.put_return_policy(policy)
    house = small_house(tx, capacity=SEATS)
    seats = tuple(
        Seat(place, f"g{place}", "Stalls", "1", str(place), f"C{place}", SeatKind.STANDARD, 20.0 * place, 0.0)
        for place in range(1, SEATS + 1)
    )
    categories = tuple(PlanCategory(seat.category, "#336699") for seat in seats)
    plan = SeatingPlan("Hall", 400, 400, categories, ("Stalls",), seats, focus={"Stalls": (0.0, 0.0)})
    plan_id, _ = tx.programme.add_plan(house.hall_id, plan, tx.now)
    performance = tx.programme.performance(house.performance_id)
    assert performance is not None
    tx.programme.put_performance(replace(performance, plan_id=plan_id))
    prices = [
        Price(f"C{place}", house.concession_id, Money(minor, "EUR"), rate)
        for place, (minor, rate) in enumerate(cells, start=1)
    ]
    tx.programme.put_prices(performance.id, prices)
    return house


async def step(uow: UnitOfWork, house: SmallHouse, buyer: int, what: str, places: list[int]) -> None:
    if what == "settle":
        for refund, _ in await uow.read(DueRefunds()):
            await uow.write(SettleRefund(refund.id, RefundState.CONFIRMED, f"r{refund.id}"))
        return
    held = await uow.read(lambda tx: tx.ticketing.tickets_of_holder(buyer))
    good = [ticket for ticket in held if ticket.state is TicketState.VALID]
    if what == "cancel":
        await uow.write(CancelTickets(buyer, tuple(ticket.id for ticket in good if ticket.place in places)))
        return
    work: Any = hold(house, buyer, *places)
    if what == "change":
        wishes = tuple(Wish(place, house.concession_id) for place in places)
        work = ChangeSeats(buyer, tuple(ticket.id for ticket in good[: len(places)]), wishes)
    order_id = await uow.write(work)
    order = await uow.read(lambda tx: tx.ticketing.order(order_id))
    assert order is not None
    if order.total:
        await uow.write(captured(order_id, buyer, order.total.minor))
    else:
        await uow.write(PayNothing(buyer, order_id))
