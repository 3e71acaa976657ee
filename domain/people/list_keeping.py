"""Beginning lists, ticking them off, and telling the managers of what was not finished."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import BadInput, NotFound, Stale
from domain.notices import NoticeKind
from domain.people.duty import tell_managers
from domain.people.lists import Checklist, ListKind, ListRun, Tick, day_start, occasion
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.house_upkeep import Upkeep, parse_upkeep
from domain.programme.model import RunState, Venue
from domain.programme.ports import PerformanceFilter

_A_TICK = 50
_A_DAY = timedelta(days=1)
_PERFORMANCES_MOST = 200


@dataclass(frozen=True, slots=True)
class BeginList:
    """A colleague begins a list of today, or goes on with it. Gives the run's id. Raises NotFound."""

    by: int
    venue_id: int
    key: str

    def __call__(self, tx: Tx) -> int:
        venue = tx.programme.venue(self.venue_id)
        if venue is None or not is_staff_at(actor_of(tx, self.by), venue.id):
            raise NotFound
        checklist = upkeep_of(tx, venue.id, lock=True).checklist(self.key)
        if checklist is None:
            raise NotFound
        latest = tx.lists.latest(venue.id, checklist.key)
        if latest is not None and _is_there(latest, day_start(tx.now, venue.timezone)):
            patrol_is_over = latest.ended_at is not None and checklist.kind is ListKind.PATROL
            if not patrol_is_over:
                return latest.id
        due_at = tx.now + timedelta(minutes=checklist.minutes)
        return _begin(tx, venue.id, checklist, (tx.now, due_at), latest, self.by)


@dataclass(frozen=True, slots=True)
class TickItem:
    """One item is done, or not after all. ``number``: its place in the list. Gives the run's id.

    Raises NotFound, Stale once the list is over, BadInput('list_photo') where a photo is to show it.
    """

    by: int
    run_id: int
    number: int
    done: bool
    photo: str = ""

    def __call__(self, tx: Tx) -> int:
        run = run_for(tx, self.by, self.run_id, lock=True)
        if not 0 <= self.number < len(run.checklist.items):
            raise NotFound
        item = run.checklist.items[self.number]
        if (item.key in run.ticks) is self.done:
            return run.id
        if run.ended_at is not None:
            raise Stale(reason="list_over")
        if not self.done:
            tx.lists.untick(run.id, item.key)
            tx.audit(self.by, "list.unticked", "list_run", run.id, item=item.key)
            return run.id
        if item.photo and not self.photo:
            raise BadInput("list_photo")
        tx.lists.tick(run.id, Tick(item.key, self.by, tx.now, self.photo))
        tx.audit(self.by, "list.ticked", "list_run", run.id, item=item.key)
        if len(run.left) == 1:  # it was the last one
            tx.lists.put(replace(run, ended_at=tx.now))
            tx.audit(self.by, "list.done", "list_run", run.id)
        return run.id


@dataclass(frozen=True, slots=True)
class TendLists:
    """The clock's: lists come when it is their time, and the managers on duty hear of those that are not finished
    when they are due. Gives how many have come or were told of."""

    def __call__(self, tx: Tx) -> int:
        late = tx.lists.late(tx.now, _A_TICK)
        for run in late:
            tx.lists.put(replace(run, told_at=tx.now))
            tx.audit(None, "list.late", "list_run", run.id)
            params = {"run_id": run.id}
            tell_managers(tx, run.venue_id, NoticeKind.LIST_UNFINISHED, f"list_unfinished:{run.id}", params)
        return len(late) + sum(self._come(tx, venue) for venue in tx.programme.venues())

    def _come(self, tx: Tx, venue: Venue) -> int:
        upkeep = upkeep_of(tx, venue.id)
        span = _open_hours(tx, venue) if upkeep.lists else None
        come = 0
        for checklist in upkeep.lists if span else ():
            assert span is not None
            when = occasion(checklist, *span, tx.now)
            if when is None:
                continue
            once = when[0] if checklist.kind is ListKind.PATROL else day_start(tx.now, venue.timezone)
            if not _is_there(tx.lists.latest(venue.id, checklist.key), once):
                tx.lists.upkeep_of(venue.id, lock=True)  # a colleague may be beginning it at this moment
                latest = tx.lists.latest(venue.id, checklist.key)
                if not _is_there(latest, once):
                    _begin(tx, venue.id, checklist, when, latest, None)
                    come += 1
        return come


def upkeep_of(tx: Tx, venue_id: int, *, lock: bool = False) -> Upkeep:
    return parse_upkeep(tx.lists.upkeep_of(venue_id, lock=lock))


def is_staff_at(actor: Actor, venue_id: int) -> bool:
    return any(actor.may(role, venue_id) for role in Role if role is not Role.AUDIENCE)


def run_for(tx: Tx, person_id: int, run_id: int, *, lock: bool = False) -> ListRun:
    """For all who work at its venue. Raises NotFound."""
    run = tx.lists.run(run_id, lock=lock)
    if run is None or not is_staff_at(actor_of(tx, person_id), run.venue_id):
        raise NotFound
    return run


def _is_there(latest: ListRun | None, since: datetime) -> bool:
    return latest is not None and latest.slot >= since


def _open_hours(tx: Tx, venue: Venue) -> tuple[datetime, datetime] | None:
    """When the first doors of the day open and the last performance ends, as it went; None on a day without any."""
    start = day_start(tx.now, venue.timezone)
    wanted = PerformanceFilter(starts_from=start, starts_before=start + _A_DAY, venue_id=venue.id)
    today = tx.programme.performances(wanted, limit=_PERFORMANCES_MOST)
    if not today:
        return None
    ends = [one.run_since if one.run_state is RunState.ENDED and one.run_since else one.ends_at for one in today]
    return min(one.doors_at for one in today), max(ends)


def _begin(
    tx: Tx, venue_id: int, checklist: Checklist, when: tuple[datetime, datetime], before: ListRun | None, by: int | None
) -> int:
    """The next of a list ends the one before, finished or not."""
    if before is not None and before.ended_at is None:
        tx.lists.put(replace(before, ended_at=tx.now))
        tx.audit(by, "list.left", "list_run", before.id)
    run_id = tx.lists.put(ListRun(0, venue_id, checklist, *when))
    tx.audit(by, "list.begun", "list_run", run_id)
    return run_id
