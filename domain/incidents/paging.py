"""Who hears of an incident, again and again until somebody takes it; and what the clock does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import NotFound
from domain.incidents.model import PROMISED, Incident, IncidentState, Severity, What
from domain.incidents.places import works_at
from domain.incidents.rules import IncidentRules
from domain.incidents.rules_file import parse_incidents
from domain.notices import CardKind, Notice, NoticeKind
from domain.people.model import Actor
from domain.people.shifts import OnDuty
from domain.people.usecases import actor_of
from domain.ports import Tx

_A_TICK = 20


@dataclass(frozen=True, slots=True)
class IncidentsDue:
    """A query for the clock, so that it writes only where there is something to write."""

    def __call__(self, tx: Tx) -> bool:
        return tx.incidents.any_due(tx.now)


@dataclass(frozen=True, slots=True)
class WatchIncidents:
    """The clock's: a report that was left is sent, what nobody has taken is paged again, what somebody has taken and
    is not heard of is open again. Gives how many it has looked at."""

    def __call__(self, tx: Tx) -> int:
        rules, due = rules_of(tx), tx.incidents.due(tx.now, _A_TICK)
        for incident in due:
            if incident.state is IncidentState.DRAFT:
                write_line(tx, incident.id, None, What.ABANDONED)
                open_incident(tx, incident, rules, None)
            elif incident.state is IncidentState.OPEN:
                page(tx, incident, rules)
            elif incident.state in PROMISED:
                lapse(tx, incident, rules)
            else:
                tx.incidents.put(replace(incident, due_at=None))
        return len(due)


def rules_of(tx: Tx) -> IncidentRules:
    return parse_incidents(tx.incidents.rules_document())


def incident_at(tx: Tx, person_id: int, incident_id: int, *, lock: bool = False) -> tuple[Incident, Actor]:
    """For the staff of its venue. Raises NotFound for everybody else, and for somebody else's draft."""
    actor = actor_of(tx, person_id)
    incident = tx.incidents.incident(incident_id, lock=lock)
    if incident is None or not works_at(actor, incident.venue_id):
        raise NotFound
    unsent = incident.state in (IncidentState.DRAFT, IncidentState.DROPPED)
    if unsent and incident.reporter_id != person_id:
        raise NotFound
    return incident, actor


def write_line(tx: Tx, incident_id: int, by: int | None, what: What, **detail: int | str) -> None:
    """The timeline and the record are one transaction with what they tell of."""
    tx.incidents.add_entry(incident_id, tx.now, by, what, detail)
    tx.audit(by, f"incident.{what.value}", "incident", incident_id, **detail)


def open_incident(tx: Tx, incident: Incident, rules: IncidentRules, by: int | None) -> None:
    """It is a report from now on, and the first are paged."""
    opened = replace(
        incident,
        state=IncidentState.OPEN,
        sent_at=tx.now,
        paging_since=tx.now,
        step=0,
        due_at=tx.now,
    )
    where: dict[str, int | str] = {}
    if opened.zone is not None:
        where["zone"] = opened.zone
    if opened.gate_id is not None:
        where["gate"] = opened.gate_id
    write_line(tx, opened.id, by, What.SENT, **where)
    tx.incidents.involve(opened.id, [opened.reporter_id], tx.now)
    tx.show_card(opened.reporter_id, CardKind.INCIDENT, opened.id)
    page(tx, opened, rules)


def page(tx: Tx, incident: Incident, rules: IncidentRules) -> None:
    """The next step: everybody who has been paged so far, and whom the step adds. A page is a new message."""
    steps, again = rules.severities[incident.severity].steps, rules.severities[incident.severity].again
    people = _whom(tx, incident, rules)
    following = incident.step + 1
    due_at: datetime | None
    if following < len(steps):
        due_at = (incident.paging_since or tx.now) + steps[following].after
    else:
        due_at = tx.now + again if again else None
    paged = replace(incident, step=min(following, len(steps)), rounds=incident.rounds + 1, due_at=due_at)
    tx.incidents.put(paged)
    if not people:
        write_line(tx, paged.id, None, What.NOBODY, round=paged.rounds)
        return
    write_line(tx, paged.id, None, What.PAGED, round=paged.rounds, people=len(people))
    tx.incidents.involve(paged.id, people, tx.now)
    kind = NoticeKind.INCIDENT_ALARM if paged.severity is Severity.S1 else NoticeKind.INCIDENT_PAGE
    params = {"incident_id": paged.id, "round": paged.rounds}
    tell(tx, people, kind, f"incident_page:{paged.id}:{paged.rounds}", params)
    for person_id in tx.incidents.involved(paged.id):
        tx.show_card(person_id, CardKind.INCIDENT, paged.id)


def lapse(tx: Tx, incident: Incident, rules: IncidentRules) -> None:
    """Who has taken it is not heard of: it is nobody's, and everybody hears that."""
    write_line(tx, incident.id, None, What.LAPSED, taker=incident.taker_id or 0)
    opened = replace(incident, state=IncidentState.OPEN, taker_id=None, paging_since=tx.now, step=0)
    page(tx, opened, rules)


def tell(tx: Tx, person_ids: Iterable[int], kind: NoticeKind, cause: str, params: dict[str, int]) -> None:
    """Each once. ``cause``: see ``Notice.dedupe_key``."""
    for person_id in sorted(set(person_ids)):
        tx.notify(Notice(person_id, kind, dedupe_key=f"{cause}:{person_id}", params=params))


def staff_of(tx: Tx, incident: Incident) -> list[int]:
    """Those it concerns who still work there: what is said of an incident, or of a drill, is for the staff."""
    found = []
    for person_id in tx.incidents.involved(incident.id):
        actor = tx.people.actor(person_id)
        if actor is not None and works_at(actor, incident.venue_id):
            found.append(person_id)
    return found


def _whom(tx: Tx, incident: Incident, rules: IncidentRules) -> list[int]:
    kind, steps = rules.kinds[incident.kind], rules.severities[incident.severity].steps
    found: set[int] = set()
    for number, step in enumerate(steps[: incident.step + 1]):
        for role in (*step.roles, *(kind.also if number == 0 else ())):
            zone = incident.zone if step.nearby else None
            found |= {one.person_id for one in tx.shifts.on_duty(incident.venue_id, tx.now, role, zone)}
        found |= {id for id in step.people if (actor := tx.people.actor(id)) and works_at(actor, incident.venue_id)}
    if kind.first_aid:
        found |= {one.person_id for one in first_aiders(tx, incident.venue_id)}
    if incident.step > 0 or incident.rounds > 0:
        found |= set(staff_of(tx, incident))
    # Whoever reports it knows of it, unless nobody else is there to know.
    return sorted(found - {incident.reporter_id} or found)


def first_aiders(tx: Tx, venue_id: int) -> list[OnDuty]:
    return [one for one in tx.shifts.on_duty(venue_id, tx.now) if one.first_aider]
