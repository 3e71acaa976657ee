"""Tickets are given up and their money goes back, all of it or less a fee: one core for every reason to do so.

Whose ticket, until when and for which fee is for the use case to decide; here the parts that must never be forgotten
happen together. The ledger holds per charge: captured = live tickets + fees kept + refunds, whatever their state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import Stale
from domain.money import Money, included_tax
from domain.notices import Notice, NoticeKind
from domain.payments.model import BY_HAND, Charge, JournalEntry, RefundLine, RefundState
from domain.payments.refunding import refunded_to_voucher
from domain.payments.voucher_model import PROVIDER as VOUCHER
from domain.ports import Tx
from domain.records.tasks import REFUND_BY_HAND, ask_for_a_hand
from domain.ticketing.model import OrderLine, Ticket, TicketState

NO_FEES: Mapping[int, int] = {}


def lock_tickets(tx: Tx, ticket_ids: Collection[int]) -> Sequence[Ticket]:
    """The tickets as they are now, by id, and nobody else's to change until the transaction ends.

    Their orders are locked first, as whoever captures money for an order does. The door, hand-ons and returns wait.
    """
    return tx.ticketing.lock_tickets(ticket_ids)


def give_back(
    tx: Tx, tickets: Sequence[Ticket], *, reason: str, actor_id: int | None, fees: Mapping[int, int] = NO_FEES
) -> list[int]:
    """Ends these tickets and asks for their money back. Gives the refunds' ids, one for each charge that paid them.

    ``tickets``: valid, from ``lock_tickets`` in this transaction. ``fees``: ticket id → minor units that the house
    keeps; never more than was paid. ``reason``: a stable word of at most 12 letters, told to whoever gets the money.
    A charge of which the fees leave nothing gets a refund of 0 that is settled at once, so that every fee stands on a
    line. Raises Stale where one of the tickets is not valid any more.
    """
    if not tickets:
        return []
    paid: dict[int, list[_Share]] = defaultdict(list)
    lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets})
    by_id = {ticket.id: ticket for ticket in tickets}
    left = {id: fees.get(id, 0) for id in by_id}
    back: dict[int, int] = dict.fromkeys(by_id, 0)
    for payment in tx.payments.ticket_payments(by_id):
        ticket = by_id[payment.ticket_id]
        fee = min(left[ticket.id], payment.amount.minor)
        left[ticket.id] -= fee
        back[ticket.id] += payment.amount.minor - fee
        paid[payment.charge_id].append(_Share(ticket, lines[ticket.order_line_id], payment.amount, fee))
    for state, of_state in (
        (TicketState.REFUNDED, [ticket for ticket in tickets if back[ticket.id]]),
        (TicketState.CANCELLED, [ticket for ticket in tickets if not back[ticket.id]]),
    ):
        end_tickets(tx, of_state, state, reason, actor_id)
    charges = tx.payments.charges(paid)
    refund_ids = [_refund(tx, charges[charge_id], shares, reason) for charge_id, shares in sorted(paid.items())]
    told = {actor_id, *(payer_of(tx, charge) for charge in charges.values())}
    tell_of_change(tx, [ticket for ticket in tickets if ticket.holder_id not in told])
    return refund_ids


def end_tickets(tx: Tx, tickets: Sequence[Ticket], state: TicketState, why: str, actor_id: int | None) -> None:
    """They admit nobody from now on, and their places are free: codes, claims and open offers go with them.

    Nothing is said of money. Raises Stale where one of them is not valid any more.
    """
    if not tickets:
        return
    ids = [ticket.id for ticket in tickets]
    if tx.ticketing.end_tickets(ids, state) != len(ids):
        raise Stale
    tx.ticketing.revoke_ticket_codes(ids, why, tx.now)
    tx.ticketing.release_places(tickets)
    tx.ticketing.revoke_empty_parties({ticket.order_id for ticket in tickets}, why, tx.now)
    for hand_on in tx.ticketing.open_hand_ons(ids):
        tx.ticketing.close_hand_on(hand_on.id, tx.now, None)
        tx.audit(actor_id, "ticket.offer_withdrawn", "ticket", hand_on.ticket_id, hand_on=hand_on.id)
    for ticket in tickets:
        tx.audit(actor_id, f"ticket.{state.value}", "ticket", ticket.id, why=why)


def payer_of(tx: Tx, charge: Charge) -> int | None:
    """Who is told of the charge's money."""
    order = tx.ticketing.order(charge.order_id) if charge.payer_id is None and charge.order_id is not None else None
    return order.buyer_id if order else charge.payer_id


def request_refund(tx: Tx, charge: Charge, reason: str, amount: Money | None = None) -> int:
    """Decides a refund; the clock's tick carries it to the provider, or a task to a person where no provider has it.
    What a voucher paid, ``refunded_to_voucher`` puts back once the refund's lines stand.

    ``amount`` None: all of the charge. Told as "requested" until it is confirmed; of nothing nothing is told.
    """
    amount = charge.amount if amount is None else amount
    by_hand = charge.provider in BY_HAND
    tried = amount.minor > 0 and not by_hand and charge.provider != VOUCHER
    refund_id = tx.payments.add_refund(charge.id, amount, reason, tx.now, tried=tried)
    tx.audit(None, "refund.requested", "refund", refund_id, charge=charge.id)
    if not amount:
        tx.payments.set_refund(refund_id, RefundState.CONFIRMED, settled_at=tx.now)
        tx.audit(None, "refund.confirmed", "refund", refund_id)
        return refund_id
    if by_hand:
        ask_for_a_hand(tx, REFUND_BY_HAND, "refund", refund_id)
    payer_id = payer_of(tx, charge)
    if payer_id is not None:
        tx.notify(
            Notice(
                payer_id,
                NoticeKind.MONEY_REFUNDED,
                dedupe_key=f"refund:{refund_id}",
                params={"refund_id": refund_id, "why": reason, "order_id": charge.order_id},
            )
        )
    return refund_id


def tell_of_change(tx: Tx, tickets: Sequence[Ticket]) -> None:
    """To the holders, each ticket and change once."""
    for ticket in tickets:
        tx.notify(
            Notice(
                ticket.holder_id,
                NoticeKind.TICKET_CHANGED,
                dedupe_key=f"changed:{ticket.id}:{ticket.revision}",
                params={"ticket_id": ticket.id},
            )
        )


@dataclass(frozen=True, slots=True)
class _Share:
    """What one charge paid of one ticket, and what of that is kept."""

    ticket: Ticket
    line: OrderLine
    paid: Money
    fee: int

    @property
    def back(self) -> int:
        return self.paid.minor - self.fee


def _refund(tx: Tx, charge: Charge, shares: Sequence[_Share], reason: str) -> int:
    amount = Money(sum(share.back for share in shares), charge.amount.currency)
    refund_id = request_refund(tx, charge, reason, amount)
    tx.payments.add_refund_lines(
        [
            RefundLine(
                refund_id,
                share.ticket.id,
                Money(share.back, amount.currency),
                Money(share.fee, amount.currency),
                share.line.tax_rate_bp,
            )
            for share in shares
        ]
    )
    refunded_to_voucher(tx, refund_id, charge)
    kept: dict[tuple[int, int], int] = defaultdict(int)
    for share in shares:
        kept[share.ticket.performance_id, share.line.tax_rate_bp] += share.fee
    tx.payments.write_journal([entry for at, minor in kept.items() for entry in _fee(tx, charge, *at, minor)])
    return refund_id


def _fee(tx: Tx, charge: Charge, performance_id: int, rate: int, minor: int) -> list[JournalEntry]:
    """No money moves: what was a sale becomes a fee, so the two lines are nothing together."""
    if not minor:
        return []
    tax = included_tax(minor, rate)
    return [
        JournalEntry(
            at=tx.now,
            kind=kind,
            method=charge.provider,
            amount=Money(sign * minor, charge.amount.currency),
            tax_rate_bp=rate,
            tax_minor=sign * tax,
            performance_id=performance_id,
            order_id=charge.order_id,
            charge_id=charge.id,
        )
        for kind, sign in (("void", -1), ("fee_kept", 1))
    ]
