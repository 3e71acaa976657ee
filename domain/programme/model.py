"""What a house has (venues, halls, gates, seating plans) and what it shows (events, performances, prices)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from domain.money import Money
from domain.programme.returns import ReturnPolicy
from domain.text import LocalText


class SeatKind(StrEnum):
    STANDARD = "standard"
    WHEELCHAIR = "wheelchair"
    COMPANION = "companion"
    RESTRICTED = "restricted"  # restricted view


class EventKind(StrEnum):
    CONCERT = "concert"
    OPERA = "opera"
    THEATRE = "theatre"
    DANCE = "dance"
    JAZZ = "jazz"
    FAMILY = "family"
    TALK = "talk"
    FILM = "film"
    EXHIBITION = "exhibition"
    FESTIVAL = "festival"


class RunState(StrEnum):
    """Where one showing stands; set by people, not by the printed time."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLEARED = "cleared"
    STARTED = "started"
    HELD = "held"  # stopped after it had begun, to go on
    INTERVAL = "interval"
    ENDED = "ended"
    CANCELLED = "cancelled"
    MOVED = "moved"


class LatecomersPolicy(StrEnum):
    ANY_TIME = "any_time"
    AT_BREAK = "at_break"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Organisation:
    """The one that runs this installation."""

    name: LocalText


@dataclass(frozen=True, slots=True)
class Venue:
    id: int
    key: str
    name: LocalText
    address: LocalText
    timezone: str  # IANA
    currency: str  # ISO 4217, or XTR


@dataclass(frozen=True, slots=True)
class Gate:
    id: int
    venue_id: int
    key: str
    name: LocalText
    directions: LocalText  # how to get there
    step_free: LocalText  # the step-free way, empty where there is none


@dataclass(frozen=True, slots=True)
class Hall:
    id: int
    venue_id: int
    key: str
    name: LocalText
    gates: tuple[tuple[str, int], ...] = ()  # zone name of the plan ("*" for all) → gate id
    zones: tuple[tuple[str, LocalText], ...] = ()  # zone name of the plan → what people read instead

    def gate_of(self, zone: str | None) -> int | None:
        by_zone = dict(self.gates)
        return by_zone.get(zone or "*", by_zone.get("*"))

    def zone_name(self, zone: str) -> LocalText:
        """Empty where the house has given it none: then the plan's own name is to be read."""
        return dict(self.zones).get(zone, LocalText())


@dataclass(frozen=True, slots=True)
class PlanCategory:
    name: str
    colour: str  # '#rrggbb'


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a plan version. ``place`` numbers the plan's seats 1…N in zone, row and seat order.

    ``x``/``y`` are absolute plan coordinates of its centre (the stage's side is told by the areas).
    """

    place: int
    guid: str
    zone: str
    row: str
    number: str
    category: str
    kind: SeatKind
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Area:
    """A shape for the picture: stage, door, bar. Every coordinate is absolute; turned shapes arrive as polygons.

    A ``rectangle`` has its top left corner at (x, y); a ``circle`` or ``ellipse`` its centre, with ``width`` and
    ``height`` as diameters; a ``polygon`` has ``points``; a ``text`` has nothing but its text. ``text`` may stand on
    any shape, centred on (``text_x``, ``text_y``) and turned by ``text_rotation`` degrees clockwise.
    """

    shape: str  # rectangle | circle | ellipse | polygon | text
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    colour: str = "#cccccc"  # '#rrggbb', or '' for none
    border: str = ""  # '#rrggbb', or '' for none
    text: str = ""
    text_x: float = 0.0
    text_y: float = 0.0
    text_size: float = 16.0
    text_colour: str = "#333333"
    text_rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class SeatRow:
    """The seats of one row of one zone, in the order in which they were drawn."""

    zone: str
    label: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, eq=False)
class SeatingPlan:
    """An immutable version of a hall's plan. ``seats`` are in place order: ``seats[i].place == i + 1``.

    Compared and hashed by identity, so that what is worked out from a plan can be kept beside it.
    """

    name: str
    width: float
    height: float
    categories: tuple[PlanCategory, ...]
    zones: tuple[str, ...]  # names, in the plan's order; only those that have seats
    seats: tuple[Seat, ...]
    areas: tuple[Area, ...] = ()
    focus: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # zone → its best point
    id: int = 0
    hall_id: int = 0
    version: int = 0

    @cached_property
    def by_zone(self) -> Mapping[str, Sequence[Seat]]:
        zones: dict[str, list[Seat]] = {zone: [] for zone in self.zones}
        for seat in self.seats:
            zones[seat.zone].append(seat)
        return zones

    @cached_property
    def rows(self) -> tuple[SeatRow, ...]:
        """Rows in zone order, then in the order in which they were drawn."""
        found: dict[tuple[str, str], list[Seat]] = {}
        for seat in self.seats:
            found.setdefault((seat.zone, seat.row), []).append(seat)
        return tuple(SeatRow(zone, label, tuple(seats)) for (zone, label), seats in found.items())

    @cached_property
    def by_guid(self) -> Mapping[str, Seat]:
        return {seat.guid: seat for seat in self.seats}

    @cached_property
    def by_label(self) -> Mapping[tuple[str, str, str], Seat]:
        """(zone, row, number) → seat."""
        return {(seat.zone, seat.row, seat.number): seat for seat in self.seats}

    def seat(self, place: int) -> Seat:
        """Raises IndexError for a place outside 1…N."""
        if place < 1:
            raise IndexError(place)
        return self.seats[place - 1]


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    key: str
    kind: EventKind
    title: LocalText
    summary: LocalText
    description: LocalText
    duration_minutes: int
    age_from: int
    spoken_language: str  # BCP 47, '' where nothing is spoken
    poster: str = ""  # content hash of the picture in the picture store, '' for a generated one


@dataclass(frozen=True, slots=True)
class Access:
    """Facts that decide for some people whether they can come at all."""

    step_free: bool = False
    captioned: bool = False
    relaxed: bool = False
    surtitles: tuple[str, ...] = ()  # BCP 47


@dataclass(frozen=True, slots=True)
class Concession:
    id: int
    key: str  # full, student, child, senior, companion …
    name: LocalText
    needs_proof: bool = False
    proof: LocalText = field(default_factory=LocalText)


@dataclass(frozen=True, slots=True)
class Price:
    """One cell of a performance's price table. ``category`` is the plan's, or '' where there are no seats."""

    category: str
    concession_id: int
    amount: Money
    tax_rate_bp: int


@dataclass(frozen=True, slots=True)
class Performance:
    """One dated showing. It pins the plan version it is sold on; places are 1…``capacity`` either way."""

    id: int
    key: str
    event_id: int
    venue_id: int
    hall_id: int
    plan_id: int | None
    capacity: int
    starts_at: datetime
    doors_at: datetime
    ends_at: datetime
    sales_open_at: datetime
    sales_close_at: datetime
    run_state: RunState
    revision: int
    access: Access
    latecomers: LatecomersPolicy
    purchase_limit: int
    timed_entry: bool = False
    prices: tuple[Price, ...] = ()
    returns: str = ""  # key of its return policy; '' is the usual one
    run_since: datetime | None = None  # when people last set the run state
    latecomers_until: datetime | None = None  # they are let in until then, whatever the policy
    return_policy: ReturnPolicy = field(default=ReturnPolicy(), compare=False)  # the one that ``returns`` names

    def sale_state(self, now: datetime, *, at_window: bool = False) -> str:
        """before | open | after | cancelled | past; sold out is a matter of the claims, not of the clock.

        ``at_window``: there is no "after", sales go on until the end.
        """
        if self.run_state is RunState.CANCELLED:
            return "cancelled"
        if self.run_state is RunState.ENDED or now >= self.ends_at:
            return "past"
        if now < self.sales_open_at:
            return "before"
        if now >= self.sales_close_at and not at_window:
            return "after"
        return "open"

    def price(self, category: str, concession_id: int) -> Price | None:
        for price in self.prices:
            if price.category == category and price.concession_id == concession_id:
                return price
        return None
