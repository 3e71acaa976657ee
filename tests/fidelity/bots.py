"""The same small bot twice: once on aiogram, once on python-telegram-bot.

It greets with a picture and buttons, edits, toasts, sells a ticket by invoice, takes a document, and deletes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiogram
import telegram
from aiogram import F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from telegram import ext

SEATS = "🎭 Two <b>seats</b> &amp; a box"


@contextlib.asynccontextmanager
async def aiogram_bot(base: str, token: str, payment_token: str, picture: bytes) -> AsyncIterator[None]:
    """The bot on aiogram, polling until the block ends."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(base))
    bot = aiogram.Bot(token, session=session)
    dispatcher = aiogram.Dispatcher()
    t = aiogram.types

    @dispatcher.message(CommandStart())
    async def start(message: t.Message) -> None:
        rows = [
            [
                t.InlineKeyboardButton(text="Seat", callback_data="seat"),
                t.InlineKeyboardButton(text="Out", callback_data="out"),
            ]
        ]
        await message.answer_photo(
            t.BufferedInputFile(picture, "hall.png"),
            caption=SEATS,
            parse_mode="HTML",
            reply_markup=t.InlineKeyboardMarkup(inline_keyboard=rows),
        )

    @dispatcher.callback_query(F.data == "seat")
    async def seat(query: t.CallbackQuery) -> None:
        assert isinstance(query.message, t.Message)
        await query.answer("Row 4", show_alert=True)
        await query.message.edit_media(
            t.InputMediaPhoto(media=t.BufferedInputFile(picture, "seat.png"), caption="Row 4"),
            reply_markup=t.InlineKeyboardMarkup(
                inline_keyboard=[[t.InlineKeyboardButton(text="Out", callback_data="out")]]
            ),
        )

    @dispatcher.callback_query(F.data == "out")
    async def out(query: t.CallbackQuery) -> None:
        assert isinstance(query.message, t.Message)
        await query.message.delete()
        await query.answer()

    @dispatcher.message(Command("buy"))
    async def buy(message: t.Message) -> None:
        await message.answer_invoice(
            title="Seat",
            description="Row 4",
            payload="order-1",
            provider_token=payment_token,
            currency="EUR",
            prices=[t.LabeledPrice(label="Seat", amount=2500)],
            start_parameter="order-1",
        )

    @dispatcher.pre_checkout_query()
    async def check(query: t.PreCheckoutQuery) -> None:
        await query.answer(ok=True)

    @dispatcher.message(F.successful_payment)
    async def paid(message: t.Message) -> None:
        assert message.successful_payment is not None
        await message.reply(f"Paid {message.successful_payment.total_amount}")

    @dispatcher.message(F.document)
    async def document(message: t.Message) -> None:
        assert message.document is not None
        content = await bot.download(message.document)
        assert content is not None
        await message.answer_document(t.BufferedInputFile(content.read(), "back.txt"), caption="Back")

    await bot.set_my_commands([t.BotCommand(command="buy", description="Buy")])
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await polling
        await session.close()


@contextlib.asynccontextmanager
async def telegram_bot(base: str, token: str, payment_token: str, picture: bytes) -> AsyncIterator[None]:
    """The bot on python-telegram-bot, polling until the block ends."""
    builder = ext.Application.builder().token(token).base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    application = builder.build()
    button, markup = telegram.InlineKeyboardButton, telegram.InlineKeyboardMarkup

    async def start(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        rows = [[button("Seat", callback_data="seat"), button("Out", callback_data="out")]]
        await update.message.reply_photo(picture, caption=SEATS, parse_mode="HTML", reply_markup=markup(rows))

    async def seat(update: telegram.Update, _: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Row 4", show_alert=True)
        await update.callback_query.edit_message_media(
            telegram.InputMediaPhoto(picture, caption="Row 4"),
            reply_markup=markup([[button("Out", callback_data="out")]]),
        )

    async def out(update: telegram.Update, _: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.delete_message()
        await update.callback_query.answer()

    async def buy(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        await update.message.reply_invoice(
            title="Seat",
            description="Row 4",
            payload="order-1",
            provider_token=payment_token,
            currency="EUR",
            prices=[telegram.LabeledPrice("Seat", 2500)],
            start_parameter="order-1",
        )

    async def check(update: telegram.Update, _: object) -> None:
        assert update.pre_checkout_query is not None
        await update.pre_checkout_query.answer(ok=True)

    async def paid(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        assert update.message.successful_payment is not None
        await update.message.reply_text(f"Paid {update.message.successful_payment.total_amount}", do_quote=True)

    async def document(update: telegram.Update, _: object) -> None:
        assert update.message is not None
        assert update.message.document is not None
        file = await update.message.document.get_file()
        content = bytes(await file.download_as_bytearray())
        await update.message.reply_document(content, filename="back.txt", caption="Back")

    application.add_handlers(
        [
            ext.CommandHandler("start", start),
            ext.CommandHandler("buy", buy),
            ext.CallbackQueryHandler(seat, "seat"),
            ext.CallbackQueryHandler(out, "out"),
            ext.PreCheckoutQueryHandler(check),
            ext.MessageHandler(ext.filters.SUCCESSFUL_PAYMENT, paid),
            ext.MessageHandler(ext.filters.Document.ALL, document),
        ]
    )
    async with application:
        await application.bot.set_my_commands([("buy", "Buy")])
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0, timeout=5)
        await application.start()
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()
