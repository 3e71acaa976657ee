"""A group's leader pays for its places; tickets are given on by one link, as a present or one for each."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.errors import NotFound, Stale
from domain.ticketing.group_ports import HandoutKind
from domain.ticketing.groups import TakeGroupPlaces
from domain.ticketing.handing_out import CloseHandout, HandOut, TakeHandout
from handlers.ticketing.groups.callbacks import (
    AskMessage,
    MakeHandout,
    OpenHandout,
    PrintGift,
    StopHandout,
    TakeForGroup,
    TakeHandedOut,
)
from handlers.ticketing.groups.queries import FindGroup, FindHandedOut, FindOwnHandout, OwnHandout, TakenBefore
from handlers.ticketing.groups.views import (
    gift_card,
    group_screen,
    handed_out_screen,
    handout_screen,
    message_screen,
)
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.ticket_routes import show_ticket
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.groups")

MESSAGE = "handout.message"
#: Kept in the conversation: the order that the message is for; the block or the link that was opened here.
_ABOUT, _GROUP, _OPENED = "handout.about", "group.opened", "handout.opened"


@router.callback_query(TakeForGroup.filter())
@allowed(EVERYBODY)
async def take_for_group(query: CallbackQuery, callback_data: TakeForGroup, talk: Talk) -> None:
    if talk.conversation.data.get(_GROUP) != callback_data.block_id:
        raise NotFound
    places = TakeGroupPlaces(talk.actor.person_id, callback_data.block_id, callback_data.count)
    await show_order(talk, await talk.write(places))


@router.callback_query(OpenHandout.filter())
@allowed(EVERYBODY)
async def open_own(query: CallbackQuery, callback_data: OpenHandout, talk: Talk) -> None:
    await _show_own(talk, callback_data.order_id)


@router.callback_query(MakeHandout.filter())
@allowed(EVERYBODY)
async def make(query: CallbackQuery, callback_data: MakeHandout, talk: Talk) -> None:
    await talk.write(HandOut(talk.actor.person_id, callback_data.order_id, callback_data.handout))
    await _show_own(talk, callback_data.order_id)


@router.callback_query(AskMessage.filter())
@allowed(EVERYBODY)
async def ask_message(query: CallbackQuery, callback_data: AskMessage, talk: Talk) -> None:
    await talk.read(FindOwnHandout(talk.actor.person_id, callback_data.order_id))  # somebody else's is not found
    await talk.show(message_screen(talk.t, callback_data.order_id))
    talk.conversation.data[_ABOUT] = callback_data.order_id
    talk.conversation.await_text(MESSAGE)


@router.message(Awaits(MESSAGE))
@allowed(EVERYBODY)
async def message_typed(message: Message, talk: Talk) -> None:
    order_id = talk.conversation.data.get(_ABOUT)
    if not isinstance(order_id, int):
        raise Stale
    await talk.write(HandOut(talk.actor.person_id, order_id, HandoutKind.GIFT, message.text or ""))
    await _show_own(talk, order_id)


@router.callback_query(PrintGift.filter())
@allowed(EVERYBODY)
async def print_gift(query: CallbackQuery, callback_data: PrintGift, talk: Talk) -> None:
    facts = await talk.read(FindOwnHandout(talk.actor.person_id, callback_data.order_id))
    if facts.handout is None or facts.handout.closed_at is not None:
        raise Stale
    await talk.send(gift_card(talk.t, facts, talk.links))
    await _show_own(talk, callback_data.order_id)


@router.callback_query(StopHandout.filter())
@allowed(EVERYBODY)
async def stop(query: CallbackQuery, callback_data: StopHandout, talk: Talk) -> None:
    await _show_own(talk, await talk.write(CloseHandout(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(TakeHandedOut.filter())
@allowed(EVERYBODY)
async def take(query: CallbackQuery, callback_data: TakeHandedOut, talk: Talk) -> None:
    if talk.conversation.data.get(_OPENED) != callback_data.handout_id:
        raise NotFound
    taken = await talk.write(TakeHandout(talk.actor.person_id, callback_data.handout_id))
    await show_ticket(talk, taken[0])


async def open_group(talk: Talk, block_id: int) -> None:
    """Where a group's link leads. Raises NotFound, LinkSpent."""
    await talk.show(group_screen(talk.t, await talk.read(FindGroup(talk.actor.person_id, block_id))))
    talk.conversation.data[_GROUP] = block_id


async def open_handout(talk: Talk, handout_id: int) -> None:
    """Where the link of a present or of a group's tickets leads. Raises NotFound, LinkSpent."""
    own = await talk.read(OwnHandout(talk.actor.person_id, handout_id))
    if own is not None:
        await _show_own(talk, own)
        return
    ticket_id = await talk.read(TakenBefore(talk.actor.person_id, handout_id))
    if ticket_id is not None:
        await show_ticket(talk, ticket_id)
        return
    await talk.show(handed_out_screen(talk.t, await talk.read(FindHandedOut(talk.actor.person_id, handout_id))))
    talk.conversation.data[_OPENED] = handout_id


async def _show_own(talk: Talk, order_id: int) -> None:
    facts = await talk.read(FindOwnHandout(talk.actor.person_id, order_id))
    await talk.show(handout_screen(talk.t, facts, talk.links))
