"""What people say of a running performance, its report, and a visit as its card shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.programme.model import Performance, RunState

#: Before the doors: then the card says when to leave and how to get there.
SET_OUT = timedelta(hours=2)
#: After the end people look for the way out; after that they can be asked.
WAY_OUT = timedelta(minutes=20)


class HoldReason(StrEnum):
    TECHNICAL = "technical"
    MEDICAL = "medical"
    AUDIENCE = "audience"
    ARTIST = "artist"
    SAFETY = "safety"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One change of a run state as somebody said it."""

    id: int
    performance_id: int
    state: RunState
    before: RunState
    before_since: datetime | None
    at: datetime
    by_id: int
    reason: str = ""
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turnout:
    """People, not scans. ``late``: first let in after it had begun. ``gates``: by which gate they first came in."""

    expected: int
    admitted: int
    late: int
    gates: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class ShowReport:
    """``content`` is JSON-able: times as ISO 8601, counts; ids and stable words only."""

    performance_id: int
    made_at: datetime
    content: Mapping[str, Any]


class VisitStage(StrEnum):
    """What somebody who comes needs to know now."""

    SEAT = "seat"
    SET_OUT = "set_out"
    DOORS = "doors"
    RUNNING = "running"
    INTERVAL = "interval"
    WAY_OUT = "way_out"
    AFTER = "after"
    CANCELLED = "cancelled"
    GONE = "gone"  # no ticket is left


_SAID: Mapping[RunState, VisitStage] = {
    RunState.OPEN: VisitStage.DOORS,
    RunState.CLEARED: VisitStage.DOORS,
    RunState.STARTED: VisitStage.RUNNING,
    RunState.HELD: VisitStage.RUNNING,
    RunState.INTERVAL: VisitStage.INTERVAL,
    RunState.CANCELLED: VisitStage.CANCELLED,
}


def stage_of(performance: Performance, now: datetime) -> VisitStage:
    """What people say decides; the printed time only before anybody has said anything, or where nobody ever does."""
    if performance.run_state is RunState.ENDED:
        ended = performance.run_since or performance.ends_at
        return VisitStage.WAY_OUT if now < ended + WAY_OUT else VisitStage.AFTER
    if performance.run_state is RunState.CANCELLED:
        return VisitStage.CANCELLED
    if now >= performance.ends_at + timedelta(hours=2):
        return VisitStage.AFTER
    if performance.run_state in _SAID:
        return _SAID[performance.run_state]
    return VisitStage.SET_OUT if now >= performance.doors_at - SET_OUT else VisitStage.SEAT


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one performance: what their card was last made of."""

    id: int
    person_id: int
    performance_id: int
    stage: VisitStage


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whose card is not up to date. ``was``: what it shows, if there is one."""

    person_id: int
    tickets: int
    revisions: int
    visit_id: int | None
    was: VisitStage | None
    was_shown: str = ""


@dataclass(frozen=True, slots=True)
class ClosedGate:
    gate_id: int
    instead_id: int
    closed_at: datetime


class ItemKind(StrEnum):
    BAG = "bag"
    UMBRELLA = "umbrella"
    FOOD = "food"
    CAMERA = "camera"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HeldItem:
    id: int
    performance_id: int
    number: int
    what: ItemKind
    gate_id: int | None
    kept_at: datetime
    returned_at: datetime | None = None
