"""Sending through python-telegram-bot: a screen, an album, a document; editing a card in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    WebAppInfo,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot import log
from bot.messenger import GONE, NOT_MODIFIED
from bot.painter import Painter
from handlers.ui.pictures import Picture
from handlers.ui.screen import Album, Document, Outgoing, Screen, Voice

_log = log.get("foyer.sender")

#: Telegram lets a bot send about 30 messages/s; conversations keep some of it.
RATE = 25
#: Messages that may go out at once: with those of a second no more than Telegram lets through.
_CATCH_UP = 2
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

CourierBot = ExtBot[Any]


class HaltingLimiter(AIORateLimiter):
    """What waits for its turn when Telegram asks for peace is not sent after all.

    ``halt_left``: s for which nobody is to be written to.
    """

    halt_left: Callable[[], float] = staticmethod(lambda: 0.0)

    async def process_request(self, callback: Callable[..., Any], *args: Any, **more: Any) -> Any:
        async def unless_halted(*args: Any, **more: Any) -> Any:
            if (left := self.halt_left()) > 0:
                raise RetryAfter(timedelta(seconds=left))
            return await callback(*args, **more)

        return await super().process_request(unless_halted, *args, **more)


def make_courier_bot(token: str, base: str, *, rate: float = RATE) -> CourierBot:
    """Smooth: one message per ``1/rate`` s, not a second's worth at once; one per second to one chat. A busy loop wakes
    us late: what that costs is caught up with, so that the rate is kept and no alarm waits for turns that were lost.

    ``max_retries=0``: on ``RetryAfter`` the courier itself halts (in release 22.8 the limiter lets overlapping
    requests through, issue 5338 of python-telegram-bot).
    """
    limiter = HaltingLimiter(
        overall_max_rate=_CATCH_UP,
        overall_time_period=_CATCH_UP / rate,
        group_max_rate=20,
        group_time_period=60,
        max_retries=0,
    )
    # A batch's persons are written to at once; who finds no connection free waits for one.
    request = HTTPXRequest(connection_pool_size=8, pool_timeout=60.0, read_timeout=30.0, media_write_timeout=60.0)
    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        rate_limiter=limiter,
        request=request,
        get_updates_request=request,  # the courier asks for none: a second client would only read certificates again
    )


class Sender:
    """Raises what python-telegram-bot raises (``telegram.error``)."""

    def __init__(self, bot: CourierBot, painter: Painter) -> None:
        self._bot = bot
        self._painter = painter

    async def send(self, chat_id: int, outgoing: Outgoing) -> int:
        """Gives the id of the (last) message."""
        match outgoing:
            case Screen(picture=None):
                message = await self._bot.send_message(
                    chat_id,
                    outgoing.text,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(outgoing),
                    link_preview_options=_NO_PREVIEW,
                    protect_content=outgoing.protected or None,
                )
            case Screen(picture=picture) if picture is not None:
                message = await self._bot.send_photo(
                    chat_id,
                    await self._file(picture),
                    caption=outgoing.text,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(outgoing),
                    protect_content=outgoing.protected or None,
                )
                await self._keep(picture, message)
            case Voice(file_id, caption, protected):
                message = await self._bot.send_voice(
                    chat_id, file_id, caption=caption, parse_mode=ParseMode.HTML, protect_content=protected or None
                )
            case Album(pages):
                message = await self._send_album(chat_id, pages)
            case Document(name, _, caption):
                content = await self._painter.content(outgoing)
                message = await self._bot.send_document(
                    chat_id, content, filename=name, caption=caption or None, parse_mode=ParseMode.HTML
                )
            case _:
                raise TypeError(outgoing)
        return message.message_id

    async def _send_album(self, chat_id: int, pages: Sequence[tuple[Picture, str]]) -> Message:
        media = [
            InputMediaPhoto(await self._file(picture), caption=caption, parse_mode=ParseMode.HTML)
            for picture, caption in pages
        ]
        sent = await self._bot.send_media_group(chat_id, media)
        for (picture, _), message in zip(pages, sent, strict=True):
            await self._keep(picture, message)
        return sent[-1]

    async def _file(self, picture: Picture) -> str | bytes:
        return await self._painter.file_id(picture) or await self._painter.draw(picture)

    async def _keep(self, picture: Picture, message: Message) -> None:
        if message.photo:
            await self._painter.sent(picture, message.photo[-1].file_id)

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Somebody may have done it already, or it is too old for a bot to do it."""
        try:
            await self._bot.delete_message(chat_id, message_id)
        except (BadRequest, Forbidden) as error:
            _log.info("message.not_deleted", error=error.message)

    async def pin(self, chat_id: int, message_id: int) -> None:
        """Without a sound. A chat that cannot be pinned in has its card all the same."""
        try:
            await self._bot.pin_chat_message(chat_id, message_id, disable_notification=True)
        except BadRequest as error:
            _log.warning("card.not_pinned", error=error.message)

    async def unpin(self, chat_id: int, message_id: int) -> None:
        """Somebody may have done it already."""
        with suppress(BadRequest):
            await self._bot.unpin_chat_message(chat_id, message_id)

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> bool:
        """Shows a card anew in its message, without a sound. False where that message is gone."""
        try:
            await self._bot.edit_message_text(
                screen.text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(screen),
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if NOT_MODIFIED.search(error.message):
                return True
            if GONE.search(error.message):
                return False
            raise
        return True


def surely_unsent(error: TelegramError) -> bool:
    """Whether a failed call has certainly had no effect: no connection came about, or Telegram answered with a no."""
    cause = error.__cause__
    return cause is None or isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    item.text,
                    callback_data=item.data,
                    url=item.url,
                    web_app=WebAppInfo(item.page) if item.page else None,
                )
                for item in row
            ]
            for row in screen.keyboard
        ]
    )
