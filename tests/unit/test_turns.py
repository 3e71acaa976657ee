"""What goes past the line: what somebody's safety hangs on, and nothing else; and the pace of the courier."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiogram.filters.callback_data import CallbackData

from bot.sender import RATE, make_courier_bot
from bot.turns import Turns, is_urgent
from handlers.areas import routers

#: Seconds between two wakings: one turn of 1/25 s and a quarter of the next, so that rounding decides nothing.
LATE = 0.05


def pressed(data: str) -> str:
    return json.dumps({"update_id": 1, "callback_query": {"id": "1", "data": data}})


def test_incidents_announcements_and_help_go_first_and_nobody_else() -> None:
    assert routers()  # all buttons are known by now
    urgent = {one for one in CallbackData.__subclasses__() if is_urgent(pressed(f"{one.__prefix__}:1"))}
    assert {one.__module__ for one in urgent} == {"handlers.incidents.callbacks", "handlers.assistance.callbacks"}
    for one in CallbackData.__subclasses__():
        helps = one.__module__ == "handlers.assistance.callbacks" and "Help" in one.__name__.removesuffix("Helped")
        assert (one in urgent) == (helps or one.__module__ == "handlers.incidents.callbacks"), one


@pytest.mark.parametrize("words", ["/incident", "/incidents", "/incident now"])
def test_a_report_begins_with_a_command(words: str) -> None:
    assert is_urgent(json.dumps({"message": {"text": words}}))


@pytest.mark.parametrize("payload", ["{}", '{"message": {"text": "fire"}}', '{"callback_query": {"data": null}}'])
def test_anything_else_waits(payload: str) -> None:
    assert not is_urgent(payload)


async def test_turns_that_were_lost_to_a_busy_loop_are_caught_up_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never by more than Telegram lets through: 30 messages in any second."""
    limiter = make_courier_bot("1:of-the-tests", "http://127.0.0.1:9").rate_limiter._base_limiter  # type: ignore[union-attr]
    loop = asyncio.get_running_loop()
    now, sent = loop.time(), 0
    monkeypatch.setattr(loop, "time", lambda: now)

    async def as_many_as_may_go() -> int:
        many = 0
        while limiter.has_capacity():
            await limiter.acquire()
            many += 1
        return many

    sent += await as_many_as_may_go()
    for turn in range(1, 21):
        now += LATE
        sent += await as_many_as_may_go()
        assert sent >= turn * LATE * RATE, "who wakes late sends less than may be sent"
    assert sent <= 29


async def test_who_has_left_lends_nothing() -> None:
    turns = Turns(1)
    turns.leave(turns.line_up("{}"))
    with turns.lent():
        assert turns.line_up("{}").done()
        assert not turns.line_up("{}").done()
