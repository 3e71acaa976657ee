"""A small house to test in: one venue, one hall, one showing with numbered places, and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from domain.money import Money
from domain.people.model import AccountSeen
from domain.ports import Tx
from domain.programme.model import (
    Access,
    Concession,
    Event,
    EventKind,
    Gate,
    Hall,
    LatecomersPolicy,
    Performance,
    Price,
    RunState,
    Venue,
)
from domain.text import LocalText

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class SmallHouse:
    venue_id: int
    gate_id: int
    hall_id: int
    concession_id: int
    performance_id: int


def small_house(tx: Tx, *, capacity: int = 50) -> SmallHouse:
    """On sale now, begins in a week; 25.00 EUR a place, tax included at 7 %."""
    programme, number = tx.programme, next(_numbers)
    venue_id = programme.put_venue(
        Venue(0, f"venue-{number}", LocalText.of(en="House"), LocalText.of(en="1 Square"), "Europe/Berlin", "EUR")
    )
    nowhere = LocalText()
    gate_id = programme.put_gate(Gate(0, venue_id, "A", LocalText.of(en="Gate A"), nowhere, nowhere))
    hall_id = programme.put_hall(Hall(0, venue_id, f"hall-{number}", LocalText.of(en="Hall"), (("*", gate_id),)))
    concession_id = programme.put_concession(Concession(0, f"full-{number}", LocalText.of(en="Full price")), number)
    event = Event(0, f"event-{number}", EventKind.CONCERT, LocalText.of(en="Concert"), nowhere, nowhere, 90, 0, "")
    starts_at = tx.now + timedelta(days=7)
    performance = Performance(
        id=0,
        key=f"performance-{number}",
        event_id=programme.put_event(event),
        venue_id=venue_id,
        hall_id=hall_id,
        plan_id=None,
        capacity=capacity,
        starts_at=starts_at,
        doors_at=starts_at - timedelta(minutes=30),
        ends_at=starts_at + timedelta(minutes=90),
        sales_open_at=tx.now - timedelta(days=1),
        sales_close_at=starts_at,
        run_state=RunState.SCHEDULED,
        revision=1,
        access=Access(),
        latecomers=LatecomersPolicy.ANY_TIME,
        purchase_limit=10,
    )
    performance_id = programme.put_performance(performance)
    programme.put_prices(performance_id, [Price("", concession_id, Money(2500, "EUR"), 700)])
    return SmallHouse(venue_id, gate_id, hall_id, concession_id, performance_id)


def somebody(tx: Tx, name: str = "Ada") -> int:
    """A person with a Telegram account of their own; gives the person's id."""
    seen = AccountSeen("telegram", str(10_000 + next(_numbers)), name)
    return tx.people.add_person(seen, tx.now)
