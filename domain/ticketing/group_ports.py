"""Groups with one payer, and tickets handed out by one link: what they need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

#: What ``Order.channel`` says of places that a group's leader pays for.
CHANNEL = "group"


class HandoutKind(StrEnum):
    GIFT = "gift"  # whoever opens the link has all the tickets
    GROUP = "group"  # each who opens it has one


@dataclass(frozen=True, slots=True)
class Handout:
    """One link for the tickets of an order that its giver still has."""

    id: int
    order_id: int
    giver_id: int
    kind: HandoutKind
    message: str
    created_at: datetime
    closed_at: datetime | None = None


class Groups(Protocol):
    def add_group_order(self, order_id: int, block_id: int) -> None: ...

    def block_of_group(self, order_id: int) -> int | None: ...

    def unpaid_of_group(self, block_id: int) -> Sequence[int]:
        """Orders of this block that are still to be paid."""

    def put_handout(self, order_id: int, giver_id: int, kind: HandoutKind, message: str, now: datetime) -> int:
        """The order's one, open again where it was closed."""

    def handout(self, handout_id: int, *, lock: bool = False) -> Handout | None: ...

    def handout_of(self, order_id: int) -> Handout | None: ...

    def close_handout(self, handout_id: int, now: datetime) -> None: ...

    def forget_handouts(self, giver_id: int, now: datetime) -> None:
        """Their messages go, and nobody can take anything by them."""
