"""An order that takes the place of tickets is paid: what they were paid pays for the new ones, as far as it goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.money import Money, included_tax
from domain.payments.giving_back import end_tickets, lock_tickets, request_refund
from domain.payments.model import JournalEntry, RefundLine, TicketPayment
from domain.payments.refunding import refunded_to_voucher
from domain.ports import Tx
from domain.ticketing.model import Order, OrderLine, Ticket, TicketState


@dataclass(frozen=True, slots=True)
class Moved:
    """Money that moves from an old ticket to the ``index``-th new line, or (None) back to whoever paid it."""

    payment: TicketPayment
    rate: int  # at which it was sold
    performance_id: int  # for which it was sold
    index: int | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """``due``: the new lines, their prices what is left for the new charge to pay."""

    tickets: Sequence[Ticket]
    due: Sequence[OrderLine]
    moved: Sequence[Moved]


def open_exchange(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> Exchange | None:
    """Locks the old tickets. None where one of them has been used, given back or handed on since: then nothing is
    exchanged, and money that came for it goes back."""
    ids = tx.ticketing.changed_by(order.id)
    tickets = lock_tickets(tx, ids)
    good = all(t.state is TicketState.VALID and t.holder_id == order.buyer_id for t in tickets)
    if not good or tx.ticketing.ever_admitted(ids):
        return None
    old_lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets})
    sold = {ticket.id: (old_lines[ticket.order_line_id].tax_rate_bp, ticket.performance_id) for ticket in tickets}
    left = [line.price.minor for line in lines]
    moved: list[Moved] = []
    for payment in tx.payments.ticket_payments(ids):
        minor = payment.amount.minor
        for index, wanted in enumerate(left):
            part = min(minor, wanted)
            if part:
                moved.append(_moved(payment, part, sold, index))
                left[index] -= part
                minor -= part
        if minor:
            moved.append(_moved(payment, minor, sold, None))
    due = [replace(line, price=Money(minor, line.price.currency)) for line, minor in zip(lines, left, strict=True)]
    return Exchange(tickets, due, moved)


def close_exchange(tx: Tx, exchange: Exchange, order: Order, lines: Sequence[OrderLine], new: Sequence[int]) -> None:
    """Ends the old tickets, gives the new ones (``new``: ids, as the lines) their money, and back what is too much."""
    end_tickets(tx, exchange.tickets, TicketState.CANCELLED, "changed", order.buyer_id)
    paid: dict[tuple[int, int], int] = defaultdict(int)
    for each in exchange.moved:
        if each.index is not None:
            paid[new[each.index], each.payment.charge_id] += each.payment.amount.minor
            rate = lines[each.index].tax_rate_bp
            if (rate, order.performance_id) != (each.rate, each.performance_id):
                tx.payments.write_journal(_sold_otherwise(tx, order, each, rate))
    currency = order.total.currency
    tx.payments.pay_tickets([TicketPayment(*key, Money(minor, currency)) for key, minor in paid.items()])
    _refund(tx, [each for each in exchange.moved if each.index is None], currency)


def _moved(payment: TicketPayment, minor: int, sold: dict[int, tuple[int, int]], index: int | None) -> Moved:
    part = replace(payment, amount=Money(minor, payment.amount.currency))
    return Moved(part, *sold[payment.ticket_id], index)


def _sold_otherwise(tx: Tx, order: Order, moved: Moved, rate: int) -> list[JournalEntry]:
    """No money moves: what was sold at one tax rate, or for one performance, is sold at or for another."""
    amount, charge_id = moved.payment.amount, moved.payment.charge_id
    return [
        JournalEntry(
            at=tx.now,
            kind="changed",
            method="none",
            amount=Money(sign * amount.minor, amount.currency),
            tax_rate_bp=at,
            tax_minor=sign * included_tax(amount.minor, at),
            performance_id=performance_id,
            order_id=tx.payments.charges([charge_id])[charge_id].order_id,
            charge_id=charge_id,
        )
        for sign, at, performance_id in ((-1, moved.rate, moved.performance_id), (1, rate, order.performance_id))
    ]


def _refund(tx: Tx, left: Sequence[Moved], currency: str) -> None:
    by_charge: dict[int, list[Moved]] = defaultdict(list)
    for each in left:
        by_charge[each.payment.charge_id].append(each)
    charges = tx.payments.charges(by_charge)
    for charge_id, parts in sorted(by_charge.items()):
        amount = Money.total((each.payment.amount for each in parts), currency)
        refund_id = request_refund(tx, charges[charge_id], "cheaper", amount)
        tx.payments.add_refund_lines(
            [
                RefundLine(refund_id, each.payment.ticket_id, each.payment.amount, Money(0, currency), each.rate)
                for each in parts
            ]
        )
        refunded_to_voucher(tx, refund_id, charges[charge_id])
