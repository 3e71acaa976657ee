"""The seats of an order that ran out, whose money comes after all."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ports import Tx
from domain.ticketing.model import ClaimKind, Order, OrderLine


def claim_again(tx: Tx, order: Order, lines: Sequence[OrderLine]) -> bool:
    """Takes the order's places for good, if all are free and may be sold to its buyer now; else takes none."""
    if not _may_be_sold(tx, order, lines):
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
