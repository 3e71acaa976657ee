"""One seat for a friend to pay, and several who want something of it at the same moment.

Defences: the seat's order is locked before anybody looks at it (PostgreSQL), one unpaid order a person is the
database's own rule, and at the deadline the claims decide. The first and the last have their negative controls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import Rejected
from domain.payments import paying
from domain.payments.together import LetSeatGo, ShareSeats, TakeSeat
from domain.payments.together_model import SharedSeat
from domain.ticketing.holding import ExpireOrders, LetGo
from storage.repositories.programme import ProgrammeRepository
from storage.repositories.ticketing import TicketingRepository
from storage.unit_of_work import UnitOfWork
from tests.races.meanwhile import Meanwhile
from tests.support.clock import FakeClock
from tests.support.databases import PostgresTemplate
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, captured, hold, people

ROUNDS = 6


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(lambda tx: small_house(tx, capacity=10 * ROUNDS))


async def outcome(work: Awaitable[Any]) -> str:
    try:
        done = await work
    except Rejected as refused:
        return str(refused.params.get("reason") or type(refused).__name__)
    return str(done.get("fate", "yes")) if isinstance(done, dict) else "yes"


async def shared(uow: UnitOfWork, house: SmallHouse, *places: int) -> tuple[int, int, list[SharedSeat]]:
    """The host, their order, and the seats that wait for friends."""
    (host,) = await people(uow, 1)
    order_id = await uow.write(ShareSeats(host, await uow.write(hold(house, host, *places))))
    return host, order_id, list(await uow.read(lambda tx: tx.payments.shared_seats(order_id)))


async def test_a_seat_is_taken_or_let_go(uow: UnitOfWork, house: SmallHouse) -> None:
    seen = set()
    for number in range(ROUNDS):
        host, _, (seat,) = await shared(uow, house, 2 * number + 1, 2 * number + 2)
        ben, cleo = await people(uow, 2)
        works = [
            uow.write(TakeSeat(ben, seat.id)),
            uow.write(LetSeatGo(host, seat.id)),
            uow.write(TakeSeat(cleo, seat.id)),
        ]
        first = number % len(works)
        asked = [outcome(work) for work in (*works[first:], *works[:first])]
        in_turn = number < len(asked)
        found = [await work for work in asked] if in_turn else await asyncio.gather(*asked)
        assert found.count("yes") == 1, found
        seen.add((first + found.index("yes")) % len(works))
    assert len(seen) > 1, "the order of arrival never mattered"
    await check_invariants(uow)


async def test_somebody_with_two_links_takes_one_seat(uow: UnitOfWork, house: SmallHouse) -> None:
    for number in range(ROUNDS):
        _, _, seats = await shared(uow, house, *(3 * number + place for place in (1, 2, 3)))
        (ben,) = await people(uow, 1)
        found = await asyncio.gather(*(outcome(uow.write(TakeSeat(ben, seat.id))) for seat in seats))
        assert sorted(found) == ["own_hold", "yes"]
    await check_invariants(uow)


async def test_a_friend_pays_while_the_host_lets_go_and_pays_and_the_time_ends(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    """And somebody else wants the seats. Who has paid in time stays, whatever the host does."""
    for number in range(ROUNDS):
        host, order_id, (seat,) = await shared(uow, house, 2 * number + 1, 2 * number + 2)
        ben, dan = await people(uow, 2)
        await uow.write(TakeSeat(ben, seat.id))
        in_time = number % 2 == 0
        clock.advance(timedelta(minutes=29 if in_time else 30))
        pays, *_ = await asyncio.gather(
            outcome(uow.write(captured(seat.order_id, None, PRICE.minor))),
            outcome(uow.write(LetGo(host, order_id))),
            uow.write(ExpireOrders()),
            outcome(uow.write(hold(house, dan, 2 * number + 2))),
        )
        assert pays == "tickets" if in_time else pays in ("tickets", "late")
        clock.advance(timedelta(hours=1))
        await uow.write(ExpireOrders())
    await check_invariants(uow)


async def test_without_the_claims_late_money_sells_a_seat_twice(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, (seat,) = await shared(uow, house, 1, 2)
    ben, dan = await people(uow, 2)
    await uow.write(TakeSeat(ben, seat.id))
    clock.advance(timedelta(minutes=30))
    await uow.write(ExpireOrders())
    await uow.write(hold(house, dan, 2))
    monkeypatch.setattr(paying, "claim_again", lambda tx, order, lines: True)
    assert await outcome(uow.write(captured(seat.order_id, None, PRICE.minor))) == "tickets"
    assert await violations(uow)


class TestOnPostgres:
    """What SQLite's one writer excludes: somebody in between a look and a write."""

    pytestmark = pytest.mark.postgres

    @pytest.fixture
    def database_url(self, postgres_template: PostgresTemplate) -> str:
        return postgres_template.fresh()

    async def both(self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile) -> tuple[str, str]:
        """The host lets the seat go just after the friend has looked at it."""
        host, _, (seat,) = await shared(uow, house, 1, 2)
        (ben,) = await people(uow, 1)
        meanwhile.after(
            ProgrammeRepository, "performance_on_sale", lambda: outcome(uow.write(LetSeatGo(host, seat.id)))
        )
        return await outcome(uow.write(TakeSeat(ben, seat.id))), await meanwhile.done()

    async def test_let_go_just_after_a_friend_has_looked(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile
    ) -> None:
        assert await self.both(uow, house, meanwhile) == ("yes", "used")
        await check_invariants(uow)

    async def test_without_the_lock_a_friend_takes_a_seat_that_is_gone(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look = TicketingRepository.order
        monkeypatch.setattr(TicketingRepository, "order", lambda self, order_id, *, lock=False: look(self, order_id))
        assert await self.both(uow, house, meanwhile) == ("yes", "yes")
