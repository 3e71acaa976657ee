"""Opening improvement actions, doing them, and telling those whose words led to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import BadInput, NotFound, Stale
from domain.feedback.sight import case_for
from domain.improvement.model import REMIND_BEFORE, TEXT_MOST, Action, ActionState, Source
from domain.notices import Notice, NoticeKind
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.text import LocalText


@dataclass(frozen=True, slots=True)
class OpenAction:
    """A manager decides to change something. Gives the action's id.

    ``venue_id`` is needed where the source does not tell it (digest). ``owner_id`` None: the manager.
    Raises NotAllowed, NotFound for a source or an owner that is not theirs, BadInput with action_text, action_due.
    """

    by: int
    source: Source
    source_id: int
    text: str
    due_at: datetime
    owner_id: int | None = None
    venue_id: int | None = None

    def __call__(self, tx: Tx) -> int:
        venue_id = source_venue(tx, self.by, self.source, self.source_id, self.venue_id)
        text = self.text.strip()
        if not text or len(text) > TEXT_MOST:
            raise BadInput("action_text", most=TEXT_MOST)
        _require_future(tx, self.due_at)
        owner_id = self.by if self.owner_id is None else self.owner_id
        _require_staff(tx, owner_id, venue_id)
        action = Action(0, venue_id, text, owner_id, self.due_at, self.by, tx.now)
        action_id = tx.improvement.add_action(action)
        tx.improvement.add_source(action_id, self.source, self.source_id)
        tx.audit(self.by, "action.opened", "action", action_id, source=self.source.value)
        if owner_id != self.by:
            _tell_owner(tx, action_id, owner_id)
        return action_id


@dataclass(frozen=True, slots=True)
class AlsoFrom:
    """Something else led to the same action; whoever said it hears of it too. Gives the action's id.

    Raises NotAllowed, NotFound, Stale where it has ended.
    """

    by: int
    action_id: int
    source: Source
    source_id: int

    def __call__(self, tx: Tx) -> int:
        action = _managed(tx, self.by, self.action_id)
        if source_venue(tx, self.by, self.source, self.source_id, action.venue_id) != action.venue_id:
            raise NotFound
        if tx.improvement.add_source(action.id, self.source, self.source_id):
            tx.audit(self.by, "action.joined", "action", action.id, source=self.source.value)
        return action.id


@dataclass(frozen=True, slots=True)
class AssignAction:
    """Somebody else is to do it, and hears of it. Gives the action's id. Raises NotAllowed, NotFound, Stale."""

    by: int
    action_id: int
    owner_id: int

    def __call__(self, tx: Tx) -> int:
        action = _managed(tx, self.by, self.action_id)
        _require_staff(tx, self.owner_id, action.venue_id)
        if action.owner_id != self.owner_id:
            tx.improvement.assign(action.id, self.owner_id)
            tx.audit(self.by, "action.assigned", "action", action.id, owner=self.owner_id)
            if self.owner_id != self.by:
                _tell_owner(tx, action.id, self.owner_id)
        return action.id


@dataclass(frozen=True, slots=True)
class PostponeAction:
    """Another due date. Gives the action's id. Raises NotAllowed, NotFound, Stale, BadInput('action_due')."""

    by: int
    action_id: int
    due_at: datetime

    def __call__(self, tx: Tx) -> int:
        action = _managed(tx, self.by, self.action_id)
        _require_future(tx, self.due_at)
        if action.due_at != self.due_at:
            tx.improvement.postpone(action.id, self.due_at)
            tx.audit(self.by, "action.postponed", "action", action.id)
        return action.id


@dataclass(frozen=True, slots=True)
class FinishAction:
    """It is done: by its owner or a manager, with what shows it. Gives how many people hear of it.

    Those whose words led to it are told once, in their language, unless they want to hear nothing; those who spoke
    without a name, as long as they wait for an answer. ``told`` empty: nobody is told. Raises NotFound, NotAllowed,
    Stale, BadInput('proof').
    """

    by: int
    action_id: int
    proof: str
    told: LocalText = field(default_factory=LocalText)

    def __call__(self, tx: Tx) -> int:
        action = _worked(tx, self.by, self.action_id)
        proof = self.proof.strip()
        if not proof or len(proof) > TEXT_MOST:
            raise BadInput("action_proof", most=TEXT_MOST)
        tx.improvement.end(action.id, ActionState.DONE, proof, self.told, self.by, tx.now)
        tx.audit(self.by, "action.done", "action", action.id)
        told: set[int] = set()
        for source, source_id in tx.improvement.sources(action.id) if self.told else ():
            told |= set(tx.feedback.speakers(source.value, source_id))
        told = {person_id for person_id in told if not tx.feedback.wants_none(person_id)}
        for person_id in sorted(told):
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.WE_DID,
                    dedupe_key=f"we_did:{action.id}:{person_id}",
                    params={"action_id": action.id, "person_id": person_id},
                )
            )
        return len(told)


@dataclass(frozen=True, slots=True)
class DropAction:
    """It will not be done, and why. Gives the action's id. Raises NotAllowed, NotFound, Stale, BadInput."""

    by: int
    action_id: int
    why: str

    def __call__(self, tx: Tx) -> int:
        action = _managed(tx, self.by, self.action_id)
        why = self.why.strip()
        if not why or len(why) > TEXT_MOST:
            raise BadInput("action_proof", most=TEXT_MOST)
        tx.improvement.end(action.id, ActionState.DROPPED, why, LocalText(), self.by, tx.now)
        tx.audit(self.by, "action.dropped", "action", action.id)
        return action.id


@dataclass(frozen=True, slots=True)
class RemindActions:
    """The clock's part: a day before and when it is overdue, each once; none in the quiet hours. Gives how many are
    due."""

    limit: int = 200

    def __call__(self, tx: Tx) -> int:
        zones = {venue.id: venue.timezone for venue in tx.programme.venues()}
        due, quiet = tx.improvement.due_before(tx.now + REMIND_BEFORE, self.limit), tx.evening.quiet()
        for action in due:
            if quiet.covers(tx.now, zones[action.venue_id]):
                continue
            overdue = action.is_overdue(tx.now)
            kind = NoticeKind.ACTION_OVERDUE if overdue else NoticeKind.ACTION_DUE
            key = f"{kind.value}:{action.id}:{int(action.due_at.timestamp())}:{action.owner_id}"
            params = {"action_id": action.id, "person_id": action.owner_id}
            tx.notify(Notice(action.owner_id, kind, dedupe_key=key, params=params))
        return len(due)


def action_for(tx: Tx, person_id: int, action_id: int, *, lock: bool = False) -> Action:
    """For its owner and the venue's managers. Raises NotFound for everybody else."""
    action = tx.improvement.action(action_id, lock=lock)
    actor = actor_of(tx, person_id)
    if action is None or not (action.owner_id == person_id or actor.may(Role.MANAGER, action.venue_id)):
        raise NotFound
    return action


def source_venue(tx: Tx, by: int, source: Source, source_id: int, venue_id: int | None = None) -> int:
    """The venue that the source belongs to, where this manager manages. Raises NotAllowed, NotFound."""
    actor = actor_of(tx, by)
    actor.require(Role.MANAGER)
    if source is Source.CASE:
        venue_id = case_for(tx, by, source_id).venue_id
    elif source is Source.ANSWER:
        response = tx.feedback.response(source_id)
        performance = tx.programme.performance(response.performance_id) if response else None
        venue_id = performance.venue_id if performance else None
    elif source in (Source.INCIDENT, Source.REVIEW):  # a review has its incident's number
        incident = tx.incidents.incident(source_id)
        venue_id = incident.venue_id if incident else None
    if venue_id is None or tx.programme.venue(venue_id) is None or not actor.may(Role.MANAGER, venue_id):
        raise NotFound
    return venue_id


def _worked(tx: Tx, person_id: int, action_id: int) -> Action:
    action = action_for(tx, person_id, action_id, lock=True)
    if action.state is not ActionState.OPEN:
        raise Stale
    return action


def _managed(tx: Tx, person_id: int, action_id: int) -> Action:
    actor_of(tx, person_id).require(Role.MANAGER)
    action = tx.improvement.action(action_id, lock=True)
    if action is None or not actor_of(tx, person_id).may(Role.MANAGER, action.venue_id):
        raise NotFound
    if action.state is not ActionState.OPEN:
        raise Stale
    return action


def _require_staff(tx: Tx, person_id: int, venue_id: int) -> None:
    """Raises NotFound for somebody who does not work there."""
    actor = tx.people.actor(person_id)
    if actor is None or not any(grant.venue_id in (None, venue_id) for grant in actor.grants):
        raise NotFound


def _require_future(tx: Tx, due_at: datetime) -> None:
    if due_at <= tx.now:
        raise BadInput("action_due")


def _tell_owner(tx: Tx, action_id: int, owner_id: int) -> None:
    key = f"action_given:{action_id}:{owner_id}:{int(tx.now.timestamp())}"
    params = {"action_id": action_id, "person_id": owner_id}
    tx.notify(Notice(owner_id, NoticeKind.ACTION_GIVEN, dedupe_key=key, params=params))
