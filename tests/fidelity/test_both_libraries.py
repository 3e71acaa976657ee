"""One scenario through a bot on either library gives the same transcript, and nothing that is against the schema."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
from PIL import Image

from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator

from .bots import aiogram_bot, telegram_bot
from .observer import SchemaObserver

ANN = 7
TOKEN = "4200:test-secret"
Bot = Callable[[str, str, str, bytes], AbstractAsyncContextManager[None]]
_CHANGING = frozenset({"date", "edit_date", "telegram_payment_charge_id"})
_LIBRARYS_OWN = frozenset({"file_name", "file_id", "file_unique_id"})
"""What depends on how a library names an upload."""


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 200), (20, 80, 120)).save(out, "PNG")
    return out.getvalue()


def told(value: Any) -> Any:
    """A message without what differs from run to run."""
    if isinstance(value, list):
        return [told(item) for item in value]
    if isinstance(value, dict):
        return {k: told(v) for k, v in value.items() if k not in _CHANGING | _LIBRARYS_OWN}
    return value


class Script:
    """Ann, as a script."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session, self.base = session, base
        self.seq = 0

    async def act(self, name: str, **body: Any) -> Any:
        async with self.session.post(f"{self.base}/client/{name}", json={"user": ANN} | body) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def messages(self, count: int) -> list[Any]:
        """What she sees once it is `count` messages, the last of which is the bot's."""
        while True:
            query = {"user": ANN, "wait": 10, "since": self.seq}
            async with self.session.get(f"{self.base}/client/messages", params=query) as response:
                answer = await response.json()
            assert answer["seq"] != self.seq, "nothing happened for 10 seconds"
            self.seq = answer["seq"]
            if len(answer["result"]) == count and not answer["result"][-1].get("outgoing"):
                return list(answer["result"])

    async def answered(self) -> Any:
        async with self.session.get(f"{self.base}/client/answers", params={"user": ANN, "wait": 10}) as response:
            return (await response.json())["result"]


async def transcript(run: Bot) -> list[Any]:
    """What Ann sees while she talks to a bot."""
    observer = SchemaObserver()
    emulator = Emulator({TOKEN: BotProfile()}, observer=observer)
    base = await emulator.start()
    seen: list[Any] = []
    async with aiohttp.ClientSession() as session, run(base, TOKEN, TEST_PROVIDER_TOKEN, picture()):
        ann = Script(session, base)
        await ann.act("users", id=ANN, first_name="Ann")
        await ann.act("start", payload="e_1")
        seen.append(await ann.messages(2))
        await ann.act("press", message_id=2, text="Seat")
        answers = await ann.answered()
        seen.append([answers[0]["text"], answers[0]["show_alert"]])
        while "edit_date" not in (messages := await ann.messages(2))[1]:
            pass
        seen.append(messages)
        form = aiohttp.FormData({"user": str(ANN)})
        form.add_field("file", "座位".encode(), filename="a.txt", content_type="text/plain")
        async with session.post(f"{base}/client/document", data=form) as response:
            assert response.status == 200
        seen.append(await ann.messages(4))
        await ann.act("send", text="/buy")
        invoice = (await ann.messages(6))[-1]
        seen.append(invoice)
        outcome = await ann.act("pay", message_id=invoice["message_id"])
        seen.append(outcome["status"])
        seen.append(await ann.messages(8))
        await ann.act("press", message_id=2, text="Out")
        seen.append(await ann.messages(7))
        async with session.get(f"{base}/client/chat", params={"user": ANN}) as response:
            seen.append((await response.json())["result"]["commands"])
    await emulator.stop()
    observer.assert_clean()
    assert {"sendphoto", "editmessagemedia", "sendinvoice", "deletemessage", "getupdates"} <= set(observer.seen)
    return list(told(seen))


async def test_both_libraries_give_the_same_transcript() -> None:
    with_aiogram = await transcript(aiogram_bot)
    assert with_aiogram == await transcript(telegram_bot)
    greeting = with_aiogram[0][1]
    assert greeting["caption"] == "🎭 Two seats & a box"
    assert greeting["caption_entities"] == [{"type": "bold", "offset": 7, "length": 5}]
    assert with_aiogram[1] == ["Row 4", True]
    assert with_aiogram[5] == "paid"
    assert with_aiogram[6][-1]["text"] == "Paid 2500"
    assert "reply_to_message" in with_aiogram[6][-1]
