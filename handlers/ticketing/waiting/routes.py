"""Standing in line for seats together."""

from __future__ import annotations

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.errors import Stale
from domain.ticketing.waiting import JoinWaiting, LeaveWaiting, RefuseOffered, TakeOffered
from handlers.ticketing.changes.callbacks import unpack_chosen
from handlers.ticketing.choosing_routes import show_performance
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.waiting.callbacks import ChooseWaiting, JoinLine, LeaveLine, OpenWaiting, RefuseOffer, TakeOffer
from handlers.ticketing.waiting.queries import FindWaiting, WaitingFacts
from handlers.ticketing.waiting.views import left_note, standing_screen, wish_screen
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.waiting")


@router.callback_query(OpenWaiting.filter())
@allowed(EVERYBODY)
async def open_waiting(query: CallbackQuery, callback_data: OpenWaiting, talk: Talk) -> None:
    await show_waiting(talk, callback_data.performance_id)


@router.callback_query(ChooseWaiting.filter())
@allowed(EVERYBODY)
async def choose(query: CallbackQuery, callback_data: ChooseWaiting, talk: Talk) -> None:
    facts = await talk.read(FindWaiting(talk.actor.person_id, callback_data.performance_id))
    if facts.standing is not None:
        await talk.show(standing_screen(talk.t, facts))
        return
    chosen = _chosen(facts, callback_data.chosen)
    count = min(max(callback_data.count, 1), max(facts.most, 1))
    hours = callback_data.hours if callback_data.hours in facts.hours else 0
    special = min(max(callback_data.special, 0), facts.special, facts.most)
    await talk.show(wish_screen(talk.t, facts, max(count, special), chosen, hours, special))


@router.callback_query(JoinLine.filter())
@allowed(EVERYBODY)
async def join(query: CallbackQuery, callback_data: JoinLine, talk: Talk) -> None:
    performance_id, person_id = callback_data.performance_id, talk.actor.person_id
    facts = await talk.read(FindWaiting(person_id, performance_id))
    if callback_data.hours not in facts.hours:
        raise Stale
    categories = tuple(facts.categories[index] for index in sorted(_chosen(facts, callback_data.chosen)))
    until = facts.until(callback_data.hours)
    special = callback_data.special
    wish = JoinWaiting(person_id, performance_id, callback_data.count, categories, until)
    await talk.write(replace(wish, wheelchair=int(special > 0), companion=int(special > 1)))
    await show_waiting(talk, performance_id)


@router.callback_query(LeaveLine.filter())
@allowed(EVERYBODY)
async def leave(query: CallbackQuery, callback_data: LeaveLine, talk: Talk) -> None:
    performance_id = await talk.write(LeaveWaiting(talk.actor.person_id, callback_data.performance_id))
    await talk.toast(left_note(talk.t))
    await show_performance(talk, performance_id)


@router.callback_query(TakeOffer.filter())
@allowed(EVERYBODY)
async def take(query: CallbackQuery, callback_data: TakeOffer, talk: Talk) -> None:
    await show_order(talk, await talk.write(TakeOffered(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(RefuseOffer.filter())
@allowed(EVERYBODY)
async def refuse(query: CallbackQuery, callback_data: RefuseOffer, talk: Talk) -> None:
    performance_id = await talk.write(RefuseOffered(talk.actor.person_id, callback_data.order_id))
    await talk.toast(talk.t.plain("The next in line is asked. Thank you for saying so."))
    await show_performance(talk, performance_id)


async def show_waiting(talk: Talk, performance_id: int) -> None:
    facts = await talk.read(FindWaiting(talk.actor.person_id, performance_id))
    if facts.standing is not None:
        await talk.show(standing_screen(talk.t, facts))
    else:
        await talk.show(wish_screen(talk.t, facts, min(2, max(facts.most, 1)), frozenset(), 0))


def _chosen(facts: WaitingFacts, packed: str) -> frozenset[int]:
    """Those that are sold still."""
    return unpack_chosen(packed) & frozenset(facts.priced)
