"""What is due in the days to come, whoever looks after it: for the office, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.admission.reminding import key
from domain.feedback.model import ASK_WITHIN
from domain.feedback.timing import ask_from
from domain.ports import Tx
from domain.programme.model import RunState
from domain.programme.ports import PerformanceFilter
from domain.programme.quiet import Reminder, due_at
from domain.records.digests import digests_coming

_MOST = 500


@dataclass(frozen=True, slots=True)
class Due:
    """``kind``: reminder_day, reminder_hours, sales_open, block_release, reservation_ends, change_refund, doors,
    survey, digest_day, digest_week. ``count``: how many are concerned. ``zone``: of what is of no performance (0)."""

    at: datetime
    kind: str
    performance_id: int
    count: int
    zone: str = ""


@dataclass(frozen=True, slots=True)
class DueSoon:
    """A query for the office: what the clock will do by itself in the days to come, in order. As things stand now."""

    days: int = 7

    def __call__(self, tx: Tx) -> list[Due]:
        until = tx.now + timedelta(days=self.days)
        stored = [
            Due(at, kind, int(facts["performance_id"]), int(facts["count"]))
            for at, kind, facts in tx.evening.due_between(tx.now, until)
        ]
        due = (*stored, *_derived(tx, until), *_surveys(tx, until), *_digests(tx, until))
        return sorted(due, key=lambda one: (one.at, one.performance_id, one.kind))


def _derived(tx: Tx, until: datetime) -> Iterator[Due]:
    """Doors, and the reminders that are written only when they are due."""
    quiet = tx.evening.quiet()
    zones = {venue.id: venue.timezone for venue in tx.programme.venues()}
    # A reminder comes at most a day and a night before its performance.
    coming = PerformanceFilter(starts_from=tx.now, starts_before=until + timedelta(hours=37))
    for performance in tx.programme.performances(coming, limit=_MOST):
        if tx.now < performance.doors_at <= until:
            yield Due(performance.doors_at, "doors", performance.id, tx.ticketing.count_tickets(performance.id))
        for kind in Reminder:
            at = due_at(kind, performance.starts_at, zones[performance.venue_id], quiet)
            if tx.now < at <= until:
                persons = tx.evening.to_remind(performance.id, kind, at, key(kind, performance))
                if persons:
                    yield Due(at, f"reminder_{kind.value}", performance.id, len(persons))


def _surveys(tx: Tx, until: datetime) -> Iterator[Due]:
    """By the printed end where nobody has said yet that it is over. Who of them is asked, the door will know."""
    if tx.feedback.current_survey() is None:
        return
    zones, quiet = {venue.id: venue.timezone for venue in tx.programme.venues()}, tx.evening.quiet()
    asked = PerformanceFilter(starts_from=tx.now - ASK_WITHIN, starts_before=until)
    for performance in tx.programme.performances(asked, limit=_MOST):
        ended_at = performance.run_since if performance.run_state is RunState.ENDED else None
        at = ask_from(performance, zones[performance.venue_id], ended_at, quiet)
        count = tx.ticketing.count_tickets(performance.id) if tx.now < at <= until else 0
        if count:
            yield Due(at, "survey", performance.id, count)


def _digests(tx: Tx, until: datetime) -> Iterator[Due]:
    for (at, zone, period), count in Counter(digests_coming(tx, until)).items():
        yield Due(at, f"digest_{period.value}", 0, count, zone)
