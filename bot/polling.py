"""Long polling: takes updates, stores them, and only then asks for the next ones, which is what confirms them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import GetUpdates
from aiogram.types import Update

from bot import log
from bot.container import Foyer
from storage.transaction import StorageTx

_log = log.get("foyer.polling")

#: What we handle; Telegram keeps the rest to itself (Bot API, getUpdates).
ALLOWED_UPDATES = ["message", "callback_query", "pre_checkout_query", "my_chat_member"]
_TIMEOUT = 30  # s, of one long poll
_LEASE = timedelta(seconds=60)
_ELSEWHERE_PAUSE = 5.0
_LONGEST_PAUSE = 10.0


class Poller:
    """Telegram allows one poller a bot: the lease ``poller`` says which of several processes it is."""

    def __init__(self, foyer: Foyer) -> None:
        self._foyer = foyer
        self._offset: int | None = None

    async def run(self) -> None:
        """Until cancelled. Raises TelegramUnauthorizedError for a token that Telegram does not know."""
        try:
            await self._go_on()
        finally:
            await self._foyer.uow.write(self._give_up_lease)  # the next process need not wait until it runs out

    async def _go_on(self) -> None:
        pause = 0.5
        while True:
            try:
                await self._turn()
                pause = 0.5
            except TelegramUnauthorizedError:
                raise
            except TelegramConflictError:
                _log.warning("poll.conflict", hint="another process polls with this token, or a webhook is set")
                await asyncio.sleep(_LONGEST_PAUSE)
            except (TelegramAPIError, ClientDecodeError) as error:  # the latter would print what people wrote
                _log.warning("poll.failed", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception:  # the database did not answer: nothing was confirmed, so nothing is lost
                _log.exception("poll.failed")
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _turn(self) -> None:
        if await self._foyer.uow.write(self._take_lease) is None:
            await asyncio.sleep(_ELSEWHERE_PAUSE)
            return
        updates: list[Update] = await self._foyer.bot(
            GetUpdates(offset=self._offset, timeout=_TIMEOUT, allowed_updates=ALLOWED_UPDATES),
            request_timeout=_TIMEOUT + 10,
        )
        if not updates:
            return
        await self._foyer.receiver.receive([raw(update) for update in updates])
        self._offset = updates[-1].update_id + 1

    def _take_lease(self, tx: StorageTx) -> int | None:
        return tx.leases.acquire("poller", self._foyer.holder, tx.now + _LEASE, tx.now)

    def _give_up_lease(self, tx: StorageTx) -> None:
        epoch = tx.leases.held_epoch("poller", self._foyer.holder, tx.now)
        if epoch is not None:
            tx.leases.release("poller", self._foyer.holder, epoch)


def raw(update: Update) -> dict[str, Any]:
    """The update as Telegram wrote it."""
    dumped: dict[str, Any] = update.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    return dumped
