"""What the screens of choosing and of the order show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from domain.errors import NotFound
from domain.people.model import Role
from domain.ports import Tx
from domain.programme.model import (
    Concession,
    Event,
    Hall,
    Performance,
    Seat,
    SeatingPlan,
    SeatKind,
    Venue,
)
from domain.ticketing import policy
from domain.ticketing.best_seats import nearest_free
from domain.ticketing.holding import own_order
from domain.ticketing.member_ports import MemberOffer
from domain.ticketing.members import membership_for, offers_to_member
from domain.ticketing.model import Order, OrderLine, OrderState
from domain.ticketing.party import Tariff, tariff_of
from domain.ticketing.waiting_ports import Waiting
from domain.ticketing.window_model import WindowSale

_ORDINARY = (SeatKind.STANDARD, SeatKind.RESTRICTED)


@dataclass(frozen=True, slots=True)
class Showing:
    """One performance with what is said about it everywhere."""

    performance: Performance
    event: Event
    venue: Venue
    hall: Hall


@dataclass(frozen=True)
class SaleFacts:
    """A performance as one person can buy it now. ``taken`` leaves out what this person's own order holds.

    ``sale_id``: it is the customer of this sale at the window who buys, and the clerk who chooses.
    """

    showing: Showing
    plan: SeatingPlan | None
    tariff: Tariff | None
    taken: frozenset[int]
    bought: int
    order: Order | None  # unpaid and live
    held: tuple[int, ...]
    watching: bool
    now: datetime
    buyer_id: int = 0
    sale_id: int | None = None
    changing: tuple[int, ...] = ()  # tickets for which other seats are chosen
    waiting: Waiting | None = None  # their place in line
    member: tuple[MemberOffer, ...] = ()  # what their memberships make cheaper here

    @property
    def performance(self) -> Performance:
        return self.showing.performance

    @property
    def free(self) -> int:
        return max(0, self.performance.capacity - len(self.taken))

    @property
    def state(self) -> str:
        """open | before | after | cancelled | past | sold_out."""
        state = self.performance.sale_state(self.now, at_window=self.sale_id is not None)
        if state == "open" and self.tariff is None:
            return "after"
        return "sold_out" if state == "open" and not self.free else state

    @property
    def most(self) -> int:
        """How many this person may still choose."""
        if self.changing:
            return min(len(self.changing), self.free)
        return max(0, min(self.performance.purchase_limit - self.bought, self.free))

    @cached_property
    def free_by_kind(self) -> Mapping[tuple[str, SeatKind], int]:
        """(category, kind) → free seats; restricted view counts as standard."""
        seats = self.plan.seats if self.plan else ()
        return Counter((s.category, _sort(s.kind)) for s in seats if s.place not in self.taken)

    @cached_property
    def special_kinds(self) -> frozenset[SeatKind]:
        """Wheelchair and companion, where the plan has such seats on sale."""
        seats = self.plan.seats if self.plan else ()
        return frozenset(s.kind for s in seats if s.kind not in _ORDINARY and self.is_priced(s))

    def is_priced(self, seat: Seat) -> bool:
        return seat.category in self._priced

    @cached_property
    def _priced(self) -> frozenset[str]:
        return frozenset(price.category for price in self.performance.prices)

    def is_free(self, seat: Seat) -> bool:
        return seat.place not in self.taken and self.is_priced(seat)

    def nearest(self, place: int, n: int, *, but: Sequence[int] = ()) -> tuple[int, ...]:
        """Free places nearest to one that is gone."""
        if self.plan is None:
            return ()
        chosen = set(but)
        free = [s.place for s in self.plan.seats if self.is_free(s) and s.place not in chosen]
        return nearest_free(self.plan, place, free, n)


@dataclass(frozen=True, slots=True)
class FindSale:
    """Raises NotFound. ``sale_id``: the sale at the window that this person is in the middle of, if it is of this
    performance; else it is not asked for."""

    person_id: int
    performance_id: int
    sale_id: int | None = None
    changing: tuple[int, ...] = ()

    def __call__(self, tx: Tx) -> SaleFacts:
        showing = showing_of(tx, self.performance_id)
        performance = showing.performance
        sale = running_sale(tx, self.person_id, self.sale_id, performance.id)
        buyer_id = sale.buyer_id if sale else self.person_id
        buying = tx.ticketing.buying(buyer_id, performance.id, tx.now)
        order = buying.unpaid
        if order is not None and not order.is_live(tx.now):
            order = None
        lines = tx.ticketing.lines(order.id) if order else ()
        return SaleFacts(
            showing=showing,
            plan=plan_of(tx, performance),
            tariff=tariff_of(performance, tx.programme.concessions()),
            taken=frozenset(tx.ticketing.taken(performance.id, tx.now, but_order=order.id if order else None)),
            bought=buying.bought,
            order=order,
            held=tuple(line.place for line in lines),
            watching=tx.ticketing.watches_sales(self.person_id, performance.id),
            now=tx.now,
            buyer_id=buyer_id,
            sale_id=sale.id if sale else None,
            changing=() if sale else self.changing,
            waiting=None if sale else tx.ticketing.standing(self.person_id, performance.id),
            member=() if sale or self.changing else _offers(tx, self.person_id, performance, order),
        )


def _offers(tx: Tx, person_id: int, performance: Performance, order: Order | None) -> tuple[MemberOffer, ...]:
    return offers_to_member(tx, person_id, performance, but_order=order.id if order else 0)


@dataclass(frozen=True)
class OrderFacts:
    showing: Showing
    plan: SeatingPlan | None
    taken: frozenset[int]
    order: Order
    lines: tuple[OrderLine, ...]
    concessions: Mapping[int, Concession]
    receipt: int | None
    now: datetime
    reserve_until: datetime | None = None  # it may be paid at the window until then
    code: str = ""  # of a reservation
    takes_codes: bool = False
    promotion: tuple[str, int] | None = None  # the code that was used, and what it took off, in minor units
    member: tuple[str, int] | None = None  # the tier whose price it is, and what it took off
    may_member: bool = False  # the buyer's membership would make it cheaper

    @property
    def is_live(self) -> bool:
        return self.order.is_live(self.now)

    @property
    def can_prolong(self) -> bool:
        """Not while it is being paid, and not where half an hour is promised already."""
        order = self.order
        if order.state is not OrderState.HELD or order.until is None or not self.is_live:
            return False
        return order.until < order.created_at + policy.HOLD_AT_MOST


@dataclass(frozen=True, slots=True)
class FindOrder:
    """Raises NotFound: for somebody else's order just as for none."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> OrderFacts:
        order = own_order(tx, self.buyer_id, self.order_id)
        showing = showing_of(tx, order.performance_id)
        plan = plan_of(tx, showing.performance)
        unpaid = order.is_live(tx.now)
        taken = tx.ticketing.taken(order.performance_id, tx.now, but_order=order.id) if plan and unpaid else set()
        return OrderFacts(
            showing=showing,
            plan=plan,
            taken=frozenset(taken),
            order=order,
            lines=tuple(tx.ticketing.lines(order.id)),
            concessions=concessions_by_id(tx),
            receipt=tx.payments.receipt_number(order.id) if order.state is OrderState.PAID else None,
            now=tx.now,
            reserve_until=_reserve_until(tx, order, showing.performance),
            code=code_of(tx, order),
            takes_codes=unpaid and tx.ticketing.takes_codes(showing.venue.id, tx.now),
            promotion=tx.ticketing.promotion_of_order(order.id),
            member=_member(tx, order),
            may_member=_may_member(tx, order),
        )


def _member(tx: Tx, order: Order) -> tuple[str, int] | None:
    found = tx.ticketing.member_of_order(order.id) if order.member else None
    return (found[0].tier.name, found[1]) if found else None


def _may_member(tx: Tx, order: Order) -> bool:
    plain = order.credit is None and not order.member and not order.voucher
    return plain and order.state is OrderState.HELD and order.is_live(tx.now) and membership_for(tx, order) is not None


def _reserve_until(tx: Tx, order: Order, performance: Performance) -> datetime | None:
    if order.state is not OrderState.HELD or not order.total or order.credit is not None:
        return None
    return tx.window.rules().reserved_until(performance, tx.now)


def code_of(tx: Tx, order: Order) -> str:
    """What is said at the window for a reservation that waits there; empty for any other order."""
    reservation = tx.window.reservation(order.id) if order.state is OrderState.RESERVED else None
    return reservation.code if reservation else ""


def running_sale(tx: Tx, clerk_id: int, sale_id: int | None, performance_id: int) -> WindowSale | None:
    """The clerk's own sale of this performance, while it is not over and they work at its window still."""
    sale = tx.window.sale(sale_id) if sale_id is not None else None
    if sale is None or sale.closed_at is not None or (sale.clerk_id, sale.performance_id) != (clerk_id, performance_id):
        return None
    performance, actor = tx.programme.performance(performance_id), tx.people.actor(clerk_id)
    may = performance is not None and actor is not None and actor.may(Role.BOX_OFFICE, performance.venue_id)
    return sale if may else None


def showing_of(tx: Tx, performance_id: int) -> Showing:
    """Raises NotFound."""
    found = tx.programme.showing(performance_id)
    if found is None:
        raise NotFound
    return Showing(*found)


def showings_of(tx: Tx, performance_ids: Sequence[int]) -> Mapping[int, Showing]:
    """Many at once, in a handful of statements."""
    performances = tx.programme.performances_by_id(set(performance_ids))
    events = tx.programme.events({performance.event_id for performance in performances.values()})
    venues = {venue.id: venue for venue in tx.programme.venues()}
    halls = {hall.id: hall for hall in tx.programme.halls()}
    return {
        id: Showing(performance, events[performance.event_id], venues[performance.venue_id], halls[performance.hall_id])
        for id, performance in performances.items()
    }


def plan_of(tx: Tx, performance: Performance) -> SeatingPlan | None:
    return tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None


def concessions_by_id(tx: Tx) -> Mapping[int, Concession]:
    return {concession.id: concession for concession in tx.programme.concessions()}


def house_name(tx: Tx) -> Mapping[str, str]:
    organisation = tx.programme.organisation()
    return organisation.name if organisation else {}


def _sort(kind: SeatKind) -> SeatKind:
    return SeatKind.STANDARD if kind in _ORDINARY else kind
