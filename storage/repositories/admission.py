"""Door posts and the admission log in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update

from domain.admission.model import Admission, DoorPost, Outcome
from storage.base import AnyRow, Insert, Store, both
from storage.tables.admission import admission, door_post

_a, _d = admission.c, door_post.c

_POST = select(_d.person_id, _d.performance_id, _d.gate_id, _d.since).where(_d.person_id == bindparam("person_id"))
_LEAVE = delete(door_post).where(_d.person_id == bindparam("person_id"))


def _take(insert: Insert) -> Any:
    taking = insert(door_post)
    moved = {name: taking.excluded[name] for name in ("performance_id", "gate_id", "since")}
    return taking.on_conflict_do_update(index_elements=[_d.person_id], set_=moved)


_TAKE = both(_take)

# The partial unique index decides who is inside: a second line that says so is not written.
_LOG = both(
    lambda insert: (
        insert(admission).on_conflict_do_nothing(index_elements=[_a.ticket_id], index_where=_a.inside).returning(_a.id)
    )
)
_ADMISSIONS = select(
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
)
_STANDING = _ADMISSIONS.where(_a.inside, _a.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
_ADMISSION = _ADMISSIONS.where(_a.id == bindparam("admission_id"))
_ADMISSION_LOCKED = _ADMISSION.with_for_update()
_UNDO = update(admission).where(_a.id == bindparam("of_admission"), _a.inside)
# The partial index's own words; the column would become ``inside = 1``, in which SQLite does not see the index.
_COUNT_INSIDE = select(func.count(_a.id)).where(
    _a.performance_id == bindparam("performance_id"), text("admission.inside")
)


class AdmissionRepository(Store):
    """Implements ``domain.admission.ports.AdmissionRepository``."""

    def door_post(self, person_id: int) -> DoorPost | None:
        row = self._execute(_POST, {"person_id": person_id}).first()
        return DoorPost(*row) if row else None

    def take_door_post(self, post: DoorPost) -> None:
        row = {
            "person_id": post.person_id,
            "performance_id": post.performance_id,
            "gate_id": post.gate_id,
            "since": post.since,
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
        lines = (_admission(row) for row in self._execute(_STANDING, {"ticket_ids": sorted(ticket_ids)}))
        return {line.ticket_id: line for line in lines if line.ticket_id is not None}

    def admission(self, admission_id: int, *, lock: bool = False) -> Admission | None:
        row = self._execute(_ADMISSION_LOCKED if lock else _ADMISSION, {"admission_id": admission_id}).first()
        return _admission(row) if row else None

    def undo(self, admission_id: int, by: int, now: datetime) -> bool:
        change = {"of_admission": admission_id, "inside": False, "undone_at": now, "undone_by": by}
        return self._execute(_UNDO, change).rowcount > 0

    def count_inside(self, performance_id: int) -> int:
        return self._execute(_COUNT_INSIDE, {"performance_id": performance_id}).scalar_one()


def _admission(row: AnyRow) -> Admission:
    id, performance_id, ticket_id, credential_id, gate_id, usher_id, at, outcome, inside, undone_at = row
    return Admission(
        id, performance_id, ticket_id, credential_id, gate_id, usher_id, at, Outcome(outcome), inside, undone_at
    )


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
    }
