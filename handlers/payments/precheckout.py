"""The last look before the money moves, in time or not at all.

Telegram waits 10 s for the answer (Bot API, ``answerPreCheckoutQuery``); ours comes within 8 s of receipt, whatever
the database does: yes only after the order's places are known to be kept, else no with a sentence that says why.
"""

from __future__ import annotations

import asyncio

from aiogram import Router
from aiogram.types import PreCheckoutQuery

from domain.errors import PaymentRefused, Rejected
from domain.money import Money
from domain.payments.paying import BeginPayment
from handlers.assistance.drink_routes import begin_drinks
from handlers.payments.payload import drinks_in, order_in, voucher_in
from handlers.payments.vouchers.routes import check_sale
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="payments.precheckout")

#: Seconds from receipt within which the answer is on its way.
ANSWER_WITHIN = 8.0


@router.pre_checkout_query()
@allowed(EVERYBODY)
async def answer_pre_checkout(query: PreCheckoutQuery, talk: Talk, deadline: float | None = None) -> None:
    """``deadline``: the event loop's time by which to answer; without one, 8 s from now.

    What is not a refusal by the rules, such as a database that fails, is refused as "busy" and raised afterwards.
    """
    if deadline is None:
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN
    try:
        async with asyncio.timeout_at(deadline):
            if voucher_in(query.invoice_payload) is not None:
                await check_sale(talk, query.total_amount, query.currency)
            elif (drinks_id := drinks_in(query.invoice_payload)) is not None:
                await begin_drinks(talk, drinks_id, Money(query.total_amount, query.currency))
            else:
                await begin(talk, query.invoice_payload, query.total_amount, query.currency)
    except TimeoutError:
        await _refuse(query, talk, PaymentRefused("busy"))
    except Rejected as refusal:
        await _refuse(query, talk, refusal)
    except Exception:
        await _refuse(query, talk, PaymentRefused("busy"))
        raise
    else:
        await query.answer(ok=True)


async def begin(talk: Talk, payload: str, amount: int, currency: str) -> int:
    """Keeps the order's places for the payment; gives the order's id. Raises PaymentRefused."""
    return await talk.write(BeginPayment(talk.actor.person_id, order_in(payload), Money(amount, currency)))


async def _refuse(query: PreCheckoutQuery, talk: Talk, refusal: Rejected) -> None:
    await query.answer(ok=False, error_message=sentence(refusal, talk.t))
