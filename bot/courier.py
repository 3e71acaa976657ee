"""The one sender of notices and cards: python-telegram-bot's ``ExtBot``, paced, one row at a time.

It holds the lease ``courier``; every settling names the epoch of that lease, so that a courier that lost it changes
nothing any more. Nothing here is lost or said twice by a graceful restart; a kill in the middle of a send leaves a
fate that nobody can know (a send has no idempotency key in the Bot API): tickets are then sent again, a courtesy is
recorded as unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot import log
from bot.painter import Painter
from domain.notices import NoticeKind
from domain.ports import Clock
from handlers.areas import NOTICES
from handlers.ui.i18n import match_locale, texts
from handlers.ui.pictures import Picture
from handlers.ui.ports import Links
from handlers.ui.screen import Album, Document, Outgoing, Screen
from storage.stores.notices import NoticeRow, NoticeState
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.courier")

LEASE = timedelta(seconds=30)
#: Telegram lets a bot send about 30 messages/s; conversations keep some of it.
RATE = 25
_BATCH = 20
_LONGEST_SLEEP = 5.0  # s, between two looks where nothing woke us
_MOST_ATTEMPTS = 8
_ALBUM_MOST = 10  # Bot API, sendMediaGroup: 2-10 items

CourierBot = ExtBot[Any]


def make_courier_bot(token: str, base: str, *, rate: float = RATE) -> CourierBot:
    """Smooth: one message per ``1/rate`` s, not a second's worth at once; one per second to one chat.

    ``max_retries=0``: on ``RetryAfter`` the courier itself halts (in release 22.8 the limiter lets overlapping
    requests through, issue 5338 of python-telegram-bot).
    """
    limiter = AIORateLimiter(
        overall_max_rate=1, overall_time_period=1 / rate, group_max_rate=20, group_time_period=60, max_retries=0
    )
    request = HTTPXRequest(connection_pool_size=8, read_timeout=30.0, media_write_timeout=60.0)
    return ExtBot(
        token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", rate_limiter=limiter, request=request
    )


class Courier:
    """``chat_interval``: s between two messages to one chat (Telegram: about one a second)."""

    def __init__(
        self,
        uow: UnitOfWork,
        bot: CourierBot,
        painter: Painter,
        links: Links,
        clock: Clock,
        holder: str,
        *,
        chat_interval: float = 1.0,
    ) -> None:
        self._uow = uow
        self._bot = bot
        self._painter = painter
        self._links = links
        self._clock = clock
        self._holder = holder
        self.chat_interval = chat_interval
        self._wake = asyncio.Event()
        self._stopping = False
        self._halted_until: float = 0.0

    def woken(self, touched: frozenset[str]) -> None:
        """Something was committed; ``uow.on_commit`` calls this."""
        if "notices" in touched:
            self._wake.set()

    def halt(self, seconds: float) -> None:
        """Telegram has told somebody of this process to wait: the courier waits too."""
        self._halted_until = max(self._halted_until, asyncio.get_running_loop().time() + seconds)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until stopped; what is being sent is settled before it returns."""
        while not self._stopping:
            self._wake.clear()
            try:
                sent = await self.work_off()
            except Exception:  # the database did not answer; what is due stays due
                _log.exception("courier.interrupted")
                sent = 0
            if not sent and not self._stopping:
                await self._sleep()
        await self._uow.write(self._give_up_lease)

    async def work_off(self) -> int:
        """One batch; gives how many rows it settled. 0 as well where another process is the courier."""
        leased = await self._uow.write(self._lease)
        if leased is None:
            return 0
        epoch, rows = leased
        by_person: dict[int, list[NoticeRow]] = {}
        for row in rows:
            by_person.setdefault(row.person_id, []).append(row)
        # Persons at once, in the order of their most urgent lane; the limiter paces them. One person in order.
        await asyncio.gather(*(self._deliver_in_turn(mine, epoch) for mine in by_person.values()))
        return len(rows)

    async def _deliver_in_turn(self, rows: Sequence[NoticeRow], epoch: int) -> None:
        for index, row in enumerate(rows):
            if index:
                await asyncio.sleep(self.chat_interval)
            await self._pause()
            await self._deliver(row, epoch)

    def _lease(self, tx: StorageTx) -> tuple[int, list[NoticeRow]] | None:
        epoch = tx.leases.acquire("courier", self._holder, tx.now + LEASE, tx.now)
        if epoch is None:
            return None
        return epoch, tx.notices.lease_due(tx.now, tx.now + LEASE, epoch, _BATCH)

    def _give_up_lease(self, tx: StorageTx) -> None:
        epoch = tx.leases.held_epoch("courier", self._holder, tx.now)
        if epoch is not None:
            tx.leases.release("courier", self._holder, epoch)

    async def _deliver(self, row: NoticeRow, epoch: int) -> None:
        try:
            chat_id, messages = await self._uow.read(lambda tx: self._render(tx, row))
            if chat_id is None:
                await self._settle(row, epoch, NoticeState.UNREACHABLE)
                return
            message_id = None
            for outgoing in messages:
                message_id = await self._send(chat_id, outgoing)
            await self._settle(row, epoch, NoticeState.SENT, message_id=message_id, chat_id=chat_id)
        except RetryAfter as error:
            seconds = _seconds(error)
            self.halt(seconds)
            await self._postpone(row, epoch, seconds, "429")
        except Forbidden:
            await self._settle(row, epoch, NoticeState.UNREACHABLE)
            await self._uow.write(lambda tx: tx.people.set_reachable(row.person_id, False))
        except BadRequest as error:
            _log.error("notice.dead", notice=row.id, kind=row.kind, error=error.message)
            await self._settle(row, epoch, NoticeState.DEAD, error=error.message)
        except TelegramError as error:
            await self._again_or_dead(row, epoch, type(error).__name__)
        except Exception as error:  # a fault of ours in one notice must not stop the others
            _log.exception("notice.failed", notice=row.id, kind=row.kind)
            await self._again_or_dead(row, epoch, type(error).__name__)

    def _render(self, tx: StorageTx, row: NoticeRow) -> tuple[int | None, Sequence[Outgoing]]:
        actor = tx.people.actor(row.person_id)
        external_id = tx.people.external_id(row.person_id, "telegram")
        if actor is None or external_id is None:
            return None, ()
        t = texts(actor.locale or match_locale(actor.language_code))
        return int(external_id), NOTICES[NoticeKind(row.kind)](tx, t, row.params, self._links)

    async def _send(self, chat_id: int, outgoing: Outgoing) -> int:
        match outgoing:
            case Screen(picture=None):
                message = await self._bot.send_message(
                    chat_id,
                    outgoing.text,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(outgoing),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            case Screen(picture=picture) if picture is not None:
                message = await self._bot.send_photo(
                    chat_id,
                    await self._file(picture),
                    caption=outgoing.text,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(outgoing),
                )
                await self._keep(picture, message)
            case Album(pages):
                message = await self._send_album(chat_id, pages)
            case Document(name, content, caption):
                message = await self._bot.send_document(
                    chat_id, content, filename=name, caption=caption or None, parse_mode=ParseMode.HTML
                )
            case _:
                raise TypeError(outgoing)
        return message.message_id

    async def _send_album(self, chat_id: int, pages: Sequence[tuple[Picture, str]]) -> Message:
        """More than ten go in several messages, none of them alone in its album."""
        parts = -(-len(pages) // _ALBUM_MOST)
        size = -(-len(pages) // parts)
        last: Message | None = None
        for start in range(0, len(pages), size):
            part = pages[start : start + size]
            media = [
                InputMediaPhoto(await self._file(picture), caption=caption, parse_mode=ParseMode.HTML)
                for picture, caption in part
            ]
            sent = await self._bot.send_media_group(chat_id, media)
            for (picture, _), message in zip(part, sent, strict=True):
                await self._keep(picture, message)
            last = sent[-1]
        assert last is not None
        return last

    async def _file(self, picture: Picture) -> str | bytes:
        return await self._painter.file_id(picture) or await self._painter.draw(picture)

    async def _keep(self, picture: Picture, message: Message) -> None:
        if message.photo:
            await self._painter.sent(picture, message.photo[-1].file_id)

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

    async def _again_or_dead(self, row: NoticeRow, epoch: int, error: str) -> None:
        if row.attempts >= _MOST_ATTEMPTS:
            _log.error("notice.dead", notice=row.id, kind=row.kind, error=error)
            await self._settle(row, epoch, NoticeState.DEAD, error=error)
        else:
            await self._postpone(row, epoch, min(2.0**row.attempts, 300.0), error)

    async def _postpone(self, row: NoticeRow, epoch: int, seconds: float, error: str) -> None:
        later = self._clock.now() + timedelta(seconds=seconds)
        await self._uow.write(lambda tx: tx.notices.postpone(row.id, epoch, later, error))

    async def _pause(self) -> None:
        wait = self._halted_until - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    async def _sleep(self) -> None:
        await _within(self._wake.wait(), _LONGEST_SLEEP)


async def _within(awaitable: Awaitable[object], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await awaitable
    except TimeoutError:
        return


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(item.text, callback_data=item.data, url=item.url) for item in row]
            for row in screen.keyboard
        ]
    )
