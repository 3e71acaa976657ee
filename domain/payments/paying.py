"""Money comes in: the pre-checkout, the capture, the order that costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from domain.errors import Contended, HoldEnded, PaymentRefused, Stale
from domain.money import Money, included_tax
from domain.notices import Notice, NoticeKind
from domain.payments.model import Captured, Charge, ChargeFate, JournalEntry
from domain.ports import Tx
from domain.ticketing import policy
from domain.ticketing.holding import own_order
from domain.ticketing.issuing import issue_tickets
from domain.ticketing.model import ClaimKind, Order, OrderLine, OrderState


@dataclass(frozen=True, slots=True)
class BeginPayment:
    """The last look before the money moves (Bot API: answerPreCheckoutQuery, 10 s). Gives the order's id.

    Afterwards the order is ``paying`` and keeps its places until it is paid, refused or timed out. Asking again for
    the same order is fine: a person may press Pay twice, though not to keep the places for ever. Raises PaymentRefused
    with payer, amount, paid, hold or order.
    """

    payer_id: int
    order_id: int
    amount: Money

    def __call__(self, tx: Tx) -> int:
        order = tx.ticketing.order(self.order_id, lock=True)
        if order is None:
            raise PaymentRefused("order")
        if order.buyer_id != self.payer_id:
            raise PaymentRefused("payer")
        if order.total != self.amount:
            raise PaymentRefused("amount")
        if order.state is OrderState.PAID:
            raise PaymentRefused("paid")
        if not order.is_live(tx.now):
            raise PaymentRefused("hold")
        until = min(tx.now + policy.PAYING_LASTS, order.created_at + policy.PAYING_AT_MOST)
        if tx.ticketing.keep_claims(order.id, ClaimKind.HOLD, until) != len(tx.ticketing.lines(order.id)):
            raise PaymentRefused("hold")
        tx.ticketing.set_order(order.id, OrderState.PAYING, until=until)
        tx.audit(self.payer_id, "order.paying", "order", order.id)
        return order.id


@dataclass(frozen=True, slots=True)
class CapturePayment:
    """The money is taken: charge and tickets in one transaction, or charge and refund. Never lost, never twice.

    Gives ``{"order_id", "fate", "charge_id"}``; the same charge told again gives what was made of it.
    """

    captured: Captured

    def __call__(self, tx: Tx) -> dict[str, Any]:
        captured = self.captured
        order = tx.ticketing.order(captured.order_id, lock=True)
        known = tx.payments.charge_by_provider(captured.provider, captured.provider_charge_id)
        if known is not None:
            return _outcome(known)
        lines = tx.ticketing.lines(order.id) if order else ()
        fate = _fate(tx, order, lines, captured)
        charge = Charge(
            id=0,
            provider=captured.provider,
            provider_charge_id=captured.provider_charge_id,
            channel_charge_id=captured.channel_charge_id,
            order_id=order.id if order else None,
            payer_id=captured.payer_id,
            amount=captured.amount,
            captured_at=tx.now,
            fate=fate,
        )
        charge_id = tx.payments.add_charge(charge)
        if charge_id is None:
            # Two tellings of one charge met, and the other names another order or none, so no lock kept them apart.
            # From the start: what was done to our order's claims is taken back.
            raise Contended(reason="charge")
        charge = replace(charge, id=charge_id)
        tx.audit(captured.payer_id, "charge.captured", "charge", charge_id, order=captured.order_id)
        if fate is ChargeFate.TICKETS and order is not None:
            tx.payments.write_journal(_entries(tx, charge, order, lines))
            issue_tickets(tx, order, lines)
        else:
            tx.payments.write_journal([_plain_entry(tx, charge, order)])
            request_refund(tx, charge, fate.value)
        return _outcome(charge)


@dataclass(frozen=True, slots=True)
class PayNothing:
    """An order whose total is zero needs no money, only a yes. Gives the order's id."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id, lock=True)
        if order.state is OrderState.PAID:
            return order.id
        if order.total:
            raise Stale
        lines = tx.ticketing.lines(order.id)
        if not order.state.is_unpaid or tx.ticketing.keep_claims(order.id, ClaimKind.SALE, None) != len(lines):
            raise HoldEnded(performance_id=order.performance_id)
        tx.payments.write_journal(
            [
                JournalEntry(
                    at=tx.now,
                    kind="free",
                    method="none",
                    amount=order.total,
                    performance_id=order.performance_id,
                    order_id=order.id,
                )
            ]
        )
        issue_tickets(tx, order, lines)
        return order.id


def request_refund(tx: Tx, charge: Charge, reason: str, amount: Money | None = None) -> int:
    """Decides a refund; the clock's tick carries it to the provider. Told as "requested" until it is confirmed."""
    amount = charge.amount if amount is None else amount
    refund_id = tx.payments.add_refund(charge.id, amount, reason, tx.now)
    tx.audit(None, "refund.requested", "refund", refund_id, charge=charge.id)
    payer_id = charge.payer_id or _buyer(tx, charge)
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


def payable(order: Order, tx: Tx) -> Order:
    """The order, if an invoice may be made of it now. Raises HoldEnded, Stale."""
    if order.state is OrderState.PAID:
        raise Stale
    if not order.is_live(tx.now):
        raise HoldEnded(performance_id=order.performance_id)
    return order


@dataclass(frozen=True, slots=True)
class OrderToPay:
    """A query: the person's own order with its lines, ready for an invoice. Raises NotFound, HoldEnded, Stale."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> tuple[Order, Sequence[OrderLine]]:
        order = payable(own_order(tx, self.buyer_id, self.order_id), tx)
        return order, tx.ticketing.lines(order.id)


def _fate(tx: Tx, order: Order | None, lines: Sequence[OrderLine], captured: Captured) -> ChargeFate:
    if order is None:
        return ChargeFate.UNKNOWN
    if order.state is OrderState.PAID:
        return ChargeFate.DUPLICATE
    if captured.payer_id is not None and captured.payer_id != order.buyer_id:
        return ChargeFate.PAYER
    if captured.amount != order.total:
        return ChargeFate.AMOUNT
    if not order.state.is_unpaid:
        return ChargeFate.LATE
    # The claims decide, not the clock: seats that nobody has taken over in the meantime are still theirs.
    if tx.ticketing.keep_claims(order.id, ClaimKind.SALE, None) != len(lines):
        tx.ticketing.keep_claims(order.id, ClaimKind.HOLD, order.until)  # what is left of them is for others to take
        return ChargeFate.LATE
    return ChargeFate.TICKETS


def _outcome(charge: Charge) -> dict[str, Any]:
    return {"order_id": charge.order_id, "fate": charge.fate.value, "charge_id": charge.id}


def _buyer(tx: Tx, charge: Charge) -> int | None:
    order = tx.ticketing.order(charge.order_id) if charge.order_id is not None else None
    return order.buyer_id if order else None


def _entries(tx: Tx, charge: Charge, order: Order, lines: Sequence[OrderLine]) -> list[JournalEntry]:
    """One entry per tax rate, so that the month can be told by rate."""
    entries = []
    by_rate = sorted(lines, key=lambda line: line.tax_rate_bp)
    for rate, group in groupby(by_rate, key=lambda line: line.tax_rate_bp):
        amount = Money.total((line.price for line in group), order.total.currency)
        entry = _plain_entry(tx, charge, order)
        entries.append(replace(entry, amount=amount, tax_rate_bp=rate, tax_minor=included_tax(amount.minor, rate)))
    return entries


def _plain_entry(tx: Tx, charge: Charge, order: Order | None) -> JournalEntry:
    return JournalEntry(
        at=tx.now,
        kind="charge",
        method=charge.provider,
        amount=charge.amount,
        performance_id=order.performance_id if order else None,
        order_id=order.id if order else None,
        charge_id=charge.id,
    )
