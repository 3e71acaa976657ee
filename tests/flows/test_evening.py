"""The evening as people say it: the run with one tap each, slips taken back, and the report that its end writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.model import RunState
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
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


async def follow(evening: Evening, by: timedelta = timedelta()) -> None:
    """Time goes on, the clock ticks, and what is due is told."""
    evening.clock.advance(by)
    await evening.house.foyer.ticks.follow_visits()
    await evening.house.settle()


async def card_of(person: Person) -> dict[str, Any]:
    """The card that stands at the top of their chat."""
    (pinned,) = [m["pinned_message"]["message_id"] for m in await person.received() if "pinned_message" in m]
    (card,) = [message for message in await person.received() if message["message_id"] == pinned]
    return card


async def test_the_card_follows_the_evening_from_the_seat_to_the_way_out(evening: Evening) -> None:
    """One message, edited; a short new one only where it must be noticed."""
    anna, stan = await evening.guest(), await staff(evening, 2800, "Stan", Role.STAGE)
    uma, later = await evening.usher(), evening.theatre.later_concert_id
    await evening.buys(anna, later)
    await evening.house.foyer.ticks.follow_visits()
    await evening.house.settle()
    assert not any("pinned_message" in message for message in await anna.received())  # more than a day away
    await follow(evening, timedelta(hours=1))
    heads = [text_of(await card_of(anna)).partition("\n")[0]]
    assert "Stalls, row 3, seats 5–6" in text_of(await card_of(anna))
    seen = len(await anna.received())

    async def goes_on(by: timedelta, label: str = "") -> str:
        evening.clock.advance(by)
        if label:
            await stan.presses(label)
        await follow(evening)
        text = text_of(await card_of(anna))
        heads.append(text.partition("\n")[0])
        return text

    text = await goes_on(timedelta(hours=22))  # an hour and three quarters before the doors
    assert "Leave so that you are here by 20:25." in text
    assert "➡️ Straight on." in text
    assert "♿ Lift beside the cloakroom." in text
    assert len(await anna.received()) == seen
    await stan.says("/stage")
    await stan.presses("tomorrow" if "tomorrow" in " ".join(await stan.buttons()) else "20:45")
    text = await goes_on(timedelta(minutes=75), "Open the doors")
    assert "Gate: Gate S" in text
    (nudge,) = (await anna.received())[seen:]
    assert text_of(nudge).startswith("🚪 The doors are open")
    assert "Gate: Gate S" in text_of(nudge)
    assert "photo" in nudge
    await at_gate(evening, uma)
    for link in await links_of(evening, anna):
        await uma.opens(link)
    assert "You are in" not in text_of(await card_of(anna))  # a scan writes nothing for it
    assert "Keep your ticket at hand" not in await goes_on(timedelta(minutes=20), "It has begun")
    assert "Keep your ticket at hand" in await goes_on(timedelta(minutes=40), "Interval")
    await goes_on(timedelta(minutes=20), "It goes on")
    assert "You go out the way you came in" in await goes_on(timedelta(minutes=40), "It is over")
    await goes_on(timedelta(minutes=25))
    assert heads == [
        "🎟 Your seat",
        "🧭 Time to set out",
        "🚪 The doors are open",
        "🎭 It has begun",
        "⏸ Interval",
        "🎭 It has begun",
        "🌙 The way out",
        "💬 How was it?",
    ]
    assert len(await anna.received()) == seen + 1
    chat = await evening.house.foyer.bot.get_chat(anna.id)
    assert chat.pinned_message is None  # it is over, and no longer in the way


async def test_a_closed_gate_sends_its_audience_to_the_open_one(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    uma, stan = await evening.usher(), await staff(evening, 2800, "Stan", Role.STAGE)
    concert = evening.theatre.concert_id
    await evening.buys(anna, concert)
    await evening.buys(ben, concert, "· B ·")
    await stan.says("/stage")
    await stan.presses("From the New World")
    await stan.presses("Open the doors")
    await follow(evening)  # bought so late, the card itself is the news
    assert not any("photo" in m and "doors are open" in text_of(m) for m in await anna.received())
    seen, bens = len(await anna.received()), len(await ben.received())
    await uma.says("/gates")
    await uma.presses("Close Gate S → Gate C")
    assert "Gate S: closed, people go to Gate C" in await uma.sees()
    await follow(evening)
    (told,) = (await anna.received())[seen:]
    assert text_of(told).startswith("🚧 Please use another gate")
    assert "Gate: Gate C" in text_of(told)
    assert "Gate: Gate C" in text_of(await card_of(anna))
    assert len(await ben.received()) == bens  # his was Gate C all along
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.opens((await links_of(evening, anna))[0])
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")
    await uma.says("/gates")
    await uma.presses("Open Gate S")
    await follow(evening)
    assert "Gate: Gate S" in text_of((await anna.received())[-1])
    assert len(await ben.received()) == bens


async def test_handed_on_and_given_back_the_card_says_so(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await evening.buys(anna, evening.theatre.concert_id)
    await follow(evening)
    first, second = await evening.tickets_of(anna)
    anna_id, ben_id = await evening.id_of(anna), await evening.id_of(ben)
    uow = evening.house.foyer.uow

    def hand_on(ticket_id: int) -> Callable[[Tx], int]:
        return lambda tx: AcceptTicket(ben_id, OfferTicket(anna_id, ticket_id)(tx))(tx)

    await uow.write(hand_on(first))
    await follow(evening)
    assert "seat 6" in text_of(await card_of(anna))
    assert "seat 5" in text_of(await card_of(ben))
    await uow.write(hand_on(second))
    await follow(evening)
    assert "seats 5–6" in text_of(await card_of(ben))
    assert text_of(await card_of(anna)).startswith("🎟 You hold no ticket for this any more")
    assert (await evening.house.foyer.bot.get_chat(anna.id)).pinned_message is None


async def test_what_is_kept_has_a_number(evening: Evening) -> None:
    uma = await evening.usher()
    await at_gate(evening, uma)
    await uma.presses("The house")
    await uma.presses("Tags")
    await uma.presses("＋ Umbrella")
    assert "Tag number 1" in await uma.sees()
    await uma.presses("＋ Bag")
    assert "Tag number 2" in await uma.sees()
    assert "2 things are kept" in await uma.sees()
    await uma.presses("↩︎ 1 · Umbrella")
    assert "1 thing is kept" in await uma.sees()
    assert "earlier moment" in await evening.forged(uma, "eb:1")
    await uma.says("/door")
    await uma.presses("The house")
    await uma.presses("Tags")
    await uma.presses("＋ Camera")
    assert "Tag number 3" in await uma.sees()  # a number is not given out twice in an evening


async def test_the_screen_is_sent_anew_below_what_was_pinned(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    await anna.says("/start")
    await follow(evening)
    before = len(await anna.received())
    await anna.says("/help")
    received = await anna.received()
    assert len(received) == before + 1
    assert "How it works" in text_of(received[-1])
