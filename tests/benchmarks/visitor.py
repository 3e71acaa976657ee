"""A script that is a person: they come, browse, look at the map, go back, buy two tickets and look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

#: What they do, in order: a command, or the beginning of a button's data; ``back`` and ``money`` as they say.
STEPS = (
    "/start",
    "lg:en",
    "/events",
    "ev:",
    "pf:",
    "hl:",
    "zn:",
    "back",
    "back",
    "tb:",
    "pay:",
    "money",
    "/tickets",
    "vs:",
)
BACK = "↩"
_PATIENCE = "20"  # seconds, for an answer

Json = dict[str, Any]


class Visitor:
    """One phone at one bot; ``id`` must be new to it."""

    def __init__(self, http: aiohttp.ClientSession, messenger: str, bot_id: int, id: int) -> None:
        self._http = http
        self._messenger = messenger
        self._bot_id = bot_id
        self._id = id
        self._shown: list[Json] = []  # what the bot has sent, as it is on the screen now

    async def appear(self) -> None:
        await self._post("users", {"id": self._id, "first_name": f"Visitor {self._id}", "language_code": "en"})

    async def does(self, step: str) -> None:
        """Returns once the newest message from the bot is another, or another text."""
        if step.startswith("/"):
            await self._post("send", self._mine(text=step))
        elif step == "money":
            await self._post("pay", self._mine(message_id=self._invoice()))
        else:
            await self._post("press", self._mine(**await self._button(step)))
        before, since = self._shown[-1:], -1
        while self._shown[-1:] == before:
            since = await self._look(since)

    async def _button(self, wanted: str) -> Json:
        since = -1
        while (found := self._find(wanted)) is None:
            since = await self._look(since)
        return found

    def _find(self, wanted: str) -> Json | None:
        for message in reversed(self._shown):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    data = button.get("callback_data", "")
                    if (wanted == "back" and BACK in button["text"]) or data.startswith(wanted):
                        return {"message_id": message["message_id"], "data": data}
        return None

    def _invoice(self) -> int:
        found: int = next(message["message_id"] for message in reversed(self._shown) if "invoice" in message)
        return found

    async def _look(self, since: int) -> int:
        """Waits until something has happened in the chat ``since`` then; gives now's number."""
        waits = {} if since < 0 else {"since": str(since), "wait": _PATIENCE}
        asked = {"user": str(self._id), "bot": str(self._bot_id), **waits}
        async with self._http.get(f"{self._messenger}/client/messages", params=asked) as response:
            answer: Json = await response.json()
        self._shown = [message for message in _result(answer) if message.get("from", {}).get("is_bot")]
        seq: int = answer["seq"]
        return seq

    def _mine(self, **more: object) -> Json:
        return {"user": self._id, "bot": self._bot_id, **more}

    async def _post(self, what: str, body: Mapping[str, object]) -> Any:
        async with self._http.post(f"{self._messenger}/client/{what}", json=body) as response:
            return _result(await response.json())


def _result(answer: Json) -> Any:
    assert answer.get("ok"), answer
    return answer["result"]
