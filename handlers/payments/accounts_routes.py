"""The month for the accountant."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.payments.accounts import MonthsOfBooks
from domain.payments.accounts_model import Month
from domain.people.model import Role
from handlers.payments.accounts_views import accounts_screen, month_file, month_screen
from handlers.payments.callbacks import ExportMonth, OpenAccounts
from handlers.ui.files import BOOK_FORMATS
from handlers.ui.routing import allowed
from handlers.ui.talk import Talk

router = Router(name="payments.accounts")

MANAGERS = frozenset({Role.MANAGER})


@router.message(Command("accounts"))
@allowed(MANAGERS)
async def command_accounts(message: Message, talk: Talk) -> None:
    await _show(talk)


@router.callback_query(OpenAccounts.filter())
@allowed(MANAGERS)
async def open_accounts(query: CallbackQuery, talk: Talk) -> None:
    await _show(talk)


@router.callback_query(ExportMonth.filter())
@allowed(MANAGERS)
async def export_month(query: CallbackQuery, callback_data: ExportMonth, talk: Talk) -> None:
    """Whose books they are is looked at again where the file is made."""
    person_id, month, kind = talk.actor.person_id, Month.parse(callback_data.month), callback_data.format
    running = month >= (await talk.read(MonthsOfBooks(person_id)))[0]
    if kind in BOOK_FORMATS:
        await talk.send(month_file(talk.t, person_id, month, kind))
    await talk.show(month_screen(talk.t, month, running=running, sent=kind in BOOK_FORMATS))


async def _show(talk: Talk) -> None:
    await talk.show(accounts_screen(talk.t, await talk.read(MonthsOfBooks(talk.actor.person_id))))
