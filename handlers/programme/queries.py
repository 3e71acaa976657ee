"""Read models of the programme: lists, calendar, kinds, access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.ports import Tx
from domain.programme.model import Event, EventKind, Performance, Venue
from handlers.programme.windows import (
    AccessWish,
    coming,
    in_month,
    local_day,
    months_on,
    read_month,
    wanted_by,
    with_access,
)

PER_PAGE = 5
#: Far beyond what anybody pages to; it keeps an offset within what a database takes.
LAST_PAGE = 10_000
_MOST_STARTS = 5_000
#: How far the calendar turns.
MONTHS_AHEAD = 18


@dataclass(frozen=True, slots=True)
class Listed:
    """An event with its first performance that fits; ``showings`` counts all that fit."""

    event: Event
    first: Performance
    showings: int
    zone: str
    left: int
    state: str


@dataclass(frozen=True, slots=True)
class Listing:
    by: str
    value: str
    search: str
    page: int
    items: tuple[Listed, ...]
    more: bool
    today: date


@dataclass(frozen=True, slots=True)
class ListEvents:
    by: str = "all"
    value: str = ""
    search: str = ""
    page: int = 0

    def __call__(self, tx: Tx) -> Listing:
        venues = tx.programme.venues()
        zone = house_zone(venues)
        wanted = wanted_by(self.by, self.value, self.search, tx.now, zone)
        page = min(max(self.page, 0), LAST_PAGE)
        found = tx.programme.next_of_each(wanted, limit=PER_PAGE + 1, offset=page * PER_PAGE)
        if not found and page:
            page, found = 0, tx.programme.next_of_each(wanted, limit=PER_PAGE + 1)
        items = _listed(tx, found[:PER_PAGE], venues)
        today = local_day(tx.now, zone)
        return Listing(self.by, self.value, self.search, page, items, len(found) > PER_PAGE, today)


@dataclass(frozen=True, slots=True)
class Month:
    """``days`` with performances, in the zones of their venues."""

    first: date
    days: frozenset[date]
    today: date
    earlier: bool
    later: bool


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    month: str = ""

    def __call__(self, tx: Tx) -> Month:
        venues = tx.programme.venues()
        zone = house_zone(venues)
        today = local_day(tx.now, zone)
        present = today.replace(day=1)
        first = min(max(read_month(self.month) if self.month else present, present), months_on(present, MONTHS_AHEAD))
        starts = tx.programme.starts(in_month(coming(tx.now), first, zone), limit=_MOST_STARTS)
        return Month(
            first,
            frozenset(local_days(starts, venues)),
            today,
            earlier=first > present,
            later=first < months_on(present, MONTHS_AHEAD),
        )


@dataclass(frozen=True, slots=True)
class CountKinds:
    def __call__(self, tx: Tx) -> Mapping[EventKind, int]:
        return tx.programme.count_events(coming(tx.now))


@dataclass(frozen=True, slots=True)
class AccessChoice:
    """``count``: how many events have a performance that fits the wish."""

    wish: AccessWish
    languages: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ChooseAccess:
    wish: AccessWish

    def __call__(self, tx: Tx) -> AccessChoice:
        wanted = coming(tx.now)
        count = sum(tx.programme.count_events(with_access(wanted, self.wish)).values())
        return AccessChoice(self.wish, tuple(tx.programme.languages(wanted)), count)


def house_zone(venues: Sequence[Venue]) -> str:
    """The zone in which "today" is meant where it may concern several venues: the first one's."""
    return venues[0].timezone if venues else "UTC"


def local_days(starts: Sequence[tuple[datetime, int]], venues: Sequence[Venue]) -> list[date]:
    """One day per start, in the order given."""
    zones = {venue.id: venue.timezone for venue in venues}
    return [local_day(at, zones[venue_id]) for at, venue_id in starts]


def places_left(tx: Tx, performances: Sequence[Performance]) -> Mapping[int, int]:
    taken = tx.ticketing.count_taken([performance.id for performance in performances], tx.now)
    return {found.id: max(found.capacity - taken.get(found.id, 0), 0) for found in performances}


def _listed(tx: Tx, found: Sequence[tuple[int, int]], venues: Sequence[Venue]) -> tuple[Listed, ...]:
    performances = tx.programme.performances_by_id([performance_id for performance_id, _ in found])
    events = tx.programme.events({performance.event_id for performance in performances.values()})
    left = places_left(tx, list(performances.values()))
    zones = {venue.id: venue.timezone for venue in venues}
    return tuple(
        Listed(
            event=events[first.event_id],
            first=first,
            showings=showings,
            zone=zones[first.venue_id],
            left=left[first.id],
            state=first.sale_state(tx.now),
        )
        for first, showings in ((performances[performance_id], showings) for performance_id, showings in found)
    )
