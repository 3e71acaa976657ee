"""The waiting list for seats together: joining, leaving, taking what is offered, or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from domain.errors import BadInput, HoldEnded, LimitExceeded, NotFound, PaymentUnderWay, Stale
from domain.ports import Tx
from domain.programme.model import SeatingPlan, SeatKind
from domain.ticketing import policy
from domain.ticketing.holding import close_unpaid, own_order, performance_on_sale
from domain.ticketing.model import ClaimKind, Order, OrderState
from domain.ticketing.party import tariff_of
from domain.ticketing.queueing import free_for, places_for, serve_queue
from domain.ticketing.waiting_ports import Waiting, WaitingState


@dataclass(frozen=True, slots=True)
class JoinWaiting:
    """Stands in line for so many seats beside each other, at the end. Gives the line's number; joining twice is once.

    ``wheelchair`` and ``companion`` say how many of the seats are to be such places.

    Raises NotFound, NotOnSale, BadInput for a wish that can never come true, LimitExceeded, and Stale('seats_free')
    where such seats are free at this moment.
    """

    person_id: int
    performance_id: int
    seats: int
    categories: tuple[str, ...]
    until: datetime
    wheelchair: int = 0
    companion: int = 0

    def __call__(self, tx: Tx) -> int:
        performance, plan = performance_on_sale(tx, self.performance_id)
        standing = tx.ticketing.standing(self.person_id, performance.id)
        if standing is not None:
            return standing.id
        known = {category.name for category in plan.categories} if plan else set()
        if self.seats < 1 or set(self.categories) - known:
            raise BadInput("places")
        self._check_special(plan)
        if self.until <= tx.now:
            raise Stale
        bought = tx.ticketing.buying(self.person_id, performance.id, tx.now).bought
        if bought + self.seats > performance.purchase_limit:
            raise LimitExceeded("tickets", most=performance.purchase_limit)
        tariff = tariff_of(performance, tx.programme.concessions())
        if tariff is None:
            raise Stale
        free = free_for(tx, tariff, plan)
        if places_for(plan, free, self.seats, self.categories, self.wheelchair, self.companion) is not None:
            raise Stale(reason="seats_free")
        until = min(self.until, performance.sales_close_at)
        waiting_id = tx.ticketing.add_waiting(
            performance.id,
            self.person_id,
            self.seats,
            self.categories,
            until,
            tx.now,
            wheelchair=self.wheelchair,
            companion=self.companion,
        )
        tx.audit(self.person_id, "waiting.joined", "waiting", waiting_id, performance=performance.id)
        return waiting_id

    def _check_special(self, plan: SeatingPlan | None) -> None:
        """Raises BadInput('places') for places that the hall does not have."""
        if not self.wheelchair and not self.companion:
            return
        kinds = Counter(seat.kind for seat in plan.seats) if plan else Counter()
        fits = 0 <= self.companion <= self.wheelchair and self.wheelchair + self.companion <= self.seats
        has = self.wheelchair <= kinds[SeatKind.WHEELCHAIR] and self.companion <= kinds[SeatKind.COMPANION]
        if not fits or not has:
            raise BadInput("places")


@dataclass(frozen=True, slots=True)
class LeaveWaiting:
    """Out of the line, with what is offered at this moment. Gives the performance's id. Leaving twice is leaving once.

    Raises NotFound.
    """

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance(self.performance_id)
        if performance is None:
            raise NotFound
        tx.ticketing.queue(performance.id)
        waiting = tx.ticketing.standing(self.person_id, performance.id)
        if waiting is not None:
            _leave(tx, waiting)
            plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
            serve_queue(tx, performance, plan)
        return performance.id


@dataclass(frozen=True, slots=True)
class TakeOffered:
    """Yes: from now on it is a hold like any other, with ten minutes at least. Gives the order's id.

    Taking twice is taking once. Raises NotFound, HoldEnded.
    """

    person_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = _offered(tx, self.person_id, self.order_id)
        if order.state is not OrderState.HELD:
            return order.id
        if not order.is_live(tx.now) or order.until is None:
            raise HoldEnded(performance_id=order.performance_id)
        until = max(order.until, tx.now + policy.HOLD_LASTS)
        if tx.ticketing.take_offer(order.id, tx.now, until):
            if not tx.ticketing.keep_places(order.id, ClaimKind.HOLD, until):
                raise HoldEnded(performance_id=order.performance_id)
            tx.audit(self.person_id, "waiting.taken", "order", order.id)
        return order.id


@dataclass(frozen=True, slots=True)
class RefuseOffered:
    """No, thanks: the next in line is asked at once, and the person stands in line no longer.

    Gives the performance's id. Refusing twice is refusing once. Raises NotFound, PaymentUnderWay.
    """

    person_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = _offered(tx, self.person_id, self.order_id)
        if order.state is OrderState.PAID:
            raise Stale
        return LeaveWaiting(self.person_id, order.performance_id)(tx)


@dataclass(frozen=True, slots=True)
class QueuedPerformances:
    """A query for the clock: where somebody waits."""

    def __call__(self, tx: Tx) -> list[int]:
        return list(tx.ticketing.queued_performances())


@dataclass(frozen=True, slots=True)
class ServeQueue:
    """The clock's part. Gives how many offers were made."""

    performance_id: int

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance_on_sale(self.performance_id)
        if performance is None:
            return 0
        plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
        return serve_queue(tx, performance, plan)


def leave_every_line(tx: Tx, person_id: int) -> None:
    """Who is forgotten waits for nothing. What they hold is given back by the caller."""
    for waiting in tx.ticketing.standing_of(person_id):
        if waiting.order_id is not None:
            tx.ticketing.end_offer(waiting.order_id, tx.now)
        tx.ticketing.set_waiting(waiting.id, WaitingState.LEFT, tx.now)
        tx.audit(person_id, "waiting.left", "waiting", waiting.id)


def _offered(tx: Tx, person_id: int, order_id: int) -> Order:
    """The person's own order, if it is an offer, locked after the line. Raises NotFound."""
    order = own_order(tx, person_id, order_id)
    if tx.ticketing.waiting_of_offer(order.id) is None:
        raise NotFound
    tx.ticketing.queue(order.performance_id)
    return own_order(tx, person_id, order_id, lock=True)


def _leave(tx: Tx, waiting: Waiting) -> None:
    if waiting.order_id is not None:
        order = own_order(tx, waiting.person_id, waiting.order_id, lock=True)
        if order.state is OrderState.PAYING and order.is_live(tx.now):
            raise PaymentUnderWay
        if order.state.is_unpaid:
            state = OrderState.LET_GO if order.is_live(tx.now) else OrderState.EXPIRED
            close_unpaid(tx, order, state, waiting.person_id)
        tx.ticketing.end_offer(order.id, tx.now)
    tx.ticketing.set_waiting(waiting.id, WaitingState.LEFT, tx.now)
    tx.audit(waiting.person_id, "waiting.left", "waiting", waiting.id)
