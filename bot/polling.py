"""Long polling: takes updates, stores them, and only then asks for the next ones, which is what confirms them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod

from bot import log
from bot.container import Foyer
from storage.transaction import StorageTx

_log = log.get("foyer.polling")

#: What we handle; Telegram keeps the rest to itself (Bot API, getUpdates).
ALLOWED_UPDATES = ["message", "callback_query", "pre_checkout_query", "my_chat_member"]
_TIMEOUT = 30  # s, of one long poll
_LEASE = timedelta(seconds=15)  # for so long nobody polls after a process was killed
_ELSEWHERE_PAUSE = 5.0
_LONGEST_PAUSE = 10.0


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """Bot API ``getUpdates``, as Telegram wrote them: an update that aiogram cannot read holds up no other."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None
    timeout: int
    allowed_updates: list[str] = ALLOWED_UPDATES


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
        keeping = asyncio.create_task(self._keep_lease(), name="poller's lease")
        try:
            updates = await self._foyer.bot(
                RawUpdates(offset=self._offset, timeout=_TIMEOUT), request_timeout=_TIMEOUT + 10
            )
        finally:
            keeping.cancel()
        if not updates:
            return
        await self._foyer.receiver.receive(updates)
        self._offset = updates[-1]["update_id"] + 1

    async def _keep_lease(self) -> None:
        """One long poll takes longer than the lease lasts."""
        while True:
            await asyncio.sleep(_LEASE.total_seconds() / 3)
            try:
                await self._foyer.uow.write(self._take_lease)
            except Exception:  # the database did not answer; the next turn may be in time
                _log.exception("poll.not_renewed")

    def _take_lease(self, tx: StorageTx) -> int | None:
        return tx.leases.acquire("poller", self._foyer.holder, tx.now + _LEASE, tx.now)

    def _give_up_lease(self, tx: StorageTx) -> None:
        epoch = tx.leases.held_epoch("poller", self._foyer.holder, tx.now)
        if epoch is not None:
            tx.leases.release("poller", self._foyer.holder, epoch)
