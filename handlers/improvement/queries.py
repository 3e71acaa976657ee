"""What the screens of improvement actions show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.improvement.model import Action, ActionState, Source
from domain.improvement.usecases import action_for, source_venue
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue

SHOWN = 7
_OWNERS_SHOWN = 8


@dataclass(frozen=True)
class ActionsFacts:
    actions: tuple[tuple[Action, str], ...]  # each with its owner's name
    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class FindActions:
    """What is open: one's own, and for a manager all of their venues."""

    person_id: int

    def __call__(self, tx: Tx) -> ActionsFacts:
        actor = actor_of(tx, self.person_id)
        venues = [venue for venue in tx.programme.venues() if actor.may(Role.MANAGER, venue.id)]
        found = {action.id: action for action in tx.improvement.owned(self.person_id, SHOWN)}
        if venues:
            found |= {a.id: a for a in tx.improvement.open_actions([venue.id for venue in venues], SHOWN)}
        shown = sorted(found.values(), key=lambda action: (action.due_at, action.id))[:SHOWN]
        zone = _zone(tx, shown[0].venue_id) if shown else "UTC"
        return ActionsFacts(tuple((action, _name(tx, action.owner_id)) for action in shown), zone, tx.now)


@dataclass(frozen=True)
class ActionFacts:
    """``heard_by``: how many people would hear what was done."""

    action: Action
    owner: str
    source: Source | None
    source_id: int
    sources: int
    heard_by: int
    manages: bool
    works: bool
    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class FindAction:
    """Raises NotFound."""

    person_id: int
    action_id: int

    def __call__(self, tx: Tx) -> ActionFacts:
        action = action_for(tx, self.person_id, self.action_id)
        sources = tx.improvement.sources(action.id)
        speakers = {who for source, id in sources for who in tx.feedback.speakers(source.value, id)}
        heard_by = sum(not tx.feedback.wants_none(person_id) for person_id in speakers)
        manages = actor_of(tx, self.person_id).may(Role.MANAGER, action.venue_id)
        return ActionFacts(
            action=action,
            owner=_name(tx, action.owner_id),
            source=sources[0][0] if sources else None,
            source_id=sources[0][1] if sources else 0,
            sources=len(sources),
            heard_by=heard_by,
            manages=manages,
            works=action.state is ActionState.OPEN,
            zone=_zone(tx, action.venue_id),
            now=tx.now,
        )


@dataclass(frozen=True)
class NewFacts:
    """``open``: actions that the same source could have led to as well."""

    source: Source
    source_id: int
    open: tuple[Action, ...]
    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class FindNew:
    """Raises NotAllowed, NotFound for a source that is not this manager's."""

    person_id: int
    source: Source
    source_id: int

    def __call__(self, tx: Tx) -> NewFacts:
        venue_id = source_venue(tx, self.person_id, self.source, self.source_id)
        there = {action.id for action in tx.improvement.actions_of(self.source, self.source_id)}
        others = [a for a in tx.improvement.open_actions([venue_id], SHOWN) if a.id not in there]
        return NewFacts(self.source, self.source_id, tuple(others), _zone(tx, venue_id), tx.now)


@dataclass(frozen=True)
class OwnersFacts:
    action: Action
    staff: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class FindOwners:
    """Those who work at the action's venue. Raises NotAllowed, NotFound."""

    person_id: int
    action_id: int

    def __call__(self, tx: Tx) -> OwnersFacts:
        action = action_for(tx, self.person_id, self.action_id)
        actor_of(tx, self.person_id).require(Role.MANAGER, action.venue_id)
        staff = [
            actor
            for actor in tx.people.team()
            if any(grant.venue_id in (None, action.venue_id) for grant in actor.grants)
        ]
        return OwnersFacts(action, tuple(staff[:_OWNERS_SHOWN]))


def _name(tx: Tx, person_id: int) -> str:
    actor = tx.people.actor(person_id)
    return actor.display_name if actor else ""


def _zone(tx: Tx, venue_id: int) -> str:
    venue: Venue | None = tx.programme.venue(venue_id)
    return venue.timezone if venue else "UTC"
