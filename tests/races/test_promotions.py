"""Promotion codes: what they take off, when they do not, and two people over the last use."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domain.errors import BadInput, NotFound, Stale
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.holding import LetGo
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.promotions import AddPromotion, UsePromotion, WithdrawPromotion
from storage.repositories import promotions
from storage.unit_of_work import UnitOfWork
from tests.races.meanwhile import Meanwhile
from tests.support.clock import START, FakeClock
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, captured, hold, people, seated_house

postgresql_only = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


async def with_code(uow: UnitOfWork, **change: Any) -> tuple[SmallHouse, int, int]:
    """A house with the code SUMMER: 20 % off, once, for one. Gives the house, its manager and the code's id."""
    house = await uow.write(seated_house)

    def manager(tx: Tx) -> int:
        person_id = somebody(tx, "Manager")
        tx.people.grant(person_id, Grant(Role.MANAGER, house.venue_id), None, tx.now)
        return person_id

    by = await uow.write(manager)
    code = Promotion(0, house.venue_id, "SUMMER", 20, 0, "EUR", 1, 1, START + timedelta(days=1))
    return house, by, await uow.write(AddPromotion(by, replace(code, **change)))


async def total(uow: UnitOfWork, order_id: int) -> int:
    order = await uow.read(lambda tx: tx.ticketing.order(order_id))
    assert order is not None
    return order.total.minor


async def refused(uow: UnitOfWork, buyer: int, order_id: int, code: str = "SUMMER") -> str:
    with pytest.raises(BadInput) as error:
        await uow.write(UsePromotion(buyer, order_id, code))
    return error.value.reason


async def test_a_share_is_taken_off_and_what_goes_back_is_what_was_paid(uow: UnitOfWork) -> None:
    house, _, _ = await with_code(uow)
    (ada,) = await people(uow, 1)
    order_id = await uow.write(hold(house, ada, 1, 2))
    assert await uow.write(UsePromotion(ada, order_id, " sum-mer ")) == order_id
    await uow.write(UsePromotion(ada, order_id, "SUMMER"))
    assert await total(uow, order_id) == 2 * PRICE.minor * 80 // 100
    paid = await uow.write(captured(order_id, ada, 2 * PRICE.minor * 80 // 100))
    assert paid["fate"] == "tickets"
    await check_invariants(uow)


async def test_a_sum_is_taken_off_as_far_as_it_goes(uow: UnitOfWork) -> None:
    house, _, _ = await with_code(uow, percent=0, minor=PRICE.minor + 100)
    (ada,) = await people(uow, 1)
    order_id = await uow.write(hold(house, ada, 1, 2))
    await uow.write(UsePromotion(ada, order_id, "SUMMER"))
    assert await total(uow, order_id) == PRICE.minor - 100
    await check_invariants(uow)


async def test_a_code_is_good_where_when_and_as_often_as_it_says(uow: UnitOfWork, clock: FakeClock) -> None:
    house, by, code = await with_code(uow)
    ada, ben = await people(uow, 2)
    first, second = await uow.write(hold(house, ada, 1)), await uow.write(hold(house, ben, 2))
    assert await refused(uow, ben, second, "WINTER") == "no_code"
    await uow.write(UsePromotion(ada, first, "SUMMER"))
    assert await refused(uow, ben, second) == "code_used_up"
    await uow.write(LetGo(ada, first))  # gives the use back
    await uow.write(UsePromotion(ben, second, "SUMMER"))
    other, _, _ = await with_code(uow, code="OTHER", categories=("Z",))
    third = await uow.write(hold(other, ada, 1))
    assert await refused(uow, ada, third) == "code_not_here"
    assert await refused(uow, ada, third, "OTHER") == "code_not_here"
    with pytest.raises(NotFound):
        await uow.write(UsePromotion(ben, third, "SUMMER"))
    with pytest.raises(Stale):
        await uow.write(UsePromotion(ben, second, "OTHER"))
    await uow.write(WithdrawPromotion(by, code))
    assert await refused(uow, ada, await uow.write(hold(house, ada, 3))) == "code_over"
    await check_invariants(uow)


async def test_two_have_the_last_use_of_a_code_at_once(uow: UnitOfWork) -> None:
    """Defence: the code's row lock on PostgreSQL, the one writer on SQLite."""
    for number in range(4):
        house, _, _ = await with_code(uow, code=f"LAST{number}")
        rivals = await people(uow, 3)
        orders = [await uow.write(hold(house, rival, place)) for place, rival in enumerate(rivals, 1)]
        uses = (uow.write(UsePromotion(*pair, f"LAST{number}")) for pair in zip(rivals, orders, strict=True))
        outcomes = await asyncio.gather(*uses, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["BadInput", "BadInput", "int"]
    await check_invariants(uow)


@postgresql_only
async def test_without_the_lock_both_have_it(
    uow: UnitOfWork, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the second comes where the first has counted and not yet written."""
    unlocked = promotions._ALL.where(promotions._p.code == promotions.bindparam("of_code"))
    monkeypatch.setattr(promotions, "_BY_CODE", unlocked)
    house, _, _ = await with_code(uow)
    ada, ben = await people(uow, 2)
    first, second = await uow.write(hold(house, ada, 1)), await uow.write(hold(house, ben, 2))
    watcher = await asyncpg.connect(database_url)
    meanwhile = Meanwhile(watcher, monkeypatch)
    meanwhile.after(promotions.Promotions, "count_uses", lambda: uow.write(UsePromotion(ben, second, "SUMMER")))
    outcomes = [await uow.write(UsePromotion(ada, first, "SUMMER")), await meanwhile.done()]
    await watcher.close()
    assert [type(outcome) for outcome in outcomes] == [int, int]
    assert any(fault.startswith("a code is used no more often") for fault in await violations(uow))
