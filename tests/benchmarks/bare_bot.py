"""A bot of nothing but aiogram handlers behind its webhook: the same calls to the messenger for each step of the
visitor, with constant texts and pictures made beforehand. No database, no rules, no drawing.

``python -m tests.benchmarks.bare_bot TOKEN API PORT``
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LabeledPrice,
    Message,
    PreCheckoutQuery,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.adapters.pictures import draw
from bot.emulator import TEST_PROVIDER_TOKEN
from bot.loop import run_in_loop
from tests.benchmarks.bench_pictures import ticket, zone
from tests.benchmarks.processes import SECRET
from tests.benchmarks.visitor import BACK

TEXT = "A screen of about the usual length.\nToday, 19:30 · Hall · House\n\nFor 2 people: 2 × full price"

dispatcher = Dispatcher()
screens: dict[int, int] = {}
file_ids: dict[str, str] = {}
pictures: dict[str, bytes] = defaultdict(bytes)


def keyboard(*buttons: str) -> InlineKeyboardMarkup:
    """``label=data`` each, or data that is its own label."""
    pairs = (button.rpartition("=") for button in buttons)
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=label or data, callback_data=data)] for label, _, data in pairs]
    )


async def send_anew(message: Message, *buttons: str) -> None:
    """The command came after the screen: its keyboard is taken off, a new one is sent."""
    sent = await message.answer(TEXT, reply_markup=keyboard(*buttons))
    old = screens.get(message.chat.id)
    screens[message.chat.id] = sent.message_id
    if old is not None and message.bot is not None:
        await message.bot.edit_message_reply_markup(chat_id=message.chat.id, message_id=old)


async def edit_picture(query: CallbackQuery, name: str, *buttons: str, upload: bool) -> None:
    assert query.bot is not None
    assert query.message is not None
    fresh = upload or name not in file_ids
    media = BufferedInputFile(pictures[name], filename="picture.png") if fresh else file_ids[name]
    edited = await query.bot.edit_message_media(
        InputMediaPhoto(media=media, caption=TEXT),
        chat_id=query.message.chat.id,
        message_id=screens[query.message.chat.id],
        reply_markup=keyboard(*buttons),
    )
    if isinstance(edited, Message) and edited.photo:
        file_ids[name] = edited.photo[-1].file_id
    await query.answer()


@dispatcher.message(Command("start"))
async def start(message: Message) -> None:
    await send_anew(message, "lg:en")


@dispatcher.callback_query(F.data.startswith("lg:"))
async def language(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.message.edit_text(f"{TEXT}.", reply_markup=keyboard("home"))
    await query.answer()


@dispatcher.message(Command("events"))
async def events(message: Message) -> None:
    await send_anew(message, "ev:1")


@dispatcher.callback_query(F.data.startswith("ev:"))
async def event(query: CallbackQuery) -> None:
    await edit_picture(query, "poster", "pf:1", upload=False)


@dispatcher.callback_query(F.data.startswith("pf:"))
async def performance(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    old = screens[query.message.chat.id]
    sent = await query.message.answer(TEXT, reply_markup=keyboard("hl:1", "tb:1"))
    screens[query.message.chat.id] = sent.message_id
    assert query.bot is not None
    await query.bot.delete_message(query.message.chat.id, old)
    await query.answer()


@dispatcher.callback_query(F.data.startswith("hl:"))
async def hall(query: CallbackQuery) -> None:
    await edit_picture(query, "hall", "zn:1", f"{BACK}=pf:1", upload=False)


@dispatcher.callback_query(F.data.startswith("zn:"))
async def one_zone(query: CallbackQuery) -> None:
    await edit_picture(query, "zone", "rw:1", f"{BACK}=hl:1", upload=True)


@dispatcher.callback_query(F.data.startswith("tb:"))
async def best(query: CallbackQuery) -> None:
    await edit_picture(query, "order", "pay:1", upload=True)


@dispatcher.callback_query(F.data.startswith("pay:"))
async def pay(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.message.answer_invoice(
        title="Concert",
        description=TEXT,
        payload="order:1",
        provider_token=TEST_PROVIDER_TOKEN,
        currency="EUR",
        prices=[LabeledPrice(label="2 × full price", amount=16_000)],
        start_parameter="p1",
    )
    await query.answer()


@dispatcher.pre_checkout_query()
async def pre_checkout(query: PreCheckoutQuery) -> None:
    await query.answer(ok=True)


@dispatcher.message(F.successful_payment)
async def paid(message: Message) -> None:
    await send_anew(message, "home")
    album = [InputMediaPhoto(media=BufferedInputFile(pictures["ticket"], "ticket.png"), caption=TEXT) for _ in range(3)]
    await message.answer_media_group(list(album))
    await message.answer(TEXT, reply_markup=keyboard("home"))


@dispatcher.message(Command("tickets"))
async def tickets(message: Message) -> None:
    await send_anew(message, "vs:1")


@dispatcher.callback_query(F.data.startswith("vs:"))
async def visit(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.message.edit_text(f"{TEXT}.", reply_markup=keyboard("home"))
    await query.answer()


async def serve(token: str, api: str, port: int) -> None:
    pictures.update(poster=draw(zone(100, 10)), hall=draw(zone(100, 10)), zone=draw(zone(250, 25)))
    pictures.update(order=pictures["zone"], ticket=draw(ticket(1)))
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    app = web.Application()

    async def health(_: web.Request) -> web.Response:
        return web.Response()

    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(app, path="/telegram")
    app.router.add_get("/healthz", health)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await bot.set_webhook(f"http://127.0.0.1:{port}/telegram", secret_token=SECRET)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    run_in_loop(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))
