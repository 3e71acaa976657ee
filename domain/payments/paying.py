"""Money comes in: the pre-checkout, the capture, the order that costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.errors import Contended, HoldEnded, NotFound, PaymentRefused, Stale
from domain.money import Money
from domain.payments.booking import entries_of, plain_entry
from domain.payments.exchanging import close_exchange, open_exchange
from domain.payments.giving_back import request_refund
from domain.payments.model import Captured, Charge, ChargeFate, JournalEntry, TicketPayment
from domain.payments.voucher_paying import covering, spend
from domain.ports import Tx
from domain.ticketing import policy
from domain.ticketing.claiming_again import claim_again
from domain.ticketing.holding import own_order
from domain.ticketing.issuing import issue_tickets
from domain.ticketing.members import is_still_member
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
        if order.state is OrderState.RESERVED:
            raise PaymentRefused("reserved")
        if not is_still_member(tx, order):
            raise PaymentRefused("member")
        until = min(tx.now + policy.PAYING_LASTS, order.created_at + policy.PAYING_AT_MOST)
        until = max(until, order.until or until)  # an offer to who waits in line lasts longer than a hold
        if not tx.ticketing.keep_places(order.id, ClaimKind.HOLD, until):
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
        order, lines = tx.ticketing.order_to_settle(captured.order_id) or (None, ())
        charge = Charge(
            id=0,
            provider=captured.provider,
            provider_charge_id=captured.provider_charge_id,
            channel_charge_id=captured.channel_charge_id,
            order_id=order.id if order else None,
            payer_id=captured.payer_id,
            amount=captured.amount,
            captured_at=tx.now,
            fate=_fate(order, captured),
        )
        # The unique key decides, before anything else is changed: a charge that is known has had its effect.
        charge_id = tx.payments.add_charge(charge)
        if charge_id is None:
            return _outcome(self._known(tx))
        charge = replace(charge, id=charge_id)
        tx.audit(captured.payer_id, "charge.captured", "charge", charge_id, order=captured.order_id)
        exchange, uses = None, None
        if order is not None and charge.fate is ChargeFate.TICKETS:
            exchange = open_exchange(tx, order, lines) if order.credit is not None else None
            uses = covering(tx, order)
            if order.credit is not None and exchange is None:
                charge = replace(charge, fate=ChargeFate.CHANGED)
            elif uses is None or not _sell_places(tx, order, lines):
                charge = replace(charge, fate=ChargeFate.LATE)
            if charge.fate is not ChargeFate.TICKETS:
                tx.payments.set_fate(charge_id, charge.fate)
        if order is not None and charge.fate is ChargeFate.TICKETS:
            ahead = spend(tx, order, exchange.due if exchange else lines, uses or (), captured.clerk_id)
            due = ahead.due
            tx.payments.write_journal(self._signed(entries_of(tx, charge, order, due)))
            ticket_ids = issue_tickets(tx, order, lines)
            paid = [
                TicketPayment(ticket_id, charge_id, line.price)
                for ticket_id, line in zip(ticket_ids, due, strict=True)
                if line.price
            ]
            tx.payments.pay_tickets([*ahead.payments(ticket_ids), *paid])
            if exchange is not None:
                close_exchange(tx, exchange, order, lines, ticket_ids)
        else:
            tx.payments.write_journal(self._signed([plain_entry(tx, charge, order)]))
            request_refund(tx, charge, charge.fate.value)
        return _outcome(charge)

    def _signed(self, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
        clerk_id, drawer_id = self.captured.clerk_id, self.captured.drawer_id
        return [replace(entry, clerk_id=clerk_id, drawer_id=drawer_id) for entry in entries]

    def _known(self, tx: Tx) -> Charge:
        known = tx.payments.charge_by_provider(self.captured.provider, self.captured.provider_charge_id)
        if known is None:
            raise Contended(reason="charge")
        return known


@dataclass(frozen=True, slots=True)
class PayNothing:
    """An order whose total is zero needs no money, only a yes. Gives the order's id."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order, lines = tx.ticketing.order_to_settle(self.order_id) or (None, ())
        if order is None or order.buyer_id != self.buyer_id:
            raise NotFound
        if order.state is OrderState.PAID:
            return order.id
        if order.total:
            raise Stale
        if not is_still_member(tx, order):
            raise PaymentRefused("member")
        exchange = open_exchange(tx, order, lines) if order.credit is not None else None
        if order.credit is not None and exchange is None:
            raise Stale
        uses = covering(tx, order)
        if uses is None or not order.state.is_unpaid or not tx.ticketing.keep_places(order.id, ClaimKind.SALE, None):
            raise HoldEnded(performance_id=order.performance_id)
        ahead = spend(tx, order, lines, uses)
        if not order.voucher:
            free = JournalEntry(tx.now, "free", "none", order.total)
            free = replace(free, performance_id=order.performance_id, order_id=order.id)
            tx.payments.write_journal([free])
        ticket_ids = issue_tickets(tx, order, lines)
        if ahead.paid:
            tx.payments.pay_tickets(ahead.payments(ticket_ids))
        if exchange is not None:
            close_exchange(tx, exchange, order, lines, ticket_ids)
        return order.id


def payable(order: Order, tx: Tx) -> Order:
    """The order, if an invoice may be made of it now. Raises HoldEnded, Stale, PaymentRefused('member')."""
    if order.state in (OrderState.PAID, OrderState.RESERVED):
        raise Stale
    if not order.is_live(tx.now):
        raise HoldEnded(performance_id=order.performance_id)
    if not is_still_member(tx, order):
        raise PaymentRefused("member")
    return order


@dataclass(frozen=True, slots=True)
class OrderToPay:
    """A query: the person's own order with its lines, ready for an invoice. Raises NotFound, HoldEnded, Stale."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> tuple[Order, Sequence[OrderLine]]:
        order = payable(own_order(tx, self.buyer_id, self.order_id), tx)
        return order, tx.ticketing.lines(order.id)


def _fate(order: Order | None, captured: Captured) -> ChargeFate:
    """As far as the order tells; whether its places are still there, ``_sell_places`` finds out."""
    if order is None:
        return ChargeFate.UNKNOWN
    if order.state is OrderState.PAID:
        return ChargeFate.DUPLICATE
    if captured.payer_id is not None and captured.payer_id != order.buyer_id:
        return ChargeFate.PAYER
    if captured.amount != order.total:
        return ChargeFate.AMOUNT
    return ChargeFate.LATE if order.state is OrderState.LET_GO else ChargeFate.TICKETS


def _sell_places(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> bool:
    """The claims decide, not the clock: seats that nobody has taken over in the meantime are still theirs."""
    if order.state is OrderState.EXPIRED:
        return claim_again(tx, order, lines)
    if tx.ticketing.keep_places(order.id, ClaimKind.SALE, None):
        return True
    tx.ticketing.keep_places(order.id, ClaimKind.HOLD, order.until)  # what is left of them is for others to take
    return False


def _outcome(charge: Charge) -> dict[str, Any]:
    return {"order_id": charge.order_id, "fate": charge.fate.value, "charge_id": charge.id}
