"""aiogram has no limiter: a 429 in a conversation is waited out here, and the courier is halted with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType

#: A longer wait is left to the inbox, which tries the update again.
LONGEST_WAIT = 8
#: Both waits together end before the inbox cuts the handler off: being told to wait is no failure.
_MOST_TRIES = 3


class WaitsOut429(BaseRequestMiddleware):
    """``halt`` is told how many seconds Telegram wants to be left alone."""

    def __init__(self, halt: Callable[[float], None]) -> None:
        self._halt = halt

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        for tries_left in reversed(range(_MOST_TRIES)):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                self._halt(error.retry_after)
                if not tries_left or error.retry_after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(error.retry_after)
        raise AssertionError("unreachable")
