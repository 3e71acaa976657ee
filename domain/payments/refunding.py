"""Money goes back: what the tick asks of the provider and what is made of the answer; reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import NotFound
from domain.notices import Notice, NoticeKind
from domain.payments.model import REFUND_PATIENCE, TASK_DUE_IN, Captured, Charge, JournalEntry, Refund, RefundState
from domain.payments.paying import CapturePayment
from domain.payments.ports import ProviderCharge
from domain.people.model import Role
from domain.ports import Tx

#: The kind of task whose end is a refund that a person has made.
REFUND_BY_HAND = "refund_by_hand"
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class DueRefunds:
    """A query: what is to be asked of the provider now, each with its charge."""

    limit: int = 50

    def __call__(self, tx: Tx) -> list[tuple[Refund, Charge]]:
        due = []
        for refund in tx.payments.due_refunds(tx.now, self.limit):
            charge = tx.payments.charge(refund.charge_id)
            if charge is not None:
                due.append((refund, charge))
        return due


@dataclass(frozen=True, slots=True)
class SubmitRefund:
    """Before the provider is called: counts the attempt, so that a crash in between is tried again later."""

    refund_id: int

    def __call__(self, tx: Tx) -> bool:
        refund = tx.payments.refund(self.refund_id, lock=True)
        if refund is None or refund.state not in (RefundState.REQUESTED, RefundState.SUBMITTED):
            return False
        wait = min(_FIRST_WAIT * 2 ** min(refund.attempts, 16), _LONGEST_WAIT)
        tx.payments.set_refund(refund.id, refund.state, next_try_at=tx.now + wait, attempts=refund.attempts + 1)
        return True


@dataclass(frozen=True, slots=True)
class SettleRefund:
    """After the provider has answered. A settled refund stays settled, however often it is told."""

    refund_id: int
    state: RefundState
    provider_refund_id: str | None = None
    error: str = ""

    def __call__(self, tx: Tx) -> str:
        refund = tx.payments.refund(self.refund_id, lock=True)
        if refund is None:
            raise NotFound
        if refund.state in (RefundState.CONFIRMED, RefundState.FAILED):
            return refund.state.value
        charge = tx.payments.charge(refund.charge_id)
        assert charge is not None
        state = self.state
        settled = state in (RefundState.CONFIRMED, RefundState.FAILED)
        tx.payments.set_refund(
            refund.id,
            state,
            provider_refund_id=self.provider_refund_id or refund.provider_refund_id,
            next_try_at=None if settled else refund.next_try_at,
            settled_at=tx.now if settled else None,
            error=self.error,
        )
        if state is not refund.state:
            tx.audit(None, f"refund.{state.value}", "refund", refund.id)
        if state is RefundState.CONFIRMED:
            _confirmed(tx, refund, charge)
        elif state is RefundState.FAILED or tx.now - refund.requested_at > REFUND_PATIENCE:
            ask_for_a_hand(tx, REFUND_BY_HAND, "refund", refund.id)
        return state.value


@dataclass(frozen=True, slots=True)
class Reconcile:
    """What the provider says against what we know. Gives how many charges were missing here: their news was lost."""

    provider: str
    charges: tuple[ProviderCharge, ...]

    def __call__(self, tx: Tx) -> int:
        missing = 0
        for told in self.charges:
            known = tx.payments.charge_by_provider(self.provider, told.provider_charge_id)
            if known is None:
                missing += 1
                self._capture(tx, told)
            elif known.amount != told.amount:
                ask_for_a_hand(tx, "charge_differs", "charge", known.id)
            elif told.refunded_minor > sum(
                refund.amount.minor
                for refund in tx.payments.refunds_of_charge(known.id)
                if refund.state is not RefundState.FAILED
            ):
                ask_for_a_hand(tx, "refund_unknown", "charge", known.id)
        return missing

    def _capture(self, tx: Tx, told: ProviderCharge) -> None:
        captured = Captured(self.provider, told.provider_charge_id, "", told.order_id or 0, told.amount, None)
        CapturePayment(captured)(tx)


def ask_for_a_hand(tx: Tx, kind: str, subject: str, subject_id: int) -> None:
    """A task with a due date, and a word to those who keep the money. The same cause asks once."""
    task_id = tx.records.add_task(kind, subject, subject_id, tx.now + TASK_DUE_IN, tx.now)
    if task_id is None:
        return
    tx.audit(None, "task.opened", "task", task_id)
    for person_id in _keepers(tx):
        tx.notify(
            Notice(
                person_id,
                NoticeKind.TASK_DUE,
                dedupe_key=f"task:{task_id}:{person_id}",
                params={"task_id": task_id, "kind": kind, "subject_id": subject_id},
            )
        )


def _keepers(tx: Tx) -> Sequence[int]:
    return tx.people.holders_of([Role.MANAGER, Role.OWNER])


def refunded_by_hand(tx: Tx, refund_id: int, clerk_id: int) -> None:
    """A person has given the money back where no provider could; the journal says who. Raises NotFound."""
    refund = tx.payments.refund(refund_id, lock=True)
    charge = tx.payments.charge(refund.charge_id) if refund is not None else None
    if refund is None or charge is None:
        raise NotFound
    if refund.state is RefundState.CONFIRMED:
        return
    tx.payments.set_refund(refund.id, RefundState.CONFIRMED, settled_at=tx.now)
    tx.audit(clerk_id, "refund.confirmed", "refund", refund.id)
    _confirmed(tx, refund, charge, clerk_id)


def _confirmed(tx: Tx, refund: Refund, charge: Charge, clerk_id: int | None = None) -> None:
    order = tx.ticketing.order(charge.order_id) if charge.order_id is not None else None
    tx.payments.write_journal(
        [
            JournalEntry(
                at=tx.now,
                kind="refund",
                method=charge.provider if clerk_id is None else "by_hand",
                amount=-refund.amount,
                performance_id=order.performance_id if order else None,
                order_id=charge.order_id,
                charge_id=charge.id,
                refund_id=refund.id,
                clerk_id=clerk_id,
            )
        ]
    )
    person_id = charge.payer_id or (order.buyer_id if order else None)
    if person_id is not None:
        tx.notify(
            Notice(
                person_id,
                NoticeKind.REFUND_CONFIRMED,
                dedupe_key=f"refund_confirmed:{refund.id}",
                params={"refund_id": refund.id},
            )
        )
