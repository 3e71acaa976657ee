"""A report in ten seconds: what, where, sent. Everything else may follow."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import BadInput, NotFound, Stale
from domain.incidents.model import Incident, IncidentKind, IncidentState, Note, NoteKind, What
from domain.incidents.paging import (
    incident_at,
    open_incident,
    rules_of,
    staff_of,
    tell,
    write_line,
)
from domain.incidents.places import Spot, spots_of, whereabouts, works_at
from domain.notices import CardKind, NoticeKind
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx

TEXT_MOST = 1000
#: In the key of a notice: somebody has asked to be shown a note once more.
AGAIN = "again"


@dataclass(frozen=True, slots=True)
class BeginIncident:
    """What it is. From now on it is a report, sent by the clock if nobody does. Gives the incident's id.

    Somebody has one report in hand at a time: a second tap is the same one, another kind corrects it. ``drill``: for
    the safety team alone to begin. Raises NotAllowed, NotFound for somebody who works nowhere.
    """

    by: int
    kind: IncidentKind
    drill: bool = False

    def __call__(self, tx: Tx) -> int:
        tx.shifts.lock_persons([self.by])  # two taps come one after the other
        actor, rules = actor_of(tx, self.by), rules_of(tx)
        spot = whereabouts(tx, actor)
        if spot is None:
            raise NotFound
        if self.drill:
            actor.require(Role.SAFETY, spot.venue_id)
        severity, due_at = rules.kinds[self.kind].severity, tx.now + rules.abandoned
        draft = tx.incidents.draft_of(self.by)
        if draft is not None and (draft.kind, draft.drill) == (self.kind, self.drill):
            return draft.id
        if draft is not None:
            incident = replace(draft, kind=self.kind, severity=severity, drill=self.drill, due_at=due_at)
        else:
            incident = Incident(
                0,
                spot.venue_id,
                self.kind,
                severity,
                IncidentState.DRAFT,
                self.by,
                tx.now,
                drill=self.drill,
                zone=spot.zone,
                gate_id=spot.gate_id,
                due_at=due_at,
            )
        incident_id = tx.incidents.put(incident)
        write_line(tx, incident_id, self.by, What.BEGUN, kind=self.kind.value, drill=int(self.drill))
        return incident_id


@dataclass(frozen=True, slots=True)
class SendIncident:
    """Where it is, and off. ``spot`` None: where they are, as far as the house knows. Sending it twice is sending it
    once. Gives the incident's id. Raises NotFound, Stale for one that was taken back."""

    by: int
    incident_id: int
    spot: Spot | None = None

    def __call__(self, tx: Tx) -> int:
        incident, actor = incident_at(tx, self.by, self.incident_id, lock=True)
        if incident.reporter_id != self.by:
            raise NotFound
        if incident.state is IncidentState.DROPPED:
            raise Stale
        if incident.state is not IncidentState.DRAFT:
            return incident.id
        if self.spot is not None:
            known = self.spot == Spot(self.spot.venue_id) or self.spot in spots_of(tx, self.spot.venue_id)
            if not known or not works_at(actor, self.spot.venue_id):
                raise NotFound
            spot = self.spot
            incident = replace(incident, venue_id=spot.venue_id, zone=spot.zone, gate_id=spot.gate_id)
        open_incident(tx, incident, rules_of(tx), self.by)
        return incident.id


@dataclass(frozen=True, slots=True)
class DropIncident:
    """It was a slip of the thumb. Raises NotFound, Stale for a report that has been sent."""

    by: int
    incident_id: int

    def __call__(self, tx: Tx) -> int:
        incident, _ = incident_at(tx, self.by, self.incident_id, lock=True)
        if incident.state is IncidentState.DROPPED:
            return incident.id
        if incident.state is not IncidentState.DRAFT:
            raise Stale(reason="incident_sent")
        tx.incidents.put(replace(incident, state=IncidentState.DROPPED, due_at=None, ended_at=tx.now))
        tx.audit(self.by, "incident.dropped", "incident", incident.id)
        return incident.id


@dataclass(frozen=True, slots=True)
class AddNote:
    """A word, a photo, a voice message, a place on the map: everybody whom it concerns is sent it. Gives the note's id.

    ``message_id``: of their own message, so that the picture of somebody unwell can be deleted there too. Raises
    NotFound, Stale where nothing more belongs to it, BadInput('note_text').
    """

    by: int
    incident_id: int
    kind: NoteKind
    text: str = ""
    file_id: str = ""
    message_id: int | None = None

    def __call__(self, tx: Tx) -> int:
        incident, _ = incident_at(tx, self.by, self.incident_id, lock=True)
        rules = rules_of(tx)
        over = incident.ended_at is not None and tx.now >= incident.ended_at + rules.follow
        if incident.state is IncidentState.DROPPED or over:
            raise Stale
        text = self.text.strip()
        if len(text) > TEXT_MOST or (not text and self.kind is NoteKind.TEXT):
            raise BadInput("note_text", most=TEXT_MOST)
        medical = self.kind is NoteKind.PHOTO and rules.kinds[incident.kind].medical
        forget_at = tx.now + rules.keep_photos if medical else None
        note = Note(0, incident.id, self.by, tx.now, self.kind, text, self.file_id, self.message_id, forget_at)
        note_id = tx.incidents.add_note(note)
        write_line(tx, incident.id, self.by, What.NOTE, note=note_id, kind=self.kind.value)
        if incident.taker_id == self.by and incident.due_at is not None:
            # Who writes is heard of.
            tx.incidents.put(replace(incident, heard_at=tx.now, due_at=tx.now + rules.lapse))
        others = [person_id for person_id in staff_of(tx, incident) if person_id != self.by]
        tell(tx, others, NoticeKind.INCIDENT_NOTE, f"incident_note:{note_id}", {"note_id": note_id})
        tx.card_changed(CardKind.INCIDENT, incident.id)
        return note_id


@dataclass(frozen=True, slots=True)
class ShowNoteAgain:
    """Photo, voice or place come into their chat as they came to everybody on it: protected where it has to be, and
    known to those who delete it. Who came later has them so. Gives the note's id.

    Raises NotFound, Stale for what is deleted already.
    """

    by: int
    note_id: int

    def __call__(self, tx: Tx) -> int:
        note = tx.incidents.note(self.note_id)
        if note is None:
            raise NotFound
        incident_at(tx, self.by, note.incident_id)
        over = note.forget_at is not None and tx.now >= note.forget_at
        if over or not (note.file_id or (note.kind is NoteKind.LOCATION and note.text)):
            raise Stale
        cause = f"incident_note:{note.id}:{AGAIN}:{tx.now.timestamp():.3f}"
        tell(tx, [self.by], NoticeKind.INCIDENT_NOTE, cause, {"note_id": note.id})
        tx.audit(self.by, "incident.note_shown", "incident", note.incident_id, note=note.id)
        return note.id
