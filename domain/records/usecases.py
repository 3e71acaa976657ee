"""What is stored about a person, as a file; and its erasure, after which the ledger still balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.assistance.house import leave_assistance
from domain.errors import NotFound, PaymentUnderWay
from domain.payments.refunding import refunded_by_hand
from domain.payments.together import let_waiting_go
from domain.people.duty import leave_shifts
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.records.tasks import REFUND_BY_HAND
from domain.ticketing.handing_on import withdraw
from domain.ticketing.holding import close_unpaid
from domain.ticketing.mail import forget_address
from domain.ticketing.model import OrderState
from domain.ticketing.waiting import leave_every_line


@dataclass(frozen=True, slots=True)
class MyData:
    """A query (GDPR art. 15, PIPL art. 45): everything that is stored about the person, by table."""

    person_id: int

    def __call__(self, tx: Tx) -> dict[str, Any]:
        return tx.records.export_person(self.person_id)


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Erasure (GDPR art. 17, PIPL art. 47). What the law makes a house keep stays, under a number with no name.

    Unpaid seats are given back; paid tickets stay good for whoever has their picture. Raises PaymentUnderWay.
    """

    person_id: int

    def __call__(self, tx: Tx) -> bool:
        for order in tx.ticketing.unpaid_orders(self.person_id, lock=True):
            if order.state is OrderState.PAYING and order.is_live(tx.now):
                raise PaymentUnderWay(order_id=order.id)
            close_unpaid(tx, order, OrderState.LET_GO, self.person_id)
        leave_every_line(tx, self.person_id)
        let_waiting_go(tx, self.person_id)
        for ticket in tx.ticketing.tickets_of_holder(self.person_id):
            tx.ticketing.ticket(ticket.id, lock=True)  # somebody may be taking it at this moment
            offer = tx.ticketing.open_hand_on(ticket.id)
            if offer is not None and offer.giver_id == self.person_id:
                withdraw(tx, offer, self.person_id)
        tx.audit(self.person_id, "person.erased", "person", self.person_id)
        forget_address(tx, self.person_id)
        leave_shifts(tx, self.person_id)
        tx.lost_property.forget_person(self.person_id, tx.now)
        tx.window.forget_contact(self.person_id)
        tx.feedback.forget(self.person_id)
        leave_assistance(tx, self.person_id)
        tx.incidents.forget(self.person_id)
        tx.records.forget_messages(self.person_id)
        tx.payments.forget_vouchers(self.person_id)
        tx.ticketing.forget_handouts(self.person_id, tx.now)
        tx.people.erase(self.person_id, tx.now)
        return True


@dataclass(frozen=True, slots=True)
class FinishTask:
    """A manager has done by hand what no machine could. Raises NotFound for a task that is not open.

    ``proof``: what shows that money was given back, see ``refunded_by_hand``; BadInput('proof') where it is missing.
    """

    by: int
    task_id: int
    proof: str = ""

    def __call__(self, tx: Tx) -> bool:
        actor_of(tx, self.by).require(Role.MANAGER)
        task = tx.records.task(self.task_id)
        if task is None or task.done_at is not None:
            raise NotFound
        if task.kind == REFUND_BY_HAND:
            # The refund is locked before its task, as whoever settles it does.
            refunded_by_hand(tx, task.subject_id, self.by, self.proof)
            return True
        if not tx.records.finish_task(self.task_id, self.by, tx.now):
            raise NotFound
        tx.audit(self.by, "task.done", "task", self.task_id)
        return True
