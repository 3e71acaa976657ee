"""Lost property from both sides: somebody asks, a colleague has found it, it is handed out or given away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.people.model import Grant, Role
from domain.records.usecases import ForgetMe, MyData
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.sending import sends_photo, unmarked
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    """It is 20:00; the concert's doors open at 20:15."""
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def works(evening: Evening, id: int, name: str, role: Role) -> Person:
    person = await evening.guest(id, name)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(person_id, Grant(role, venue_id), None, tx.now))
    return person


async def sees(person: Person) -> str:
    return unmarked(await person.sees())


async def heard(person: Person, words: str) -> int:
    return sum(words in unmarked(text_of(message)) for message in await person.received())


async def records(evening: Evening, person: Person, what: str, place: str, storage: str) -> None:
    await person.says("/found")
    await person.presses("I have found something")
    await sends_photo(evening.house, person, what)
    assert "Where was it found?" in await sees(person)
    await person.says(place)
    await person.says(storage)


async def newest(evening: Evening) -> int:
    """The number of what was found last."""
    venue_id = evening.theatre.venue_id
    return await evening.house.foyer.uow.read(lambda tx: tx.lost_property.kept([venue_id], 1)[0].id)


async def test_an_umbrella_comes_back(evening: Evening) -> None:
    uow = evening.house.foyer.uow
    lin = await evening.guest(1004, "Lin", "中文")
    await evening.at(lin, evening.theatre.concert_id)
    await lin.presses("· A ·")
    await lin.presses("💳")
    await lin.pays()
    fay, hal = await works(evening, 2001, "Fay", Role.FLOOR), await works(evening, 2003, "Hal", Role.BOX_OFFICE)
    evening.clock.advance(timedelta(minutes=90))

    await lin.says("/lost")
    await lin.presses("自新大陆")
    await lin.says("一把黑色雨伞")
    await lin.says("池座")
    assert "我们会帮您找" in await sees(lin)
    assert await heard(hal, "Somebody has lost something") == 1
    assert await heard(fay, "Somebody has lost something") == 0
    await hal.presses("Look for it")
    assert "Nothing like it is kept." in await sees(hal)

    await fay.says("/shifts")
    await fay.presses("Lost property")
    assert "Nothing is kept at this moment." in await sees(fay)
    await records(evening, fay, "Blue scarf", "Bar", "Box 1")
    await fay.says("/found")
    await fay.presses("I have found something")
    await sends_photo(evening.house, fay)
    await fay.says("黑色雨伞, umbrella")
    await fay.says("Stalls, row 3")
    await fay.says("Cupboard B")
    said, number = await sees(fay), await newest(evening)
    assert f"Write the number {number} on it" in said
    assert "Lin: 一把黑色雨伞" in said
    assert "photo" in (await fay.received())[-1]

    # Of two finds the one with the same words is proposed; a person decides.
    await hal.says("/found")
    await hal.presses("What people ask for (1)")
    await hal.presses("一把黑色雨伞 · 1?")
    assert next(label for label in await hal.buttons() if "No. " in label).startswith(f"No. {number}")
    await hal.presses("umbrella")
    await hal.presses("✔︎ It is")
    assert "They are told where to fetch it." in await sees(hal)
    assert await heard(lin, "🎉 可能") == 1
    await hal.presses("↩︎ It is not")
    await hal.presses("umbrella")
    await hal.presses("✔︎ It is")

    # Handed out once, with a note of the document; an old screen finds it gone.
    await hal.presses("Hand it out")
    await hal.says("x" * 300)
    assert "Please say it in at most" in await sees(hal)
    await hal.says("passport")
    assert "Handed out. Shown: passport" in await sees(hal)
    await evening.forged(fay, f"lph:{number}")
    await fay.says("passport again")
    find = await uow.read(lambda tx: tx.lost_property.find(number))
    assert find is not None
    assert (find.state, find.id_seen) == ("returned", "passport")
    await lin.says("/lost")
    assert not [label for label in await lin.buttons() if "雨伞" in label]

    # The person's own data know of it, and it goes with them.
    lin_id = await evening.id_of(lin)
    (loss,) = [row["id"] for row in (await uow.read(MyData(lin_id)))["loss"]]
    known = json.dumps(await uow.read(MyData(lin_id)), ensure_ascii=False)
    assert "一把黑色雨伞" in known
    assert "passport" in known
    await uow.write(ForgetMe(lin_id))
    assert await uow.read(lambda tx: [tx.lost_property.loss(loss).what, tx.lost_property.find(number).id_seen]) == [
        "",
        "",
    ]  # type: ignore[union-attr]


async def test_what_nobody_fetches_is_given_away_and_who_asks_in_vain_is_told(evening: Evening) -> None:
    uow = evening.house.foyer.uow
    anna, bo = await evening.guest(), await evening.guest(1002, "Bo")
    hal = await works(evening, 2003, "Hal", Role.BOX_OFFICE)
    await records(evening, hal, "A red glove", "Cloakroom", "Box 2")
    number = await newest(evening)
    for person, what in ((anna, "Red gloves"), (bo, "My hat")):
        await person.says("/help")
        await person.presses("I lost something")
        await person.presses("Ask for it")
        await person.says(what)
        await person.presses("I do not know")
        assert "We look for it" in await sees(person)
    assert await heard(hal, "1 find may be it") == 1
    await bo.says("/lost")
    await bo.presses("My hat")
    await bo.presses("I look for it no more")
    for thing in range(5):
        await bo.presses("Ask for it")
        await bo.says(f"Thing {thing}")
        await bo.presses("I do not know")
        await bo.says("/lost")
    await bo.presses("Ask for it")
    await bo.says("One more")
    assert "Take one of them back first" in await bo.presses("I do not know") + await sees(bo)

    # The house keeps things for ninety days. Before that nothing is given away, however the button came about.
    await evening.forged(hal, f"lpd:{number}")
    find = await uow.read(lambda tx: tx.lost_property.find(number))
    assert find is not None
    assert find.state == "kept"
    evening.clock.advance(timedelta(days=89))
    assert await evening.house.foyer.ticks.tend_lost_property() == 0
    evening.clock.advance(timedelta(days=1, seconds=1))
    await evening.house.foyer.ticks.tend_lost_property()
    await evening.house.settle()
    assert await heard(anna, "it is not with us") == 1
    await hal.says("/found")
    assert "⏳ has been kept long enough." in await sees(hal)
    await hal.presses("A red glove")
    await hal.presses("It has been given away")
    assert "Given away after" in await sees(hal)
    evening.clock.advance(timedelta(days=91))
    await evening.house.foyer.ticks.tend_lost_property()
    anna_id = await evening.id_of(anna)
    (loss,) = (await uow.read(MyData(anna_id)))["loss"]
    gone = await uow.read(lambda tx: (tx.lost_property.find(number), tx.lost_property.loss(loss["id"])))
    assert gone[0] is not None
    assert gone[1] is not None
    assert (gone[0].photo, gone[1].what) == ("", "")
