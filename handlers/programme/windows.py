"""What the buttons of the programme stand for: stretches of time in the house's zone, wishes about access."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import Stale
from domain.programme.model import EventKind
from domain.programme.ports import PerformanceFilter

#: "This weekend" begins when people leave work.
WEEKEND_BEGINS = time(17)
_FRIDAY, _MONDAY = 4, 7


@dataclass(frozen=True, slots=True)
class AccessWish:
    """What somebody needs. ``language``: a BCP 47 primary subtag, spoken or in the surtitles."""

    step_free: bool = False
    captioned: bool = False
    relaxed: bool = False
    language: str = ""

    def code(self) -> str:
        flags = {"s": self.step_free, "c": self.captioned, "r": self.relaxed}
        letters = "".join(letter for letter, wanted in flags.items() if wanted)
        return f"{letters}-{self.language}" if self.language else letters

    @classmethod
    def of(cls, code: str) -> AccessWish:
        """Raises Stale for what no button of ours says."""
        match = re.fullmatch(r"(s?c?r?)(?:-([a-z]{2,8}))?", code)
        if match is None:
            raise Stale
        return cls("s" in match[1], "c" in match[1], "r" in match[1], match[2] or "")


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def begins(day: date, zone: str, at: time = time(0)) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone))


def read_day(text: str) -> date:
    """Raises Stale for what is no day of a calendar."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Stale from None
    return _within_reason(day)


def read_month(text: str) -> date:
    """The first of a month, from '2026-11'. Raises Stale."""
    return read_day(f"{text}-01")


def months_on(first: date, by: int) -> date:
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def coming(now: datetime) -> PerformanceFilter:
    """What is not over yet."""
    return PerformanceFilter(ends_after=now)


def on_day(wanted: PerformanceFilter, day: date, zone: str) -> PerformanceFilter:
    return replace(wanted, starts_from=begins(day, zone), starts_before=begins(day + timedelta(days=1), zone))


def in_month(wanted: PerformanceFilter, first: date, zone: str) -> PerformanceFilter:
    return replace(wanted, starts_from=begins(first, zone), starts_before=begins(months_on(first, 1), zone))


def on_weekend(wanted: PerformanceFilter, today: date, zone: str) -> PerformanceFilter:
    """From Friday evening to Sunday night; on a weekend, this one."""
    monday = today - timedelta(days=today.weekday())
    friday = begins(monday + timedelta(days=_FRIDAY), zone, WEEKEND_BEGINS)
    return replace(wanted, starts_from=friday, starts_before=begins(monday + timedelta(days=_MONDAY), zone))


def wanted_by(by: str, value: str, search: str, now: datetime, zone: str) -> PerformanceFilter:
    """The performances that a button of the programme asks for. Raises Stale for a button that is not ours."""
    wanted, today = coming(now), local_day(now, zone)
    match by:
        case "all":
            return wanted
        case "today":
            return on_day(wanted, today, zone)
        case "weekend":
            return on_weekend(wanted, today, zone)
        case "day":
            return on_day(wanted, read_day(value), zone)
        case "kind":
            if value not in set(EventKind):
                raise Stale
            return replace(wanted, kind=EventKind(value))
        case "access":
            return with_access(wanted, AccessWish.of(value))
        case "search":
            return replace(wanted, text=search)
    raise Stale


def with_access(wanted: PerformanceFilter, wish: AccessWish) -> PerformanceFilter:
    return replace(
        wanted,
        step_free=wish.step_free,
        captioned=wish.captioned,
        relaxed=wish.relaxed,
        language=wish.language,
    )


def _within_reason(day: date) -> date:
    if not 2000 <= day.year < 2200:
        raise Stale
    return day
