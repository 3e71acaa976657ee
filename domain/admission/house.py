"""What is said to the whole house: that it has begun, that it is the interval, that latecomers may come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.admission.model import DoorCounts, DoorPost
from domain.admission.running import say
from domain.errors import BadInput, NotFound, Stale
from domain.notices import CardKind, Notice, NoticeKind
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import LatecomersPolicy, Performance, RunState
from domain.ticketing.model import Ticket

#: A break is short, but nobody who was called is sent back for having walked slowly.
LATECOMERS_FOR = timedelta(minutes=10)

WATCHED_FOR = timedelta(hours=1)
DoorSeen = tuple[DoorCounts, RunState, datetime | None]

#: What the door may say, and in which states.
_FROM = {
    RunState.STARTED: frozenset(
        {RunState.SCHEDULED, RunState.OPEN, RunState.CLEARED, RunState.MOVED, RunState.INTERVAL}
    ),
    RunState.INTERVAL: frozenset({RunState.STARTED}),
    RunState.OPEN: frozenset({RunState.STARTED}),  # a slip of the thumb, see ``may_be_unsaid``
}
UNSAID_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SayRun:
    """It has begun (or goes on), or it is the interval. Gives the performance's id.

    Raises NotAllowed, NotFound, BadInput for what is not the door's to say, Stale where it is not so far.
    """

    by: int
    performance_id: int
    state: RunState

    def __call__(self, tx: Tx) -> int:
        post_at(tx, self.by, self.performance_id)
        performance = tx.programme.performance_to_move(self.performance_id)  # two taps come one after the other
        if performance is None:
            raise NotFound
        if self.state not in _FROM:
            raise BadInput("run_state")
        if performance.run_state is not self.state:
            unsaid = self.state is RunState.OPEN and not may_be_unsaid(performance, tx.now)
            if performance.run_state not in _FROM[self.state] or unsaid:
                raise Stale
            say(tx, self.by, performance, self.state)
            if unsaid_entry := _slip(tx, performance, self.state):
                tx.evening.undo_run_entry(unsaid_entry, self.by, tx.now)
        return performance.id


def _slip(tx: Tx, performance: Performance, state: RunState) -> int | None:
    """The beginning that was none, by its place in the log: the report shall not tell of it."""
    if state is not RunState.OPEN:
        return None
    begun = [entry.id for entry in tx.evening.run_entries(performance.id) if entry.state is RunState.STARTED]
    return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class LetLatecomersIn:
    """Whoever is late is let in for ten minutes, and those waiting are told. Gives how many persons those are.

    Where the house lets nobody in after the start, a manager alone may. Raises NotAllowed, NotFound, Stale before the
    start.
    """

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        _, performance = post_at(tx, self.by, self.performance_id)
        if performance.latecomers is LatecomersPolicy.NONE:
            actor_of(tx, self.by).require(Role.MANAGER, performance.venue_id)
        if performance.run_state is not RunState.STARTED:
            raise Stale
        until = performance.latecomers_until
        if until is None or until <= tx.now:
            until = tx.now + LATECOMERS_FOR
            tx.admission.set_latecomers(performance.id, until)
            tx.audit(self.by, "latecomers.in", "performance", performance.id)
        told = {holder_id for _, holder_id in tx.admission.waiting(performance.id)}
        for holder_id in sorted(told):
            tx.notify(
                Notice(
                    holder_id,
                    NoticeKind.LATECOMERS_IN,
                    dedupe_key=f"latecomers:{performance.id}:{int(until.timestamp())}:{holder_id}",
                    params={"performance_id": performance.id},
                )
            )
        return len(told)


@dataclass(frozen=True, slots=True)
class StopLatecomers:
    """The doors are shut again: whoever comes now waits. Gives the performance's id."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        _, performance = post_at(tx, self.by, self.performance_id)
        if performance.latecomers_until is not None and tx.now < performance.latecomers_until:
            tx.admission.set_latecomers(performance.id, tx.now)
            tx.audit(self.by, "latecomers.stop", "performance", performance.id)
        return performance.id


@dataclass(frozen=True, slots=True)
class WatchDoor:
    """A manager is to see who comes in, by gate and zone, in one message that keeps itself. Gives the performance's id.

    Raises NotAllowed, NotFound.
    """

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        _, performance = post_at(tx, self.by, self.performance_id)
        actor_of(tx, self.by).require(Role.MANAGER, performance.venue_id)
        tx.show_card(self.by, CardKind.DOOR, performance.id)
        return performance.id


@dataclass(frozen=True, slots=True)
class CountDoors:
    """A query for the clock: of each door that somebody watches, what they are to see; until an hour after the end."""

    def __call__(self, tx: Tx) -> dict[int, DoorSeen]:
        watched = tx.programme.performances_by_id({id for id, _ in tx.admission.door_watchers()})
        return {
            id: (tx.admission.door_counts(id), performance.run_state, performance.latecomers_until)
            for id, performance in watched.items()
            if tx.now < performance.ends_at + WATCHED_FOR
        }


@dataclass(frozen=True, slots=True)
class ShowDoors:
    """These doors' cards are to be shown anew, to those who are managers there still. Gives how many cards."""

    performance_ids: tuple[int, ...]

    def __call__(self, tx: Tx) -> int:
        performances = tx.programme.performances_by_id(self.performance_ids)
        watchers = [(performances[id], person) for id, person in tx.admission.door_watchers() if id in performances]
        shown = 0
        for performance, person_id in watchers:
            actor = tx.people.actor(person_id)
            if actor is not None and actor.may(Role.MANAGER, performance.venue_id):
                tx.show_card(person_id, CardKind.DOOR, performance.id)
                shown += 1
        return shown


def may_be_unsaid(performance: Performance, now: datetime) -> bool:
    """Whether "it has begun" may still have been a slip: about the printed start, not in the second half."""
    return performance.run_state is RunState.STARTED and now < performance.starts_at + UNSAID_WITHIN


def post_at(tx: Tx, person_id: int, performance_id: int) -> tuple[DoorPost, Performance]:
    """Where this person stands at this performance; a manager of the venue may act without a post.

    Raises NotAllowed, NotFound.
    """
    actor = actor_of(tx, person_id)
    performance = tx.programme.performance(performance_id)
    actor.require(Role.USHER, performance.venue_id if performance else None)
    if performance is None:
        raise NotFound
    post = tx.admission.door_post(person_id)
    if post is None or post.performance_id != performance.id:
        actor.require(Role.MANAGER, performance.venue_id)
        post = DoorPost(person_id, performance.id, None, tx.now)
    return post, performance


def ticket_at(tx: Tx, person_id: int, ticket_id: int) -> tuple[DoorPost, Performance, Ticket]:
    """A ticket that somebody at its door may act on, locked. Raises NotAllowed without the role, NotFound for a ticket
    of another performance than theirs."""
    actor = actor_of(tx, person_id)
    actor.require(Role.USHER)
    ticket = tx.ticketing.ticket(ticket_id, lock=True)
    performance = tx.programme.performance(ticket.performance_id) if ticket else None
    if ticket is None or performance is None or not actor.may(Role.USHER, performance.venue_id):
        raise NotFound
    post = tx.admission.door_post(person_id)
    if post is None or post.performance_id != performance.id:
        if not actor.may(Role.MANAGER, performance.venue_id):
            raise NotFound
        post = DoorPost(person_id, performance.id, None, tx.now)
    return post, performance, ticket
