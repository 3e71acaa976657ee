"""Every method that Foyer may call, through either library's own request code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiogram
import aiohttp
import pytest
import telegram
from aiogram import types as t
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator

from .observer import SchemaObserver
from .test_both_libraries import ANN, TOKEN, picture

PRICE: dict[str, Any] = {
    "title": "Seat",
    "description": "Row 4",
    "payload": "o",
    "provider_token": TEST_PROVIDER_TOKEN,
    "currency": "EUR",
}


class Desk:
    """A messenger where Ann has written to the bot."""

    def __init__(self, emulator: Emulator, base: str, session: aiohttp.ClientSession) -> None:
        self.emulator, self.base, self.session = emulator, base, session

    async def act(self, name: str, **body: Any) -> Any:
        async with self.session.post(f"{self.base}/client/{name}", json=body) as response:
            return await response.json()

    async def messages(self, **query: Any) -> Any:
        async with self.session.get(f"{self.base}/client/messages", params={"user": ANN} | query) as response:
            return (await response.json())["result"]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    observer = SchemaObserver()
    emulator = Emulator({TOKEN: BotProfile()}, observer=observer)
    base = await emulator.start()
    async with aiohttp.ClientSession() as session:
        desk = Desk(emulator, base, session)
        await desk.act("users", id=ANN, first_name="Ann", username="ann")
        await desk.act("start", user=ANN)
        yield desk
    await emulator.stop()
    observer.assert_clean()


@pytest.fixture
async def aio(desk: Desk) -> AsyncIterator[aiogram.Bot]:
    async with aiogram.Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(desk.base))) as bot:
        yield bot


@pytest.fixture
async def ptb(desk: Desk) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=f"{desk.base}/bot", base_file_url=f"{desk.base}/file/bot") as bot:
        yield bot


async def test_aiogram(desk: Desk, aio: aiogram.Bot) -> None:
    photo, text = t.BufferedInputFile(picture(), "p.png"), t.BufferedInputFile(b"text", "t.txt")
    album = await aio.send_media_group(
        ANN, [t.InputMediaPhoto(media=photo, caption="<b>1</b>", parse_mode="HTML"), t.InputMediaPhoto(media=photo)]
    )
    (bold,) = album[0].caption_entities or []
    assert (bold.type, bold.offset, bold.length) == ("bold", 0, 1)
    assert album[0].media_group_id == album[1].media_group_id
    sent = await aio.send_document(ANN, text, caption="c", reply_parameters=t.ReplyParameters(message_id=1))
    assert sent.document is not None
    assert sent.reply_to_message is not None
    content = await aio.download(sent.document)
    assert content is not None
    assert content.read() == b"text"
    again = await aio.send_document(ANN, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id
    await aio.edit_message_caption(chat_id=ANN, message_id=sent.message_id, caption="d")
    await aio.send_voice(ANN, t.BufferedInputFile(b"OggS", "v.ogg"), duration=2)
    await aio.send_location(ANN, 52.5, 13.4, horizontal_accuracy=10)
    await aio.send_venue(ANN, 52.5, 13.4, "Hall", "Street 1")
    await aio.send_chat_action(ANN, "typing")
    await aio.send_message(ANN, "x", link_preview_options=t.LinkPreviewOptions(is_disabled=True))
    await aio.set_my_commands([t.BotCommand(command="a", description="A")], t.BotCommandScopeChat(chat_id=ANN), "en")
    await aio.set_chat_menu_button(ANN, t.MenuButtonWebApp(text="M", web_app=t.WebAppInfo(url="https://example.org")))
    assert isinstance(await aio.get_chat_menu_button(ANN), t.MenuButtonWebApp)
    assert (await aio.get_chat("@ann")).id == ANN
    assert (await aio.create_invoice_link(**PRICE, prices=[t.LabeledPrice(label="a", amount=100)])).startswith("https")
    await aio.pin_chat_message(ANN, sent.message_id)
    await aio.forward_message(ANN, ANN, sent.message_id)
    await aio.copy_message(ANN, ANN, sent.message_id, caption="e")
    await aio.delete_messages(ANN, [m.message_id for m in album])
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await aio.edit_message_caption(chat_id=ANN, message_id=sent.message_id, caption="d")
    await desk.act("faults", method="sendMessage", error=429, retry_after=3)
    with pytest.raises(TelegramRetryAfter) as limited:
        await aio.send_message(ANN, "x")
    assert limited.value.retry_after == 3
    await desk.act("block", user=ANN, blocked=True)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aio.send_message(ANN, "x")


async def test_python_telegram_bot(desk: Desk, ptb: telegram.Bot) -> None:
    album = await ptb.send_media_group(
        ANN,
        [
            telegram.InputMediaPhoto(picture(), caption="<b>1</b>", parse_mode="HTML"),
            telegram.InputMediaPhoto(picture()),
        ],
    )
    assert album[0].caption_entities == (telegram.MessageEntity("bold", 0, 1),)
    assert album[0].media_group_id == album[1].media_group_id
    reply = telegram.ReplyParameters(1)
    sent = await ptb.send_document(ANN, b"text", filename="t.txt", caption="c", reply_parameters=reply)
    assert sent.document is not None
    assert sent.reply_to_message is not None
    assert bytes(await (await sent.document.get_file()).download_as_bytearray()) == b"text"
    assert (await ptb.send_document(ANN, sent.document)).document == sent.document
    await ptb.edit_message_caption(ANN, sent.message_id, caption="d")
    await ptb.send_voice(ANN, b"OggS", duration=2)
    await ptb.send_location(ANN, 52.5, 13.4, horizontal_accuracy=10)
    await ptb.send_venue(ANN, 52.5, 13.4, "Hall", "Street 1")
    await ptb.send_chat_action(ANN, "typing")
    await ptb.send_message(ANN, "x", link_preview_options=telegram.LinkPreviewOptions(is_disabled=True))
    await ptb.set_my_commands([("a", "A")], telegram.BotCommandScopeChat(ANN), "en")
    await ptb.set_chat_menu_button(ANN, telegram.MenuButtonWebApp("M", telegram.WebAppInfo("https://example.org")))
    assert isinstance(await ptb.get_chat_menu_button(ANN), telegram.MenuButtonWebApp)
    assert (await ptb.get_chat("@ann")).id == ANN
    assert (await ptb.create_invoice_link(**PRICE, prices=[telegram.LabeledPrice("a", 100)])).startswith("https")
    await ptb.pin_chat_message(ANN, sent.message_id)
    await ptb.forward_message(ANN, ANN, sent.message_id)
    await ptb.copy_message(ANN, ANN, sent.message_id, caption="e")
    await ptb.delete_messages(ANN, [m.message_id for m in album])
    with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
        await ptb.edit_message_caption(ANN, sent.message_id, caption="d")
    await desk.act("faults", method="sendMessage", error=429, retry_after=3)
    with pytest.raises(telegram.error.RetryAfter):
        await ptb.send_message(ANN, "x")
    await desk.act("block", user=ANN, blocked=True)
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(ANN, "x")


async def test_aiogram_behind_a_webhook_answers_in_the_response(desk: Desk, aio: aiogram.Bot) -> None:
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message()
    async def echo(message: t.Message) -> Any:
        return message.answer_photo(t.BufferedInputFile(picture(), "p.png"), caption=message.text)

    app = web.Application()
    SimpleRequestHandler(dispatcher, aio, handle_in_background=False, secret_token="s").register(app, "/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    assert await aio.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s", drop_pending_updates=True)
    await desk.act("send", user=ANN, text="hello")
    (photo,) = await asyncio.wait_for(desk.messages(after=2, wait=10), 15)
    assert photo["caption"] == "hello"
    assert photo["photo"][-1]["width"] == 400
    assert (await aio.get_webhook_info()).pending_update_count == 0
    await aio.delete_webhook()
    await runner.cleanup()
