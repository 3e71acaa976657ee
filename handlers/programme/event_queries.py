"""Read models of one event: its card, its times on one day, one performance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.errors import NotFound
from domain.money import Money
from domain.ports import Tx
from domain.programme.model import Access, Event, Hall, Performance, Venue
from domain.programme.ports import PerformanceFilter
from handlers.programme.queries import LAST_PAGE, local_days, places_left
from handlers.programme.windows import coming, local_day, on_day, read_day

#: With more performances than this a card shows days instead of times.
MOST_TIMES = 12
PER_CARD = 6
DAYS_PER_CARD = 12
TIMES_PER_PAGE = 14
_MOST_STARTS = 5_000


@dataclass(frozen=True, slots=True)
class Showing:
    performance: Performance
    zone: str
    left: int
    state: str


@dataclass(frozen=True, slots=True)
class Card:
    """An event. Either ``showings`` or ``days`` (each with its number of times) are the next ones, by the page.

    ``sample`` are its first coming performances: prices and access are told from them. ``halls`` and ``venues``:
    where those are.
    """

    event: Event
    sample: tuple[Performance, ...]
    halls: tuple[Hall, ...]
    venues: tuple[Venue, ...]
    showings: tuple[Showing, ...]
    days: tuple[tuple[date, int], ...]
    page: int
    more: bool
    today: date
    now: datetime

    @property
    def prices(self) -> tuple[Money, ...]:
        return prices_of(self.sample)

    @property
    def accesses(self) -> tuple[Access, ...]:
        return tuple(performance.access for performance in self.sample)


@dataclass(frozen=True, slots=True)
class EventCard:
    """Raises NotFound."""

    event_id: int
    page: int = 0

    def __call__(self, tx: Tx) -> Card:
        event = event_of(tx, self.event_id)
        wanted = replace(coming(tx.now), event_id=event.id)
        sample = tx.programme.performances(wanted, limit=MOST_TIMES + 1)
        venues = tx.programme.venues()
        by_days = len(sample) > MOST_TIMES or any(performance.timed_entry for performance in sample)
        showings, days = ((), _days(tx, wanted, venues)) if by_days else (showings_of(tx, sample, venues), ())
        per_page = DAYS_PER_CARD if by_days else PER_CARD
        shown = days if by_days else showings
        page = min(max(self.page, 0), max(len(shown) - 1, 0) // per_page)
        start, end = page * per_page, (page + 1) * per_page
        places = {performance.venue_id for performance in sample}
        halls = {performance.hall_id for performance in sample}
        zone = next((venue.timezone for venue in venues if venue.id in places), "UTC")
        return Card(
            event=event,
            sample=tuple(sample),
            halls=tuple(hall for hall in tx.programme.halls() if hall.id in halls),
            venues=tuple(venue for venue in venues if venue.id in places),
            showings=showings[start:end],
            days=days[start:end],
            page=page,
            more=len(shown) > end,
            today=local_day(tx.now, zone),
            now=tx.now,
        )


@dataclass(frozen=True, slots=True)
class DayTimes:
    event: Event
    day: date
    showings: tuple[Showing, ...]
    page: int
    more: bool
    today: date


@dataclass(frozen=True, slots=True)
class EventDay:
    """An event's times on one day of its venue's calendar. Raises NotFound, Stale."""

    event_id: int
    day: str
    page: int = 0

    def __call__(self, tx: Tx) -> DayTimes:
        event, day = event_of(tx, self.event_id), read_day(self.day)
        venues = tx.programme.venues()
        upcoming = replace(coming(tx.now), event_id=event.id)
        nearest = tx.programme.performances(upcoming, limit=1)
        zone = next((venue.timezone for found in nearest for venue in venues if venue.id == found.venue_id), "UTC")
        wanted = on_day(upcoming, day, zone)
        page = min(max(self.page, 0), LAST_PAGE)
        found = tx.programme.performances(wanted, limit=TIMES_PER_PAGE + 1, offset=page * TIMES_PER_PAGE)
        showings = showings_of(tx, found[:TIMES_PER_PAGE], venues)
        return DayTimes(event, day, showings, page, len(found) > TIMES_PER_PAGE, local_day(tx.now, zone))


@dataclass(frozen=True, slots=True)
class Particulars:
    event: Event
    showing: Showing
    venue: Venue
    hall: Hall | None
    watching: bool
    today: date

    @property
    def performance(self) -> Performance:
        return self.showing.performance


@dataclass(frozen=True, slots=True)
class ShowingCard:
    """One performance, for one person. Raises NotFound."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> Particulars:
        performance = tx.programme.performance(self.performance_id)
        venue = tx.programme.venue(performance.venue_id) if performance else None
        if performance is None or venue is None:
            raise NotFound
        return Particulars(
            event=event_of(tx, performance.event_id),
            showing=showings_of(tx, [performance], [venue])[0],
            venue=venue,
            hall=tx.programme.hall(performance.hall_id),
            watching=tx.ticketing.watches_sales(self.person_id, performance.id),
            today=local_day(tx.now, venue.timezone),
        )


def event_of(tx: Tx, event_id: int) -> Event:
    event = tx.programme.event(event_id)
    if event is None:
        raise NotFound
    return event


def showings_of(tx: Tx, performances: Sequence[Performance], venues: Sequence[Venue]) -> tuple[Showing, ...]:
    left = places_left(tx, performances)
    zones = {venue.id: venue.timezone for venue in venues}
    return tuple(
        Showing(performance, zones[performance.venue_id], left[performance.id], performance.sale_state(tx.now))
        for performance in performances
    )


def prices_of(performances: Sequence[Performance]) -> tuple[Money, ...]:
    """What is asked, in the first performance's currency: two currencies make no range."""
    prices = [price.amount for performance in performances for price in performance.prices]
    return tuple(price for price in prices if price.currency == prices[0].currency)


def _days(tx: Tx, wanted: PerformanceFilter, venues: Sequence[Venue]) -> tuple[tuple[date, int], ...]:
    starts = tx.programme.starts(wanted, limit=_MOST_STARTS)
    return tuple(sorted(Counter(local_days(starts, venues)).items()))
