"""A house in full operation for tests: local messenger, real dispatcher, real database; people are scripts.

Nothing runs by itself: ``settle`` carries every update and every notice to its end, so a test never waits for time.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot import config, log
from bot.container import Foyer, build
from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator
from bot.polling import RawUpdates
from domain.ports import Clock
from tests.fidelity.observer import SchemaObserver

TOKEN = "7000000001:a-token-of-the-tests-only"
USERNAME = "foyer_test_bot"
KEYS = "k:a secret of the tests of no use elsewhere"

Setup = Callable[[Foyer], Awaitable[None]]


@dataclass(slots=True)
class House:
    foyer: Foyer
    emulator: Emulator
    base: str
    http: aiohttp.ClientSession
    people: dict[int, Person] = field(default_factory=dict)
    _offset: int | None = None

    async def person(self, id: int, name: str, language_code: str = "en") -> Person:
        body = {"id": id, "first_name": name, "language_code": language_code}
        await self.post("/client/users", body)
        self.people[id] = Person(self, id, name)
        return self.people[id]

    async def settle(self) -> None:
        """Until nothing is on its way: no update with Telegram, none in the inbox, no notice due."""
        while True:
            taken = await self.take_updates()
            await self.foyer.receiver.finish()
            await self.foyer.inbox.idle()
            sent = await self.foyer.courier.work_off()
            if not taken and not sent:
                return

    async def take_updates(self) -> int:
        updates = await self.foyer.bot(RawUpdates(offset=self._offset, timeout=0))
        if updates:
            await self.foyer.receiver.receive(updates)
            self._offset = updates[-1]["update_id"] + 1
        return len(updates)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        async with self.http.post(self.base + path, json=body) as response:
            answer = await response.json()
            assert answer.get("ok"), f"{path}: {answer}"
            return answer["result"]

    async def get(self, path: str) -> Any:
        async with self.http.get(self.base + path) as response:
            answer = await response.json()
            assert answer.get("ok"), f"{path}: {answer}"
            return answer["result"]


@dataclass(slots=True)
class Person:
    """One phone. What they do is settled before it returns."""

    house: House
    id: int
    name: str

    async def says(self, text: str) -> None:
        await self.house.post("/client/send", {"user": self.id, "text": text})
        await self.house.settle()

    async def opens(self, link: str) -> None:
        """A t.me link with a start parameter."""
        await self.says(f"/start {link.rpartition('start=')[2]}")

    async def presses(self, label: str, *, on: int | None = None) -> str:
        """The newest button whose label contains these words; gives the toast, if any."""
        message, found = await self._button(label, on)
        press = {"user": self.id, "message_id": message["message_id"], "data": found["callback_data"]}
        return await self.presses_data(press)

    async def presses_data(self, press: Mapping[str, Any]) -> str:
        answer = await self.house.post("/client/press", press)
        await self.house.settle()
        answers = await self.house.get(f"/client/answers?user={self.id}&after=0")
        mine = [item for item in answers if item["callback_query_id"] == answer["callback_query_id"]]
        assert mine
        assert mine[0]["answered"], "a tap must be answered"
        return str(mine[0].get("text") or "")

    async def pays(self, outcome: str = "paid", *, message_id: int | None = None, payer: int | None = None) -> Any:
        if message_id is None:
            message_id = next(m["message_id"] for m in reversed(await self.messages()) if "invoice" in m)
        body = {"user": self.id, "message_id": message_id, "outcome": outcome}
        if payer is not None:
            body["payer"] = payer
        paying = asyncio.create_task(self.house.post("/client/pay", body))
        while not paying.done():
            await self.house.settle()
            await asyncio.wait([paying], timeout=0.01)
        await self.house.settle()
        return paying.result()

    async def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.house.get(f"/client/messages?user={self.id}&after=0")
        return found

    async def sees(self) -> str:
        """Text or caption of the last message from the bot."""
        return text_of((await self.received())[-1])

    async def received(self) -> list[dict[str, Any]]:
        return [message for message in await self.messages() if message.get("from", {}).get("is_bot")]

    async def buttons(self) -> list[str]:
        """Labels under the newest message that has buttons."""
        for message in reversed(await self.received()):
            if rows := message.get("reply_markup", {}).get("inline_keyboard"):
                return [button["text"] for row in rows for button in row]
        return []

    async def behind(self, label: str) -> str:
        """The data of the newest button whose label contains these words."""
        return str((await self._button(label, None))[1]["callback_data"])

    async def link(self, pattern: str = r"https://t\.me/\S+?start=[A-Za-z0-9_-]+") -> str:
        """The newest link in what they have received."""
        for message in reversed(await self.received()):
            if match := re.search(pattern, text_of(message)):
                return match[0]
        raise AssertionError("no link was received")

    async def file(self, file_id: str) -> bytes:
        async with self.house.http.get(f"{self.house.base}/client/file/{file_id}") as response:
            assert response.status == 200
            return await response.read()

    async def _button(self, label: str, on: int | None) -> tuple[dict[str, Any], dict[str, Any]]:
        for message in reversed(await self.received()):
            if on is not None and message["message_id"] != on:
                continue
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for found in row:
                    if label in found["text"]:
                        return message, found
        raise AssertionError(f"no button says {label!r}; there are {await self.buttons()} under: {await self.sees()!r}")


def text_of(message: Mapping[str, Any]) -> str:
    return str(message.get("text") or message.get("caption") or "")


@asynccontextmanager
async def running_house(
    database_url: str,
    data_dir: Path,
    setup: Setup,
    *,
    clock: Clock | None = None,
    owner_ids: frozenset[int] = frozenset(),
    check: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> AsyncIterator[House]:
    """``check``: every exchange with the messenger is held against the Bot API's schema and both libraries.
    ``extra``: more settings."""
    log.set_up(level=logging.WARNING)
    observer = SchemaObserver() if check else None
    emulator = Emulator({TOKEN: BotProfile(username=USERNAME)}, observer=observer)
    base = await emulator.start()
    settings = config.load(
        {},
        bot_token=TOKEN,
        api_base=base,
        database_url=database_url,
        data_dir=data_dir,
        secret_keys=KEYS,
        payment_token=TEST_PROVIDER_TOKEN,
        payment_api=base,
        owner_ids=owner_ids,
        **(extra or {}),
    )
    try:
        async with build(settings, clock) as foyer, aiohttp.ClientSession() as http:
            foyer.courier.chat_interval = 0.0
            await setup(foyer)
            house = House(foyer, emulator, base, http)
            yield house
            await foyer.inbox.stop()
        if observer is not None:
            observer.assert_clean()
    finally:
        await emulator.stop()
