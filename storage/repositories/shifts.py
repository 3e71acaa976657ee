"""Shifts: who is on duty, and whom a page goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Select, bindparam, exists, insert, or_, select, update

from domain.people.model import Role
from domain.people.shifts import OnDuty, Shift, whom_to_page
from storage.base import AnyRow, Store
from storage.tables.people import person, role_grant
from storage.tables.shifts import shift

_s, _p, _g = shift.c, person.c, role_grant.c
_STANDS = _s.withdrawn_at.is_(None)
#: Who has the role still, or one that stands in for it.
_ON_STAFF = exists().where(
    _g.person_id == _s.person_id,
    _g.revoked_at.is_(None),
    or_(_g.venue_id.is_(None), _g.venue_id == _s.venue_id),
    or_(_g.role == _s.role, _g.role.in_(["manager", "owner"])),
)
_ON = (
    select(
        _s.person_id,
        _p.display_name.label("name"),
        _s.venue_id,
        _s.role,
        _s.zones,
        _s.gate_id,
        _s.first_aider,
        _s.channel,
        _s.id.label("shift_id"),
        _s.off_at,
        _s.answered_at,
    )
    .join(person, _p.id == _s.person_id)
    .where(_STANDS, _s.on_at <= bindparam("at"), _s.off_at > bindparam("at"), _ON_STAFF)
    .order_by(_s.person_id, _s.id)
)
_ON_AT = _ON.where(_s.venue_id == bindparam("at_venue"))
_ON_OF = _ON.where(_s.person_id == bindparam("of_person")).limit(1)
_HOLDERS = (
    select(_g.person_id, _p.display_name, _g.role)
    .join(person, _p.id == _g.person_id)
    .where(
        _g.role.in_(bindparam("roles", expanding=True)),
        _g.revoked_at.is_(None),
        or_(_g.venue_id.is_(None), _g.venue_id == bindparam("at_venue")),
    )
    .order_by(_g.person_id, _g.id)
)
_SHIFT = select(shift).where(_s.id == bindparam("shift_id"))
_SHIFT_LOCKED = _SHIFT.with_for_update()
_OF_PERSON = (
    select(shift)
    .where(_STANDS, _s.person_id == bindparam("of_person"), _s.off_at > bindparam("after"))
    .order_by(_s.starts_at, _s.id)
)
_OF_VENUE = (
    select(shift)
    .where(
        _STANDS,
        _s.venue_id == bindparam("at_venue"),
        _s.starts_at >= bindparam("start"),
        _s.starts_at < bindparam("end"),
    )
    .order_by(_s.starts_at, _s.id)
)
_FIRST_AIDER = select(_s.id).where(_s.planned_for == bindparam("of_person"), _s.first_aider, _STANDS).limit(1)
_LOCK_PERSONS = select(_p.id).where(_p.id.in_(bindparam("persons", expanding=True))).order_by(_p.id).with_for_update()
_ADD = insert(shift).returning(_s.id)
_SET = update(shift).where(_s.id == bindparam("of_shift"))
_DUE = (
    select(shift)
    .where(_s.page_due_at.is_not(None), _s.page_due_at <= bindparam("at"))
    .order_by(_s.page_due_at, _s.id)
    .limit(bindparam("most"))
    .with_for_update()
)


class ShiftRepository(Store):
    """Implements ``domain.people.shift_ports.ShiftRepository``."""

    def on_duty(
        self, venue_id: int, at: datetime, role: Role | None = None, zone: str | None = None
    ) -> Sequence[OnDuty]:
        planned = self._on(_ON_AT, at=at, at_venue=venue_id)
        return whom_to_page(planned, lambda roles: self._holders(venue_id, roles), role, zone)

    def duty_of(self, person_id: int, at: datetime) -> OnDuty | None:
        found = self._on(_ON_OF, at=at, of_person=person_id)
        return found[0] if found else None

    def shift(self, shift_id: int, *, lock: bool = False) -> Shift | None:
        found = self._execute(_SHIFT_LOCKED if lock else _SHIFT, {"shift_id": shift_id}).first()
        return _shift(found) if found else None

    def of_person(self, person_id: int, after: datetime) -> Sequence[Shift]:
        return [_shift(row) for row in self._execute(_OF_PERSON, {"of_person": person_id, "after": after})]

    def of_venue(self, venue_id: int, start: datetime, end: datetime) -> Sequence[Shift]:
        binds = {"at_venue": venue_id, "start": start, "end": end}
        return [_shift(row) for row in self._execute(_OF_VENUE, binds)]

    def is_first_aider(self, person_id: int) -> bool:
        return self._execute(_FIRST_AIDER, {"of_person": person_id}).first() is not None

    def lock_persons(self, person_ids: Sequence[int]) -> None:
        self._execute(_LOCK_PERSONS, {"persons": sorted(set(person_ids))}).all()

    def put(self, shift: Shift) -> int:
        row = {**asdict(shift), "role": shift.role.value}
        del row["id"]
        if shift.id == 0:
            return int(self._execute(_ADD, row).scalar_one())
        self._execute(_SET, {"of_shift": shift.id, **row})
        return shift.id

    def pages_due(self, at: datetime, most: int) -> Sequence[Shift]:
        return [_shift(row) for row in self._execute(_DUE, {"at": at, "most": most})]

    def _on(self, statement: Select[*tuple[object, ...]], **binds: object) -> list[OnDuty]:
        return [_on_duty(row) for row in self._execute(statement, binds)]

    def _holders(self, venue_id: int, roles: Sequence[Role]) -> list[OnDuty]:
        binds = {"at_venue": venue_id, "roles": [role.value for role in roles]}
        found: dict[int, OnDuty] = {}
        for person_id, name, role in self._execute(_HOLDERS, binds):
            found.setdefault(person_id, OnDuty(person_id, name, venue_id, Role(role)))
        return list(found.values())


def _shift(row: AnyRow) -> Shift:
    known = dict(row._mapping)
    zones = known.pop("zones")
    return Shift(**{**known, "role": Role(row.role), "zones": None if zones is None else tuple(zones)})


def _on_duty(row: AnyRow) -> OnDuty:
    return OnDuty(
        person_id=row.person_id,
        name=row.name,
        venue_id=row.venue_id,
        role=Role(row.role),
        zones=None if row.zones is None else tuple(row.zones),
        gate_id=row.gate_id,
        first_aider=row.first_aider,
        channel=row.channel,
        shift_id=row.shift_id,
        until=row.off_at,
        answered=row.answered_at is not None,
    )
