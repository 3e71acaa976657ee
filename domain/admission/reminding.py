"""Reminders, derived: the clock finds what is due and writes each notice under its key, so that whatever has changed
since (a move, a hand-on, an opt-out) needs no rewriting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.programme.model import Performance, RunState
from domain.programme.ports import PerformanceFilter
from domain.programme.quiet import QuietHours, Reminder, due_at, useful_until

#: A day, an hour of summer time, and a night before which a reminder may be moved.
_AHEAD = timedelta(hours=25 + 12)
_MOST = 500
#: Before a reservation runs out.
RESERVATION_LEAD = timedelta(hours=3)
_RESERVATION_USEFUL = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ChooseReminders:
    """Which of the two reminders somebody wants: either, both, or none."""

    person_id: int
    wanted: frozenset[Reminder]

    def __call__(self, tx: Tx) -> int:
        if tx.evening.choice(self.person_id) != self.wanted:
            tx.evening.put_choice(self.person_id, self.wanted)
            tx.audit(self.person_id, "reminders.chosen", "person", self.person_id, count=len(self.wanted))
        return self.person_id


@dataclass(frozen=True, slots=True)
class DueReminders:
    """A query for the clock: (performance, which reminder) for which somebody is to be reminded now."""

    def __call__(self, tx: Tx) -> list[tuple[int, Reminder]]:
        return [
            (performance.id, kind)
            for performance, kind, due in _due(tx, tx.evening.quiet())
            if tx.evening.to_remind(performance.id, kind, due, key(kind, performance), 1)
        ]


@dataclass(frozen=True, slots=True)
class Remind:
    """The clock's part, a piece at a time: several tickets are one reminder. Gives how many were written."""

    performance_id: int
    kind: Reminder
    limit: int = 200

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance(self.performance_id)
        if performance is None:
            return 0
        due = _due_now(tx, performance, self.kind, tx.evening.quiet())
        if due is None:
            return 0
        prefix = key(self.kind, performance)
        persons = tx.evening.to_remind(performance.id, self.kind, due, prefix, self.limit)
        for person_id in persons:
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.REMINDER,
                    dedupe_key=f"{prefix}{person_id}",
                    params={
                        "performance_id": performance.id,
                        "person_id": person_id,
                        "kind": self.kind.value,
                        "starts_at": int(performance.starts_at.timestamp()),
                    },
                )
            )
        return len(persons)


@dataclass(frozen=True, slots=True)
class RemindOfReservations:
    """Places wait to be paid at the window, and not much longer. Gives how many were told."""

    def __call__(self, tx: Tx) -> int:
        due = _ending(tx)
        for order_id, buyer_id in due:
            tx.notify(
                Notice(
                    buyer_id,
                    NoticeKind.RESERVATION_ENDS,
                    dedupe_key=f"reservation_ends:{order_id}",
                    params={"order_id": order_id},
                )
            )
        return len(due)


@dataclass(frozen=True, slots=True)
class AnyReservationEnds:
    """A query for the clock, so that it writes only where there is something to write."""

    def __call__(self, tx: Tx) -> bool:
        return bool(_ending(tx))


def key(kind: Reminder, performance: Performance) -> str:
    """Without the person. The start is in it and not the revision: every tap of the evening moves that on."""
    return f"remind:{kind.value}:{performance.id}:{int(performance.starts_at.timestamp())}:"


def is_stale(kind: Reminder, performance: Performance, starts_at: int, now: datetime) -> bool:
    """Moved since, or too late to be of use."""
    return int(performance.starts_at.timestamp()) != starts_at or now >= useful_until(kind, performance.starts_at)


def _due(tx: Tx, quiet: QuietHours) -> Iterator[tuple[Performance, Reminder, datetime]]:
    coming = PerformanceFilter(starts_from=tx.now, starts_before=tx.now + _AHEAD)
    for performance in tx.programme.performances(coming, limit=_MOST):
        for kind in Reminder:
            due = _due_now(tx, performance, kind, quiet)
            if due is not None:
                yield performance, kind, due


def _due_now(tx: Tx, performance: Performance, kind: Reminder, quiet: QuietHours) -> datetime | None:
    """When it was due, where it is due and of use, and nobody sleeps."""
    venue = tx.programme.venue(performance.venue_id)
    if venue is None or performance.run_state is RunState.CANCELLED:
        return None
    due = due_at(kind, performance.starts_at, venue.timezone, quiet)
    is_due = due <= tx.now < useful_until(kind, performance.starts_at)
    return due if is_due and not quiet.covers(tx.now, venue.timezone) else None


def _ending(tx: Tx) -> list[tuple[int, int]]:
    """(order, buyer) of those that were made before their reminder was due, and is due now."""
    quiet, found = tx.evening.quiet(), []
    for order_id, buyer_id, performance_id, made_at, until in tx.evening.ending_reservations(tx.now, tx.now + _AHEAD):
        performance = tx.programme.performance(performance_id)
        venue = tx.programme.venue(performance.venue_id) if performance else None
        if venue is None:
            continue
        due = quiet.moment(until - RESERVATION_LEAD, venue.timezone, until - _RESERVATION_USEFUL)
        if made_at <= due <= tx.now and not quiet.covers(tx.now, venue.timezone):
            found.append((order_id, buyer_id))
    return found
