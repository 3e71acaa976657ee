"""A house that is killed and started again, and people who go on as if nothing had happened."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.running import text_of

ROOT = Path(__file__).resolve().parents[2]

Seen = list[dict[str, Any]]


class Lost(AssertionError):
    """Somebody did something, and nothing came of it."""


class Zygote:
    """The process that forks the houses, one at a time; it outlives the event loop of a test.

    It is there once it has imported everything, so that nobody's patience is for that.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.zygote"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "the zygote did not start"

    async def fork(self, order: dict[str, Any]) -> int:
        """Gives the process id of a new house."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int((await self.told())["pid"])

    async def told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await asyncio.to_thread(self._process.stdout.readline)
        assert line, "the zygote is gone"
        told: dict[str, Any] = json.loads(line)
        return told

    def end(self) -> None:
        self._process.communicate()


@dataclass(slots=True)
class Mortal:
    """A house that dies when it passes its point after having been armed; it is started again at once."""

    zygote: Zygote
    order: dict[str, Any]
    kills: int = 0
    _pid: int = 0
    _closing: bool = False

    def arm(self) -> None:
        """The next passing of the point is the last. A house that is just dead stays as it is."""
        self._signal(signal.SIGUSR1)

    async def live(self) -> None:
        """Until ``close``. Raises AssertionError for a house that ends of itself."""
        while not self._closing:
            self._pid = await self.zygote.fork(self.order)
            if self._closing:  # while it was being forked: there was nobody to kill yet
                self.close()
            told = await self.zygote.told()
            self._pid = 0
            assert told["killed"], f"the house ended without having been killed: {told}"
            self.kills += not self._closing

    def close(self) -> None:
        self._closing = True
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._pid:
            with suppress(ProcessLookupError):  # it has just died, and we are about to be told
                os.kill(self._pid, number)


@asynccontextmanager
async def mortal_house(
    zygote: Zygote, settings: dict[str, Any], point: str, without: str = ""
) -> AsyncIterator[Mortal]:
    """``without`` names the defence that a negative control does without."""
    house = Mortal(zygote, {"settings": settings, "point": point, "without": without})
    living = asyncio.create_task(house.live())
    try:
        yield house
    finally:
        house.close()
        await living


@dataclass(slots=True)
class Phone:
    """A person's side, over HTTP; waits for what it shows, never for time."""

    http: aiohttp.ClientSession
    user: int
    seq: int = 0
    seen: Seen = field(default_factory=list)

    async def appear(self, name: str) -> None:
        await self._post("/client/users", {"id": self.user, "first_name": name, "language_code": "en"})

    async def says(self, text: str) -> None:
        await self._post("/client/send", {"user": self.user, "text": text})

    async def presses(self, label: str) -> None:
        for message in reversed(self.seen):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"]:
                        body = {"user": self.user, "message_id": message["message_id"], "data": button["callback_data"]}
                        await self._post("/client/press", body)
                        return
        raise AssertionError(f"no button says {label!r}")

    async def pays(self) -> None:
        """Presses Pay until the money has moved: a house that is killed in between does not answer in time."""
        invoice = next(m for m in reversed(self.seen) if "invoice" in m)
        while True:
            answer = await self._post("/client/pay", {"user": self.user, "message_id": invoice["message_id"]})
            if answer["status"] == "paid":
                return

    async def sees(self, what: Callable[[Seen], bool]) -> None:
        while not what(await self.look()):
            await self.look(wait=60)

    async def look(self, wait: int = 0) -> Seen:
        query = f"/client/messages?user={self.user}&after=0" + (f"&since={self.seq}&wait={wait}" if wait else "")
        async with self.http.get(query) as response:
            answer = await response.json()
        self.seq, self.seen = answer["seq"], answer["result"]
        return self.seen

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self.http.post(path, json=body) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]


def shows(words: str) -> Callable[[Seen], bool]:
    return lambda seen: any(words in text_of(message) for message in seen)


def pictures(words: str, number: int) -> Callable[[Seen], bool]:
    """So many photos, or more, have these words in their captions."""
    return lambda seen: sum("photo" in message and words in text_of(message) for message in seen) >= number


def offers(label: str) -> Callable[[Seen], bool]:
    def check(seen: Seen) -> bool:
        rows = [row for m in seen for row in m.get("reply_markup", {}).get("inline_keyboard", [])]
        return any(label in button["text"] for row in rows for button in row)

    return check
