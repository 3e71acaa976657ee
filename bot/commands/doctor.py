"""``foyer doctor``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from rich.console import Console

from bot.adapters import fonts
from bot.config import Settings
from bot.container import open_storage
from domain.people.model import Role

Check = Callable[[Settings], Awaitable[str]]


async def examine(settings: Settings, console: Console) -> bool:
    """Prints one line per check; gives whether all is well."""
    healthy = True
    async for name, fault in _faults(settings):
        healthy = healthy and not fault
        console.print(f"{'[red]✗[/]' if fault else '[green]✓[/]'} {name}{': ' + fault if fault else ''}")
    return healthy


async def _faults(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    for name, check in _CHECKS.items():
        try:
            yield name, await check(settings)
        except (OSError, RuntimeError, ValueError, TelegramAPIError) as error:
            yield name, str(error)


async def _database(settings: Settings) -> str:
    async with open_storage(settings) as (_, uow):
        await uow.read(lambda tx: tx.programme.organisation())
    return ""


async def _programme(settings: Settings) -> str:
    async with open_storage(settings) as (_, uow):
        halls = await uow.read(lambda tx: tx.programme.halls())
    return "" if halls else "no halls yet; see docs/programme.md"


async def _owner(settings: Settings) -> str:
    async with open_storage(settings) as (_, uow):
        owners = await uow.read(lambda tx: tx.people.holders_of([Role.OWNER]))
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
