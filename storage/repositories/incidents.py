"""Incidents and announcements in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from domain.incidents.model import (
    ActionCard,
    Announcement,
    AnnouncementState,
    Entry,
    Incident,
    IncidentKind,
    IncidentState,
    Note,
    NoteKind,
    Progress,
    Review,
    Severity,
    Template,
    What,
)
from storage.base import AnyRow, Store, both, word, words
from storage.tables.admission import admission
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.incidents import (
    announcement,
    incident,
    incident_entry,
    incident_note,
    incident_person,
    incident_review,
    incident_rules,
)
from storage.tables.messaging import notice
from storage.tables.people import account
from storage.tables.ticketing import order_line, ticket

_i, _e, _n, _a = incident.c, incident_entry.c, incident_note.c, announcement.c
_NOW = bindparam("now", type_=UtcDateTime)
_INCIDENT_ID = bindparam("of_incident", type_=BigInt)

_RULES = select(incident_rules.c.document)
_ADD = insert(incident).returning(_i.id)
_SET = update(incident).where(_i.id == _INCIDENT_ID)
_INCIDENT = select(incident).where(_i.id == _INCIDENT_ID)
_INCIDENT_LOCKED = _INCIDENT.with_for_update()
_DRAFT = (
    select(incident)
    .where(_i.reporter_id == bindparam("of_person", type_=BigInt), _i.state == word("draft"))
    .with_for_update()
)
_LAST = (
    select(incident)
    .where(
        or_(_i.reporter_id == bindparam("of_person", type_=BigInt), _i.taker_id == bindparam("of_person")),
        _i.state.in_(words("open", "acknowledged", "on_scene", "in_hand")),
    )
    .order_by(_i.id.desc())
    .limit(1)
)
_IS_DUE = and_(_i.due_at.is_not(None), _i.due_at <= _NOW)
_DUE = select(incident).where(_IS_DUE).order_by(_i.due_at, _i.id).limit(bindparam("most")).with_for_update()
_ANY_DUE = select(_i.id).where(_IS_DUE).limit(1)
_EVACUATING = select(incident).where(_i.ended_at.is_(None), _i.procedure == ActionCard.EVACUATE.value).order_by(_i.id)
_ACTIVE_FIRST = case((_i.ended_at.is_(None), 0), else_=1)
_AT_VENUES = (
    select(incident)
    .where(_i.venue_id.in_(bindparam("venues", expanding=True)), _i.sent_at.is_not(None))
    .order_by(_ACTIVE_FIRST, _i.id.desc())
    .limit(bindparam("most"))
)

_ADD_ENTRY = insert(incident_entry)
_ENTRIES = select(incident_entry).where(_e.incident_id == _INCIDENT_ID).order_by(_e.id)
_INVOLVE = both(lambda insert: insert(incident_person).on_conflict_do_nothing())
_INVOLVED = (
    select(incident_person.c.person_id)
    .where(incident_person.c.incident_id == _INCIDENT_ID)
    .order_by(incident_person.c.person_id)
)

_ADD_NOTE = insert(incident_note).returning(_n.id)
_NOTE = select(incident_note).where(_n.id == bindparam("of_note", type_=BigInt))
_NOTES = select(incident_note).where(_n.incident_id == _INCIDENT_ID).order_by(_n.id)
_PHOTOS_DUE = (
    select(incident_note)
    .where(_n.gone_at.is_(None), _n.forget_at.is_not(None), _n.forget_at <= _NOW)
    .order_by(_n.forget_at, _n.id)
    .limit(bindparam("most"))
)
_SHOWN_IN = (
    select(account.c.external_id, notice.c.message_id)
    .join(account, and_(account.c.person_id == notice.c.person_id, account.c.channel == "telegram"))
    .where(notice.c.kind == word("incident_note"), notice.c.dedupe_key.like(bindparam("key") + "%"))
    .where(notice.c.message_id.is_not(None))
    .order_by(notice.c.id)
)
_CHAT_OF = select(account.c.external_id).where(
    account.c.person_id == bindparam("of_person", type_=BigInt), account.c.channel == "telegram"
)
_DROP_PHOTO = (
    update(incident_note)
    .where(_n.id == bindparam("of_note", type_=BigInt), _n.gone_at.is_(None))
    .values(file_id="", gone_at=_NOW)
)
_FORGET = update(incident_note).where(_n.author_id == bindparam("of_person", type_=BigInt)).values(text="", file_id="")
_FORGET_REVIEW = (
    update(incident_review)
    .where(incident_review.c.by_id == bindparam("of_person", type_=BigInt))
    .values(happened="", helped="", change="")
)

_REVIEW = select(incident_review).where(incident_review.c.incident_id == _INCIDENT_ID)
_PUT_REVIEW = both(
    lambda insert: (adding := insert(incident_review)).on_conflict_do_update(
        index_elements=[incident_review.c.incident_id],
        set_={name: adding.excluded[name] for name in ("by_id", "at", "happened", "helped", "change")},
    )
)

_t, _l, _ad = ticket.c, order_line.c, admission.c
_OF_PERFORMANCE = _t.performance_id == bindparam("performance_id", type_=BigInt)
_INSIDE = exists().where(_ad.ticket_id == _t.id, _ad.inside)
_WHEELCHAIRS = (
    select(_l.zone, _l.row, _l.number)
    .select_from(ticket.join(order_line, _l.id == _t.order_line_id))
    .where(_OF_PERFORMANCE, _l.seat_kind == word("wheelchair"), _INSIDE)
    .order_by(_t.place)
)
_KEY = bindparam("key", type_=String)
_AUDIENCE = (
    select(_t.holder_id)
    .join(account, and_(account.c.person_id == _t.holder_id, account.c.channel == "telegram"))
    .where(
        _OF_PERFORMANCE,
        _t.state == word("valid"),
        or_(literal("") == _KEY, ~exists().where(notice.c.dedupe_key == _KEY + cast(_t.holder_id, String))),
    )
    .distinct()
    .order_by(_t.holder_id)
)
_AUDIENCE_INSIDE = _AUDIENCE.where(_INSIDE)

_ADD_ANNOUNCEMENT = insert(announcement).returning(_a.id)
_SET_ANNOUNCEMENT = update(announcement).where(_a.id == bindparam("of_announcement", type_=BigInt))
_ANNOUNCEMENT = select(announcement).where(_a.id == bindparam("of_announcement", type_=BigInt))
_ANNOUNCEMENT_LOCKED = _ANNOUNCEMENT.with_for_update()
_GOING = select(_a.id).where(_a.state == word("going")).order_by(_a.id)
_ANNOUNCEMENTS = (
    select(announcement)
    .where(_a.performance_id == bindparam("performance_id", type_=BigInt))
    .order_by(_a.id.desc())
    .limit(bindparam("most"))
)
_PROGRESS = select(
    func.count(notice.c.id),
    func.count(notice.c.message_id),
    func.coalesce(func.sum(case((notice.c.state.in_(words("unreachable", "dead", "unknown")), 1), else_=0)), 0),
).where(notice.c.dedupe_key.like(bindparam("key") + "%"))


class IncidentRepository(Store):
    """Implements ``domain.incidents.ports.IncidentRepository``."""

    def rules_document(self) -> Mapping[str, Any]:
        return dict(self._execute(_RULES).scalar_one_or_none() or {})

    def put_rules_document(self, document: Mapping[str, Any]) -> bool:
        stored = self._execute(_RULES).scalar_one_or_none()
        if stored == document:
            return False
        if stored is None:
            self._execute(insert(incident_rules), {"id": 1, "document": dict(document)})
        else:
            self._execute(update(incident_rules), {"document": dict(document)})
        return True

    def put(self, incident: Incident) -> int:
        row = asdict(incident)
        del row["id"]
        row |= {"kind": incident.kind.value, "state": incident.state.value, "severity": int(incident.severity)}
        row["procedure"] = incident.procedure.value if incident.procedure else None
        if incident.id == 0:
            return int(self._execute(_ADD, row).scalar_one())
        self._execute(_SET, {"of_incident": incident.id, **row})
        return incident.id

    def incident(self, incident_id: int, *, lock: bool = False) -> Incident | None:
        row = self._execute(_INCIDENT_LOCKED if lock else _INCIDENT, {"of_incident": incident_id}).first()
        return _incident(row) if row else None

    def draft_of(self, person_id: int) -> Incident | None:
        row = self._execute(_DRAFT, {"of_person": person_id}).first()
        return _incident(row) if row else None

    def last_of(self, person_id: int) -> Incident | None:
        row = self._execute(_LAST, {"of_person": person_id}).first()
        return _incident(row) if row else None

    def due(self, now: datetime, most: int) -> Sequence[Incident]:
        return [_incident(row) for row in self._execute(_DUE, {"now": now, "most": most})]

    def any_due(self, now: datetime) -> bool:
        return self._execute(_ANY_DUE, {"now": now}).first() is not None

    def evacuating(self) -> Sequence[Incident]:
        return [_incident(row) for row in self._execute(_EVACUATING)]

    def at_venues(self, venue_ids: Sequence[int], most: int) -> Sequence[Incident]:
        binds = {"venues": sorted(venue_ids), "most": most}
        return [_incident(row) for row in self._execute(_AT_VENUES, binds)]

    def add_entry(
        self, incident_id: int, at: datetime, actor_id: int | None, what: What, detail: Mapping[str, Any]
    ) -> None:
        row = {"incident_id": incident_id, "at": at, "actor_id": actor_id, "what": what.value, "detail": dict(detail)}
        self._execute(_ADD_ENTRY, row)

    def entries(self, incident_id: int) -> Sequence[Entry]:
        rows = self._execute(_ENTRIES, {"of_incident": incident_id})
        return [Entry(row.id, row.incident_id, row.at, row.actor_id, What(row.what), row.detail) for row in rows]

    def involve(self, incident_id: int, person_ids: Sequence[int], now: datetime) -> None:
        rows = [{"incident_id": incident_id, "person_id": id, "since": now} for id in sorted(set(person_ids))]
        if rows:
            self._execute(_INVOLVE[self._dialect], rows)

    def involved(self, incident_id: int) -> Sequence[int]:
        return self._execute(_INVOLVED, {"of_incident": incident_id}).scalars().all()

    def add_note(self, note: Note) -> int:
        row = {**asdict(note), "kind": note.kind.value}
        del row["id"]
        return int(self._execute(_ADD_NOTE, row).scalar_one())

    def note(self, note_id: int) -> Note | None:
        row = self._execute(_NOTE, {"of_note": note_id}).first()
        return _note(row) if row else None

    def notes(self, incident_id: int) -> Sequence[Note]:
        return [_note(row) for row in self._execute(_NOTES, {"of_incident": incident_id})]

    def photos_due(self, now: datetime, most: int) -> Sequence[tuple[int, Sequence[tuple[int, int]]]]:
        found = []
        for row in self._execute(_PHOTOS_DUE, {"now": now, "most": most}).all():
            shown = self._execute(_SHOWN_IN, {"key": f"incident_note:{row.id}:"})
            places = [(int(chat), message) for chat, message in shown]
            chat = self._execute(_CHAT_OF, {"of_person": row.author_id}).scalars().first()
            if chat is not None and row.message_id is not None:
                places.append((int(chat), row.message_id))
            found.append((row.id, places))
        return found

    def drop_photo(self, note_id: int, now: datetime) -> bool:
        return self._execute(_DROP_PHOTO, {"of_note": note_id, "now": now}).rowcount > 0

    def forget(self, person_id: int) -> None:
        self._execute(_FORGET, {"of_person": person_id})
        self._execute(_FORGET_REVIEW, {"of_person": person_id})

    def put_review(self, review: Review) -> None:
        self._execute(_PUT_REVIEW[self._dialect], asdict(review))

    def review(self, incident_id: int) -> Review | None:
        row = self._execute(_REVIEW, {"of_incident": incident_id}).first()
        return Review(**row._mapping) if row else None

    def wheelchairs_inside(self, performance_id: int) -> Sequence[tuple[str, str, str]]:
        rows = self._execute(_WHEELCHAIRS, {"performance_id": performance_id})
        return [(zone, row, number) for zone, row, number in rows]

    def put_announcement(self, announcement: Announcement) -> int:
        row = {**asdict(announcement), "template": announcement.template.value, "state": announcement.state.value}
        del row["id"]
        if announcement.id == 0:
            return int(self._execute(_ADD_ANNOUNCEMENT, row).scalar_one())
        self._execute(_SET_ANNOUNCEMENT, {"of_announcement": announcement.id, **row})
        return announcement.id

    def announcement(self, announcement_id: int, *, lock: bool = False) -> Announcement | None:
        query = _ANNOUNCEMENT_LOCKED if lock else _ANNOUNCEMENT
        row = self._execute(query, {"of_announcement": announcement_id}).first()
        return _announcement(row) if row else None

    def going(self) -> Sequence[int]:
        return self._execute(_GOING).scalars().all()

    def announcements_of(self, performance_id: int, most: int) -> Sequence[Announcement]:
        binds = {"performance_id": performance_id, "most": most}
        return [_announcement(row) for row in self._execute(_ANNOUNCEMENTS, binds)]

    def audience(self, performance_id: int, *, inside: bool, but: str = "", most: int | None = None) -> Sequence[int]:
        query = _AUDIENCE_INSIDE if inside else _AUDIENCE
        binds = {"performance_id": performance_id, "key": but}
        return self._execute(query if most is None else query.limit(most), binds).scalars().all()

    def progress(self, key: str) -> Progress:
        return Progress(*self._execute(_PROGRESS, {"key": key}).one())


def _incident(row: AnyRow) -> Incident:
    return Incident(
        **{
            **row._mapping,
            "kind": IncidentKind(row.kind),
            "severity": Severity(row.severity),
            "state": IncidentState(row.state),
            "procedure": ActionCard(row.procedure) if row.procedure else None,
        }
    )


def _note(row: AnyRow) -> Note:
    return Note(**{**row._mapping, "kind": NoteKind(row.kind)})


def _announcement(row: AnyRow) -> Announcement:
    return Announcement(**{**row._mapping, "template": Template(row.template), "state": AnnouncementState(row.state)})
