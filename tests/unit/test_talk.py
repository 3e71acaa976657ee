"""A tap is answered once, however close its second is."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from domain.people.model import Actor
from handlers.ui import talk as module
from handlers.ui.conversation import Conversation
from handlers.ui.talk import Talk


class SlowLine:
    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.answered: list[str] = []

    async def answer(self, callback_query_id: str, text: str = "", alert: bool = False) -> None:
        self.begun.set()
        await self.goes_on.wait()
        self.answered.append(callback_query_id)


async def test_an_answer_on_its_way_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_AFTER", 0.0)
    line, nothing = SlowLine(), cast(Any, None)
    talk = Talk(Actor(1), Conversation(7), nothing, cast(Any, line), nothing, nothing, nothing, pressed="tap")
    talk.start_answering()
    await line.begun.wait()
    finishing = asyncio.create_task(talk.finish_answering())
    await asyncio.wait([finishing], timeout=0.01)
    talk.cancel_timer()
    line.goes_on.set()
    await finishing
    assert line.answered == ["tap"]
