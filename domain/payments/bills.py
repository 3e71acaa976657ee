"""Daily bills: some providers list what they have taken only in a file of the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.ports import Tx
from domain.records.tasks import ask_for_a_hand

#: A house that was down catches up for so many days.
DAYS_BACK = 7
#: The kind of task for a bill that cannot be read; ``handlers.records.task_views`` has its sentence.
BILL_UNREAD = "bill_unread"
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
        bill_id = tx.payments.set_bill(self.provider, self.day, next_try_at)
        tx.audit(None, f"bill.{self.fate}", "bill", bill_id)
        if self.fate is BillFate.UNREAD:
            ask_for_a_hand(tx, BILL_UNREAD, "bill", bill_id)
        return bill_id
