"""From a paid order to tickets: in the same transaction as the money."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from domain.codes import SHORT_ALPHABET, SHORT_LENGTH, CodeKind
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.ticketing.model import Order, OrderLine, OrderState, Ticket, TicketState


def issue_tickets(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> Sequence[int]:
    """Tickets and their credentials, the receipt, the notice that brings them. The claims are sold already."""
    tx.ticketing.set_order(order.id, OrderState.PAID, paid_at=tx.now)
    tickets = [
        Ticket(
            id=0,
            order_line_id=line.id,
            order_id=order.id,
            performance_id=order.performance_id,
            place=line.place,
            holder_id=order.buyer_id,
            state=TicketState.VALID,
            short_code=new_short_code(),
            revision=1,
        )
        for line in lines
    ]
    ticket_ids = tx.ticketing.add_tickets(tickets, tx.now)
    tx.ticketing.add_credentials(CodeKind.TICKET, ticket_ids, tx.keyring.current, tx.now)
    if len(ticket_ids) > 1:
        tx.ticketing.add_credentials(CodeKind.PARTY, [order.id], tx.keyring.current, tx.now)
    if order.total:
        tx.payments.add_receipt(order.id, tx.now)
    tx.audit(order.buyer_id, "order.paid", "order", order.id)
    tx.notify(
        Notice(
            order.buyer_id,
            NoticeKind.TICKETS_ISSUED,
            dedupe_key=f"tickets:{order.id}",
            params={"order_id": order.id, "ticket_ids": list(ticket_ids), "holder_id": order.buyer_id},
        )
    )
    return ticket_ids


def new_short_code() -> str:
    return "".join(secrets.choice(SHORT_ALPHABET) for _ in range(SHORT_LENGTH))
