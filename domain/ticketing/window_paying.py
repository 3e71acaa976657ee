"""Money over the counter: cash into the clerk's drawer, a card at the terminal, nothing, or a present of the house."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from domain.errors import BadInput, HoldEnded, LimitExceeded, Stale
from domain.money import Money
from domain.payments.drawer import drawer_for, expected
from domain.payments.giving_back import give_back, lock_tickets
from domain.payments.model import Captured, ChargeFate, JournalEntry
from domain.payments.paying import CapturePayment, PayNothing
from domain.payments.refunding import refunded_by_hand
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.ticketing.issuing import issue_tickets
from domain.ticketing.members import is_still_member
from domain.ticketing.model import ClaimKind, Order, OrderState, TicketState
from domain.ticketing.window import order_at_window

_MOST_REFERENCE, _MOST_REASON = 40, 200


@dataclass(frozen=True, slots=True)
class TakeCash:
    """Gives ``{"order_id", "change_minor"}``. ``given_minor``: what the customer puts down.

    Raises NotFound, Stale for what is paid already, BadInput (not_enough, no_drawer, drawer_currency, member_ended),
    HoldEnded.
    """

    clerk_id: int
    order_id: int
    given_minor: int

    def __call__(self, tx: Tx) -> dict[str, Any]:
        order = _to_pay(tx, self.clerk_id, self.order_id)
        if self.given_minor < order.total.minor:
            raise BadInput("not_enough")
        drawer = drawer_for(tx, self.clerk_id, order.total.currency)
        if drawer is None:
            raise BadInput("no_drawer")
        money = Captured("cash", str(order.id), "", order.id, order.total, order.buyer_id, self.clerk_id, drawer.id)
        _sell(tx, order, money)
        return {"order_id": order.id, "change_minor": self.given_minor - order.total.minor}


@dataclass(frozen=True, slots=True)
class TakeCard:
    """The terminal has taken the money; ``reference`` is what its slip says, once a day. Gives the order's id.

    Raises NotFound, Stale, BadInput (bad_reference, reference_used, member_ended), HoldEnded.
    """

    clerk_id: int
    order_id: int
    reference: str

    def __call__(self, tx: Tx) -> int:
        order = _to_pay(tx, self.clerk_id, self.order_id)
        reference = "".join(self.reference.split())
        if not 0 < len(reference) <= _MOST_REFERENCE:
            raise BadInput("bad_reference")
        drawer = drawer_for(tx, self.clerk_id, order.total.currency)
        money = Captured(
            provider="terminal",
            provider_charge_id=f"{tx.now:%Y%m%d}:{reference}",
            channel_charge_id=reference,
            order_id=order.id,
            amount=order.total,
            payer_id=order.buyer_id,
            clerk_id=self.clerk_id,
            drawer_id=drawer.id if drawer else None,
        )
        _sell(tx, order, money)
        return order.id


@dataclass(frozen=True, slots=True)
class TakeNothing:
    """An order that costs nothing anyway. Gives its id. Raises NotFound, Stale, HoldEnded."""

    clerk_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = order_at_window(tx, self.clerk_id, self.order_id, lock=True)
        PayNothing(order.buyer_id, order.id)(tx)
        _finish(tx, self.clerk_id, order)
        return order.id


@dataclass(frozen=True, slots=True)
class GiveComplimentary:
    """The house gives these places away. Gives the order's id.

    The journal has a line of 0, kind ``complimentary``; what the places would have cost stands beside the reason.
    Raises NotFound, Stale, HoldEnded, BadInput for no reason, LimitExceeded beyond what a clerk may give away.
    """

    clerk_id: int
    order_id: int
    reason: str

    def __call__(self, tx: Tx) -> int:
        order = _to_pay(tx, self.clerk_id, self.order_id)
        reason = " ".join(self.reason.split())[:_MOST_REASON]
        if not reason:
            raise BadInput("no_reason")
        self._check_limit(tx, order)
        if order.voucher:
            tx.payments.drop_vouchers(order.id)
            order = replace(order, total=order.total + Money(order.voucher, order.total.currency), voucher=0)
        if not tx.ticketing.keep_places(order.id, ClaimKind.SALE, None):
            raise HoldEnded(performance_id=order.performance_id)
        tx.window.add_complimentary(order.id, self.clerk_id, reason, order.total.minor, tx.now)
        tx.window.waive(order.id)
        nothing = replace(order.total, minor=0)
        entry = JournalEntry(
            at=tx.now,
            kind="complimentary",
            method="none",
            amount=nothing,
            performance_id=order.performance_id,
            order_id=order.id,
            clerk_id=self.clerk_id,
        )
        tx.payments.write_journal([entry])
        issue_tickets(tx, replace(order, total=nothing), tx.ticketing.lines(order.id))
        tx.audit(self.clerk_id, "window.given_away", "order", order.id)
        _finish(tx, self.clerk_id, order)
        return order.id

    def _check_limit(self, tx: Tx, order: Order) -> None:
        performance = tx.programme.performance(order.performance_id)
        assert performance is not None
        if actor_of(tx, self.clerk_id).may(Role.MANAGER, performance.venue_id):
            return
        most = tx.window.rules().complimentary_most
        given = tx.window.count_complimentary(self.clerk_id, performance.id)
        if given + len(tx.ticketing.lines(order.id)) > most:
            raise LimitExceeded("complimentary", most=most)


@dataclass(frozen=True, slots=True)
class VoidSale:
    """The customer brings the papers back. Gives the order's id.

    Their tickets end and their places are free. Cash goes back out of the clerk's drawer at once; what came by the
    terminal is a task by hand. What has been claimed into a chat is its holder's and stays. Raises NotFound, Stale
    (nothing to take back, or somebody is inside), BadInput (no_drawer, drawer_currency, too_little).
    """

    clerk_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = order_at_window(tx, self.clerk_id, self.order_id, lock=True)
        ids = [ticket.id for ticket in tx.ticketing.tickets_of_order(order.id)]
        tickets = [
            ticket
            for ticket in (lock_tickets(tx, ids) if ids else ())
            if ticket.state is TicketState.VALID and ticket.holder_id == order.buyer_id
        ]
        if not tickets or not tx.window.is_walk_in(order.buyer_id):
            raise Stale
        if tx.admission.standing([ticket.id for ticket in tickets]):
            raise Stale
        refund_ids = give_back(tx, tickets, reason="voided", actor_id=self.clerk_id)
        for refund_id in refund_ids:
            self._pay_out(tx, refund_id)
        tx.audit(self.clerk_id, "window.voided", "order", order.id, tickets=len(tickets))
        return order.id

    def _pay_out(self, tx: Tx, refund_id: int) -> None:
        refund = tx.payments.refund(refund_id)
        charge = tx.payments.charge(refund.charge_id) if refund else None
        if refund is None or charge is None or charge.provider != "cash":
            return
        drawer = drawer_for(tx, self.clerk_id, refund.amount.currency)
        if drawer is None:
            raise BadInput("no_drawer")
        if refund.amount > expected(tx, drawer):
            raise BadInput("too_little")
        refunded_by_hand(tx, refund_id, self.clerk_id, f"drawer {drawer.id}", drawer.id)


def _to_pay(tx: Tx, clerk_id: int, order_id: int) -> Order:
    """Raises NotFound, Stale, HoldEnded, BadInput('member_ended')."""
    order = order_at_window(tx, clerk_id, order_id, lock=True)
    if order.state is OrderState.PAID or not order.total:
        raise Stale
    if not order.state.is_unpaid:
        raise HoldEnded(performance_id=order.performance_id)
    if order.state is OrderState.HELD and not is_still_member(tx, order):  # what is reserved keeps its price
        raise BadInput("member_ended")
    return order


def _sell(tx: Tx, order: Order, money: Captured) -> None:
    """What would be late or doubled money elsewhere is refused here: the notes are still on the counter."""
    outcome = CapturePayment(money)(tx)
    if outcome["order_id"] != order.id:
        raise BadInput("reference_used")
    if outcome["fate"] != ChargeFate.TICKETS:
        raise HoldEnded(performance_id=order.performance_id)
    _finish(tx, money.clerk_id, order)


def _finish(tx: Tx, clerk_id: int | None, order: Order) -> None:
    sale = tx.window.sale_of_order(order.id)
    if sale is not None:
        tx.window.close_sale(sale.id, tx.now)
    tx.audit(clerk_id, "window.sold", "order", order.id)
