"""A sale at the window, from the next customer to the ticket on paper."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, Stale
from domain.money import Money
from domain.people.model import Role
from domain.ticketing.reserving import LookUpReservations
from domain.ticketing.window import BeginSale, StopSale
from domain.ticketing.window_paying import GiveComplimentary, TakeCard, TakeCash, TakeNothing, VoidSale
from handlers.ticketing import picks as picking
from handlers.ticketing.choosing_routes import show_performance
from handlers.ticketing.paper import ticket_file
from handlers.ticketing.window.callbacks import (
    AskCard,
    AskCash,
    AskContact,
    AskReason,
    AskReservation,
    AskVoid,
    BeginAtWindow,
    GiveCash,
    OpenSold,
    OpenWindowOrder,
    PrintTickets,
    StopAtWindow,
    TakeFree,
    Void,
)
from handlers.ticketing.window.queries import FindLastSold, FindOrders, FindPrints, FindSaleOfOrder, FindWindowOrder
from handlers.ticketing.window.showing import begin_sale, end_sale, show_window, show_window_order
from handlers.ticketing.window.sums import read_contact, read_sum
from handlers.ticketing.window.views import (
    card_screen,
    cash_screen,
    change_note,
    contact_screen,
    orders_screen,
    reason_screen,
    search_screen,
    void_screen,
)
from handlers.ticketing.wording import bold, escaped
from handlers.ui.callbacks import OpenWindow
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, allowed
from handlers.ui.screen import Screen
from handlers.ui.talk import Talk

router = Router(name="ticketing.window")

CLERKS = frozenset({Role.BOX_OFFICE})
CASH, CARD, REASON, CONTACT = "window.cash", "window.card", "window.reason", "window.contact"
FINDING = "window.finding"
#: Kept in the conversation: the order that the awaited text is about.
_ORDER = "window.order"


@router.message(Command("window"))
@allowed(CLERKS)
async def command_window(message: Message, talk: Talk) -> None:
    await show_window(talk)


@router.callback_query(OpenWindow.filter())
@allowed(CLERKS)
async def open_window(query: CallbackQuery, callback_data: OpenWindow, talk: Talk) -> None:
    await show_window(talk, callback_data.page)


@router.callback_query(BeginAtWindow.filter())
@allowed(CLERKS)
async def begin(query: CallbackQuery, callback_data: BeginAtWindow, talk: Talk) -> None:
    begin_sale(talk, await talk.write(BeginSale(talk.actor.person_id, callback_data.performance_id)))
    picking.forget(talk.conversation)
    await show_performance(talk, callback_data.performance_id)


@router.callback_query(OpenWindowOrder.filter())
@allowed(CLERKS)
async def open_order(query: CallbackQuery, callback_data: OpenWindowOrder, talk: Talk) -> None:
    await show_window_order(talk, callback_data.order_id)


@router.callback_query(StopAtWindow.filter())
@allowed(CLERKS)
async def stop(query: CallbackQuery, callback_data: StopAtWindow, talk: Talk) -> None:
    sale_id = await talk.read(FindSaleOfOrder(talk.actor.person_id, callback_data.order_id))
    await talk.write(StopSale(talk.actor.person_id, sale_id))
    end_sale(talk)
    picking.forget(talk.conversation)
    await talk.toast(talk.t.plain("The seats are free for others again."))
    await show_window(talk)


@router.callback_query(AskCash.filter())
@allowed(CLERKS)
async def ask_cash(query: CallbackQuery, callback_data: AskCash, talk: Talk) -> None:
    await _ask(talk, CASH, callback_data.order_id)


@router.callback_query(GiveCash.filter())
@allowed(CLERKS)
async def give_cash(query: CallbackQuery, callback_data: GiveCash, talk: Talk) -> None:
    await _take_cash(talk, callback_data.order_id, callback_data.given)


@router.message(Awaits(CASH))
@allowed(CLERKS)
async def cash_given(message: Message, talk: Talk) -> None:
    facts = await talk.read(FindWindowOrder(talk.actor.person_id, _order_in(talk)))
    order = facts.order.order
    try:
        await _take_cash(talk, order.id, read_sum(message.text or "", order.total.currency))
    except BadInput as error:
        await _ask(talk, CASH, order.id, error)


@router.callback_query(AskCard.filter())
@allowed(CLERKS)
async def ask_card(query: CallbackQuery, callback_data: AskCard, talk: Talk) -> None:
    await _ask(talk, CARD, callback_data.order_id)


@router.message(Awaits(CARD))
@allowed(CLERKS)
async def card_taken(message: Message, talk: Talk) -> None:
    order_id = _order_in(talk)
    try:
        await talk.write(TakeCard(talk.actor.person_id, order_id, message.text or ""))
    except BadInput as error:
        await _ask(talk, CARD, order_id, error)
        return
    await _show_sold(talk, order_id)


@router.callback_query(TakeFree.filter())
@allowed(CLERKS)
async def take_free(query: CallbackQuery, callback_data: TakeFree, talk: Talk) -> None:
    await _show_sold(talk, await talk.write(TakeNothing(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(AskReason.filter())
@allowed(CLERKS)
async def ask_reason(query: CallbackQuery, callback_data: AskReason, talk: Talk) -> None:
    await _ask(talk, REASON, callback_data.order_id)


@router.message(Awaits(REASON))
@allowed(CLERKS)
async def reason_said(message: Message, talk: Talk) -> None:
    given = GiveComplimentary(talk.actor.person_id, _order_in(talk), message.text or "")
    await _show_sold(talk, await talk.write(given))


@router.callback_query(AskContact.filter())
@allowed(CLERKS)
async def ask_contact(query: CallbackQuery, callback_data: AskContact, talk: Talk) -> None:
    await _ask(talk, CONTACT, callback_data.order_id)


@router.message(Awaits(CONTACT))
@allowed(CLERKS)
async def contact_said(message: Message, talk: Talk) -> None:
    left = read_contact(talk.actor.person_id, _order_in(talk), message.text or "")
    await show_window_order(talk, await talk.write(left))


@router.callback_query(PrintTickets.filter())
@allowed(CLERKS)
async def print_tickets(query: CallbackQuery, callback_data: PrintTickets, talk: Talk) -> None:
    facts = await talk.read(FindPrints(talk.actor.person_id, callback_data.order_id))
    await talk.send(ticket_file(talk.t, facts, talk.links, callback_data.size))
    await show_window_order(talk, callback_data.order_id)


@router.callback_query(AskVoid.filter())
@allowed(CLERKS)
async def ask_void(query: CallbackQuery, callback_data: AskVoid, talk: Talk) -> None:
    facts = await talk.read(FindWindowOrder(talk.actor.person_id, callback_data.order_id))
    if not facts.papers or not facts.at_window:
        raise Stale
    await talk.show(void_screen(talk.t, facts))


@router.callback_query(Void.filter())
@allowed(CLERKS)
async def void(query: CallbackQuery, callback_data: Void, talk: Talk) -> None:
    order_id = await talk.write(VoidSale(talk.actor.person_id, callback_data.order_id))
    await show_window_order(talk, order_id, bold("↩ " + talk.t.plain("Taken back.")))


@router.callback_query(OpenSold.filter())
@allowed(CLERKS)
async def open_sold(query: CallbackQuery, talk: Talk) -> None:
    found = await talk.read(FindLastSold(talk.actor.person_id))
    heading = "🧾 " + talk.t.plain("Last sales")
    await talk.show(orders_screen(talk.t, heading, found, talk.t("Nothing has been sold yet."), OpenSold().pack()))


@router.callback_query(AskReservation.filter())
@allowed(CLERKS)
async def ask_reservation(query: CallbackQuery, talk: Talk) -> None:
    await _show_search(talk)


@router.message(Awaits(FINDING))
@allowed(CLERKS)
async def reservation_said(message: Message, talk: Talk) -> None:
    try:
        order_ids = await talk.write(LookUpReservations(talk.actor.person_id, (message.text or "")[:80]))
    except BadInput as error:
        await _show_search(talk, escaped(sentence(error, talk.t)))
        return
    found = await talk.read(FindOrders(talk.actor.person_id, tuple(order_ids)))
    if not found:
        await _show_search(talk, talk.t("Nothing is reserved under this."))
    elif len(found) == 1:
        await show_window_order(talk, found[0].order.order.id)
    else:
        heading = "🔎 " + talk.t.plain("Reservation")
        await talk.show(orders_screen(talk.t, heading, found, talk.t("Nothing."), AskReservation().pack()))


async def _show_search(talk: Talk, note: str = "") -> None:
    screen = search_screen(talk.t)
    await talk.show(screen.with_note(note) if note else screen)
    talk.conversation.await_text(FINDING)


async def _ask(talk: Talk, state: str, order_id: int, error: BadInput | None = None) -> None:
    """A question about an order that is still to be paid, with what was wrong with the answer before."""
    facts = await talk.read(FindWindowOrder(talk.actor.person_id, order_id))
    if state != CONTACT and not facts.order.is_live:
        raise Stale
    screens = {CASH: cash_screen, CARD: card_screen, REASON: reason_screen, CONTACT: contact_screen}
    screen: Screen = screens[state](talk.t, facts)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ORDER] = order_id
    talk.conversation.await_text(state)


def _order_in(talk: Talk) -> int:
    """Raises Stale."""
    found = talk.conversation.data.get(_ORDER)
    if not isinstance(found, int):
        raise Stale
    return found


async def _take_cash(talk: Talk, order_id: int, given: int) -> None:
    sold = await talk.write(TakeCash(talk.actor.person_id, order_id, given))
    facts = await talk.read(FindWindowOrder(talk.actor.person_id, order_id))
    change = Money(sold["change_minor"], facts.order.order.total.currency)
    await _show_sold(talk, order_id, change_note(talk.t, change))


async def _show_sold(talk: Talk, order_id: int, note: str = "") -> None:
    end_sale(talk)
    picking.forget(talk.conversation)
    await show_window_order(talk, order_id, note)
