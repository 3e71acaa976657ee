"""My tickets, and handing them on."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import NotFound
from domain.ticketing.handing_on import AcceptTicket, OfferTicket, WithdrawOffer
from handlers.ticketing.callbacks import Accept, HandOn, OpenParty, OpenPast, OpenVisit, OpenWayIn, Withdraw
from handlers.ticketing.ticket_queries import FindParty, FindTicket, FindTickets, FindVisit
from handlers.ticketing.views.handing_on import hand_on_screen, taken_screen
from handlers.ticketing.views.tickets import (
    party_screen,
    ticket_screen,
    tickets_screen,
    visit_screen,
    way_in_screen,
)
from handlers.ui.callbacks import OpenTicket, OpenTickets
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.tickets")

#: Kept in the conversation: the offer whose link was opened here. A button's id can be made up (Bot API,
#: CallbackQuery: a client can send any data), the link's code cannot.
OFFERED = "ticketing.offered"


@router.message(Command("tickets"))
@allowed(EVERYBODY)
async def command_tickets(message: Message, talk: Talk) -> None:
    await show_tickets(talk)


@router.callback_query(OpenTickets.filter())
@allowed(EVERYBODY)
async def open_tickets(query: CallbackQuery, callback_data: OpenTickets, talk: Talk) -> None:
    await show_tickets(talk, callback_data.page)


@router.callback_query(OpenPast.filter())
@allowed(EVERYBODY)
async def open_past(query: CallbackQuery, callback_data: OpenPast, talk: Talk) -> None:
    facts = await talk.read(FindTickets(talk.actor.person_id, past=True, page=callback_data.page))
    await talk.show(tickets_screen(talk.t, facts))


@router.callback_query(OpenVisit.filter())
@allowed(EVERYBODY)
async def open_visit(query: CallbackQuery, callback_data: OpenVisit, talk: Talk) -> None:
    facts = await talk.read(FindVisit(talk.actor.person_id, callback_data.performance_id))
    await talk.show(visit_screen(talk.t, facts, callback_data.page))


@router.callback_query(OpenTicket.filter())
@allowed(EVERYBODY)
async def open_ticket(query: CallbackQuery, callback_data: OpenTicket, talk: Talk) -> None:
    await show_ticket(talk, callback_data.ticket_id)


@router.callback_query(OpenParty.filter())
@allowed(EVERYBODY)
async def open_party(query: CallbackQuery, callback_data: OpenParty, talk: Talk) -> None:
    await show_party(talk, callback_data.order_id)


@router.callback_query(OpenWayIn.filter())
@allowed(EVERYBODY)
async def open_way_in(query: CallbackQuery, callback_data: OpenWayIn, talk: Talk) -> None:
    facts = await talk.read(FindTicket(talk.actor.person_id, callback_data.ticket_id))
    await talk.show(way_in_screen(talk.t, facts))


@router.callback_query(HandOn.filter())
@allowed(EVERYBODY)
async def hand_on(query: CallbackQuery, callback_data: HandOn, talk: Talk) -> None:
    await show_hand_on(talk, callback_data.ticket_id)


@router.callback_query(Withdraw.filter())
@allowed(EVERYBODY)
async def withdraw(query: CallbackQuery, callback_data: Withdraw, talk: Talk) -> None:
    ticket_id = await talk.write(WithdrawOffer(talk.actor.person_id, callback_data.ticket_id))
    await talk.toast(talk.t.plain("The link is void. The ticket stays yours."))
    await show_ticket(talk, ticket_id)


@router.callback_query(Accept.filter())
@allowed(EVERYBODY)
async def accept(query: CallbackQuery, callback_data: Accept, talk: Talk) -> None:
    if talk.conversation.data.get(OFFERED) != callback_data.hand_on_id:
        raise NotFound
    ticket_id = await talk.write(AcceptTicket(talk.actor.person_id, callback_data.hand_on_id))
    await talk.show(taken_screen(talk.t, await talk.read(FindTicket(talk.actor.person_id, ticket_id))))


async def show_tickets(talk: Talk, page: int = 0) -> None:
    facts = await talk.read(FindTickets(talk.actor.person_id, page=page))
    await talk.show(tickets_screen(talk.t, facts))


async def show_ticket(talk: Talk, ticket_id: int) -> None:
    facts = await talk.read(FindTicket(talk.actor.person_id, ticket_id))
    await talk.show(ticket_screen(talk.t, facts, talk.links))


async def show_party(talk: Talk, order_id: int) -> None:
    facts = await talk.read(FindParty(talk.actor.person_id, order_id))
    await talk.show(party_screen(talk.t, facts, talk.links))


async def show_hand_on(talk: Talk, ticket_id: int) -> None:
    """Makes the link where there is none yet."""
    await talk.write(OfferTicket(talk.actor.person_id, ticket_id))
    facts = await talk.read(FindTicket(talk.actor.person_id, ticket_id))
    if facts.offer is None:  # taken between our writing and our reading
        await show_tickets(talk)
        return
    await talk.show(hand_on_screen(talk.t, facts, facts.offer, talk.links))
