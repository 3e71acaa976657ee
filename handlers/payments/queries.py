"""What the screens and notices of payments show."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import NotFound
from domain.money import Money
from domain.payments.model import Charge, ChargeFate, Refund
from domain.payments.paying import OrderToPay
from domain.ports import Tx
from handlers.ticketing.queries import FindOrder, OrderFacts, Showing, showing_of


@dataclass(frozen=True, slots=True)
class FindPayable:
    """An own order, ready for an invoice. Raises NotFound, HoldEnded, Stale."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> OrderFacts:
        OrderToPay(self.buyer_id, self.order_id)(tx)
        return FindOrder(self.buyer_id, self.order_id)(tx)


@dataclass(frozen=True, slots=True)
class ReturnedFacts:
    """Money that could not become tickets. ``showing``: what it was meant for, where that is still on sale."""

    charge: Charge
    showing: Showing | None


@dataclass(frozen=True, slots=True)
class FindReturned:
    """Raises NotFound for somebody else's charge."""

    payer_id: int
    charge_id: int

    def __call__(self, tx: Tx) -> ReturnedFacts:
        charge = tx.payments.charge(self.charge_id)
        if charge is None or _payer(tx, charge) != self.payer_id:
            raise NotFound
        return ReturnedFacts(charge, still_on_sale(tx, charge))


def _payer(tx: Tx, charge: Charge) -> int | None:
    """What reconciliation has found names no payer: its order's buyer then."""
    if charge.payer_id is not None or charge.order_id is None:
        return charge.payer_id
    order = tx.ticketing.order(charge.order_id)
    return order.buyer_id if order else None


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """``about``: what the tickets were for, where it was tickets; ``kept``: the fee."""

    refund: Refund
    charge: Charge
    showing: Showing | None
    about: Showing | None = None
    kept: Money | None = None


def refund_facts(tx: Tx, refund_id: int) -> RefundFacts | None:
    refund = tx.payments.refund(refund_id)
    charge = tx.payments.charge(refund.charge_id) if refund else None
    if refund is None or charge is None:
        return None
    order = tx.ticketing.order(charge.order_id) if charge.order_id is not None else None
    about = showing_of(tx, order.performance_id) if order and charge.fate is ChargeFate.TICKETS else None
    fees = [line.fee for line in tx.payments.refund_lines(refund.id)]
    kept = Money.total(fees, refund.amount.currency)
    return RefundFacts(refund, charge, still_on_sale(tx, charge), about, kept)


def still_on_sale(tx: Tx, charge: Charge) -> Showing | None:
    """The performance that the money was meant for, if whoever came too late can choose there again."""
    if charge.fate is not ChargeFate.LATE or charge.order_id is None:
        return None
    order = tx.ticketing.order(charge.order_id)
    showing = showing_of(tx, order.performance_id) if order else None
    return showing if showing and showing.performance.sale_state(tx.now) == "open" else None
