"""The figures of digests, added up by the database; what managers have chosen and put off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Executable, and_, bindparam, case, delete, exists, func, literal, or_, select

from domain.payments.accounts_model import Part, part_named
from domain.payments.accounts_model import Scope as BooksScope
from domain.people.model import Invitation, Role
from domain.programme.model import EventKind
from domain.records.digest_model import Came, DigestChoice, House, NeedKind, Rhythm
from storage.base import Insert, Store, both, word, words
from storage.repositories.accounts import IS_ASTRAY, VENUE_OF_ENTRY
from storage.tables.admission import admission
from storage.tables.assistance import help_request
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.incidents import incident, incident_entry
from storage.tables.messaging import notice
from storage.tables.payments import charge, journal_entry
from storage.tables.people import invitation
from storage.tables.programme import event, performance
from storage.tables.records import digest_choice, digest_snooze
from storage.tables.ticketing import claim, ticket
from storage.tables.window import drawer

_p, _t, _c, _j, _a = performance.c, ticket.c, claim.c, journal_entry.c, admission.c
_h, _s, _v, _i = digest_choice.c, digest_snooze.c, invitation.c, incident.c
_START, _END = bindparam("start", type_=UtcDateTime), bindparam("end", type_=UtcDateTime)
_NOW = bindparam("now", type_=UtcDateTime)
_VENUES = bindparam("venue_ids", expanding=True, type_=BigInt)
_IDS = bindparam("ids", expanding=True, type_=BigInt)
_VALID = _t.state == word("valid")
_HELD = _p.run_state != word("cancelled")

_CHOICES = select(_h.person_id, _h.rhythm, _h.hour, _h.venue_id)


def _put_choice(insert: Insert) -> Executable:
    putting = insert(digest_choice)
    changed = {name: putting.excluded[name] for name in ("rhythm", "hour", "venue_id")}
    return putting.on_conflict_do_update(index_elements=[_h.person_id], set_=changed)


def _snooze(insert: Insert) -> Executable:
    putting = insert(digest_snooze)
    return putting.on_conflict_do_update(
        index_elements=[_s.person_id, _s.kind, _s.subject_id], set_={"until": putting.excluded.until}
    )


_PUT_CHOICE, _SNOOZE = both(_put_choice), both(_snooze)
_SNOOZED = select(_s.kind, _s.subject_id).where(_s.person_id == bindparam("of_person"), _s.until > _NOW)
_AWAKE = delete(digest_snooze).where(_s.person_id == bindparam("of_person"), _s.until <= _NOW)
_TOLD = select(notice.c.dedupe_key).where(notice.c.dedupe_key.in_(bindparam("keys", expanding=True)))

_SHOWN = (
    select(_p.id, _p.starts_at, _p.capacity)
    .where(_p.venue_id.in_(_VENUES), _p.starts_at >= _START, _p.starts_at < _END, _p.sales_open_at <= _NOW, _HELD)
    .order_by(_p.starts_at, _p.id)
    .limit(bindparam("most"))
)
_CLAIMED = (
    select(_c.performance_id, _c.kind, func.count())
    .where(_c.performance_id.in_(_IDS), or_(_c.until.is_(None), _c.until > _NOW))
    .group_by(_c.performance_id, _c.kind)
)
_EXPECTED = (
    select(_t.performance_id, func.count()).where(_t.performance_id.in_(_IDS), _VALID).group_by(_t.performance_id)
)
_KINDS = select(_p.id, _p.hall_id, event.c.kind).join(event, event.c.id == _p.event_id).where(_p.id.in_(_IDS))
_PAST = (
    select(_p.id, _p.starts_at, _p.sales_open_at, _p.capacity)
    .join(event, event.c.id == _p.event_id)
    .where(_p.starts_at >= _START, _p.starts_at < _END, _HELD)
    .where(_p.hall_id == bindparam("hall_id"), event.c.kind == bindparam("kind"))
    .order_by(_p.starts_at.desc(), _p.id)
    .limit(bindparam("most"))
)
_LET_IN = exists().where(
    _a.ticket_id == _t.id, _a.undone_at.is_(None), _a.outcome.in_(words("admitted", "re_admitted"))
)
_CAME = (
    select(_p.id, _p.starts_at, func.count(), func.sum(case((_LET_IN, 1), else_=0)))
    .join(ticket, and_(_t.performance_id == _p.id, _VALID))
    .where(_p.venue_id.in_(_VENUES), _p.starts_at >= _START, _p.starts_at < _END, _HELD)
    .group_by(_p.id, _p.starts_at)
    .order_by(_p.starts_at, _p.id)
)
# A sum over a subquery: PostgreSQL does not know an expression with parameters again when it groups by it.
_BOOKED = (
    select(_j.kind, IS_ASTRAY.label("astray"), _j.currency, _j.amount_minor)
    .select_from(
        journal_entry.outerjoin(performance, _p.id == _j.performance_id)
        .outerjoin(drawer, drawer.c.id == _j.drawer_id)
        .outerjoin(charge, charge.c.id == _j.charge_id)
    )
    .where(_j.at >= _START, _j.at < _END, VENUE_OF_ENTRY.in_(_VENUES))
    .subquery()
    .c
)
_TAKINGS = select(_BOOKED.kind, _BOOKED.astray, _BOOKED.currency, func.sum(_BOOKED.amount_minor)).group_by(
    _BOOKED.kind, _BOOKED.astray, _BOOKED.currency
)
_TO_DECIDE = (
    select(_v.id, _v.role, _v.venue_id, _v.created_by, _v.expires_at, _v.used_by, _v.decided_at, _v.confirmed)
    .where(_v.used_by.is_not(None), _v.decided_at.is_(None))
    .order_by(_v.used_at, _v.id)
)
_TAKEN = (
    select(incident_entry.c.incident_id, func.min(incident_entry.c.at).label("at"))
    .where(incident_entry.c.what == word("taken"))
    .group_by(incident_entry.c.incident_id)
    .subquery()
)
_INCIDENTS = (
    select(_i.reported_at, _TAKEN.c.at)
    .select_from(incident.outerjoin(_TAKEN, _TAKEN.c.incident_id == _i.id))
    .where(_i.venue_id.in_(_VENUES), _i.reported_at >= _START, _i.reported_at < _END)
    .where(~_i.drill, _i.state.not_in(words("draft", "dropped")))
    .order_by(_i.reported_at, _i.id)
)

_HELP = (
    select(help_request.c.asked_at, help_request.c.taken_at)
    .where(help_request.c.venue_id.in_(_VENUES), help_request.c.asked_at >= _START, help_request.c.asked_at < _END)
    .where(help_request.c.state != word("cancelled"))
    .order_by(help_request.c.asked_at, help_request.c.id)
)


class Digests(Store):
    """Implements ``domain.records.digest_ports.DigestRepository``."""

    def digest_choices(self) -> Mapping[int, DigestChoice]:
        return {row[0]: DigestChoice(Rhythm(row[1]), row[2], row[3]) for row in self._execute(_CHOICES)}

    def put_digest_choice(self, person_id: int, choice: DigestChoice) -> None:
        row = {"rhythm": choice.rhythm.value, "hour": choice.hour, "venue_id": choice.venue_id}
        self._execute(_PUT_CHOICE[self._dialect], {"person_id": person_id, **row})

    def snoozed(self, person_id: int, now: datetime) -> frozenset[tuple[NeedKind, int]]:
        found = self._execute(_SNOOZED, {"of_person": person_id, "now": now})
        return frozenset((NeedKind(row[0]), row[1]) for row in found)

    def snooze(self, person_id: int, kind: NeedKind, subject_id: int, now: datetime, until: datetime) -> None:
        self._execute(_AWAKE, {"of_person": person_id, "now": now})
        row = {"person_id": person_id, "kind": kind.value, "subject_id": subject_id, "until": until}
        self._execute(_SNOOZE[self._dialect], row)

    def told(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(self._execute(_TOLD, {"keys": list(keys)}).scalars()) if keys else frozenset()

    def houses(
        self, venue_ids: Collection[int], start: datetime, end: datetime, now: datetime, limit: int
    ) -> Sequence[House]:
        binds = {"venue_ids": list(venue_ids), "start": start, "end": end, "now": now, "most": limit}
        shown = self._execute(_SHOWN, binds).all()
        ids = {"ids": [row[0] for row in shown]}
        claimed = {(row[0], row[1]): row[2] for row in self._execute(_CLAIMED, {**ids, "now": now})} if shown else {}
        expected = {row[0]: row[1] for row in self._execute(_EXPECTED, ids)} if shown else {}
        return [
            House(
                id,
                starts_at,
                capacity,
                sold=claimed.get((id, "sale"), 0),
                reserved=claimed.get((id, "reservation"), 0),
                blocked=claimed.get((id, "block"), 0),
                held=claimed.get((id, "hold"), 0),
                expected=expected.get(id, 0),
            )
            for id, starts_at, capacity in shown
        ]

    def kinds(self, performance_ids: Collection[int]) -> Mapping[int, tuple[int, EventKind]]:
        found = self._execute(_KINDS, {"ids": list(performance_ids)})
        return {row[0]: (row[1], EventKind(row[2])) for row in found}

    def past_shows(
        self, hall_id: int, kind: EventKind, since: datetime, before: datetime, limit: int
    ) -> Sequence[tuple[int, datetime, datetime, int]]:
        binds = {"hall_id": hall_id, "kind": kind.value, "start": since, "end": before, "most": limit}
        return [(row[0], row[1], row[2], row[3]) for row in self._execute(_PAST, binds)]

    def sold_by(self, cutoffs: Mapping[int, datetime]) -> Mapping[int, int]:
        # Each show has a moment of its own; one statement for all of them.
        moment = case({id: literal(at, UtcDateTime) for id, at in cutoffs.items()}, value=_t.performance_id)
        sold = (
            select(_t.performance_id, func.count())
            .where(_t.performance_id.in_(list(cutoffs)), _VALID, _t.issued_at <= moment)
            .group_by(_t.performance_id)
        )
        return {row[0]: row[1] for row in self._execute(sold)}

    def came(self, venue_ids: Collection[int], start: datetime, end: datetime) -> Sequence[Came]:
        found = self._execute(_CAME, {"venue_ids": list(venue_ids), "start": start, "end": end})
        return [Came(row[0], row[1], row[2], int(row[3])) for row in found]

    def takings(self, scope: BooksScope) -> Sequence[tuple[Part, str, int]]:
        binds = {"venue_ids": list(scope.venue_ids), "start": scope.start, "end": scope.end}
        # PostgreSQL adds big integers up to numerics.
        return [
            (part_named(kind, astray=astray), currency, int(minor))
            for kind, astray, currency, minor in self._execute(_TAKINGS, binds)
        ]

    def invitations_to_decide(self) -> Sequence[Invitation]:
        return [Invitation(row[0], Role(row[1]), *row[2:]) for row in self._execute(_TO_DECIDE)]

    def incidents_between(
        self, venue_ids: Collection[int], start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime | None]]:
        binds = {"venue_ids": list(venue_ids), "start": start, "end": end}
        return [(row[0], row[1]) for row in self._execute(_INCIDENTS, binds)]

    def help_between(
        self, venue_ids: Collection[int], start: datetime, end: datetime
    ) -> Sequence[tuple[datetime, datetime | None]]:
        binds = {"venue_ids": list(venue_ids), "start": start, "end": end}
        return [(row[0], row[1]) for row in self._execute(_HELP, binds)]
