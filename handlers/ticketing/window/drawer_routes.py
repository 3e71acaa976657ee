"""The drawer: open, pay out, count, sign."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, Stale
from domain.payments.drawer import CloseDrawer, OpenDrawer, PayOut, SignForDrawer
from domain.people.model import Role
from handlers.ticketing.window.callbacks import AskCount, AskFloat, AskPayOut, OpenDrawerScreen, SignDrawer
from handlers.ticketing.window.drawer_views import (
    closed_screen,
    count_screen,
    drawers_screen,
    float_screen,
    pay_out_screen,
)
from handlers.ticketing.window.queries import DrawerFacts, FindDrawer, LookAtDrawers
from handlers.ticketing.window.sums import read_sum, read_sum_and_words
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, allowed
from handlers.ui.screen import Screen
from handlers.ui.talk import Talk

router = Router(name="ticketing.drawer")

CLERKS = frozenset({Role.BOX_OFFICE})
FLOAT, PAY_OUT, COUNT = "window.float", "window.pay_out", "window.count"
#: Kept in the conversation: the venue at whose window a drawer is opened.
_VENUE = "window.venue"


@router.callback_query(OpenDrawerScreen.filter())
@allowed(CLERKS)
async def open_drawers(query: CallbackQuery, talk: Talk) -> None:
    await _show_drawers(talk)


@router.callback_query(AskFloat.filter())
@allowed(CLERKS)
async def ask_float(query: CallbackQuery, callback_data: AskFloat, talk: Talk) -> None:
    talk.conversation.data[_VENUE] = callback_data.venue_id
    await _ask(talk, FLOAT, float_screen(talk.t, callback_data.venue_id))


@router.message(Awaits(FLOAT))
@allowed(CLERKS)
async def float_said(message: Message, talk: Talk) -> None:
    venue_id = talk.conversation.data.get(_VENUE)
    facts = await talk.read(LookAtDrawers(talk.actor.person_id))
    venue = next((venue for venue in facts.venues if venue.id == venue_id), None)
    if venue is None:
        raise Stale
    try:
        minor = read_sum(message.text or "", venue.currency)
        await talk.write(OpenDrawer(talk.actor.person_id, venue.id, minor))
    except BadInput as error:
        await _ask(talk, FLOAT, float_screen(talk.t, venue.id), error)
        return
    await _show_drawers(talk)


@router.callback_query(AskPayOut.filter())
@allowed(CLERKS)
async def ask_pay_out(query: CallbackQuery, talk: Talk) -> None:
    await _own(talk)
    await _ask(talk, PAY_OUT, pay_out_screen(talk.t))


@router.message(Awaits(PAY_OUT))
@allowed(CLERKS)
async def pay_out_said(message: Message, talk: Talk) -> None:
    own = await _own(talk)
    try:
        minor, reason = read_sum_and_words(message.text or "", own.due.currency)
        await talk.write(PayOut(talk.actor.person_id, minor, reason))
    except BadInput as error:
        await _ask(talk, PAY_OUT, pay_out_screen(talk.t), error)
        return
    await _show_drawers(talk)


@router.callback_query(AskCount.filter())
@allowed(CLERKS)
async def ask_count(query: CallbackQuery, talk: Talk) -> None:
    await _own(talk)
    await _ask(talk, COUNT, count_screen(talk.t))


@router.message(Awaits(COUNT))
@allowed(CLERKS)
async def count_said(message: Message, talk: Talk) -> None:
    own = await _own(talk)
    try:
        counted = CloseDrawer(talk.actor.person_id, read_sum(message.text or "", own.due.currency))
        drawer_id = await talk.write(counted)
    except BadInput as error:
        await _ask(talk, COUNT, count_screen(talk.t), error)
        return
    await talk.show(closed_screen(talk.t, await talk.read(FindDrawer(talk.actor.person_id, drawer_id))))


@router.callback_query(SignDrawer.filter())
@allowed(CLERKS)
async def sign(query: CallbackQuery, callback_data: SignDrawer, talk: Talk) -> None:
    await talk.write(SignForDrawer(talk.actor.person_id, callback_data.drawer_id))
    await talk.toast(talk.t.plain("Signed. The drawer is yours now."))
    await _show_drawers(talk)


async def _own(talk: Talk) -> DrawerFacts:
    """Raises Stale where the clerk has no open drawer (any more)."""
    facts = await talk.read(LookAtDrawers(talk.actor.person_id))
    if facts.own is None:
        raise Stale
    return facts.own


async def _show_drawers(talk: Talk) -> None:
    await talk.show(drawers_screen(talk.t, await talk.read(LookAtDrawers(talk.actor.person_id))))


async def _ask(talk: Talk, state: str, screen: Screen, error: BadInput | None = None) -> None:
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.await_text(state)
