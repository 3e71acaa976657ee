"""500 updates, each delivered one to five times, shuffled across persons and Telegram's queues: each effect once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.container import Foyer
from storage.stores.inbox import InboxStore
from tests.faults.carrying import Carrier, Raw
from tests.faults.killing import Phone, Seen
from tests.faults.visit import ONCE, Visit, left_behind, one_picture, open_house
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants
from tests.support.running import House, running_house

VISITS = 27
UPDATES = 500
PATIENCE = 60.0  # s, for a step, while all the others are under way


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.painter.render", lambda _: one_picture())


class HastyVisit(Visit):
    """While the money is on its way she looks at the order again and says something: three queues at once."""

    async def _until(self, name: str, phone: Phone, done: Callable[[Seen], bool], act: Any = None) -> None:
        if name != "pay":
            await super()._until(name, phone, done, act)
            return

        async def all_at_once() -> None:
            await asyncio.gather(phone.pays(), phone.presses("Refresh"), phone.says("Is this seat free?"))

        await super()._until(name, phone, done, all_at_once)


@asynccontextmanager
async def at_work(foyer: Foyer, carrier: Carrier) -> AsyncIterator[None]:
    """Updates and notices on their way; on leaving, all of them have arrived."""
    carrying = asyncio.create_task(carrier.run())
    courier = asyncio.create_task(foyer.courier.run())
    try:
        yield
    finally:
        carrier.stop()
        await carrying
        await foyer.receiver.finish()
        await foyer.inbox.idle()
        foyer.courier.stop()
        await courier
        while await foyer.courier.work_off():
            pass


@asynccontextmanager
async def visits_by(
    database_url: str, data_dir: Path, number: int, chance: random.Random, copies: Callable[[Raw], int]
) -> AsyncIterator[tuple[House, Carrier]]:
    """So many at once; gives the house when they are over."""
    made: list[SmallHouse] = []

    async def setup(foyer: Foyer) -> None:
        made.append(await foyer.uow.write(open_house))

    async with running_house(database_url, data_dir, setup, check=False) as house:
        carrier = Carrier(house.foyer.bot, house.foyer.receiver.receive, chance, copies)
        async with aiohttp.ClientSession(house.base) as http, at_work(house.foyer, carrier):
            visits = [
                await HastyVisit.of(index + 1, http, house.foyer.uow, made[0], lambda _: None)
                for index in range(number)
            ]
            await asyncio.gather(*(visit.run(PATIENCE) for visit in visits))
        yield house, carrier


async def test_each_update_has_its_effect_once(database_url: str, tmp_path: Path) -> None:
    """Defences: the inbox's unique (bot_id, update_id), a chat's lease, the marks of effects."""
    chance = random.Random(6)
    async with visits_by(database_url, tmp_path, VISITS, chance, lambda _: chance.randint(1, 5)) as (house, carrier):
        assert carrier.first >= UPDATES
        assert carrier.again > carrier.first
        uow = house.foyer.uow
        await check_invariants(uow)
        assert await left_behind(uow) == {table: times * VISITS for table, times in ONCE.items()}
        assert await uow.read(lambda tx: tx.notices.counts()) == {"sent": ONCE["notice"] * VISITS}


async def test_without_the_inboxs_key_an_update_has_its_effect_again(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: unique (bot_id, update_id). The usher's scan comes five times, and counts so often."""
    add, numbers = InboxStore.add, count(1)

    def add_as_new(self: InboxStore, bot_id: int, updates: Sequence[tuple[int, int, str]], now: Any) -> Any:
        return add(self, bot_id, [(next(numbers), chat, payload) for _, chat, payload in updates], now)

    monkeypatch.setattr(InboxStore, "add", add_as_new)

    def only_scans(update: Raw) -> int:
        return 5 if str(update.get("message", {}).get("text", "")).startswith("/start T") else 1

    async with visits_by(database_url, tmp_path, 1, random.Random(6), only_scans) as (house, _):
        assert await left_behind(house.foyer.uow) == {**ONCE, "admission": 5}
