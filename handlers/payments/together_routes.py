"""Each pays their own: sharing the seats of a hold, and taking one of a friend's."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.errors import HoldEnded, NotFound
from domain.payments.together import LetSeatGo, ShareSeats, TakeSeat
from handlers.payments.callbacks import LetFriendsSeatGo, OpenTogether, ShareHold, TakeFriendsSeat
from handlers.payments.invoicing import say_over
from handlers.payments.together_queries import FindOwnPart, FindSeatOffer, FindTogether
from handlers.payments.together_views import seat_offer_screen, together_screen
from handlers.ticketing.order_routes import show_order
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="payments.together")

#: Kept in the conversation: the seat whose link was opened here. A button's id can be made up, the link's code cannot.
_OFFERED = "payments.seat"


@router.callback_query(ShareHold.filter())
@allowed(EVERYBODY)
async def share(query: CallbackQuery, callback_data: ShareHold, talk: Talk) -> None:
    try:
        order_id = await talk.write(ShareSeats(talk.actor.person_id, callback_data.order_id))
    except HoldEnded:
        await say_over(talk, callback_data.order_id)
        return
    await _show(talk, order_id)


@router.callback_query(OpenTogether.filter())
@allowed(EVERYBODY)
async def open_together(query: CallbackQuery, callback_data: OpenTogether, talk: Talk) -> None:
    await _show(talk, callback_data.order_id)


@router.callback_query(LetFriendsSeatGo.filter())
@allowed(EVERYBODY)
async def let_go(query: CallbackQuery, callback_data: LetFriendsSeatGo, talk: Talk) -> None:
    order_id = await talk.write(LetSeatGo(talk.actor.person_id, callback_data.seat_id))
    await talk.toast(talk.t.plain("The link is void and the seat is free for others."))
    await _show(talk, order_id)


@router.callback_query(TakeFriendsSeat.filter())
@allowed(EVERYBODY)
async def take(query: CallbackQuery, callback_data: TakeFriendsSeat, talk: Talk) -> None:
    if talk.conversation.data.get(_OFFERED) != callback_data.seat_id:
        raise NotFound
    await show_order(talk, await talk.write(TakeSeat(talk.actor.person_id, callback_data.seat_id)))


async def open_seat(talk: Talk, seat_id: int) -> None:
    """Where a seat's link leads. Raises NotFound, LinkSpent."""
    shared, taken = await talk.read(FindOwnPart(talk.actor.person_id, seat_id))
    if shared is not None:
        await _show(talk, shared)
    elif taken is not None:
        await show_order(talk, taken)
    else:
        await talk.show(seat_offer_screen(talk.t, await talk.read(FindSeatOffer(talk.actor.person_id, seat_id))))
        talk.conversation.data[_OFFERED] = seat_id


async def _show(talk: Talk, order_id: int) -> None:
    facts = await talk.read(FindTogether(talk.actor.person_id, order_id))
    await talk.show(together_screen(talk.t, facts, talk.links))
