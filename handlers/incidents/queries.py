"""Read models of incidents and announcements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.admission.model import DoorCounts
from domain.errors import NotFound
from domain.incidents.announcing import (
    announcement_at,
    is_drill_only,
    key_of,
    performance_to_tell,
    whom_it_reaches,
)
from domain.incidents.model import (
    ActionCard,
    Announcement,
    Entry,
    Incident,
    Note,
    NoteKind,
    Progress,
    Review,
    Template,
)
from domain.incidents.paging import first_aiders, incident_at, rules_of
from domain.incidents.places import Spot, running, spots_of, works_at
from domain.incidents.rules import KindRule, VenueFacts
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate, Performance, RunState, Venue
from domain.text import LocalText
from handlers.ticketing.queries import Showing, showing_of

LISTED_MOST = 8
_NOTES_SHOWN = 3
_MEDIA_SHOWN = 4


@dataclass(frozen=True)
class Where:
    """A spot with its names: gate, or zone as the house calls it."""

    spot: Spot
    gate: Gate | None = None
    zone: LocalText | str = ""


@dataclass(frozen=True)
class Inside:
    """Who is inside a performance, for an evacuation."""

    performance: Performance
    title: LocalText
    hall: Mapping[str, LocalText]  # what the house calls the zones
    counts: DoorCounts
    wheelchairs: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class IncidentFacts:
    """An incident as every phone shows it."""

    incident: Incident
    venue: Venue
    where: Where
    house: VenueFacts
    rule: KindRule
    reporter: str
    taker: str
    first_aid: Sequence[str]
    defibrillator: LocalText | None
    notes: Sequence[Note]
    media: Sequence[Note]  # photos, voice messages and places, the last few
    entries: Sequence[Entry]
    inside: Sequence[Inside]
    review: Review | None
    now: datetime


@dataclass(frozen=True)
class IncidentSight:
    """The same, with who looks."""

    facts: IncidentFacts
    actor: Actor
    playing: Sequence[Showing]


@dataclass(frozen=True, slots=True)
class FindIncident:
    """Raises NotFound."""

    person_id: int
    incident_id: int

    def __call__(self, tx: Tx) -> IncidentSight:
        incident, actor = incident_at(tx, self.person_id, self.incident_id)
        playing = [showing_of(tx, one.id) for one in running(tx, incident.venue_id)]
        return IncidentSight(incident_facts(tx, incident), actor, playing)


@dataclass(frozen=True)
class WhereFacts:
    incident: Incident
    here: Where | None  # where they are, as far as the house knows
    venue: Venue
    spots: Sequence[Where]
    others: Sequence[Venue]


@dataclass(frozen=True, slots=True)
class FindSpots:
    """Of one's own report. Raises NotFound."""

    person_id: int
    incident_id: int
    venue_id: int | None = None

    def __call__(self, tx: Tx) -> WhereFacts:
        incident, actor = incident_at(tx, self.person_id, self.incident_id)
        if incident.reporter_id != self.person_id:
            raise NotFound
        venue_id = incident.venue_id if self.venue_id is None else self.venue_id
        here = [venue for venue in tx.programme.venues() if works_at(actor, venue.id)]
        venue = next((venue for venue in here if venue.id == venue_id), None)
        if venue is None:
            raise NotFound
        preset = None
        if venue.id == incident.venue_id and (incident.zone is not None or incident.gate_id is not None):
            preset = where_of(tx, incident)
        spots = [where_of(tx, spot) for spot in spots_of(tx, venue.id)]
        return WhereFacts(incident, preset, venue, spots, [other for other in here if other.id != venue.id])


@dataclass(frozen=True)
class IncidentList:
    incidents: Sequence[tuple[Incident, Where, Venue]]
    drills: bool  # the reader may begin one
    announces: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class FindIncidents:
    person_id: int

    def __call__(self, tx: Tx) -> IncidentList:
        actor = actor_of(tx, self.person_id)
        venues = {venue.id: venue for venue in tx.programme.venues() if works_at(actor, venue.id)}
        found = tx.incidents.at_venues(list(venues), LISTED_MOST) if venues else []
        listed = [(one, where_of(tx, one), venues[one.venue_id]) for one in found]
        safety = actor.may(Role.SAFETY)
        return IncidentList(listed, drills=safety, announces=safety, now=tx.now)


@dataclass(frozen=True)
class AnnouncingFacts:
    incident: Incident | None
    showings: Sequence[Showing]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindAudiences:
    """Performances that people are there for now, where this person may speak to them. Raises NotAllowed, NotFound."""

    person_id: int
    incident_id: int = 0

    def __call__(self, tx: Tx) -> AnnouncingFacts:
        actor = actor_of(tx, self.person_id)
        actor.require(Role.SAFETY)
        incident = incident_at(tx, self.person_id, self.incident_id)[0] if self.incident_id else None
        venues = [incident.venue_id] if incident else [venue.id for venue in tx.programme.venues()]
        found = [one for id in venues if actor.may(Role.SAFETY, id) for one in running(tx, id)]
        return AnnouncingFacts(incident, [showing_of(tx, one.id) for one in found], tx.now)


@dataclass(frozen=True)
class TemplateFacts:
    showing: Showing
    manages: bool
    incident_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class FindTemplates:
    """Raises NotAllowed, NotFound."""

    person_id: int
    performance_id: int
    incident_id: int

    def __call__(self, tx: Tx) -> TemplateFacts:
        performance = performance_to_tell(tx, self.person_id, self.performance_id, Template.HOLD)
        manages = actor_of(tx, self.person_id).may(Role.MANAGER, performance.venue_id)
        return TemplateFacts(showing_of(tx, performance.id), manages, self.incident_id, tx.now)


@dataclass(frozen=True)
class Preview:
    """``drill``: nobody outside the team hears of a drill."""

    showing: Showing
    template: Template
    minutes: int
    incident_id: int
    inside: bool
    people: int
    drill: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class FindPreview:
    """Raises NotAllowed, NotFound."""

    person_id: int
    performance_id: int
    template: Template
    minutes: int
    incident_id: int

    def __call__(self, tx: Tx) -> Preview:
        performance = performance_to_tell(tx, self.person_id, self.performance_id, self.template)
        if self.incident_id:
            incident_at(tx, self.person_id, self.incident_id)
        inside, people = whom_it_reaches(tx, performance, self.template)
        drill = is_drill_only(tx, performance.venue_id, self.template, self.incident_id or None)
        showing = showing_of(tx, performance.id)
        return Preview(showing, self.template, self.minutes, self.incident_id, inside, people, drill, tx.now)


@dataclass(frozen=True)
class AnnouncementFacts:
    """``may_agree``: the reader is a second manager, and it waits for one."""

    announcement: Announcement
    showing: Showing
    progress: Progress
    proposer: str
    consenter: str
    may_agree: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class FindAnnouncement:
    """Raises NotFound."""

    person_id: int
    announcement_id: int

    def __call__(self, tx: Tx) -> AnnouncementFacts:
        announcement, performance, actor = announcement_at(tx, self.person_id, self.announcement_id)
        second = actor.may(Role.MANAGER, performance.venue_id) and announcement.proposed_by != self.person_id
        return announcement_facts(tx, announcement, second=second)


def announcement_facts(tx: Tx, announcement: Announcement, *, second: bool) -> AnnouncementFacts:
    return AnnouncementFacts(
        announcement,
        showing_of(tx, announcement.performance_id),
        tx.incidents.progress(key_of(announcement.id)),
        name_of(tx, announcement.proposed_by),
        name_of(tx, announcement.consented_by),
        second,
        tx.now,
    )


def incident_facts(tx: Tx, incident: Incident) -> IncidentFacts:
    venue = tx.programme.venue(incident.venue_id)
    assert venue is not None, "an incident's venue stays"
    rules, where = rules_of(tx), where_of(tx, incident)
    house = rules.at(venue.key)
    defibrillator = house.nearest(incident.zone, where.gate.key if where.gate else None)
    notes = [note for note in tx.incidents.notes(incident.id) if note.text or note.file_id]
    evacuating = incident.is_active and incident.procedure is ActionCard.EVACUATE
    return IncidentFacts(
        incident=incident,
        venue=venue,
        where=where,
        house=house,
        rule=rules.kinds[incident.kind],
        reporter=name_of(tx, incident.reporter_id),
        taker=name_of(tx, incident.taker_id),
        first_aid=[one.name for one in first_aiders(tx, venue.id)],
        defibrillator=defibrillator.place if defibrillator else None,
        notes=notes[-_NOTES_SHOWN:],
        media=[note for note in notes if note.file_id or note.kind is NoteKind.LOCATION][-_MEDIA_SHOWN:],
        entries=tx.incidents.entries(incident.id),
        inside=inside_now(tx, venue.id) if evacuating else (),
        review=tx.incidents.review(incident.id),
        now=tx.now,
    )


def inside_now(tx: Tx, venue_id: int) -> Sequence[Inside]:
    found = []
    for performance in running(tx, venue_id):
        if performance.run_state is RunState.ENDED:
            continue
        showing = showing_of(tx, performance.id)
        found.append(
            Inside(
                performance,
                showing.event.title,
                dict(showing.hall.zones),
                tx.admission.door_counts(performance.id),
                tx.incidents.wheelchairs_inside(performance.id),
            )
        )
    return found


@dataclass(frozen=True)
class TimelineFacts:
    """Everything that is on record of an incident, for a file."""

    facts: IncidentFacts
    names: Mapping[int, str]
    notes: Mapping[int, Note]
    runs: Sequence[tuple[datetime, int, RunState, LocalText]]  # what the stage said meanwhile: when, who, what, of what


@dataclass(frozen=True, slots=True)
class FindTimeline:
    """For whoever reported or took it, and the safety team. Raises NotFound."""

    person_id: int
    incident_id: int

    def __call__(self, tx: Tx) -> TimelineFacts:
        incident, _ = incident_at(tx, self.person_id, self.incident_id)
        facts = incident_facts(tx, incident)
        runs = []
        until = incident.ended_at or tx.now
        for performance in running(tx, incident.venue_id):
            for entry in tx.evening.run_entries(performance.id):
                if incident.reported_at <= entry.at <= until:
                    event = tx.programme.event(performance.event_id)
                    runs.append((entry.at, entry.by_id, entry.state, event.title if event else LocalText()))
        people = {entry.actor_id for entry in facts.entries if entry.actor_id} | {by for _, by, _, _ in runs}
        names = {person_id: name_of(tx, person_id) for person_id in people}
        return TimelineFacts(facts, names, {note.id: note for note in tx.incidents.notes(incident.id)}, runs)


@dataclass(frozen=True)
class NoteFacts:
    note: Note
    incident: Incident
    where: Where
    venue: Venue
    author: str
    protected: bool


def note_facts(tx: Tx, note_id: int) -> NoteFacts | None:
    """None where it is gone, so that nothing is sent of it any more."""
    note = tx.incidents.note(note_id)
    incident = tx.incidents.incident(note.incident_id) if note else None
    if note is None or incident is None or not (note.text or note.file_id):
        return None
    venue = tx.programme.venue(incident.venue_id)
    assert venue is not None, "an incident's venue stays"
    protected = rules_of(tx).kinds[incident.kind].medical and note.kind is not NoteKind.TEXT
    return NoteFacts(note, incident, where_of(tx, incident), venue, name_of(tx, note.author_id), protected)


def where_of(tx: Tx, place: Incident | Spot) -> Where:
    spot = place if isinstance(place, Spot) else Spot(place.venue_id, place.zone, place.gate_id)
    gate = tx.programme.gate(spot.gate_id) if spot.gate_id is not None else None
    zone: LocalText | str = ""
    if spot.zone is not None:
        halls = [hall for hall in tx.programme.halls() if hall.venue_id == spot.venue_id]
        zone = next((name for hall in halls if (name := hall.zone_name(spot.zone))), spot.zone)
    return Where(spot, gate, zone)


def name_of(tx: Tx, person_id: int | None) -> str:
    """Empty for nobody, and for somebody who is gone."""
    actor = tx.people.actor(person_id) if person_id is not None else None
    return actor.display_name if actor else ""
