"""Daily bills: some providers list what they have taken, and given back, only in a file of the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.payments.checkout_model import ListedRefund
from domain.payments.comparing import REFUNDED_LESS, REFUNDED_MORE
from domain.payments.model import Refund, RefundState
from domain.ports import Tx
from domain.records.tasks import ask_for_a_hand

#: A house that was down catches up for so many days.
DAYS_BACK = 7
#: The kind of task for a bill that cannot be read; ``handlers.records.task_views`` has its sentence.
BILL_UNREAD = "bill_unread"
#: So long after its confirmation a refund stands in a bill that is out and has been asked for more than once.
LISTED_AFTER = timedelta(days=3)
_LOOK_BACK = timedelta(days=30)
#: Both providers' days are Beijing's.
_CLOCK = ZoneInfo("Asia/Shanghai")
_NO_ANSWER = timedelta(hours=1)
_NEXT_DAY = timedelta(days=1)


class BillFate(StrEnum):
    COMPARED = "compared"
    NONE = "none"  # nothing was sold on that day, or it is late
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class DueBills:
    """A query: the days whose bills are to be asked for now, the oldest first. ``latest``: the last that is out."""

    provider: str
    latest: date

    def __call__(self, tx: Tx) -> list[date]:
        days = [self.latest - timedelta(days=back) for back in reversed(range(DAYS_BACK))]
        waiting = tx.payments.bills_not_due(self.provider, days[0], tx.now)
        return [day for day in days if day not in waiting]


@dataclass(frozen=True, slots=True)
class AskForBill:
    """Before the provider is asked: sets the next try, so that neither a restart nor a second process asks at once.

    False where somebody else asks already.
    """

    provider: str
    day: date

    def __call__(self, tx: Tx) -> bool:
        if self.day in tx.payments.bills_not_due(self.provider, self.day, tx.now):
            return False
        tx.payments.set_bill(self.provider, self.day, tx.now + _NO_ANSWER)
        return True


@dataclass(frozen=True, slots=True)
class SettleBill:
    """After the call. A bill is compared once; one that is not there or not readable is asked for the next day."""

    provider: str
    day: date
    fate: BillFate

    def __call__(self, tx: Tx) -> int:
        next_try_at = None if self.fate is BillFate.COMPARED else tx.now + _NEXT_DAY
        bill_id = tx.payments.set_bill(self.provider, self.day, next_try_at, self.fate.value)
        tx.audit(None, f"bill.{self.fate}", "bill", bill_id)
        if self.fate is BillFate.UNREAD:
            ask_for_a_hand(tx, BILL_UNREAD, "bill", bill_id)
        elif self.fate is BillFate.COMPARED:
            task_id = tx.records.finish_cause(BILL_UNREAD, "bill", bill_id, None, tx.now)
            if task_id is not None:
                tx.audit(None, "task.done", "task", task_id)
        return bill_id


@dataclass(frozen=True, slots=True)
class CompareRefunds:
    """Refunds that a bill lists: one under a number that we have asked for is remembered; money that went back
    otherwise is a task, unless a person has given it back by hand, or is to. Gives how many were not ours.
    """

    provider: str
    day: date
    refunds: tuple[ListedRefund, ...]

    def __call__(self, tx: Tx) -> int:
        return sum(self._compare(tx, listed) for listed in self.refunds)

    def _compare(self, tx: Tx, listed: ListedRefund) -> int:
        charge = tx.payments.charge_by_provider(self.provider, listed.provider_charge_id)
        if charge is None:
            return 0  # of a charge that is a task itself
        asked = next((one for one in tx.payments.refunds_of_charge(charge.id) if _is_number_of(listed, one)), None)
        tx.payments.list_refund(charge.id, listed, asked.id if asked else None, self.day)
        if asked is None and tx.payments.listed_unasked(charge.id) > _by_hand(tx, charge.id):
            ask_for_a_hand(tx, REFUNDED_MORE, "charge", charge.id)
        elif asked is not None and asked.amount != listed.amount:
            more = asked.amount < listed.amount
            ask_for_a_hand(tx, REFUNDED_MORE if more else REFUNDED_LESS, "charge", charge.id)
        return int(asked is None)


@dataclass(frozen=True, slots=True)
class MissRefunds:
    """Refunds that a provider has confirmed to us and that no bill lists, although all bills of the days in question
    have been read: a task each. Gives how many there are."""

    provider: str

    def __call__(self, tx: Tx) -> int:
        before, since = tx.now - LISTED_AFTER, tx.now - _LOOK_BACK
        missing = 0
        for refund in tx.payments.unlisted_refunds(self.provider, since, before):
            first = refund.requested_at.astimezone(_CLOCK).date()
            # Where its clock is ahead of ours it may stand in the bill of the day after.
            last = refund.settled_at.astimezone(_CLOCK).date() + timedelta(days=1)
            if tx.payments.bills_read(self.provider, first, last) == (last - first).days + 1:
                ask_for_a_hand(tx, REFUNDED_LESS, "charge", refund.charge_id)
                missing += 1
        return missing


def _is_number_of(listed: ListedRefund, refund: Refund) -> bool:
    """Also where a crash has kept us from learning that the provider has it: our numbers end with the refund's."""
    if refund.provider_refund_id is not None:
        return refund.provider_refund_id == listed.number
    return listed.number.endswith(f"-{refund.id}")


def _by_hand(tx: Tx, charge_id: int) -> int:
    """Minor units that people have given back by hand, or are asked to: at the provider's own pages, perhaps."""
    made = sum(-entry.amount.minor for entry in tx.payments.journal(charge_id=charge_id) if entry.method == "by_hand")
    refunds = tx.payments.refunds_of_charge(charge_id)
    return made + sum(refund.amount.minor for refund in refunds if refund.state is RefundState.FAILED)
