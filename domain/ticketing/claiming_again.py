"""The seats of an order that ran out, whose money comes after all."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ports import Tx
from domain.ticketing.model import ClaimKind, Order, OrderLine


def claim_again(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> bool:
    """Takes the order's places for good, if all are free and may be sold to its buyer now; else takes none."""
    if not (_may_be_sold(tx, order, lines) and _costs_the_same_still(tx, order, lines)):
        return False
    places = [line.place for line in lines]
    won = tx.ticketing.claim(order.performance_id, places, ClaimKind.SALE, order_id=order.id, until=None, now=tx.now)
    if len(won) != len(places):
        tx.ticketing.release_claims(order.id)  # not raised: the money is taken, and its charge has to stay
        return False
    return True


def _may_be_sold(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> bool:
    performance = tx.programme.performance_on_sale(order.performance_id)
    if performance is None or performance.sale_state(tx.now) != "open":
        return False
    if len(lines) + tx.ticketing.buying(order.buyer_id, performance.id, tx.now).bought > performance.purchase_limit:
        return False
    if performance.plan_id is None:
        return all(line.place <= performance.capacity for line in lines)
    # An order that is closed does not follow its performance to another plan: its numbers may be other seats now.
    plan = tx.programme.plan(performance.plan_id)
    seats = {seat.place: (seat.zone, seat.row, seat.number) for seat in plan.seats} if plan else {}
    return all(seats.get(line.place) == (line.zone, line.row, line.number) for line in lines)


def _costs_the_same_still(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> bool:
    """When it ran out, it gave back what made it cheaper; somebody else may have used that since."""
    used = tx.ticketing.promotion_of_order(order.id)
    promotion = tx.ticketing.promotion_by_code(used[0]) if used else None
    if promotion is not None:
        in_all, own = tx.ticketing.count_uses(promotion.id, order.buyer_id)
        if in_all >= promotion.uses or own >= promotion.per_person:
            return False
    found = tx.ticketing.member_of_order(order.id) if order.member else None
    if found is None:
        return True
    membership = tx.ticketing.membership(found[0].id, lock=True)
    assert membership is not None
    most = membership.tier.per_performance
    had = tx.ticketing.count_member_places(membership.id, order.performance_id)
    return had + min(len(lines), most) <= most
