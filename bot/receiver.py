"""What both transports give their updates to: the inbox, or, for a pre-checkout, the answer at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiogram import Bot

from bot import log
from bot.dispatcher import UpdateHandler, parse
from bot.inbox import Inbox
from bot.intake import Taken, take
from domain.codes import Keyring
from handlers.payments.precheckout import ANSWER_WITHIN

_log = log.get("foyer.receiver")


class Receiver:
    def __init__(self, bot: Bot, inbox: Inbox, handler: UpdateHandler, keyring: Keyring) -> None:
        self._bot = bot
        self._inbox = inbox
        self._handler = handler
        self._keyring = keyring
        self._checkouts: set[asyncio.Task[None]] = set()

    def take(self, update: Mapping[str, Any]) -> Taken:
        """Raises KeyError, TypeError, ValueError or AttributeError for something that is no update."""
        return take(update, self._keyring)

    async def receive(self, updates: Sequence[Mapping[str, Any]]) -> None:
        await self.receive_taken([self.take(update) for update in updates])

    async def receive_taken(self, taken: Sequence[Taken]) -> None:
        """Returns when what must be stored is stored. A pre-checkout is not: after 10 s it is worth nothing."""
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN
        for item in taken:
            if item.past_inbox:
                task = asyncio.create_task(self._pre_checkout(item, deadline))
                self._checkouts.add(task)
                task.add_done_callback(self._checkouts.discard)
        await self._inbox.accept_taken([item for item in taken if not item.past_inbox])

    async def finish(self) -> None:
        if self._checkouts:
            await asyncio.wait(self._checkouts)

    async def _pre_checkout(self, item: Taken, deadline: float) -> None:
        try:
            update = parse(self._bot, item.payload)
            assert update.pre_checkout_query is not None
            await self._handler.pre_checkout(update.pre_checkout_query, update, deadline)
        except Exception:  # Telegram takes no answer for a no; the person can press Pay again
            _log.exception("pre_checkout.failed", update=item.update_id)
