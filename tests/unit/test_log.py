"""No token, secret, code, payload or personal data reaches the log, whichever way it comes."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from telegram.error import InvalidToken, NetworkError

from bot import config, log
from bot.dispatcher import parse
from bot.intake import take
from bot.sender import make_courier_bot
from domain.codes import CodeKind, Keyring
from storage.unit_of_work import UnitOfWork

TOKEN = "7000000001:a-token-of-the-tests-only"
SECRETS = config.load(
    {},
    bot_token=TOKEN,
    payment_token="284685063:TEST:a-payment-token",
    webhook_secret="a-webhook-secret",
    secret_keys="a:a-key-of-sixteen-letters,b:another-key-of-the-house",
    database_url="postgresql://foyer:a-password@db/foyer",
).secrets()
NAME = "Anna Berger"
Lines = Callable[[], str]


@pytest.fixture(params=["console", "json"])
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    """What has been logged so far, as an operator reads it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    log.set_up(request.param, secrets=SECRETS)
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written.getvalue
    root.handlers[:] = before
    root.setLevel(level)


def test_secrets_are_known_by_their_words() -> None:
    assert set(SECRETS) == {
        TOKEN,
        "284685063:TEST:a-payment-token",
        "a-webhook-secret",
        "a-key-of-sixteen-letters",
        "another-key-of-the-house",
        "a-password",
    }


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("foreign", [False, True], ids=["ours", "a library's"])
def test_no_secret_in_words_values_or_exceptions(lines: Lines, secret: str, foreign: bool) -> None:
    ours, library = log.get("foyer.test"), logging.getLogger("library")
    try:
        raise ValueError(f"cannot open https://host/bot{secret}/getMe")
    except ValueError as error:
        if foreign:
            library.exception("failed with %s", error)
            library.error("values %r", {"nested": [secret]})
        else:
            ours.exception("failed", error=error, nested={"list": [secret]}, plain=secret)
    written = lines()
    assert "cannot open" in written
    assert "Traceback" in written
    assert secret not in written


def test_no_code_of_ours_whatever_it_stands_in(lines: Lines, keyring: Keyring) -> None:
    codes = [keyring.seal(kind, 12345) for kind in (CodeKind.TICKET, CodeKind.HAND_ON, CodeKind.INVITATION)]
    for code in codes:
        log.get("foyer.test").info("seen", link=f"https://t.me/foyer?start={code}", values=(code,))
        logging.getLogger("library").warning("GET /x?start=%s", code)
    written = lines()
    assert written.count("***") == 3 * len(codes)
    assert not any(code in written for code in codes)


def test_a_line_of_json_stays_json(lines: Lines) -> None:
    log.get("foyer.test").info("seen", link=f"/bot{TOKEN}/x")
    written = lines()
    if written.startswith("{"):
        assert json.loads(written)["link"] == "/bot***/x"
    assert TOKEN not in written


async def test_aiogram_in_trouble_does_not_tell_the_token(lines: Lines) -> None:
    async with Bot(TOKEN) as bot:
        bot.session.api = bot.session.api.from_base("http://127.0.0.1:9")
        try:
            await bot.get_me()
        except TelegramNetworkError:
            log.get("foyer.test").exception("away")
        logging.getLogger("aiogram").error("at %s", bot.session.api.api_url(TOKEN, "getMe"))
    written = lines()
    assert "away" in written
    assert TOKEN not in written


async def test_python_telegram_bot_in_trouble_does_not_tell_the_token(lines: Lines) -> None:
    bot = make_courier_bot(TOKEN, "http://127.0.0.1:9")
    logging.getLogger("httpx").setLevel(logging.INFO)  # at its most talkative
    try:
        await bot.initialize()
    except NetworkError:
        log.get("foyer.test").exception("away")
    finally:
        await bot.shutdown()
    try:
        raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
    except InvalidToken:
        log.get("foyer.test").exception("refused")
    logging.getLogger("httpx").info("HTTP Request: POST %s", httpx.URL(f"https://host/bot{TOKEN}/getMe"))
    written = lines()
    assert "refused" in written
    assert TOKEN not in written


async def test_a_database_in_trouble_does_not_tell_what_people_wrote(lines: Lines, uow: UnitOfWork) -> None:
    try:
        await uow._database.write(lambda c: c.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": NAME}))
    except DBAPIError:
        log.get("foyer.test").exception("broken")
    written = lines()
    assert "nowhere" in written
    assert NAME not in written


@pytest.mark.parametrize(
    "broken", [{"message_id": "x"}, {"message_id": None}, {"text": [NAME]}, {"from": {"id": NAME}}]
)
def test_an_update_that_cannot_be_read_does_not_tell_what_it_says(
    lines: Lines, keyring: Keyring, broken: dict[str, Any]
) -> None:
    chat = {"id": 5, "type": "private", "first_name": NAME}
    update = {"update_id": 1, "message": {"message_id": 1, "chat": chat, "text": NAME, **broken}}  # and no date
    stored = take(update, keyring)
    try:
        parse(Bot(TOKEN), stored.payload)
    except ValueError:
        log.get("foyer.test").exception("unreadable")
    written = lines()
    assert "unreadable" in written
    assert NAME not in written


def test_a_traceback_shows_no_values_of_variables(lines: Lines) -> None:
    def fails(name: str) -> None:
        raise RuntimeError("no reason")

    try:
        fails(NAME)
    except RuntimeError:
        log.get("foyer.test").exception("failed")
        logging.getLogger("library").exception("failed")
    assert NAME not in lines()


async def test_a_forgotten_task_is_told_without_secrets(lines: Lines) -> None:
    async def fails() -> None:
        raise RuntimeError(f"https://host/bot{TOKEN}")

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    context = {"message": "Task exception was never retrieved", "exception": task.exception(), "task": task}
    asyncio.get_running_loop().call_exception_handler(context)
    written = lines()
    assert "never retrieved" in written
    assert TOKEN not in written


def test_a_line_that_cannot_be_written_is_not_printed_raw(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("library").error("%d", TOKEN)
    assert TOKEN not in capsys.readouterr().err + lines()
