"""What is stored already, as far as a programme sheet speaks of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.programme.model import Concession, Event, Hall, Performance, SeatingPlan, Venue
from domain.programme.ports import ProgrammeRepository


@dataclass(frozen=True, slots=True)
class HallFacts:
    hall: Hall
    venue: Venue
    plan: SeatingPlan | None  # the newest


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All by key, the plans by id: those that the performances are sold on."""

    halls: Mapping[str, HallFacts]
    concessions: Sequence[Concession]
    events: Mapping[str, Event]
    performances: Mapping[str, Performance]
    plans: Mapping[int, SeatingPlan]
    returns: Collection[str] = ()  # keys of return policies

    @classmethod
    def of(
        cls, programme: ProgrammeRepository, event_keys: Iterable[str], performance_keys: Iterable[str]
    ) -> Catalogue:
        venues = {venue.id: venue for venue in programme.venues()}
        performances = {
            key: found for key in set(performance_keys) if (found := programme.performance_by_key(key)) is not None
        }
        plan_ids = {found.plan_id for found in performances.values() if found.plan_id is not None}
        return cls(
            halls={
                hall.key: HallFacts(hall, venues[hall.venue_id], programme.newest_plan(hall.id))
                for hall in programme.halls()
            },
            concessions=programme.concessions(),
            events={key: event for key in set(event_keys) if (event := programme.event_by_key(key)) is not None},
            performances=performances,
            plans={plan_id: plan for plan_id in plan_ids if (plan := programme.plan(plan_id)) is not None},
            returns=[policy.key for policy in programme.return_policies()],
        )
