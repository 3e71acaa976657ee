"""What a house has: organisation, venues, halls, gates, concessions, and the versions of its seating plans."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, Table, Update, bindparam, delete, func, insert, select, update

from domain.programme.model import Concession, Gate, Hall, Organisation, SeatingPlan, Venue
from domain.programme.plan_document import content_hash, plan_document, plan_from_document
from domain.text import LocalText
from storage.base import Part
from storage.tables.evening import closed_gate
from storage.tables.programme import concession, gate, hall, hall_gate, organisation, seating_plan, venue

_ORGANISATION_ID = 1


def by_id(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam("_id"))


def put(connection: Connection, table: Table, change: Update, id: int, values: Mapping[str, Any]) -> int:
    """Inserts where the id is 0, updates otherwise."""
    if id:
        connection.execute(change, {"_id": id, **values})
        return id
    return int(connection.execute(insert(table).returning(table.c.id), values).scalar_one())


_ORGANISATION = select(organisation.c.name).where(organisation.c.id == _ORGANISATION_ID)
_VENUES = select(venue).order_by(venue.c.id)
_VENUE = select(venue).where(venue.c.id == bindparam("id"))
_VENUE_BY_KEY = select(venue).where(venue.c.key == bindparam("key"))
# Where a gate is closed, the one that is open instead: at the door, on tickets and on the way there.
_GATE_NOW = func.coalesce(closed_gate.c.instead_id, hall_gate.c.gate_id).label("gate_id")
_HALL_ROWS = (
    select(hall, hall_gate.c.zone, _GATE_NOW)
    .select_from(
        hall.outerjoin(hall_gate, hall_gate.c.hall_id == hall.c.id).outerjoin(
            closed_gate, closed_gate.c.gate_id == hall_gate.c.gate_id
        )
    )
    .order_by(hall.c.id, hall_gate.c.zone)
)
_HALL = _HALL_ROWS.where(hall.c.id == bindparam("id"))
_HALL_BY_KEY = _HALL_ROWS.where(hall.c.key == bindparam("key"))
_HALL_GATES_GONE = delete(hall_gate).where(hall_gate.c.hall_id == bindparam("_id"))
_GATE = select(gate).where(gate.c.id == bindparam("id"))
_GATES = select(gate).where(gate.c.venue_id == bindparam("venue_id")).order_by(gate.c.id)
_CONCESSIONS = select(concession).order_by(concession.c.rank, concession.c.id)
_CONCESSION = select(concession).where(concession.c.id == bindparam("id"))
#: What identifies a version of a plan, without its long document.
PLAN_HEAD = (seating_plan.c.hall_id, seating_plan.c.version, seating_plan.c.content_hash)
_PLAN_HEAD = select(*PLAN_HEAD).where(seating_plan.c.id == bindparam("id"))
_PLAN_BODY = select(seating_plan.c.document).where(seating_plan.c.id == bindparam("id"))
_NEWEST_PLAN = (
    select(seating_plan.c.id)
    .where(seating_plan.c.hall_id == bindparam("hall_id"))
    .order_by(seating_plan.c.version.desc())
    .limit(1)
)
_SAME_PLAN = select(seating_plan.c.id).where(
    seating_plan.c.hall_id == bindparam("hall_id"), seating_plan.c.content_hash == bindparam("content_hash")
)
_LAST_VERSION = select(func.max(seating_plan.c.version)).where(seating_plan.c.hall_id == bindparam("hall_id"))

_CHANGE_VENUE, _CHANGE_HALL, _CHANGE_GATE = by_id(venue), by_id(hall), by_id(gate)
_CHANGE_ORGANISATION, _CHANGE_CONCESSION = by_id(organisation), by_id(concession)


class _PlanCache:
    """Decoded plans, the least used forgotten first.

    The content's hash is part of the key: ids alone say nothing across databases, or after a rollback.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._plans: OrderedDict[tuple[int, int, int, str], SeatingPlan] = OrderedDict()

    def get(self, key: tuple[int, int, int, str]) -> SeatingPlan | None:
        with self._lock:
            found = self._plans.get(key)
            if found is not None:
                self._plans.move_to_end(key)
            return found

    def keep(self, key: tuple[int, int, int, str], plan: SeatingPlan) -> SeatingPlan:
        with self._lock:
            kept = self._plans.setdefault(key, plan)
            while len(self._plans) > self._most:
                self._plans.popitem(last=False)
            return kept


_plans = _PlanCache(most=64)


class HouseRepository:
    """Part of ProgrammeRepository; never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._heads: dict[int, tuple[int, int, str]] = {}  # of plans seen in this transaction; they never change

    def organisation(self) -> Organisation | None:
        name = self._connection.execute(_ORGANISATION).scalar_one_or_none()
        return None if name is None else Organisation(LocalText.of(name))

    def put_organisation(self, value: Organisation) -> None:
        values = {"name": dict(value.name)}
        if not self._connection.execute(_CHANGE_ORGANISATION, {"_id": _ORGANISATION_ID, **values}).rowcount:
            self._connection.execute(insert(organisation), {"id": _ORGANISATION_ID, **values})

    def venue(self, venue_id: int) -> Venue | None:
        row = self._connection.execute(_VENUE, {"id": venue_id}).one_or_none()
        return venue_of(row) if row else None

    def venue_by_key(self, key: str) -> Venue | None:
        row = self._connection.execute(_VENUE_BY_KEY, {"key": key}).one_or_none()
        return venue_of(row) if row else None

    def venues(self) -> Sequence[Venue]:
        return [venue_of(row) for row in self._connection.execute(_VENUES)]

    def put_venue(self, value: Venue) -> int:
        values = {
            "key": value.key,
            "name": dict(value.name),
            "address": dict(value.address),
            "timezone": value.timezone,
            "currency": value.currency,
        }
        return put(self._connection, venue, _CHANGE_VENUE, value.id, values)

    def hall(self, hall_id: int) -> Hall | None:
        return next(iter(_halls(self._connection.execute(_HALL, {"id": hall_id}).all())), None)

    def hall_by_key(self, key: str) -> Hall | None:
        return next(iter(_halls(self._connection.execute(_HALL_BY_KEY, {"key": key}).all())), None)

    def halls(self) -> Sequence[Hall]:
        return _halls(self._connection.execute(_HALL_ROWS).all())

    def put_hall(self, value: Hall) -> int:
        values = {
            "venue_id": value.venue_id,
            "key": value.key,
            "name": dict(value.name),
            "zones": {zone: dict(name) for zone, name in value.zones},
        }
        hall_id = put(self._connection, hall, _CHANGE_HALL, value.id, values)
        self._connection.execute(_HALL_GATES_GONE, {"_id": hall_id})
        if value.gates:
            gates = [{"hall_id": hall_id, "zone": zone, "gate_id": gate_id} for zone, gate_id in value.gates]
            self._connection.execute(insert(hall_gate), gates)
        return hall_id

    def gate(self, gate_id: int) -> Gate | None:
        row = self._connection.execute(_GATE, {"id": gate_id}).one_or_none()
        return _gate(row) if row else None

    def gates(self, venue_id: int) -> Sequence[Gate]:
        return [_gate(row) for row in self._connection.execute(_GATES, {"venue_id": venue_id})]

    def put_gate(self, value: Gate) -> int:
        values = {
            "venue_id": value.venue_id,
            "key": value.key,
            "name": dict(value.name),
            "directions": dict(value.directions),
            "step_free": dict(value.step_free),
        }
        return put(self._connection, gate, _CHANGE_GATE, value.id, values)

    def concession(self, concession_id: int) -> Concession | None:
        row = self._connection.execute(_CONCESSION, {"id": concession_id}).one_or_none()
        return _concession(row) if row else None

    def concessions(self) -> Sequence[Concession]:
        return [_concession(row) for row in self._connection.execute(_CONCESSIONS)]

    def put_concession(self, value: Concession, rank: int) -> int:
        values = {
            "key": value.key,
            "rank": rank,
            "name": dict(value.name),
            "needs_proof": value.needs_proof,
            "proof": dict(value.proof),
        }
        return put(self._connection, concession, _CHANGE_CONCESSION, value.id, values)

    def plan(self, plan_id: int) -> SeatingPlan | None:
        if plan_id not in self._heads:
            row = self._connection.execute(_PLAN_HEAD, {"id": plan_id}).one_or_none()
            if row is None:
                return None
            self.keep_head(plan_id, (row.hall_id, row.version, row.content_hash))
        hall_id, version, content = self._heads[plan_id]
        key = (plan_id, hall_id, version, content)
        found = _plans.get(key)
        if found is None:
            document = self._connection.execute(_PLAN_BODY, {"id": plan_id}).scalar_one()
            found = _plans.keep(key, plan_from_document(document, id=plan_id, hall_id=hall_id, version=version))
        return found

    def keep_head(self, plan_id: int, head: tuple[int, int, str]) -> None:
        """Hall, version and content's hash of a plan, seen on the way."""
        self._heads[plan_id] = head

    def newest_plan(self, hall_id: int) -> SeatingPlan | None:
        plan_id = self._connection.execute(_NEWEST_PLAN, {"hall_id": hall_id}).scalar_one_or_none()
        return None if plan_id is None else self.plan(plan_id)

    def add_plan(self, hall_id: int, plan: SeatingPlan, now: datetime) -> tuple[int, bool]:
        document = plan_document(plan)
        content = content_hash(document)
        same = {"hall_id": hall_id, "content_hash": content}
        known = self._connection.execute(_SAME_PLAN, same).scalar_one_or_none()
        if known is not None:
            return int(known), False
        last = self._connection.execute(_LAST_VERSION, {"hall_id": hall_id}).scalar_one()
        values = {
            "hall_id": hall_id,
            "version": (last or 0) + 1,
            "content_hash": content,
            "places": len(plan.seats),
            "document": document,
            "imported_at": now,
        }
        added = self._connection.execute(insert(seating_plan).returning(seating_plan.c.id), values)
        return int(added.scalar_one()), True


def venue_of(row: Row[Any] | Part) -> Venue:
    return Venue(row.id, row.key, LocalText.of(row.name), LocalText.of(row.address), row.timezone, row.currency)


def _halls(rows: Sequence[Any]) -> list[Hall]:
    gates: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        of_hall = gates.setdefault(row.id, [])
        if row.gate_id is not None:
            of_hall.append((row.zone, row.gate_id))
    first = {row.id: row for row in reversed(rows)}
    return [_hall(first[id], tuple(of_hall)) for id, of_hall in gates.items()]


def _hall(row: Any, gates: tuple[tuple[str, int], ...]) -> Hall:
    zones = tuple((zone, LocalText.of(name)) for zone, name in row.zones.items())
    return Hall(row.id, row.venue_id, row.key, LocalText.of(row.name), gates, zones)


def _gate(row: Row[Any]) -> Gate:
    texts = (LocalText.of(text) for text in (row.name, row.directions, row.step_free))
    return Gate(row.id, row.venue_id, row.key, *texts)


def _concession(row: Row[Any]) -> Concession:
    return Concession(row.id, row.key, LocalText.of(row.name), row.needs_proof, LocalText.of(row.proof))
