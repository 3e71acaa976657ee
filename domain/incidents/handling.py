"""Taking an incident, seeing it through, and learning from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain.admission.model import DoorCounts
from domain.errors import BadInput, Stale
from domain.incidents.model import (
    COURSE,
    PROCEDURES,
    PROMISED,
    ActionCard,
    Incident,
    IncidentState,
    Review,
    Severity,
    What,
)
from domain.incidents.paging import incident_at, page, rules_of, staff_of, tell, write_line
from domain.incidents.places import running
from domain.incidents.reporting import TEXT_MOST
from domain.notices import CardKind, NoticeKind
from domain.people.duty import tell_managers
from domain.people.model import Role
from domain.ports import Tx

_LINES = {
    IncidentState.ON_SCENE: What.ON_SCENE,
    IncidentState.IN_HAND: What.IN_HAND,
    IncidentState.RESOLVED: What.RESOLVED,
}


@dataclass(frozen=True, slots=True)
class TakeIncident:
    """The first who says so has it. ``instead_of``: whom they knew to have it, 0 for nobody. Gives the incident's id.

    Raises NotFound, Stale('incident_taken') where somebody else was faster, Stale where there is nothing to take.
    """

    by: int
    incident_id: int
    instead_of: int = 0

    def __call__(self, tx: Tx) -> int:
        incident, _ = incident_at(tx, self.by, self.incident_id, lock=True)
        if incident.taker_id == self.by and incident.state in PROMISED:
            return incident.id
        if not incident.is_active:
            raise Stale
        if (incident.taker_id or 0) != self.instead_of:
            raise Stale(reason="incident_taken")
        state = IncidentState.ACKNOWLEDGED if incident.state is IncidentState.OPEN else incident.state
        taken = replace(incident, state=state, taker_id=self.by, heard_at=tx.now)
        _put(tx, replace(taken, due_at=_lapses_at(tx, taken)))
        write_line(tx, incident.id, self.by, What.TAKEN, instead_of=self.instead_of)
        tx.incidents.involve(incident.id, [self.by], tx.now)
        tx.show_card(self.by, CardKind.INCIDENT, incident.id)
        return incident.id


@dataclass(frozen=True, slots=True)
class SayIncident:
    """It has come so far: on scene, in hand, resolved. Whoever says so has it from then on. Saying it twice is saying
    it once. Gives the incident's id.

    Who has it resolves it, and so does the safety team. Raises NotFound, NotAllowed, Stale where it is further.
    """

    by: int
    incident_id: int
    state: IncidentState

    def __call__(self, tx: Tx) -> int:
        incident, actor = incident_at(tx, self.by, self.incident_id, lock=True)
        if self.state not in _LINES:
            raise BadInput("incident_state")
        if incident.state is self.state:
            return incident.id
        if incident.state not in COURSE or COURSE.index(incident.state) > COURSE.index(self.state):
            raise Stale
        if self.state is IncidentState.RESOLVED and self.by != incident.taker_id:
            actor.require(Role.SAFETY, incident.venue_id)
        resolved = self.state is IncidentState.RESOLVED
        taker_id = incident.taker_id if resolved and incident.taker_id else self.by
        said = replace(incident, state=self.state, taker_id=taker_id, heard_at=tx.now)
        said = replace(said, due_at=_lapses_at(tx, said), ended_at=tx.now if resolved else None)
        _put(tx, said)
        write_line(tx, incident.id, self.by, _LINES[self.state])
        if resolved and incident.drill:
            params = {"incident_id": incident.id}
            tell_managers(tx, incident.venue_id, NoticeKind.DRILL_REPORT, f"drill_report:{incident.id}", params)
        return incident.id


@dataclass(frozen=True, slots=True)
class HearIncident:
    """Still on it. Gives the incident's id. Raises NotFound, Stale where it is not theirs (any more)."""

    by: int
    incident_id: int

    def __call__(self, tx: Tx) -> int:
        incident, _ = incident_at(tx, self.by, self.incident_id, lock=True)
        if incident.taker_id != self.by or incident.state not in PROMISED:
            raise Stale(reason="incident_lapsed")
        heard = replace(incident, heard_at=tx.now)
        _put(tx, replace(heard, due_at=_lapses_at(tx, heard)))
        write_line(tx, incident.id, self.by, What.HEARD)
        return incident.id


@dataclass(frozen=True, slots=True)
class SetSeverity:
    """It is worse, or less bad. What is worse is paged anew at once. Gives the incident's id.

    Raises NotFound, Stale.
    """

    by: int
    incident_id: int
    severity: Severity

    def __call__(self, tx: Tx) -> int:
        incident, _ = incident_at(tx, self.by, self.incident_id, lock=True)
        if incident.severity is self.severity:
            return incident.id
        if not incident.is_active and incident.state is not IncidentState.DRAFT:
            raise Stale
        write_line(tx, incident.id, self.by, What.SEVERITY, before=int(incident.severity), now=int(self.severity))
        changed = replace(incident, severity=self.severity)
        if incident.state is IncidentState.OPEN and self.severity < incident.severity:
            page(tx, replace(changed, step=0, paging_since=tx.now), rules_of(tx))
        else:
            _put(tx, changed)
        return incident.id


@dataclass(frozen=True, slots=True)
class StartProcedure:
    """One of the four procedures that protect a house begins: everybody on duty there is told at once. Gives how many
    are told. Raises NotFound, NotAllowed, Stale, BadInput('procedure')."""

    by: int
    incident_id: int
    procedure: ActionCard

    def __call__(self, tx: Tx) -> int:
        incident, actor = incident_at(tx, self.by, self.incident_id, lock=True)
        actor.require(Role.SAFETY, incident.venue_id)
        if self.procedure not in PROCEDURES:
            raise BadInput("procedure")
        if not incident.is_active:
            raise Stale
        if incident.procedure is self.procedure:
            return 0
        write_line(tx, incident.id, self.by, What.PROCEDURE, card=self.procedure.value)
        on_duty = [one.person_id for one in tx.shifts.on_duty(incident.venue_id, tx.now)]
        tx.incidents.involve(incident.id, on_duty, tx.now)
        tx.incidents.put(replace(incident, procedure=self.procedure))
        told = staff_of(tx, incident)
        cause = f"incident_procedure:{incident.id}:{self.procedure.value}:{int(tx.now.timestamp())}"
        tell(tx, told, NoticeKind.INCIDENT_PROCEDURE, cause, {"incident_id": incident.id})
        for person_id in told:
            tx.show_card(person_id, CardKind.INCIDENT, incident.id)
        return len(told)


@dataclass(frozen=True, slots=True)
class CountEvacuations:
    """A query for the clock: of each incident in which a house is being left, who is inside."""

    def __call__(self, tx: Tx) -> dict[int, tuple[DoorCounts, ...]]:
        return {
            one.id: tuple(tx.admission.door_counts(performance.id) for performance in running(tx, one.venue_id))
            for one in tx.incidents.evacuating()
        }


@dataclass(frozen=True, slots=True)
class ShowEvacuations:
    """These cards are to be shown anew. Gives how many incidents."""

    incident_ids: tuple[int, ...]

    def __call__(self, tx: Tx) -> int:
        for incident_id in self.incident_ids:
            tx.card_changed(CardKind.INCIDENT, incident_id)
        return len(self.incident_ids)


@dataclass(frozen=True, slots=True)
class ReviewIncident:
    """Afterwards, in three short answers. Gives the incident's id.

    Raises NotFound, NotAllowed, Stale('incident_open'), BadInput('note_text').
    """

    by: int
    incident_id: int
    happened: str
    helped: str
    change: str

    def __call__(self, tx: Tx) -> int:
        incident, actor = incident_at(tx, self.by, self.incident_id, lock=True)
        actor.require(Role.SAFETY, incident.venue_id)
        if incident.state is not IncidentState.RESOLVED:
            raise Stale(reason="incident_open")
        words = [text.strip() for text in (self.happened, self.helped, self.change)]
        if not words[0] or any(len(text) > TEXT_MOST for text in words):
            raise BadInput("note_text", most=TEXT_MOST)
        tx.incidents.put_review(Review(incident.id, self.by, tx.now, *words))
        write_line(tx, incident.id, self.by, What.REVIEWED)
        tx.card_changed(CardKind.INCIDENT, incident.id)
        return incident.id


@dataclass(frozen=True, slots=True)
class PhotosDue:
    """A query for the clock: (note, its (chat, message)s) of medical photos whose time is over."""

    def __call__(self, tx: Tx) -> list[tuple[int, list[tuple[int, int]]]]:
        return [(note_id, list(places)) for note_id, places in tx.incidents.photos_due(tx.now, 20)]


@dataclass(frozen=True, slots=True)
class DropPhoto:
    """It is deleted in the chats; now what we keep of it goes. Gives whether there was something."""

    note_id: int

    def __call__(self, tx: Tx) -> bool:
        note = tx.incidents.note(self.note_id)
        if note is None or not tx.incidents.drop_photo(note.id, tx.now):
            return False
        write_line(tx, note.incident_id, None, What.PHOTO_GONE, note=note.id)
        return True


def _lapses_at(tx: Tx, incident: Incident) -> datetime | None:
    """When whoever has it has to be heard of; None where nobody waits for that."""
    return tx.now + rules_of(tx).lapse if incident.state in PROMISED else None


def _put(tx: Tx, incident: Incident) -> None:
    tx.incidents.put(incident)
    tx.card_changed(CardKind.INCIDENT, incident.id)
