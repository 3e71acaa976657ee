"""The evening as people say it: the run with one tap each, slips taken back, and the report that its end writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.people.model import Grant, Role
from domain.programme.model import RunState
from tests.flows.test_door import at_gate
from tests.flows.test_house import links_of, manager
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def staff(evening: Evening, id: int, name: str, role: Role, language: str = "English") -> Person:
    person = await evening.guest(id, name, language)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(person_id, Grant(role, venue_id), None, tx.now))
    return person


async def run_state(evening: Evening) -> RunState:
    performance = await evening.house.foyer.uow.read(lambda tx: tx.programme.performance(evening.theatre.concert_id))
    assert performance is not None
    return performance.run_state


async def test_an_evening_is_said_tap_by_tap_and_reported(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    stan, mira = await staff(evening, 2800, "Stan", Role.STAGE), await manager(evening)
    await evening.buys(anna, evening.theatre.concert_id)
    await evening.buys(await evening.guest(1003, "Ben"), evening.theatre.concert_id, "· B ·")
    first, second = await links_of(evening, anna)
    await at_gate(evening, uma)
    await uma.opens(first)

    await stan.says("/stage")
    await stan.presses("From the New World")
    assert (await stan.sees()).startswith("🕖 Not begun yet")
    assert (await stan.buttons())[0] == "🚪 Open the doors"
    await stan.presses("Open the doors")
    evening.clock.advance(timedelta(minutes=40))
    await stan.presses("Refresh")
    assert "for 40 min, since 20:00" in await stan.sees()
    assert (await stan.buttons())[0] == "🟢 Cleared to begin"
    await stan.presses("Cleared to begin")
    evening.clock.advance(timedelta(minutes=10))
    await stan.presses("It has begun")
    assert "Began at 20:50, planned 20:45" in await stan.sees()
    assert (await stan.buttons())[0] == "⏸ Interval"

    await stan.presses("Stop it …")
    await stan.presses("Somebody is unwell")
    assert (await stan.sees()).startswith("⏹ Stopped")
    await uma.opens(second)
    assert (await uma.sees()).startswith("⛔⛔⛔ LATE: PLEASE WAIT")
    evening.clock.advance(timedelta(minutes=5))
    assert (await stan.buttons())[0] == "▶️ It goes on"
    await stan.presses("It goes on")
    evening.clock.advance(timedelta(minutes=20))
    await stan.presses("Interval")
    evening.clock.advance(timedelta(minutes=3))
    await uma.opens(second)
    evening.clock.advance(timedelta(minutes=12))
    await stan.presses("It goes on")
    assert (await stan.buttons())[0] == "🏁 It is over"
    evening.clock.advance(timedelta(minutes=30))
    before = len(await mira.received())
    await stan.presses("It is over")
    await evening.house.settle()
    (told,) = (await mira.received())[before:]
    assert text_of(told).splitlines()[4:] == [
        "Doors: planned 20:15, was 20:00",
        "Start: planned 20:45, was 20:50",
        "End: planned 22:25, was 22:00",
        "⏸ Interval 21:15–21:30",
        "⏹ Stopped 20:50–20:55: Somebody is unwell",
        "",
        "👥 Came: 2 of 4",
        "Did not come: 2 · latecomers: 1",
        "Gate S: 2",
    ]
    await stan.presses("How the evening was")
    assert "Came: 2 of 4" in await stan.sees()
    await stan.presses("Back")
    assert "Reports" in await stan.sees()


async def test_a_slip_is_taken_back_within_minutes(evening: Evening) -> None:
    stan, mira = await staff(evening, 2800, "Stan", Role.STAGE), await manager(evening)
    await stan.says("/stage")
    await stan.presses("From the New World")
    await stan.presses("It has begun")
    evening.clock.advance(timedelta(minutes=2))
    await stan.presses("It is over")
    await evening.house.settle()
    assert "How the evening was" in await mira.sees()
    await stan.presses("Take back: It is over")
    assert "It has begun" in await stan.sees()
    assert "for 2 min, since 20:00" in await stan.sees()
    assert not any("How the evening was" in label for label in await stan.buttons())
    evening.clock.advance(timedelta(minutes=20))
    stale = await stan.presses("Take back: It has begun")  # too long ago
    assert "earlier moment" in stale
    assert await run_state(evening) is RunState.STARTED
    await stan.presses("It is over")
    await evening.house.settle()
    told = [message for message in await mira.received() if "How the evening was" in text_of(message)]
    assert len(told) == 2


async def test_stale_buttons_and_other_roles_change_nothing(evening: Evening) -> None:
    stan, uma = await staff(evening, 2800, "Stan", Role.STAGE, "简体中文"), await evening.usher()
    concert = evening.theatre.concert_id
    await stan.says("/stage")
    await stan.presses("自新大陆")
    assert (await stan.sees()).startswith("🕖 尚未开演")
    await stan.presses("开放入场")
    assert "过时" in await evening.forged(stan, f"ey:{concert}:interval")
    assert await run_state(evening) is RunState.OPEN
    assert await evening.forged(uma, f"ey:{concert}:ended")
    assert await run_state(evening) is RunState.OPEN
    await uma.says("/stage")
    assert await run_state(evening) is RunState.OPEN
