"""Money goes back: what the tick asks of the provider and what is made of the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.errors import BadInput, NotFound
from domain.money import Money, included_tax
from domain.notices import Notice, NoticeKind
from domain.payments.model import REFUND_PATIENCE, Charge, ChargeFate, JournalEntry, Refund, RefundState
from domain.payments.voucher_model import PROVIDER as VOUCHER
from domain.payments.voucher_paying import back_to_voucher
from domain.ports import Tx
from domain.records.tasks import REFUND_BY_HAND, ask_for_a_hand

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


def refunded_by_hand(tx: Tx, refund_id: int, clerk_id: int, proof: str, drawer_id: int | None = None) -> None:
    """A person has given the money back where no provider could; the journal says who, the refund by what proof.

    ``proof``: a reference that an accountant can look up (a bank's or a drawer's number, a picture's id), no names.
    An open task that asked for it is done with it. ``drawer_id``: it was cash out of this drawer. Raises NotFound,
    BadInput('proof').
    """
    refund = tx.payments.refund(refund_id, lock=True)
    charge = tx.payments.charge(refund.charge_id) if refund is not None else None
    if refund is None or charge is None:
        raise NotFound
    if not proof.strip():
        raise BadInput("proof")
    task_id = tx.records.finish_cause(REFUND_BY_HAND, "refund", refund.id, clerk_id, tx.now)
    if task_id is not None:
        tx.audit(clerk_id, "task.done", "task", task_id)
    if refund.state is RefundState.CONFIRMED:
        return
    tx.payments.set_refund(refund.id, RefundState.CONFIRMED, settled_at=tx.now)
    tx.payments.prove_refund(refund.id, proof.strip())
    tx.audit(clerk_id, "refund.confirmed", "refund", refund.id)
    _confirmed(tx, refund, charge, clerk_id, drawer_id)


def refunded_to_voucher(tx: Tx, refund_id: int, charge: Charge) -> None:
    """No provider and no bank is needed for it: it is settled with the decision. Its lines are written already."""
    refund = tx.payments.refund(refund_id)
    if charge.provider != VOUCHER or refund is None or refund.state is RefundState.CONFIRMED:
        return
    tx.payments.set_refund(refund.id, RefundState.CONFIRMED, settled_at=tx.now)
    tx.audit(None, "refund.confirmed", "refund", refund.id)
    _confirmed(tx, refund, charge)


def _confirmed(
    tx: Tx, refund: Refund, charge: Charge, clerk_id: int | None = None, drawer_id: int | None = None
) -> None:
    order = tx.ticketing.order(charge.order_id) if charge.order_id is not None else None
    drinks = tx.assistance.drink_of_charge(charge.id) if charge.fate is ChargeFate.DRINKS else None
    entry = JournalEntry(
        at=tx.now,
        kind="refund",
        method=charge.provider if clerk_id is None or drawer_id is not None else "by_hand",
        amount=-refund.amount,
        performance_id=order.performance_id if order else drinks.performance_id if drinks else None,
        order_id=charge.order_id,
        charge_id=charge.id,
        refund_id=refund.id,
        clerk_id=clerk_id,
        drawer_id=drawer_id,
    )
    # Money goes back at the rates at which it came; what bought nothing came without any.
    by_rate: dict[int, int] = {}
    for line in tx.payments.refund_lines(refund.id):
        by_rate[line.tax_rate_bp] = by_rate.get(line.tax_rate_bp, 0) + line.amount.minor
    for drink in tx.assistance.drink_lines(drinks.id) if drinks else ():
        by_rate[drink.tax_rate_bp] = by_rate.get(drink.tax_rate_bp, 0) + drink.total.minor
    tx.payments.write_journal(
        [
            replace(
                entry,
                amount=Money(-minor, refund.amount.currency),
                tax_rate_bp=rate,
                tax_minor=-included_tax(minor, rate),
            )
            for rate, minor in sorted(by_rate.items())
            if minor
        ]
        or [entry]
    )
    person_id = charge.payer_id or (order.buyer_id if order else None)
    if charge.provider == VOUCHER:
        back_to_voucher(tx, refund)
    elif person_id is not None:
        tx.notify(
            Notice(
                person_id,
                NoticeKind.REFUND_CONFIRMED,
                dedupe_key=f"refund_confirmed:{refund.id}",
                params={"refund_id": refund.id},
            )
        )
