"""What drawers need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.money import Money
from domain.payments.drawer import Drawer


class DrawerRepository(Protocol):
    def add(self, venue_id: int, clerk_id: int, opening: Money, now: datetime) -> int:
        """Raises Contended where this clerk has an open one by now."""

    def drawer(self, drawer_id: int, *, lock: bool = False) -> Drawer | None: ...

    def open_of(self, clerk_id: int, *, lock: bool = False) -> Drawer | None: ...

    def unsigned(self, venue_ids: Sequence[int] | None, limit: int) -> Sequence[Drawer]:
        """Closed and waiting for a second signature, oldest first. ``venue_ids`` None: in every venue."""

    def booked(self, drawer_id: int, method: str) -> int:
        """The journal's sum with this drawer's number, in minor units."""

    def sales(self, drawer_id: int, method: str) -> tuple[int, int]:
        """(how many charges, their sum in minor units)."""

    def add_pay_out(self, drawer_id: int, amount: Money, reason: str, now: datetime) -> int: ...

    def pay_outs(self, drawer_id: int) -> Sequence[tuple[Money, str]]:
        """Oldest first."""

    def close(self, drawer_id: int, expected: Money, counted: Money, now: datetime) -> None: ...

    def sign(self, drawer_id: int, by: int, now: datetime) -> None: ...
