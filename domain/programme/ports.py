"""What the programme needs from storage. Ids of 0 mean "not stored yet"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.programme.model import (
    Concession,
    Event,
    EventKind,
    Gate,
    Hall,
    Organisation,
    Performance,
    Price,
    RunState,
    Seat,
    SeatingPlan,
    Venue,
)
from domain.programme.returns import ReturnPolicy


@dataclass(frozen=True, slots=True)
class PerformanceFilter:
    """What to list; every condition that is given must hold. Cancelled showings are left out unless asked for."""

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    ends_after: datetime | None = None  # the present moment: what is not over yet
    event_id: int | None = None
    venue_id: int | None = None
    kind: EventKind | None = None
    text: str = ""  # every word of it, in title, summary or description, in any language
    language: str = ""  # BCP 47 primary subtag: spoken, or in the surtitles
    step_free: bool = False
    captioned: bool = False
    relaxed: bool = False
    with_cancelled: bool = False


class ProgrammeRepository(Protocol):
    # The house
    def organisation(self) -> Organisation | None: ...

    def venue(self, venue_id: int) -> Venue | None: ...

    def venue_by_key(self, key: str) -> Venue | None: ...

    def venues(self) -> Sequence[Venue]: ...

    def hall(self, hall_id: int) -> Hall | None: ...

    def hall_by_key(self, key: str) -> Hall | None: ...

    def halls(self) -> Sequence[Hall]: ...

    def gate(self, gate_id: int) -> Gate | None: ...

    def gates(self, venue_id: int) -> Sequence[Gate]: ...

    def concession(self, concession_id: int) -> Concession | None: ...

    def concessions(self) -> Sequence[Concession]:
        """In the order in which the house lists them."""

    # Plans
    def plan(self, plan_id: int) -> SeatingPlan | None:
        """Decoded once per process and database content: the same object each time."""

    def newest_plan(self, hall_id: int) -> SeatingPlan | None: ...

    # Events and performances
    def event(self, event_id: int) -> Event | None: ...

    def event_by_key(self, key: str) -> Event | None: ...

    def events(self, event_ids: Collection[int]) -> Mapping[int, Event]: ...

    def performance(self, performance_id: int) -> Performance | None: ...

    def performance_on_sale(self, performance_id: int) -> Performance | None:
        """It stays on its plan until the transaction ends: place numbers are the plan's. Sales do not wait for each
        other."""

    def performance_to_move(self, performance_id: int) -> Performance | None:
        """Once nobody is selling it at this moment; whoever comes then waits, and finds the new plan."""

    def showing(self, performance_id: int) -> tuple[Performance, Event, Venue, Hall] | None:
        """A performance with everything that stands beside it on a screen."""

    def performance_by_key(self, key: str) -> Performance | None: ...

    def performances(self, wanted: PerformanceFilter, *, limit: int, offset: int = 0) -> Sequence[Performance]:
        """By start, then id, with their prices."""

    def performances_by_id(self, performance_ids: Collection[int]) -> Mapping[int, Performance]: ...

    def next_of_each(self, wanted: PerformanceFilter, *, limit: int, offset: int = 0) -> Sequence[tuple[int, int]]:
        """One line per event: its first performance that fits and how many do, by that performance's start."""

    def count_events(self, wanted: PerformanceFilter) -> Mapping[EventKind, int]:
        """How many events have a performance that fits, by kind; kinds without one are left out."""

    def starts(self, wanted: PerformanceFilter, *, limit: int) -> Sequence[tuple[datetime, int]]:
        """(start, venue), each once, by start: for calendars."""

    def languages(self, wanted: PerformanceFilter) -> Sequence[str]:
        """BCP 47 primary subtags that are spoken or shown as surtitles, sorted."""

    # Writing. Each ``put_`` inserts where the id is 0, updates otherwise, and gives the id.
    def put_organisation(self, organisation: Organisation) -> None: ...

    def put_venue(self, venue: Venue) -> int: ...

    def put_hall(self, hall: Hall) -> int:
        """With its gates, replacing those it had."""

    def put_gate(self, gate: Gate) -> int: ...

    def put_concession(self, concession: Concession, rank: int) -> int: ...

    def add_plan(self, hall_id: int, plan: SeatingPlan, now: datetime) -> tuple[int, bool]:
        """The version's id, and whether it is new: a plan with the same content is the same version."""

    def put_event(self, event: Event) -> int: ...

    def put_performance(self, performance: Performance) -> int:
        """All but its prices. The caller moves the revision on."""

    def return_policies(self) -> Sequence[ReturnPolicy]: ...

    def put_return_policy(self, policy: ReturnPolicy) -> None:
        """In place of the one with its key."""

    def put_prices(self, performance_id: int, prices: Collection[Price]) -> None:
        """Replaces the price table."""

    def blocked_places(self, performance_id: int) -> set[int]:
        """Places that the house has set aside."""

    def move_to_plan(
        self, performance_id: int, plan_id: int, capacity: int, moved: Mapping[int, Seat], gone: Collection[int]
    ) -> None:
        """Pins another plan version. Claims, live order lines and tickets at an old place go to the seat that it
        is now, with its labels; claims at places that are ``gone`` are dropped. Moves the revisions on.
        """

    def set_run_state(self, performance_id: int, state: RunState, since: datetime | None) -> None:
        """Keeps since when, and moves the revision on."""
