"""Performances that were moved or cancelled, and what their holders have said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, update

from domain.programme.run_changes import Answer, JobState, RunChange, Unreached, What
from domain.ticketing.model import Order
from storage.base import Store, both, word, words
from storage.repositories.orders import UNPAID_ORDERS, order_of
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.people import account, person
from storage.tables.run_changes import run_change, run_told
from storage.tables.ticketing import ticket, ticket_order
from storage.tables.window import contact

_c, _h, _t = run_change.c, run_told.c, ticket.c
_NOW = bindparam("now", type_=UtcDateTime)
_ADD = insert(run_change).returning(_c.id)
_CHANGES = select(run_change)
_CHANGE = _CHANGES.where(_c.id == bindparam("of_change"))
_CHANGE_LOCKED = _CHANGE.with_for_update()
_OF_PERFORMANCES = _CHANGES.where(_c.performance_id.in_(bindparam("performance_ids", expanding=True))).order_by(_c.id)
_DUE = select(_c.id).where(_c.due_at.is_not(None), _c.due_at <= _NOW).order_by(_c.id)
_SET = (
    update(run_change)
    .where(_c.id == bindparam("of_change"))
    .values(told=_c.told + bindparam("more_told", type_=BigInt))
)

_VALID = (_t.performance_id == bindparam("of_performance"), _t.state == word("valid"))
_COUNT_HOLDERS = select(func.count(_t.holder_id.distinct())).where(*_VALID)
_UNTOLD = (
    select(_t.holder_id)
    .where(*_VALID)
    .where(~exists().where(_h.change_id == bindparam("of_change"), _h.person_id == _t.holder_id))
    .distinct()
    .order_by(_t.holder_id)
    .limit(bindparam("most"))
)
_ADD_TOLD = both(lambda insert: insert(run_told).on_conflict_do_nothing())
_THIS = (_h.change_id == bindparam("of_change"), _h.person_id == bindparam("of_person"))
_ANSWER = update(run_told).where(*_THIS)
_ANSWER_OF = select(_h.answer).where(*_THIS)
_ANSWERS = select(_h.answer, func.count()).where(_h.change_id == bindparam("of_change")).group_by(_h.answer)
_UNPAID = UNPAID_ORDERS.where(ticket_order.c.performance_id == bindparam("of_performance")).with_for_update()
_GOOD = select(_t.id).where(*_VALID, _t.holder_id == bindparam("of_person")).order_by(_t.id)
_SOME_ORDERS = select(_t.order_id).where(*_VALID).distinct().order_by(_t.order_id).limit(bindparam("most"))
_GOOD_OF_ORDERS = select(_t.id).where(*_VALID, _t.order_id.in_(_SOME_ORDERS)).order_by(_t.order_id, _t.id)

_HELD = (
    select(func.count())
    .where(_t.performance_id == _c.performance_id, _t.holder_id == _h.person_id, _t.state == word("valid"))
    .scalar_subquery()
)
_WRITTEN_TO = exists().where(account.c.person_id == _h.person_id, account.c.reachable)
_NOT_REACHED = and_(
    _h.answer.in_(words("", "other")),
    _h.called_at.is_(None),
    or_(_c.call_after <= _NOW, ~_WRITTEN_TO),
    _HELD > 0,
)
_UNREACHED = (
    select(
        _h.person_id,
        func.coalesce(func.nullif(contact.c.name, ""), person.c.display_name, "").label("name"),
        func.coalesce(contact.c.phone, "").label("phone"),
        _HELD.label("tickets"),
    )
    .select_from(run_told)
    .join(run_change, _c.id == _h.change_id)
    .join(person, person.c.id == _h.person_id)
    .outerjoin(contact, contact.c.person_id == _h.person_id)
    .where(_c.id == bindparam("of_change"), _NOT_REACHED)
    .order_by((func.coalesce(contact.c.phone, "") == "").asc(), _h.person_id)
    .limit(bindparam("most"))
)
_COUNT_UNREACHED = (
    select(_c.id, func.count())
    .select_from(run_told)
    .join(run_change, _c.id == _h.change_id)
    .where(_c.id.in_(bindparam("change_ids", expanding=True)), _NOT_REACHED)
    .group_by(_c.id)
)
_CALLED = update(run_told).where(*_THIS, _h.called_at.is_(None))


class RunChanges(Store):
    """Implements ``domain.programme.run_changes.RunChanges``."""

    def add_run_change(self, change: RunChange) -> int:
        row = {
            "performance_id": change.performance_id,
            "what": change.what.value,
            "state": change.state.value,
            "decided_by": change.decided_by,
            "decided_at": change.decided_at,
            "was_at": change.was_at,
            "call_after": change.call_after,
            "refund_after": change.refund_after,
            "due_at": change.due_at,
            "told": change.told,
            "holders": change.holders,
        }
        return int(self._execute(_ADD, row).scalar_one())

    def run_change(self, change_id: int, *, lock: bool = False) -> RunChange | None:
        row = self._execute(_CHANGE_LOCKED if lock else _CHANGE, {"of_change": change_id}).first()
        return _change(row) if row else None

    def newest_run_change(self, performance_id: int) -> RunChange | None:
        return self.newest_run_changes([performance_id]).get(performance_id)

    def newest_run_changes(self, performance_ids: Collection[int]) -> Mapping[int, RunChange]:
        rows = self._execute(_OF_PERFORMANCES, {"performance_ids": sorted(performance_ids)})
        return {row.performance_id: _change(row) for row in rows}

    def due_run_changes(self, now: datetime) -> Sequence[int]:
        return list(self._execute(_DUE, {"now": now}).scalars())

    def set_run_change(
        self,
        change_id: int,
        *,
        state: JobState,
        due_at: datetime | None,
        refund_after: datetime | None,
        more_told: int = 0,
    ) -> None:
        change = {"state": state.value, "due_at": due_at, "refund_after": refund_after, "more_told": more_told}
        self._execute(_SET, {"of_change": change_id, **change})

    def count_holders(self, performance_id: int) -> int:
        return int(self._execute(_COUNT_HOLDERS, {"of_performance": performance_id}).scalar_one())

    def untold_holders(self, change_id: int, performance_id: int, limit: int) -> Sequence[int]:
        binds = {"of_change": change_id, "of_performance": performance_id, "most": limit}
        return list(self._execute(_UNTOLD, binds).scalars())

    def add_told(self, change_id: int, person_ids: Collection[int], now: datetime) -> None:
        rows = [{"change_id": change_id, "person_id": id, "told_at": now} for id in sorted(set(person_ids))]
        if rows:
            self._execute(_ADD_TOLD[self._dialect], rows)

    def set_answer(self, change_id: int, person_id: int, answer: Answer, now: datetime) -> None:
        binds = {"of_change": change_id, "of_person": person_id, "answer": answer.value, "answered_at": now}
        self._execute(_ANSWER, binds)

    def answer_of(self, change_id: int, person_id: int) -> Answer | None:
        found = self._execute(_ANSWER_OF, {"of_change": change_id, "of_person": person_id}).scalar_one_or_none()
        return None if found is None else Answer(found)

    def count_answers(self, change_id: int) -> Mapping[Answer, int]:
        return {Answer(answer): count for answer, count in self._execute(_ANSWERS, {"of_change": change_id})}

    def unpaid_of_performance(self, performance_id: int) -> Sequence[Order]:
        return [order_of(row) for row in self._execute(_UNPAID, {"of_performance": performance_id})]

    def good_tickets(self, performance_id: int, holder_id: int) -> Sequence[int]:
        return list(self._execute(_GOOD, {"of_performance": performance_id, "of_person": holder_id}).scalars())

    def good_tickets_of_orders(self, performance_id: int, most_orders: int) -> Sequence[int]:
        binds = {"of_performance": performance_id, "most": most_orders}
        return list(self._execute(_GOOD_OF_ORDERS, binds).scalars())

    def unreached(self, change_id: int, now: datetime, limit: int) -> Sequence[Unreached]:
        rows = self._execute(_UNREACHED, {"of_change": change_id, "now": now, "most": limit})
        return [Unreached(row.person_id, row.name, row.phone, row.tickets) for row in rows]

    def count_unreached(self, change_ids: Collection[int], now: datetime) -> Mapping[int, int]:
        rows = self._execute(_COUNT_UNREACHED, {"change_ids": sorted(change_ids), "now": now})
        return {row[0]: row[1] for row in rows}

    def set_called(self, change_id: int, person_id: int, by: int, now: datetime) -> bool:
        binds = {"of_change": change_id, "of_person": person_id, "called_by": by, "called_at": now}
        return self._execute(_CALLED, binds).rowcount > 0


def _change(row: Any) -> RunChange:
    return RunChange(
        id=row.id,
        performance_id=row.performance_id,
        what=What(row.what),
        state=JobState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        was_at=row.was_at,
        call_after=row.call_after,
        refund_after=row.refund_after,
        due_at=row.due_at,
        told=row.told,
        holders=row.holders,
    )
