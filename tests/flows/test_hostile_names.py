"""Markup, other directions, joined emoji and 4,000 characters, wherever somebody has named something: every screen that
buttons lead to is drawn, in both languages, and the messenger takes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from domain.ports import Tx
from domain.programme.model import Organisation
from domain.text import LocalText
from handlers.ticketing import wording
from handlers.ui.callbacks import OpenPerformance
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.running import Person, text_of
from tests.support.screens import HOSTILE
from tests.support.theatre import Evening, Theatre, evening_at_the_theatre

#: Screens that one crawl draws in one language, at most.
MOST = 25
#: Buttons that end something which the crawl goes on to look at.
NOT_PRESSED = ("fgy:", "gb:", "lg:", "hw:", "ud:", "up:", "dl", "rvky:", "pl:")

_numbers = count(800_000_000)


@pytest.fixture
async def evening(sqlite_template: SqliteTemplate, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(sqlite_template.fresh(tmp_path), tmp_path, clock) as running:
        yield running


def rename(tx: Tx, theatre: Theatre, name: str) -> None:
    """Everything that an office can name."""
    bad, programme = LocalText.of(en=name, zh_Hans=name), tx.programme
    programme.put_organisation(Organisation(bad))
    venue = programme.venue(theatre.venue_id)
    assert venue is not None
    programme.put_venue(replace(venue, name=bad, address=bad))
    for gate_id in (theatre.stalls_gate_id, theatre.circle_gate_id):
        gate = programme.gate(gate_id)
        assert gate is not None
        programme.put_gate(replace(gate, name=bad, directions=bad, step_free=bad))
    for performance_id in (theatre.concert_id, theatre.talk_id):
        performance = programme.performance(performance_id)
        assert performance is not None
        hall = programme.hall(performance.hall_id)
        event = programme.event(performance.event_id)
        assert hall is not None
        assert event is not None
        programme.put_hall(replace(hall, name=bad))
        programme.put_event(replace(event, title=bad, summary=bad, description=bad))
    for order, concession in enumerate(programme.concessions()):
        programme.put_concession(replace(concession, name=bad, proof=bad), order)


async def press(evening: Evening, person: Person, data: str) -> None:
    query = {
        "id": str(next(_numbers)),
        "from": {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": "en"},
        "chat_instance": "1",
        "message": {"message_id": 1, "date": 1, "chat": {"id": person.id, "type": "private"}},
        "data": data,
    }
    foyer = evening.house.foyer
    await foyer.receiver.receive([{"update_id": next(_numbers), "callback_query": query}])
    await foyer.inbox.idle()


async def offered(person: Person) -> set[str]:
    """What the buttons of all messages say now."""
    rows = [row for m in await person.received() for row in m.get("reply_markup", {}).get("inline_keyboard", [])]
    return {button["callback_data"] for row in rows for button in row if "callback_data" in button}


async def crawl(evening: Evening, person: Person) -> int:
    """Presses whatever is offered, once for each kind of button and object; gives how many."""
    waiting, pressed = sorted(await offered(person)), set[str]()
    while waiting and len(pressed) < MOST:
        data = waiting.pop(0)
        if data in pressed or data.startswith(NOT_PRESSED):
            continue
        pressed.add(data)
        await press(evening, person, data)
        prefixes = {one.partition(":")[0] for one in pressed}
        found = sorted(await offered(person) - pressed)
        waiting = sorted({*waiting, *found}, key=lambda one: one.partition(":")[0] in prefixes)
    return len(pressed)


async def assert_all_was_shown(evening: Evening) -> None:
    """No screen was refused by the messenger, no update buried, no notice dead."""
    await evening.house.settle()
    notices: dict[str, int] = await evening.house.foyer.uow.read(lambda tx: tx.notices.counts())
    assert notices.keys() <= {"sent"}, notices
    for person in evening.house.people.values():
        sorry = [text for text in map(text_of, await person.received()) if "went wrong" in text]
        assert not sorry, sorry


async def said_in(evening: Evening, person: Person, language: str) -> None:
    await person.says("/language")
    await person.presses(language)


@pytest.mark.parametrize("name", HOSTILE, ids=["markup", "directions", "emoji", "long", "angles", "lines"])
async def test_every_screen_takes_every_name(evening: Evening, name: str) -> None:
    house = evening.house
    house.foyer.inbox._retry_wait = 0.0
    await house.foyer.uow.write(lambda tx: rename(tx, evening.theatre, name))
    anna, owner = await evening.guest(1001, name), await evening.guest(900, name)
    await evening.buys(anna, evening.theatre.concert_id)
    await owner.says("/door")
    for language in ("English", "简体中文"):
        for person in (anna, owner):
            await said_in(evening, person, language)
            for command in ("/events", "/tickets", "/team", "/door", "/tasks", "/mydata"):
                await person.says(command)
            await person.says(f"/start p{evening.theatre.later_concert_id}")
            assert await crawl(evening, person) > 15
            await assert_all_was_shown(evening)


async def test_without_its_measure_a_title_stops_the_chat(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control. Defence: titles are clipped to ``TITLE_MOST``."""
    evening.house.foyer.inbox._retry_wait = 0.0
    await evening.house.foyer.uow.write(lambda tx: rename(tx, evening.theatre, "x" * 5000))
    monkeypatch.setattr(wording, "TITLE_MOST", 10_000)
    anna = await evening.guest()
    await press(evening, anna, OpenPerformance(performance_id=evening.theatre.concert_id).pack())
    with pytest.raises(AssertionError, match="went wrong"):
        await assert_all_was_shown(evening)
