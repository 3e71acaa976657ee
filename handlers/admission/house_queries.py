"""Who is inside where, for those who stand at the door and for managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.admission.house import post_at
from domain.admission.model import DoorCounts
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate
from domain.programme.ports import PerformanceFilter
from handlers.ticketing.queries import Showing, showing_of, showings_of

#: What begins within this time is tonight's.
TONIGHT = timedelta(hours=18)
TONIGHT_MOST = 8


@dataclass(frozen=True)
class HouseFacts:
    """``manages``: may have it as a card."""

    showing: Showing
    counts: DoorCounts
    gates: Mapping[int, Gate]
    now: datetime
    manages: bool = False

    @property
    def lets_latecomers_in(self) -> bool:
        until = self.showing.performance.latecomers_until
        return until is not None and self.now < until


@dataclass(frozen=True, slots=True)
class FindHouse:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> HouseFacts:
        _, performance = post_at(tx, self.by, self.performance_id)
        return house_of(tx, performance.id, manages=actor_of(tx, self.by).may(Role.MANAGER, performance.venue_id))


@dataclass(frozen=True)
class TonightFacts:
    showings: tuple[tuple[Showing, int, int], ...]  # with inside and expected
    now: datetime


@dataclass(frozen=True, slots=True)
class FindTonight:
    """What is on, or begins soon, where this person is a manager. Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> TonightFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        wanted = PerformanceFilter(starts_before=tx.now + TONIGHT, ends_after=tx.now)
        performances = tx.programme.performances(wanted, limit=TONIGHT_MOST * 4)
        mine = [each.id for each in performances if actor.may(Role.MANAGER, each.venue_id)][:TONIGHT_MOST]
        showings = showings_of(tx, mine)
        counted = ((tx.admission.count_inside(id), tx.ticketing.count_tickets(id)) for id in mine)
        return TonightFacts(tuple((showings[id], *counts) for id, counts in zip(mine, counted, strict=True)), tx.now)


def house_of(tx: Tx, performance_id: int, *, manages: bool = False) -> HouseFacts:
    """Raises NotFound."""
    showing = showing_of(tx, performance_id)
    gates = {gate.id: gate for gate in tx.programme.gates(showing.venue.id)}
    return HouseFacts(showing, tx.admission.door_counts(performance_id), gates, tx.now, manages)
