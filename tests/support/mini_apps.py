"""A page of the house on somebody's phone, without the page: the calls that it makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from bot.emulator.web_apps import init_data
from tests.support.running import Person
from tests.support.theatre import Evening

Json = dict[str, Any]
_nonces = count(1)


def nonce() -> str:
    return f"nonce-{next(_nonces):06d}"


def says(evening: Evening, person: Person) -> str:
    """What Telegram says of whoever opens a page now."""
    world = evening.house.emulator.world
    bot = next(iter(world.bots.values()))
    return init_data(bot, world.people[person.id], "AAF1", evening.clock.now().timestamp())


@dataclass(frozen=True)
class PageOf:
    evening: Evening
    person: Person
    name: str
    base: str
    token: str = ""

    async def opened(self) -> PageOf:
        status, answer = await self.signs_in({"init_data": says(self.evening, self.person)})
        assert status == 200, answer
        return replace(self, token=answer["token"])

    async def signs_in(self, body: Json) -> tuple[int, Json]:
        return await self._send("POST", "session", body)

    async def asks(self, call: str, body: Json | None = None) -> Json:
        status, answer = await self.tries(call, body)
        assert status == 200, answer
        return answer

    async def acts(self, call: str, **body: Any) -> Json:
        """Under a nonce of its own, unless one is given."""
        return await self.asks(call, {"nonce": nonce(), **body})

    async def refused(self, call: str, **body: Any) -> tuple[int, str]:
        """The status, and the sentence."""
        status, answer = await self.tries(call, {"nonce": nonce(), **body})
        assert answer["ok"] is False, answer
        return status, answer["error"]

    async def tries(self, call: str, body: Json | None = None) -> tuple[int, Json]:
        return await self._send("GET" if body is None else "POST", f"api/{call}", body)

    async def fetches(self, address: str) -> tuple[int, bytes]:
        """One of the house's own addresses, as a browser's tab asks for it."""
        async with self.evening.house.http.get(self.base + "/app/" + address.partition("/app/")[2]) as response:
            return response.status, await response.read()

    async def _send(self, method: str, path: str, body: Json | None) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"{self.base}/app/{self.name}/{path}"
        async with self.evening.house.http.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()
