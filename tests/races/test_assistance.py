"""Two who take the same call, two who want the last glass: one has it. On both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.assistance.asking import AskPerson, TakeEnquiry
from domain.assistance.drinks import (
    BeginDrinkPayment,
    CancelDrinks,
    CaptureDrinks,
    OrderDrinks,
    PutInCart,
    TendDrinks,
)
from domain.assistance.helping import AskForHelp, PageHelp, TakeHelp
from domain.assistance.house import ImportAssistance
from domain.assistance.model import DrinkState, HelpKind, MenuItem
from domain.errors import NotOnSale, PaymentRefused, Stale
from domain.money import Money
from domain.payments.model import Captured
from domain.people.model import Grant, Role
from domain.people.usecases import RevokeRole
from domain.ports import Tx
from storage.unit_of_work import UnitOfWork
from tests.support.assistance import house_document
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import check_invariants, violations
from tests.support.selling import buy, people, seated_house


async def doors(uow: UnitOfWork, clock: FakeClock) -> SmallHouse:
    """It is the time of the doors; there are three glasses of wine."""
    house = await uow.write(seated_house)

    def prepare(tx: Tx) -> None:
        performance = tx.programme.performance(house.performance_id)
        venue = tx.programme.venue(house.venue_id)
        assert performance is not None
        assert venue is not None
        ImportAssistance(house_document(venue=venue.key))(tx)
        clock.advance(performance.doors_at - tx.now)

    await uow.write(prepare)
    return house


async def carts(uow: UnitOfWork, house: SmallHouse, count: int, glasses: int = 1) -> list[tuple[int, int]]:
    """(person, cart) of so many who each want the same."""
    found = []
    for place, person_id in enumerate(await people(uow, count), start=1):
        await buy(uow, house, person_id, place)
        (wine, *_) = await uow.read(lambda tx: tx.assistance.menu(house.venue_id))
        found.append((person_id, await uow.write(PutInCart(person_id, house.performance_id, wine.id, glasses))))
    return found


async def wine_left(uow: UnitOfWork, house: SmallHouse) -> int | None:
    return await uow.read(lambda tx: tx.assistance.menu(house.venue_id)[0].stock)


async def test_one_of_two_comes_to_help_and_one_answers(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await doors(uow, clock)
    (ada,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, ada, 1)

    def staff(tx: Tx) -> list[int]:
        made = [somebody(tx, "Flo"), somebody(tx, "Gus")]
        for person_id in made:
            for role in (Role.FLOOR, Role.BOX_OFFICE):
                tx.people.grant(person_id, Grant(role, house.venue_id), None, tx.now)
        return made

    flo, gus = await uow.write(staff)
    request_id = await uow.write(AskForHelp(ada, ticket_id, HelpKind.LOST))
    assert await uow.write(AskForHelp(ada, ticket_id, HelpKind.UNWELL)) == request_id
    enquiry_id = await uow.write(AskPerson(ada, "Where?"))
    for taking in (TakeHelp(flo, request_id), TakeEnquiry(flo, enquiry_id)):
        both = (uow.write(taking), uow.write(replace(taking, by=gus)))
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False, True]
    await check_invariants(uow)


async def test_what_somebody_has_taken_is_a_colleague_s_when_they_leave(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await doors(uow, clock)
    (ada,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, ada, 1)

    def staff(tx: Tx) -> tuple[int, int, int]:
        olga, flo, gus = (somebody(tx, name) for name in ("Olga", "Flo", "Gus"))
        tx.people.grant(olga, Grant(Role.OWNER), None, tx.now)
        for person_id in (flo, gus):
            tx.people.grant(person_id, Grant(Role.BOX_OFFICE, house.venue_id), None, tx.now)
        return olga, flo, gus

    olga, flo, gus = await uow.write(staff)
    request_id = await uow.write(AskForHelp(ada, ticket_id, HelpKind.UNWELL))
    enquiry_id = await uow.write(AskPerson(ada, "Where?"))
    await uow.write(TakeHelp(flo, request_id))
    await uow.write(TakeEnquiry(flo, enquiry_id))
    assert await uow.write(PageHelp()) == 0
    await uow.write(RevokeRole(olga, flo, Grant(Role.BOX_OFFICE, house.venue_id)))
    assert await uow.write(PageHelp()) == 1
    await uow.write(TakeHelp(gus, request_id))
    await uow.write(AskPerson(ada, "Hello?"))
    await uow.write(TakeEnquiry(gus, enquiry_id))
    await check_invariants(uow)


async def test_the_last_glasses_go_to_as_many_as_there_are(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await doors(uow, clock)
    wanted = await carts(uow, house, 5)
    ordering = [uow.write(OrderDrinks(*each)) for each in wanted]
    outcomes = await asyncio.gather(*ordering, return_exceptions=True)
    assert sum(isinstance(outcome, NotOnSale) for outcome in outcomes) == 2
    assert await wine_left(uow, house) == 0
    orders = await uow.read(lambda tx: tx.assistance.queue(house.performance_id, [DrinkState.NEW], 9))
    assert [order.number for order in orders] == [1, 2, 3]
    back = orders[0]
    await uow.write(CancelDrinks(back.person_id, back.id))
    assert await wine_left(uow, house) == 1
    await check_invariants(uow)


async def test_without_the_count_more_is_sold_than_there_is(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: what is left is looked at in the transaction that takes it."""
    house = await doors(uow, clock)
    wanted = await carts(uow, house, 2, glasses=2)
    monkeypatch.setattr(MenuItem, "left", lambda _, most: most)
    for each in wanted:
        await uow.write(OrderDrinks(*each))
    assert any(broken.startswith("nothing is sold that was not there") for broken in await violations(uow))


async def test_money_for_drinks_is_a_drink_or_goes_back(uow: UnitOfWork, clock: FakeClock) -> None:
    """Paid in time, paid twice, paid when the time was over and the last glass gone."""
    house = await doors(uow, clock)
    (ada, first), (ben, second) = await carts(uow, house, 2, glasses=3)
    price = Money(14400, "EUR")
    assert (await uow.read(lambda tx: tx.assistance.menu(house.venue_id)))[0].price.currency == "EUR"
    with pytest.raises(PaymentRefused):
        await uow.write(BeginDrinkPayment(ben, first, price))
    assert await uow.write(BeginDrinkPayment(ada, first, price)) == first
    with pytest.raises(PaymentRefused):  # hers for ten minutes
        await uow.write(BeginDrinkPayment(ben, second, price))
    await uow.write(TendDrinks())
    paid = Captured("test", "d1", "", first, price, ada)
    assert await uow.write(CaptureDrinks(paid)) == first
    assert await uow.write(CaptureDrinks(paid)) == first
    again = replace(paid, provider_charge_id="d2")
    assert await uow.write(CaptureDrinks(again)) == 0
    late = Captured("test", "d3", "", second, price, ben)
    assert await uow.write(CaptureDrinks(late)) == 0
    assert await wine_left(uow, house) == 0
    assert not await violations(uow)
    await uow.write(CancelDrinks(ada, first))
    assert await wine_left(uow, house) == 3
    await check_invariants(uow)
