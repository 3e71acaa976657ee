"""A performance is cancelled or moved: the manager's screens, the answers of holders, the clerk's calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.moving import MovePerformance
from domain.ticketing.model import BlockReason, TicketState
from domain.ticketing.watching import block_places
from domain.ticketing.window_model import WindowRules
from storage.transaction import StorageTx
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def carries_on(evening: Evening) -> None:
    ticks = evening.house.foyer.ticks
    await ticks.carry_on_changes()
    await ticks.refund()
    await evening.house.settle()


async def cancels(evening: Evening, manager: Person, performance_id: int) -> None:
    await manager.says("/changes")
    await manager.presses("tomorrow" if performance_id == evening.theatre.later_concert_id else "New World")
    await manager.presses("Cancel it")
    assert "This cannot be undone." in await manager.sees()
    await manager.presses("Yes, cancel it")


async def heard(person: Person, words: str) -> int:
    return sum(words in text_of(message) for message in await person.received())


async def states(evening: Evening, person: Person) -> list[str]:
    person_id = await evening.id_of(person)
    found = await evening.house.foyer.uow.read(lambda tx: tx.ticketing.tickets_of_holder(person_id))
    return sorted(ticket.state.value for ticket in found)


async def test_a_cancelled_evening_gives_the_money_or_another_date(evening: Evening) -> None:
    """Anna wants her money, Ben another date; Cleo held seats; Dora says nothing."""
    olga, anna, ben = await evening.guest(900, "Olga"), await evening.guest(), await evening.guest(1003, "Ben", "中文")
    cleo, dora = await evening.guest(1004, "Cleo"), await evening.guest(1005, "Dora")
    concert, later = evening.theatre.later_concert_id, evening.theatre.concert_id
    for person, label in ((anna, "· A ·"), (ben, "· B ·"), (dora, "· A ·")):
        await evening.buys(person, concert, label)
    await evening.at(cleo, concert)
    await cleo.presses("· C ·")
    await cancels(evening, olga, concert)
    await carries_on(evening)
    await carries_on(evening)
    for person, words in ((anna, "cancelled"), (ben, "取消"), (cleo, "given back"), (dora, "What would you like?")):
        assert await heard(person, words), await person.sees()
    assert await heard(anna, "This performance is cancelled.") == 1
    await olga.presses("Refresh")
    assert "Told: 3 of 3 (at work)" in await olga.sees()

    await anna.says("/tickets")  # the message is lost
    await anna.presses("×2")
    await anna.presses("seat 5")
    await anna.presses("What now?")
    await anna.presses("Money back")
    assert "You get CN¥1,360 back" in await anna.sees()
    await anna.presses("Yes, give them back")
    assert await states(evening, anna) == ["refunded", "refunded"]
    assert await heard(anna, "The performance is cancelled.") == 1

    await ben.presses("换其他场次")
    await ben.presses("空座" if any("空座" in label for label in await ben.buttons()) else "余")
    said = await ben.sees()
    assert "760" in said
    await ben.presses("确认换座" if any("确认换座" in label for label in await ben.buttons()) else "✅")
    assert await states(evening, ben) == ["cancelled", "cancelled", "valid", "valid"]
    tickets = await evening.house.foyer.uow.read(lambda tx: tx.ticketing.count_tickets(later))
    assert tickets == 2

    evening.clock.advance(timedelta(days=7, minutes=1))
    await carries_on(evening)
    assert await states(evening, dora) == ["refunded", "refunded"]
    await olga.presses("Refresh")
    assert "(done)" in await olga.sees()
    await carries_on(evening)
    assert await heard(dora, "The performance is cancelled.") == 1


async def test_the_job_is_stopped_and_goes_on(evening: Evening) -> None:
    olga, anna = await evening.guest(900, "Olga"), await evening.guest()
    await evening.buys(anna, evening.theatre.later_concert_id)
    await cancels(evening, olga, evening.theatre.later_concert_id)
    await olga.presses("Stop")
    await carries_on(evening)
    assert not await heard(anna, "This performance is cancelled.")
    await olga.presses("Pay back everything now")
    await carries_on(evening)
    assert await states(evening, anna) == ["valid", "valid"]
    await olga.presses("Go on")
    await carries_on(evening)
    assert await states(evening, anna) == ["refunded", "refunded"]


async def test_a_moved_evening_keeps_its_tickets(evening: Evening) -> None:
    olga, anna, ben = await evening.guest(900, "Olga"), await evening.guest(), await evening.guest(1003, "Ben")
    concert = evening.theatre.later_concert_id
    await evening.buys(anna, concert)
    await evening.buys(ben, concert)
    await olga.says("/changes")
    await olga.presses("tomorrow")
    await olga.presses("Move to another time")
    await olga.says("next week")
    assert "This is no date and time." in await olga.sees()
    await olga.says("2027-03-09 19:30")
    assert "Tickets stay good for the new time." in await olga.sees()
    await olga.presses("Yes, move it")
    assert "It is at another time." in await olga.sees()
    await carries_on(evening)
    assert "Your tickets are good for the new time." in await anna.sees()
    assert "March 9, 2027" in await anna.sees()
    await anna.presses("Keep the tickets")
    assert "You keep them." in await anna.sees()
    await ben.presses("Money back")
    await ben.presses("Yes, give them back")
    assert await states(evening, anna) == ["valid", "valid"]
    assert await states(evening, ben) == ["refunded", "refunded"]
    performance = await evening.house.foyer.uow.read(lambda tx: tx.programme.performance(concert))
    assert performance is not None
    assert performance.sale_state(evening.clock.now()) == "open"
    assert performance.run_state.value == "moved"


async def test_deadlines_move_along_with_the_evening(evening: Evening) -> None:
    """Cleo has reserved, Dora has not finished; the house keeps two seats until an hour before."""
    olga, cleo, dora = (
        await evening.guest(900, "Olga"),
        await evening.guest(1004, "Cleo"),
        await evening.guest(1005, "D"),
    )
    concert, uow = evening.theatre.later_concert_id, evening.house.foyer.uow
    performance = await uow.read(lambda tx: tx.programme.performance(concert))
    assert performance is not None
    release_at = performance.starts_at - timedelta(hours=1)

    def prepare(tx: Tx) -> int:
        tx.window.put_rules(WindowRules(reserve=True))
        return block_places(tx, concert, (1, 2), BlockReason.HOUSE, release_at=release_at)

    block_id = await uow.write(prepare)
    for person in (cleo, dora):
        await evening.at(person, concert)
        await person.presses("· B ·")
    await cleo.presses("Pay at the window")
    owner, cleo_id = await evening.id_of(olga), await evening.id_of(cleo)

    async def moved_by(days: int) -> tuple[datetime, datetime]:
        before = await uow.read(lambda tx: tx.programme.performance(concert))
        assert before is not None
        await uow.write(MovePerformance(owner, concert, before.starts_at + timedelta(days=days)))
        await evening.house.settle()
        (order,) = await uow.read(lambda tx: tx.ticketing.unpaid_orders(cleo_id))
        block = await uow.read(lambda tx: tx.window.block(block_id))
        assert block is not None
        assert order.until is not None
        assert block.release_at is not None
        return order.until, block.release_at

    (order,) = await uow.read(lambda tx: tx.ticketing.unpaid_orders(cleo_id))
    assert order.until is not None
    assert await moved_by(3) == (order.until + timedelta(days=3), release_at + timedelta(days=3))
    assert "please pay at the window until" in await cleo.sees()
    assert await heard(dora, "please pay at the window until") == 0
    evening.clock.advance(timedelta(days=2))
    await evening.house.foyer.ticks.expire_orders()
    assert await uow.read(lambda tx: tx.ticketing.unpaid_orders(cleo_id)), "not at the old deadline"
    until, release = await moved_by(-1)
    assert release == release_at + timedelta(days=2)
    assert until == max(order.until + timedelta(days=2), evening.clock.now() + timedelta(hours=2))


async def test_who_is_not_reached_is_called(evening: Evening) -> None:
    """Anna has blocked the bot and left a telephone; Ben does not answer."""
    olga, anna, ben = await evening.guest(900, "Olga"), await evening.guest(), await evening.guest(1003, "Ben")
    clara = await evening.guest(1020, "Clara")
    anna_id, clara_id = await evening.id_of(anna), await evening.id_of(clara)

    def prepare(tx: Tx) -> None:
        tx.people.grant(clara_id, Grant(Role.BOX_OFFICE, evening.theatre.venue_id), None, tx.now)

    def blocks(tx: StorageTx) -> None:
        from domain.ticketing.window import put_contact

        put_contact(tx, anna_id, phone="+8621123456")
        tx.people.set_reachable(anna_id, False)

    await evening.buys(anna, evening.theatre.later_concert_id)
    await evening.buys(ben, evening.theatre.later_concert_id)
    await evening.house.foyer.uow.write(prepare)
    await cancels(evening, olga, evening.theatre.later_concert_id)
    await evening.house.foyer.ticks.carry_on_changes()
    await evening.house.foyer.uow.write(blocks)
    await clara.says("/calls")
    await clara.presses("1 ·")
    assert "+8621123456" in await clara.sees()
    assert "Ben" not in await clara.sees()
    await clara.presses("Called:")
    assert "Nobody waits to be called." in await clara.sees()
    evening.clock.advance(timedelta(hours=25))
    await clara.says("/calls")
    await clara.presses("1 ·")
    assert "Ben" in await clara.sees()


async def test_the_door_turns_everybody_away_from_a_cancelled_evening(evening: Evening) -> None:
    olga, anna, uma = await evening.guest(900, "Olga"), await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    (first, _) = await evening.tickets_of(anna)
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.presses("Gate S")
    await cancels(evening, olga, evening.theatre.concert_id)
    await uma.opens(await evening.link_of(first))
    assert "CANCELLED" in (await uma.sees()).upper()
    ticket = await evening.house.foyer.uow.read(lambda tx: tx.ticketing.ticket(first))
    assert ticket is not None
    assert ticket.state is TicketState.VALID


async def test_a_stranger_decides_nothing(evening: Evening) -> None:
    anna, zoe = await evening.guest(), await evening.guest(7777, "Zoe")
    await evening.buys(anna, evening.theatre.later_concert_id)
    for data in (f"mvC:{evening.theatre.later_concert_id}", "rcM:1", "rck:1", "rcd:1:1", "mvp:1", "mvt:1:1", "mvl:1"):
        await evening.forged(zoe, data)
    assert await states(evening, anna) == ["valid", "valid"]
