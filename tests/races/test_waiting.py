"""Window, chat and waiting list fight over the last 20 seats: each seat once, no offer broken, nobody overtaken."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.errors import Rejected
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.moving import CancelPerformance, CarryOn
from domain.ticketing import holding
from domain.ticketing.blocking import ReleaseBlock
from domain.ticketing.holding import HoldBest, LetGo
from domain.ticketing.model import BlockReason
from domain.ticketing.waiting import JoinWaiting, LeaveWaiting, RefuseOffered, ServeQueue, TakeOffered
from domain.ticketing.watching import block_places
from domain.ticketing.window import BeginSale, HoldAtWindow, StopSale
from domain.ticketing.window_paying import TakeCash
from storage.tables.ticketing import ticket_order
from storage.tables.waiting import waiting_offer
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, captured, people, seated_house
from tests.support.window import clerk_at

SEATS, ROUNDS = 20, 6
IN_LINE, GUESTS, CLERKS = 6, 5, 2
KNOWN = {"sold", "left", "refused", "let go", "released", "served", "not_enough_together", "seat_taken", "nothing"}


async def sold_out(uow: UnitOfWork, clerk_of: list[int]) -> tuple[SmallHouse, int]:
    """Everything is blocked. Gives the house and the block, which a clerk of it may release."""

    def made(tx: Tx) -> tuple[SmallHouse, int]:
        house = seated_house(tx, rows=2, seats=SEATS // 2)
        return house, block_places(tx, house.performance_id, range(1, SEATS + 1), BlockReason.HOUSE)

    house, block_id = await uow.write(made)
    clerk_of += [await clerk_at(uow, house, float_minor=0) for _ in range(CLERKS)]
    return house, block_id


async def join(uow: UnitOfWork, house: SmallHouse, person: int, seats: int) -> None:
    now = uow._clock.now()
    await uow.write(JoinWaiting(person, house.performance_id, seats, (), now + timedelta(days=1)))


async def offered(uow: UnitOfWork, person: int) -> list[int]:
    """Orders that have been offered to them, the newest first."""
    mine = select(waiting_offer.c.order_id).join(ticket_order, ticket_order.c.id == waiting_offer.c.order_id)
    query = mine.where(ticket_order.c.buyer_id == person).order_by(waiting_offer.c.order_id.desc())
    return await uow._database.read(lambda connection: list(connection.execute(query).scalars()))


async def open_offers(uow: UnitOfWork, house: SmallHouse) -> int:
    query = select(waiting_offer.c.order_id).join(ticket_order, ticket_order.c.id == waiting_offer.c.order_id)
    query = query.where(ticket_order.c.performance_id == house.performance_id, ticket_order.c.state == "held")
    return len(await uow._database.read(lambda connection: list(connection.execute(query))))


async def fight(uow: UnitOfWork, house: SmallHouse, block_id: int, line: list[int], clerks: list[int]) -> Counter[str]:
    party = ((house.concession_id, 2),)

    async def in_line(person: int, number: int) -> str:
        await uow.write(ServeQueue(house.performance_id))
        orders = await offered(uow, person)
        if not orders:
            return "left" if await uow.write(LeaveWaiting(person, house.performance_id)) else ""
        if number % 3 == 0:
            return "refused" if await uow.write(RefuseOffered(person, orders[0])) else ""
        await uow.write(TakeOffered(person, orders[0]))
        paid = await uow.write(captured(orders[0], person, 2 * PRICE.minor))
        return "sold" if paid["fate"] == "tickets" else str(paid["fate"])

    async def in_chat(guest: int, number: int) -> str:
        order_id = await uow.write(HoldBest(guest, house.performance_id, party))
        if number % 2:
            return "let go" if await uow.write(LetGo(guest, order_id)) else ""
        paid = await uow.write(captured(order_id, guest, 2 * PRICE.minor))
        return "sold" if paid["fate"] == "tickets" else str(paid["fate"])

    async def at_window(clerk: int, number: int) -> str:
        sale_id = await uow.write(BeginSale(clerk, house.performance_id))
        sale = await uow.read(lambda tx: tx.window.sale(sale_id))
        assert sale is not None
        order_id = await uow.write(HoldAtWindow(clerk, sale_id, HoldBest(sale.buyer_id, house.performance_id, party)))
        if number:
            await uow.write(StopSale(clerk, sale_id))
            return "let go"
        await uow.write(TakeCash(clerk, order_id, 2 * PRICE.minor))
        return "sold"

    async def released() -> str:
        return "released" if await uow.write(ReleaseBlock(clerks[0], block_id)) else ""

    async def said(what: Any) -> str:
        try:
            return str(await what)
        except Rejected as refused:
            return refused.code

    guests = await people(uow, GUESTS)
    work = [said(released()), *(said(in_line(person, number)) for number, person in enumerate(line))]
    work += [said(in_chat(guest, number)) for number, guest in enumerate(guests)]
    work += [said(at_window(clerk, number)) for number, clerk in enumerate(clerks)]
    return Counter(await asyncio.gather(*work))


async def test_window_chat_and_waiting_list_fight_over_the_last_20_seats(uow: UnitOfWork) -> None:
    """Defence: one claim a place, the locks on the line, and one open offer a person."""
    for round in range(ROUNDS):
        clerks: list[int] = []
        house, block_id = await sold_out(uow, clerks)
        line = await people(uow, IN_LINE)
        for person in line:
            await join(uow, house, person, 2)
        outcomes = await fight(uow, house, block_id, line, clerks)
        assert set(outcomes) <= KNOWN, f"round {round}: {outcomes}"
        await uow.write(ServeQueue(house.performance_id))
        taken = await uow.read(lambda tx, id=house.performance_id: tx.ticketing.taken(id, tx.now))  # type: ignore[misc]
        kept = await open_offers(uow, house)
        assert len(taken) == 2 * (outcomes["sold"] + kept) <= SEATS, f"round {round}: {outcomes}, {kept} offers stand"
    await check_invariants(uow)


async def overtaken(uow: UnitOfWork) -> list[str]:
    """Two wait for two seats, two seats come free, and somebody passes by before any tick. Who has them?"""
    clerks: list[int] = []
    house, block_id = await sold_out(uow, clerks)
    first, second, passer = await people(uow, 3)
    await join(uow, house, first, 2)
    await join(uow, house, second, 2)

    def two(tx: StorageTx) -> None:
        tx.window.free_from_block(block_id, (1, 2))

    await uow.write(two)
    names = {first: "first", second: "second", passer: "passer-by"}
    party = ((house.concession_id, 2),)
    hold = uow.write(HoldBest(passer, house.performance_id, party))
    await asyncio.gather(hold, uow.write(ServeQueue(house.performance_id)), return_exceptions=True)
    query = select(ticket_order.c.buyer_id).where(ticket_order.c.state == "held")
    query = query.where(ticket_order.c.performance_id == house.performance_id)
    return [names[id] for id in await uow._database.read(lambda c: list(c.execute(query).scalars()))]


async def test_nobody_overtakes_who_waits(uow: UnitOfWork) -> None:
    """Defence: whoever is about to hold places serves the line first, in the same transaction."""
    for _ in range(4):
        assert await overtaken(uow) == ["first"]
    await check_invariants(uow)


async def test_without_serving_the_line_first_a_passer_by_has_the_seats(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(holding, "serve_queue", lambda *_: 0)
    assert "passer-by" in [who for _ in range(4) for who in await overtaken(uow)]


async def test_the_house_cancels_while_everybody_buys(uow: UnitOfWork) -> None:
    """Defence: the performance's row lock, which who sells shares and who cancels has alone; late money goes back."""
    for _ in range(ROUNDS // 2):
        clerks: list[int] = []
        house, block_id = await sold_out(uow, clerks)
        line = await people(uow, IN_LINE)
        for person in line:
            await join(uow, house, person, 2)
        manager = await uow.write(lambda tx, id=house.venue_id: _manager(tx, id))  # type: ignore[misc]
        cancel = uow.write(CancelPerformance(manager, house.performance_id))
        _, change_id = await asyncio.gather(fight(uow, house, block_id, line, clerks), cancel)
        while await uow.write(CarryOn(change_id)):
            pass
        assert not await open_offers(uow, house)
    await check_invariants(uow)


def _manager(tx: Tx, venue_id: int) -> int:
    manager = somebody(tx, "Manager")
    tx.people.grant(manager, Grant(Role.MANAGER, venue_id), None, tx.now)
    return manager
