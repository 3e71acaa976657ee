"""A house as simple as it can be thought: dictionaries, no database, no two things at once.

It says what is refused and what becomes of the rest; ``test_house_machine`` holds the real house against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.admission.judging import ONE_INTERVAL
from domain.admission.scanning import UNDO_WITHIN
from domain.errors import (
    BadInput,
    ChangeRefused,
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
FEE = 250
CANCEL_BEFORE, CHANGE_BEFORE, RESALE_BEFORE = timedelta(hours=24), timedelta(hours=2), timedelta(hours=2)


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
    credit: int | None = None  # what the ticket that it takes the place of was paid
    instead_of: int | None = None
    offer: bool = False  # to somebody in line
    taken: bool = False  # who has said yes

    @property
    def total(self) -> int:
        return max(0, sum(self.wishes.values()) - (self.credit or 0))

    @property
    def unpaid(self) -> bool:
        return self.state in ("held", "paying", "reserved")

    def lives(self, now: datetime) -> bool:
        return self.unpaid and now < self.until


@dataclass(slots=True)
class InLine:
    person: int
    seats: int
    until: datetime
    order: int | None = None  # what is offered


@dataclass(slots=True)
class Checkout:
    order: int
    reference: str
    expires: datetime
    state: str = "open"


@dataclass(slots=True)
class Change:
    """Of the performance, and how far its job has come."""

    id: int
    what: str
    refund_after: datetime | None
    told: set[int]
    done: bool = False


@dataclass(slots=True)
class Ticket:
    order: int
    place: int
    holder: int
    code: int  # the standing credential
    state: str = "valid"
    listed: bool = False  # given back for resale; offered at once, so the place is nobody's


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
    undone: bool = False
    returned: bool = False  # had been in before


@dataclass(slots=True)
class Exit:
    entry: int  # which it ended
    usher: int
    at: datetime
    undone: bool = False


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
    exits: dict[int, Exit] = field(default_factory=dict)
    posts: dict[int, tuple[str, datetime]] = field(default_factory=dict)  # person → mode, since when
    charges: dict[str, Money] = field(default_factory=dict)
    returns: list[Money] = field(default_factory=list)  # refunds of tickets
    line: dict[int, InLine] = field(default_factory=dict)  # who stands in it, the first first
    checkouts: dict[int, Checkout] = field(default_factory=dict)
    change: Change | None = None  # the newest
    mails: dict[int, int] = field(default_factory=dict)  # person → the mail with tickets that waits to be sent
    mailed: set[int] = field(default_factory=set)  # persons who have had tickets by mail
    addresses: set[int] = field(default_factory=set)  # persons with one

    @property
    def called_off(self) -> bool:
        return self.change is not None and self.change.what == "cancelled"

    # Seats

    def unpaid_of(self, person: int) -> int | None:
        return next((id for id, order in self.orders.items() if order.buyer == person and order.unpaid), None)

    def bought_by(self, person: int) -> int:
        places = sum(len(o.wishes) for o in self.orders.values() if o.buyer == person and o.state == "paid")
        ended = (t for t in self.tickets.values() if t.state != "valid" and self.orders[t.order].buyer == person)
        return places - len(list(ended))

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
        same = order.lives(self.now) and order.state == "held" and order.credit is None and order.wishes == wishes
        return before if same else None

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

    def refuses_change(self, person: int, ticket_id: int, place: int) -> Refusal:
        refusal = self.refuses_giving_up(person, ticket_id, CHANGE_BEFORE)
        if refusal is not None or self.tickets[ticket_id].listed:
            return refusal or ChangeRefused
        if self.over_limit(person, 0):
            return LimitExceeded
        before = self.unpaid_of(person)
        if before is not None and self.orders[before].lives(self.now) and self.orders[before].state == "paying":
            return PaymentUnderWay
        if self.cooling_down(person) or self.hold_until(person) <= self.now:
            return LimitExceeded
        return None if place in self.free_for(person) else SeatTaken

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
        mine = [order for order in self.orders.values() if order.buyer == person]
        going_on = {order.created for order in mine if order.state not in ("let_go", "expired")}
        ended = {o.created: o.closed for o in mine if o.closed and o.closed >= since and o.created not in going_on}
        recent = list(ended.values())
        before = self.unpaid_of(person)
        if before is not None and not self.orders[before].lives(self.now):
            recent.append(self.now)  # it ran out, and is noticed now
        return len(recent) >= policy.COOL_DOWN_AFTER and self.now < max(recent) + policy.COOL_DOWN_LASTS

    def held_since(self, person: int) -> datetime:
        before = self.unpaid_of(person)
        if before is None or self.orders[before].state == "reserved" or not self.orders[before].lives(self.now):
            return self.now
        return self.orders[before].created

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
        if order.state == "reserved":
            return Stale
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

    def reserved_until(self) -> datetime:
        """By the usual rules; ``sales_close`` is when it begins."""
        return min(self.now + timedelta(hours=24), self.sales_close - timedelta(hours=1))

    def refuses_reserve(self, person: int, order_id: int) -> Refusal:
        order = self.orders[order_id]
        if order.buyer != person:
            return NotFound
        if order.state == "reserved":
            return None
        if order.state == "paying":
            return PaymentUnderWay
        if order.state == "paid" or not order.total or order.credit is not None or self.reserved_until() <= self.now:
            return Stale
        return None if order.lives(self.now) else HoldEnded

    def due_orders(self) -> list[int]:
        return [id for id, order in self.orders.items() if order.unpaid and order.until <= self.now]

    def refuses_block(self, places: Collection[int]) -> Refusal:
        lives = (self.claims[place].lives(self.now) for place in places if place in self.claims)
        return SeatTaken if any(lives) else None

    # Money

    def refuses_pre_checkout(self, payer: int, order_id: int, minor: int) -> Refusal:
        order = self.orders[order_id]
        fits = order.buyer == payer and order.total == minor and order.lives(self.now) and order.state != "reserved"
        return None if fits else PaymentRefused

    def refuses_pay_nothing(self, person: int, order_id: int) -> Refusal:
        order = self.orders[order_id]
        if order.buyer != person:
            return NotFound
        if order.state == "paid":
            return None
        if order.total or not self.can_exchange(order_id):
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
        if order.state in ("held", "paying", "expired") and not self.can_exchange(order_id):
            return "changed"
        if order.state == "expired":
            return "tickets" if self.may_still_have(order) else "late"
        return "tickets" if order.unpaid and self.has_all(order_id) else "late"

    def may_still_have(self, order: Order) -> bool:
        taken = {place for place, claim in self.claims.items() if claim.lives(self.now)}
        in_time = (
            not self.called_off and self.now < self.sales_close and not self.over_limit(order.buyer, len(order.wishes))
        )
        return in_time and not taken & order.wishes.keys()

    def paid(self, order_id: int, tickets: Iterable[tuple[int, int, int]]) -> None:
        """``tickets``: (id, place, credential)."""
        self.orders[order_id].state = "paid"
        self.claims |= {place: Claim(("order", order_id), None) for place in self.orders[order_id].wishes}
        buyer = self.orders[order_id].buyer
        self.tickets |= {id: Ticket(order_id, place, buyer, code) for id, place, code in tickets}

    # Giving up

    def ever_in(self, ticket_id: int) -> bool:
        return any(entry.ticket == ticket_id and not entry.undone for entry in self.entries.values())

    def refuses_giving_up(self, person: int, ticket_id: int, before: timedelta) -> Refusal:
        ticket = self.tickets[ticket_id]
        if ticket.holder != person:
            return NotFound
        if ticket.state != "valid":
            return Stale
        if self.orders[ticket.order].buyer != person or self.ever_in(ticket_id):
            return ChangeRefused
        return ChangeRefused if self.now > self.sales_close - before else None

    def refuses_unlisting(self, person: int, ticket_id: int) -> Refusal:
        ticket = self.tickets[ticket_id]
        if ticket.holder != person:
            return NotFound
        return ChangeRefused if ticket.listed and self.claimed(ticket.place) else None

    def claimed(self, place: int) -> bool:
        return place in self.claims and self.claims[place].lives(self.now)

    def can_exchange(self, order_id: int) -> bool:
        order = self.orders[order_id]
        if order.instead_of is None:
            return True
        old = self.tickets[order.instead_of]
        return old.state == "valid" and old.holder == order.buyer and not self.ever_in(order.instead_of)

    def end_ticket(self, ticket_id: int, state: str) -> None:
        ticket = self.tickets[ticket_id]
        self.dead_codes[ticket.code] = ticket_id
        if not ticket.listed and self.claims.get(ticket.place, Claim(("", 0), None)).owner == ("order", ticket.order):
            del self.claims[ticket.place]
        ticket.state, ticket.listed = state, False

    def resold(self, order_id: int) -> list[int]:
        """The tickets that end because their places are sold to this order."""
        places = self.orders[order_id].wishes
        return [id for id, ticket in self.tickets.items() if ticket.listed and ticket.place in places]

    def needs_a_hand(self, money: Money) -> bool:
        assert money.requested is not None
        return money.state == "failed" or (
            money.state != "confirmed" and self.now - money.requested > REFUND_PATIENCE and not money.task
        )

    # Handing on

    def open_offer(self, ticket_id: int) -> int | None:
        return next((id for id, offer in self.offers.items() if offer.ticket == ticket_id and offer.open), None)

    def refuses_offer(self, person: int, ticket_id: int) -> Refusal:
        ticket = self.tickets[ticket_id]
        if ticket.holder != person:
            return NotFound
        if ticket.listed:
            return ChangeRefused
        return Stale if self.now >= self.ends or ticket.state != "valid" or self.ever_in(ticket_id) else None

    def refuses_accept(self, person: int, offer_id: int) -> Refusal:
        offer = self.offers[offer_id]
        good = offer.open and offer.giver != person and self.now < offer.expires and not self.ever_in(offer.ticket)
        return None if good else LinkSpent

    # The door

    def is_staff(self, person: int) -> bool:
        return person == self.owner or person in self.roles

    def refuses_at_door(self, person: int) -> Refusal:
        if not self.is_staff(person):
            return NotAllowed
        return BadInput if person == self.owner else None  # who never said where they stand

    def newest_entry(self, ticket_id: int) -> int | None:
        """That was not taken back."""
        own = [id for id, entry in self.entries.items() if entry.ticket == ticket_id and not entry.undone]
        return max(own, default=None)

    def verdict(self, usher: int, code: int, ticket_id: int) -> str:
        mode, since = self.posts.get(usher, ("in", self.now))
        newest = self.newest_entry(ticket_id)
        entry = self.entries[newest] if newest is not None else None
        if mode == "out" and code not in self.dead_codes:  # whatever has become of the ticket
            return "left" if entry is not None and entry.inside else "not_in"
        if mode != "out" and self.tickets[ticket_id].state != "valid":
            return self.tickets[ticket_id].state
        if code in self.dead_codes:
            return "revoked"
        if entry is None:
            return "admitted"
        if not entry.inside:
            return "re_admitted"
        came_back = entry.returned and self.now - entry.at < ONE_INTERVAL
        return "re_admitted" if mode == "re_admit" and entry.at < since and not came_back else "already_in"

    def enter(self, line_id: int, ticket_id: int, usher: int, outcome: str) -> None:
        """What an outcome changes, if anything."""
        newest = self.newest_entry(ticket_id)
        if outcome == "left":
            assert newest is not None
            self.entries[newest].inside = False
            self.exits[line_id] = Exit(newest, usher, self.now)
        elif outcome in ("admitted", "re_admitted"):
            if newest is not None:
                self.entries[newest].inside = False
            self.entries[line_id] = Entry(ticket_id, usher, self.now, returned=outcome == "re_admitted")

    def party(self, order_id: int) -> Sequence[int]:
        order = self.orders[order_id]
        good = {id: t for id, t in self.tickets.items() if t.order == order_id and t.state == "valid"}
        own = [(t.place, id) for id, t in good.items() if t.holder == order.buyer]
        return [id for _, id in sorted(own)]

    def refuses_undo(self, person: int, line_id: int) -> Refusal:
        line = self.exits.get(line_id) or self.entries[line_id]
        if person not in (*self.people, self.owner):
            return NotFound  # who has been erased
        if not self.is_staff(person):
            return NotAllowed
        if line.usher != person and person != self.owner and self.roles.get(person) != "manager":
            return NotAllowed
        if isinstance(line, Exit):
            entry = self.entries[line.entry]
            stands = not line.undone and not entry.inside and self.newest_entry(entry.ticket) == line.entry
        else:
            stands = line.inside
        return None if stands and self.now - line.at <= UNDO_WITHIN else Stale

    def undo(self, line_id: int) -> int:
        """Gives the ticket."""
        if line_id in self.exits:
            left = self.exits[line_id]
            left.undone, self.entries[left.entry].inside = True, True
            return self.entries[left.entry].ticket
        entry = self.entries[line_id]
        entry.inside, entry.undone = False, True
        return entry.ticket

    # The line

    def serve(self) -> list[tuple[int, str]]:
        """Who is in line no longer, and why. Offers are orders with negative numbers until ``number``."""
        left = self.sales_close - self.now
        lasts = min(policy.WAITING_OFFER_LASTS, max(policy.HOLD_LASTS, left / policy.WAITING_OFFER_SHARE))
        selling, ended = not self.called_off and lasts <= left, list[tuple[int, str]]()
        no_offer = [id for id, waiting in self.line.items() if not self.has_live_offer(waiting)]
        for id in no_offer:
            waiting = self.line[id]
            if not selling or waiting.order is not None or self.now >= waiting.until:
                ended.append(self.end_waiting(id))
        for id in [id for id in no_offer if id in self.line]:
            waiting, free = self.line[id], sorted(self.free_for(0))
            if len(free) < waiting.seats or self.unpaid_of(waiting.person) is not None:
                continue
            if self.over_limit(waiting.person, waiting.seats):
                ended.append(self.end_waiting(id))
                continue
            wishes = dict.fromkeys(free[: waiting.seats], FULL)
            self.orders[-id] = Order(waiting.person, wishes, self.now, self.now + lasts, offer=True)
            self.claims |= {place: Claim(("order", -id), self.now + lasts) for place in wishes}
            waiting.order = -id
        return ended

    def has_live_offer(self, waiting: InLine) -> bool:
        return waiting.order is not None and self.orders[waiting.order].lives(self.now)

    def end_waiting(self, id: int) -> tuple[int, str]:
        waiting = self.line.pop(id)
        bought = waiting.order is not None and self.orders[waiting.order].state == "paid"
        return id, "served" if bought else "over"

    def number(self, order_id: int, real: int) -> None:
        self.orders[real] = self.orders.pop(order_id)
        for claim in self.claims.values():
            if claim.owner == ("order", order_id):
                claim.owner = ("order", real)
        for waiting in self.line.values():
            waiting.order = real if waiting.order == order_id else waiting.order

    def place_in_line(self, person: int) -> int | None:
        return next((id for id, waiting in self.line.items() if waiting.person == person), None)

    def refuses_join(self, person: int, seats: int) -> Refusal:
        if self.now >= self.sales_close:
            return NotOnSale
        if self.place_in_line(person) is not None:
            return None
        if self.over_limit(person, seats):
            return LimitExceeded
        return Stale if len(self.free_for(0)) >= seats else None

    def refuses_take(self, person: int, order_id: int) -> Refusal:
        order = self.orders[order_id]
        if order.buyer != person or not order.offer:
            return NotFound
        return HoldEnded if order.state == "held" and not order.lives(self.now) else None

    def refuses_leave(self, person: int) -> Refusal:
        id = self.place_in_line(person)
        order = self.orders.get(self.line[id].order or 0) if id is not None else None
        return PaymentUnderWay if order and order.state == "paying" and order.lives(self.now) else None

    def leave(self, person: int) -> list[int]:
        left = [id for id, waiting in self.line.items() if waiting.person == person]
        for id in left:
            del self.line[id]
        return left

    # Paying elsewhere

    def refuses_checkout(self, person: int, order_id: int) -> Refusal:
        order, standing = self.orders[order_id], self.standing_checkout(order_id)
        if order.buyer != person:
            return NotFound
        if order.state in ("paid", "reserved"):
            return Stale
        if not order.lives(self.now):
            return HoldEnded
        if not order.total:
            return Stale
        if standing is not None and self.checkouts[standing].expires <= self.now + timedelta(minutes=1):
            return HoldEnded
        return None

    def standing_checkout(self, order_id: int) -> int | None:
        return next((id for id, x in self.checkouts.items() if x.order == order_id and x.state == "open"), None)

    # Moved or cancelled

    def move(self, later: timedelta) -> list[int]:
        """The reservations whose deadlines move along."""
        self.sales_close, self.ends = self.sales_close + later, self.ends + later
        reserved = [id for id, order in self.orders.items() if order.state == "reserved" and order.lives(self.now)]
        for id in reserved:
            order = self.orders[id]
            at_least = min(order.until, self.sales_close, self.now + policy.MOVED_RESERVATION_LASTS)
            order.until = max(order.until + later, at_least)
            self.keep(id, order.until)
        return reserved

    def holders(self) -> list[int]:
        return sorted({ticket.holder for ticket in self.tickets.values() if ticket.state == "valid"})

    def refuses_money_back(self, person: int) -> Refusal:
        assert self.change is not None
        if person not in self.change.told:
            return NotFound
        own = [id for id, ticket in self.tickets.items() if ticket.holder == person and ticket.state == "valid"]
        if not own:
            return Stale
        return ChangeRefused if self.change.what == "moved" and any(map(self.ever_in, own)) else None

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
