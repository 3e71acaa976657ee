"""Promotion codes: a share or a sum off an order, so many times, until a day, for some performances or categories."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.errors import BadInput, HoldEnded, NotFound, Stale
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.ticketing.holding import own_order
from domain.ticketing.model import Order, OrderState
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.window import order_at_window

_CODE = re.compile(r"[A-Z0-9\u4e00-\u9fff]{3,24}")
_MOST_USES = 100_000


@dataclass(frozen=True, slots=True)
class UsePromotion:
    """Takes a code's share or sum off one's own held order. Gives the order's id; the same code twice is once.

    The use is counted under the lock of the code. An order that ends unpaid gives it back. Raises NotFound, HoldEnded,
    Stale where the order has a code, takes the place of tickets or is being paid, and BadInput with no_code,
    code_early, code_over, code_used_up, code_not_here, code_first, member_or_code.
    """

    buyer_id: int
    order_id: int
    code: str

    def __call__(self, tx: Tx) -> int:
        return _use(tx, own_order(tx, self.buyer_id, self.order_id, lock=True), self.code, self.buyer_id)


@dataclass(frozen=True, slots=True)
class UsePromotionAtWindow:
    """As ``UsePromotion``, by the clerk for their customer. Raises NotAllowed too.

    Customers without a name are a person each, so of a code's bounds the one in all is the one that holds.
    """

    clerk_id: int
    order_id: int
    code: str

    def __call__(self, tx: Tx) -> int:
        return _use(tx, order_at_window(tx, self.clerk_id, self.order_id, lock=True), self.code, self.clerk_id)


@dataclass(frozen=True, slots=True)
class AddPromotion:
    """A manager makes a code. Gives its id. Raises NotAllowed, NotFound for another house, and BadInput with bad_code,
    code_taken, code_past."""

    by: int
    promotion: Promotion

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        if not actor.may(Role.MANAGER, self.promotion.venue_id):
            raise NotFound
        wanted = self.promotion
        takes_off = (1 <= wanted.percent <= 100 and not wanted.minor) or (not wanted.percent and wanted.minor > 0)
        counted = 1 <= wanted.per_person <= wanted.uses <= _MOST_USES
        if not (_CODE.fullmatch(wanted.code) and takes_off and counted):
            raise BadInput("bad_code")
        if wanted.valid_until <= max(tx.now, wanted.starts_at or tx.now):
            raise BadInput("code_past")
        promotion_id = tx.ticketing.add_promotion(wanted, self.by, tx.now)
        if promotion_id is None:
            raise BadInput("code_taken")
        tx.audit(self.by, "promotion.added", "promotion", promotion_id)
        return promotion_id


@dataclass(frozen=True, slots=True)
class WithdrawPromotion:
    """Nobody can use it any more; who has used it keeps the price. Twice is once. Raises NotAllowed, NotFound."""

    by: int
    promotion_id: int

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        promotion = tx.ticketing.promotion(self.promotion_id)
        if promotion is None or not actor.may(Role.MANAGER, promotion.venue_id):
            raise NotFound
        if tx.ticketing.withdraw_promotion(promotion.id, tx.now):
            tx.audit(self.by, "promotion.withdrawn", "promotion", promotion.id)
        return promotion.id


def clean_code(text: str) -> str:
    """As it is stored: capitals, without spaces and dashes."""
    return re.sub(r"[\s\-–—]+", "", text).upper()[:64]


def _use(tx: Tx, order: Order, text: str, actor_id: int) -> int:
    code = clean_code(text)
    used = tx.ticketing.promotion_of_order(order.id)
    if used is not None and used[0] == code:
        return order.id
    if used is not None or order.credit is not None or order.state is not OrderState.HELD:
        raise Stale
    if order.voucher:
        raise BadInput("code_first")
    if order.member:
        raise BadInput("member_or_code")
    if not order.is_live(tx.now):
        raise HoldEnded(performance_id=order.performance_id)
    promotion = tx.ticketing.promotion_by_code(code) if code else None
    performance = tx.programme.performance(order.performance_id)
    if promotion is None or performance is None:
        raise BadInput("no_code")
    if promotion.is_early(tx.now):
        raise BadInput("code_early")
    if not promotion.is_good(tx.now):
        raise BadInput("code_over")
    elsewhere = promotion.performances and performance.id not in promotion.performances
    if promotion.venue_id != performance.venue_id or elsewhere:
        raise BadInput("code_not_here")
    in_all, own = tx.ticketing.count_uses(promotion.id, order.buyer_id)
    if in_all >= promotion.uses or own >= promotion.per_person:
        raise BadInput("code_used_up")
    lines = tx.ticketing.lines(order.id)
    prices = promotion.prices(lines)
    if not prices:
        raise BadInput("code_not_here")
    off = sum(line.price.minor - prices[line.id] for line in lines if line.id in prices)
    tx.ticketing.set_prices(order.id, prices)
    tx.ticketing.add_promotion_use(order.id, promotion.id, off, tx.now)
    tx.audit(actor_id, "promotion.used", "order", order.id, promotion=promotion.id)
    return order.id
