"""What the screens of choosing and of the order show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from domain.errors import NotFound
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
from domain.ticketing.model import Order, OrderLine, OrderState
from domain.ticketing.party import Tariff, tariff_of

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
    """A performance as one person can buy it now. ``taken`` leaves out what this person's own order holds."""

    showing: Showing
    plan: SeatingPlan | None
    tariff: Tariff | None
    taken: frozenset[int]
    bought: int
    order: Order | None  # unpaid and live
    held: tuple[int, ...]
    watching: bool
    now: datetime

    @property
    def performance(self) -> Performance:
        return self.showing.performance

    @property
    def free(self) -> int:
        return max(0, self.performance.capacity - len(self.taken))

    @property
    def state(self) -> str:
        """open | before | after | cancelled | past | sold_out."""
        state = self.performance.sale_state(self.now)
        if state == "open" and self.tariff is None:
            return "after"
        return "sold_out" if state == "open" and not self.free else state

    @property
    def most(self) -> int:
        """How many this person may still choose."""
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

    def is_free_of_charge(self) -> bool:
        return bool(self.performance.prices) and all(not price.amount for price in self.performance.prices)

    def nearest(self, place: int, n: int, *, but: Sequence[int] = ()) -> tuple[int, ...]:
        """Free places nearest to one that is gone."""
        if self.plan is None:
            return ()
        chosen = set(but)
        free = [s.place for s in self.plan.seats if self.is_free(s) and s.place not in chosen]
        return nearest_free(self.plan, place, free, n)


@dataclass(frozen=True, slots=True)
class FindSale:
    """Raises NotFound."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> SaleFacts:
        showing = showing_of(tx, self.performance_id)
        performance = showing.performance
        order = tx.ticketing.unpaid_order(self.person_id, performance.id)
        if order is not None and not order.is_live(tx.now):
            order = None
        lines = tx.ticketing.lines(order.id) if order else ()
        return SaleFacts(
            showing=showing,
            plan=plan_of(tx, performance),
            tariff=tariff_of(performance, tx.programme.concessions()),
            taken=frozenset(tx.ticketing.taken(performance.id, tx.now, but_order=order.id if order else None)),
            bought=tx.ticketing.count_bought(self.person_id, performance.id),
            order=order,
            held=tuple(line.place for line in lines),
            watching=tx.ticketing.watches_sales(self.person_id, performance.id),
            now=tx.now,
        )


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
        )


def showing_of(tx: Tx, performance_id: int) -> Showing:
    """Raises NotFound."""
    performance = tx.programme.performance(performance_id)
    if performance is None:
        raise NotFound
    event = tx.programme.event(performance.event_id)
    venue = tx.programme.venue(performance.venue_id)
    hall = tx.programme.hall(performance.hall_id)
    if event is None or venue is None or hall is None:
        raise NotFound
    return Showing(performance, event, venue, hall)


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
