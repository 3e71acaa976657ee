"""How many updates are worked on at once. More than that make none of them faster and everything else slower: the way
of an alarm, which goes past the line, and the courier that brings it to the phones."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType

from handlers.areas import URGENT_BUTTONS, URGENT_COMMANDS

AT_ONCE = 6


class Turns:
    """Who waits for Telegram lends their turn, and goes on at once when it has answered: what is begun comes before
    what is not."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._line: deque[asyncio.Future[None]] = deque()
        self._taken: ContextVar[bool] = ContextVar("taken", default=False)

    def line_up(self, payload: str) -> asyncio.Future[None]:
        """Done once it is the turn of this task with this update. To be given to ``leave``, whatever comes of it."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._taken.set(True)
        if self._free > 0 or is_urgent(payload):
            self._free -= 1
            turn.set_result(None)
        else:
            self._line.append(turn)
        return turn

    def leave(self, turn: asyncio.Future[None]) -> None:
        """By the task that lined up."""
        self._taken.set(False)
        if turn.done():
            self._give_back()
        else:
            self._line.remove(turn)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """By a task that has no turn nothing is lent."""
        if not self._taken.get():
            yield
            return
        self._give_back()
        try:
            yield
        finally:
            self._free -= 1

    def _give_back(self) -> None:
        self._free += 1
        while self._free > 0 and self._line:
            self._free -= 1
            self._line.popleft().set_result(None)


def is_urgent(payload: str) -> bool:
    """Whether somebody's safety hangs on this update. ``payload``: its JSON text."""
    update = json.loads(payload)
    button = (update.get("callback_query") or {}).get("data") or ""
    words = ((update.get("message") or {}).get("text") or "").split(maxsplit=1)
    return button.startswith(URGENT_BUTTONS) or (words[0] if words else "") in URGENT_COMMANDS


class LendsTurn(BaseRequestMiddleware):
    """While Telegram is waited for."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        with self._turns.lent():
            return await make_request(bot, method)
