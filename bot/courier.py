"""The one sender of notices and cards: python-telegram-bot's ``ExtBot``, paced, one row of a person at a time.

It holds the lease ``courier``; every settling names the epoch of that lease, so that a courier that lost it changes
nothing any more. Nothing here is lost or said twice by a graceful restart; a kill in the middle of a send leaves a
fate that nobody can know (a send has no idempotency key in the Bot API): tickets are then sent again, a courtesy is
recorded as unknown. So is a send that Telegram did not answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot import log
from bot.sender import Sender, surely_unsent
from domain.notices import CardKind, Lane, NoticeKind
from domain.ports import Clock
from handlers.areas import CARDS, NOTICES, PINNED
from handlers.ui.i18n import DEFAULT, Texts, match_locale, texts
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen
from storage.stores.cards import CardRow, CardState
from storage.stores.notices import NoticeRow, NoticeState
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.courier")

LEASE = timedelta(seconds=30)
_HANDS = 20  # rows that are being sent at once
_FOR_CARDS = 5  # of one look, however many notices wait: an incident's state is no courtesy
_LONGEST_SLEEP = 5.0  # s, between two looks where nothing woke us
_MOST_ATTEMPTS = 8
_MOST_URGENT_ATTEMPTS = 600  # of what people's safety hangs on: it is tried again each second
_LONGEST_BACK_OFF = 300.0  # s
_PACED = 1000  # chats whose last message we know the time of, before the old ones are forgotten

Row = NoticeRow | CardRow


class Courier:
    """``chat_interval``: s between two messages to one chat (Telegram: about one a second)."""

    def __init__(
        self,
        uow: UnitOfWork,
        sender: Sender,
        links: Links,
        clock: Clock,
        holder: str,
        *,
        chat_interval: float = 1.0,
    ) -> None:
        self._uow = uow
        self._sender = sender
        self._links = links
        self._clock = clock
        self._holder = holder
        self.chat_interval = chat_interval
        self._wake = asyncio.Event()
        self._stopping = False
        self._halted_until = clock.now()
        self._epoch = 0  # of the lease under which we took up rows last
        self._lost = False  # another process is the courier now
        self._free_at: dict[int, float] = {}  # chat → the loop's time from which on it may be written to again
        self._said: dict[int, list[tuple[Outgoing, int]]] = {}  # notice → what an interrupted try has sent, as what

    def woken(self, touched: frozenset[str]) -> None:
        """Something was committed; ``uow.on_commit`` calls this."""
        if touched & {"notices", "cards"}:
            self._wake.set()

    def halt(self, seconds: float) -> None:
        """Telegram has told somebody of this process to wait: the courier waits too."""
        self._halted_until = max(self._halted_until, self._clock.now() + timedelta(seconds=seconds))

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until stopped; what is being sent is settled before it returns."""
        while not self._stopping:
            try:
                sent = await self.work_off()
            except Exception:  # the database did not answer; what is due stays due
                _log.exception("courier.interrupted")
                sent = 0
            if not sent and not self._stopping:
                await self._sleep()
        await self._uow.write(self._give_up_lease)

    async def work_off(self) -> int:
        """Until nothing more can be sent now; gives how many rows it took up. 0 as well where another process is the
        courier, or we wait.

        Of one person one row is in hand at a time, and a hand that is free takes up somebody else's: who has a
        hundred notices waits a second between each two of them, and nobody waits for that.
        """
        self._lost = False
        taken = 0
        hands: dict[asyncio.Task[None], Row] = {}
        async with self._keeping(hands):
            try:
                while True:
                    self._wake.clear()
                    # Not for every hand that comes free: each look is a transaction.
                    if len(hands) <= _HANDS // 2 and not (taken and self._stopping):
                        for row in await self._take_up(hands.values()):
                            hands[asyncio.create_task(self._deliver(row, self._epoch))] = row
                            taken += 1
                    if not hands:
                        return taken
                    await self._one_is_done(hands)
            finally:
                if hands:  # all end before one's failure is told: nobody goes on sending behind our back
                    await asyncio.wait(hands)

    async def _take_up(self, in_hand: Collection[Row]) -> Sequence[Row]:
        if self._lost or self.halt_left() > 0:
            return ()
        busy = {row.person_id for row in in_hand}
        leased = await self._uow.write(lambda tx: self._lease(tx, _HANDS - len(in_hand), busy))
        if leased is None:
            return ()
        self._epoch, rows = leased
        return rows

    async def _one_is_done(self, hands: dict[asyncio.Task[None], Row]) -> None:
        """Returns as well when something new is due. Raises what a hand has raised."""
        woken = asyncio.create_task(self._wake.wait())
        try:
            done, _ = await asyncio.wait({*hands, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
        for task in [task for task in hands if task in done]:
            del hands[task]
            task.result()

    async def _deliver(self, row: Row, epoch: int) -> None:
        if (wait := self.halt_left()) > 0:
            await self._give_back(row, epoch, wait)
        elif isinstance(row, NoticeRow):
            await self._tell(row, epoch)
        else:
            await self._show_card(row, epoch)

    @asynccontextmanager
    async def _keeping(self, hands: dict[asyncio.Task[None], Row]) -> AsyncIterator[None]:
        """Renews our leases meanwhile: pictures on a slow line take longer than one lasts."""

        def renew(tx: StorageTx) -> bool:
            until, rows = tx.now + LEASE, list(hands.values())
            tx.notices.prolong([row.id for row in rows if isinstance(row, NoticeRow)], self._epoch, until)
            tx.cards.prolong([row.id for row in rows if isinstance(row, CardRow)], self._epoch, until)
            return tx.leases.renew("courier", self._holder, self._epoch, until)

        async def keep() -> None:
            while not self._lost:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                try:
                    self._lost = not await self._uow.write(renew)
                except Exception:  # the database did not answer; the next turn may be in time
                    _log.exception("courier.not_renewed")

        keeper = asyncio.create_task(keep(), name="courier's leases")
        try:
            yield
        finally:
            keeper.cancel()

    def _lease(self, tx: StorageTx, most: int = _HANDS, busy: Collection[int] = ()) -> tuple[int, list[Row]] | None:
        epoch = tx.leases.acquire("courier", self._holder, tx.now + LEASE, tx.now)
        if epoch is None:
            return None
        notices = tx.notices.lease_due(tx.now, tx.now + LEASE, epoch, most, busy)
        busy = {*busy, *(row.person_id for row in notices)}
        room = max(most - len(notices), _FOR_CARDS)
        return epoch, [*notices, *tx.cards.lease_behind(tx.now, tx.now + LEASE, epoch, room, busy)]

    def _give_up_lease(self, tx: StorageTx) -> None:
        epoch = tx.leases.held_epoch("courier", self._holder, tx.now)
        if epoch is not None:
            tx.leases.release("courier", self._holder, epoch)

    async def _tell(self, row: NoticeRow, epoch: int) -> None:
        try:
            chat_id, messages = await self._uow.read(lambda tx: self._render(tx, row))
            if chat_id is None:
                await self._settle(row, epoch, NoticeState.UNREACHABLE)
                return
            message_id = await self._send_rest(row, chat_id, messages)
            await self._settle(row, epoch, NoticeState.SENT, message_id=message_id, chat_id=chat_id)
        except RetryAfter as error:
            self._halted_by(error)
            await self._give_back(row, epoch, _seconds(error))
        except Forbidden:
            await self._settle(row, epoch, NoticeState.UNREACHABLE)
            await self._uow.write(lambda tx: tx.people.set_reachable(row.person_id, False))
        except BadRequest as error:
            _log.error("notice.dead", notice=row.id, kind=row.kind, error=error.message)
            await self._settle(row, epoch, NoticeState.DEAD, error=error.message)
        except TelegramError as error:
            if row.lane >= Lane.COURTESY and not surely_unsent(error):
                _log.warning("notice.unknown", notice=row.id, kind=row.kind, error=type(error).__name__)
                await self._settle(row, epoch, NoticeState.UNKNOWN, error=type(error).__name__)
            else:
                await self._again_or_dead(row, epoch, type(error).__name__)
        except Exception as error:  # a fault of ours in one notice must not stop the others
            _log.exception("notice.failed", notice=row.id, kind=row.kind)
            await self._again_or_dead(row, epoch, type(error).__name__)

    async def _send_rest(self, row: NoticeRow, chat_id: int, messages: Sequence[Outgoing]) -> int | None:
        """Sends what an interrupted try has not sent yet, as long as that is still what there is to say."""
        said = self._said.setdefault(row.id, [])
        for index, outgoing in enumerate(messages):
            if index < len(said) and said[index][0] == outgoing:
                continue
            del said[index:]
            await self._wait_for_turn(chat_id)
            self._unless_halted()
            said.append((outgoing, await self._sender.send(chat_id, outgoing)))
        return said[-1][1] if said else None

    def _unless_halted(self) -> None:
        """Somebody may have been told to wait since this row was taken up. Raises RetryAfter."""
        if (left := self.halt_left()) > 0:
            raise RetryAfter(timedelta(seconds=left))

    async def _wait_for_turn(self, chat_id: int) -> None:
        """One message after the other to one chat, whichever batch they are of."""
        now = asyncio.get_running_loop().time()
        if len(self._free_at) > _PACED:
            self._free_at = {chat: at for chat, at in self._free_at.items() if at > now}
        at = max(now, self._free_at.get(chat_id, now))
        self._free_at[chat_id] = at + self.chat_interval
        await asyncio.sleep(at - now)

    def _render(self, tx: StorageTx, row: NoticeRow) -> tuple[int | None, Sequence[Outgoing]]:
        chat_id, t = _reader(tx, row.person_id)
        if chat_id is None or (row.lane >= Lane.COURTESY and not tx.people.is_reachable(row.person_id, "telegram")):
            return None, ()  # who has blocked us is tried again with what matters only
        return chat_id, NOTICES[NoticeKind(row.kind)](tx, t, row.params, self._links)

    async def _show_card(self, row: CardRow, epoch: int) -> None:
        """The newest state in the card's one message; sent anew where that message is gone."""
        try:
            chat_id, screen = await self._uow.read(lambda tx: self._render_card(tx, row))
            if chat_id is None:
                await self._settle_card(row, epoch, row.message_id, CardState.UNREACHABLE)
                return
            message_id = row.message_id
            if screen is not None and (message_id is None or not await self._sender.edit(chat_id, message_id, screen)):
                await self._wait_for_turn(chat_id)
                self._unless_halted()
                message_id = await self._sender.send(chat_id, screen)
                if screen.pinned:
                    await self._sender.pin(chat_id, message_id)
            elif screen is not None and message_id is not None and row.kind in PINNED and not screen.pinned:
                await self._sender.unpin(chat_id, message_id)
            await self._settle_card(row, epoch, message_id, CardState.LIVE, chat_id=chat_id)
        except Forbidden:
            await self._settle_card(row, epoch, row.message_id, CardState.UNREACHABLE)
        except BadRequest as error:
            _log.error("card.dead", card=row.id, kind=row.kind, error=error.message)
            await self._settle_card(row, epoch, row.message_id, CardState.DEAD)
        except RetryAfter as error:
            self._halted_by(error)
            await self._give_back(row, epoch, _seconds(error))
        except Exception:
            _log.exception("card.failed", card=row.id, kind=row.kind)
            urgent = row.kind == CardKind.INCIDENT
            later = self._clock.now() + (timedelta(seconds=1) if urgent else _back_off(row.attempts))
            await self._uow.write(lambda tx: tx.cards.postpone(row.id, epoch, later))

    def _render_card(self, tx: StorageTx, row: CardRow) -> tuple[int | None, Screen | None]:
        chat_id, t = _reader(tx, row.person_id)
        if chat_id is None:
            return None, None
        return chat_id, CARDS[CardKind(row.kind)](tx, t, row.subject_id)

    async def _settle_card(
        self, row: CardRow, epoch: int, message_id: int | None, state: CardState, *, chat_id: int | None = None
    ) -> None:
        def work(tx: StorageTx) -> None:
            tx.cards.settle(row.id, epoch, row.wanted_revision, message_id, state)
            if chat_id is not None and message_id is not None:
                tx.conversations.saw_message(chat_id, message_id)

        await self._uow.write(work)

    async def _settle(
        self,
        row: NoticeRow,
        epoch: int,
        state: NoticeState,
        *,
        message_id: int | None = None,
        chat_id: int | None = None,
        error: str = "",
    ) -> None:
        def work(tx: StorageTx) -> None:
            tx.notices.settle(row.id, epoch, state, tx.now, message_id, error)
            if message_id is not None and chat_id is not None:
                tx.conversations.saw_message(chat_id, message_id)  # the screen is no longer the last message

        await self._uow.write(work)
        self._said.pop(row.id, None)

    async def _again_or_dead(self, row: NoticeRow, epoch: int, error: str) -> None:
        urgent = row.lane <= Lane.SAFETY
        if row.attempts >= (_MOST_URGENT_ATTEMPTS if urgent else _MOST_ATTEMPTS):
            _log.error("notice.dead", notice=row.id, kind=row.kind, error=error)
            await self._settle(row, epoch, NoticeState.DEAD, error=error)
        else:
            later = self._clock.now() + (timedelta(seconds=1) if urgent else _back_off(row.attempts))
            await self._uow.write(lambda tx: tx.notices.postpone(row.id, epoch, later, error))

    async def _give_back(self, row: Row, epoch: int, seconds: float) -> None:
        """Telegram wants to be left alone: again then, and this was no attempt. We are halted until then, so a notice
        keeps its place before the person's others."""
        later, attempts = self._clock.now() + timedelta(seconds=seconds), row.attempts - 1

        def work(tx: StorageTx) -> None:
            if isinstance(row, NoticeRow):
                tx.notices.postpone(row.id, epoch, row.due_at, "429", attempts)
            else:
                tx.cards.postpone(row.id, epoch, later, attempts)

        await self._uow.write(work)

    def _halted_by(self, error: RetryAfter) -> None:
        _log.warning("courier.halted", seconds=_seconds(error))
        self.halt(_seconds(error))

    def halt_left(self) -> float:
        """Seconds for which Telegram wants to be left alone."""
        return (self._halted_until - self._clock.now()).total_seconds()

    async def _sleep(self) -> None:
        if (halted := self.halt_left()) > 0:
            await asyncio.sleep(min(halted, _LONGEST_SLEEP))
        else:
            await _within(self._wake.wait(), _LONGEST_SLEEP)


async def _within(awaitable: Awaitable[object], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await awaitable
    except TimeoutError:
        return


def _back_off(attempts: int) -> timedelta:
    return timedelta(seconds=min(2.0 ** min(attempts, 10), _LONGEST_BACK_OFF))


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _reader(tx: StorageTx, person_id: int) -> tuple[int | None, Texts]:
    """The chat to write to, None where there is none, and the language that the person has now."""
    actor = tx.people.actor(person_id)
    external_id = tx.people.external_id(person_id, "telegram")
    if actor is None or external_id is None:
        return None, texts(DEFAULT)
    return int(external_id), texts(actor.locale or match_locale(actor.language_code))
