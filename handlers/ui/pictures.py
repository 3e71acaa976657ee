"""What a picture shows, said without any drawing library.

Views build these values; ``bot.adapters.pictures`` draws them. Every text in them is already in the
reader's language. They are immutable and compare by value; ``content_key()`` is the key under which a drawn
picture and its Telegram ``file_id`` may be kept: equal pictures have equal keys in every process and after
every restart.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from domain.programme.model import Area, EventKind, SeatKind

Point = tuple[float, float]

DRAWING_REVISION = 1
"""Raised whenever the same content is drawn differently, so that no kept ``file_id`` shows an old drawing."""


class SeatState(StrEnum):
    FREE = "free"
    TAKEN = "taken"
    MINE = "mine"
    OFFERED = "offered"
    NOT_FOR_THIS_SALE = "not_for_this_sale"  # blocked, of another category, or not for the chosen concessions


class AreaRole(StrEnum):
    STAGE = "stage"  # drawn on its side of the picture, however far away it is
    DOOR = "door"
    OTHER = "other"


class RibbonTone(StrEnum):
    NOTE = "note"  # something to know; the code stays readable
    VOID = "void"  # the ticket does not let anybody in; the code is struck out


class Picture:
    """Base of all pictures: gives the content key."""

    def content_key(self) -> str:
        """64 hexadecimal digits, from everything that the picture shows and from ``DRAWING_REVISION``."""
        return self._content_key

    @cached_property
    def _content_key(self) -> str:
        return hashlib.sha256(f"{DRAWING_REVISION} {self!r}".encode("utf-8", "backslashreplace")).hexdigest()


@dataclass(frozen=True, slots=True)
class MapSeat:
    """``x``/``y``: centre in plan coordinates (y grows downwards). ``colour``: its price's, '#rrggbb'."""

    place: int
    x: float
    y: float
    label: str
    colour: str
    state: SeatState = SeatState.FREE
    kind: SeatKind = SeatKind.STANDARD


@dataclass(frozen=True, slots=True)
class MapRow:
    """Seats in the order in which they stand beside each other. ``marked``: the row that is being looked at."""

    label: str
    seats: tuple[MapSeat, ...]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class MapArea:
    """Stage, door, bar. ``outline``: corners of a polygon in plan coordinates (see ``area_outline``)."""

    role: AreaRole
    text: str
    outline: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One sign of the legend, drawn as such a seat is drawn, with its meaning."""

    text: str
    colour: str
    state: SeatState = SeatState.FREE
    kind: SeatKind = SeatKind.STANDARD


@dataclass(frozen=True)
class SeatMap(Picture):
    """One zone (or a part of one) that fills the picture."""

    title: str
    rows: tuple[MapRow, ...]
    subtitle: str = ""
    areas: tuple[MapArea, ...] = ()
    legend: tuple[LegendEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class HallRegion:
    """One zone of a hall seen from above. ``rows``: the seats' centres row by row; they give the shape.

    ``free``: 0.0 (none left) to 1.0 (all free); None: that is not what the picture is about. ``note`` says the same in
    words or figures. ``colours``: those of its prices, the dearest first.
    """

    name: str
    rows: tuple[tuple[Point, ...], ...]
    free: float | None
    note: str
    colours: tuple[str, ...]


@dataclass(frozen=True)
class HallOverview(Picture):
    """All zones of a hall, to see which one to tap."""

    title: str
    regions: tuple[HallRegion, ...]
    subtitle: str = ""
    areas: tuple[MapArea, ...] = ()
    legend: tuple[LegendEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A small heading with its value, such as "Row" and "G"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    text: str
    tone: RibbonTone


@dataclass(frozen=True)
class TicketFace(Picture):
    """One ticket. ``facts``: gate, zone, row, seat, in this order; those without a value are left out.

    ``payload`` is what the QR says; ``code`` is what a person can type instead. ``party``: "2 / 5" among
    tickets bought together. ``kind`` and ``seed`` choose the art (``seed``: the event's key, as for its
    ``Poster``).
    """

    house: str
    title: str
    date: str
    venue: str
    facts: tuple[Fact, ...]
    payload: str
    code: str
    kind: EventKind
    seed: str
    concession: str = ""
    step_free: str = ""
    party: str = ""
    ribbon: Ribbon | None = None


@dataclass(frozen=True)
class PartyCode(Picture):
    """One code for tickets bought together. ``count_text``: "5 seats"; ``details``: "3 full, 2 children"."""

    house: str
    title: str
    date: str
    venue: str
    count_text: str
    details: str
    payload: str
    code: str
    kind: EventKind
    seed: str
    gate: Fact | None = None
    ribbon: Ribbon | None = None


@dataclass(frozen=True)
class PayCode(Picture):
    """A code that another phone scans to pay. ``hint``: with what."""

    title: str
    amount: str
    payload: str
    hint: str


@dataclass(frozen=True)
class Poster(Picture):
    """A poster made for an event that has none. The same ``kind`` and ``seed`` give the same art."""

    title: str
    kind: EventKind
    seed: str
    kind_text: str = ""
    date_line: str = ""
    house: str = ""


@dataclass(frozen=True)
class UploadedPoster(Picture):
    """A poster of the house's own. ``content``: its key in the picture store.

    ``instead`` is what goes out where the store has lost it; it does not tell one uploaded poster from another.
    """

    content: str
    instead: Poster = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` 0 to 100, ``before``: what it was, None for nothing; ``note``: the number in words."""

    label: str
    value: float
    before: float | None
    note: str


@dataclass(frozen=True)
class Bars(Picture):
    """Figures beside each other, each with what it was before as a mark. ``legend``: what the mark means."""

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    legend: str


@dataclass(frozen=True)
class KeptPhoto(Picture):
    """A photo that somebody has sent: it stays with Telegram, and goes out by its ``file_id``."""

    file_id: str


def area_outline(area: Area) -> tuple[Point, ...]:
    """Corners of an area of the seating plan, for ``MapArea.outline``. A text without size is one point, repeated."""
    if area.shape == "polygon" and area.points:
        return area.points
    w, h = area.width, area.height
    if area.shape in ("circle", "ellipse"):
        angles = [2 * math.pi * i / 24 for i in range(24)]
        return tuple((area.x + w / 2 * math.cos(a), area.y + h / 2 * math.sin(a)) for a in angles)
    corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)]
    return tuple((area.x + x, area.y + y) for x, y in corners)
