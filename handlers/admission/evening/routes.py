"""How it goes: said by stage and house managers, one tap each."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.admission.reminding import ChooseReminders
from domain.admission.running import SetRun, TakeBackRun
from domain.people.model import Role
from domain.programme.model import RunState
from domain.programme.quiet import Reminder
from handlers.admission.evening.callbacks import (
    AskHold,
    HoldRun,
    OpenReminders,
    OpenReport,
    OpenReports,
    OpenRun,
    OpenStage,
    SayRunState,
    SetReminders,
    UnsayRun,
)
from handlers.admission.evening.queries import FindReport, FindReports, FindRun, FindStage
from handlers.admission.evening.reminders import FindReminders, reminders_screen
from handlers.admission.evening.views import hold_screen, report_screen, reports_screen, run_screen, stage_screen
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="admission.evening")

STAGE = frozenset({Role.STAGE})


@router.message(Command("stage"))
@allowed(STAGE)
async def command_stage(message: Message, talk: Talk) -> None:
    await show_stage(talk)


@router.callback_query(OpenStage.filter())
@allowed(STAGE)
async def open_stage(query: CallbackQuery, talk: Talk) -> None:
    await show_stage(talk)


@router.callback_query(OpenRun.filter())
@allowed(STAGE)
async def open_run(query: CallbackQuery, callback_data: OpenRun, talk: Talk) -> None:
    await show_run(talk, callback_data.performance_id)


@router.callback_query(SayRunState.filter())
@allowed(STAGE)
async def say_run(query: CallbackQuery, callback_data: SayRunState, talk: Talk) -> None:
    await talk.write(SetRun(talk.actor.person_id, callback_data.performance_id, callback_data.state))
    await show_run(talk, callback_data.performance_id)


@router.callback_query(AskHold.filter())
@allowed(STAGE)
async def ask_hold(query: CallbackQuery, callback_data: AskHold, talk: Talk) -> None:
    facts = await talk.read(FindRun(talk.actor.person_id, callback_data.performance_id))
    await talk.show(hold_screen(talk.t, facts))


@router.callback_query(HoldRun.filter())
@allowed(STAGE)
async def hold_run(query: CallbackQuery, callback_data: HoldRun, talk: Talk) -> None:
    held = SetRun(talk.actor.person_id, callback_data.performance_id, RunState.HELD, callback_data.why)
    await talk.write(held)
    await show_run(talk, callback_data.performance_id)


@router.callback_query(UnsayRun.filter())
@allowed(STAGE)
async def unsay_run(query: CallbackQuery, callback_data: UnsayRun, talk: Talk) -> None:
    await talk.write(TakeBackRun(talk.actor.person_id, callback_data.performance_id, callback_data.entry_id))
    await show_run(talk, callback_data.performance_id)


@router.callback_query(OpenReports.filter())
@allowed(STAGE)
async def open_reports(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(reports_screen(talk.t, await talk.read(FindReports(talk.actor.person_id))))


@router.callback_query(OpenReport.filter())
@allowed(STAGE)
async def open_report(query: CallbackQuery, callback_data: OpenReport, talk: Talk) -> None:
    facts = await talk.read(FindReport(talk.actor.person_id, callback_data.performance_id))
    await talk.show(report_screen(talk.t, facts))


@router.message(Command("reminders"))
@allowed(EVERYBODY)
async def command_reminders(message: Message, talk: Talk) -> None:
    await show_reminders(talk)


@router.callback_query(OpenReminders.filter())
@allowed(EVERYBODY)
async def open_reminders(query: CallbackQuery, talk: Talk) -> None:
    await show_reminders(talk)


@router.callback_query(SetReminders.filter())
@allowed(EVERYBODY)
async def set_reminders(query: CallbackQuery, callback_data: SetReminders, talk: Talk) -> None:
    chosen = {Reminder.DAY: callback_data.day_before, Reminder.HOURS: callback_data.two_hours}
    wanted = frozenset(kind for kind, on in chosen.items() if on)
    await talk.write(ChooseReminders(talk.actor.person_id, wanted))
    await show_reminders(talk)


async def show_reminders(talk: Talk) -> None:
    await talk.show(reminders_screen(talk.t, await talk.read(FindReminders(talk.actor.person_id))))


async def show_stage(talk: Talk) -> None:
    await talk.show(stage_screen(talk.t, await talk.read(FindStage(talk.actor.person_id))))


async def show_run(talk: Talk, performance_id: int) -> None:
    await talk.show(run_screen(talk.t, await talk.read(FindRun(talk.actor.person_id, performance_id))))
