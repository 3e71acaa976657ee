"""What becomes of a performance that is moved or cancelled, and what that needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ticketing.model import Order


class What(StrEnum):
    CANCELLED = "cancelled"
    MOVED = "moved"


class JobState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class Answer(StrEnum):
    NONE = ""
    KEEP = "keep"
    OTHER = "other"  # has begun to choose another date
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class RunChange:
    """One decision, and how far the job has come that follows from it. ``told`` of ``holders`` have a notice.

    ``was_at``: when it was to begin. ``refund_after``: what nobody has answered for is then paid back. ``due_at``: when
    the clock goes on with it.
    """

    id: int
    performance_id: int
    what: What
    state: JobState
    decided_by: int
    decided_at: datetime
    was_at: datetime
    call_after: datetime
    refund_after: datetime | None
    due_at: datetime | None
    told: int
    holders: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody to be called. Personal: shown to those who call, and kept nowhere else."""

    person_id: int
    name: str
    phone: str
    tickets: int


class RunChanges(Protocol):
    def add_run_change(self, change: RunChange) -> int: ...

    def run_change(self, change_id: int, *, lock: bool = False) -> RunChange | None: ...

    def newest_run_change(self, performance_id: int) -> RunChange | None: ...

    def newest_run_changes(self, performance_ids: Collection[int]) -> Mapping[int, RunChange]: ...

    def due_run_changes(self, now: datetime) -> Sequence[int]: ...

    def set_run_change(
        self,
        change_id: int,
        *,
        state: JobState,
        due_at: datetime | None,
        refund_after: datetime | None,
        more_told: int = 0,
    ) -> None: ...

    def count_holders(self, performance_id: int) -> int:
        """Persons who hold a valid ticket."""

    def untold_holders(self, change_id: int, performance_id: int, limit: int) -> Sequence[int]:
        """Persons who hold a valid ticket and have not been told of this, by id."""

    def add_told(self, change_id: int, person_ids: Collection[int], now: datetime) -> None: ...

    def set_answer(self, change_id: int, person_id: int, answer: Answer, now: datetime) -> None: ...

    def answer_of(self, change_id: int, person_id: int) -> Answer | None:
        """None for somebody who has not been told."""

    def count_answers(self, change_id: int) -> Mapping[Answer, int]: ...

    def unpaid_of_performance(self, performance_id: int) -> Sequence[Order]:
        """Locked."""

    def good_tickets(self, performance_id: int, holder_id: int) -> Sequence[int]:
        """Ids of the valid ones, by id, not locked."""

    def good_tickets_of_orders(self, performance_id: int, most_orders: int) -> Sequence[int]:
        """Ids of all valid tickets of the first so many orders that have any, by order."""

    def unreached(self, change_id: int, now: datetime, limit: int) -> Sequence[Unreached]:
        """Who has valid tickets still, has not settled what becomes of them, has not been called, and could not be
        written to, or has not answered in time; those with a telephone number first."""

    def count_unreached(self, change_ids: Collection[int], now: datetime) -> Mapping[int, int]: ...

    def set_called(self, change_id: int, person_id: int, by: int, now: datetime) -> bool:
        """False where it had been ticked off before, or they are not on the list."""
