"""A local messenger per test, with one bot and people, watched by the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator
from tests.fidelity.observer import SchemaObserver

TOKEN = "4200:test-secret"
ANN, BEN = 7, 8


class Clock:
    """A clock that a test may set forward."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A running messenger and a hand for each of its sides."""

    def __init__(self, emulator: Emulator, base: str, session: aiohttp.ClientSession, clock: Clock) -> None:
        self.emulator, self.base, self.session, self.clock = emulator, base, session, clock
        self._offset = 0

    async def call(self, method: str, /, **params: Any) -> Any:
        """A Bot API call that must succeed; its result."""
        answer = await self.raw(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def raw(self, method: str, /, **params: Any) -> Any:
        """A Bot API call as JSON; the whole answer."""
        async with self.session.post(f"{self.base}/bot{TOKEN}/{method}", json=params) as response:
            answer = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def error(self, method: str, /, **params: Any) -> str:
        """A Bot API call that must fail; its description."""
        answer = await self.raw(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def person(self, act: str, /, **body: Any) -> Any:
        """Something a person does that must succeed; its result."""
        status, answer = await self.try_person(act, **body)
        assert status == 200, answer
        return answer["result"]

    async def try_person(self, act: str, /, **body: Any) -> tuple[int, Any]:
        """Something a person tries."""
        async with self.session.post(f"{self.base}/client/{act}", json=body) as response:
            return response.status, await response.json()

    async def look(self, path: str, /, **query: Any) -> Any:
        """Something a person looks at; the result."""
        async with self.session.get(f"{self.base}/client/{path}", params=query) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer["result"]

    async def updates(self, timeout: int = 0, **params: Any) -> list[Any]:  # noqa: ASYNC109 - the Bot API's name
        """The next updates, confirmed at the next call."""
        found = await self.call("getUpdates", offset=self._offset, timeout=timeout, **params)
        if found:
            self._offset = found[-1]["update_id"] + 1
        return list(found)


Open = Callable[..., Awaitable[Desk]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def observer() -> SchemaObserver:
    """Answers and updates only: these tests send wrong requests on purpose."""
    return SchemaObserver(check_requests=False)


@pytest.fixture
async def open_desk(clock: Clock, observer: SchemaObserver, tmp_path: Path) -> AsyncIterator[Open]:
    """Starts messengers with options; they end with the test, and nothing they said may be against the schema."""
    opened: list[Desk] = []

    async def open_(**options: Any) -> Desk:
        profile = BotProfile("foyer_bot", "Foyer", (TEST_PROVIDER_TOKEN,))
        everything: dict[str, Any] = {"clock": clock, "observer": observer} | options
        emulator = Emulator({TOKEN: profile}, **everything)
        base = await emulator.start()
        desk = Desk(emulator, base, aiohttp.ClientSession(), clock)
        opened.append(desk)
        return desk

    yield open_
    for desk in opened:
        await desk.session.close()
        await desk.emulator.stop()
    observer.assert_clean()


@pytest.fixture
async def desk(open_desk: Open) -> Desk:
    """One messenger; Ann and Ben have both written to the bot, which has read it."""
    desk = await open_desk()
    await settle(desk)
    return desk


async def settle(desk: Desk) -> None:
    """Ann and Ben appear and start the bot; their updates are confirmed."""
    await desk.person("users", id=ANN, first_name="Ann", username="ann", language_code="en")
    await desk.person("users", id=BEN, first_name="Ben", last_name="Bo", language_code="zh")
    for user in (ANN, BEN):
        await desk.person("start", user=user)
    assert len(await desk.updates()) == 2
    assert await desk.updates() == []
