"""Pay together, sit together: one hold, a link for each friend, everybody pays for their own seat.

Each shared seat becomes an order of its own, with its claim, so that whatever holds for orders holds for it: any way to
pay, the deadline, late money, the door. What is still nobody's counts towards the limit of whoever shares it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from domain.errors import BadInput, HoldEnded, LimitExceeded, LinkSpent, NotFound, PaymentUnderWay, Stale
from domain.notices import CardKind
from domain.payments.checkout_model import Way
from domain.payments.together_model import CHANNEL, SharedSeat
from domain.ports import Tx
from domain.programme.model import SeatKind
from domain.ticketing import policy
from domain.ticketing.group_ports import CHANNEL as GROUP
from domain.ticketing.holding import close_unpaid, own_order, performance_on_sale
from domain.ticketing.model import ClaimKind, Order, OrderLine, OrderState
from domain.ticketing.window_model import CHANNEL as WINDOW


@dataclass(frozen=True, slots=True)
class ShareSeats:
    """All seats of a hold but the first are for friends to pay. Gives the order's id; sharing twice is sharing once.

    Everybody's time is the longest that a hold may last. Raises NotFound, HoldEnded, PaymentUnderWay, Stale.
    """

    host_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.host_id, self.order_id, lock=True)
        if tx.payments.shared_seats(order.id):
            return order.id
        lines = tx.ticketing.lines(order.id)
        self._check(tx, order, lines)
        until = order.created_at + policy.HOLD_AT_MOST
        for line in lines[1:]:
            self._share(tx, replace(order, until=until), line)
        if not tx.ticketing.keep_places(order.id, ClaimKind.HOLD, until):
            raise HoldEnded(performance_id=order.performance_id)
        tx.ticketing.set_order(order.id, OrderState.HELD, until=until)
        tx.audit(self.host_id, "order.shared", "order", order.id, seats=len(lines) - 1)
        tx.show_card(self.host_id, CardKind.TOGETHER, order.id)
        return order.id

    def _check(self, tx: Tx, order: Order, lines: Sequence[OrderLine]) -> None:
        if order.state is OrderState.PAYING:
            raise PaymentUnderWay
        if not order.is_live(tx.now):
            raise HoldEnded(performance_id=order.performance_id)
        if not may_be_shared(order, lines):
            raise Stale
        if any(line.seat_kind == SeatKind.COMPANION for line in lines):
            raise BadInput("companion_alone")
        # A page that asks for the whole sum is open somewhere.
        if any(tx.payments.standing_checkout(order.id, way) for way in Way):
            raise PaymentUnderWay

    def _share(self, tx: Tx, order: Order, line: OrderLine) -> None:
        """``order``: the whole one, with the time that all have."""
        nobody_yet = tx.window.add_walk_in(tx.now)
        of_seat = replace(order, id=0, buyer_id=nobody_yet, channel=CHANNEL, total=line.price, revision=1)
        order_id = tx.ticketing.add_order(of_seat)
        tx.payments.move_line(line.id, order.id, order_id)
        if not tx.ticketing.keep_places(order_id, ClaimKind.HOLD, order.until):
            raise HoldEnded(performance_id=order.performance_id)
        tx.audit(self.host_id, "order.held", "order", order_id, performance=order.performance_id)
        tx.payments.add_shared_seat(self.host_id, order.id, order_id, tx.now)


@dataclass(frozen=True, slots=True)
class TakeSeat:
    """A friend says yes: the seat is theirs to pay. Gives its order's id; the link is dead for everybody else.

    Raises NotFound, LinkSpent, NotOnSale, LimitExceeded, PaymentUnderWay, BadInput('own_hold') for somebody who keeps
    other seats of the same performance.
    """

    taker_id: int
    seat_id: int

    def __call__(self, tx: Tx) -> int:
        seat = _seat(tx, self.seat_id)
        order = tx.ticketing.order(seat.order_id)
        assert order is not None
        # Whoever buys locks their own orders first.
        buying = tx.ticketing.buying(self.taker_id, order.performance_id, tx.now, lock=True)
        order = tx.ticketing.order(seat.order_id, lock=True)
        assert order is not None
        seat = _seat(tx, self.seat_id)  # as it stands under the lock
        if seat.taken_at is not None and order.buyer_id == self.taker_id:
            return order.id
        check_seat(tx, seat, order, self.taker_id)
        performance, _ = performance_on_sale(tx, order.performance_id)
        if buying.bought + 1 > performance.purchase_limit:
            raise LimitExceeded("tickets", most=performance.purchase_limit)
        self._end_own_hold(tx, buying.unpaid)
        tx.payments.take_seat(seat, self.taker_id, tx.now)
        tx.audit(self.taker_id, "order.taken", "order", order.id, host=seat.host_id)
        tx.card_changed(CardKind.TOGETHER, seat.host_order_id)
        return order.id

    def _end_own_hold(self, tx: Tx, own: Order | None) -> None:
        if own is None:
            return
        if own.is_live(tx.now):
            if own.state is OrderState.PAYING:
                raise PaymentUnderWay
            raise BadInput("own_hold")
        close_unpaid(tx, own, OrderState.EXPIRED, self.taker_id)


@dataclass(frozen=True, slots=True)
class LetSeatGo:
    """Whoever shared a seat does not wait for a friend any longer. Gives the hold's id.

    Raises NotFound, LinkSpent('used') where a friend was faster: then it is theirs.
    """

    host_id: int
    seat_id: int

    def __call__(self, tx: Tx) -> int:
        seat = _seat(tx, self.seat_id)
        if seat.host_id != self.host_id:
            raise NotFound
        _let_go(tx, seat)
        return seat.host_order_id


def let_waiting_go(tx: Tx, host_id: int) -> None:
    """All that this person has shared and nobody has taken."""
    for seat in tx.payments.waiting_seats(host_id):
        with suppress(LinkSpent):
            _let_go(tx, seat)


def may_be_shared(order: Order, lines: Sequence[OrderLine]) -> bool:
    """A hold from the chat that costs something, for several; no change of seats, nobody's companion."""
    plain = (
        order.state is OrderState.HELD
        and order.credit is None
        and not order.voucher
        and not order.member
        and order.channel not in (CHANNEL, WINDOW, GROUP)
    )
    accompanied = any(line.seat_kind == SeatKind.COMPANION for line in lines)
    return plain and bool(order.total) and len(lines) > 1 and not accompanied


def check_seat(tx: Tx, seat: SharedSeat, order: Order, taker_id: int) -> None:
    """Raises LinkSpent where this person cannot take the seat now."""
    if seat.taken_at is not None:
        raise LinkSpent("used")
    if order.state is OrderState.LET_GO:
        raise LinkSpent("withdrawn")
    if not order.is_live(tx.now):
        raise LinkSpent("expired")
    if seat.host_id == taker_id:
        raise LinkSpent("own")


def _let_go(tx: Tx, seat: SharedSeat) -> None:
    order = tx.ticketing.order(seat.order_id, lock=True)
    seat = _seat(tx, seat.id)
    if seat.taken_at is not None:
        raise LinkSpent("used")
    if order is not None and order.state.is_unpaid:
        state = OrderState.LET_GO if order.is_live(tx.now) else OrderState.EXPIRED
        close_unpaid(tx, order, state, seat.host_id)


def _seat(tx: Tx, seat_id: int) -> SharedSeat:
    seat = tx.payments.shared_seat(seat_id)
    if seat is None:
        raise NotFound
    return seat
