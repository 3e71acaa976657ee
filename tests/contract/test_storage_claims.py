"""A place is claimed once, whatever the claim is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.errors import SeatTaken
from domain.money import Money
from domain.ports import Tx
from domain.ticketing.model import BlockReason, ClaimKind, Order, OrderLine, OrderState
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import small_house, somebody

TEN_MINUTES = timedelta(minutes=10)


def add_order(tx: Tx, performance_id: int, buyer_id: int) -> int:
    return tx.ticketing.add_order(
        Order(
            id=0,
            performance_id=performance_id,
            buyer_id=buyer_id,
            channel="telegram",
            state=OrderState.HELD,
            total=Money(2500, "EUR"),
            created_at=tx.now,
            until=tx.now + TEN_MINUTES,
            paid_at=None,
            revision=1,
        )
    )


def add_lines(tx: Tx, performance_id: int, order_id: int, *places: int) -> None:
    performance = tx.programme.performance(performance_id)
    assert performance is not None
    price = performance.prices[0]
    seat = ("Stalls", "A", "1", "standard", price.category, price.concession_id, price.amount, price.tax_rate_bp)
    tx.ticketing.add_lines([OrderLine(0, order_id, place, *seat, {}) for place in places])


def hold(tx: Tx, performance_id: int, order_id: int, *places: int) -> set[int]:
    until = tx.now + TEN_MINUTES
    return tx.ticketing.claim(performance_id, places, ClaimKind.HOLD, order_id=order_id, until=until, now=tx.now)


@pytest.fixture
async def performance_id(uow: UnitOfWork) -> int:
    return (await uow.write(small_house)).performance_id


async def new_order(uow: UnitOfWork, performance_id: int) -> int:
    return await uow.write(lambda tx: add_order(tx, performance_id, somebody(tx)))


async def test_a_live_claim_is_not_taken_over(uow: UnitOfWork, performance_id: int) -> None:
    first, second = await new_order(uow, performance_id), await new_order(uow, performance_id)
    assert await uow.write(lambda tx: hold(tx, performance_id, first, 3, 1, 2)) == {1, 2, 3}
    assert await uow.write(lambda tx: hold(tx, performance_id, second, 2, 4)) == {4}
    assert await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now)) == {1, 2, 3, 4}
    assert await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now, but_order=first)) == {4}


async def test_an_expired_claim_is_taken_over_in_place(uow: UnitOfWork, clock: FakeClock, performance_id: int) -> None:
    first, second = await new_order(uow, performance_id), await new_order(uow, performance_id)
    await uow.write(lambda tx: hold(tx, performance_id, first, 1, 2))
    await uow.write(lambda tx: add_lines(tx, performance_id, first, 1, 2))
    assert await uow.write(lambda tx: tx.ticketing.keep_places(first, ClaimKind.HOLD, clock.now() + TEN_MINUTES))
    clock.advance(TEN_MINUTES)  # ``until`` itself is over
    assert await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now)) == set()
    assert await uow.write(lambda tx: hold(tx, performance_id, second, 2, 3)) == {2, 3}
    assert not await uow.write(lambda tx: tx.ticketing.keep_places(first, ClaimKind.SALE, None))
    clock.advance(timedelta(days=1))
    taken = await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now))
    assert taken == {1}  # it stands; place 2 is somebody else's


async def test_a_claim_without_an_end_stands(uow: UnitOfWork, clock: FakeClock, performance_id: int) -> None:
    def block(tx: Tx) -> int:
        block_id = tx.ticketing.add_block(performance_id, BlockReason.HOUSE, tx.now)
        tx.ticketing.claim(performance_id, [7], ClaimKind.BLOCK, block_id=block_id, until=None, now=tx.now)
        return block_id

    block_id = await uow.write(block)
    order_id = await new_order(uow, performance_id)
    clock.advance(timedelta(days=400))
    assert await uow.write(lambda tx: hold(tx, performance_id, order_id, 7)) == set()
    assert await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now, but_order=order_id)) == {7}
    await uow.write(lambda tx: tx.ticketing.release_block(block_id, tx.now))
    assert await uow.write(lambda tx: hold(tx, performance_id, order_id, 7)) == {7}


async def test_all_or_none_by_raising(uow: UnitOfWork, performance_id: int) -> None:
    first, second = await new_order(uow, performance_id), await new_order(uow, performance_id)
    await uow.write(lambda tx: hold(tx, performance_id, first, 5))

    def all_or_none(tx: Tx) -> None:
        won = hold(tx, performance_id, second, 4, 5, 6)
        if len(won) != 3:
            raise SeatTaken(sorted({4, 5, 6} - won))

    with pytest.raises(SeatTaken) as caught:
        await uow.write(all_or_none)
    assert caught.value.places == (5,)
    assert await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now)) == {5}


async def test_one_winner_however_many_come_at_once(uow: UnitOfWork, performance_id: int) -> None:
    orders = [await new_order(uow, performance_id) for _ in range(12)]

    async def buyer(order_id: int) -> set[int]:
        return await uow.write(lambda tx: hold(tx, performance_id, order_id, 1, 2, 3))

    won = await asyncio.gather(*(buyer(order_id) for order_id in orders))
    assert sorted(len(places) for places in won) == [0] * 11 + [3]


async def test_counts_and_release(uow: UnitOfWork, performance_id: int) -> None:
    other = (await uow.write(small_house)).performance_id
    order_id = await new_order(uow, performance_id)
    await uow.write(lambda tx: hold(tx, performance_id, order_id, 1, 2))
    counts = await uow.read(lambda tx: tx.ticketing.count_taken([performance_id, other], tx.now))
    assert counts == {performance_id: 2, other: 0}
    await uow.write(lambda tx: tx.ticketing.release_claims(order_id))
    assert await uow.read(lambda tx: tx.ticketing.taken(performance_id, tx.now)) == set()
