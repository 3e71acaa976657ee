"""A house as simple as it can be thought: dictionaries, no database, no two things at once.

It says what is refused and what becomes of the rest; ``test_house_machine`` holds the real house against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.admission.scanning import UNDO_WITHIN
from domain.errors import (
    BadInput,
    HoldEnded,
    LimitExceeded,
    LinkSpent,
    NotAllowed,
    NotEnoughTogether,
    NotFound,
    NotOnSale,
    PaymentRefused,
    PaymentUnderWay,
    Rejected,
    SeatTaken,
    Stale,
)
from domain.payments.model import REFUND_PATIENCE
from domain.ticketing import policy

Refusal = type[Rejected] | None

CAPACITY, LIMIT, FULL = 8, 5, 2500


@dataclass(slots=True)
class Claim:
    owner: tuple[str, int]  # ("order" or "block", id)
    until: datetime | None

    def lives(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(slots=True)
class Order:
    buyer: int
    wishes: dict[int, int]  # place → price
    created: datetime
    until: datetime
    state: str = "held"
    closed: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.wishes.values())

    @property
    def unpaid(self) -> bool:
        return self.state in ("held", "paying")

    def lives(self, now: datetime) -> bool:
        return self.unpaid and now < self.until


@dataclass(slots=True)
class Ticket:
    order: int
    place: int
    holder: int
    code: int  # the standing credential


@dataclass(slots=True)
class Offer:
    ticket: int
    giver: int
    expires: datetime
    open: bool = True


@dataclass(slots=True)
class Entry:
    ticket: int
    usher: int
    at: datetime
    inside: bool = True


@dataclass(slots=True)
class Money:
    """A charge; where it is no ``tickets``, its refund with who is told of it."""

    fate: str
    refund: int | None = None
    told: int | None = None
    requested: datetime | None = None
    state: str = "requested"
    task: bool = False


@dataclass(slots=True)
class House:
    now: datetime
    sales_close: datetime
    ends: datetime
    people: list[int]
    owner: int
    roles: dict[int, str] = field(default_factory=dict)  # person → usher | manager
    claims: dict[int, Claim] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    dead_codes: dict[int, int] = field(default_factory=dict)  # revoked credential → ticket
    offers: dict[int, Offer] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    charges: dict[str, Money] = field(default_factory=dict)

    # Seats

    def unpaid_of(self, person: int) -> int | None:
        return next((id for id, order in self.orders.items() if order.buyer == person and order.unpaid), None)

    def bought_by(self, person: int) -> int:
        return sum(len(o.wishes) for o in self.orders.values() if o.buyer == person and o.state == "paid")

    def free_for(self, person: int) -> set[int]:
        own = ("order", self.unpaid_of(person))
        taken = {place for place, claim in self.claims.items() if claim.lives(self.now) and claim.owner != own}
        return set(range(1, CAPACITY + 1)) - taken

    def over_limit(self, person: int, count: int) -> bool:
        return count + self.bought_by(person) > LIMIT

    def same_hold(self, person: int, wishes: dict[int, int]) -> int | None:
        """The order that asking for the same again gives."""
        before = self.unpaid_of(person)
        if before is None:
            return None
        order = self.orders[before]
        return before if order.lives(self.now) and order.state == "held" and order.wishes == wishes else None

    def refuses_hold(self, person: int, wishes: dict[int, int]) -> Refusal:
        if self.now >= self.sales_close:
            return NotOnSale
        if self.over_limit(person, len(wishes)):
            return LimitExceeded
        before = self.unpaid_of(person)
        if before is not None and self.orders[before].lives(self.now) and self.orders[before].state == "paying":
            return PaymentUnderWay
        if self.same_hold(person, wishes) is not None:
            return None
        if self.cooling_down(person) or self.hold_until(person) <= self.now:
            return LimitExceeded
        return None if wishes.keys() <= self.free_for(person) else SeatTaken

    def refuses_best(self, person: int, count: int) -> Refusal:
        if self.now >= self.sales_close:
            return NotOnSale
        if self.over_limit(person, count):
            return LimitExceeded
        free = self.free_for(person)
        if len(free) < count:
            return NotEnoughTogether
        before = self.unpaid_of(person)
        if before is not None and self.orders[before].lives(self.now) and self.orders[before].state == "paying":
            return PaymentUnderWay
        return None

    def cooling_down(self, person: int) -> bool:
        since = self.now - policy.COOL_DOWN_WITHIN
        ended = [o.closed for o in self.orders.values() if o.buyer == person and o.state == "expired" and o.closed]
        recent = [closed for closed in ended if closed >= since]
        before = self.unpaid_of(person)
        if before is not None and not self.orders[before].lives(self.now):
            recent.append(self.now)  # it ran out, and is noticed now
        return len(recent) >= policy.COOL_DOWN_AFTER and self.now < max(recent) + policy.COOL_DOWN_LASTS

    def held_since(self, person: int) -> datetime:
        before = self.unpaid_of(person)
        return self.orders[before].created if before and self.orders[before].lives(self.now) else self.now

    def hold_until(self, person: int) -> datetime:
        return min(self.now + policy.HOLD_LASTS, self.held_since(person) + policy.HOLD_AT_MOST)

    def hold(self, order_id: int, person: int, wishes: dict[int, int]) -> None:
        created, until, before = self.held_since(person), self.hold_until(person), self.unpaid_of(person)
        if before is not None:
            self.close(before, self.ends_as(before))
        self.orders[order_id] = Order(person, wishes, created, until)
        self.claims |= {place: Claim(("order", order_id), until) for place in wishes}

    def ends_as(self, order_id: int) -> str:
        """How an order ends that another takes the place of."""
        return "let_go" if self.orders[order_id].lives(self.now) else "expired"

    def close(self, order_id: int, state: str) -> None:
        self.orders[order_id].state, self.orders[order_id].closed = state, self.now
        self.claims = {place: c for place, c in self.claims.items() if c.owner != ("order", order_id)}

    def keep(self, order_id: int, until: datetime | None) -> None:
        for claim in self.claims.values():
            if claim.owner == ("order", order_id):
                claim.until = until

    def has_all(self, order_id: int) -> bool:
        own = {place for place, claim in self.claims.items() if claim.owner == ("order", order_id)}
        return own == self.orders[order_id].wishes.keys()

    def refuses_prolong(self, person: int, order_id: int) -> Refusal:
        order = self.orders[order_id]
        if order.buyer != person:
            return NotFound
        if order.state == "paying":
            return PaymentUnderWay
        if not order.lives(self.now):
            return HoldEnded
        until = min(self.now + policy.HOLD_LASTS, order.created + policy.HOLD_AT_MOST)
        return LimitExceeded if until <= order.until else None

    def refuses_let_go(self, person: int, order_id: int) -> Refusal:
        order = self.orders[order_id]
        if order.buyer != person:
            return NotFound
        if order.state == "paying" and order.lives(self.now):
            return PaymentUnderWay
        return Stale if order.state == "paid" else None

    def due_orders(self) -> list[int]:
        return [id for id, order in self.orders.items() if order.unpaid and order.until <= self.now]

    def refuses_block(self, places: Collection[int]) -> Refusal:
        lives = (self.claims[place].lives(self.now) for place in places if place in self.claims)
        return SeatTaken if any(lives) else None

    # Money

    def refuses_pre_checkout(self, payer: int, order_id: int, minor: int) -> Refusal:
        order = self.orders[order_id]
        fits = order.buyer == payer and order.total == minor and order.lives(self.now)
        return None if fits else PaymentRefused

    def refuses_pay_nothing(self, person: int, order_id: int) -> Refusal:
        order = self.orders[order_id]
        if order.buyer != person:
            return NotFound
        if order.state == "paid":
            return None
        if order.total:
            return Stale
        return None if order.unpaid and self.has_all(order_id) else HoldEnded

    def fate(self, payer: int | None, order_id: int, minor: int) -> str:
        order = self.orders[order_id]
        if order.state == "paid":
            return "duplicate"
        if payer not in (None, order.buyer):
            return "payer"
        if minor != order.total:
            return "amount"
        return "tickets" if order.unpaid and self.has_all(order_id) else "late"

    def paid(self, order_id: int, tickets: Iterable[tuple[int, int, int]]) -> None:
        """``tickets``: (id, place, credential)."""
        self.orders[order_id].state = "paid"
        self.keep(order_id, None)
        buyer = self.orders[order_id].buyer
        self.tickets |= {id: Ticket(order_id, place, buyer, code) for id, place, code in tickets}

    def needs_a_hand(self, money: Money) -> bool:
        assert money.requested is not None
        return money.state == "failed" or (
            money.state != "confirmed" and self.now - money.requested > REFUND_PATIENCE and not money.task
        )

    # Handing on

    def is_inside(self, ticket_id: int) -> bool:
        return any(entry.inside and entry.ticket == ticket_id for entry in self.entries.values())

    def open_offer(self, ticket_id: int) -> int | None:
        return next((id for id, offer in self.offers.items() if offer.ticket == ticket_id and offer.open), None)

    def refuses_offer(self, person: int, ticket_id: int) -> Refusal:
        if self.tickets[ticket_id].holder != person:
            return NotFound
        return Stale if self.now >= self.ends or self.is_inside(ticket_id) else None

    def refuses_accept(self, person: int, offer_id: int) -> Refusal:
        offer = self.offers[offer_id]
        good = offer.open and offer.giver != person and self.now < offer.expires and not self.is_inside(offer.ticket)
        return None if good else LinkSpent

    # The door

    def is_staff(self, person: int) -> bool:
        return person == self.owner or person in self.roles

    def refuses_at_door(self, person: int) -> Refusal:
        if not self.is_staff(person):
            return NotAllowed
        return BadInput if person == self.owner else None  # who never said where they stand

    def verdict(self, code: int, ticket_id: int) -> str:
        if code in self.dead_codes:
            return "revoked"
        return "already_in" if self.is_inside(ticket_id) else "admitted"

    def party(self, order_id: int) -> Sequence[int]:
        order = self.orders[order_id]
        own = [(t.place, id) for id, t in self.tickets.items() if t.order == order_id and t.holder == order.buyer]
        return [id for _, id in sorted(own)]

    def refuses_undo(self, person: int, entry_id: int) -> Refusal:
        entry = self.entries[entry_id]
        if person not in (*self.people, self.owner):
            return NotFound  # who has been erased
        if not self.is_staff(person):
            return NotAllowed
        if entry.usher != person and person != self.owner and self.roles.get(person) != "manager":
            return NotAllowed
        return None if entry.inside and self.now - entry.at <= UNDO_WITHIN else Stale

    # Leaving

    def refuses_erasure(self, person: int) -> Refusal:
        own = self.unpaid_of(person)
        paying = own is not None and self.orders[own].state == "paying" and self.orders[own].lives(self.now)
        return PaymentUnderWay if paying else None

    def offers_of(self, person: int) -> list[int]:
        held = {id for id, ticket in self.tickets.items() if ticket.holder == person}
        return [id for id, offer in self.offers.items() if offer.open and offer.ticket in held]

    def keepers(self) -> set[int]:
        """Whom a task is told to."""
        return {self.owner} | {person for person, role in self.roles.items() if role == "manager"}

    def advance(self, by: timedelta) -> None:
        self.now += by
