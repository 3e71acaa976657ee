"""Lists as the staff meet them: they come when it is their time, a tap a tick, and what is left is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.people.model import Grant, Role
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.sending import sends_photo, unmarked
from tests.support.theatre import Evening, evening_at_the_theatre


def written(key: str, kind: str, minutes: int, *items: str) -> dict[str, Any]:
    """A list of a house file; an item that ends with an exclamation mark wants a photo."""
    listed = [{"key": f"i{n}", "text": {"en": said.rstrip("!"), "zh_Hans": f"第{n}项"}, "photo": said.endswith("!")}
              for n, said in enumerate(items)]  # fmt: skip
    return {
        "key": key,
        "kind": kind,
        "name": {"en": key.title(), "zh_Hans": "清单"},
        "minutes": minutes,
        "item": listed,
    }


LISTS = [
    written("opening", "opening", 60, "Briefing", "Stairs tidy"),
    written("patrol", "patrol", 30, "Exits clear", "Fire doors shut!"),
    written("closing", "closing", 45, "Safe locked"),
]


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    """It is 20:00; the doors open at 20:15, the last performance ends at 22:25."""
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        venue_id = running.theatre.venue_id
        await running.house.foyer.uow.write(lambda tx: tx.lists.put_upkeep(venue_id, {"list": LISTS}))
        yield running
        await check_invariants(running.house.foyer.uow)


async def works(evening: Evening, id: int, name: str, role: Role, language: str = "English") -> Person:
    person = await evening.guest(id, name, language)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(person_id, Grant(role, venue_id), None, tx.now))
    return person


async def passes(evening: Evening, minutes: float) -> None:
    evening.clock.advance(timedelta(minutes=minutes))
    await evening.house.foyer.ticks.tend_lists()
    await evening.house.settle()


async def sees(person: Person) -> str:
    return unmarked(await person.sees())


async def heard(person: Person, words: str) -> int:
    return sum(words in unmarked(text_of(message)) for message in await person.received())


async def test_an_evening_of_lists(evening: Evening) -> None:
    mia = await works(evening, 3002, "Mia", Role.MANAGER)
    fay, gil = await works(evening, 2001, "Fay", Role.FLOOR), await works(evening, 2002, "Gil", Role.USHER, "中文")
    await passes(evening, 0)
    await fay.says("/shifts")
    await fay.presses("📋 Lists")
    assert "Opening: 0 of 2, due at 20:15" in await sees(fay)
    assert "Patrol: not begun" in await sees(fay)

    # One tap a tick, the same for both; who taps what is done already changes nothing, a second look takes it back.
    await fay.presses("Opening")
    await gil.says("/lists")
    await gil.presses("清单")
    await fay.presses("Briefing")
    assert "✅ Briefing (Fay, 20:00)" in await sees(fay)
    await gil.presses("第0项")
    assert "✅ 第0项" in await sees(gil)
    await gil.presses("第0项")
    assert "▫️ 第0项" in await sees(gil)
    await gil.presses("第0项")
    await fay.presses("Refresh")
    assert "✅ Briefing (Gil" in await sees(fay)
    assert "due at 20:15" in await sees(fay)

    # It is due and half of it is left: the manager hears once, and it can still be finished.
    await passes(evening, 15)
    await passes(evening, 1)
    assert await heard(mia, "A list is not finished") == 1
    assert "Stairs tidy" in await sees(mia)
    assert await heard(fay, "A list is not finished") == 0
    await mia.presses("The list")
    await mia.presses("Stairs tidy")
    assert "✅ All of it is done, at 20:16" in await sees(mia)
    await fay.presses("Stairs tidy")  # her screen is an old one by now
    assert "All of it is done" in await sees(fay)

    # A patrol came with the doors. A photo shows that the doors are shut; words do not.
    await fay.says("/lists")
    await fay.presses("Patrol")
    await fay.presses("Exits clear")
    await fay.presses("Fire doors shut")
    assert "Send a photo that shows it." in await sees(fay)
    await fay.says("They are")
    assert "A photo is to show this" in await sees(fay)
    await sends_photo(evening.house, fay)
    assert "All of it is done" in await sees(fay)
    await fay.presses("🖼")
    assert "photo" in (await fay.received())[-1]
    await fay.presses("Back")

    # The next one is there half an hour later. It is left, and the one after it begins all the same.
    await passes(evening, 29)
    await passes(evening, 30)
    assert await heard(mia, "A list is not finished") == 2
    await mia.says("/lists")
    said = await sees(mia)
    assert "Opening: ✅ done at 20:16" in said
    assert "Not finished" in said
    assert "Patrol: 0 of 2, due at 21:15" in said
    # Ended is what the stage says, not what was printed.
    assert "Closing: not begun" in said
    await passes(evening, 75)
    await gil.says("/lists")
    assert "🌙 清单" in await sees(gil)
    await fay.says("/lists")
    assert "Closing: 0 of 1" in await sees(fay)
    await fay.presses("Closing")
    await fay.presses("Safe locked")
    await passes(evening, 60)
    assert await heard(mia, "Safe locked") == 0


async def test_a_patrol_may_begin_by_hand_and_strangers_see_none(evening: Evening) -> None:
    fay, anna = await works(evening, 2001, "Fay", Role.FLOOR), await evening.guest()
    evening.clock.advance(timedelta(days=3))  # nothing is on: nothing comes by itself
    await passes(evening, 0)
    await fay.says("/lists")
    await fay.presses("Patrol")
    await fay.presses("Exits clear")
    assert "1 of 2" in await sees(fay)
    await anna.says("/lists")
    assert "Patrol" not in await sees(anna)
    foyer = evening.house.foyer
    (run,) = await foyer.uow.read(lambda tx: tx.lists.runs_since(evening.theatre.venue_id, tx.now - timedelta(1)))
    assert list(run.ticks) == ["i0"]
    await evening.forged(anna, f"lit:{run.id}:1:1")
    assert await foyer.uow.read(lambda tx: tx.lists.run(run.id)) == run
