"""Vouchers are sold over the counter, given, kept, and put towards an order.

What a voucher has left is never stored: it is its amount less what orders use that are paid or may still be, plus what
has come back. Whoever counts holds the lock of its row, so two at once cannot spend the same money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import BadInput, HoldEnded, NotFound, PaymentUnderWay, Stale
from domain.money import Money
from domain.payments.checkout_model import Way
from domain.payments.drawer import drawer_for
from domain.payments.model import Captured, ChargeFate
from domain.payments.voucher_model import (
    Voucher,
    VoucherRules,
    VoucherUse,
    clean_voucher_code,
    new_voucher_code,
)
from domain.payments.voucher_paying import owed
from domain.payments.voucher_ports import VoucherLeft
from domain.payments.voucher_selling import new_voucher, sell, take
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue
from domain.ticketing.holding import own_order
from domain.ticketing.model import Order, OrderState
from domain.ticketing.window import order_at_window

#: In minor units: a slip of the thumb is refused.
MOST_MINOR = 10**7
MOST_AMOUNTS = 6
_MOST_MONTHS = 120
_MOST_REASON, _MOST_REFERENCE = 200, 40


@dataclass(frozen=True, slots=True)
class PutVoucherRules:
    """A manager says what the chat sells, and how long a voucher is good. Raises NotAllowed, NotFound, BadInput."""

    by: int
    venue_id: int
    months: int
    amounts: tuple[int, ...]

    def __call__(self, tx: Tx) -> bool:
        venue = _managed(tx, self.by, self.venue_id)
        good = all(0 < minor <= MOST_MINOR for minor in self.amounts) and len(self.amounts) <= MOST_AMOUNTS
        if not good or not 1 <= self.months <= _MOST_MONTHS:
            raise BadInput("bad_amounts")
        tx.payments.put_voucher_rules(VoucherRules(self.months, tuple(sorted(set(self.amounts))), venue.currency))
        tx.audit(self.by, "voucher.rules", "venue", venue.id)
        return True


@dataclass(frozen=True, slots=True)
class SellVoucher:
    """Over the counter: for cash, or by the terminal (``reference``: what its slip says). Gives the voucher's id.

    Raises NotAllowed, NotFound, BadInput (bad_sum, no_drawer, drawer_currency, bad_reference, reference_used).
    """

    clerk_id: int
    venue_id: int
    minor: int
    reference: str | None = None

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.clerk_id)
        actor.require(Role.BOX_OFFICE)
        venue = tx.programme.venue(self.venue_id)
        if venue is None or not actor.may(Role.BOX_OFFICE, venue.id):
            raise NotFound
        if not 0 < self.minor <= MOST_MINOR:
            raise BadInput("bad_sum")
        drawer = drawer_for(tx, self.clerk_id, venue.currency)
        provider, charge, reference = "cash", f"voucher:{new_voucher_code()}", ""
        if self.reference is not None:
            reference = "".join(self.reference.split())
            if not 0 < len(reference) <= _MOST_REFERENCE:
                raise BadInput("bad_reference")
            provider, charge = "terminal", f"{tx.now:%Y%m%d}:{reference}"
        elif drawer is None:
            raise BadInput("no_drawer")
        amount, drawer_id = Money(self.minor, venue.currency), drawer.id if drawer else None
        captured = Captured(provider, charge, reference, 0, amount, None, self.clerk_id, drawer_id)
        charge_id = take(tx, captured, ChargeFate.VOUCHER)
        if charge_id is None:
            raise BadInput("reference_used")
        return sell(tx, captured, charge_id, None)


@dataclass(frozen=True, slots=True)
class GiveVoucher:
    """A manager makes one for nothing: as an apology, as a prize. Gives its id.

    What the house owes from now on is what it costs the house. Raises NotAllowed, NotFound, BadInput (bad_sum,
    code_past, no_reason).
    """

    by: int
    venue_id: int
    minor: int
    valid_until: datetime
    reason: str

    def __call__(self, tx: Tx) -> int:
        venue = _managed(tx, self.by, self.venue_id)
        reason = " ".join(self.reason.split())[:_MOST_REASON]
        if not 0 < self.minor <= MOST_MINOR:
            raise BadInput("bad_sum")
        if self.valid_until <= tx.now:
            raise BadInput("code_past")
        if not reason:
            raise BadInput("no_reason")
        amount = Money(self.minor, venue.currency)
        voucher = new_voucher(tx, amount, self.valid_until, made_by=self.by, reason=reason)
        given = owed(tx, "voucher_given", "none", voucher, amount)
        cost = replace(given, kind="goodwill", amount=-amount, voucher_id=None)
        tx.payments.write_journal([replace(given, clerk_id=self.by), replace(cost, clerk_id=self.by)])
        tx.audit(self.by, "voucher.given", "voucher", voucher)
        return voucher


@dataclass(frozen=True, slots=True)
class KeepVoucher:
    """Whoever opens its link may put it among their own. Gives its id. Raises NotFound."""

    person_id: int
    voucher_id: int

    def __call__(self, tx: Tx) -> int:
        voucher = tx.payments.voucher(self.voucher_id, lock=True)
        if voucher is None:
            raise NotFound
        if voucher.holder_id != self.person_id:
            tx.payments.keep_voucher(voucher.id, self.person_id)
            tx.audit(self.person_id, "voucher.kept", "voucher", voucher.id)
        return voucher.id


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """Puts what a voucher has towards one's own order. Gives the order's id; the same voucher twice is once.

    Raises NotFound, HoldEnded, Stale, PaymentUnderWay, and BadInput with no_voucher, voucher_over, voucher_empty,
    voucher_currency.
    """

    buyer_id: int
    order_id: int
    code: str

    def __call__(self, tx: Tx) -> int:
        return _use(tx, own_order(tx, self.buyer_id, self.order_id, lock=True), self.code, self.buyer_id)


@dataclass(frozen=True, slots=True)
class UseVoucherAtWindow:
    """As ``UseVoucher``, by the clerk for their customer. Raises NotAllowed too."""

    clerk_id: int
    order_id: int
    code: str

    def __call__(self, tx: Tx) -> int:
        return _use(tx, order_at_window(tx, self.clerk_id, self.order_id, lock=True), self.code, self.clerk_id)


@dataclass(frozen=True, slots=True)
class DropVouchers:
    """Pay otherwise after all. Gives the order's id. Raises NotFound, HoldEnded, Stale, PaymentUnderWay."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id, lock=True)
        _check_open(tx, order)
        if order.voucher:
            tx.payments.drop_vouchers(order.id)
            tx.audit(self.buyer_id, "voucher.dropped", "order", order.id)
        return order.id


def left_of(tx: Tx, voucher: Voucher) -> Money:
    return Money(voucher.amount.minor - tx.payments.voucher_spent(voucher.id), voucher.amount.currency)


def own_vouchers(tx: Tx, person_id: int, limit: int) -> list[VoucherLeft]:
    """Those with something on them that can be spent now."""
    found = [VoucherLeft(one, left_of(tx, one)) for one in tx.payments.vouchers_of(person_id, limit)]
    return [each for each in found if each.left and tx.now < each.voucher.valid_until]


def _use(tx: Tx, order: Order, code: str, actor_id: int) -> int:
    cleaned = clean_voucher_code(code)
    voucher = tx.payments.voucher_by_code(cleaned) if cleaned else None
    used: Sequence[VoucherUse] = tx.payments.voucher_uses(order.id) if order.voucher else ()
    if voucher is not None and any(use.voucher_id == voucher.id for use in used):
        return order.id
    _check_open(tx, order)
    if not order.total or order.credit is not None:
        raise Stale
    if voucher is None:
        raise BadInput("no_voucher")
    if voucher.amount.currency != order.total.currency:
        raise BadInput("voucher_currency")
    if tx.now >= voucher.valid_until:
        raise BadInput("voucher_over")
    left = left_of(tx, voucher)
    if left.minor <= 0:
        raise BadInput("voucher_empty")
    tx.payments.use_voucher(VoucherUse(order.id, voucher.id, min(left, order.total)), tx.now)
    tx.audit(actor_id, "voucher.used", "order", order.id, voucher=voucher.id)
    return order.id


def _check_open(tx: Tx, order: Order) -> None:
    """Raises Stale, HoldEnded, PaymentUnderWay where the price cannot change any more."""
    if order.state is OrderState.PAYING:
        raise PaymentUnderWay
    if order.state is OrderState.PAID:
        raise Stale
    if not order.is_live(tx.now):
        raise HoldEnded(performance_id=order.performance_id)
    # A page that asks for another sum is open somewhere.
    if any(tx.payments.standing_checkout(order.id, way) for way in Way):
        raise PaymentUnderWay


def _managed(tx: Tx, by: int, venue_id: int) -> Venue:
    actor = actor_of(tx, by)
    actor.require(Role.MANAGER)
    venue = tx.programme.venue(venue_id)
    if venue is None or not actor.may(Role.MANAGER, venue.id):
        raise NotFound
    return venue
