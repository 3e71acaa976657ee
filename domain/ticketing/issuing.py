"""From a paid order to tickets: in the same transaction as the money."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from domain.codes import SHORT_ALPHABET, SHORT_LENGTH
from domain.notices import Notice, NoticeKind
from domain.payments.giving_back import give_back, lock_tickets
from domain.payments.together_model import tell_host
from domain.ports import Tx
from domain.programme.returns import of_snapshot
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
    party_of = order.id if len(ticket_ids) > 1 else None
    tx.ticketing.add_credentials(ticket_ids, tx.keyring.current, tx.now, party_of=party_of)
    _end_resold(tx, order, lines)
    if order.costs:
        tx.payments.add_receipt(order.id, tx.now)
    tx.audit(order.buyer_id, "order.paid", "order", order.id)
    tell_host(tx, order)
    tx.notify(
        Notice(
            order.buyer_id,
            NoticeKind.TICKETS_ISSUED,
            dedupe_key=f"tickets:{order.id}",
            params={"order_id": order.id, "ticket_ids": list(ticket_ids), "holder_id": order.buyer_id},
        )
    )
    return ticket_ids


def _end_resold(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> None:
    """Places that were given back for resale are sold: their old tickets end, and their money goes back."""
    offered = tx.ticketing.offered_tickets(order.performance_id, [line.place for line in lines])
    if not offered:
        return
    tickets = [t for t in lock_tickets(tx, offered) if t.state is TicketState.VALID and t.offered]
    old_lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets})
    fees = {}
    for ticket in tickets:
        line = old_lines[ticket.order_line_id]
        fees[ticket.id] = of_snapshot(line.policy).fee(line.price.minor)
    give_back(tx, tickets, reason="resold", actor_id=None, fees=fees)


def new_short_code() -> str:
    return "".join(secrets.choice(SHORT_ALPHABET) for _ in range(SHORT_LENGTH))
