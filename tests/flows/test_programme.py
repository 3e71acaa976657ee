"""Finding an event in the chat, in two languages."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.adapters.picture_store import PictureStore
from bot.container import Foyer
from domain.codes import CodeKind
from domain.ports import Tx
from domain.ticketing.watching import TellSalesOpen
from tests.support.clock import FakeClock
from tests.support.playbill import SLOTS, Playbill, playbill
from tests.support.running import House, Person, running_house


@dataclass(frozen=True, slots=True)
class Evening:
    house: House
    playbill: Playbill

    async def guest(self, id: int = 1001, name: str = "Anna", language: str = "English") -> Person:
        """Somebody who has chosen a language."""
        person = await self.house.person(id, name)
        await person.says("/start")
        await person.presses(language)
        return person


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    made: list[Playbill] = []

    async def setup(foyer: Foyer) -> None:
        made.append(await foyer.uow.write(playbill))

    async with running_house(database_url, tmp_path, setup, clock=clock) as house:
        yield Evening(house, made[0])


async def test_from_the_list_to_an_event_and_back(evening: Evening) -> None:
    anna = await evening.guest()
    await anna.presses("What’s on")
    assert "From the New World" in await anna.sees()
    assert "3 left" in await anna.sees()
    await anna.presses("By kind")
    await anna.presses("Concert")
    await anna.presses("From the New World")
    card = (await anna.received())[-1]
    assert card["photo"]
    assert "Dvořák" in card["caption"]
    assert "step-free" in card["caption"]
    assert any("3 left" in label for label in await anna.buttons())
    await anna.presses("Back")
    assert "Concert" in await anna.sees()  # the list that the card was opened from
    await anna.presses("Home")
    assert "The Foyer" in await anna.sees()
    assert len(await anna.received()) == 1  # one screen all the way


async def test_today_weekend_and_calendar(evening: Evening) -> None:
    anna = await evening.guest()
    await anna.says("/events")
    await anna.presses("Today")
    assert "Ink and Water" in await anna.sees()
    assert "Aida" not in await anna.sees()
    await anna.presses("Back")
    await anna.presses("This weekend")
    assert "Nothing is on then" in await anna.sees()
    await anna.presses("Calendar")
    assert "March 2027" in await anna.sees()
    assert await anna.presses("·") == "Nothing is on that day."
    await anna.presses("11")
    assert "Aida" in await anna.sees()
    await anna.presses("Back")
    await anna.presses("April 2027")
    assert "Nothing is on this month." in await anna.sees()


async def test_search_in_either_language_and_by_just_writing(evening: Evening) -> None:
    anna = await evening.guest()
    await anna.says("/events")
    await anna.presses("Search")
    await anna.says("dvorak")
    assert "From the New World" in await anna.sees()
    assert "Aida" not in await anna.sees()
    await anna.says("阿依达")  # nobody asked for it now
    assert "Aida" in await anna.sees()
    await anna.presses("Aida")
    await anna.presses("Back")
    assert "🔎 阿依达" in await anna.sees()
    await anna.says("音乐会")
    assert "From the New World" in await anna.sees()
    await anna.presses("Back")
    await anna.presses("Back")
    await anna.presses("Search")
    await anna.says("zzz no such thing")
    assert "Nothing found" in await anna.sees()
    ben = await evening.guest(1002, "小本", "简体中文")
    await ben.says("自新大陆")
    assert "自新大陆" in await ben.sees()
    assert "仅剩 3 张" in await ben.sees()


async def test_wishes_about_access_add_up(evening: Evening) -> None:
    anna = await evening.guest()
    await anna.says("/events")
    await anna.presses("Access")
    await anna.presses("Italian")
    await anna.presses("Show 1 event")
    assert "Aida" in await anna.sees()
    await anna.presses("Back")
    await anna.presses("Step-free")
    assert "Nothing fits all of it" in await anna.sees()
    await anna.presses("☑ Italian")
    await anna.presses("Show 2 events")
    assert "From the New World" in await anna.sees()


async def test_an_exhibition_is_entered_by_day_and_time(evening: Evening) -> None:
    anna = await evening.guest()
    await anna.says("ink")
    await anna.presses("Ink and Water")
    days = [label for label in await anna.buttons() if "(" in label]
    assert sum(int(label.partition("(")[2].rstrip(")")) for label in days) == SLOTS
    await anna.presses("Today")
    assert "Choose a time." in await anna.sees()
    assert any(label.startswith("21:00") for label in await anna.buttons())
    await anna.presses("Back")
    assert "Ink and Water" in await anna.sees()


async def test_tell_me_when_sales_open(evening: Evening, clock: FakeClock) -> None:
    anna = await evening.guest()
    await anna.opens(evening.house.foyer.links.poster(CodeKind.PERFORMANCE, evening.playbill.opera_performance_id))
    assert "Sales open: tomorrow, 20:00" in await anna.sees()
    assert await anna.presses("Tell me when sales open") == "We will tell you."
    assert await anna.presses("Do not tell me") == "We will not tell you."
    assert await anna.presses("Tell me when sales open") == "We will tell you."
    clock.advance(timedelta(days=1, minutes=1))
    assert await evening.house.foyer.uow.write(TellSalesOpen()) == 1
    await evening.house.settle()
    assert "Sales are open." in await anna.sees()
    await anna.presses("Details")
    assert "Choose places" in " ".join(await anna.buttons())


async def test_posters_in_town_lead_to_their_event(evening: Evening) -> None:
    anna = await evening.guest()
    await anna.opens(evening.house.foyer.links.poster(CodeKind.EVENT, evening.playbill.concert_id))
    assert "From the New World" in await anna.sees()
    await anna.opens("https://t.me/foyer_test_bot?start=e999999")
    assert "not here any more" in await anna.sees()


async def test_an_events_own_poster_is_what_the_audience_gets(evening: Evening) -> None:
    store, uow = PictureStore(evening.house.foyer.settings.pictures), evening.house.foyer.uow
    out = io.BytesIO()
    Image.new("RGB", (640, 360), "#235").save(out, "JPEG")
    key = store.put(out.getvalue())

    def hang(tx: Tx) -> None:
        concert = tx.programme.event(evening.playbill.concert_id)
        assert concert is not None
        tx.programme.put_event(replace(concert, poster=key))

    await uow.write(hang)
    for id, name, language in ((1001, "Anna", "English"), (1002, "安娜", "中文")):
        guest = await evening.guest(id, name, language)
        await guest.opens(evening.house.foyer.links.poster(CodeKind.EVENT, evening.playbill.concert_id))
        card = (await guest.received())[-1]
        assert await guest.file(card["photo"][-1]["file_id"]) == out.getvalue()
