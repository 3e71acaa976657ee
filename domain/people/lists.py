"""Opening, patrol and closing lists: what is to be looked at, ticked off by whoever is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.text import LocalText

#: A night that goes on after midnight still belongs to the day on which it began.
_DAY_BEGINS = 5


class ListKind(StrEnum):
    OPENING = "opening"
    PATROL = "patrol"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class ListItem:
    key: str
    text: LocalText
    photo: bool = False  # a photo shows that it was done


@dataclass(frozen=True, slots=True)
class Checklist:
    """``minutes``: of an opening how long before the doors it begins, of a patrol how often it comes, of a closing how
    long it may take."""

    key: str
    kind: ListKind
    name: LocalText
    minutes: int
    items: tuple[ListItem, ...]

    def as_document(self) -> dict[str, Any]:
        """As a house file says it: a list that was begun stays as it was then."""
        items = [{"key": item.key, "text": dict(item.text), "photo": item.photo} for item in self.items]
        head = {"key": self.key, "kind": self.kind.value, "name": dict(self.name), "minutes": self.minutes}
        return {**head, "item": items}


@dataclass(frozen=True, slots=True)
class Tick:
    item: str
    by_id: int
    at: datetime
    photo: str = ""  # the messenger's file id


@dataclass(frozen=True, slots=True)
class ListRun:
    """A list on its way. ``slot``: the moment that it is for; a venue has one of a list for each."""

    id: int
    venue_id: int
    checklist: Checklist
    slot: datetime
    due_at: datetime
    told_at: datetime | None = None  # the managers heard that it was not finished
    ended_at: datetime | None = None
    ticks: Mapping[str, Tick] = field(default_factory=dict)

    @property
    def left(self) -> Sequence[ListItem]:
        return [item for item in self.checklist.items if item.key not in self.ticks]

    @property
    def is_done(self) -> bool:
        return not self.left

    def is_late(self, now: datetime) -> bool:
        return not self.is_done and self.due_at <= now


def day_start(now: datetime, zone: str) -> datetime:
    """When the house's day began that this moment belongs to."""
    local = now.astimezone(ZoneInfo(zone))
    start = local.replace(hour=_DAY_BEGINS, minute=0, second=0, microsecond=0)
    return start if start <= local else start - timedelta(days=1)


def occasion(
    checklist: Checklist, doors_at: datetime, ends_at: datetime, now: datetime
) -> tuple[datetime, datetime] | None:
    """The slot and the due time of the list that is to be there now, on a day whose first doors open and whose last
    performance ends then; None where it is not its time."""
    span = timedelta(minutes=checklist.minutes)
    match checklist.kind:
        case ListKind.OPENING:
            return (doors_at - span, doors_at) if doors_at - span <= now < ends_at else None
        case ListKind.CLOSING:
            return (ends_at, ends_at + span) if now >= ends_at else None
        case ListKind.PATROL:
            slot = doors_at + (now - doors_at) // span * span
            return (slot, slot + span) if doors_at <= now < ends_at else None
