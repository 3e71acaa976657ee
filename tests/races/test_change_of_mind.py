"""One ticket, several people at the same moment: it is cancelled, handed on, sold again or used, and only one of these.

Defences: the ticket's row is locked before it is looked at (PostgreSQL), and whoever gives it up looks whether somebody
came in with it. Each has its negative control.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.admission.scanning import Scan
from domain.errors import Rejected
from domain.money import Money
from domain.ports import Tx
from domain.programme.model import Price
from domain.programme.returns import Resale, ReturnPolicy
from domain.ticketing.cancelling import CancelTickets
from domain.ticketing.changing_seats import ChangeSeats
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.model import Ticket, Wish
from domain.ticketing.resale import ListForResale
from storage.repositories.ticketing import TicketingRepository
from storage.unit_of_work import UnitOfWork
from tests.races.meanwhile import Meanwhile
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, buy, captured, code_of, hold, people, usher_at

ROUNDS = 12
ALL_THE_TIME = ReturnPolicy(cancel_hours=0, change_hours=0, resale=Resale.ALWAYS, resale_hours=0, fee_percent=10)


@pytest.fixture
async def house(uow: UnitOfWork, clock: FakeClock) -> SmallHouse:
    """The doors are open, and everything is possible until the start."""
    await uow.write(lambda tx: tx.programme.put_return_policy(ALL_THE_TIME))
    house = await uow.write(lambda tx: small_house(tx, capacity=ROUNDS))
    clock.advance(timedelta(days=7, minutes=-25))
    return house


async def outcome(work: Any) -> str:
    """What was made of it: ``yes``, an outcome's or a fate's name, or how it was refused."""
    try:
        done = await work
    except Rejected as refused:
        return type(refused).__name__
    if isinstance(done, dict):
        return str(done.get("fate") or done.get("outcome"))
    return "yes"


async def all_of_them(round_: int, **works: Any) -> dict[str, str]:
    """In any order of arrival: in the first half of the rounds one after the other, then all at once."""
    names = list(works)
    random.Random(round_).shuffle(names)
    if round_ <= ROUNDS // 2:
        return {name: await outcome(works[name]) for name in names}
    found = await asyncio.gather(*(outcome(works[name]) for name in names))
    return dict(zip(names, found, strict=True))


async def one_ticket(uow: UnitOfWork, house: SmallHouse, place: int) -> dict[str, str]:
    """Anna cancels, Ben takes it by her link, an usher scans it. Round by round, each has a place of its own."""
    anna, ben = await people(uow, 2)
    usher = await usher_at(uow, house)
    (ticket_id,) = await buy(uow, house, anna, place)
    offer = await uow.write(OfferTicket(anna, ticket_id))
    code = await code_of(uow, ticket_id)
    return await all_of_them(
        place,
        cancelled=uow.write(CancelTickets(anna, (ticket_id,))),
        taken=uow.write(AcceptTicket(ben, offer)),
        scanned=uow.write(Scan(usher, code)),
    )


def winners(found: dict[str, str]) -> list[str]:
    good = {"cancelled": "yes", "taken": "yes", "scanned": "admitted", "sold": "tickets", "kept": "yes"}
    return [name for name, how in found.items() if how == good[name]]


async def test_cancel_hand_on_and_scan_the_same_ticket(uow: UnitOfWork, house: SmallHouse) -> None:
    seen: Counter[str] = Counter()
    for place in range(1, ROUNDS + 1):
        found = await one_ticket(uow, house, place)
        assert len(winners(found)) == 1, found
        seen.update(winners(found))
    assert len(seen) > 1, "the order of arrival never mattered"
    await check_invariants(uow)


async def test_without_looking_who_came_in_a_used_ticket_is_paid_back(
    uow: UnitOfWork, house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it comes to when the scan arrives first."""
    monkeypatch.setattr(TicketingRepository, "ever_admitted", lambda self, ticket_ids: set())
    (anna,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, anna, 1)
    assert await outcome(uow.write(Scan(await usher_at(uow, house), await code_of(uow, ticket_id)))) == "admitted"
    assert await outcome(uow.write(CancelTickets(anna, (ticket_id,)))) == "yes"


async def one_resale(uow: UnitOfWork, house: SmallHouse, place: int) -> dict[str, str]:
    """Anna's seat is offered; Ben's money arrives while she cancels, or keeps it, or comes in."""
    anna, ben = await people(uow, 2)
    usher = await usher_at(uow, house)
    (ticket_id,) = await buy(uow, house, anna, place)
    await uow.write(ListForResale(anna, (ticket_id,)))
    order_id = await uow.write(hold(house, ben, place))
    code = await code_of(uow, ticket_id)
    works = {
        "sold": uow.write(captured(order_id, ben, PRICE.minor)),
        "scanned": uow.write(Scan(usher, code)),
    }
    if place % 2:
        works["cancelled"] = uow.write(CancelTickets(anna, (ticket_id,)))
    return await all_of_them(place, **works)


async def test_a_seat_is_sold_again_or_used_or_cancelled(uow: UnitOfWork, house: SmallHouse) -> None:
    seen: Counter[str] = Counter()
    for place in range(1, ROUNDS + 1):
        found = await one_resale(uow, house, place)
        won = winners(found)
        # A cancelled ticket's place may well be sold: to Ben, who holds it.
        assert won in (["sold"], ["scanned"]) or sorted(won) == ["cancelled", "sold"], found
        assert found["sold"] in ("tickets", "late"), found
        seen.update(won)
    assert {"sold", "scanned"} <= seen.keys(), seen
    await check_invariants(uow)


async def test_without_taking_the_place_back_at_the_door_two_sit_on_one_seat(
    uow: UnitOfWork, house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.admission.scanning.keep_at_door", lambda tx, ticket: None)
    monkeypatch.setattr(TicketingRepository, "offered_tickets", lambda self, performance_id, places: [])
    for place in range(1, ROUNDS + 1):
        await one_resale(uow, house, place)
    found = await violations(uow)
    assert any(fault.startswith("a place has one valid ticket:") for fault in found), found


class TestOnPostgres:
    """What SQLite's one writer excludes: somebody in between a look and a write."""

    pytestmark = pytest.mark.postgres

    @pytest.fixture
    def database_url(self, postgres_template: Any) -> str:
        return str(postgres_template.fresh())

    async def scanned_meanwhile(self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile) -> tuple[str, str]:
        (anna,) = await people(uow, 1)
        usher = await usher_at(uow, house)
        (ticket_id,) = await buy(uow, house, anna, 1)
        code = await code_of(uow, ticket_id)
        meanwhile.after(TicketingRepository, "ever_admitted", lambda: uow.write(Scan(usher, code)))
        cancelled = await outcome(uow.write(CancelTickets(anna, (ticket_id,))))
        return cancelled, (await meanwhile.done())["outcome"]

    async def test_the_door_waits_for_whoever_gives_a_ticket_back(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile
    ) -> None:
        assert await self.scanned_meanwhile(uow, house, meanwhile) == ("yes", "refunded")
        await check_invariants(uow)

    async def test_without_the_lock_the_ticket_is_used_and_paid_back(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def only_looks(self: TicketingRepository, ticket_ids: Collection[int]) -> Sequence[Ticket]:
            return [ticket for id in sorted(ticket_ids) if (ticket := self.ticket(id)) is not None]

        monkeypatch.setattr(TicketingRepository, "lock_tickets", only_looks)
        assert await self.scanned_meanwhile(uow, house, meanwhile) == ("yes", "admitted")

    async def test_the_seller_comes_in_after_the_money_found_the_place_for_sale(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile
    ) -> None:
        anna, ben = await people(uow, 2)
        usher = await usher_at(uow, house)
        (ticket_id,) = await buy(uow, house, anna, 1)
        await uow.write(ListForResale(anna, (ticket_id,)))
        order_id = await uow.write(hold(house, ben, 1))
        code = await code_of(uow, ticket_id)
        meanwhile.after(TicketingRepository, "offered_tickets", lambda: uow.write(Scan(usher, code)))
        sold = await outcome(uow.write(captured(order_id, ben, PRICE.minor)))
        scanned = (await meanwhile.done())["outcome"]
        assert (sold, scanned) in (("tickets", "refunded"), ("late", "admitted"))
        await check_invariants(uow)

    @pytest.mark.parametrize(
        ("look", "expected"),
        [("changed_by", ("changed", "admitted")), ("lock_tickets", ("tickets", "cancelled"))],
    )
    async def test_the_old_seat_is_taken_while_the_new_one_is_paid(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile, look: str, expected: tuple[str, str]
    ) -> None:
        (anna,) = await people(uow, 1)
        usher = await usher_at(uow, house)
        (ticket_id,) = await buy(uow, house, anna, 1)
        code = await code_of(uow, ticket_id)
        wish = Wish(2, house.concession_id)
        await uow.write(lambda tx: dearer(tx, house))
        order_id = await uow.write(ChangeSeats(anna, (ticket_id,), (wish,)))
        meanwhile.after(TicketingRepository, look, lambda: uow.write(Scan(usher, code)))
        paid = await outcome(uow.write(captured(order_id, anna, 100)))
        assert (paid, (await meanwhile.done())["outcome"]) == expected
        await check_invariants(uow)


def dearer(tx: Tx, house: SmallHouse) -> None:
    """What is sold from now on costs a euro more."""
    price = Money(PRICE.minor + 100, PRICE.currency)
    tx.programme.put_prices(house.performance_id, [Price("", house.concession_id, price, 700)])
