"""The printed list, sent as a file; what was ticked on it, entered afterwards."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.admission.finding import EnterTicked
from domain.errors import Stale
from domain.people.model import Role
from handlers.admission.callbacks import EnterTicks, OpenPaper, SendList, TypeTicks
from handlers.admission.door_list import BY_CODE, BY_ROW
from handlers.admission.find_queries import FindDoorList, ReadTicks
from handlers.admission.house_queries import FindHouse
from handlers.admission.paper_views import (
    confirm_ticks_screen,
    entered_note,
    list_document,
    paper_screen,
    ticks_screen,
)
from handlers.ticketing.queries import Showing
from handlers.ui.routing import Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="admission.paper")

USHERS = frozenset({Role.USHER})
#: The text that is awaited; beside it in the conversation: the performance, and then what was read from the text.
TICKING = "admission.ticks"


@router.callback_query(OpenPaper.filter())
@allowed(USHERS)
async def open_paper(query: CallbackQuery, callback_data: OpenPaper, talk: Talk) -> None:
    await talk.show(paper_screen(talk.t, await _showing(talk, callback_data.performance_id)))


@router.callback_query(SendList.filter())
@allowed(USHERS)
async def send_list(query: CallbackQuery, callback_data: SendList, talk: Talk) -> None:
    if callback_data.by not in (BY_ROW, BY_CODE):
        raise Stale
    facts = await talk.read(FindDoorList(talk.actor.person_id, callback_data.performance_id))
    await talk.send(list_document(talk.t, facts, callback_data.by))
    await talk.show(paper_screen(talk.t, facts.showing))


@router.callback_query(TypeTicks.filter())
@allowed(USHERS)
async def type_ticks(query: CallbackQuery, callback_data: TypeTicks, talk: Talk) -> None:
    await _ask(talk, callback_data.performance_id)


@router.message(Awaits(TICKING))
@allowed(USHERS)
async def say_ticks(message: Message, talk: Talk) -> None:
    performance_id = int(talk.conversation.data.get(TICKING, {}).get("performance_id", 0))
    facts = await talk.read(ReadTicks(talk.actor.person_id, performance_id, message.text or ""))
    await talk.show(confirm_ticks_screen(talk.t, facts))
    ticket_ids = [guest.ticket_id for guest in facts.new]
    talk.conversation.data[TICKING] = {"performance_id": performance_id, "ticket_ids": ticket_ids}


@router.callback_query(EnterTicks.filter())
@allowed(USHERS)
async def enter_ticks(query: CallbackQuery, callback_data: EnterTicks, talk: Talk) -> None:
    """Raises Stale where nothing was read for this performance before."""
    kept = talk.conversation.data.get(TICKING, {})
    if kept.get("performance_id") != callback_data.performance_id or not kept.get("ticket_ids"):
        raise Stale
    entered = EnterTicked(talk.actor.person_id, callback_data.performance_id, tuple(kept["ticket_ids"]))
    count = len(await talk.write(entered))
    await _ask(talk, callback_data.performance_id, entered_note(talk.t, count))


async def _ask(talk: Talk, performance_id: int, note: str = "") -> None:
    await talk.show(ticks_screen(talk.t, await _showing(talk, performance_id), note))
    talk.conversation.data[TICKING] = {"performance_id": performance_id}
    talk.conversation.await_text(TICKING)


async def _showing(talk: Talk, performance_id: int) -> Showing:
    return (await talk.read(FindHouse(talk.actor.person_id, performance_id))).showing
