"""Paying outside the messenger: a checkout is made, the provider is asked, and what becomes of it is found out.

Between deciding and knowing stands a call: ``OpenCheckout`` → the provider makes it → ``CheckoutOpened``. A crash in
between leaves a checkout that is asked; the same call under the same reference gives the same checkout, and the clock
asks what became of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.errors import BadInput, HoldEnded, NotFound, PaymentRefused, Stale
from domain.money import Money
from domain.payments.checkout_model import REFERENCE_MARK, Checkout, CheckoutState, Opened, Paid, Way
from domain.payments.model import Charge
from domain.payments.paying import CapturePayment, payable
from domain.payments.voucher_selling import CaptureVoucher, CheckVoucherSale
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.ticketing import policy
from domain.ticketing.holding import own_order
from domain.ticketing.model import ClaimKind, Order

#: Longer than an order lives after somebody has asked to pay it, so that the order decides and not the provider.
CHECKOUT_LASTS = timedelta(minutes=30)
#: A checkout that will be over so soon is not handed out any more.
_TOO_SHORT = timedelta(minutes=1)
TITLE_MOST = 64
#: By then the provider's own books are closed for the day, and a refund made by hand over there is seen.
COMPARE_AFTER = timedelta(days=1)
_FIRST_LOOK = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(seconds=60)
_LONGEST_WAIT_OVER = timedelta(minutes=5)
_NEXT_COMPARISON = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class OpenCheckout:
    """A person wants to pay their order in this way. Gives the checkout's id: pressing twice gives the same one.

    The seats are kept for as long as a payment takes, within the same bound as for any payment. They may still be let
    go: money that comes all the same goes back. Raises NotFound, HoldEnded, Stale, BadInput.
    """

    buyer_id: int
    order_id: int
    way: Way
    title: str

    def __call__(self, tx: Tx) -> int:
        order = payable(own_order(tx, self.buyer_id, self.order_id, lock=True), tx)
        if not order.total:
            raise Stale
        if not self.way.fits(order.total.currency):
            raise BadInput("currency")
        self._keep(tx, order)
        standing = tx.payments.standing_checkout(order.id, self.way)
        if standing is not None:
            if standing.expires_at > tx.now + _TOO_SHORT:
                return standing.id
            raise HoldEnded(performance_id=order.performance_id)
        checkout_id = _ask(tx, self.way, order.total, self.title, order_id=order.id)
        tx.audit(self.buyer_id, "checkout.asked", "checkout", checkout_id, order=order.id)
        return checkout_id

    def _keep(self, tx: Tx, order: Order) -> None:
        until = min(tx.now + policy.PAYING_LASTS, order.created_at + policy.PAYING_AT_MOST)
        if order.until is not None and until > order.until:
            if not tx.ticketing.keep_places(order.id, ClaimKind.HOLD, until):
                raise HoldEnded(performance_id=order.performance_id)
            tx.ticketing.set_order(order.id, order.state, until=until)


@dataclass(frozen=True, slots=True)
class OpenVoucherCheckout:
    """A person wants to buy a voucher that the house sells, in this way. Gives the checkout's id: pressing twice gives
    the same one, until it is paid.

    Raises NotFound, PaymentRefused('amount'), BadInput('currency').
    """

    buyer_id: int
    amount: Money
    way: Way
    title: str

    def __call__(self, tx: Tx) -> int:
        actor_of(tx, self.buyer_id)
        CheckVoucherSale(self.amount)(tx)
        if not self.way.fits(self.amount.currency):
            raise BadInput("currency")
        sale_id = tx.payments.ask_voucher_sale(self.buyer_id, self.amount, tx.now)
        tx.payments.voucher_sale(sale_id, lock=True)
        standing = tx.payments.standing_voucher_checkout(sale_id, self.way, tx.now + _TOO_SHORT)
        if standing is not None:
            return standing.id
        checkout_id = _ask(tx, self.way, self.amount, self.title, voucher_sale_id=sale_id)
        tx.audit(self.buyer_id, "checkout.asked", "checkout", checkout_id)
        return checkout_id


@dataclass(frozen=True, slots=True)
class CheckoutOpened:
    """After the call: what the provider has made. Told twice, it is the same."""

    checkout_id: int
    opened: Opened

    def __call__(self, tx: Tx) -> int:
        if tx.payments.open_checkout(self.checkout_id, self.opened):
            tx.audit(None, "checkout.open", "checkout", self.checkout_id)
        return self.checkout_id


@dataclass(frozen=True, slots=True)
class SettleCheckout:
    """A provider says that a checkout is paid: in a notice, or because we asked (``asked``). Gives the charge's fate.

    Raises NotFound for a reference that is not ours. A notice with another amount raises PaymentRefused: the checkout
    is asked about anyway, and that answer counts.
    """

    provider: str
    paid: Paid
    asked: bool = False

    def __call__(self, tx: Tx) -> str:
        checkout = tx.payments.checkout_by_reference(self.provider, self.paid.reference)
        if checkout is None:
            raise NotFound
        if self.paid.amount != checkout.amount and not self.asked:
            raise PaymentRefused("amount")
        captured = self.paid.captured(self.provider, checkout.order_id)
        outcome: dict[str, Any]
        if checkout.voucher_sale_id is not None:
            outcome = CaptureVoucher(captured, checkout.voucher_sale_id)(tx)
        else:
            outcome = CapturePayment(captured)(tx)
        compare_at = tx.now + COMPARE_AFTER
        if tx.payments.end_checkout(checkout.id, CheckoutState.PAID, outcome["charge_id"], compare_at):
            tx.audit(None, "checkout.paid", "checkout", checkout.id, charge=outcome["charge_id"])
        return str(outcome["fate"])


@dataclass(frozen=True, slots=True)
class DueCheckout:
    """``is_over``: its order is not to be paid any more, or its time has come. ``confirmed_minor``: of a paid one,
    what had gone back for certain before the provider is asked."""

    checkout: Checkout
    is_over: bool
    confirmed_minor: int = 0


@dataclass(frozen=True, slots=True)
class DueCheckouts:
    """A query: what the provider is to be asked about now; as many as are asked at once."""

    limit: int = 20

    def __call__(self, tx: Tx) -> list[DueCheckout]:
        return [self._due(tx, checkout) for checkout in tx.payments.due_checkouts(tx.now, self.limit)]

    def _due(self, tx: Tx, checkout: Checkout) -> DueCheckout:
        is_over = _is_over(tx, checkout)
        charge = tx.payments.charge(checkout.charge_id) if checkout.charge_id is not None else None
        return DueCheckout(checkout, is_over, _returned_by_provider(tx, charge) if charge else 0)


@dataclass(frozen=True, slots=True)
class IsPayable:
    """A query: whether somebody who opens the checkout's address is still to be let on to the provider."""

    checkout_id: int

    def __call__(self, tx: Tx) -> bool:
        checkout = tx.payments.checkout(self.checkout_id)
        return checkout is not None and checkout.state.is_standing and not _is_over(tx, checkout)


@dataclass(frozen=True, slots=True)
class LookAtCheckout:
    """Before the provider is asked: sets the next look, so that a crash in between is made good then.

    False where somebody else has settled it meanwhile.
    """

    checkout_id: int
    is_over: bool

    def __call__(self, tx: Tx) -> bool:
        checkout = tx.payments.checkout(self.checkout_id)
        if checkout is None or checkout.next_look_at is None or checkout.next_look_at > tx.now:
            return False
        if checkout.state.is_standing:
            longest = _LONGEST_WAIT_OVER if self.is_over else _LONGEST_WAIT
            wait = min(_FIRST_LOOK * 2 ** min(checkout.looks, 8), longest)
        else:
            wait = _NEXT_COMPARISON
        tx.payments.look_later(checkout.id, tx.now + wait)
        return True


@dataclass(frozen=True, slots=True)
class CloseCheckout:
    """The provider takes no money for it any more."""

    checkout_id: int

    def __call__(self, tx: Tx) -> bool:
        closed = tx.payments.end_checkout(self.checkout_id, CheckoutState.CLOSED, None, None)
        if closed:
            tx.audit(None, "checkout.closed", "checkout", self.checkout_id)
        return closed


def _is_over(tx: Tx, checkout: Checkout) -> bool:
    if checkout.expires_at <= tx.now:
        return True
    if checkout.voucher_sale_id is not None:
        sale = tx.payments.voucher_sale(checkout.voucher_sale_id)
        return sale is None or sale.charge_id is not None
    order = tx.ticketing.order(checkout.order_id) if checkout.order_id is not None else None
    return order is None or not order.is_live(tx.now)


def _ask(
    tx: Tx, way: Way, amount: Money, title: str, *, order_id: int | None = None, voucher_sale_id: int | None = None
) -> int:
    checkout = Checkout(
        id=0,
        order_id=order_id,
        way=way,
        reference=REFERENCE_MARK + secrets.token_hex(12),
        title=title[:TITLE_MOST],
        state=CheckoutState.ASKED,
        amount=amount,
        created_at=tx.now,
        expires_at=tx.now + CHECKOUT_LASTS,
        next_look_at=tx.now + _FIRST_LOOK,
        voucher_sale_id=voucher_sale_id,
    )
    return tx.payments.add_checkout(checkout)


def _returned_by_provider(tx: Tx, charge: Charge) -> int:
    """Minor units that the provider has confirmed; what a person gave back by hand is not among them."""
    entries = tx.payments.journal(charge_id=charge.id)
    return -sum(entry.amount.minor for entry in entries if entry.refund_id and entry.method == charge.provider)
