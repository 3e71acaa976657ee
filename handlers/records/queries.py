"""Read models of the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import NotFound
from domain.payments.checkout_model import ForeignCharge, ProviderBill
from domain.payments.model import Charge, Refund
from domain.people.model import Role
from domain.people.shifts import Shift
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue
from domain.records.ports import Task
from domain.ticketing.model import TicketState
from handlers.programme.queries import house_zone

TASKS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Belongings:
    """What somebody would lose sight of: valid tickets that are to come, places kept and not paid."""

    tickets: int
    unpaid_orders: int


@dataclass(frozen=True, slots=True)
class LookAtBelongings:
    person_id: int

    def __call__(self, tx: Tx) -> Belongings:
        tickets = tx.ticketing.tickets_of_holder(self.person_id, tx.now)
        orders = tx.ticketing.unpaid_orders(self.person_id)
        return Belongings(
            sum(ticket.state is TicketState.VALID for ticket in tickets),
            sum(order.is_live(tx.now) for order in orders),
        )


@dataclass(frozen=True, slots=True)
class TaskList:
    tasks: tuple[Task, ...]
    zone: str
    more: bool


@dataclass(frozen=True, slots=True)
class LookAtTasks:
    """Raises NotAllowed."""

    manager_id: int

    def __call__(self, tx: Tx) -> TaskList:
        actor_of(tx, self.manager_id).require(Role.MANAGER)
        found: Sequence[Task] = tx.records.open_tasks(TASKS_SHOWN + 1)
        return TaskList(tuple(found[:TASKS_SHOWN]), house_zone(tx.programme.venues()), len(found) > TASKS_SHOWN)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task with the money that it is about, where it is about money."""

    task: Task
    zone: str
    refund: Refund | None = None
    charge: Charge | None = None
    foreign: ForeignCharge | None = None
    bill: ProviderBill | None = None
    shift: Shift | None = None
    venue: Venue | None = None  # of the shift


@dataclass(frozen=True, slots=True)
class LookAtTask:
    """Raises NotAllowed, NotFound."""

    manager_id: int
    task_id: int

    def __call__(self, tx: Tx) -> TaskFacts:
        actor_of(tx, self.manager_id).require(Role.MANAGER)
        task = tx.records.task(self.task_id)
        if task is None:
            raise NotFound
        return task_facts(tx, task)


def task_facts(tx: Tx, task: Task) -> TaskFacts:
    refund = tx.payments.refund(task.subject_id) if task.subject == "refund" else None
    charge_id = refund.charge_id if refund else task.subject_id if task.subject == "charge" else None
    charge = tx.payments.charge(charge_id) if charge_id is not None else None
    foreign = tx.payments.foreign_charge(task.subject_id) if task.subject == "foreign_charge" else None
    bill = tx.payments.bill(task.subject_id) if task.subject == "bill" else None
    shift = tx.shifts.shift(task.subject_id) if task.subject == "shift" else None
    venue = tx.programme.venue(shift.venue_id) if shift else None
    return TaskFacts(task, house_zone(tx.programme.venues()), refund, charge, foreign, bill, shift, venue)
