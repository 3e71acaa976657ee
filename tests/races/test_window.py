"""Window, chat, reservations and blocks fight over the last seats; two people over one paper; a sale over a count."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import asyncpg
import pytest

from domain.errors import LinkSpent, Rejected
from domain.payments.drawer import CloseDrawer, SignForDrawer
from domain.ports import Tx, Work
from domain.ticketing.blocking import BlockPlaces, ReleaseBlock
from domain.ticketing.claiming import ClaimPaper
from domain.ticketing.holding import HoldBest, LetGo
from domain.ticketing.model import BlockReason
from domain.ticketing.reserving import Reserve
from domain.ticketing.window import BeginSale, HoldAtWindow, StopSale
from domain.ticketing.window_model import WindowRules
from domain.ticketing.window_paying import TakeCash
from storage.repositories import claims
from storage.repositories.drawers import DrawerRepository
from storage.repositories.tickets import Tickets
from storage.repositories.window import WindowRepository
from storage.tables.window import paper_claim
from storage.unit_of_work import UnitOfWork
from tests.races.defences import taking_over, without_constraint
from tests.races.meanwhile import Meanwhile
from tests.races.test_together import outcome
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, captured, people, seated_house
from tests.support.window import clerk_at, holds_at_window, sells_for_cash

SEATS, ROUNDS = 20, 8
GUESTS, CLERKS = 9, 4

postgresql_only = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


async def fight(uow: UnitOfWork, house: SmallHouse, guests: list[int], clerks: list[int]) -> Counter[str]:
    """Everybody wants two of the best. Who has been faster pays, at the window or in the chat, or reserves."""
    party = ((house.concession_id, 2),)

    async def in_chat(guest: int, number: int) -> str:
        order_id = await uow.write(HoldBest(guest, house.performance_id, party))
        if number % 3 == 0:
            return "reserved" if await uow.write(Reserve(guest, order_id)) else ""
        if number % 3 == 1:
            return "let go" if await uow.write(LetGo(guest, order_id)) else ""
        paid = await uow.write(captured(order_id, guest, 2 * PRICE.minor))
        return "sold" if paid["fate"] == "tickets" else str(paid["fate"])

    async def at_window(clerk: int, number: int) -> str:
        sale_id = await uow.write(BeginSale(clerk, house.performance_id))
        sale = await uow.read(lambda tx: tx.window.sale(sale_id))
        assert sale is not None
        order_id = await uow.write(HoldAtWindow(clerk, sale_id, HoldBest(sale.buyer_id, house.performance_id, party)))
        if number % 4 == 0:
            await uow.write(StopSale(clerk, sale_id))
            return "let go"
        await uow.write(TakeCash(clerk, order_id, 2 * PRICE.minor))
        return "sold"

    async def blocked(clerk: int) -> str:
        block_id = await uow.write(BlockPlaces(clerk, house.performance_id, "Stalls/2/9-10", BlockReason.TECHNICAL))
        await uow.write(ReleaseBlock(clerk, block_id))
        return "released"

    async def said(what: Any) -> str:
        try:
            return str(await what)
        except Rejected as refused:
            return refused.code

    work = [in_chat(guest, number) for number, guest in enumerate(guests)]
    work += [at_window(clerk, number) for number, clerk in enumerate(clerks)]
    return Counter(await asyncio.gather(*map(said, [*work, blocked(clerks[0])])))


async def test_window_and_chat_fight_over_the_last_20_seats(uow: UnitOfWork) -> None:
    """Defence: the claim's primary key and its conflict clause, one for every kind of claim."""
    known = {"sold", "reserved", "let go", "released", "not_enough_together", "seat_taken"}
    for round in range(ROUNDS):
        house = await uow.write(_last_seats)
        guests = await people(uow, GUESTS)
        clerks = [await clerk_at(uow, house, float_minor=0) for _ in range(CLERKS)]
        outcomes = await fight(uow, house, guests, clerks)
        assert set(outcomes) <= known, f"round {round}: {outcomes}"
        taken = await uow.read(lambda tx, id=house.performance_id: tx.ticketing.taken(id, tx.now))  # type: ignore[misc]
        assert len(taken) == 2 * (outcomes["sold"] + outcomes["reserved"]) <= SEATS, f"round {round}: {outcomes}"
    await check_invariants(uow)


def _last_seats(tx: Tx) -> SmallHouse:
    tx.window.put_rules(WindowRules(reserve=True))
    return seated_house(tx, rows=2, seats=SEATS // 2)


async def test_without_the_conflict_clauses_condition_seats_are_held_twice(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_CLAIM", taking_over())
    house = await uow.write(_last_seats)
    clerks = [await clerk_at(uow, house) for _ in range(2)]
    await holds_at_window(uow, house, clerks[0], 1, 2)
    await holds_at_window(uow, house, clerks[1], 1, 2)
    assert any(
        fault.startswith("an order whose time is not over has all its places") for fault in await violations(uow)
    )


async def both_claim(uow: UnitOfWork, house: SmallHouse, clerk: int, place: int) -> list[Any]:
    order_id = await sells_for_cash(uow, house, clerk, place)
    (ticket,) = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
    codes = await uow.read(lambda tx: tx.ticketing.standing_credentials([ticket.id]))
    rivals = (uow.write(ClaimPaper(person, codes[ticket.id].id)) for person in await people(uow, 2))
    return await asyncio.gather(*rivals, return_exceptions=True)


async def test_two_scan_one_paper(uow: UnitOfWork) -> None:
    """Defence: the ticket's row lock on PostgreSQL, the one writer on SQLite; behind them the key of paper_claim."""
    house = await uow.write(seated_house)
    clerk = await clerk_at(uow, house)
    for place in range(1, 9):
        outcomes = await both_claim(uow, house, clerk, place)
        assert sorted(type(outcome) for outcome in outcomes if not isinstance(outcome, int)) == [LinkSpent], outcomes
    await check_invariants(uow)


async def claimed_in_between(uow: UnitOfWork, database_url: str, patch: pytest.MonkeyPatch) -> list[Any]:
    """The second scan comes where the first has looked and not yet written."""
    house = await uow.write(seated_house)
    clerk = await clerk_at(uow, house)
    order_id = await sells_for_cash(uow, house, clerk, 1)
    (ticket,) = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
    codes = await uow.read(lambda tx: tx.ticketing.standing_credentials([ticket.id]))
    ada, eve = await people(uow, 2)
    claim = partial(ClaimPaper, credential_id=codes[ticket.id].id)
    watcher = await asyncpg.connect(database_url)
    meanwhile = Meanwhile(watcher, patch)
    meanwhile.after(WindowRepository, "is_walk_in", lambda: uow.write(claim(eve)))
    outcomes = [*await asyncio.gather(uow.write(claim(ada)), return_exceptions=True), await meanwhile.done()]
    await watcher.close()
    return outcomes


@postgresql_only
async def test_a_second_scan_in_between_waits(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = await claimed_in_between(uow, database_url, monkeypatch)
    assert [type(outcome) for outcome in outcomes] == [int, LinkSpent]
    await check_invariants(uow)


@postgresql_only
async def test_without_lock_and_key_both_hold_the_paper(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Without the lock alone the key refuses the second, and the unit of work asks the rules anew."""
    read = Tickets.ticket
    monkeypatch.setattr(Tickets, "ticket", lambda self, id, lock=False: read(self, id))
    async with without_constraint(uow, paper_claim.primary_key):
        outcomes = await claimed_in_between(uow, database_url, monkeypatch)
    assert [type(outcome) for outcome in outcomes] == [int, int]


async def count_and_sell(uow: UnitOfWork, house: SmallHouse, place: int) -> None:
    """A clerk counts and closes on one phone while they sell on another."""
    clerk = await clerk_at(uow, house, float_minor=0)
    order_id = await holds_at_window(uow, house, clerk, place)
    works = (uow.write(TakeCash(clerk, order_id, PRICE.minor)), uow.write(CloseDrawer(clerk, 0)))
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert all(isinstance(outcome, dict | int | Rejected) for outcome in outcomes), outcomes


async def test_nothing_is_booked_into_a_drawer_that_is_closed(uow: UnitOfWork) -> None:
    """Defence: the drawer's row lock on PostgreSQL, the one writer on SQLite."""
    house = await uow.write(seated_house)
    for place in range(1, 9):
        await count_and_sell(uow, house, place)
    await check_invariants(uow)


@postgresql_only
async def test_without_the_drawers_lock_it_is(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = DrawerRepository.open_of
    monkeypatch.setattr(DrawerRepository, "open_of", lambda self, id, lock=False: read(self, id))
    house = await uow.write(seated_house)
    for place in range(1, 13):
        await count_and_sell(uow, house, place)
    assert any(fault.startswith("a closed drawer was to hold") for fault in await violations(uow))


async def handed_over(uow: UnitOfWork, house: SmallHouse, place: int) -> tuple[list[str], list[str]]:
    """A sale is made while the drawer is counted; then two colleagues sign for it at once. What became of sale and
    count, and of the signatures."""
    clerk, *colleagues = [await clerk_at(uow, house, float_minor=0 if n == 0 else None) for n in range(3)]
    order_id = await holds_at_window(uow, house, clerk, place)
    drawer = await uow.read(lambda tx: tx.drawers.open_of(clerk))
    assert drawer is not None
    sign = SignForDrawer(colleagues[0], drawer.id)
    works: list[Work[Any]] = [TakeCash(clerk, order_id, PRICE.minor), CloseDrawer(clerk, 0), sign]
    first = place % len(works)
    found = await asyncio.gather(*(outcome(uow.write(work)) for work in (*works[first:], *works[:first])))
    signed = [outcome(uow.write(SignForDrawer(colleague, drawer.id))) for colleague in colleagues]
    return [*found[len(works) - first :], *found[: len(works) - first]], list(await asyncio.gather(*signed))


async def test_a_drawer_changes_hands_while_a_sale_is_made(uow: UnitOfWork) -> None:
    """Defence: the drawer's row lock on PostgreSQL, the one writer on SQLite."""
    house = await uow.write(seated_house)
    for place in range(1, 7):
        (sold, counted, early), signed = await handed_over(uow, house, place)
        assert (sold in ("yes", "no_drawer"), counted) == (True, "yes")
        assert [early, *signed].count("yes") == 1, (early, signed)
        assert {early, *signed} == {"yes", "Stale"}
    await check_invariants(uow)


async def both_sign(uow: UnitOfWork, database_url: str, patch: pytest.MonkeyPatch) -> list[str]:
    """The second signature comes where the first has looked and not yet written."""
    house = await uow.write(seated_house)
    clerk, first, second = [await clerk_at(uow, house, float_minor=0 if n == 0 else None) for n in range(3)]
    drawer_id = await uow.write(CloseDrawer(clerk, 0))
    watcher = await asyncpg.connect(database_url)
    meanwhile = Meanwhile(watcher, patch)
    meanwhile.after(DrawerRepository, "drawer", lambda: outcome(uow.write(SignForDrawer(second, drawer_id))))
    outcomes = [await outcome(uow.write(SignForDrawer(first, drawer_id))), await meanwhile.done()]
    await watcher.close()
    return outcomes


@postgresql_only
async def test_a_second_signature_in_between_waits(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await both_sign(uow, database_url, monkeypatch) == ["yes", "Stale"]
    await check_invariants(uow)


@postgresql_only
async def test_without_the_drawers_lock_both_sign(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = DrawerRepository.drawer
    monkeypatch.setattr(DrawerRepository, "drawer", lambda self, id, *, lock=False: read(self, id))
    assert await both_sign(uow, database_url, monkeypatch) == ["yes", "yes"]
