"""Two processes on one PostgreSQL, a webhook each: they share the chats, and no effect is had twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import config
from bot.container import build
from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator
from bot.inbox import Handler, Inbox
from bot.run import web_server
from bot.web import WEBHOOK_PATH
from storage.stores.inbox import StoredUpdate
from tests.faults.carrying import Carrier, Raw
from tests.faults.visit import ONCE, Visit, left_behind, open_house
from tests.support.databases import PostgresTemplate
from tests.support.invariants import check_invariants
from tests.support.running import KEYS, TOKEN, USERNAME

VISITS = 6
PATIENCE = 60.0
SECRET = "a-webhook-secret-of-the-tests"


@pytest.mark.postgres
async def test_two_houses_serve_the_same_chats(postgres_template: PostgresTemplate, tmp_path: Path) -> None:
    """Each update goes to either at random, and often to the other one as well."""
    url, chance = postgres_template.fresh(), random.Random(2)
    async with AsyncExitStack() as stack:
        emulator = Emulator({TOKEN: BotProfile(username=USERNAME)})
        base = await emulator.start()
        stack.push_async_callback(emulator.stop)
        settings = config.load(
            {},
            bot_token=TOKEN,
            api_base=base,
            database_url=url,
            data_dir=tmp_path,
            secret_keys=KEYS,
            payment_token=TEST_PROVIDER_TOKEN,
            payment_api=base,
            webhook_url="https://foyer.example",
            webhook_secret=SECRET,
        )
        houses = [await stack.enter_async_context(build(settings)) for _ in range(2)]
        watch = Watch([house.inbox for house in houses])
        doors = [await stack.enter_async_context(web_server(house, 0, "127.0.0.1")) for house in houses]
        http = await stack.enter_async_context(aiohttp.ClientSession(base))
        uow = houses[0].uow
        house = await uow.write(open_house)

        async def to_either(updates: Sequence[Raw]) -> None:
            for update in updates:
                address = f"http://127.0.0.1:{chance.choice(doors)}{WEBHOOK_PATH}"
                headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
                async with http.post(address, json=update, headers=headers) as response:
                    assert response.status == 200

        carrier = Carrier(houses[0].bot, to_either, chance, lambda _: chance.randint(1, 3))
        carrying = asyncio.create_task(carrier.run())
        for running in houses:
            running.courier.chat_interval = 0.0
        couriers = [asyncio.create_task(running.courier.run()) for running in houses]
        visits = [await Visit.of(number + 1, http, uow, house, lambda _: None) for number in range(VISITS)]
        await asyncio.gather(*(visit.run(PATIENCE) for visit in visits))
        carrier.stop()
        await carrying
        for running in houses:
            await running.receiver.finish()
            await running.inbox.idle()
            running.courier.stop()
        await asyncio.gather(*couriers)
        while any([await running.courier.work_off() for running in houses]):
            pass
        assert all(number > carrier.first / 5 for number in watch.handled), watch.handled
        assert sum(watch.handled) == carrier.first - VISITS  # pre-checkouts go past the inbox
        assert not watch.met
        await check_invariants(uow)
        assert await left_behind(uow) == {table: times * VISITS for table, times in ONCE.items()}


class Watch:
    """Counts what each inbox handles; ``met`` are chats that were served by two at once."""

    def __init__(self, inboxes: Sequence[Inbox]) -> None:
        self.handled = [0] * len(inboxes)
        self.met: set[int] = set()
        self._busy: set[int] = set()
        for index, inbox in enumerate(inboxes):
            inbox._handle = self._around(index, inbox._handle)

    def _around(self, index: int, handle: Handler) -> Handler:
        async def watched(stored: StoredUpdate, replay: bool) -> Any:
            if stored.chat_id in self._busy:
                self.met.add(stored.chat_id)
            self._busy.add(stored.chat_id)
            self.handled[index] += 1
            try:
                return await handle(stored, replay)
            finally:
                self._busy.discard(stored.chat_id)

        return watched
