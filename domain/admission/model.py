"""The outcomes of a scan and the lines of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ticketing.model import TicketState

#: The door opens to scanners this long before the printed opening.
EARLY = timedelta(minutes=60)


class Outcome(StrEnum):
    """What a scan found. Validity is judged before duplication."""

    ADMITTED = "admitted"
    RE_ADMITTED = "re_admitted"
    LEFT = "left"  # scanned out
    NOT_IN = "not_in"  # scanned out, and nobody is inside with this ticket
    ALREADY_IN = "already_in"
    LATE_WAIT = "late_wait"
    WRONG_PERFORMANCE = "wrong_performance"
    WRONG_GATE = "wrong_gate"
    TOO_EARLY = "too_early"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    FORGED = "forged"

    @property
    def lets_in(self) -> bool:
        return self in (Outcome.ADMITTED, Outcome.RE_ADMITTED)

    @property
    def is_good(self) -> bool:
        """Whether whoever was scanned goes on, in or out."""
        return self.lets_in or self is Outcome.LEFT


class DoorMode(StrEnum):
    """What a scan at this post means."""

    IN = "in"
    OUT = "out"
    RE_ADMIT = "re_admit"  # an interval: who is inside may come back without having been scanned out


class Channel(StrEnum):
    """How a line came into the log."""

    SCAN = "scan"  # a code, in a picture or read out
    FOUND = "found"  # looked up for somebody who has nothing to show
    PAPER = "paper"  # ticked on the printed list and entered afterwards
    OFFLINE = "offline"  # judged by the scanner without a network and uploaded afterwards


@dataclass(frozen=True, slots=True)
class Admission:
    """One line of the log. ``inside``: this is the line that has the ticket's holder inside. ``left_at``: when that
    ended, by going out or by coming in again without having been scanned out."""

    id: int
    performance_id: int
    ticket_id: int | None
    credential_id: int | None
    gate_id: int | None
    usher_id: int
    at: datetime
    outcome: Outcome
    inside: bool
    undone_at: datetime | None = None
    left_at: datetime | None = None
    channel: Channel = Channel.SCAN


@dataclass(frozen=True, slots=True)
class DoorPost:
    """Where an usher stands: chosen once, until changed. ``gate_id`` None: all gates. ``since``: in this mode."""

    person_id: int
    performance_id: int
    gate_id: int | None
    since: datetime
    mode: DoorMode = DoorMode.IN


@dataclass(frozen=True, slots=True)
class Attendance:
    admitted: int
    expected: int


@dataclass(frozen=True, slots=True)
class ZoneCount:
    """``zone`` is empty where places are not numbered. ``expected``: valid tickets."""

    zone: str
    inside: int
    expected: int


@dataclass(frozen=True, slots=True)
class DoorCounts:
    """People, not scans. ``gates``: by which gate those inside came in (None: every gate). ``out``: scanned out and
    not back; ``waiting``: too late, and told to wait."""

    zones: tuple[ZoneCount, ...]
    gates: tuple[tuple[int | None, int], ...]
    out: int
    waiting: int

    @property
    def inside(self) -> int:
        return sum(zone.inside for zone in self.zones)

    @property
    def expected(self) -> int:
        return sum(zone.expected for zone in self.zones)


@dataclass(frozen=True, slots=True)
class Guest:
    """One ticket of an evening with whose it is: for finding somebody who has nothing to show."""

    ticket_id: int
    order_id: int
    place: int
    zone: str
    row: str
    number: str
    short_code: str
    concession_id: int
    state: TicketState
    holder: str
    buyer: str
    username: str
    contacts: tuple[str, ...] = ()  # telephone numbers and mail addresses, the holder's and the buyer's

    @property
    def is_valid(self) -> bool:
        return self.state is TicketState.VALID


@dataclass(frozen=True, slots=True)
class Fault:
    """A line by which the door let somebody in and should not have. ``kind``: already_in is a double."""

    line: Admission
    kind: Outcome
    place: int
    zone: str
    row: str
    number: str
    seat_kind: str


@dataclass(frozen=True, slots=True)
class ListedTicket:
    """One ticket of the list that a scanner takes along: no names."""

    ticket_id: int
    order_id: int
    place: int
    zone: str
    row: str
    number: str
    seat_kind: str
    concession_id: int
    state: TicketState
    short_code: str
    in_party: bool  # still its buyer's, so that the party's code covers it
    inside: bool


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A credential of one ticket, or (``order_id``) of a party."""

    credential_id: int
    kind: str
    ticket_id: int | None
    order_id: int | None
    revoked: bool
