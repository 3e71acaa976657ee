"""What paying together needs from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.payments.together_model import SharedSeat


class SharedSeatsRepository(Protocol):
    def add_shared_seat(self, host_id: int, host_order_id: int, order_id: int, now: datetime) -> int: ...

    def move_line(self, line_id: int, from_order: int, to_order: int) -> None:
        """The line and its claim; what both orders cost follows."""

    def shared_seat(self, seat_id: int) -> SharedSeat | None: ...

    def seat_of_order(self, order_id: int) -> SharedSeat | None: ...

    def shared_seats(self, host_order_id: int) -> Sequence[SharedSeat]: ...

    def waiting_seats(self, host_id: int) -> Sequence[SharedSeat]:
        """Those that nobody has taken and whose orders are not closed."""

    def count_waiting(self, host_id: int, performance_id: int, now: datetime) -> int:
        """Of these, the ones that are kept still."""

    def take_seat(self, seat: SharedSeat, taker_id: int, now: datetime) -> None: ...
