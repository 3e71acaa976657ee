"""Shifts: my week, who is on duty, a swap, the test page; a plan that a manager sends as a file."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput
from domain.people.duty import AnswerTest, MoveDuty
from domain.people.model import Role
from domain.people.shift_import import ImportShifts
from domain.people.shift_sheet import Roster, parse_shifts
from domain.people.swapping import KeepShift, OfferShift, TakeShift
from handlers.people.shifts.callbacks import (
    AnswerPage,
    GiveShift,
    KeepOwnShift,
    OpenOnDuty,
    OpenOwnShift,
    OpenPlan,
    SayDuty,
    TakeOver,
)
from handlers.people.shifts.queries import STAFF, FindDayPlan, FindMyShifts, FindPresence, FindShift
from handlers.people.shifts.views import (
    faults_screen,
    imported_screen,
    moved_text,
    plan_screen,
    presence_screen,
    shift_screen,
    shifts_screen,
)
from handlers.ui.callbacks import OpenShifts
from handlers.ui.routing import allowed
from handlers.ui.talk import Talk

router = Router(name="people.shifts")

MANAGERS = frozenset({Role.MANAGER})
_SHEETS = (".csv", ".xlsx", ".xlsm")


class SentSheet(Filter):
    """A spreadsheet from a manager; what others send is answered elsewhere."""

    async def __call__(self, message: Message, talk: Talk) -> bool:
        name = message.document.file_name if message.document else None
        return bool(name) and (name or "").lower().endswith(_SHEETS) and talk.actor.may(Role.MANAGER)


@router.message(Command("shifts"))
@allowed(STAFF)
async def command_shifts(message: Message, talk: Talk) -> None:
    await show_shifts(talk)


@router.callback_query(OpenShifts.filter())
@allowed(STAFF)
async def open_shifts(query: CallbackQuery, talk: Talk) -> None:
    await show_shifts(talk)


@router.callback_query(OpenOwnShift.filter())
@allowed(STAFF)
async def open_shift(query: CallbackQuery, callback_data: OpenOwnShift, talk: Talk) -> None:
    await show_shift(talk, callback_data.shift_id)


@router.callback_query(OpenOnDuty.filter())
@allowed(STAFF)
async def open_on_duty(query: CallbackQuery, callback_data: OpenOnDuty, talk: Talk) -> None:
    await talk.show(
        presence_screen(talk.t, await talk.read(FindPresence(talk.actor.person_id, callback_data.venue_id)))
    )


@router.callback_query(OpenPlan.filter())
@allowed(MANAGERS)
async def open_plan(query: CallbackQuery, callback_data: OpenPlan, talk: Talk) -> None:
    found = await talk.read(FindDayPlan(talk.actor.person_id, callback_data.venue_id, callback_data.day))
    await talk.show(plan_screen(talk.t, found))


@router.callback_query(AnswerPage.filter())
@allowed(STAFF)
async def answer_page(query: CallbackQuery, callback_data: AnswerPage, talk: Talk) -> None:
    await talk.write(AnswerTest(talk.actor.person_id, callback_data.shift_id))
    await talk.toast(talk.t.plain("Thank you. Have a good shift!"))
    await show_shift(talk, callback_data.shift_id)


@router.callback_query(SayDuty.filter())
@allowed(STAFF)
async def say_duty(query: CallbackQuery, callback_data: SayDuty, talk: Talk) -> None:
    await talk.write(MoveDuty(talk.actor.person_id, callback_data.shift_id, callback_data.move))
    await talk.toast(moved_text(talk.t, callback_data.move))
    await show_shift(talk, callback_data.shift_id)


@router.callback_query(GiveShift.filter())
@allowed(STAFF)
async def give_shift(query: CallbackQuery, callback_data: GiveShift, talk: Talk) -> None:
    asked = await talk.write(OfferShift(talk.actor.person_id, callback_data.shift_id))
    nobody = talk.t.plain("Nobody with this role is free then. Please talk to your manager.")
    some = talk.t.plain_plural("{count} colleague is asked.", "{count} colleagues are asked.", asked)
    await talk.toast(some if asked else nobody, alert=not asked)
    await show_shift(talk, callback_data.shift_id)


@router.callback_query(KeepOwnShift.filter())
@allowed(STAFF)
async def keep_shift(query: CallbackQuery, callback_data: KeepOwnShift, talk: Talk) -> None:
    await talk.write(KeepShift(talk.actor.person_id, callback_data.shift_id))
    await show_shift(talk, callback_data.shift_id)


@router.callback_query(TakeOver.filter())
@allowed(STAFF)
async def take_over(query: CallbackQuery, callback_data: TakeOver, talk: Talk) -> None:
    shift_id = await talk.write(TakeShift(talk.actor.person_id, callback_data.shift_id))
    await talk.toast(talk.t.plain("It is yours now. Thank you!"))
    await show_shift(talk, shift_id)


@router.message(SentSheet())
@allowed(MANAGERS)
async def sent_sheet(message: Message, talk: Talk) -> None:
    assert message.document is not None
    name = message.document.file_name or ""
    try:
        rows = await talk.messenger.read_sheet(message.document.file_id, name)
        drafts = parse_shifts(rows, await talk.read(Roster.of))
        tally = await talk.write(ImportShifts(drafts, talk.actor.person_id))
    except BadInput as fault:
        await talk.show(faults_screen(talk.t, name, [fault]))
    except ExceptionGroup as faults:
        await talk.show(faults_screen(talk.t, name, [f for f in faults.exceptions if isinstance(f, BadInput)]))
    else:
        await talk.show(imported_screen(talk.t, name, tally, drafts[0].shift.venue_id))


async def show_shifts(talk: Talk) -> None:
    await talk.show(shifts_screen(talk.t, await talk.read(FindMyShifts(talk.actor.person_id))))


async def show_shift(talk: Talk, shift_id: int) -> None:
    await talk.show(shift_screen(talk.t, await talk.read(FindShift(talk.actor.person_id, shift_id))))
