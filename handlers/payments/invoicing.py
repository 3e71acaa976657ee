"""The messenger's own invoice."""

from __future__ import annotations

from handlers.payments.payload import payload_of, start_parameter_of
from handlers.payments.views import invoice
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.queries import OrderFacts
from handlers.ui.talk import Talk


async def send_invoice(talk: Talk, facts: OrderFacts) -> None:
    made = invoice(talk.t, facts)
    await talk.messenger.send_invoice(
        talk.conversation,
        title=made.title,
        description=made.description,
        payload=payload_of(facts.order.id),
        lines=made.lines,
        start_parameter=start_parameter_of(facts.order.performance_id),
    )


async def say_over(talk: Talk, order_id: int) -> None:
    """The order as it is now offers to take the same again."""
    await talk.toast(talk.t.plain("The time to pay is over and the seats were given back."), alert=True)
    await show_order(talk, order_id)
