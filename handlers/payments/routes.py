"""Paying: what costs nothing, and the money that has come."""

from __future__ import annotations

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from domain.errors import HoldEnded
from domain.money import Money
from domain.payments.model import Captured, ChargeFate
from domain.payments.paying import CapturePayment, PayNothing
from domain.payments.voucher_selling import BuyVoucher
from handlers.assistance.drink_routes import drinks_paid
from handlers.payments import accounts_routes, checkout_routes, precheckout, together_routes
from handlers.payments.callbacks import Confirm
from handlers.payments.invoicing import say_over
from handlers.payments.payload import drinks_in, order_in, voucher_in
from handlers.payments.queries import FindReturned
from handlers.payments.views import returned_screen, returned_text
from handlers.payments.vouchers import routes as voucher_routes
from handlers.payments.vouchers.routes import show_voucher
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.queries import FindSale
from handlers.ticketing.views.performance import performance_screen
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="payments")
router.include_routers(precheckout.router, checkout_routes.router, together_routes.router, accounts_routes.router)
router.include_router(voucher_routes.router)

#: The messenger's own payments are told apart from those of checkouts outside it.
PROVIDER = "telegram"


@router.callback_query(Confirm.filter())
@allowed(EVERYBODY)
async def confirm(query: CallbackQuery, callback_data: Confirm, talk: Talk) -> None:
    try:
        order_id = await talk.write(PayNothing(talk.actor.person_id, callback_data.order_id))
    except HoldEnded:
        await say_over(talk, callback_data.order_id)
        return
    await show_order(talk, order_id)


@router.message(F.successful_payment)
@allowed(EVERYBODY)
async def paid(message: Message, talk: Talk) -> None:
    """The money is taken: tickets, or an apology and the way back of the money."""
    told = message.successful_payment
    assert told is not None
    stars = told.currency == "XTR"
    captured = Captured(
        provider=PROVIDER,
        # Stars have no provider but Telegram, whose list of transactions knows its own id alone.
        provider_charge_id=told.telegram_payment_charge_id if stars else told.provider_payment_charge_id,
        channel_charge_id=told.telegram_payment_charge_id,
        order_id=order_in(told.invoice_payload),
        amount=Money(told.total_amount, told.currency),
        payer_id=talk.actor.person_id,
    )
    if voucher_in(told.invoice_payload) is not None:
        bought = await talk.write(BuyVoucher(captured))
        if bought["voucher_id"] is None:
            await _say_sorry(talk, bought["charge_id"])
        else:
            await show_voucher(talk, bought["voucher_id"])
        return
    if (drinks_id := drinks_in(told.invoice_payload)) is not None:
        await drinks_paid(talk, replace(captured, order_id=drinks_id))
        return
    outcome = await talk.write(CapturePayment(captured))
    if outcome["fate"] == ChargeFate.TICKETS:
        await show_order(talk, outcome["order_id"])
    else:
        await _say_sorry(talk, outcome["charge_id"])


async def _say_sorry(talk: Talk, charge_id: int) -> None:
    """Whoever came too late chooses again from the best that is left."""
    facts = await talk.read(FindReturned(talk.actor.person_id, charge_id))
    if facts.showing is None:
        await talk.show(returned_screen(talk.t, facts))
        return
    sale = await talk.read(FindSale(talk.actor.person_id, facts.showing.performance.id))
    await talk.show(
        performance_screen(talk.t, sale).with_note(returned_text(talk.t, facts.charge, facts.charge.amount))
    )
