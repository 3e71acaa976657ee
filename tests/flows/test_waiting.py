"""The waiting list: joining, one's place in line, an offer that is taken, refused or runs out; in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.codes import CodeKind
from domain.errors import SeatTaken
from domain.ports import Tx
from domain.programme.model import SeatKind
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import BlockReason, Wish
from domain.ticketing.watching import block_places
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

LAST = (25, 26)  # beside each other, 680 each


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        await running.house.foyer.uow.write(lambda tx: _all_but_the_last(tx, running.theatre.later_concert_id))
        yield running
        await check_invariants(running.house.foyer.uow)


def _all_but_the_last(tx: Tx, performance_id: int) -> None:
    performance = tx.programme.performance(performance_id)
    assert performance is not None
    places = [place for place in range(1, performance.capacity + 1) if place not in LAST]
    block_places(tx, performance_id, places, BlockReason.HOUSE)


async def opens(evening: Evening, person: Person) -> None:
    """The sold-out evening's poster, and the line for it."""
    await person.opens(evening.house.foyer.links.poster(CodeKind.PERFORMANCE, evening.theatre.later_concert_id))
    await person.presses("🕐")


async def ticks(evening: Evening) -> None:
    await evening.house.foyer.ticks.expire_orders()
    await evening.house.foyer.ticks.serve_queues()
    await evening.house.settle()


async def anna_cancels(anna: Person) -> None:
    await anna.says("/tickets")
    await anna.presses("×2")
    await anna.presses("🎟")
    await anna.presses("Plans changed?")
    await anna.presses("seat 6")
    await anna.presses("Cancel ·")
    await anna.presses("Yes, cancel")


async def heard(person: Person, words: str) -> int:
    return sum(words in text_of(message) for message in await person.received())


async def test_seats_that_come_free_go_down_the_line(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    cleo, dora = await evening.guest(1004, "Cleo"), await evening.guest(1005, "Dora")
    await evening.buys(anna, evening.theatre.later_concert_id)
    for number, person in enumerate((ben, cleo), 1):
        await opens(evening, person)
        assert "2 seats together · any price" in await person.sees()
        await person.presses("Stand in line")
        assert f"You are number {number} in line." in await person.sees()
    await anna_cancels(anna)
    # Before any tick: whoever passes by finds that the line has been asked first.
    wishes = tuple(Wish(place, evening.theatre.full_id) for place in LAST)
    hold = HoldPlaces(await evening.id_of(dora), evening.theatre.later_concert_id, wishes)
    with pytest.raises(SeatTaken):
        await evening.house.foyer.uow.write(hold)
    await ticks(evening)
    assert "Seats have come free for you!" in await ben.sees()
    assert not await heard(cleo, "Seats have come free")
    await ticks(evening)
    assert await heard(ben, "Seats have come free") == 1
    await ben.presses("No, thanks")
    assert "Seats have come free for you!" in await cleo.sees()
    await cleo.presses("Take them")
    await cleo.presses("Pay CN¥1,360")
    await cleo.pays()
    assert len(await evening.tickets_of(cleo)) == 2
    await ticks(evening)
    await opens(evening, cleo)
    assert "You are number" not in await cleo.sees()


async def test_an_offer_that_runs_out_goes_to_the_next_and_one_that_is_taken_late_has_ten_minutes(
    evening: Evening,
) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben", "中文")
    cleo = await evening.guest(1004, "Cleo")
    await evening.buys(anna, evening.theatre.later_concert_id)
    await opens(evening, ben)
    await ben.presses("加入候补")
    assert "您排在候补第 1 位" in await ben.sees()
    await opens(evening, cleo)
    await cleo.presses("Stand in line")
    await anna_cancels(anna)
    await ticks(evening)
    assert "您候补的座位有了！" in await ben.sees()
    evening.clock.advance(timedelta(hours=2, minutes=1))
    await ticks(evening)
    assert await heard(ben, "已转给下一位") == 1
    assert "Seats have come free for you!" in await cleo.sees()
    evening.clock.advance(timedelta(hours=1, minutes=59))
    await cleo.presses("Take them")
    evening.clock.advance(timedelta(minutes=9))
    await ticks(evening)
    await cleo.presses("Pay CN¥1,360")
    await cleo.pays()
    assert len(await evening.tickets_of(cleo)) == 2


async def test_who_fits_is_served_and_nobody_is_asked_after_their_time(evening: Evening) -> None:
    """One seat comes free: the first wants two and keeps their place, the second wants one."""
    anna, ben, cleo = await evening.guest(), await evening.guest(1003, "Ben"), await evening.guest(1004, "Cleo")
    await evening.buys(anna, evening.theatre.later_concert_id)
    await opens(evening, ben)
    await ben.presses("2 h before")
    await ben.presses("Stand in line")
    await opens(evening, cleo)
    await cleo.presses("−")
    await cleo.presses("A")
    assert "1 seat · A" in await cleo.sees()
    await cleo.presses("Stand in line")
    await anna.says("/tickets")
    await anna.presses("×2")
    await anna.presses("🎟")
    await anna.presses("Plans changed?")
    await anna.presses("Cancel ·")
    await anna.presses("Yes, cancel")
    await ticks(evening)
    assert "Seats have come free for you!" in await cleo.sees()
    await cleo.presses("No, thanks")
    await ben.presses("Refresh")
    assert "You are number 1 in line." in await ben.sees()
    evening.clock.advance(timedelta(hours=23))
    await ticks(evening)
    person_id, performance_id = await evening.id_of(ben), evening.theatre.later_concert_id
    assert await evening.house.foyer.uow.read(lambda tx: tx.ticketing.standing(person_id, performance_id)) is None


async def test_a_wheelchair_place_and_its_companion_are_waited_for(evening: Evening) -> None:
    """Ordinary seats come free first: they are not what Ben waits for."""
    concert, uow = evening.theatre.later_concert_id, evening.house.foyer.uow
    performance = await uow.read(lambda tx: tx.programme.performance(concert))
    assert performance is not None
    assert performance.plan_id is not None
    plan_id = performance.plan_id
    plan = await uow.read(lambda tx: tx.programme.plan(plan_id))
    assert plan is not None
    kinds = (SeatKind.WHEELCHAIR, SeatKind.COMPANION)
    special = {kind: [seat.place for seat in plan.seats if seat.kind is kind] for kind in kinds}
    taken = {*special[SeatKind.WHEELCHAIR], *special[SeatKind.COMPANION]}
    block_id = await uow.write(lambda tx: tx.window.blocks(concert)[0].id)
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben", "中文")
    await evening.buys(anna, concert)
    await opens(evening, ben)
    await ben.presses("♿ 轮椅席及陪同席")
    assert "♿ 轮椅席及陪同席" in await ben.sees()
    assert "−" not in await ben.buttons(), "a companion alone is none"
    await ben.presses("加入候补")
    await anna_cancels(anna)
    await ticks(evening)
    assert "您排在候补第 1 位" in await ben.sees()
    await uow.write(lambda tx: tx.window.free_from_block(block_id, taken))  # type: ignore[arg-type]
    await ticks(evening)
    assert "您候补的座位有了！" in await ben.sees()
    ben_id = await evening.id_of(ben)
    (order,) = await uow.read(lambda tx: tx.ticketing.unpaid_orders(ben_id))
    lines = await uow.read(lambda tx: tx.ticketing.lines(order.id))
    assert sorted(line.seat_kind for line in lines) == ["companion", "wheelchair"]


async def test_nobody_stands_in_line_for_what_is_free(evening: Evening) -> None:
    ben = await evening.guest(1003, "Ben")
    toast = await evening.forged(ben, f"wlj:{evening.theatre.later_concert_id}:2:0:0:0")
    assert "free at this moment" in toast + await ben.sees()


async def test_who_is_forgotten_waits_no_longer(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await evening.buys(anna, evening.theatre.later_concert_id)
    await opens(evening, ben)
    await ben.presses("Stand in line")
    await ben.says("/forget")
    await ben.presses("Yes, erase my data")
    await anna_cancels(anna)
    assert await evening.house.foyer.ticks.serve_queues() == 0
