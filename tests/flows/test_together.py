"""Three friends: one hold, a link each, everybody pays for their own seat; in both languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from domain.codes import CodeKind
from domain.errors import LimitExceeded
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.tables.ticketing import ticket_order
from storage.tables.together import shared_seat
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


def hold(evening: Evening, person_id: int, *places: int) -> HoldPlaces:
    wishes = tuple(Wish(place, evening.theatre.full_id) for place in places)
    return HoldPlaces(person_id, evening.theatre.concert_id, wishes)


async def shares_three(evening: Evening) -> tuple[Person, list[str]]:
    """Anna holds three seats, 680 each, and asks two friends to pay for theirs; gives their links."""
    anna = await evening.guest()
    await evening.house.foyer.uow.write(hold(evening, await evening.id_of(anna), 25, 26, 27))
    await anna.says("/start")
    await anna.presses("Continue")
    await anna.presses("Each pays their own")
    seats = await ids(evening, shared_seat)
    return anna, [evening.house.foyer.links.secret(CodeKind.SEAT, id) for id in seats]


async def ids(evening: Evening, table: Table) -> list[int]:
    rows = select(table.c.id).order_by(table.c.id)
    return await evening.house.foyer.uow.read(lambda tx: list(tx._connection.execute(rows).scalars()))


async def states(evening: Evening) -> list[str]:
    """Of all orders; the host's is the first."""

    def look(tx: Tx) -> list[str]:
        orders = [tx.ticketing.order(id) for id in order_ids]
        return [order.state.value for order in orders if order is not None]

    order_ids = await ids(evening, ticket_order)
    return await evening.house.foyer.uow.read(look)


async def card(person: Person) -> str:
    """The newest account of who has paid."""
    return [text_of(m) for m in await person.received() if "Pay together, sit together" in text_of(m)][-1]


async def test_three_friends_sit_together_and_each_pays(evening: Evening) -> None:
    anna, (first, second) = await shares_three(evening)
    assert (await card(anna)).count("nobody yet") == 2
    ben, cleo = await evening.guest(1002, "Ben"), await evening.guest(1003, "Cleo", "简体中文")
    await ben.opens(first)
    asked = await ben.sees()
    for words in ("Anna", "keeps a seat for you", "CN¥680", "Take it and pay until"):
        assert words in asked
    await ben.presses("Yes, I take this seat")
    assert re.search(r"⏳ .*Ben.* has not paid yet", await card(anna))
    await ben.presses("Pay CN¥680")
    await ben.pays()
    assert re.search(r"✅ .*Ben.* has paid", await card(anna))
    await cleo.opens(second)
    assert re.search(r"Anna.* 为你留了", await cleo.sees())
    await cleo.presses("✅")
    await cleo.presses("💳")
    await cleo.pays()
    await anna.says("/start")
    await anna.presses("Continue")
    await anna.presses("Pay CN¥680")
    await anna.pays()
    assert await states(evening) == ["paid", "paid", "paid"]
    for person in (anna, ben, cleo):
        assert len(await evening.tickets_of(person)) == 1
    assert (await card(anna)).count("has paid") == 2


async def test_a_link_is_good_for_one_friend(evening: Evening) -> None:
    _, (first, second) = await shares_three(evening)
    ben, cleo = await evening.guest(1002, "Ben"), await evening.guest(1003, "Cleo")
    await ben.opens(first)
    await cleo.opens(first)
    await ben.presses("Yes, I take this seat")
    assert "used already" in await cleo.presses("Yes, I take this seat")
    await cleo.opens(first)
    assert "used already" in await cleo.sees()
    await ben.opens(first)
    assert any("Pay CN¥680" in label for label in await ben.buttons())
    await ben.opens(second)
    assert "You keep other seats" in await ben.presses("Yes, I take this seat")


async def test_what_is_unpaid_goes_back_at_the_deadline_and_what_is_paid_stays(evening: Evening) -> None:
    anna, (first, second) = await shares_three(evening)
    ben = await evening.guest(1002, "Ben")
    await ben.opens(first)
    await ben.presses("Yes, I take this seat")
    await ben.presses("Pay CN¥680")
    await ben.pays()
    evening.clock.advance(timedelta(minutes=29))
    await evening.house.foyer.ticks.expire_orders()
    assert sorted(await states(evening)) == ["held", "held", "paid"]
    evening.clock.advance(timedelta(minutes=1))
    await evening.house.foyer.ticks.expire_orders()
    await evening.house.settle()
    assert sorted(await states(evening)) == ["expired", "expired", "paid"]
    assert re.search(r"✅ .*Ben.* has paid(.|\n)*✕ given back", await card(anna))
    dan = await evening.guest(1004, "Dan")
    await dan.opens(second)
    assert "expired" in await dan.sees()


async def test_one_seat_is_let_go_and_a_button_made_up_takes_none(evening: Evening) -> None:
    anna, links = await shares_three(evening)
    ben = await evening.guest(1002, "Ben")
    seat_id, order_id = (await ids(evening, shared_seat))[0], (await ids(evening, ticket_order))[0]
    for made_up in (f"tgt:{seat_id}", f"tgl:{seat_id}", f"tgo:{order_id}", f"tgs:{order_id}"):
        await evening.forged(ben, made_up)
    assert await states(evening) == ["held", "held", "held"]
    await anna.opens(links[0])
    await anna.presses("Let go")
    after = await states(evening)
    assert sorted(after) == ["held", "held", "let_go"]
    gone = after.index("let_go") - 1
    await ben.opens(links[gone])
    assert "withdrawn" in await ben.sees()
    await anna.opens(links[1 - gone])
    assert "Pay together, sit together" in await anna.sees()


async def test_seats_that_wait_for_friends_count_towards_the_limit(evening: Evening) -> None:
    """Six a person, of which two wait for friends: four are left."""
    anna, _ = await shares_three(evening)
    person_id, uow = await evening.id_of(anna), evening.house.foyer.uow
    with pytest.raises(LimitExceeded):
        await uow.write(hold(evening, person_id, 1, 2, 3, 4, 5))
    await uow.write(hold(evening, person_id, 1, 2, 3, 4))


async def test_who_erases_their_data_lets_the_waiting_seats_go(evening: Evening) -> None:
    anna, (first, _) = await shares_three(evening)
    ben = await evening.guest(1002, "Ben")
    await ben.opens(first)
    await ben.presses("Yes, I take this seat")
    await anna.says("/forget")
    await anna.presses("Yes, erase my data")
    assert await states(evening) == ["let_go", "held", "let_go"]
