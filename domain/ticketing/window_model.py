"""The window's own things: its rules, a sale to somebody without a name, a reservation, a block, a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.programme.model import Performance
from domain.ticketing.model import BlockReason

#: What ``Order.channel`` says of a sale at the window.
CHANNEL = "window"


@dataclass(frozen=True, slots=True)
class WindowRules:
    """What this organisation allows. ``complimentary_most``: free tickets that one clerk may give for a performance;
    managers are not bound by it."""

    reserve: bool = False
    reserve_hours: int = 24
    reserve_minutes_before: int = 60
    complimentary_most: int = 4

    def reserved_until(self, performance: Performance, now: datetime) -> datetime | None:
        """Until when places taken now may wait to be paid at the window; None where they may not."""
        until = min(
            now + timedelta(hours=self.reserve_hours),
            performance.starts_at - timedelta(minutes=self.reserve_minutes_before),
        )
        return until if self.reserve and until > now else None


@dataclass(frozen=True, slots=True)
class WindowSale:
    """One customer at the window. ``buyer_id`` is a person made for this sale: no name, no account. ``block_id``: the
    block that the places come from, and go back to if nothing comes of it."""

    id: int
    clerk_id: int
    performance_id: int
    buyer_id: int
    opened_at: datetime
    closed_at: datetime | None = None
    block_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """An order that is to be paid at the window, with the code that its buyer says there."""

    order_id: int
    code: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """How to find or reach a person. Personal: /forget takes it away."""

    person_id: int
    name: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Places set aside. ``places`` are those that the block still has, ascending."""

    id: int
    performance_id: int
    reason: BlockReason
    note: str
    owner_id: int | None
    created_at: datetime
    release_at: datetime | None
    released_at: datetime | None
    places: tuple[int, ...] = ()
