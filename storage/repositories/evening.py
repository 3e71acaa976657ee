"""The evening in the database: run log, reminders that are due, visits that are behind, gates, held items."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from domain.admission.evening_model import (
    ClosedGate,
    HeldItem,
    ItemKind,
    RunEntry,
    ShowReport,
    Turnout,
    Visit,
    Visitor,
    VisitStage,
)
from domain.programme.model import RunState
from domain.programme.quiet import QuietHours, Reminder
from storage.base import AnyRow, Insert, Store, both, word, words
from storage.tables.admission import admission
from storage.tables.base import UtcDateTime
from storage.tables.evening import (
    closed_gate,
    held_item,
    quiet_hours,
    reminder_choice,
    run_entry,
    show_report,
    visit,
)
from storage.tables.messaging import notice
from storage.tables.people import account
from storage.tables.programme import gate, hall_gate, performance
from storage.tables.run_changes import run_change
from storage.tables.ticketing import block, hand_on, order_line, sales_watch, ticket, ticket_order
from storage.tables.window import reservation

_r, _t, _v, _p, _i = run_entry.c, ticket.c, visit.c, performance.c, held_item.c
_VALID = _t.state == word("valid")
_OF_PERFORMANCE = _t.performance_id == bindparam("performance_id")

_ADD_ENTRY = insert(run_entry).returning(_r.id)
_ENTRIES = (
    select(_r.id, _r.performance_id, _r.state, _r.before, _r.before_since, _r.at, _r.by_id, _r.reason)
    .where(_r.performance_id == bindparam("performance_id"), _r.undone_at.is_(None))
    .order_by(_r.id)
)
_UNDO_ENTRY = update(run_entry).where(_r.id == bindparam("of_entry"))

_EXPECTED = select(func.count()).where(_OF_PERFORMANCE, _VALID)
_a = admission.c
_LET_IN = and_(_a.undone_at.is_(None), _a.outcome.in_(words("admitted", "re_admitted")))
# The line by which each ticket first came in.
_FIRST = (
    select(_a.ticket_id, func.min(_a.id).label("id"))
    .select_from(ticket.join(admission, _a.ticket_id == _t.id))
    .where(_OF_PERFORMANCE, _VALID, _LET_IN)
    .group_by(_a.ticket_id)
    .subquery()
)
_BEGAN = bindparam("began_at", type_=UtcDateTime)
_CAME_IN = (
    select(_a.gate_id, func.count(), func.sum(case((_a.at >= _BEGAN, 1), else_=0)))
    .select_from(admission.join(_FIRST, _FIRST.c.id == _a.id))
    .group_by(_a.gate_id)
    .order_by(_a.gate_id)
)


def _put_report(insert: Insert) -> Executable:
    putting = insert(show_report)
    changed = {name: putting.excluded[name] for name in ("made_at", "content")}
    return putting.on_conflict_do_update(index_elements=[show_report.c.performance_id], set_=changed)


_PUT_REPORT = both(_put_report)
_DROP_REPORT = delete(show_report).where(show_report.c.performance_id == bindparam("performance_id"))
_REPORTS = select(show_report.c.performance_id, show_report.c.made_at, show_report.c.content)
_REPORT = _REPORTS.where(show_report.c.performance_id == bindparam("performance_id"))
_NEWEST_REPORTS = (
    _REPORTS.join(performance, _p.id == show_report.c.performance_id)
    .where(_p.venue_id.in_(bindparam("venue_ids", expanding=True)))
    .order_by(show_report.c.made_at.desc(), show_report.c.performance_id)
    .limit(bindparam("most"))
)

_QUIET = select(quiet_hours.c.begins, quiet_hours.c.ends)
_CHOICE = select(reminder_choice.c.day, reminder_choice.c.hours).where(
    reminder_choice.c.person_id == bindparam("person_id")
)


def _put_choice(insert: Insert) -> Executable:
    putting = insert(reminder_choice)
    changed = {name: putting.excluded[name] for name in ("day", "hours")}
    return putting.on_conflict_do_update(index_elements=[reminder_choice.c.person_id], set_=changed)


_PUT_CHOICE = both(_put_choice)
_REACHABLE = and_(account.c.channel == word("telegram"), account.c.reachable)
_DUE = bindparam("due_at", type_=UtcDateTime)
_TAKEN_SINCE = exists().where(
    hand_on.c.ticket_id == _t.id, hand_on.c.taker_id == _t.holder_id, hand_on.c.closed_at > _DUE
)
_TOLD = exists().where(notice.c.dedupe_key == bindparam("key", type_=String) + cast(_t.holder_id, String))


def _to_remind(wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(_t.holder_id)
        .distinct()
        .select_from(
            ticket.join(account, account.c.person_id == _t.holder_id).outerjoin(
                reminder_choice, reminder_choice.c.person_id == _t.holder_id
            )
        )
        .where(_OF_PERFORMANCE, _VALID, _REACHABLE, _t.issued_at <= _DUE, ~_TAKEN_SINCE, ~_TOLD)
        .where(func.coalesce(wanted, true()))
        .order_by(_t.holder_id)
    )


_TO_REMIND = {
    Reminder.DAY: _to_remind(reminder_choice.c.day),
    Reminder.HOURS: _to_remind(reminder_choice.c.hours),
}
_o = ticket_order.c
_ENDING = (
    select(_o.id, _o.buyer_id, _o.performance_id, reservation.c.made_at, _o.until)
    .select_from(
        ticket_order.join(reservation, reservation.c.order_id == _o.id).join(
            account, account.c.person_id == _o.buyer_id
        )
    )
    .where(
        _o.state == word("reserved"),
        _REACHABLE,
        _o.until > bindparam("now", type_=UtcDateTime),
        _o.until <= bindparam("until", type_=UtcDateTime),
        ~exists().where(notice.c.dedupe_key == "reservation_ends:" + cast(_o.id, String)),
    )
    .order_by(_o.until, _o.id)
)

_FOLLOWED = (
    select(_p.id)
    .where(
        _p.ends_at > bindparam("ends_after", type_=UtcDateTime),
        or_(
            _p.starts_at <= bindparam("starts_before", type_=UtcDateTime),
            exists().where(_v.performance_id == _p.id),
        ),
    )
    .order_by(_p.starts_at, _p.id)
)
_HOLDERS = (
    select(_t.holder_id, func.count().label("tickets"), func.sum(_t.revision).label("revisions"))
    .where(_OF_PERFORMANCE, _VALID)
    .group_by(_t.holder_id)
    .subquery()
)
_h = _HOLDERS.c
_SHOWN = bindparam("shown", type_=String)
_BEHIND = (
    select(_h.holder_id, _h.tickets, _h.revisions, _v.id, _v.stage, _v.shown)
    .select_from(
        _HOLDERS.join(account, account.c.person_id == _h.holder_id).outerjoin(
            visit, and_(_v.person_id == _h.holder_id, _v.performance_id == bindparam("performance_id"))
        )
    )
    .where(
        _REACHABLE,
        or_(_v.id.is_(None), _v.shown != _SHOWN, _v.tickets != _h.tickets, _v.revisions != _h.revisions),
    )
    .order_by(_h.holder_id)
    .limit(bindparam("most"))
)
_BEHIND_KNOWN = _BEHIND.where(_v.id.is_not(None))
_WITHOUT = (
    select(_v.person_id, _v.id, _v.stage, _v.shown)
    .where(
        _v.performance_id == bindparam("performance_id"),
        _v.tickets > 0,
        ~exists().where(_OF_PERFORMANCE, _VALID, _t.holder_id == _v.person_id),
    )
    .order_by(_v.person_id)
    .limit(bindparam("most"))
)


def _put_visits(insert: Insert) -> Executable:
    putting = insert(visit)
    changed = {name: putting.excluded[name] for name in ("stage", "shown", "tickets", "revisions")}
    putting = putting.on_conflict_do_update(index_elements=[_v.person_id, _v.performance_id], set_=changed)
    return putting.returning(_v.person_id, _v.id)


_PUT_VISITS = both(_put_visits)
_VISITS = select(_v.id, _v.person_id, _v.performance_id, _v.stage)
_VISIT = _VISITS.where(_v.id == bindparam("visit_id"))
_VISIT_OF = _VISITS.where(_v.person_id == bindparam("person_id"), _v.performance_id == bindparam("performance_id"))
_ZONES = (
    select(_t.holder_id, order_line.c.zone)
    .distinct()
    .select_from(ticket.join(order_line, order_line.c.id == _t.order_line_id))
    .where(_OF_PERFORMANCE, _VALID, _t.holder_id.in_(bindparam("person_ids", expanding=True)))
)

_c = closed_gate.c
_CLOSED = (
    select(_c.gate_id, _c.instead_id, _c.closed_at)
    .join(gate, gate.c.id == _c.gate_id)
    .where(gate.c.venue_id == bindparam("venue_id"))
    .order_by(_c.gate_id)
)
_OWN_GATES = select(hall_gate.c.zone, hall_gate.c.gate_id).where(hall_gate.c.hall_id == bindparam("hall_id"))


def _close(insert: Insert) -> Executable:
    closing = insert(closed_gate)
    changed = {name: closing.excluded[name] for name in ("instead_id", "closed_at", "closed_by")}
    return closing.on_conflict_do_update(index_elements=[_c.gate_id], set_=changed)


_CLOSE = both(_close)
_SEND_ON = update(closed_gate).where(_c.instead_id == bindparam("of_gate"))
_OPEN = delete(closed_gate).where(_c.gate_id == bindparam("of_gate"))

_NEXT_NUMBER = select(func.coalesce(func.max(_i.number), 0) + 1).where(_i.performance_id == bindparam("performance_id"))
_KEEP = insert(held_item).returning(_i.id)
_ITEMS = select(_i.id, _i.performance_id, _i.number, _i.what, _i.gate_id, _i.kept_at, _i.returned_at)
_ITEM = _ITEMS.where(_i.id == bindparam("item_id"))
_ITEM_LOCKED = _ITEM.with_for_update()
_KEPT = _ITEMS.where(_i.performance_id == bindparam("performance_id"), _i.returned_at.is_(None)).order_by(_i.number)
_RETURN = update(held_item).where(_i.id == bindparam("of_item"))

_SINCE, _UNTIL = bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)


def _within(column: ColumnElement[datetime | None]) -> ColumnElement[bool]:
    return and_(column > _SINCE, column <= _UNTIL)


#: Kind → (when, performance, number of what is due).
_COMING: Mapping[str, Select[Any]] = {
    "sales_open": select(
        _p.sales_open_at, _p.id, select(func.count()).where(sales_watch.c.performance_id == _p.id).scalar_subquery()
    ).where(_within(_p.sales_open_at), _p.run_state != word("cancelled")),
    "block_release": select(block.c.release_at, block.c.performance_id, func.count())
    .where(_within(block.c.release_at), block.c.released_at.is_(None))
    .group_by(block.c.release_at, block.c.performance_id),
    "reservation_ends": select(_o.until, _o.performance_id, func.count())
    .where(_o.state == word("reserved"), _within(_o.until))
    .group_by(_o.until, _o.performance_id),
    "change_refund": select(run_change.c.refund_after, run_change.c.performance_id, run_change.c.holders).where(
        run_change.c.state == word("running"), _within(run_change.c.refund_after)
    ),
}


class EveningRepository(Store):
    """Implements ``domain.admission.evening_ports.EveningRepository``."""

    def add_run_entry(self, entry: RunEntry) -> int:
        row = {
            "performance_id": entry.performance_id,
            "state": entry.state.value,
            "before": entry.before.value,
            "before_since": entry.before_since,
            "at": entry.at,
            "by_id": entry.by_id,
            "reason": entry.reason,
        }
        return int(self._execute(_ADD_ENTRY, row).scalar_one())

    def run_entries(self, performance_id: int) -> Sequence[RunEntry]:
        return [_entry(row) for row in self._execute(_ENTRIES, {"performance_id": performance_id})]

    def undo_run_entry(self, entry_id: int, by: int, now: datetime) -> None:
        self._execute(_UNDO_ENTRY, {"of_entry": entry_id, "undone_at": now, "undone_by": by})

    def turnout(self, performance_id: int, began_at: datetime | None) -> Turnout:
        binds = {"performance_id": performance_id, "began_at": began_at}
        gates = [(gate_id, count, int(late or 0)) for gate_id, count, late in self._execute(_CAME_IN, binds)]
        return Turnout(
            expected=self._execute(_EXPECTED, {"performance_id": performance_id}).scalar_one(),
            admitted=sum(count for _, count, _ in gates),
            late=sum(late for _, _, late in gates),
            gates=tuple((gate_id, count) for gate_id, count, _ in gates),
        )

    def put_report(self, report: ShowReport) -> None:
        row = {"performance_id": report.performance_id, "made_at": report.made_at, "content": dict(report.content)}
        self._execute(_PUT_REPORT[self._dialect], row)

    def drop_report(self, performance_id: int) -> None:
        self._execute(_DROP_REPORT, {"performance_id": performance_id})

    def report(self, performance_id: int) -> ShowReport | None:
        row = self._execute(_REPORT, {"performance_id": performance_id}).first()
        return ShowReport(*row) if row else None

    def reports(self, venue_ids: Collection[int], limit: int) -> Sequence[ShowReport]:
        rows = self._execute(_NEWEST_REPORTS, {"venue_ids": sorted(venue_ids), "most": limit})
        return [ShowReport(*row) for row in rows]

    def quiet(self) -> QuietHours:
        row = self._execute(_QUIET).first()
        return QuietHours(*row) if row else QuietHours()

    def put_quiet(self, quiet: QuietHours) -> bool:
        row = self._execute(_QUIET).first()
        if row is not None and QuietHours(*row) == quiet:
            return False
        values = {"begins": quiet.begins, "ends": quiet.ends}
        if row is None:
            self._execute(insert(quiet_hours), {"id": 1, **values})
        else:
            self._execute(update(quiet_hours), values)
        return True

    def choice(self, person_id: int) -> frozenset[Reminder]:
        row = self._execute(_CHOICE, {"person_id": person_id}).first()
        if row is None:
            return frozenset(Reminder)
        return frozenset(kind for kind, wanted in zip((Reminder.DAY, Reminder.HOURS), row, strict=True) if wanted)

    def put_choice(self, person_id: int, wanted: Collection[Reminder]) -> None:
        row = {"person_id": person_id, "day": Reminder.DAY in wanted, "hours": Reminder.HOURS in wanted}
        self._execute(_PUT_CHOICE[self._dialect], row)

    def to_remind(
        self, performance_id: int, kind: Reminder, due_at: datetime, key: str, limit: int | None = None
    ) -> Sequence[int]:
        query = _TO_REMIND[kind] if limit is None else _TO_REMIND[kind].limit(limit)
        binds = {"performance_id": performance_id, "due_at": due_at, "key": key}
        return self._execute(query, binds).scalars().all()

    def ending_reservations(self, now: datetime, until: datetime) -> Sequence[tuple[int, int, int, datetime, datetime]]:
        rows = self._execute(_ENDING, {"now": now, "until": until})
        return [
            (order_id, buyer_id, performance_id, made, end) for order_id, buyer_id, performance_id, made, end in rows
        ]

    def performances_to_follow(self, starts_before: datetime, ends_after: datetime) -> Sequence[int]:
        binds = {"starts_before": starts_before, "ends_after": ends_after}
        return self._execute(_FOLLOWED, binds).scalars().all()

    def behind(self, performance_id: int, shown: str, *, new: bool, limit: int) -> Sequence[Visitor]:
        binds = {"performance_id": performance_id, "shown": shown, "most": limit}
        found = [
            Visitor(person_id, tickets, int(revisions), visit_id, VisitStage(was) if was else None, was_shown or "")
            for person_id, tickets, revisions, visit_id, was, was_shown in self._execute(
                _BEHIND if new else _BEHIND_KNOWN, binds
            )
        ]
        without = self._execute(_WITHOUT, {"performance_id": performance_id, "most": limit})
        return found + [Visitor(person_id, 0, 0, id, VisitStage(was), shown) for person_id, id, was, shown in without]

    def put_visits(
        self, performance_id: int, shown: str, stage: VisitStage, visitors: Sequence[Visitor]
    ) -> Mapping[int, int]:
        rows = [
            {
                "person_id": visitor.person_id,
                "performance_id": performance_id,
                "stage": (stage if visitor.tickets else VisitStage.GONE).value,
                "shown": shown,
                "tickets": visitor.tickets,
                "revisions": visitor.revisions,
            }
            for visitor in visitors
        ]
        if not rows:
            return {}
        written = self._execute(_PUT_VISITS[self._dialect], rows)
        return dict(written.all())

    def visit(self, visit_id: int) -> Visit | None:
        return _visit(self._execute(_VISIT, {"visit_id": visit_id}).first())

    def visit_of(self, person_id: int, performance_id: int) -> Visit | None:
        return _visit(self._execute(_VISIT_OF, {"person_id": person_id, "performance_id": performance_id}).first())

    def zones_of(self, performance_id: int, person_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
        zones: dict[int, set[str]] = {}
        for person_id, zone in self._execute(
            _ZONES, {"performance_id": performance_id, "person_ids": list(person_ids)}
        ):
            zones.setdefault(person_id, set()).add(zone)
        return {person_id: frozenset(found) for person_id, found in zones.items()}

    def closed_gates(self, venue_id: int) -> Sequence[ClosedGate]:
        return [ClosedGate(*row) for row in self._execute(_CLOSED, {"venue_id": venue_id})]

    def own_gates(self, hall_id: int) -> Mapping[str, int]:
        return dict(self._execute(_OWN_GATES, {"hall_id": hall_id}).all())

    def close_gate(self, gate_id: int, instead_id: int, by: int, now: datetime) -> None:
        row = {"gate_id": gate_id, "instead_id": instead_id, "closed_at": now, "closed_by": by}
        self._execute(_CLOSE[self._dialect], row)
        self._execute(_SEND_ON, {"of_gate": gate_id, "instead_id": instead_id})

    def open_gate(self, gate_id: int) -> bool:
        return self._execute(_OPEN, {"of_gate": gate_id}).rowcount > 0

    def keep_item(self, performance_id: int, what: ItemKind, gate_id: int | None, by: int, now: datetime) -> HeldItem:
        number = self._execute(_NEXT_NUMBER, {"performance_id": performance_id}).scalar_one()
        row = {
            "performance_id": performance_id,
            "number": number,
            "what": what.value,
            "gate_id": gate_id,
            "kept_at": now,
            "kept_by": by,
        }
        item_id = int(self._execute(_KEEP, row).scalar_one())
        return HeldItem(item_id, performance_id, number, what, gate_id, now)

    def item(self, item_id: int, *, lock: bool = False) -> HeldItem | None:
        row = self._execute(_ITEM_LOCKED if lock else _ITEM, {"item_id": item_id}).first()
        return _item(row) if row else None

    def kept_items(self, performance_id: int) -> Sequence[HeldItem]:
        return [_item(row) for row in self._execute(_KEPT, {"performance_id": performance_id})]

    def return_item(self, item_id: int, by: int, now: datetime) -> None:
        self._execute(_RETURN, {"of_item": item_id, "returned_at": now, "returned_by": by})

    def due_between(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, str, Mapping[str, Any]]]:
        binds = {"since": since, "until": until}
        return [
            (at, kind, {"performance_id": performance_id, "count": count})
            for kind, query in _COMING.items()
            for at, performance_id, count in self._execute(query, binds)
        ]


def _entry(row: AnyRow) -> RunEntry:
    id, performance_id, state, before, before_since, at, by_id, reason = row
    return RunEntry(id, performance_id, RunState(state), RunState(before), before_since, at, by_id, reason)


def _visit(row: AnyRow | None) -> Visit | None:
    return Visit(row[0], row[1], row[2], VisitStage(row[3])) if row else None


def _item(row: AnyRow) -> HeldItem:
    id, performance_id, number, what, gate_id, kept_at, returned_at = row
    return HeldItem(id, performance_id, number, ItemKind(what), gate_id, kept_at, returned_at)
