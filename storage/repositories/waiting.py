"""The line for seats together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from domain.ticketing.model import OrderState
from domain.ticketing.waiting_ports import Waiting, WaitingState
from storage.base import AnyRow, Store, words
from storage.tables.ticketing import ticket_order
from storage.tables.waiting import waiting, waiting_offer

_w, _f, _o = waiting.c, waiting_offer.c, ticket_order.c
_STANDS = _w.state.in_(words("waiting", "offered"))
_COLUMNS = (
    _w.id,
    _w.performance_id,
    _w.person_id,
    _w.seats,
    _w.wheelchair,
    _w.companion,
    _w.categories,
    _w.until,
    _w.state,
)
_WAITING = (
    select(*_COLUMNS, _f.order_id, _o.state.label("order_state"), _o.until.label("order_until"))
    .outerjoin(waiting_offer, (_f.waiting_id == _w.id) & _f.ended_at.is_(None))
    .outerjoin(ticket_order, _o.id == _f.order_id)
)
_STANDING = _WAITING.where(_STANDS)
_LINE = _STANDING.where(_w.performance_id == bindparam("of_performance")).order_by(_w.id)
_LINE_LOCKED = _LINE.with_for_update(of=waiting)
_OF_PERSON = _STANDING.where(_w.person_id == bindparam("of_person")).order_by(_w.id)
_OF_PERSON_LOCKED = _OF_PERSON.with_for_update(of=waiting)
_ONE = _OF_PERSON.where(_w.performance_id == bindparam("of_performance"))
_PERFORMANCES = select(_w.performance_id).where(_STANDS).distinct().order_by(_w.performance_id)
_AHEAD = select(func.count()).where(
    _STANDS, _w.performance_id == bindparam("of_performance"), _w.id < bindparam("before")
)
_OF_OFFER = (
    select(*_COLUMNS, _f.order_id, _o.state.label("order_state"), _o.until.label("order_until"))
    .join(waiting_offer, _f.waiting_id == _w.id)
    .join(ticket_order, _o.id == _f.order_id)
    .where(_f.order_id == bindparam("of_order"))
)
_ADD = insert(waiting).returning(_w.id)
_SET = update(waiting).where(_w.id == bindparam("of_waiting"))
_ADD_OFFER = insert(waiting_offer)
_TAKE = update(waiting_offer).where(_f.order_id == bindparam("of_order"), _f.taken_at.is_(None))
_ANEW = update(ticket_order).where(_o.id == bindparam("of_order")).values(revision=_o.revision + 1)
_END = update(waiting_offer).where(_f.order_id == bindparam("of_order"), _f.ended_at.is_(None))


class WaitingList(Store):
    """Implements ``domain.ticketing.waiting_ports.WaitingList``."""

    def queue(self, performance_id: int) -> Sequence[Waiting]:
        # What stands beside the line in a locked row is as old as the statement: it is read again under the lock.
        if not self._execute(_LINE_LOCKED, {"of_performance": performance_id}).all():
            return []
        return [_waiting(row) for row in self._execute(_LINE, {"of_performance": performance_id})]

    def queued_performances(self) -> Sequence[int]:
        return list(self._execute(_PERFORMANCES).scalars())

    def standing(self, person_id: int, performance_id: int) -> Waiting | None:
        row = self._execute(_ONE, {"of_person": person_id, "of_performance": performance_id}).first()
        return _waiting(row) if row else None

    def standing_of(self, person_id: int) -> Sequence[Waiting]:
        return [_waiting(row) for row in self._execute(_OF_PERSON_LOCKED, {"of_person": person_id})]

    def ahead_of(self, waiting: Waiting) -> int:
        binds = {"of_performance": waiting.performance_id, "before": waiting.id}
        return int(self._execute(_AHEAD, binds).scalar_one())

    def add_waiting(
        self,
        performance_id: int,
        person_id: int,
        seats: int,
        categories: Sequence[str],
        until: datetime,
        now: datetime,
        *,
        wheelchair: int = 0,
        companion: int = 0,
    ) -> int:
        row = {
            "performance_id": performance_id,
            "person_id": person_id,
            "seats": seats,
            "wheelchair": wheelchair,
            "companion": companion,
            "categories": list(categories),
            "until": until,
            "state": WaitingState.WAITING.value,
            "joined_at": now,
        }
        return int(self._execute(_ADD, row).scalar_one())

    def set_waiting(self, waiting_id: int, state: WaitingState, closed_at: datetime | None = None) -> None:
        self._execute(_SET, {"of_waiting": waiting_id, "state": state.value, "closed_at": closed_at})

    def add_offer(self, waiting_id: int, order_id: int, now: datetime) -> None:
        self._execute(_ADD_OFFER, {"waiting_id": waiting_id, "order_id": order_id, "offered_at": now})

    def waiting_of_offer(self, order_id: int) -> Waiting | None:
        row = self._execute(_OF_OFFER, {"of_order": order_id}).first()
        return _waiting(row) if row else None

    def take_offer(self, order_id: int, now: datetime, until: datetime) -> bool:
        if not self._execute(_TAKE, {"of_order": order_id, "taken_at": now}).rowcount:
            return False
        self._execute(_ANEW, {"of_order": order_id, "created_at": now, "until": until})
        return True

    def end_offer(self, order_id: int, now: datetime) -> None:
        self._execute(_END, {"of_order": order_id, "ended_at": now})


def _waiting(row: AnyRow) -> Waiting:
    found: Any = row
    return Waiting(
        id=found.id,
        performance_id=found.performance_id,
        person_id=found.person_id,
        seats=found.seats,
        categories=tuple(found.categories),
        until=found.until,
        state=WaitingState(found.state),
        order_id=found.order_id,
        order_state=OrderState(found.order_state) if found.order_state else None,
        order_until=found.order_until,
        wheelchair=found.wheelchair,
        companion=found.companion,
    )
