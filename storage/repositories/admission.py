"""Door posts and the admission log in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, delete, func, select, text, update

from domain.admission.model import Admission, DoorMode, DoorPost, Outcome
from storage.base import Insert, both, words
from storage.repositories.door import Door
from storage.repositories.offline import ADMISSIONS, OfflineScans, admission_of
from storage.tables.admission import admission, door_post
from storage.tables.evening import closed_gate
from storage.tables.programme import hall_gate
from storage.tables.ticketing import order_line, ticket

_a, _d = admission.c, door_post.c

_POST = select(_d.person_id, _d.performance_id, _d.gate_id, _d.since, _d.mode).where(
    _d.person_id == bindparam("person_id")
)
_LEAVE = delete(door_post).where(_d.person_id == bindparam("person_id"))


def _take(insert: Insert) -> Any:
    taking = insert(door_post)
    moved = {name: taking.excluded[name] for name in ("performance_id", "gate_id", "since", "mode")}
    return taking.on_conflict_do_update(index_elements=[_d.person_id], set_=moved)


_TAKE = both(_take)

# The partial unique index decides who is inside: a second line that says so is not written.
_LOG = both(
    lambda insert: (
        insert(admission).on_conflict_do_nothing(index_elements=[_a.ticket_id], index_where=_a.inside).returning(_a.id)
    )
)
_STANDING = ADMISSIONS.where(_a.inside, _a.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
# Whoever was let in and has not been taken back, gone again or not.
_LET_IN = and_(_a.outcome.in_(words("admitted", "re_admitted")), _a.undone_at.is_(None))
_BY_TIME = (_a.at, _a.id)  # what was judged without a network comes into the log later
_ENTRIES = ADMISSIONS.where(_a.ticket_id.in_(bindparam("ticket_ids", expanding=True)), _LET_IN).order_by(*_BY_TIME)
_own, _every = hall_gate.alias("own"), hall_gate.alias("every")
_HALL = bindparam("hall_id", type_=BigInteger)
_USUAL_GATE = func.coalesce(_own.c.gate_id, _every.c.gate_id)
_EXPECTED = (
    ADMISSIONS.add_columns(
        ticket.c.id.label("expected_id"),
        # Where it is closed, the gate that is open instead.
        func.coalesce(closed_gate.c.instead_id, _USUAL_GATE).label("expected_gate_id"),
    )
    .select_from(
        ticket.join(order_line, order_line.c.id == ticket.c.order_line_id)
        .outerjoin(_own, and_(_own.c.hall_id == _HALL, _own.c.zone == order_line.c.zone))
        .outerjoin(_every, and_(_every.c.hall_id == _HALL, _every.c.zone == "*"))
        .outerjoin(closed_gate, closed_gate.c.gate_id == _USUAL_GATE)
        .outerjoin(admission, and_(_a.ticket_id == ticket.c.id, _LET_IN))
    )
    .where(ticket.c.id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(*_BY_TIME)
)
_ADMISSION = ADMISSIONS.where(_a.id == bindparam("admission_id"))
_ADMISSION_LOCKED = _ADMISSION.with_for_update()
_UNDO = update(admission).where(_a.id == bindparam("of_admission"), _a.inside)
_LEAVE_INSIDE = update(admission).where(_a.id == bindparam("of_admission"), _a.inside)
_UNDO_EXIT = update(admission).where(
    _a.id == bindparam("of_admission"), _a.outcome == Outcome.LEFT.value, _a.undone_at.is_(None)
)
_BACK_INSIDE = update(admission).where(_a.id == bindparam("of_admission"))
# The partial index's own words; the column would become ``inside = 1``, in which SQLite does not see the index.
_COUNT_INSIDE = select(func.count(_a.id)).where(
    _a.performance_id == bindparam("performance_id"), text("admission.inside")
)


class AdmissionRepository(Door, OfflineScans):
    """Implements ``domain.admission.ports.AdmissionRepository``."""

    def door_post(self, person_id: int) -> DoorPost | None:
        row = self._execute(_POST, {"person_id": person_id}).first()
        return DoorPost(*row[:-1], DoorMode(row.mode)) if row else None

    def take_door_post(self, post: DoorPost) -> None:
        row = {
            "person_id": post.person_id,
            "performance_id": post.performance_id,
            "gate_id": post.gate_id,
            "since": post.since,
            "mode": post.mode.value,
        }
        self._execute(_TAKE[self._dialect], row)

    def leave_door_post(self, person_id: int) -> None:
        self._execute(_LEAVE, {"person_id": person_id})

    def log(self, admissions: Sequence[Admission]) -> Sequence[int | None]:
        # Locked in ticket order, so that two ushers with overlapping parties wait and do not deadlock.
        by_ticket = sorted(range(len(admissions)), key=lambda index: admissions[index].ticket_id or 0)
        ids: list[int | None] = [None] * len(admissions)
        for index in by_ticket:
            ids[index] = self._execute(_LOG[self._dialect], _row(admissions[index])).scalar_one_or_none()
        return ids

    def standing(self, ticket_ids: Collection[int]) -> Mapping[int, Admission]:
        if not ticket_ids:
            return {}
        lines = (admission_of(row) for row in self._execute(_STANDING, {"ticket_ids": sorted(ticket_ids)}))
        return {line.ticket_id: line for line in lines if line.ticket_id is not None}

    def entries(self, ticket_ids: Collection[int]) -> Mapping[int, Admission]:
        if not ticket_ids:
            return {}
        lines = (admission_of(row) for row in self._execute(_ENTRIES, {"ticket_ids": sorted(ticket_ids)}))
        return {line.ticket_id: line for line in lines if line.ticket_id is not None}

    def expected_at(
        self, hall_id: int, ticket_ids: Collection[int]
    ) -> Mapping[int, tuple[int | None, Admission | None]]:
        rows = self._execute(_EXPECTED, {"hall_id": hall_id, "ticket_ids": sorted(ticket_ids)})
        return {row.expected_id: (row.expected_gate_id, admission_of(row) if row.id else None) for row in rows}

    def leave(self, admission_id: int, now: datetime) -> bool:
        change = {"of_admission": admission_id, "inside": False, "left_at": now}
        return self._execute(_LEAVE_INSIDE, change).rowcount > 0

    def undo_exit(self, exit: Admission, by: int, now: datetime) -> bool:
        (entry,) = self.entries([exit.ticket_id or 0]).values()
        if entry.id > exit.id or entry.left_at != exit.at:
            return False
        undone = {"of_admission": exit.id, "undone_at": now, "undone_by": by}
        if not self._execute(_UNDO_EXIT, undone).rowcount:
            return False
        self._execute(_BACK_INSIDE, {"of_admission": entry.id, "inside": True, "left_at": None})
        return True

    def admission(self, admission_id: int, *, lock: bool = False) -> Admission | None:
        row = self._execute(_ADMISSION_LOCKED if lock else _ADMISSION, {"admission_id": admission_id}).first()
        return admission_of(row) if row else None

    def undo(self, admission_id: int, by: int, now: datetime) -> bool:
        change = {"of_admission": admission_id, "inside": False, "undone_at": now, "undone_by": by}
        return self._execute(_UNDO, change).rowcount > 0

    def count_inside(self, performance_id: int) -> int:
        return self._execute(_COUNT_INSIDE, {"performance_id": performance_id}).scalar_one()


def _row(line: Admission) -> dict[str, Any]:
    return {
        "performance_id": line.performance_id,
        "ticket_id": line.ticket_id,
        "credential_id": line.credential_id,
        "gate_id": line.gate_id,
        "usher_id": line.usher_id,
        "at": line.at,
        "outcome": line.outcome.value,
        "inside": line.inside,
        "channel": line.channel.value,
    }
