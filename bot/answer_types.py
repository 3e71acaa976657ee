"""Keeps the types of Telegram's answers alive.

aiogram reads an answer as ``Response[T]``. Pydantic forgets such a model once nobody holds it, and aiogram holds none:
making it anew was measured to take an eighth of a conversation's processor time.
"""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType


class KeepsAnswerTypes(BaseRequestMiddleware):
    def __init__(self) -> None:
        self._kept: dict[type, object] = {}  # by method

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if type(method) not in self._kept:
            self._kept[type(method)] = Response[method.__returning__]  # type: ignore[name-defined]
        return await make_request(bot, method)
