"""A manager makes a promotion code, people use it and are refused, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def makes(olga: Person, line: str) -> str:
    await olga.says("/codes")
    await olga.presses("New code")
    await olga.says(line)
    return await olga.sees()


async def holds(evening: Evening, person: Person, label: str = "· A ·") -> None:
    await evening.at(person, evening.theatre.later_concert_id)
    await person.presses(label)


async def test_a_code_is_made_used_and_used_up(evening: Evening) -> None:
    olga, anna, ben = await evening.guest(900, "Olga"), await evening.guest(), await evening.guest(1003, "Ben", "中文")
    await holds(evening, anna)
    assert not any("Promotion code" in label for label in await anna.buttons())
    said = await makes(olga, "summer 20% 1 1 2027-03-31")
    assert "20 % off" in said
    assert "Used: 0 of 1" in said
    await anna.presses("Refresh")
    await anna.presses("Promotion code")
    await anna.says("winter")
    assert "There is no such code." in await anna.sees()
    await anna.says("Sum mer")
    said = await anna.sees()
    assert "SUMMER: CN¥272 less" in said
    assert "Total CN¥1,088" in said
    await anna.presses("Pay CN¥1,088")
    await anna.pays()
    assert any("CN¥1,088" in text_of(message) for message in await anna.received())
    await holds(evening, ben)
    await ben.presses("优惠码")
    await ben.says("SUMMER")
    assert "使用次数已满" in await ben.sees()
    await olga.says("/codes")
    await olga.presses("SUMMER · 20 % off · 1/1")
    await olga.presses("Withdraw it")
    assert "It cannot be used any more." in await olga.sees()


async def test_a_sum_off_one_category_of_one_evening_and_all_of_a_price(evening: Evening) -> None:
    olga, anna = await evening.guest(900, "Olga"), await evening.guest()
    assert "That cannot be read." in await makes(olga, "GIFT")
    await olga.says("GIFT 100 5 1 2026-01-01")
    assert "The last day has passed already." in await olga.sees()
    await olga.says("GIFT 100 5 1 2027-03-31 B new-world-2")
    assert "Only for B." in await olga.sees()
    assert "This code is there already." in await makes(olga, "gift 5% 5 1 2027-03-31")
    assert "100 % off" in await makes(olga, "ALL 100% 5 1 2027-03-31")
    await holds(evening, anna)
    await anna.presses("Promotion code")
    await anna.says("gift")
    assert "for other performances or seats" in await anna.sees()
    await holds(evening, anna, "· B ·")
    await anna.presses("Promotion code")
    await anna.says("gift")
    assert "Total CN¥660" in await anna.sees()
    await holds(evening, anna, "· A ·")
    await anna.presses("Promotion code")
    await anna.says("all")
    assert "Free of charge" in await anna.sees()
    await anna.presses("Confirm")
    assert len(await evening.tickets_of(anna)) == 2
