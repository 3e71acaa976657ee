"""``foyer doctor``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from rich.console import Console
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.adapters import fonts
from bot.commands.schema import away
from bot.config import Settings
from domain.people.model import Role
from storage.database import open_database
from storage.migrate import current, newest
from storage.repositories.people import PeopleRepository
from storage.repositories.programme import ProgrammeRepository

R = TypeVar("R")
Check = Callable[[Settings], Awaitable[str]]


async def examine(settings: Settings, console: Console) -> bool:
    """Prints one line per check; gives whether all is well."""
    healthy = True
    async for name, fault in _faults(settings):
        healthy = healthy and not fault
        console.print(f"{'[red]✗[/]' if fault else '[green]✓[/]'} {name}{': ' + fault if fault else ''}")
    return healthy


async def _faults(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    readable = True
    for name, check in _CHECKS.items():
        if check in _NEED_TABLES and not readable:
            continue
        try:
            fault = await check(settings)
        except (OSError, RuntimeError, ValueError, TelegramAPIError) as error:
            fault = str(error)
        readable = readable and not (check is _database and fault)
        yield name, fault


async def _database(settings: Settings) -> str:
    """Looks only: what is missing is said, not made."""
    try:
        revision, needed = await current(settings.database), newest()
    except (OSError, DBAPIError) as error:
        return away(error)
    if revision is None:
        return "it has no tables yet; `foyer run` or `foyer migrate` makes them"
    return "" if revision == needed else f"it has revision {revision}, and {needed} is needed: run `foyer migrate`"


async def _look(settings: Settings, query: Callable[[Connection], R]) -> R:
    database = open_database(settings.database)
    try:
        return await database.read(query)
    finally:
        await database.dispose()


async def _programme(settings: Settings) -> str:
    halls = await _look(settings, lambda connection: ProgrammeRepository(connection).halls())
    return "" if halls else "no halls yet; see docs/programme.md"


async def _owner(settings: Settings) -> str:
    owners = await _look(settings, lambda connection: PeopleRepository(connection).holders_of([Role.OWNER]))
    return "" if owners or settings.owner_ids else "nobody is the owner; set FOYER_OWNER_IDS to your Telegram id"


async def _telegram(settings: Settings) -> str:
    if settings.bot_token is None:
        return "FOYER_BOT_TOKEN is not set; only the demo will run"
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.api_base))
    async with Bot(settings.bot_token.get_secret_value(), session=session) as bot:
        await bot.me()
    return ""


async def _payments(settings: Settings) -> str:
    return (
        ""
        if settings.payment_token.get_secret_value()
        else "FOYER_PAYMENT_TOKEN is not set; only free orders and Stars"
    )


async def _fonts(_: Settings) -> str:
    fonts.Type(24)
    return ""


_CHECKS: dict[str, Check] = {
    "database": _database,
    "halls": _programme,
    "owner": _owner,
    "Telegram": _telegram,
    "payments": _payments,
    "fonts": _fonts,
}
_NEED_TABLES = (_programme, _owner)
