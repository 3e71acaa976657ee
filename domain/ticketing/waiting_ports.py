"""Who waits for seats together, and what the line needs from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ticketing.model import OrderState


class WaitingState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    SERVED = "served"  # has bought what was offered
    LEFT = "left"  # by the person
    OVER = "over"  # an offer ran out, the latest time came, or sales ended


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person's wish. ``categories``: any of these price categories; none: any at all. ``until``: their own limit.
    ``wheelchair``, ``companion``: how many of the seats are such places.

    ``order_id``: of the offer that is open, with the order's state and end.
    """

    id: int
    performance_id: int
    person_id: int
    seats: int
    categories: tuple[str, ...]
    until: datetime
    state: WaitingState
    order_id: int | None = None
    order_state: OrderState | None = None
    order_until: datetime | None = None
    wheelchair: int = 0
    companion: int = 0

    def has_live_offer(self, now: datetime) -> bool:
        live = self.order_state is not None and self.order_state.is_unpaid
        return live and self.order_until is not None and now < self.order_until


class WaitingList(Protocol):
    def queue(self, performance_id: int) -> Sequence[Waiting]:
        """Who waits or has an open offer, in the order in which they came, locked."""

    def queued_performances(self) -> Sequence[int]: ...

    def standing(self, person_id: int, performance_id: int) -> Waiting | None: ...

    def standing_of(self, person_id: int) -> Sequence[Waiting]:
        """Everything that the person waits for, locked."""

    def ahead_of(self, waiting: Waiting) -> int:
        """How many others came before and are still in line."""

    def add_waiting(
        self,
        performance_id: int,
        person_id: int,
        seats: int,
        categories: Sequence[str],
        until: datetime,
        now: datetime,
        *,
        wheelchair: int = 0,
        companion: int = 0,
    ) -> int: ...

    def set_waiting(self, waiting_id: int, state: WaitingState, closed_at: datetime | None = None) -> None: ...

    def add_offer(self, waiting_id: int, order_id: int, now: datetime) -> None:
        """One at a time: the database refuses a second one that is open."""

    def waiting_of_offer(self, order_id: int) -> Waiting | None:
        """Whose offer the order is, open or not."""

    def take_offer(self, order_id: int, now: datetime, until: datetime) -> bool:
        """The order's time begins anew. False where that has been done before."""

    def end_offer(self, order_id: int, now: datetime) -> None: ...
