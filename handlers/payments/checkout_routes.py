"""Choosing how to pay, and being shown where: the messenger's invoice, or a checkout outside it."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.errors import HoldEnded, Outside, Stale
from domain.payments.checkout import OpenCheckout
from domain.payments.checkout_model import Way
from handlers.payments.callbacks import Pay, PayBy
from handlers.payments.checkout_views import INVOICE, checkout_screen, checkout_title, ways_screen
from handlers.payments.invoicing import say_over, send_invoice
from handlers.payments.queries import FindPayable
from handlers.ticketing.queries import OrderFacts
from handlers.ticketing.wording import bold
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="payments.checkouts")


@router.callback_query(Pay.filter())
@allowed(EVERYBODY)
async def pay(query: CallbackQuery, callback_data: Pay, talk: Talk) -> None:
    """Where there is but one way, it is gone at once."""
    try:
        facts = await talk.read(FindPayable(talk.actor.person_id, callback_data.order_id))
    except HoldEnded:
        await say_over(talk, callback_data.order_id)
        return
    currency = facts.order.total.currency
    ways, invoice = talk.checkouts.ways(currency), talk.checkouts.has_invoice(currency)
    if not ways:
        await send_invoice(talk, facts)
    elif len(ways) == 1 and not invoice:
        await _check_out(talk, facts, ways[0])
    else:
        await talk.show(ways_screen(talk.t, facts, ways, invoice=invoice))


@router.callback_query(PayBy.filter())
@allowed(EVERYBODY)
async def pay_by(query: CallbackQuery, callback_data: PayBy, talk: Talk) -> None:
    try:
        facts = await talk.read(FindPayable(talk.actor.person_id, callback_data.order_id))
        if callback_data.way == INVOICE:
            await send_invoice(talk, facts)
        else:
            await _check_out(talk, facts, _way_on(talk, facts, callback_data.way))
    except HoldEnded:
        await say_over(talk, callback_data.order_id)


async def _check_out(talk: Talk, facts: OrderFacts, way: Way) -> None:
    """The order is written down, the provider asked, and what it says written down: three steps, each of its own."""
    person_id, order_id = talk.actor.person_id, facts.order.id
    currency = facts.order.total.currency
    ways, invoice = talk.checkouts.ways(currency), talk.checkouts.has_invoice(currency)
    checkout_id = await talk.write(OpenCheckout(person_id, order_id, way, checkout_title(talk.t, facts)))
    try:
        checkout = await talk.checkouts.prepare(checkout_id)
    except Outside as error:
        # On the screen: by now the tap may have been answered, so that a word about it would not be seen.
        screen = ways_screen(talk.t, facts, ways, invoice=invoice)
        await talk.show(screen.with_note(bold(sentence(error, talk.t))))
        return
    facts = await talk.read(FindPayable(person_id, order_id))
    await talk.show(checkout_screen(talk.t, facts, checkout, others=invoice or len(ways) > 1))


def _way_on(talk: Talk, facts: OrderFacts, word: str) -> Way:
    """Raises Stale for a way that this house does not offer (any more)."""
    for way in talk.checkouts.ways(facts.order.total.currency):
        if way.value == word:
            return way
    raise Stale
