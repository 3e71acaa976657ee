"""Scans that come from the scanner page, what is derived from them, and the list that it takes along."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, or_, select, update

from domain.admission.model import Admission, Channel, Fault, ListedCode, ListedTicket, Outcome
from domain.errors import Contended
from domain.ticketing.model import TicketState
from storage.base import AnyRow, Store, both, words
from storage.tables.admission import admission
from storage.tables.base import UtcDateTime
from storage.tables.offline import door_fault, door_scan
from storage.tables.ticketing import order_line, ticket, ticket_credential, ticket_order

_a, _s, _f = admission.c, door_scan.c, door_fault.c
_t, _l, _c = ticket.c, order_line.c, ticket_credential.c
_TICKETS = _a.ticket_id.in_(bindparam("ticket_ids", expanding=True))
_OF_PERFORMANCE = _t.performance_id == bindparam("performance_id")

ADMISSIONS = select(
    _a.id,
    _a.performance_id,
    _a.ticket_id,
    _a.credential_id,
    _a.gate_id,
    _a.usher_id,
    _a.at,
    _a.outcome,
    _a.inside,
    _a.undone_at,
    _a.left_at,
    _a.channel,
)
_BY_NONCE = (
    ADMISSIONS.add_columns(_s.nonce)
    .join(door_scan, _s.admission_id == _a.id)
    .where(_s.nonce.in_(bindparam("nonces", expanding=True)))
)
_RECEIVE = both(lambda insert: insert(door_scan).on_conflict_do_nothing(index_elements=[_s.nonce]).returning(_s.nonce))
_LETS_IN = ADMISSIONS.where(_TICKETS, _a.outcome.in_(words("admitted", "re_admitted")), _a.undone_at.is_(None))
_FAULTY = ADMISSIONS.join(door_fault, _f.admission_id == _a.id).where(
    _TICKETS, _f.kind == bindparam("kind"), _a.undone_at.is_(None)
)
_REWRITE = (
    update(admission)
    .where(_a.id == bindparam("of_line"))
    .values(
        outcome=bindparam("to_outcome"),
        inside=bindparam("to_inside"),
        left_at=bindparam("to_left_at", type_=UtcDateTime),
    )
)
_TAKE_BACK = update(admission).where(_a.id == bindparam("of_line"))
_MARK = both(lambda insert: insert(door_fault).on_conflict_do_nothing(index_elements=[_f.admission_id]))
_UNMARK = delete(door_fault).where(_f.admission_id.in_(bindparam("lines", expanding=True)))
_FAULT_LINES = select(_f.admission_id).where(_f.performance_id == bindparam("performance_id"))
_FAULTS = (
    ADMISSIONS.add_columns(_f.kind, _l.place, _l.zone, _l.row, _l.number, _l.seat_kind)
    .select_from(
        door_fault.join(admission, _a.id == _f.admission_id)
        .outerjoin(ticket, _t.id == _a.ticket_id)
        .outerjoin(order_line, _l.id == _t.order_line_id)
    )
    .where(_f.performance_id == bindparam("performance_id"))
    .order_by(_a.at.desc(), _a.id.desc())
)
_LISTED = (
    select(
        _t.id,
        _t.order_id,
        _l.place,
        _l.zone,
        _l.row,
        _l.number,
        _l.seat_kind,
        _l.concession_id,
        _t.state,
        _t.short_code,
        (_t.holder_id == ticket_order.c.buyer_id).label("in_party"),
        exists().where(and_(_a.ticket_id == _t.id, _a.inside)).label("is_inside"),
    )
    .join(order_line, _l.id == _t.order_line_id)
    .join(ticket_order, ticket_order.c.id == _t.order_id)
    .where(_OF_PERFORMANCE)
    .order_by(_l.place, _t.id)
)
_OF_EVENING = select(_t.id).where(_OF_PERFORMANCE)
_CODES = (
    select(_c.id, _c.kind, _c.ticket_id, _c.order_id, _c.revoked_at)
    .where(
        or_(
            _c.ticket_id.in_(_OF_EVENING),
            _c.order_id.in_(select(_t.order_id).where(_OF_PERFORMANCE)),
        )
    )
    .order_by(_c.id)
)


class OfflineScans(Store):
    """Implements ``domain.admission.offline_ports.OfflineRepository``."""

    def scans_by_nonce(self, nonces: Collection[str]) -> Mapping[str, Admission]:
        if not nonces:
            return {}
        rows = self._execute(_BY_NONCE, {"nonces": sorted(nonces)})
        return {row[-1]: admission_of(row) for row in rows}

    def receive_scans(self, lines: Mapping[str, int], now: datetime) -> None:
        # In one order for all, so that two uploads of the same scans wait for each other and do not deadlock.
        rows = [{"nonce": nonce, "admission_id": id, "received_at": now} for nonce, id in sorted(lines.items())]
        if rows and len(self._execute(_RECEIVE[self._dialect], rows).all()) != len(rows):
            raise Contended(reason="nonce")

    def lets_in(self, ticket_ids: Collection[int]) -> Sequence[Admission]:
        if not ticket_ids:
            return []
        return [admission_of(row) for row in self._execute(_LETS_IN, {"ticket_ids": sorted(ticket_ids)})]

    def faulty_lines(self, ticket_ids: Collection[int], kind: Outcome) -> Sequence[Admission]:
        if not ticket_ids:
            return []
        rows = self._execute(_FAULTY, {"ticket_ids": sorted(ticket_ids), "kind": kind.value})
        return [admission_of(row) for row in rows]

    def rewrite(self, lines: Sequence[Admission]) -> None:
        # Who is inside no more makes room first: one line a ticket can say so.
        rows = [
            {
                "of_line": line.id,
                "to_outcome": line.outcome.value,
                "to_inside": line.inside,
                "to_left_at": line.left_at,
            }
            for line in sorted(lines, key=lambda line: (line.inside, line.ticket_id, line.id))
        ]
        if rows:
            self._execute(_REWRITE, rows)

    def take_back(self, admission_id: int, outcome: Outcome, by: int, at: datetime) -> None:
        change = {"outcome": outcome.value, "inside": False, "undone_at": at, "undone_by": by}
        self._execute(_TAKE_BACK, {"of_line": admission_id, **change})

    def mark_faults(self, lines: Sequence[tuple[Admission, Outcome]]) -> None:
        rows = [
            {"admission_id": line.id, "performance_id": line.performance_id, "kind": kind.value} for line, kind in lines
        ]
        if rows:
            self._execute(_MARK[self._dialect], rows)

    def unmark_faults(self, admission_ids: Collection[int]) -> None:
        if admission_ids:
            self._execute(_UNMARK, {"lines": sorted(admission_ids)})

    def fault_lines(self, performance_id: int) -> frozenset[int]:
        return frozenset(self._execute(_FAULT_LINES, {"performance_id": performance_id}).scalars())

    def faults(self, performance_id: int) -> Sequence[Fault]:
        found = []
        for row in self._execute(_FAULTS, {"performance_id": performance_id}):
            kind, place, zone, seat_row, number, seat_kind = row[-6:]
            line = admission_of(row)
            found.append(
                Fault(line, Outcome(kind), place or 0, zone or "", seat_row or "", number or "", seat_kind or "")
            )
        return found

    def listed_tickets(self, performance_id: int) -> Sequence[ListedTicket]:
        rows = self._execute(_LISTED, {"performance_id": performance_id})
        return [
            ListedTicket(*row[:8], TicketState(row.state), row.short_code, bool(row.in_party), bool(row.is_inside))
            for row in rows
        ]

    def listed_codes(self, performance_id: int) -> Sequence[ListedCode]:
        rows = self._execute(_CODES, {"performance_id": performance_id})
        return [ListedCode(*row[:4], row[4] is not None) for row in rows]


def admission_of(row: AnyRow) -> Admission:
    """Of a row that begins with the columns of ``ADMISSIONS``."""
    id, performance_id, ticket_id, credential_id, gate_id, usher_id, at, outcome, inside, undone, left, channel = row[
        :12
    ]
    return Admission(
        id=id,
        performance_id=performance_id,
        ticket_id=ticket_id,
        credential_id=credential_id,
        gate_id=gate_id,
        usher_id=usher_id,
        at=at,
        outcome=Outcome(outcome),
        inside=inside,
        undone_at=undone,
        left_at=left,
        channel=Channel(channel),
    )
