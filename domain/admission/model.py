"""The outcomes of a scan and the lines of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: The door opens to scanners this long before the printed opening.
EARLY = timedelta(minutes=60)


class Outcome(StrEnum):
    """What a scan found. Validity is judged before duplication."""

    ADMITTED = "admitted"
    RE_ADMITTED = "re_admitted"
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


@dataclass(frozen=True, slots=True)
class Admission:
    """One line of the log. ``inside``: this is the line that has the ticket's holder inside."""

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


@dataclass(frozen=True, slots=True)
class DoorPost:
    """Where an usher stands: chosen once, until changed. ``gate_id`` None: all gates."""

    person_id: int
    performance_id: int
    gate_id: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Attendance:
    admitted: int
    expected: int
