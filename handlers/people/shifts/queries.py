"""Read models of the shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import NotFound
from domain.people.duty import Move, moves_of
from domain.people.model import Actor, Role
from domain.people.shifts import OnDuty, Shift
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate, Venue
from domain.text import LocalText
from handlers.programme.windows import local_day

#: A week and the day of today, which has begun.
SHOWN_FOR = timedelta(days=8)
STAFF = frozenset(Role) - {Role.AUDIENCE}


@dataclass(frozen=True)
class Post:
    """Where a shift is, in names: ``zones`` by the plan's name as the house calls them."""

    shift: Shift
    venue: Venue
    gate: Gate | None
    zones: tuple[LocalText | str, ...]


@dataclass(frozen=True)
class MyShifts:
    """``here``: venues where this person works; ``manages``: those of them whose plan they see."""

    posts: Sequence[Post]
    here: Sequence[Venue]
    manages: frozenset[int]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindMyShifts:
    person_id: int

    def __call__(self, tx: Tx) -> MyShifts:
        actor = actor_of(tx, self.person_id)
        shifts = [one for one in tx.shifts.of_person(self.person_id, tx.now) if one.starts_at < tx.now + SHOWN_FOR]
        here = [venue for venue in tx.programme.venues() if works_at(actor, venue.id)]
        manages = frozenset(venue.id for venue in here if actor.may(Role.MANAGER, venue.id))
        return MyShifts([post_of(tx, shift) for shift in shifts], here, manages, tx.now)


@dataclass(frozen=True)
class OneShift:
    """``moves``: what its owner may say; empty for a colleague, who may ``take`` it."""

    post: Post
    owner: str
    own: bool
    moves: Sequence[Move]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindShift:
    """One's own shift, one that is offered to people like oneself, any for a manager. Raises NotFound."""

    person_id: int
    shift_id: int

    def __call__(self, tx: Tx) -> OneShift:
        shift, actor = tx.shifts.shift(self.shift_id), actor_of(tx, self.person_id)
        if shift is None or shift.withdrawn_at is not None:
            raise NotFound
        own = shift.person_id == self.person_id
        offered = shift.offered_at is not None and actor.may(shift.role, shift.venue_id)
        if not (own or offered or actor.may(Role.MANAGER, shift.venue_id)):
            raise NotFound
        return one_shift(tx, shift, own=own)


@dataclass(frozen=True)
class Presence:
    venue: Venue
    venues: Sequence[Venue]  # where the reader works, to choose from
    people: Sequence[OnDuty]
    zone_names: Mapping[str, LocalText]
    planned: bool
    manages: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class FindPresence:
    """Who is on duty now; for whoever works there. Raises NotFound."""

    person_id: int
    venue_id: int

    def __call__(self, tx: Tx) -> Presence:
        actor, venue = actor_of(tx, self.person_id), tx.programme.venue(self.venue_id)
        if venue is None or not works_at(actor, venue.id):
            raise NotFound
        people = tx.shifts.on_duty(venue.id, tx.now)
        planned = any(one.shift_id is not None for one in people)
        here = [known for known in tx.programme.venues() if works_at(actor, known.id)]
        manages = actor.may(Role.MANAGER, venue.id)
        return Presence(venue, here, people, zone_names(tx, venue.id), planned, manages, tx.now)


@dataclass(frozen=True)
class DayPlan:
    venue: Venue
    venues: Sequence[Venue]  # that the reader manages
    day: date
    posts: Sequence[Post]
    names: Mapping[int, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindDayPlan:
    """Everybody's shifts of a day, for the venue's managers. Raises NotAllowed, NotFound."""

    person_id: int
    venue_id: int
    day: str = ""

    def __call__(self, tx: Tx) -> DayPlan:
        venue = tx.programme.venue(self.venue_id)
        actor = actor_of(tx, self.person_id)
        actor.require(Role.MANAGER, venue.id if venue else None)
        if venue is None:
            raise NotFound
        day = _day(self.day) or local_day(tx.now, venue.timezone)
        begins = datetime.combine(day, time(), ZoneInfo(venue.timezone))
        shifts = tx.shifts.of_venue(venue.id, begins, begins + timedelta(days=1))
        names = {id: name_of(tx, id) for id in {shift.person_id for shift in shifts}}
        managed = [known for known in tx.programme.venues() if actor.may(Role.MANAGER, known.id)]
        return DayPlan(venue, managed, day, [post_of(tx, shift) for shift in shifts], names, tx.now)


def works_at(actor: Actor, venue_id: int) -> bool:
    return any(grant.venue_id in (None, venue_id) for grant in actor.grants)


def one_shift(tx: Tx, shift: Shift, *, own: bool) -> OneShift:
    moves = moves_of(shift, tx.now) if own else ()
    return OneShift(post_of(tx, shift), name_of(tx, shift.person_id), own, moves, tx.now)


def post_of(tx: Tx, shift: Shift) -> Post:
    venue = tx.programme.venue(shift.venue_id)
    assert venue is not None, "a shift's venue stays"
    gate = tx.programme.gate(shift.gate_id) if shift.gate_id is not None else None
    named = zone_names(tx, shift.venue_id) if shift.zones else {}
    return Post(shift, venue, gate, tuple(named.get(zone) or zone for zone in shift.zones or ()))


def name_of(tx: Tx, person_id: int) -> str:
    """Empty for somebody who is gone."""
    actor = tx.people.actor(person_id)
    return actor.display_name if actor else ""


def zone_names(tx: Tx, venue_id: int) -> Mapping[str, LocalText]:
    """What the house calls the zones of its plans."""
    return {zone: name for hall in tx.programme.halls() if hall.venue_id == venue_id for zone, name in hall.zones}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
