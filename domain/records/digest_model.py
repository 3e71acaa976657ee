"""What a digest is made of, when it comes, and what in it needs a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.payments.accounts_model import Part
from domain.programme.quiet import local_time

#: An hour before the first shift, within these bounds; where nobody has a shift, at the later one.
BEFORE_SHIFT = timedelta(hours=1)
EARLIEST, USUALLY = 6 * 60, 9 * 60
#: A digest that is so late is no morning's digest any more; ``/today`` has it.
USEFUL = timedelta(hours=6)
HOURS = range(24)
#: Comparable shows that an average is taken of at the most, the latest; and at the least, for a word of warning.
COMPARED_MOST, COMPARED_LEAST = 30, 3
#: So far below comparable shows (a share of all places) somebody should look at it.
SELLS_BADLY = 0.15
#: Such a share of an audience that does not come is worth a question.
STAYED_AWAY = 0.15
NEEDS_MOST = 3
SNOOZE_FOR = timedelta(days=1)


class Rhythm(StrEnum):
    DAILY = "daily"  # and on Mondays the week
    WEEKLY = "weekly"  # on Mondays
    OFF = "off"


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"

    @property
    def back(self) -> int:
        """Days that it looks back on."""
        return 1 if self is Period.DAY else 7

    @property
    def ahead(self) -> int:
        """Days whose sales it looks at."""
        return 14 if self is Period.DAY else 30


@dataclass(frozen=True, slots=True)
class DigestChoice:
    """``hour`` None: before the day's first shift. ``venue_id`` None: all where the person manages."""

    rhythm: Rhythm
    hour: int | None = None
    venue_id: int | None = None


def period_of(rhythm: Rhythm, day: date) -> Period | None:
    """What comes on this day, if anything."""
    if rhythm is Rhythm.OFF:
        return None
    if day.weekday() == 0:
        return Period.WEEK
    return Period.DAY if rhythm is Rhythm.DAILY else None


def due_at(day: date, zone: str, hour: int | None, first_shift: datetime | None) -> datetime:
    """By the venue's clock, whatever is done to that clock in the night before."""
    if hour is not None:
        return local_time(day, hour * 60, zone)
    latest = local_time(day, USUALLY, zone)
    if first_shift is None:
        return latest
    return min(max(first_shift - BEFORE_SHIFT, local_time(day, EARLIEST, zone)), latest)


def key(day: date, person_id: int) -> str:
    """One a day, whatever was chosen in between."""
    return f"digest:{day.isoformat()}:{person_id}"


class NeedKind(StrEnum):
    """In the order of what cannot wait."""

    INCIDENT = "incident"  # not over
    MONEY = "money"  # a task
    CASE = "case"  # a guest waits for an answer
    ENQUIRY = "enquiry"  # waits for longer than the house's target
    JOIN = "join"  # somebody has followed an invitation
    DRAWER = "drawer"  # counted, and not signed for
    OVERDUE = "overdue"  # an improvement action
    SALES = "sales"  # a performance sells less than comparable ones
    NO_SHOWS = "no_shows"  # many had a ticket and did not come


@dataclass(frozen=True, slots=True)
class Need:
    """``since``: what has waited longer comes first among its kind."""

    kind: NeedKind
    subject_id: int
    since: datetime


def most_urgent(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Up to three, at most one of a kind before a second one: three tasks shall not hide a waiting guest."""
    order = list(NeedKind)
    ranked = sorted(needs, key=lambda need: (order.index(need.kind), need.since, need.subject_id))
    nth: dict[NeedKind, int] = {}
    turns: list[tuple[int, Need]] = []
    for need in ranked:
        turns.append((nth.get(need.kind, 0), need))
        nth[need.kind] = nth.get(need.kind, 0) + 1
    return tuple(need for _, need in sorted(turns, key=lambda turn: turn[0])[:NEEDS_MOST])


@dataclass(frozen=True, slots=True)
class House:
    """A performance's places as they are claimed now. ``expected``: good tickets."""

    performance_id: int
    starts_at: datetime
    capacity: int
    sold: int = 0
    reserved: int = 0
    blocked: int = 0
    held: int = 0
    expected: int = 0

    @property
    def share(self) -> float:
        """Sold, of all places; 0 to 1."""
        return self.sold / self.capacity if self.capacity else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What so many comparable shows had sold so many days before they began: the mean share of their places."""

    shows: int
    share: float


@dataclass(frozen=True, slots=True)
class Selling:
    house: House
    compared: Comparison | None

    @property
    def sells_badly(self) -> bool:
        known = self.compared is not None and self.compared.shows >= COMPARED_LEAST
        return known and self.compared is not None and self.compared.share - self.house.share >= SELLS_BADLY


@dataclass(frozen=True, slots=True)
class Came:
    """A performance that is over, in persons with a good ticket."""

    performance_id: int
    starts_at: datetime
    expected: int
    admitted: int

    @property
    def stayed_away(self) -> int:
        return self.expected - self.admitted

    @property
    def many_stayed_away(self) -> bool:
        """Where nobody at all was scanned, the door was open: that says nothing."""
        return self.admitted > 0 and self.stayed_away >= max(5, STAYED_AWAY * self.expected)


@dataclass(frozen=True, slots=True)
class Takings:
    """What the journal says of a period in one currency, by the accounts' own parts; minor units."""

    currency: str
    parts: Mapping[Part, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Responses:
    """How soon somebody took what was asked for, in seconds. ``late``: not in time; ``open``: not over."""

    count: int = 0
    open: int = 0
    median: float | None = None
    late: int = 0
