"""What people in the chat have to do with the window: pay there, and bring its paper into the chat."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound, Stale
from domain.ticketing.claiming import ClaimPaper
from domain.ticketing.reserving import GivePhone, PayHere, Reserve
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.queries import FindOrder
from handlers.ticketing.ticket_routes import show_ticket
from handlers.ticketing.views.order import order_screen
from handlers.ticketing.window.callbacks import ClaimTicket, LeavePhone, PayReserved, ReserveOrder
from handlers.ticketing.window.chat_views import phone_screen
from handlers.ticketing.window.queries import FindClaimable
from handlers.ticketing.window.views import claim_screen
from handlers.ticketing.wording import bold, escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.at_window")

PHONE = "window.phone"
#: Kept in the conversation: the order that a telephone is awaited for, and the paper's code that was opened here.
#: A button's id can be made up (Bot API, CallbackQuery: a client can send any data), the paper's code cannot.
_ORDER, OPENED = "window.reserved", "window.opened"


@router.callback_query(ReserveOrder.filter())
@allowed(EVERYBODY)
async def reserve(query: CallbackQuery, callback_data: ReserveOrder, talk: Talk) -> None:
    await show_order(talk, await talk.write(Reserve(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(PayReserved.filter())
@allowed(EVERYBODY)
async def pay_here(query: CallbackQuery, callback_data: PayReserved, talk: Talk) -> None:
    await show_order(talk, await talk.write(PayHere(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(LeavePhone.filter())
@allowed(EVERYBODY)
async def ask_phone(query: CallbackQuery, callback_data: LeavePhone, talk: Talk) -> None:
    await _ask_phone(talk, callback_data.order_id)


@router.message(Awaits(PHONE))
@allowed(EVERYBODY)
async def phone_said(message: Message, talk: Talk) -> None:
    order_id = talk.conversation.data.get(_ORDER)
    if not isinstance(order_id, int):
        raise Stale
    try:
        await talk.write(GivePhone(talk.actor.person_id, order_id, (message.text or "")[:40]))
    except BadInput as error:
        await _ask_phone(talk, order_id, escaped(sentence(error, talk.t)))
        return
    screen = order_screen(talk.t, await talk.read(FindOrder(talk.actor.person_id, order_id)))
    await talk.show(screen.with_note(bold("📞 " + talk.t.plain("The window can find you by your telephone now."))))


@router.callback_query(ClaimTicket.filter())
@allowed(EVERYBODY)
async def claim(query: CallbackQuery, callback_data: ClaimTicket, talk: Talk) -> None:
    if talk.conversation.data.get(OPENED) != callback_data.credential_id:
        raise NotFound
    ticket_id = await talk.write(ClaimPaper(talk.actor.person_id, callback_data.credential_id))
    await talk.toast(talk.t.plain("The ticket is in this chat now."))
    await show_ticket(talk, ticket_id)


async def offer_claim(talk: Talk, credential_id: int) -> bool:
    """The code of a paper that nobody has in a chat yet: whoever opened it is asked. False for every other code."""
    facts = await talk.read(FindClaimable(talk.actor.person_id, credential_id))
    if facts is None:
        return False
    await talk.show(claim_screen(talk.t, facts, credential_id))
    talk.conversation.data[OPENED] = credential_id
    return True


async def _ask_phone(talk: Talk, order_id: int, note: str = "") -> None:
    await talk.read(FindOrder(talk.actor.person_id, order_id))
    screen = phone_screen(talk.t, order_id)
    await talk.show(screen.with_note(note) if note else screen)
    talk.conversation.data[_ORDER] = order_id
    talk.conversation.await_text(PHONE)
