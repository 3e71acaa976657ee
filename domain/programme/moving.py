"""A performance is moved or cancelled: sales stop at once, and one job tells every holder and gives the money back.

The job is a row. ``CarryOn`` does one piece of it in one transaction: whoever is killed in between has done a piece
whole or not at all, and who has been told is a row of its own, so nobody is told twice and nobody left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import NotFound, Stale
from domain.notices import Notice, NoticeKind
from domain.payments.giving_back import give_back, lock_tickets
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance, RunState
from domain.programme.run_changes import JobState, RunChange, What
from domain.ticketing import policy
from domain.ticketing.holding import close_unpaid
from domain.ticketing.mail import send_anew
from domain.ticketing.model import ClaimKind, Order, OrderState, TicketState
from domain.ticketing.queueing import end_queue

_BEFORE = frozenset({RunState.SCHEDULED, RunState.OPEN, RunState.CLEARED, RunState.MOVED})
#: A refund's reason, see ``handlers/payments/views.py``.
REASONS = {What.CANCELLED: "called_off", What.MOVED: "moved"}


@dataclass(frozen=True, slots=True)
class CancelPerformance:
    """It does not take place. Gives the change's id. Cancelling twice is cancelling once.

    Unpaid orders end with it; money that is under way for them goes back. Raises NotAllowed, NotFound, Stale where it
    has begun or is over.
    """

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        performance = _to_change(tx, self.by, self.performance_id)
        if performance.run_state is RunState.CANCELLED:
            newest = tx.ticketing.newest_run_change(performance.id)
            if newest is None or newest.what is not What.CANCELLED:
                raise Stale
            return newest.id
        if performance.run_state is RunState.ENDED or tx.now >= performance.ends_at:
            raise Stale
        tx.programme.set_run_state(performance.id, RunState.CANCELLED, tx.now)
        end_queue(tx, tx.ticketing.queue(performance.id))
        change_id = _decide(tx, self.by, performance, What.CANCELLED)
        unpaid = tx.ticketing.unpaid_of_performance(performance.id)
        for order in unpaid:
            close_unpaid(tx, order, OrderState.LET_GO, self.by)
        _tell(tx, change_id, performance.id, {order.buyer_id for order in unpaid})
        return change_id


@dataclass(frozen=True, slots=True)
class MovePerformance:
    """It takes place at another time, in the same seats: tickets stay good. Gives the change's id.

    Doors, end and the end of sales move with the start, and so do the deadlines of reservations and the times at which
    blocks are released: they stay as long before it as they were.

    Raises NotAllowed, NotFound, Stale where it has begun, is over or cancelled, or where the new time is no other or
    has passed.
    """

    by: int
    performance_id: int
    starts_at: datetime

    def __call__(self, tx: Tx) -> int:
        performance = _to_change(tx, self.by, self.performance_id)
        later = self.starts_at - performance.starts_at
        if performance.run_state not in _BEFORE or tx.now >= performance.ends_at:
            raise Stale
        if not later or self.starts_at <= tx.now:
            raise Stale(reason="no_date")
        tx.programme.put_performance(
            replace(
                performance,
                starts_at=self.starts_at,
                doors_at=performance.doors_at + later,
                ends_at=performance.ends_at + later,
                sales_close_at=performance.sales_close_at + later,
            )
        )
        tx.programme.set_run_state(performance.id, RunState.MOVED, tx.now)
        change_id = _decide(tx, self.by, performance, What.MOVED)
        unpaid = tx.ticketing.unpaid_of_performance(performance.id)
        for order in unpaid:
            self._move_reservation(tx, order, later)
        for block in tx.window.blocks(performance.id):
            if block.release_at is not None:
                tx.window.set_release(block.id, block.release_at + later)
                tx.audit(self.by, "block.deadline_moved", "block", block.id)
        _tell(tx, change_id, performance.id, {order.buyer_id for order in unpaid})
        return change_id

    def _move_reservation(self, tx: Tx, order: Order, later: timedelta) -> None:
        if order.state is not OrderState.RESERVED or order.until is None or not order.is_live(tx.now):
            return
        # Brought forward, it may be over already: nobody loses seats before they can have read of it.
        until = max(order.until + later, min(order.until, self.starts_at, tx.now + policy.MOVED_RESERVATION_LASTS))
        if tx.ticketing.keep_places(order.id, ClaimKind.RESERVATION, until):
            tx.ticketing.set_order(order.id, order.state, until=until)
            tx.audit(self.by, "order.deadline_moved", "order", order.id)


@dataclass(frozen=True, slots=True)
class SteerChange:
    """Stops the job, or lets it go on. Gives the change's id. Raises NotAllowed, NotFound."""

    by: int
    change_id: int
    on: bool

    def __call__(self, tx: Tx) -> int:
        change = change_for(tx, self.by, self.change_id)
        wanted = JobState.RUNNING if self.on else JobState.STOPPED
        if change.state not in (JobState.DONE, wanted):
            due_at = tx.now if self.on else None
            tx.ticketing.set_run_change(change.id, state=wanted, due_at=due_at, refund_after=change.refund_after)
            tx.audit(self.by, f"run_change.{wanted.value}", "run_change", change.id)
        return change.id


@dataclass(frozen=True, slots=True)
class PayBackNow:
    """All that is left of a cancelled performance is paid back without waiting for answers. Gives the change's id.

    Raises NotAllowed, NotFound, Stale where nothing is paid back by itself.
    """

    by: int
    change_id: int

    def __call__(self, tx: Tx) -> int:
        change = change_for(tx, self.by, self.change_id)
        if change.refund_after is None or change.state is JobState.DONE:
            raise Stale
        if change.refund_after > tx.now:
            due_at = tx.now if change.state is JobState.RUNNING else None
            tx.ticketing.set_run_change(change.id, state=change.state, due_at=due_at, refund_after=tx.now)
            tx.audit(self.by, "run_change.pay_back", "run_change", change.id)
        return change.id


@dataclass(frozen=True, slots=True)
class DueChanges:
    """A query for the clock."""

    def __call__(self, tx: Tx) -> list[int]:
        return list(tx.ticketing.due_run_changes(tx.now))


@dataclass(frozen=True, slots=True)
class CarryOn:
    """The clock's part: the next piece of the job. Gives whether there is more to do now."""

    change_id: int
    holders: int = 100
    orders: int = 20

    def __call__(self, tx: Tx) -> bool:
        change = tx.ticketing.run_change(self.change_id, lock=True)
        if change is None or change.state is not JobState.RUNNING:
            return False
        untold = tx.ticketing.untold_holders(change.id, change.performance_id, self.holders)
        if untold:
            _tell(tx, change.id, change.performance_id, untold)
            self._set(tx, change, JobState.RUNNING, tx.now, len(untold))
            return True
        if change.refund_after is None:
            self._set(tx, change, JobState.DONE, None)
            return False
        if tx.now < change.refund_after:
            self._set(tx, change, JobState.RUNNING, change.refund_after)
            return False
        # Whole orders, so that each charge has one refund and not one a piece.
        left = tx.ticketing.good_tickets_of_orders(change.performance_id, self.orders)
        if left:
            tickets = [t for t in lock_tickets(tx, left) if t.state is TicketState.VALID]
            give_back(tx, tickets, reason=REASONS[change.what], actor_id=None)
            return True
        self._set(tx, change, JobState.DONE, None)
        return False

    def _set(self, tx: Tx, change: RunChange, state: JobState, due_at: datetime | None, told: int = 0) -> None:
        tx.ticketing.set_run_change(
            change.id, state=state, due_at=due_at, refund_after=change.refund_after, more_told=told
        )
        if state is JobState.DONE:
            tx.audit(None, "run_change.done", "run_change", change.id)


def _to_change(tx: Tx, by: int, performance_id: int) -> Performance:
    """Locked against sales. Raises NotAllowed, and NotFound for one of another house just as for none."""
    actor = actor_of(tx, by)
    actor.require(Role.MANAGER)
    performance = tx.programme.performance_to_move(performance_id)
    if performance is None or not actor.may(Role.MANAGER, performance.venue_id):
        raise NotFound
    return performance


def change_for(tx: Tx, by: int, change_id: int, role: Role = Role.MANAGER) -> RunChange:
    """Locked. Raises NotAllowed, and NotFound for one of another house just as for none."""
    actor = actor_of(tx, by)
    actor.require(role)
    change = tx.ticketing.run_change(change_id, lock=True)
    performance = tx.programme.performance(change.performance_id) if change else None
    if change is None or performance is None or not actor.may(role, performance.venue_id):
        raise NotFound
    return change


def _decide(tx: Tx, by: int, performance: Performance, what: What) -> int:
    before = tx.ticketing.newest_run_change(performance.id)
    if before is not None and before.state is not JobState.DONE:
        tx.ticketing.set_run_change(before.id, state=JobState.DONE, due_at=None, refund_after=None)
        tx.audit(by, "run_change.done", "run_change", before.id)
    change = RunChange(
        id=0,
        performance_id=performance.id,
        what=what,
        state=JobState.RUNNING,
        decided_by=by,
        decided_at=tx.now,
        was_at=performance.starts_at,
        call_after=tx.now + policy.CALL_AFTER,
        refund_after=tx.now + policy.ANSWER_WITHIN if what is What.CANCELLED else None,
        due_at=tx.now,
        told=0,
        holders=tx.ticketing.count_holders(performance.id),
    )
    change_id = tx.ticketing.add_run_change(change)
    tx.audit(by, f"performance.{what.value}", "run_change", change_id, performance=performance.id)
    return change_id


def _tell(tx: Tx, change_id: int, performance_id: int, person_ids: Collection[int]) -> None:
    tx.ticketing.add_told(change_id, person_ids, tx.now)
    send_anew(tx, change_id, performance_id, person_ids)
    for person_id in sorted(person_ids):
        tx.notify(
            Notice(
                person_id,
                NoticeKind.RUN_CHANGED,
                dedupe_key=f"run:{change_id}:{person_id}",
                params={"change_id": change_id, "person_id": person_id},
            )
        )
