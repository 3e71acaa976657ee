"""Requests for help, drinks, enquiries; and what a house has said about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.money import Money
from domain.people.model import Role
from domain.programme.quiet import local_time
from domain.programme.search import folded
from domain.text import LocalText

WORDS_MOST = 1000
#: Whoever works here may be paged for help when nobody nearer takes it.
HELPERS = frozenset(Role) - {Role.AUDIENCE}


class HelpKind(StrEnum):
    UNWELL = "unwell"
    LOST = "lost"
    DISTURBED = "disturbed"
    ACCESS = "access"
    OTHER = "other"


class HelpState(StrEnum):
    ASKED = "asked"
    COMING = "coming"
    HERE = "here"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        return self in (HelpState.ASKED, HelpState.COMING, HelpState.HERE)


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """``words`` and ``voice`` (the messenger's file id) may follow. ``page_due_at``: when the clock pages the next."""

    id: int
    venue_id: int
    performance_id: int
    person_id: int
    ticket_id: int
    zone: str
    kind: HelpKind
    state: HelpState
    asked_at: datetime
    words: str = ""
    voice: str = ""
    step: int = 0
    page_due_at: datetime | None = None
    taken_by: int | None = None
    taken_at: datetime | None = None
    here_at: datetime | None = None
    ended_at: datetime | None = None


class Whom(StrEnum):
    ZONE = "zone"  # floor staff on duty for the zone
    VENUE = "venue"  # everybody on duty
    MANAGER = "manager"  # the managers on duty


@dataclass(frozen=True, slots=True)
class Step:
    """``after`` seconds from the asking, if nobody has taken it."""

    after: int
    whom: Whom


#: For the first answer to a question.
TARGET = timedelta(minutes=15)
STEPS = (Step(0, Whom.ZONE), Step(60, Whom.VENUE), Step(120, Whom.MANAGER))


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer that the house has given beforehand. ``words``: what people write when they want to know it."""

    key: str
    words: tuple[str, ...]
    text: LocalText

    def answers(self, asked: str) -> int:
        """How well, 0: not at all. Words in letters must begin a word of the question, Chinese ones stand anywhere."""
        said = " " + folded(asked)
        found = [known for known in map(folded, self.words) if (f" {known}" if known.isascii() else known) in said]
        return max(map(len, found), default=0)


@dataclass(frozen=True, slots=True)
class Reply:
    """A prepared answer; the asker gets it in their own language."""

    key: str
    title: LocalText
    text: LocalText


@dataclass(frozen=True, slots=True)
class Hours:
    """``days``: 0 is Monday. Minutes after midnight at the venue."""

    days: frozenset[int]
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class HouseRules:
    """``hours`` empty: somebody always answers. ``pick_up``: where drinks are handed out."""

    steps: tuple[Step, ...] = STEPS
    facts: tuple[Fact, ...] = ()
    replies: tuple[Reply, ...] = ()
    hours: tuple[Hours, ...] = ()
    target: timedelta = TARGET
    pick_up: LocalText = field(default_factory=LocalText)

    def answered_from(self, now: datetime, zone: str) -> datetime | None:
        """None: somebody answers now; else when somebody does again."""
        if not self.hours:
            return None
        today = now.astimezone(ZoneInfo(zone)).date()
        begins: list[datetime] = []
        for ahead in range(8):
            day = today + timedelta(days=ahead)
            for hours in self.hours:
                if day.weekday() in hours.days:
                    opens, closes = (local_time(day, minute, zone) for minute in (hours.begins, hours.ends))
                    if opens <= now < closes:
                        return None
                    begins.append(opens)
        return min((each for each in begins if each > now), default=None)

    def fact_for(self, asked: str) -> Fact | None:
        """The one that answers best; the house's order decides between equals."""
        best = max(self.facts, key=lambda fact: fact.answers(asked), default=None)
        return best if best is not None and best.answers(asked) else None


@dataclass(frozen=True, slots=True)
class MenuItem:
    """``stock`` None: there is always more. ``offered``: on the menu still."""

    id: int
    venue_id: int
    key: str
    rank: int
    name: LocalText
    price: Money
    tax_rate_bp: int
    allergens: LocalText = field(default_factory=LocalText)
    stock: int | None = None
    sold_out: bool = False
    offered: bool = True

    def left(self, most: int) -> int:
        """How many can be ordered, ``most`` at the most."""
        if self.sold_out or not self.offered:
            return 0
        return most if self.stock is None else max(0, min(most, self.stock))


class DrinkState(StrEnum):
    CART = "cart"
    PAYING = "paying"  # its stock is set aside for a few minutes
    NEW = "new"
    READY = "ready"
    HANDED = "handed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DrinkOrder:
    """``number``: what is called out at the desk. ``charge_id``: it is paid. ``until``: of a payment under way."""

    id: int
    venue_id: int
    performance_id: int
    person_id: int
    state: DrinkState
    made_at: datetime
    number: int | None = None
    charge_id: int | None = None
    until: datetime | None = None
    told_at: datetime | None = None  # that it is ready
    ended_at: datetime | None = None
    ended_by: int | None = None


@dataclass(frozen=True, slots=True)
class DrinkLine:
    """A snapshot, once it is ordered: the menu may change. ``price`` is of one."""

    item_id: int
    count: int
    price: Money
    tax_rate_bp: int

    @property
    def total(self) -> Money:
        return Money(self.price.minor * self.count, self.price.currency)


class EnquiryState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """``answerable_at``: when the measuring begins, since nobody sits there at night."""

    id: int
    venue_id: int
    person_id: int
    state: EnquiryState
    asked_at: datetime
    answerable_at: datetime
    taken_by: int | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnquiryWord:
    """``by_house``: whether it was the house who wrote."""

    id: int
    enquiry_id: int
    author_id: int
    by_house: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnquiryFigures:
    """For the digest. ``median_seconds`` None: nobody was answered. ``within``: hundredths answered in time."""

    waiting: int
    answered: int
    median_seconds: int | None
    within: int | None


def figures(asked: list[tuple[datetime, datetime | None]], waiting: int, target: timedelta) -> EnquiryFigures:
    """``asked``: (from when it could be answered, when it was)."""
    waits = sorted(max(timedelta(), answered - at) for at, answered in asked if answered is not None)
    if not waits:
        return EnquiryFigures(waiting, 0, None, None)
    middle = len(waits) // 2
    median = waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2
    within = sum(wait <= target for wait in waits) * 100 // len(waits)
    return EnquiryFigures(waiting, len(waits), int(median.total_seconds()), within)
