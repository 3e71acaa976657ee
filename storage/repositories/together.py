"""Seats of a hold that friends pay for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from domain.payments.together_model import SharedSeat
from storage.base import Store, words
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.ticketing import claim, order_line, ticket_order
from storage.tables.together import shared_seat

_s, _o, _l = shared_seat.c, ticket_order.c, order_line.c

_ADD = insert(shared_seat).returning(_s.id)
_SEATS = select(_s.id, _s.host_id, _s.host_order_id, _s.order_id, _s.made_at, _s.taken_at).order_by(_s.id)
_SEAT = _SEATS.where(_s.id == bindparam("seat_id"))
_OF_ORDER = _SEATS.where(_s.order_id == bindparam("order_id"))
_OF_HOST_ORDER = _SEATS.where(_s.host_order_id == bindparam("order_id"))
_UNPAID = _o.state.in_(words("held", "paying", "reserved"))
_WAITING = _SEATS.join(ticket_order, _o.id == _s.order_id).where(
    _s.host_id == bindparam("host_id"), _s.taken_at.is_(None), _UNPAID
)
_COUNT_WAITING = (
    select(func.count())
    .select_from(shared_seat.join(ticket_order, _o.id == _s.order_id))
    .where(_s.host_id == bindparam("host_id"), _s.taken_at.is_(None), _UNPAID)
    .where(_o.performance_id == bindparam("performance_id"), _o.until > bindparam("now", type_=UtcDateTime))
)
_TAKE = update(shared_seat).where(_s.id == bindparam("of_seat"))
_SET_BUYER = update(ticket_order).where(_o.id == bindparam("of_order")).values(revision=_o.revision + 1)

_FROM, _TO = bindparam("from_order", type_=BigInt), bindparam("to_order", type_=BigInt)
_LINE = bindparam("of_line", type_=BigInt)
_PLACE = select(_l.place).where(_l.id == _LINE).scalar_subquery()
_MOVE_CLAIM = update(claim).where(claim.c.order_id == _FROM, claim.c.place == _PLACE).values(order_id=_TO)
_MOVE_LINE = update(order_line).where(_l.id == _LINE, _l.order_id == _FROM).values(order_id=_TO)
_PRICE = select(func.sum(_l.price_minor)).where(_l.order_id == _o.id).scalar_subquery()
_PRICE_ANEW = update(ticket_order).where(_o.id.in_([_FROM, _TO])).values(total_minor=_PRICE, revision=_o.revision + 1)


class SharedSeats(Store):
    """Implements ``domain.payments.together_ports.SharedSeatsRepository``."""

    def add_shared_seat(self, host_id: int, host_order_id: int, order_id: int, now: datetime) -> int:
        row = {"host_id": host_id, "host_order_id": host_order_id, "order_id": order_id, "made_at": now}
        return int(self._execute(_ADD, row).scalar_one())

    def move_line(self, line_id: int, from_order: int, to_order: int) -> None:
        binds = {"of_line": line_id, "from_order": from_order, "to_order": to_order}
        self._execute(_MOVE_CLAIM, binds)
        self._execute(_MOVE_LINE, binds)
        self._execute(_PRICE_ANEW, {"from_order": from_order, "to_order": to_order})

    def shared_seat(self, seat_id: int) -> SharedSeat | None:
        row = self._execute(_SEAT, {"seat_id": seat_id}).first()
        return SharedSeat(*row) if row else None

    def seat_of_order(self, order_id: int) -> SharedSeat | None:
        row = self._execute(_OF_ORDER, {"order_id": order_id}).first()
        return SharedSeat(*row) if row else None

    def shared_seats(self, host_order_id: int) -> Sequence[SharedSeat]:
        return [SharedSeat(*row) for row in self._execute(_OF_HOST_ORDER, {"order_id": host_order_id})]

    def waiting_seats(self, host_id: int) -> Sequence[SharedSeat]:
        return [SharedSeat(*row) for row in self._execute(_WAITING, {"host_id": host_id})]

    def count_waiting(self, host_id: int, performance_id: int, now: datetime) -> int:
        binds = {"host_id": host_id, "performance_id": performance_id, "now": now}
        return int(self._execute(_COUNT_WAITING, binds).scalar_one())

    def take_seat(self, seat: SharedSeat, taker_id: int, now: datetime) -> None:
        self._execute(_SET_BUYER, {"of_order": seat.order_id, "buyer_id": taker_id})
        self._execute(_TAKE, {"of_seat": seat.id, "taken_at": now})
