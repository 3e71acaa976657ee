"""The order: look at it, prolong it, let it go, take it again."""

from __future__ import annotations

from collections import Counter

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.errors import SeatTaken
from domain.ticketing.holding import HoldBest, HoldPlaces, LetGo, ProlongHold
from domain.ticketing.model import Wish
from domain.ticketing.party import Party
from handlers.ticketing import picks as picking
from handlers.ticketing.callbacks import GiveBack, Prolong, TakeAgain
from handlers.ticketing.queries import FindOrder, FindSale, OrderFacts
from handlers.ticketing.views.hall import faster_screen
from handlers.ticketing.views.order import order_screen
from handlers.ticketing.views.performance import performance_screen
from handlers.ui.callbacks import OpenOrder
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.order")


@router.callback_query(OpenOrder.filter())
@allowed(EVERYBODY)
async def open_order(query: CallbackQuery, callback_data: OpenOrder, talk: Talk) -> None:
    await show_order(talk, callback_data.order_id)


@router.callback_query(Prolong.filter())
@allowed(EVERYBODY)
async def prolong(query: CallbackQuery, callback_data: Prolong, talk: Talk) -> None:
    order_id = await talk.write(ProlongHold(talk.actor.person_id, callback_data.order_id))
    facts = await _order(talk, order_id)
    if facts.order.until is not None:
        until = talk.t.time(facts.order.until, facts.showing.venue.timezone)
        await talk.toast(talk.t.plain("Yours until {time}.", time=until))
    await talk.show(order_screen(talk.t, facts))


@router.callback_query(GiveBack.filter())
@allowed(EVERYBODY)
async def give_back(query: CallbackQuery, callback_data: GiveBack, talk: Talk) -> None:
    performance_id = await talk.write(LetGo(talk.actor.person_id, callback_data.order_id))
    picking.forget(talk.conversation)
    order = await _order(talk, callback_data.order_id)
    if order.order.credit is not None:
        await talk.toast(talk.t.plain("You keep your old seats."))
        await talk.show(order_screen(talk.t, order))
        return
    await talk.toast(talk.t.plain("The seats are free for others again."))
    facts = await talk.read(FindSale(talk.actor.person_id, performance_id))
    await talk.show(performance_screen(talk.t, facts))


@router.callback_query(TakeAgain.filter())
@allowed(EVERYBODY)
async def take_again(query: CallbackQuery, callback_data: TakeAgain, talk: Talk) -> None:
    """The same seats where they are still free, else what is nearest; where places have no numbers, as many."""
    before = await _order(talk, callback_data.order_id)
    if before.is_live:
        await talk.show(order_screen(talk.t, before))
        return
    wishes = tuple(Wish(line.place, line.concession_id) for line in before.lines)
    performance_id, person_id = before.order.performance_id, talk.actor.person_id
    if before.plan is None:
        counts = tuple(Counter(wish.concession_id for wish in wishes).items())
        await show_order(talk, await talk.write(HoldBest(person_id, performance_id, counts)))
        return
    try:
        order_id = await talk.write(HoldPlaces(person_id, performance_id, wishes))
    except SeatTaken:
        await _offer_nearest(talk, before)
        return
    await show_order(talk, order_id)


async def show_order(talk: Talk, order_id: int) -> None:
    await talk.show(order_screen(talk.t, await _order(talk, order_id)))


async def _order(talk: Talk, order_id: int) -> OrderFacts:
    return await talk.read(FindOrder(talk.actor.person_id, order_id))


async def _offer_nearest(talk: Talk, before: OrderFacts) -> None:
    facts = await talk.read(FindSale(talk.actor.person_id, before.order.performance_id))
    picking.remember(talk.conversation, facts, [line.place for line in before.lines])
    picks = picking.recall(talk.conversation, facts)
    if not picks.gone or facts.state != "open":
        await talk.show(performance_screen(talk.t, facts))
        return
    await talk.show(faster_screen(talk.t, facts, _party_of(before), picks))


def _party_of(facts: OrderFacts) -> Party:
    """Who came along; wheelchair users and companions apart."""
    kinds = Counter(line.seat_kind for line in facts.lines)
    ordinary = Counter(line.concession_id for line in facts.lines if line.seat_kind not in ("wheelchair", "companion"))
    return Party(tuple(sorted(ordinary.items())), kinds["wheelchair"], kinds["companion"])
