"""A seat of a hold that a friend is asked to pay for, and the word to whoever asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.notices import CardKind
from domain.ports import Tx
from domain.ticketing.model import Order

#: What ``Order.channel`` says of one seat of a hold that several people pay for.
CHANNEL = "together"


@dataclass(frozen=True, slots=True)
class SharedSeat:
    """``order_id``: the seat's own order. Until it is taken its buyer is nobody: a person without name or account."""

    id: int
    host_id: int
    host_order_id: int
    order_id: int
    made_at: datetime
    taken_at: datetime | None


def tell_host(tx: Tx, order: Order) -> None:
    """Whoever asked sees what became of the seat."""
    if order.channel == CHANNEL:
        seat = tx.payments.seat_of_order(order.id)
        if seat is not None:
            tx.card_changed(CardKind.TOGETHER, seat.host_order_id)
