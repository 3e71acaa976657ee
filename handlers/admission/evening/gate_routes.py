"""Gates and tags, one tap each; the way to one's seat."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.admission.gates import CloseGate, KeepItem, OpenGate, ReturnItem
from domain.people.model import Role
from handlers.admission.evening.callbacks import (
    KeepTag,
    OpenGates,
    OpenTags,
    ReturnTag,
    ShowWay,
    ShutGate,
    UnshutGate,
)
from handlers.admission.evening.gate_views import FindLanes, FindTags, gates_screen, tags_screen
from handlers.admission.evening.visit_cards import way_screen
from handlers.admission.evening.visit_queries import FindWay
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="admission.gates")

LANES = frozenset({Role.USHER, Role.SAFETY})
USHERS = frozenset({Role.USHER})


@router.message(Command("gates"))
@allowed(LANES)
async def command_gates(message: Message, talk: Talk) -> None:
    await show_gates(talk, 0)


@router.callback_query(OpenGates.filter())
@allowed(LANES)
async def open_gates(query: CallbackQuery, callback_data: OpenGates, talk: Talk) -> None:
    await show_gates(talk, callback_data.venue_id)


@router.callback_query(ShutGate.filter())
@allowed(LANES)
async def shut_gate(query: CallbackQuery, callback_data: ShutGate, talk: Talk) -> None:
    await talk.write(CloseGate(talk.actor.person_id, callback_data.gate_id, callback_data.instead_id))
    await show_gates_of(talk, callback_data.gate_id)


@router.callback_query(UnshutGate.filter())
@allowed(LANES)
async def unshut_gate(query: CallbackQuery, callback_data: UnshutGate, talk: Talk) -> None:
    await talk.write(OpenGate(talk.actor.person_id, callback_data.gate_id))
    await show_gates_of(talk, callback_data.gate_id)


@router.callback_query(OpenTags.filter())
@allowed(USHERS)
async def open_tags(query: CallbackQuery, callback_data: OpenTags, talk: Talk) -> None:
    await show_tags(talk, callback_data.performance_id)


@router.callback_query(KeepTag.filter())
@allowed(USHERS)
async def keep_tag(query: CallbackQuery, callback_data: KeepTag, talk: Talk) -> None:
    number = await talk.write(KeepItem(talk.actor.person_id, callback_data.performance_id, callback_data.what))
    await show_tags(talk, callback_data.performance_id, number)


@router.callback_query(ReturnTag.filter())
@allowed(USHERS)
async def return_tag(query: CallbackQuery, callback_data: ReturnTag, talk: Talk) -> None:
    performance_id = await talk.write(ReturnItem(talk.actor.person_id, callback_data.item_id))
    await show_tags(talk, performance_id)


@router.callback_query(ShowWay.filter())
@allowed(EVERYBODY)
async def show_way(query: CallbackQuery, callback_data: ShowWay, talk: Talk) -> None:
    facts = await talk.read(FindWay(talk.actor.person_id, callback_data.performance_id))
    await talk.show(way_screen(talk.t, facts))


async def show_gates(talk: Talk, venue_id: int) -> None:
    await talk.show(gates_screen(talk.t, await talk.read(FindLanes(talk.actor.person_id, venue_id))))


async def show_gates_of(talk: Talk, gate_id: int) -> None:
    gate = await talk.read(lambda tx: tx.programme.gate(gate_id))
    await show_gates(talk, gate.venue_id if gate else 0)


async def show_tags(talk: Talk, performance_id: int, given: int | None = None) -> None:
    await talk.show(tags_screen(talk.t, await talk.read(FindTags(talk.actor.person_id, performance_id)), given))
