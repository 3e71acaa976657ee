"""What is due, in words: a line each, a heading for every day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.ports import Tx
from domain.records.schedule import Due, DueSoon
from handlers.ticketing.queries import Showing, showings_of
from handlers.ticketing.wording import title_of
from handlers.ui.i18n import Texts


@dataclass(frozen=True)
class ScheduleFacts:
    due: tuple[Due, ...]
    showings: Mapping[int, Showing]


@dataclass(frozen=True, slots=True)
class FindSchedule:
    days: int = 7

    def __call__(self, tx: Tx) -> ScheduleFacts:
        due = DueSoon(self.days)(tx)
        return ScheduleFacts(tuple(due), showings_of(tx, [each.performance_id for each in due if each.performance_id]))


def schedule_text(t: Texts, facts: ScheduleFacts) -> str:
    """Plain, in the venue's time."""
    if not facts.due:
        return t.plain("Nothing is due in these days.")
    lines: list[str] = []
    day = ""
    for due in facts.due:
        showing = facts.showings.get(due.performance_id)
        zone = showing.venue.timezone if showing else due.zone
        if (heading := t.long_day(due.at, zone)) != day:
            day = heading
            lines += ["", day] if lines else [day]
        what = _WORDS[due.kind](t, due.count)
        about = f": {title_of(t, showing.event.title)} ({_when(t, showing)})" if showing else ""
        lines.append(f"  {t.time(due.at, zone)}  {what}{about}")
    return "\n".join(lines)


def _when(t: Texts, showing: Showing) -> str:
    return t.when(showing.performance.starts_at, showing.venue.timezone)


def _doors(t: Texts, count: int) -> str:
    return t.plain_plural("doors open for {count} ticket", "doors open for {count} tickets", count)


def _reminder_day(t: Texts, count: int) -> str:
    return t.plain_plural("{count} reminder a day before", "{count} reminders a day before", count)


def _reminder_hours(t: Texts, count: int) -> str:
    return t.plain_plural("{count} reminder two hours before", "{count} reminders two hours before", count)


def _sales_open(t: Texts, count: int) -> str:
    return t.plain_plural("sales open, {count} person is told", "sales open, {count} persons are told", count)


def _block_release(t: Texts, count: int) -> str:
    return t.plain_plural("{count} block goes on sale", "{count} blocks go on sale", count)


def _reservation_ends(t: Texts, count: int) -> str:
    return t.plain_plural("{count} reservation runs out", "{count} reservations run out", count)


def _change_refund(t: Texts, count: int) -> str:
    return t.plain_plural(
        "what {count} person has not answered for is paid back",
        "what of {count} persons nobody has answered for is paid back",
        count,
    )


def _survey(t: Texts, count: int) -> str:
    return t.plain_plural(
        "who has come is asked how it was, {count} ticket", "who has come is asked how it was, {count} tickets", count
    )


def _digest_day(t: Texts, count: int) -> str:
    return t.plain_plural("{count} manager gets the day’s digest", "{count} managers get the day’s digest", count)


def _digest_week(t: Texts, count: int) -> str:
    return t.plain_plural("{count} manager gets the week’s digest", "{count} managers get the week’s digest", count)


_WORDS: Mapping[str, Callable[[Texts, int], str]] = {
    "doors": _doors,
    "reminder_day": _reminder_day,
    "reminder_hours": _reminder_hours,
    "sales_open": _sales_open,
    "block_release": _block_release,
    "reservation_ends": _reservation_ends,
    "change_refund": _change_refund,
    "survey": _survey,
    "digest_day": _digest_day,
    "digest_week": _digest_week,
}
KINDS: Sequence[str] = tuple(_WORDS)
