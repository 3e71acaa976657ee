"""Hours in which nobody is disturbed by a courtesy, and when a reminder is due. Local times are the venue's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

#: What would come in the night and too late in the morning comes so long before the night.
_BEFORE_NIGHT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """``begins`` and ``ends``: minutes after midnight; equal: there are none."""

    begins: int = 22 * 60
    ends: int = 8 * 60

    def covers(self, at: datetime, zone: str) -> bool:
        local = at.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    def over(self, at: datetime, zone: str) -> datetime:
        """``at``, or the end of the quiet hours that it lies in."""
        if not self.covers(at, zone):
            return at
        day = at.astimezone(ZoneInfo(zone)).date()
        end = local_time(day, self.ends, zone)
        return end if end > at else local_time(day + timedelta(days=1), self.ends, zone)

    def ahead(self, at: datetime, zone: str) -> datetime:
        """``at``, or a little before the quiet hours that it lies in begin."""
        if not self.covers(at, zone):
            return at
        day = at.astimezone(ZoneInfo(zone)).date()
        begin = local_time(day, self.begins, zone)
        return (begin if begin <= at else local_time(day - timedelta(days=1), self.begins, zone)) - _BEFORE_NIGHT

    def moment(self, at: datetime, zone: str, useful_until: datetime) -> datetime:
        """When a courtesy for ``at`` goes out: after the night, or before it where that would be too late."""
        after = self.over(at, zone)
        return after if after <= useful_until else self.ahead(at, zone)


class Reminder(StrEnum):
    DAY = "day"
    HOURS = "hours"


TWO_HOURS = timedelta(hours=2)
#: From so long before the start on a reminder helps nobody any more.
USEFUL: dict[Reminder, timedelta] = {Reminder.DAY: timedelta(hours=4), Reminder.HOURS: timedelta(minutes=30)}


def due_at(kind: Reminder, starts_at: datetime, zone: str, quiet: QuietHours) -> datetime:
    """The day before at the same time on the clock of the venue, whatever was done to that clock in between."""
    if kind is Reminder.DAY:
        local = starts_at.astimezone(ZoneInfo(zone))
        at = local_time(local.date() - timedelta(days=1), local.hour * 60 + local.minute, zone)
    else:
        at = starts_at - TWO_HOURS
    return quiet.moment(at, zone, useful_until(kind, starts_at))


def useful_until(kind: Reminder, starts_at: datetime) -> datetime:
    return starts_at - USEFUL[kind]


def local_time(day: date, minute: int, zone: str) -> datetime:
    """A time of day in UTC. One that the clocks leave out is as much later; of one that comes twice, the first."""
    at = datetime.combine(day, time(minute // 60 % 24, minute % 60), ZoneInfo(zone))
    return at.astimezone(UTC)
