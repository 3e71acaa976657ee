"""Every update is stored before it is acknowledged, and handled until done, one chat's in the order of arrival.

Who works on a chat holds its lease, on either database: several processes may take updates and no chat is served by
two at once. Two transactions frame an update: *accept* (store, take the lease, see what is pending) and *finish* (mark
done, keep the conversation, see what has come since, or give the lease back). The effect itself is committed by the
use case together with its mark (``effect``), so that handling again finds it and only shows it again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError

from bot import log
from bot.intake import Taken, take
from bot.turns import Turns
from domain.codes import Keyring
from domain.errors import LostLease
from domain.notices import Notice, NoticeKind
from handlers.ui.conversation import Conversation
from handlers.ui.transitions import Standing
from storage.stores.conversations import Conversation as Row
from storage.stores.inbox import StoredUpdate
from storage.stores.leases import chat_lease
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.inbox")

MOST_ATTEMPTS = 5
CHAT_LEASE = timedelta(seconds=30)
#: Well inside the lease: a handler that takes longer is cut off and tried again.
HANDLER_TIMEOUT = 20.0
_BATCH = 20
_ALL = 1_000_000
_ADOPTED = 200  # chats at a time
_ELSEWHERE_WAIT = 0.25  # s, until we look again at a chat that another process serves
_LOOK_AGAIN = 1.0  # s, after the database failed
_LONGEST_WAIT = 5.0  # s, between two tries, and between two renewals of the lease while Telegram wants to be left alone
_OUTSIDE = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)
#: s. An update that Telegram has not taken for that long, while it answered in other chats, is itself to blame.
_OUTAGE = 180.0

#: Handles one update; ``replay`` is True where it may have been handled before. Gives the conversation to keep.
Handler = Callable[[StoredUpdate, bool], Awaitable[Conversation | None]]
#: What becomes of an update, in the transaction that finishes it.
Ending = Callable[[StorageTx], None]


@dataclass(frozen=True, slots=True)
class _Claim:
    epoch: int
    pending: Sequence[StoredUpdate]


class Inbox:
    """``holder`` names this process among those that share the database."""

    def __init__(
        self,
        uow: UnitOfWork,
        keyring: Keyring,
        *,
        bot_id: int,
        holder: str,
        handle: Handler,
        retry_wait: float = 0.2,
        turns: Turns | None = None,
    ) -> None:
        self._uow = uow
        self._keyring = keyring
        self._bot_id = bot_id
        self._holder = holder
        self._handle = handle
        self._retry_wait = retry_wait
        self._turns = turns or Turns()
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._woken: set[int] = set()  # chats whose worker may have looked before the newest update was there
        self._fresh: set[int] = set()  # stored by this process and not yet tried
        self._answered = 0  # how many updates have been answered in Telegram
        self._stopping = False

    async def accept(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Returns when the updates are stored for good: only now may Telegram be told so."""
        await self.accept_taken([take(update, self._keyring) for update in updates])

    async def accept_taken(self, taken: Sequence[Taken]) -> None:
        if not taken:
            return
        rows = [(item.update_id, item.chat_id, item.payload) for item in taken]
        idle = {item.chat_id for item in taken} - self._workers.keys()

        def store(tx: StorageTx) -> tuple[list[StoredUpdate], dict[int, _Claim | None]]:
            new = tx.inbox.add(self._bot_id, rows, tx.now)
            chats = sorted({update.chat_id for update in new} & idle)
            return new, {chat_id: self._claim(tx, chat_id) for chat_id in chats}

        new, claims = await self._uow.write(store)
        elsewhere = {chat_id for chat_id, claim in claims.items() if claim is None}  # may be tried there
        self._fresh.update(update.inbox_id for update in new if update.chat_id not in elsewhere)
        for chat_id in dict.fromkeys(update.chat_id for update in new):
            self._serve(chat_id, claims.get(chat_id))

    async def recover(self) -> None:
        """After a start: what was stored and not finished is handled before anything new of the same chat."""
        for chat_id in await self._uow.read(lambda tx: tx.inbox.chats_pending(_ALL)):
            self._serve(chat_id, None)

    async def adopt(self) -> None:
        """Takes up what a process that died has left: stored longer ago than a lease lasts, in nobody's hands."""

        def take_over(tx: StorageTx) -> dict[int, _Claim | None]:
            left = tx.inbox.chats_pending(_ADOPTED, tx.now - CHAT_LEASE)
            return {chat_id: self._claim(tx, chat_id) for chat_id in sorted(left) if chat_id not in self._workers}

        for chat_id, claim in (await self._uow.write(take_over)).items():
            if claim is not None:
                self._serve(chat_id, claim)

    async def idle(self) -> None:
        """Returns when nothing is under way in this process."""
        while self._workers:
            await asyncio.wait(list(self._workers.values()))

    async def stop(self) -> None:
        """Lets the updates that are under way finish, and takes up nothing more."""
        self._stopping = True
        await self.idle()

    def _claim(self, tx: StorageTx, chat_id: int) -> _Claim | None:
        epoch = tx.leases.acquire(chat_lease(chat_id), self._holder, tx.now + CHAT_LEASE, tx.now)
        return None if epoch is None else _Claim(epoch, tx.inbox.pending(chat_id, _BATCH))

    def _renew(self, tx: StorageTx, chat_id: int, epoch: int) -> bool:
        return tx.leases.renew(chat_lease(chat_id), self._holder, epoch, tx.now + CHAT_LEASE)

    def _serve(self, chat_id: int, claim: _Claim | None) -> None:
        if chat_id in self._workers:
            self._woken.add(chat_id)
        elif not self._stopping:
            task = asyncio.create_task(self._work(chat_id, claim), name=f"chat {chat_id}")
            self._workers[chat_id] = task
            task.add_done_callback(lambda _: self._done(chat_id))

    def _done(self, chat_id: int) -> None:
        task = self._workers.pop(chat_id)
        if not task.cancelled() and task.exception() is not None:
            # The database itself did not answer. What is stored stays stored; look again soon.
            _log.error("chat.interrupted", chat=chat_id, exc_info=task.exception())
            asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._serve, chat_id, None)
        elif chat_id in self._woken:
            self._serve(chat_id, None)

    async def _work(self, chat_id: int, claim: _Claim | None) -> None:
        self._woken.discard(chat_id)
        if claim is None:
            claim = await self._wait_for(chat_id)
        if claim is None:
            return
        waiting = deque(claim.pending)
        if not waiting:
            await self._uow.write(lambda tx: tx.leases.release(chat_lease(chat_id), self._holder, claim.epoch))
        while waiting:
            update = waiting.popleft()
            ending = await self._until_handled(update, claim.epoch)
            last = not waiting or self._stopping
            if last:
                self._woken.discard(chat_id)
            waiting.extend(await self._uow.write(partial(self._finish, chat_id, ending, claim.epoch, last)))
            if last and self._stopping:
                return

    async def _wait_for(self, chat_id: int) -> _Claim | None:
        """None where we are to stop before the process that serves the chat is done."""
        while True:
            claim = await self._uow.write(lambda tx: self._claim(tx, chat_id))
            if claim is not None or self._stopping:
                return claim
            self._fresh.clear()  # what came meanwhile may be tried there; to be no longer fresh costs a look
            await asyncio.sleep(_ELSEWHERE_WAIT)

    def _finish(self, chat_id: int, ending: Ending, epoch: int, last: bool, tx: StorageTx) -> list[StoredUpdate]:
        """``last``: nothing else is at hand; looks for more, or gives the chat's lease back.

        Raises LostLease where another process serves the chat by now: what it has written is newer.
        """
        ending(tx)
        more: bool | None = False
        if not last:
            held = self._renew(tx, chat_id, epoch)
        elif self._stopping:
            held = tx.leases.release(chat_lease(chat_id), self._holder, epoch)
        else:
            more = tx.leases.leave_chat(chat_id, self._holder, epoch, tx.now + CHAT_LEASE)
            held = more is not None
        if not held:
            raise LostLease(chat=chat_id)
        return tx.inbox.pending(chat_id, _BATCH) if more else []

    async def _until_handled(self, update: StoredUpdate, epoch: int) -> Ending:
        """Tries until it is done, or has failed too often; Telegram being away does not count as failing.

        A single update may be what Telegram fails at, for ever. From outside that looks like an outage, except that
        other chats are answered meanwhile. So after some minutes such a failure counts too, though only once for each
        time that another chat was answered: while Telegram is away from everybody, no chat loses an update.

        Whoever stops leaves what does not succeed for the next start.
        """
        replay = update.inbox_id not in self._fresh or update.attempts > 0
        self._fresh.discard(update.inbox_id)
        loop = asyncio.get_running_loop()
        begun, answered = loop.time(), self._answered
        for tries in count():
            wait = min(self._retry_wait * 2 ** min(tries, 9), _LONGEST_WAIT)
            async with self._turn(update, epoch) as ours:
                if not ours:
                    return _left
                try:
                    async with asyncio.timeout(HANDLER_TIMEOUT):
                        conversation = await self._handle(update, replay)
                    self._answered += conversation is not None
                    return partial(_handled, update, conversation)
                except _OUTSIDE as error:
                    _log.warning("update.postponed", inbox=update.inbox_id, error=type(error).__name__)
                    if isinstance(error, TelegramRetryAfter):
                        wait = max(wait, error.retry_after)
                    elif loop.time() - begun > _OUTAGE and self._answered > answered:
                        answered = self._answered
                        if await self._failed_too_often(update):
                            return partial(_buried, update)
                except Exception:
                    if await self._failed_too_often(update):
                        return partial(_buried, update)
            if not await self._hold_out(update.chat_id, epoch, wait):
                return _left
            replay = True
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _turn(self, update: StoredUpdate, epoch: int) -> AsyncIterator[bool]:
        """Waits in line and keeps the chat's lease. Gives False where we are to stop. Raises LostLease."""
        turn = self._turns.line_up(update.payload)
        try:
            while not turn.done():
                await asyncio.wait([turn], timeout=_LONGEST_WAIT)
                if not turn.done():
                    if self._stopping:
                        break
                    await self._keep(update.chat_id, epoch)
            yield turn.done()
        finally:
            self._turns.leave(turn)

    async def _failed_too_often(self, update: StoredUpdate) -> bool:
        """Counts the failure that is being handled."""
        attempts = await self._uow.write(lambda tx: tx.inbox.fail(update.inbox_id))
        _log.exception("update.failed", inbox=update.inbox_id, attempts=attempts)
        return attempts >= MOST_ATTEMPTS

    async def _hold_out(self, chat_id: int, epoch: int, seconds: float) -> bool:
        """Waits and keeps the chat's lease. False where we are to stop. Raises LostLease."""
        while not self._stopping:
            step = min(seconds, _LONGEST_WAIT)
            await asyncio.sleep(step)
            await self._keep(chat_id, epoch)
            seconds -= step
            if seconds <= 0:
                return True
        return False

    async def _keep(self, chat_id: int, epoch: int) -> None:
        if not await self._uow.write(lambda tx: self._renew(tx, chat_id, epoch)):
            raise LostLease(chat=chat_id)


def _handled(update: StoredUpdate, conversation: Conversation | None, tx: StorageTx) -> None:
    tx.inbox.finish(update.inbox_id)
    if conversation is not None and conversation.forgotten:
        tx.inbox.forget_chat(update.inbox_id)
    elif conversation is not None:
        tx.conversations.put(to_row(conversation))


def _buried(update: StoredUpdate, tx: StorageTx) -> None:
    """A dead letter: the person gets an apology with a reference, and the chat goes on."""
    tx.inbox.bury(update.inbox_id)
    found = tx.people.actor_by_account("telegram", str(update.chat_id))
    if found is not None:
        tx.notify(
            Notice(
                found[0].person_id,
                NoticeKind.APOLOGY,
                dedupe_key=f"apology:{update.inbox_id}",
                params={"reference": update.inbox_id},
            )
        )


def _left(tx: StorageTx) -> None:
    """Stored, and to be tried again by whoever serves the chat next."""


def to_row(conversation: Conversation) -> Row:
    standing = conversation.standing
    return Row(
        chat_id=conversation.chat_id,
        state=conversation.state,
        data=conversation.data,
        here=conversation.here,
        screen_message_id=standing.message_id,
        screen_has_picture=standing.has_picture,
        screen_at=standing.since,
        latest_message_id=standing.latest_message_id,
    )


def from_row(row: Row) -> Conversation:
    standing = Standing(row.screen_message_id, row.screen_has_picture, row.screen_at, row.latest_message_id)
    return Conversation(row.chat_id, row.state, dict(row.data), row.here, standing)
