"""A manager moves or cancels a performance and watches what follows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, Stale
from domain.people.model import Role
from domain.programme.answering import LookAtCalls, TickCalled
from domain.programme.moving import CancelPerformance, MovePerformance, PayBackNow, SteerChange
from handlers.ticketing.moves.callbacks import (
    AskCancelRun,
    AskMoveRun,
    Called,
    CancelRun,
    MoveRun,
    OpenCalls,
    OpenMove,
    OpenMoves,
    PayBack,
    SteerRun,
)
from handlers.ticketing.moves.queries import CALLS_SHOWN, FindCallLists, FindCalls, FindMove, FindMoves, MoveFacts
from handlers.ticketing.moves.views import (
    ask_time_screen,
    call_lists_screen,
    calls_screen,
    cancel_run_screen,
    move_run_screen,
    move_screen,
    moves_screen,
)
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.moves")

MANAGERS = frozenset({Role.MANAGER})
CLERKS = frozenset({Role.BOX_OFFICE})
NEW_TIME = "moves.time"
#: Kept in the conversation: the performance whose new time is awaited.
_MOVING = "moves.performance"
_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T,]+(\d{1,2})[:：.](\d{2})")


@router.message(Command("changes"))
@allowed(MANAGERS)
async def command_changes(message: Message, talk: Talk) -> None:
    await talk.show(moves_screen(talk.t, await talk.read(FindMoves(talk.actor.person_id))))


@router.callback_query(OpenMoves.filter())
@allowed(MANAGERS)
async def open_moves(query: CallbackQuery, callback_data: OpenMoves, talk: Talk) -> None:
    await talk.show(moves_screen(talk.t, await talk.read(FindMoves(talk.actor.person_id, callback_data.page))))


@router.callback_query(OpenMove.filter())
@allowed(MANAGERS)
async def open_move(query: CallbackQuery, callback_data: OpenMove, talk: Talk) -> None:
    await show_move(talk, callback_data.performance_id)


@router.callback_query(AskCancelRun.filter())
@allowed(MANAGERS)
async def ask_cancel(query: CallbackQuery, callback_data: AskCancelRun, talk: Talk) -> None:
    await talk.show(cancel_run_screen(talk.t, await _move(talk, callback_data.performance_id)))


@router.callback_query(CancelRun.filter())
@allowed(MANAGERS)
async def cancel(query: CallbackQuery, callback_data: CancelRun, talk: Talk) -> None:
    await talk.write(CancelPerformance(talk.actor.person_id, callback_data.performance_id))
    await show_move(talk, callback_data.performance_id)


@router.callback_query(AskMoveRun.filter())
@allowed(MANAGERS)
async def ask_move(query: CallbackQuery, callback_data: AskMoveRun, talk: Talk) -> None:
    await _ask_time(talk, callback_data.performance_id)


@router.message(Awaits(NEW_TIME))
@allowed(MANAGERS)
async def time_typed(message: Message, talk: Talk) -> None:
    performance_id = talk.conversation.data.get(_MOVING)
    if not isinstance(performance_id, int):
        raise Stale
    facts = await _move(talk, performance_id)
    try:
        at = read_time(message.text or "", facts.showing.venue.timezone)
    except BadInput as error:
        await _ask_time(talk, performance_id, error)
        return
    await talk.show(move_run_screen(talk.t, facts, at))


@router.callback_query(MoveRun.filter())
@allowed(MANAGERS)
async def move(query: CallbackQuery, callback_data: MoveRun, talk: Talk) -> None:
    at = datetime.fromtimestamp(min(max(callback_data.at, 0), 10**8) * 60, UTC)
    await talk.write(MovePerformance(talk.actor.person_id, callback_data.performance_id, at))
    await show_move(talk, callback_data.performance_id)


@router.callback_query(SteerRun.filter())
@allowed(MANAGERS)
async def steer(query: CallbackQuery, callback_data: SteerRun, talk: Talk) -> None:
    await talk.write(SteerChange(talk.actor.person_id, callback_data.change_id, callback_data.on))
    await _show_move_of(talk, callback_data.change_id)


@router.callback_query(PayBack.filter())
@allowed(MANAGERS)
async def pay_back(query: CallbackQuery, callback_data: PayBack, talk: Talk) -> None:
    await talk.write(PayBackNow(talk.actor.person_id, callback_data.change_id))
    await _show_move_of(talk, callback_data.change_id)


@router.message(Command("calls"))
@allowed(CLERKS)
async def command_calls(message: Message, talk: Talk) -> None:
    await talk.show(call_lists_screen(talk.t, await talk.read(FindCallLists(talk.actor.person_id))))


@router.callback_query(OpenCalls.filter())
@allowed(CLERKS)
async def open_calls(query: CallbackQuery, callback_data: OpenCalls, talk: Talk) -> None:
    await _show_calls(talk, callback_data.change_id)


@router.callback_query(Called.filter())
@allowed(CLERKS)
async def called(query: CallbackQuery, callback_data: Called, talk: Talk) -> None:
    await talk.write(TickCalled(talk.actor.person_id, callback_data.change_id, callback_data.person_id))
    await _show_calls(talk, callback_data.change_id)


async def show_move(talk: Talk, performance_id: int) -> None:
    await talk.show(move_screen(talk.t, await _move(talk, performance_id)))


def read_time(text: str, zone: str) -> datetime:
    """What a person types, in the house's zone. Raises BadInput('no_time')."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadInput("no_time")
    year, month, day, hour, minute = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError:
        raise BadInput("no_time") from None


async def _move(talk: Talk, performance_id: int) -> MoveFacts:
    return await talk.read(FindMove(talk.actor.person_id, performance_id))


async def _show_move_of(talk: Talk, change_id: int) -> None:
    change = await talk.read(lambda tx: tx.ticketing.run_change(change_id))
    if change is None:
        raise Stale
    await show_move(talk, change.performance_id)


async def _show_calls(talk: Talk, change_id: int) -> None:
    await talk.write(LookAtCalls(talk.actor.person_id, change_id, CALLS_SHOWN))
    await talk.show(calls_screen(talk.t, await talk.read(FindCalls(talk.actor.person_id, change_id))))


async def _ask_time(talk: Talk, performance_id: int, error: BadInput | None = None) -> None:
    screen = ask_time_screen(talk.t, await _move(talk, performance_id))
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_MOVING] = performance_id
    talk.conversation.await_text(NEW_TIME)
