"""``foyer invite``."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.config import Settings
from bot.container import open_storage
from bot.links import DeepLinks
from domain.codes import CodeKind
from domain.people.model import Role
from domain.people.usecases import Invite


async def make_invitation(settings: Settings, role: str, username: str) -> str:
    """The link. Raises ValueError where the bot's user name is neither given nor to be asked for."""
    async with open_storage(settings) as (_, uow):
        username = username or await _ask_username(settings)
        invitation_id = await uow.write(Invite(None, Role(role)))
        return DeepLinks(username, settings.keyring()).secret(CodeKind.INVITATION, invitation_id)


async def _ask_username(settings: Settings) -> str:
    if settings.bot_token is None:
        raise ValueError("FOYER_BOT_TOKEN is not set: name the bot with --bot-username.")
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.api_base))
    async with Bot(settings.bot_token.get_secret_value(), session=session) as bot:
        return (await bot.me()).username or ""
