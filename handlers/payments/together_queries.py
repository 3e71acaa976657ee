"""What the screens of paying together show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import NotFound
from domain.payments.together import check_seat
from domain.payments.together_model import SharedSeat
from domain.ports import Tx
from domain.programme.model import Concession
from domain.ticketing.holding import own_order
from domain.ticketing.model import Order, OrderLine, OrderState
from handlers.ticketing.queries import Showing, concessions_by_id, showing_of


class SeatFate(StrEnum):
    WAITING = "waiting"  # for a friend to open the link
    TAKEN = "taken"  # a friend has said yes, and has not paid yet
    PAID = "paid"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class FriendsSeat:
    """``taker``: their name; empty while there is nobody, or nobody any more."""

    seat: SharedSeat
    order: Order
    line: OrderLine
    taker: str
    fate: SeatFate


@dataclass(frozen=True, slots=True)
class TogetherFacts:
    showing: Showing
    order: Order
    own: tuple[OrderLine, ...]
    seats: tuple[FriendsSeat, ...]
    now: datetime

    def having(self, fate: SeatFate) -> list[FriendsSeat]:
        return [one for one in self.seats if one.fate is fate]


@dataclass(frozen=True, slots=True)
class FindTogether:
    """Raises NotFound: for somebody else's seats just as for none."""

    host_id: int
    order_id: int

    def __call__(self, tx: Tx) -> TogetherFacts:
        facts = together_facts(tx, own_order(tx, self.host_id, self.order_id))
        if not facts.seats:
            raise NotFound
        return facts


def together_facts(tx: Tx, order: Order) -> TogetherFacts:
    seats = []
    for seat in tx.payments.shared_seats(order.id):
        of_seat = tx.ticketing.order(seat.order_id)
        assert of_seat is not None
        taker = tx.people.actor(of_seat.buyer_id) if seat.taken_at is not None else None
        (line,) = tx.ticketing.lines(of_seat.id)
        fate = _fate(of_seat, seat, tx.now)
        seats.append(FriendsSeat(seat, of_seat, line, taker.display_name if taker else "", fate))
    own = tuple(tx.ticketing.lines(order.id))
    return TogetherFacts(showing_of(tx, order.performance_id), order, own, tuple(seats), tx.now)


def _fate(order: Order, seat: SharedSeat, now: datetime) -> SeatFate:
    if order.state is OrderState.PAID:
        return SeatFate.PAID
    if not order.is_live(now):
        return SeatFate.OVER
    return SeatFate.WAITING if seat.taken_at is None else SeatFate.TAKEN


@dataclass(frozen=True, slots=True)
class SeatOffer:
    """For the friend who opens the link. ``host``: who asks."""

    seat: SharedSeat
    showing: Showing
    order: Order
    line: OrderLine
    concession: Concession | None
    host: str
    now: datetime


@dataclass(frozen=True, slots=True)
class FindSeatOffer:
    """Raises NotFound, LinkSpent."""

    viewer_id: int
    seat_id: int

    def __call__(self, tx: Tx) -> SeatOffer:
        seat = tx.payments.shared_seat(self.seat_id)
        order = tx.ticketing.order(seat.order_id) if seat is not None else None
        if seat is None or order is None:
            raise NotFound
        check_seat(tx, seat, order, self.viewer_id)
        (line,) = tx.ticketing.lines(order.id)
        host = tx.people.actor(seat.host_id)
        concession = concessions_by_id(tx).get(line.concession_id)
        showing = showing_of(tx, order.performance_id)
        return SeatOffer(seat, showing, order, line, concession, host.display_name if host else "", tx.now)


@dataclass(frozen=True, slots=True)
class FindOwnPart:
    """Where the link leads somebody who has to do with the seat already: (the hold they share, the order they took)."""

    viewer_id: int
    seat_id: int

    def __call__(self, tx: Tx) -> tuple[int | None, int | None]:
        seat = tx.payments.shared_seat(self.seat_id)
        if seat is None:
            return None, None
        if seat.host_id == self.viewer_id:
            return seat.host_order_id, None
        order = tx.ticketing.order(seat.order_id)
        return None, order.id if order is not None and order.buyer_id == self.viewer_id else None
