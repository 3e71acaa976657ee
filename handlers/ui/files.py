"""Files that are made when they are sent, said without the libraries that make them; ``bot.adapters`` does.

Every text is in the reader's language already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.payments.accounts_model import Month
from domain.programme.model import EventKind
from handlers.ui.paper import Paper
from handlers.ui.pictures import Fact


@dataclass(frozen=True)
class CalendarEntry:
    """One visit. ``uid`` stays the same for a person and a performance; ``sequence`` grows when it is moved.

    ``zone``: the venue's, IANA. ``reminder`` is shown three hours before. ``organizer``: who sends it, "Name
    <address>"; empty where it is handed over in the chat.
    """

    uid: str
    sequence: int
    made_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    place: str
    description: str
    reminder: str
    cancelled: bool = False
    organizer: str = ""

    @property
    def method(self) -> str:
        """RFC 5546, 3.2.1 and 3.2.5."""
        return "CANCEL" if self.cancelled else "PUBLISH"


@dataclass(frozen=True, slots=True)
class Seat:
    section: str
    row: str
    number: str


@dataclass(frozen=True)
class WalletPass:
    """One ticket for a phone's wallet. ``serial``: another one for every code that a ticket has had.

    ``front``: date and place; ``seats``: gate, zone, row, seat; ``back``: what else there is to know.
    """

    serial: str
    group: str
    house: str
    title: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    front: tuple[Fact, ...]
    seats: tuple[Fact, ...]
    back: tuple[Fact, ...]
    seat: Seat
    payload: str
    code: str
    kind: EventKind
    seed: str


@dataclass(frozen=True)
class WalletPasses:
    """One is a pass, several are a bundle of passes."""

    passes: tuple[WalletPass, ...]


@dataclass(frozen=True, slots=True)
class MonthBook:
    """The accountant's month, read from the database when it is sent. ``viewer_id`` None: the command line."""

    viewer_id: int | None
    month: Month
    format: str
    locale: str


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """A workbook (XLSX)."""

    tables: tuple[Table, ...]


@dataclass(frozen=True)
class CsvTable:
    """A short table; its cells cannot become formulas."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


BOOK_FORMATS = ("xlsx", "csv")

#: What can be made at once.
Made = bytes | Paper | CalendarEntry | WalletPasses | CsvTable | Tables
#: What a document holds: its bytes, or what they are made of.
Content = Made | MonthBook
