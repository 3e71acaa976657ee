"""An update that is handled twice, at once or later, has its effect once and the same outcome each time."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest

from domain.admission.scanning import Scan, UndoAdmission
from domain.errors import SeatTaken
from domain.people.model import Grant, Role
from domain.people.usecases import DecideInvitation, Invite, UseInvitation
from domain.ports import Work
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.holding import LetGo
from storage.stores.inbox import InboxStore
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.dump import dump
from tests.support.house import small_house
from tests.support.invariants import check_invariants
from tests.support.selling import buy, code_of, hold, people, usher_at

_updates = count(1)


async def new_update(uow: UnitOfWork) -> int:
    rows = [(next(_updates), 1, "{}")]
    (stored,) = await uow.write(lambda tx: tx.inbox.add(1, rows, tx.now))
    return stored.inbox_id


async def works(uow: UnitOfWork, clock: FakeClock) -> list[Work[Any]]:
    """To be done in this order; each changes something, and most would be refused or differ a second time."""
    house = await uow.write(small_house)
    giver, taker, guest, owner, buyer = await people(uow, 5)
    await uow.write(lambda tx: tx.people.grant(owner, Grant(Role.OWNER), None, tx.now))
    usher = await usher_at(uow, house)
    given, scanned = await buy(uow, house, giver, 1, 2)
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert performance is not None
    clock.advance(performance.doors_at - clock.now())
    order_id = await uow.write(hold(house, buyer, 3))
    invitation_id = await uow.write(Invite(None, Role.USHER, house.venue_id))
    offer_id = await uow.write(OfferTicket(giver, given))
    at_door = await code_of(uow, scanned)
    admitted = await uow.write(Scan(usher, await code_of(uow, scanned)))
    return [
        UndoAdmission(usher, admitted["admission_id"]),
        Scan(usher, at_door),
        AcceptTicket(taker, offer_id),
        OfferTicket(taker, given),
        UseInvitation(guest, invitation_id),
        DecideInvitation(owner, invitation_id, True),
        Invite(owner, Role.MANAGER),
        hold(house, guest, 4, 5),
        hold(house, guest, 5, 6),
        LetGo(buyer, order_id),
    ]


async def test_one_update_one_effect(uow: UnitOfWork, clock: FakeClock) -> None:
    """Defence: the ``effect`` row, written in the transaction that has the effect."""
    for work in await works(uow, clock):
        handled = (await new_update(uow), 0)
        outcomes = list(await asyncio.gather(*(uow.write(work, handled=handled) for _ in range(3))))
        after = await dump(uow)
        outcomes += [await uow.write(work, handled=handled, replay=replay) for replay in (True, False)]
        assert all(outcome == outcomes[0] for outcome in outcomes), f"{work}: {outcomes}"
        assert await dump(uow) == after, work
    await check_invariants(uow)


async def test_without_the_effect_row_a_second_time_is_another_time(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InboxStore, "outcome", lambda *_: None)
    monkeypatch.setattr(InboxStore, "add_effect", lambda *_: True)
    doubled = []
    for work in await works(uow, clock):
        handled = (await new_update(uow), 0)
        twins = (uow.write(work, handled=handled) for _ in range(2))
        outcomes = await asyncio.gather(*twins, return_exceptions=True)
        if any(outcome != outcomes[0] for outcome in outcomes):
            doubled.append(type(work).__name__)
    assert {"Scan", "AcceptTicket", "DecideInvitation", "Invite", "UndoAdmission"} <= set(doubled)


async def test_a_step_that_was_refused_may_succeed_later(uow: UnitOfWork) -> None:
    """A refusal has no effect, so nothing is stored of it: the person may try again with the same update."""
    house = await uow.write(small_house)
    first, second = await people(uow, 2)
    order_id = await uow.write(hold(house, first, 1))
    handled = (await new_update(uow), 0)
    before = await dump(uow)
    with pytest.raises(SeatTaken):
        await uow.write(hold(house, second, 1), handled=handled)
    assert await dump(uow) == before
    await uow.write(LetGo(first, order_id))
    assert await uow.write(hold(house, second, 1), handled=handled, replay=True) != order_id
