"""Home, help, language; the people's other routes with them."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.people.lists.routes import router as lists_router
from handlers.people.shifts.routes import router as shifts_router
from handlers.people.showing import show_help, show_home, show_language
from handlers.people.start import router as start_router
from handlers.people.team_routes import router as team_router
from handlers.ui.callbacks import Home, OpenHelp, OpenLanguage
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="people")
router.include_routers(start_router, team_router, shifts_router, lists_router)


@router.callback_query(Home.filter())
@allowed(EVERYBODY)
async def open_home(query: CallbackQuery, talk: Talk) -> None:
    await show_home(talk)


@router.message(Command("help"))
@allowed(EVERYBODY)
async def command_help(message: Message, talk: Talk) -> None:
    await show_help(talk)


@router.callback_query(OpenHelp.filter())
@allowed(EVERYBODY)
async def open_help(query: CallbackQuery, talk: Talk) -> None:
    await show_help(talk)


@router.message(Command("language"))
@allowed(EVERYBODY)
async def command_language(message: Message, talk: Talk) -> None:
    await show_language(talk)


@router.callback_query(OpenLanguage.filter())
@allowed(EVERYBODY)
async def open_language(query: CallbackQuery, talk: Talk) -> None:
    await show_language(talk)
