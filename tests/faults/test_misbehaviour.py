"""Telegram and our own mistakes: refused, dropped and slow calls, a poisonous update, somebody who blocks the bot."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot import inbox
from domain.ticketing.holding import HoldBest
from tests.support.clock import FakeClock
from tests.support.dump import dump
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

#: The calls with which a person is answered.
ANSWERS = (
    "sendMessage", "sendPhoto", "sendMediaGroup", "sendInvoice", "editMessageText", "editMessageMedia",
    "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery",
)  # fmt: skip


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def about_to_drink(evening: Evening) -> Person:
    """Anna presses what is poisoned, and writes on at once. Gives Anna."""
    evening.house.foyer.inbox._retry_wait = 0.0
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    message, button = await anna._button("· A ·", None)
    press = {"user": anna.id, "message_id": message["message_id"], "data": button["callback_data"]}
    await evening.house.post("/client/press", press)
    await evening.house.post("/client/send", {"user": anna.id, "text": "/events"})
    return anna


async def test_a_poisonous_update_does_not_stop_its_chat(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = await about_to_drink(evening)
    monkeypatch.setattr(HoldBest, "__call__", _broken)
    await evening.house.settle()
    said = [text_of(message) for message in await anna.received()]
    (apology,) = [text for text in said if "went wrong on our side" in text]
    assert re.search(r"on record as \d+", apology)
    assert "From the New World" in str([said, await anna.buttons()])
    await check_invariants(evening.house.foyer.uow)


def _broken(*_: Any) -> int:
    raise RuntimeError("a mistake of ours")


async def test_without_an_end_to_trying_the_chat_stands_still(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: ``MOST_ATTEMPTS``, after which an update is a dead letter."""
    anna, uow = await about_to_drink(evening), evening.house.foyer.uow
    drunk, left = asyncio.Event(), count(3 * inbox.MOST_ATTEMPTS, -1)
    loop = asyncio.get_running_loop()

    def broken(*_: Any) -> int:
        if next(left) == 0:
            loop.call_soon_threadsafe(drunk.set)
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as without:
        without.setattr(inbox, "MOST_ATTEMPTS", 10**9)
        without.setattr(HoldBest, "__call__", broken)
        await evening.house.take_updates()
        async with asyncio.timeout(10):
            await drunk.wait()
        assert len(await uow.read(lambda tx: tx.inbox.pending(anna.id, 10))) == 2
    await evening.house.settle()


@pytest.mark.parametrize("error", [500, 502, 429, "drop_before", "drop"])
async def test_telegram_misbehaves_during_a_purchase(evening: Evening, error: int | str) -> None:
    """Each way of answering fails once in each step; afterwards all is there, and there once."""
    house = evening.house
    house.foyer.inbox._retry_wait = 0.0
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)

    async def misbehave() -> None:
        for method in ANSWERS:
            await house.post("/client/faults", {"method": method, "error": error, "retry_after": 0})

    await misbehave()
    await anna.presses("· A ·")
    await misbehave()
    await anna.presses("💳")
    await misbehave()
    assert (await anna.pays())["status"] == "paid"
    for _ in range(8):  # the courier waits longer each time
        evening.clock.advance(timedelta(seconds=10))
        await house.settle()
    captions = [text_of(message) for message in await anna.received() if "photo" in message]
    assert sum("Code to read out" in caption for caption in captions) >= 2
    assert len(await evening.tickets_of(anna)) == 2
    held = await dump(house.foyer.uow)
    assert {table: len(held[table]) for table in ("ticket_order", "charge", "ticket")} == {
        "ticket_order": 1,
        "charge": 1,
        "ticket": 2,
    }
    assert (await house.foyer.uow.read(lambda tx: tx.notices.counts())).keys() == {"sent"}
    await check_invariants(house.foyer.uow)


async def test_somebody_pays_and_blocks_the_bot(evening: Evening) -> None:
    """The money came and nothing can be said: the tickets are theirs all the same, and there when they come back."""
    house, anna = evening.house, await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("💳")
    invoice = next(m["message_id"] for m in reversed(await anna.messages()) if "invoice" in m)
    paying = asyncio.create_task(house.post("/client/pay", {"user": anna.id, "message_id": invoice}))
    async with asyncio.timeout(10):
        while not await house.take_updates():
            await asyncio.wait([paying], timeout=0.01)
        await house.foyer.receiver.finish()
        await paying
    await house.post("/client/block", {"user": anna.id, "blocked": True})
    await house.settle()
    assert len(await evening.tickets_of(anna)) == 2
    assert (await house.foyer.uow.read(lambda tx: tx.notices.counts())) == {"unreachable": 1}
    await check_invariants(house.foyer.uow)
    await house.post("/client/block", {"user": anna.id, "blocked": False})
    await anna.says("/tickets")
    assert "From the New World" in await anna.sees()
