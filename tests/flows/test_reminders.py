"""Reminders as the clock derives them: once, never stale, never against somebody's wish, never at night."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.admission.reminding import DueReminders, Remind
from domain.ports import Tx
from domain.programme.moving import CancelPerformance, MovePerformance
from domain.programme.quiet import QuietHours
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.window_model import WindowRules
from storage.tables.messaging import notice
from storage.tables.programme import performance as performance_table
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def later(evening: Evening, by: timedelta) -> None:
    """Time goes on, the clock ticks, and what is due is told."""
    evening.clock.advance(by)
    await evening.house.foyer.ticks.remind()
    await evening.house.settle()


async def put_off(evening: Evening, performance_id: int, starts_at: datetime) -> None:
    """As the programme has it from the outset: nobody is told that it was moved."""

    def work(tx: Tx) -> None:
        found = tx.programme.performance(performance_id)
        assert found is not None
        shift = starts_at - found.starts_at
        moved = {name: getattr(found, name) + shift for name in ("starts_at", "doors_at", "ends_at", "sales_close_at")}
        change = update(performance_table).where(performance_table.c.id == performance_id).values(**moved)
        tx._connection.execute(change)  # type: ignore[attr-defined]

    await evening.house.foyer.uow.write(work)


async def reminders(person: Person) -> list[str]:
    heads = [text_of(message).partition("\n")[0] for message in await person.received()]
    return [head for head in heads if head.startswith("⏰") and head != "⏰ Reminders"]


async def rows(evening: Evening, where: Callable[[str], bool] = lambda key: key.startswith("remind:")) -> int:
    keys = select(notice.c.dedupe_key)
    database = evening.house.foyer.database
    return sum(map(where, await database.read(lambda connection: list(connection.execute(keys).scalars()))))


async def with_tickets(evening: Evening, hours: float = 48) -> Person:
    """Anna has two tickets for something in so many hours."""
    await put_off(evening, evening.theatre.concert_id, evening.clock.now() + timedelta(hours=hours))
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    return anna


async def test_a_day_and_two_hours_before_once_for_both_tickets(evening: Evening) -> None:
    anna = await with_tickets(evening)  # in two days at 20:00
    await later(evening, timedelta(hours=23))
    assert await reminders(anna) == []
    for _ in range(3):
        await later(evening, timedelta(hours=1))
    assert await reminders(anna) == ["⏰ Not long to go"]
    assert "Stalls, row 3, seats 5–6" in await anna.sees()
    assert "Gate: Gate S" in await anna.sees()
    for _ in range(6):
        await later(evening, timedelta(hours=4))
    assert await reminders(anna) == ["⏰ Not long to go", "⏰ Soon it begins"]


async def test_a_person_chooses_and_no_reminder_starts_after_that(evening: Evening) -> None:
    anna = await with_tickets(evening)
    await anna.says("/reminders")
    assert (await anna.buttons())[:2] == ["✅ A day before", "✅ Two hours before"]
    await anna.presses("A day before")
    assert (await anna.buttons())[0] == "▫️ A day before"
    await later(evening, timedelta(hours=25))
    assert await reminders(anna) == []
    assert await rows(evening) == 0
    await anna.presses("None at all")
    assert "None at all" not in " ".join(await anna.buttons())
    await later(evening, timedelta(hours=21, minutes=30))
    assert await rows(evening) == 0
    await anna.presses("Two hours before")
    await later(evening, timedelta(minutes=1))
    assert await reminders(anna) == ["⏰ Soon it begins"]


async def test_an_opt_out_stops_what_is_written_already(evening: Evening) -> None:
    anna = await with_tickets(evening)
    evening.clock.advance(timedelta(hours=25))
    await evening.house.foyer.ticks.remind()
    person_id = await evening.id_of(anna)
    await evening.house.foyer.uow.write(lambda tx: tx.evening.put_choice(person_id, ()))
    await evening.house.settle()
    assert await rows(evening) == 1
    assert await reminders(anna) == []


async def test_sold_or_handed_on_later_there_is_no_stale_reminder(evening: Evening) -> None:
    anna = await with_tickets(evening, hours=25)
    ben = await evening.guest(1003, "Ben")
    ticket_id = (await evening.tickets_of(anna))[0]
    await later(evening, timedelta(hours=1, minutes=30))
    assert len(await reminders(anna)) == 1
    carl = await evening.guest(1004, "Carl")
    await evening.buys(carl, evening.theatre.concert_id, "· B ·")  # less than a day before
    anna_id, ben_id = await evening.id_of(anna), await evening.id_of(ben)

    def hand_on(tx: Tx) -> None:
        AcceptTicket(ben_id, OfferTicket(anna_id, ticket_id)(tx))(tx)

    await evening.house.foyer.uow.write(hand_on)
    await later(evening, timedelta(minutes=10))
    assert await reminders(ben) == await reminders(carl) == []
    await later(evening, timedelta(hours=21, minutes=30))
    assert await reminders(ben) == await reminders(carl) == ["⏰ Soon it begins"]
    assert len(await reminders(anna)) == 2  # one ticket is still hers
    assert "seat 6" in await anna.sees()


async def test_moved_and_cancelled_are_reminded_of_as_they_are_then(evening: Evening) -> None:
    anna, boss = await with_tickets(evening), await evening.guest(900, "Olga")
    boss_id, concert = await evening.id_of(boss), evening.theatre.concert_id
    uow = evening.house.foyer.uow
    await later(evening, timedelta(hours=25))
    evening.clock.advance(timedelta(hours=21, minutes=10))
    await evening.house.foyer.ticks.remind()  # the second is written, and then it is moved
    await uow.write(MovePerformance(boss_id, concert, evening.clock.now() + timedelta(days=3)))
    await evening.house.settle()
    assert await reminders(anna) == ["⏰ Not long to go"]
    await later(evening, timedelta(days=2, hours=1))
    assert await reminders(anna) == ["⏰ Not long to go"] * 2
    await uow.write(CancelPerformance(boss_id, concert))
    await later(evening, timedelta(hours=22))
    assert await reminders(anna) == ["⏰ Not long to go"] * 2


async def test_a_clock_that_is_wrong_for_a_while_doubles_and_skips_nothing(evening: Evening) -> None:
    anna = await with_tickets(evening)
    for hours in (25, -1, 1, -24, 24, 1, 21, -1, 1, -24, 24):
        await later(evening, timedelta(hours=hours))
    assert await reminders(anna) == ["⏰ Not long to go", "⏰ Soon it begins"]


async def test_nobody_is_woken_and_the_house_says_when_it_is_night(evening: Evening) -> None:
    anna = await with_tickets(evening, hours=27.5)  # at 23:30 tomorrow, so a day before is at night
    await later(evening, timedelta(hours=4))
    assert await reminders(anna) == []
    await later(evening, timedelta(hours=7))
    assert await reminders(anna) == []  # 07:00
    await later(evening, timedelta(hours=1))
    assert await reminders(anna) == ["⏰ Not long to go"]
    await evening.house.foyer.uow.write(lambda tx: tx.evening.put_quiet(QuietHours(20 * 60, 8 * 60)))
    await later(evening, timedelta(hours=11, minutes=50))
    assert await reminders(anna) == ["⏰ Not long to go", "⏰ Soon it begins"]  # before the night begins


async def test_a_reservation_runs_out(evening: Evening) -> None:
    await put_off(evening, evening.theatre.concert_id, evening.clock.now() + timedelta(days=3))
    uow = evening.house.foyer.uow
    await uow.write(lambda tx: tx.window.put_rules(WindowRules(reserve=True, reserve_hours=20)))
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay at the window")
    await later(evening, timedelta(hours=16))
    seen = len(await anna.received())
    for _ in range(3):
        await later(evening, timedelta(minutes=30))
    assert "Your reservation runs out soon" in await anna.sees()
    assert "Your code there:" in await anna.sees()
    assert len(await anna.received()) == seen + 1


async def test_a_clock_that_was_slow_reminds_of_nothing_that_was_cancelled_meanwhile(evening: Evening) -> None:
    await with_tickets(evening)
    boss_id, concert = await evening.id_of(await evening.guest(900, "Olga")), evening.theatre.concert_id
    evening.clock.advance(timedelta(hours=25))
    uow = evening.house.foyer.uow
    (due,) = await uow.read(DueReminders())
    await uow.write(CancelPerformance(boss_id, concert))
    assert await uow.write(Remind(*due)) == 0
    assert await rows(evening) == 0
