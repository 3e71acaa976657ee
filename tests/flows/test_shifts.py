"""Shifts as the staff meet them: the plan that a manager sends, the test page, a swap, coming and going."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from domain.people.model import Grant, Role
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

HEADING = "person,role,starts_at,ends_at,zones,gate,first_aider,channel"


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    """It is 20:00 at the theatre."""
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def works(evening: Evening, id: int, name: str, role: Role, language: str = "English") -> Person:
    person = await evening.guest(id, name, language)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(person_id, Grant(role, venue_id), None, tx.now))
    return person


async def sends(evening: Evening, person: Person, sheet: str, name: str = "week.csv") -> None:
    form = aiohttp.FormData({"user": str(person.id)})
    form.add_field("file", sheet.encode(), filename=name, content_type="text/csv")
    async with evening.house.http.post(f"{evening.house.base}/client/document", data=form) as answer:
        assert answer.status == 200, await answer.text()
    await evening.house.settle()


async def passes(evening: Evening, minutes: float) -> None:
    evening.clock.advance(timedelta(minutes=minutes))
    await evening.house.foyer.ticks.page_duty()
    await evening.house.settle()


async def heard(person: Person, words: str) -> int:
    return sum(words in text_of(message) for message in await person.received())


async def test_a_plan_comes_as_a_file_and_is_corrected_as_one(evening: Evening) -> None:
    mia = await works(evening, 3002, "Mia", Role.MANAGER)
    fay = await works(evening, 2001, "Fay", Role.FLOOR)
    gil = await works(evening, 2002, "Gil", Role.USHER)
    await mia.says("/shifts")
    assert "You have no shifts" in await mia.sees()

    await sends(evening, mia, f"{HEADING}\nFay,chef,2027-03-01 19:00,23:00,,,,\nNobody,floor,19 h,23:00,Attic,,,\n")
    said = await mia.sees()
    assert "nothing was taken over" in said
    assert "Row 2, column role: Write one of: usher" in said
    assert "Row 3, column person: Nobody on the team is called “Nobody”" in said
    assert "Row 3, column starts_at: Write date and time" in said

    plan = f"{HEADING}\nFay,floor,2027-03-02 18:00,23:00,Stalls,S,yes,3\nGil,引座员,2027-03-02 18:30,23:00,,,,\n"
    await sends(evening, mia, plan)
    assert "2 new, 0 changed, 0 as they were, 0 withdrawn." in await mia.sees()
    assert "tomorrow, 18:00–23:00 · Floor service · Gate S · Stalls" in await fay.sees()
    await sends(evening, mia, plan)
    assert "0 new, 0 changed, 2 as they were, 0 withdrawn." in await mia.sees()
    assert await heard(fay, "There is a new plan") == 1

    await passes(evening, 1)
    await sends(evening, mia, f"{HEADING}\nFay,floor,2027-03-02 18:00,22:00,Stalls,S,yes,3\n")
    assert "0 new, 1 changed, 0 as they were, 1 withdrawn." in await mia.sees()
    assert "You have no shifts" in await gil.sees()
    await mia.presses("The plan")
    await mia.presses("Tue, Mar 2")
    assert "Fay\u2069: 18:00–22:00 · Floor service · Gate S · Stalls · ⛑ first-aider · channel 3" in await mia.sees()

    # A sheet of somebody who plans nothing is a file like any other.
    await sends(evening, gil, plan)
    assert "I cannot look at pictures and files" in await gil.sees()


async def test_a_test_page_is_answered_or_the_manager_hears(evening: Evening) -> None:
    mia = await works(evening, 3002, "Mia", Role.MANAGER)
    fay, gil = await works(evening, 2001, "Fay", Role.FLOOR), await works(evening, 2002, "Gil", Role.FLOOR, "中文")
    rows = [f"{name},floor,2027-03-01 20:30,23:00,,,," for name in ("Fay", "Gil")]
    await sends(evening, mia, "\n".join([HEADING, *rows, "Mia,manager,2027-03-01 20:00,23:30,,,,"]))
    await passes(evening, 29)
    await mia.presses("I am on duty")
    assert await heard(fay, "Your shift begins") == 0
    await passes(evening, 1)
    await passes(evening, 1)
    assert await heard(fay, "Your shift begins") == 1
    assert "Thank you" in await fay.presses("I am on duty")
    assert "You are on duty: pages reach you here." in await fay.sees()
    await passes(evening, 4)
    await passes(evening, 1)
    assert (await heard(fay, "Your shift begins"), await heard(gil, "能收到呼叫吗")) == (1, 2)
    assert await heard(mia, "A test page was not answered") == 0
    await passes(evening, 5)
    await passes(evening, 60)
    assert await heard(mia, "A test page was not answered") == 1
    assert "Gil\u2069 has not answered, twice." in "".join([text_of(m) for m in await mia.received()])
    await mia.presses("On duty now")
    assert "Gil\u2069: until 23:00 · ⏳ test page not answered yet" in await mia.sees()
    assert await gil.presses("我已到岗") == "谢谢，祝您当班顺利！"


async def test_people_come_later_stay_longer_and_go(evening: Evening) -> None:
    mia, fay = await works(evening, 3002, "Mia", Role.MANAGER), await works(evening, 2001, "Fay", Role.FLOOR)
    await sends(evening, mia, f"{HEADING}\nFay,floor,2027-03-01 20:30,23:00,,,,\n")

    async def on_duty() -> list[str]:
        tx_venue = evening.theatre.venue_id
        found = await evening.house.foyer.uow.read(lambda tx: tx.shifts.on_duty(tx_venue, tx.now))
        return [one.name for one in found if one.shift_id is not None]

    await fay.says("/shifts")
    await fay.presses("20:30")
    await fay.presses("Half an hour later")
    assert "today, 21:00–23:00" in await fay.sees()
    assert "Fay\u2069 comes later, at 21:00." in await mia.sees()
    await passes(evening, 45)
    assert await on_duty() == []
    await fay.presses("I am here")
    assert await on_duty() == ["Fay"]
    await fay.presses("Half an hour longer")
    assert "today, 20:45–23:30" in await fay.sees()
    await passes(evening, 60)
    assert await heard(fay, "Your shift begins") == 0
    await fay.presses("I go")
    assert await on_duty() == []
    assert "Fay\u2069 is off duty since 21:45." in await mia.sees()


async def test_a_shift_changes_hands_by_consent_and_keeps_them(evening: Evening) -> None:
    mia = await works(evening, 3002, "Mia", Role.MANAGER)
    fay, gil = await works(evening, 2001, "Fay", Role.FLOOR), await works(evening, 2002, "Gil", Role.FLOOR)
    hal, uma = await works(evening, 2003, "Hal", Role.FLOOR), await works(evening, 2004, "Uma", Role.USHER)
    rows = ["Fay,floor,2027-03-02 18:00,23:00,,,yes,", "Hal,floor,2027-03-02 17:00,20:00,,,,"]
    plan = "\n".join([HEADING, *rows])
    await sends(evening, mia, plan)
    await fay.says("/shifts")
    await fay.presses("18:00")
    assert await fay.presses("Ask colleagues") == "1 colleague is asked."
    assert await heard(gil, "A colleague asks to be replaced") == 1
    assert (await heard(hal, "asks to be replaced"), await heard(uma, "asks to be replaced")) == (0, 0)
    await fay.presses("I keep it")
    assert "A colleague was faster" in await gil.presses("I take this shift")
    await fay.presses("Ask colleagues")
    assert await gil.presses("I take this shift") == "It is yours now. Thank you!"
    for person in (fay, gil, mia):
        assert await heard(person, "Gil\u2069 does it instead of \u2068Fay") == 1
    # The office sends its sheet again: what two have agreed on stays.
    await sends(evening, mia, plan)
    assert "0 new, 0 changed, 2 as they were" in await mia.sees()
    await fay.says("/shifts")
    assert "You have no shifts" in await fay.sees()
    # Gil leaves the house for good: a manager has to find somebody.
    await gil.says("/forget")
    await gil.presses("erase my data")
    assert "A shift that nobody has" in await mia.sees()
    assert "Floor service · Tue, Mar 2, 18:00–23:00\nRiverside" in await mia.sees()
    await mia.presses("Look at it")
    await mia.presses("Done")
