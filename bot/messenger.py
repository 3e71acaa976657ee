"""Shows screens in a chat through aiogram: the transition table, carried out."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Awaitable, Sequence
from dataclasses import replace

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LabeledPrice,
    LinkPreviewOptions,
    Message,
    WebAppInfo,
)

from bot import log
from bot.adapters.sheets import MOST_BYTES, sheet_of
from bot.painter import Painter
from domain.errors import BadInput
from domain.money import Money
from domain.ports import Clock
from domain.programme.programme_file import SheetRow
from handlers.ui.conversation import Conversation
from handlers.ui.pictures import Picture
from handlers.ui.screen import Document, Screen, Voice
from handlers.ui.transitions import Standing, Transition, transition

_log = log.get("foyer.messenger")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
#: Telegram's words in either library's spelling (python-telegram-bot begins with a capital letter): nothing to do; and
#: nothing to edit there (any more), so it is sent anew.
NOT_MODIFIED = re.compile(r"message is not modified", re.IGNORECASE)
#: getFile gives no file of more than 20 MB (Bot API).
TOO_BIG = re.compile(r"file is too big", re.IGNORECASE)
GONE = re.compile(
    r"message to edit not found|message can't be edited|there is no (text|caption|media)|MESSAGE_ID_INVALID",
    re.IGNORECASE,
)


class TelegramMessenger:
    """Implements ``handlers.ui.ports.Messenger``."""

    def __init__(self, bot: Bot, painter: Painter, clock: Clock, payment_token: str) -> None:
        self._bot = bot
        self._painter = painter
        self._clock = clock
        self._payment_token = payment_token

    async def show(self, conversation: Conversation, screen: Screen) -> None:
        step = transition(conversation.standing, screen.picture is not None, self._clock.now())
        if step in (Transition.EDIT_TEXT, Transition.EDIT_MEDIA):
            if await self._edit(conversation, screen):
                return
            step = Transition.SEND
        old = conversation.standing
        message = await self._send(conversation.chat_id, screen)
        self._stands(conversation, message.message_id, screen)
        if old.message_id is None:
            return
        if step is Transition.REPLACE:
            await self._ignore_gone(self._bot.delete_message(conversation.chat_id, old.message_id))
        elif step is Transition.STRIP_AND_SEND:
            await self._ignore_gone(
                self._bot.edit_message_reply_markup(chat_id=conversation.chat_id, message_id=old.message_id)
            )

    async def send_document(self, conversation: Conversation, document: Document) -> None:
        message = await self._bot.send_document(
            conversation.chat_id,
            BufferedInputFile(await self._painter.content(document), filename=document.name),
            caption=document.caption or None,
            parse_mode=ParseMode.HTML,
        )
        self._saw(conversation, message.message_id)

    async def send_voice(self, conversation: Conversation, voice: Voice) -> None:
        message = await self._bot.send_voice(
            conversation.chat_id,
            voice.file_id,
            caption=voice.caption or None,
            parse_mode=ParseMode.HTML,
            protect_content=voice.protected or None,
        )
        self._saw(conversation, message.message_id)

    async def read_sheet(self, file_id: str, name: str) -> Sequence[SheetRow]:
        try:
            file = await self._bot.get_file(file_id)
        except TelegramBadRequest as error:
            if TOO_BIG.search(error.message):
                raise BadInput("file_too_large", most=MOST_BYTES // 2**20) from None
            raise
        assert file.file_path is not None, "Telegram gives it with every file that can be downloaded"
        content = io.BytesIO()
        await self._bot.download_file(file.file_path, content)
        return await asyncio.to_thread(sheet_of, content.getvalue(), name)

    async def send_invoice(
        self,
        conversation: Conversation,
        *,
        title: str,
        description: str,
        payload: str,
        lines: Sequence[tuple[str, Money]],
        start_parameter: str,
    ) -> None:
        currency = lines[0][1].currency
        message = await self._bot.send_invoice(
            conversation.chat_id,
            title=title,
            description=description,
            payload=payload,
            # Stars need no provider, and an invoice in Stars has exactly one price (Bot API, sendInvoice).
            provider_token="" if currency == "XTR" else self._payment_token,
            currency=currency,
            prices=_prices(lines, title),
            start_parameter=start_parameter,
        )
        self._saw(conversation, message.message_id)

    async def answer(self, callback_query_id: str, text: str = "", alert: bool = False) -> None:
        try:
            await self._bot.answer_callback_query(callback_query_id, text=text or None, show_alert=alert)
        except TelegramBadRequest as error:
            # After a restart the tap may be older than Telegram waits; the screen tells the outcome.
            _log.info("tap.too_old", error=error.message)

    async def offer_commands(self, chat_id: int, commands: Sequence[tuple[str, str]]) -> None:
        listed = [BotCommand(command=name, description=text) for name, text in commands]
        try:
            await self._bot.set_my_commands(listed, scope=BotCommandScopeChat(chat_id=chat_id))
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            # They have blocked us or are gone; the menu is set anew when they come back.
            _log.info("menu.not_offered", error=error.message)

    async def _edit(self, conversation: Conversation, screen: Screen) -> bool:
        """False where the message cannot be edited and must be sent anew."""
        message_id = conversation.standing.message_id
        chat_id = conversation.chat_id
        try:
            if screen.picture is None:
                await self._bot.edit_message_text(
                    screen.text,
                    chat_id=chat_id,
                    message_id=message_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard(screen),
                    link_preview_options=_NO_PREVIEW,
                )
            else:
                media = InputMediaPhoto(
                    media=await self._file(screen.picture), caption=screen.text, parse_mode=ParseMode.HTML
                )
                message = await self._bot.edit_message_media(
                    media, chat_id=chat_id, message_id=message_id, reply_markup=keyboard(screen)
                )
                await self._keep(screen.picture, message)
        except TelegramBadRequest as error:
            if NOT_MODIFIED.search(error.message):
                return True
            if GONE.search(error.message):
                return False
            raise
        assert message_id is not None
        self._stands(conversation, message_id, screen)
        return True

    async def _send(self, chat_id: int, screen: Screen) -> Message:
        if screen.picture is None:
            return await self._bot.send_message(
                chat_id,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen),
                link_preview_options=_NO_PREVIEW,
            )
        message = await self._bot.send_photo(
            chat_id,
            await self._file(screen.picture),
            caption=screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(screen),
        )
        await self._keep(screen.picture, message)
        return message

    async def _file(self, picture: Picture) -> str | BufferedInputFile:
        known = await self._painter.file_id(picture)
        return known or BufferedInputFile(await self._painter.draw(picture), filename="picture.png")

    async def _keep(self, picture: Picture, message: Message | bool) -> None:
        if isinstance(message, Message) and message.photo:
            await self._painter.sent(picture, message.photo[-1].file_id)

    def _stands(self, conversation: Conversation, message_id: int, screen: Screen) -> None:
        latest = max(conversation.standing.latest_message_id, message_id)
        conversation.standing = Standing(message_id, screen.picture is not None, self._clock.now(), latest)

    def _saw(self, conversation: Conversation, message_id: int) -> None:
        latest = max(conversation.standing.latest_message_id, message_id)
        conversation.standing = replace(conversation.standing, latest_message_id=latest)

    async def _ignore_gone(self, call: Awaitable[object]) -> None:
        try:
            await call
        except TelegramBadRequest as error:
            # The person may have deleted it, or it is older than 48 h: it is out of the way either way.
            _log.info("old_screen.gone", error=error.message)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.keyboard:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=item.text,
                    callback_data=item.data,
                    url=item.url,
                    web_app=WebAppInfo(url=item.page) if item.page else None,
                )
                for item in row
            ]
            for row in screen.keyboard
        ]
    )


def _prices(lines: Sequence[tuple[str, Money]], title: str) -> list[LabeledPrice]:
    if lines[0][1].currency == "XTR":
        return [LabeledPrice(label=title[:32], amount=sum(money.minor for _, money in lines))]
    return [LabeledPrice(label=label[:32], amount=money.minor) for label, money in lines]
