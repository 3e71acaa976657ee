"""A holder answers: keep the tickets, another date, the money."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.programme.answering import KeepTickets, MoneyBack, TakeOtherDate
from handlers.ticketing.moves.callbacks import (
    AskMoneyBack,
    KeepRun,
    OpenDates,
    OpenRunChange,
    OpenRunOf,
    TakeDate,
    TakeMoneyBack,
)
from handlers.ticketing.moves.holder_views import dates_screen, gave_back_screen, money_back_screen, run_change_screen
from handlers.ticketing.moves.queries import FindDates, FindRunChange, FindRunChangeOf
from handlers.ticketing.order_routes import show_order
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.moves.holder")


@router.callback_query(OpenRunChange.filter())
@allowed(EVERYBODY)
async def open_run_change(query: CallbackQuery, callback_data: OpenRunChange, talk: Talk) -> None:
    await _show(talk, callback_data.change_id)


@router.callback_query(OpenRunOf.filter())
@allowed(EVERYBODY)
async def open_run_of(query: CallbackQuery, callback_data: OpenRunOf, talk: Talk) -> None:
    facts = await talk.read(FindRunChangeOf(talk.actor.person_id, callback_data.ticket_id))
    await talk.show(run_change_screen(talk.t, facts))


@router.callback_query(KeepRun.filter())
@allowed(EVERYBODY)
async def keep(query: CallbackQuery, callback_data: KeepRun, talk: Talk) -> None:
    await _show(talk, await talk.write(KeepTickets(talk.actor.person_id, callback_data.change_id)))


@router.callback_query(AskMoneyBack.filter())
@allowed(EVERYBODY)
async def ask_money_back(query: CallbackQuery, callback_data: AskMoneyBack, talk: Talk) -> None:
    facts = await talk.read(FindRunChange(talk.actor.person_id, callback_data.change_id))
    await talk.show(money_back_screen(talk.t, facts) if facts.tickets else run_change_screen(talk.t, facts))


@router.callback_query(TakeMoneyBack.filter())
@allowed(EVERYBODY)
async def take_money_back(query: CallbackQuery, callback_data: TakeMoneyBack, talk: Talk) -> None:
    await talk.write(MoneyBack(talk.actor.person_id, callback_data.change_id))
    await talk.show(gave_back_screen(talk.t))


@router.callback_query(OpenDates.filter())
@allowed(EVERYBODY)
async def open_dates(query: CallbackQuery, callback_data: OpenDates, talk: Talk) -> None:
    facts = await talk.read(FindDates(talk.actor.person_id, callback_data.change_id))
    await talk.show(dates_screen(talk.t, facts))


@router.callback_query(TakeDate.filter())
@allowed(EVERYBODY)
async def take_date(query: CallbackQuery, callback_data: TakeDate, talk: Talk) -> None:
    take = TakeOtherDate(talk.actor.person_id, callback_data.change_id, callback_data.performance_id)
    await show_order(talk, await talk.write(take))


async def _show(talk: Talk, change_id: int) -> None:
    await talk.show(run_change_screen(talk.t, await talk.read(FindRunChange(talk.actor.person_id, change_id))))
