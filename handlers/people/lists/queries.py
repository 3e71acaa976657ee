"""What the screens of lists show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import NotFound
from domain.people.list_keeping import is_staff_at, run_for, upkeep_of
from domain.people.lists import Checklist, ListRun, day_start
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue

_LOOKED_BACK = timedelta(days=1)
_UNFINISHED_MOST = 6


@dataclass(frozen=True)
class ListsFacts:
    """Each list with its newest run of today. ``unfinished``: for managers, what was left in the last day."""

    venue: Venue
    venues: tuple[Venue, ...]  # the others where the reader works
    lists: tuple[tuple[Checklist, ListRun | None], ...]
    unfinished: tuple[ListRun, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindLists:
    """Raises NotFound."""

    person_id: int
    venue_id: int = 0

    def __call__(self, tx: Tx) -> ListsFacts:
        actor = actor_of(tx, self.person_id)
        venues = [venue for venue in tx.programme.venues() if is_staff_at(actor, venue.id)]
        chosen = [venue for venue in venues if self.venue_id in (0, venue.id)]
        if not chosen:
            raise NotFound
        venue = next((one for one in chosen if upkeep_of(tx, one.id).lists), chosen[0])
        today: dict[str, ListRun] = {}
        recent = tx.lists.runs_since(venue.id, tx.now - _LOOKED_BACK)
        for run in recent:
            if run.slot >= day_start(tx.now, venue.timezone):
                today.setdefault(run.checklist.key, run)
        unfinished = [run for run in recent if run.is_late(tx.now) or (run.ended_at and not run.is_done)]
        return ListsFacts(
            venue=venue,
            venues=tuple(one for one in venues if one.id != venue.id),
            lists=tuple((one, today.get(one.key)) for one in upkeep_of(tx, venue.id).lists),
            unfinished=tuple(unfinished[:_UNFINISHED_MOST]) if actor.may(Role.MANAGER, venue.id) else (),
            now=tx.now,
        )


@dataclass(frozen=True)
class ListFacts:
    """``names``: of those who have ticked something off."""

    run: ListRun
    venue: Venue
    names: Mapping[int, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindList:
    """Raises NotFound."""

    person_id: int
    run_id: int

    def __call__(self, tx: Tx) -> ListFacts:
        return facts_of(tx, run_for(tx, self.person_id, self.run_id))


def facts_of(tx: Tx, run: ListRun) -> ListFacts:
    venue = tx.programme.venue(run.venue_id)
    assert venue is not None
    actors = {tick.by_id: tx.people.actor(tick.by_id) for tick in run.ticks.values()}
    names = {id: actor.display_name for id, actor in actors.items() if actor is not None}
    return ListFacts(run, venue, names, tx.now)
