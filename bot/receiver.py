"""What both transports give their updates to: the inbox, or, for a pre-checkout, the answer at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

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
        """What cannot be read is logged and left out: it would come again for ever, and everything else behind it."""
        taken = []
        for update in updates:
            try:
                taken.append(self.take(update))
            except (KeyError, TypeError, ValueError, AttributeError) as fault:
                _log.error("update.unreadable", update=update.get("update_id"), error=type(fault).__name__)
        await self.receive_taken(taken)

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
        except TelegramBadRequest as error:  # told of again after its time: there is nobody left to answer
            _log.info("pre_checkout.too_late", update=item.update_id, error=error.message)
        except Exception:  # Telegram takes no answer for a no; the person can press Pay again
            _log.exception("pre_checkout.failed", update=item.update_id)
