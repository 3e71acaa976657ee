"""Window, chat and waiting list fight over the last 20 seats: each seat once, no offer broken, nobody overtaken.

``FOYER_TEST_ROUNDS`` says how many rounds on each database; the default keeps the suite short.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import Rejected
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.moving import CancelPerformance, CarryOn
from domain.ticketing import holding, policy
from domain.ticketing.blocking import ReleaseBlock
from domain.ticketing.holding import HoldBest, LetGo
from domain.ticketing.model import BlockReason
from domain.ticketing.waiting import JoinWaiting, LeaveWaiting, RefuseOffered, ServeQueue, TakeOffered
from domain.ticketing.watching import block_places
from domain.ticketing.window import BeginSale, HoldAtWindow, StopSale
from domain.ticketing.window_paying import TakeCash
from storage.repositories import claims
from storage.tables.ticketing import ticket_order
from storage.tables.waiting import waiting_offer
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.races.defences import taking_over
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, captured, hold, people, seated_house
from tests.support.window import clerk_at

SEATS, ROUNDS = 20, int(os.environ.get("FOYER_TEST_ROUNDS", "5"))
IN_LINE, GUESTS, CLERKS = 12, 5, 2  # two more in line than there are pairs
KNOWN = {"sold", "left", "refused", "let go", "released", "silent", "not_enough_together"}
#: After the deadline: whoever has said nothing has lost their offer, to whoever asks first.
KNOWN_LATE = {"sold", "let go", "hold_ended", "not_enough_together"}


async def sold_out(uow: UnitOfWork, clerk_of: list[int]) -> tuple[SmallHouse, int]:
    """Everything is blocked. Gives the house and the block, which a clerk of it may release."""

    def made(tx: Tx) -> tuple[SmallHouse, int]:
        house = seated_house(tx, rows=2, seats=SEATS // 2)
        return house, block_places(tx, house.performance_id, range(1, SEATS + 1), BlockReason.HOUSE)

    house, block_id = await uow.write(made)
    clerk_of += [await clerk_at(uow, house, float_minor=0) for _ in range(CLERKS)]
    return house, block_id


async def join(uow: UnitOfWork, house: SmallHouse, *people: int) -> None:
    """Each for two seats."""
    until = uow._clock.now() + timedelta(days=1)

    def joined(tx: StorageTx) -> None:
        for person in people:
            JoinWaiting(person, house.performance_id, 2, (), until)(tx)

    await uow.write(joined)


async def offered(uow: UnitOfWork, person: int) -> list[int]:
    """Orders that have been offered to them, the newest first."""
    mine = select(waiting_offer.c.order_id).join(ticket_order, ticket_order.c.id == waiting_offer.c.order_id)
    query = mine.where(ticket_order.c.buyer_id == person).order_by(waiting_offer.c.order_id.desc())
    return await uow._database.read(lambda connection: list(connection.execute(query).scalars()))


async def open_offers(uow: UnitOfWork, house: SmallHouse) -> int:
    query = select(waiting_offer.c.order_id).join(ticket_order, ticket_order.c.id == waiting_offer.c.order_id)
    query = query.where(ticket_order.c.performance_id == house.performance_id, ticket_order.c.state == "held")
    query = query.where(ticket_order.c.until > uow._clock.now())
    return len(await uow._database.read(lambda connection: list(connection.execute(query))))


async def said(what: Awaitable[str]) -> str:
    """The outcome, or the code of the refusal."""
    try:
        return await what
    except Rejected as refused:
        return refused.code


async def pays(uow: UnitOfWork, order_id: int, person: int) -> str:
    paid = await uow.write(captured(order_id, person, 2 * PRICE.minor))
    return "sold" if paid["fate"] == "tickets" else str(paid["fate"])


async def in_chat(uow: UnitOfWork, house: SmallHouse, guest: int, number: int) -> str:
    order_id = await uow.write(HoldBest(guest, house.performance_id, ((house.concession_id, 2),)))
    if number % 2:
        return "let go" if await uow.write(LetGo(guest, order_id)) else ""
    return await pays(uow, order_id, guest)


async def takes(uow: UnitOfWork, person: int, order_id: int) -> str:
    await uow.write(TakeOffered(person, order_id))
    return await pays(uow, order_id, person)


async def fight(uow: UnitOfWork, house: SmallHouse, block_id: int, line: list[int], clerks: list[int]) -> Counter[str]:
    party = ((house.concession_id, 2),)

    async def in_line(person: int, number: int) -> str:
        await uow.write(ServeQueue(house.performance_id))
        orders = await offered(uow, person)
        if number % 4 == 1:
            return "silent"
        if not orders:
            return "left" if await uow.write(LeaveWaiting(person, house.performance_id)) else ""
        if number % 4 == 0:
            return "refused" if await uow.write(RefuseOffered(person, orders[0])) else ""
        return await takes(uow, person, orders[0])

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

    guests = await people(uow, GUESTS)
    work = [said(released()), *(said(in_line(person, number)) for number, person in enumerate(line))]
    work += [said(in_chat(uow, house, guest, number)) for number, guest in enumerate(guests)]
    work += [said(at_window(clerk, number)) for number, clerk in enumerate(clerks)]
    return Counter(await asyncio.gather(*work))


async def after_the_deadline(uow: UnitOfWork, house: SmallHouse, line: list[int]) -> Counter[str]:
    """Whoever has said nothing says yes, too late, while others come."""
    await uow.write(ServeQueue(house.performance_id))
    silent = {person: orders[0] for person in line[1::4] if (orders := await offered(uow, person))}
    uow._clock.advance(policy.WAITING_OFFER_LASTS)  # type: ignore[attr-defined]
    guests = await people(uow, GUESTS)
    work = [said(takes(uow, person, order_id)) for person, order_id in silent.items()]
    work += [said(in_chat(uow, house, guest, number)) for number, guest in enumerate(guests)]
    return Counter(await asyncio.gather(*work))


async def test_window_chat_and_waiting_list_fight_over_the_last_20_seats(uow: UnitOfWork) -> None:
    """Defence: one claim a place, the locks on the line, one open offer a person, and the line of those who lost."""
    for round in range(ROUNDS):
        clerks: list[int] = []
        house, block_id = await sold_out(uow, clerks)
        line = await people(uow, IN_LINE)
        await join(uow, house, *line)
        outcomes = await fight(uow, house, block_id, line, clerks)
        assert set(outcomes) <= KNOWN, f"round {round}: {outcomes}"
        await uow.write(ServeQueue(house.performance_id))
        sold, kept = outcomes["sold"], await open_offers(uow, house)
        assert await taken(uow, house) == 2 * (sold + kept) <= SEATS, f"round {round}: {outcomes}, {kept} offers stand"
        outcomes = await after_the_deadline(uow, house, line)
        assert set(outcomes) <= KNOWN_LATE, f"round {round}, late: {outcomes}"
        await uow.write(ServeQueue(house.performance_id))
        sold += outcomes["sold"]
        assert await taken(uow, house) == 2 * (sold + await open_offers(uow, house)) <= SEATS, f"round {round}, late"
    await check_invariants(uow)


async def taken(uow: UnitOfWork, house: SmallHouse) -> int:
    return len(await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now)))


async def offered_and_wanted(uow: UnitOfWork) -> str:
    """Somebody taps the very seats that are offered to another at this moment."""
    house, block_id = await sold_out(uow, clerks := list[int]())
    first, passer = await people(uow, 2)
    await join(uow, house, first)
    await uow.write(ReleaseBlock(clerks[0], block_id))
    await uow.write(ServeQueue(house.performance_id))
    (order_id,) = await offered(uow, first)
    places = [line.place for line in await uow.read(lambda tx: tx.ticketing.lines(order_id))]
    return await said(_held(uow.write(hold(house, passer, *places))))


async def _held(held: Awaitable[int]) -> str:
    return "held" if await held else ""


async def test_what_is_offered_to_one_is_taken_for_all_others(uow: UnitOfWork) -> None:
    """Defence: the condition of the claim's conflict clause."""
    assert await offered_and_wanted(uow) == "seat_taken"
    await check_invariants(uow)


async def test_without_the_conflict_clauses_condition_an_offer_is_broken(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(claims, "_CLAIM", taking_over())
    assert await offered_and_wanted(uow) == "held"
    assert any(
        fault.startswith("an order whose time is not over has all its places") for fault in await violations(uow)
    )


async def overtaken(uow: UnitOfWork) -> list[str]:
    """Two wait for two seats, two seats come free, and somebody passes by before any tick. Who has them?"""
    clerks: list[int] = []
    house, block_id = await sold_out(uow, clerks)
    first, second, passer = await people(uow, 3)
    await join(uow, house, first, second)

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
    for _ in range(3):
        clerks: list[int] = []
        house, block_id = await sold_out(uow, clerks)
        line = await people(uow, IN_LINE)
        await join(uow, house, *line)
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
