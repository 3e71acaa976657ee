"""What the window needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.ticketing.window_model import Block, Contact, Reservation, WindowRules, WindowSale


class WindowRepository(Protocol):
    def rules(self) -> WindowRules: ...

    def put_rules(self, rules: WindowRules) -> bool:
        """False where they are the same already."""

    # Sales
    def add_walk_in(self, now: datetime) -> int:
        """A person without name or account."""

    def is_walk_in(self, person_id: int) -> bool: ...

    def add_sale(
        self, clerk_id: int, performance_id: int, buyer_id: int, now: datetime, *, block_id: int | None = None
    ) -> int: ...

    def sale(self, sale_id: int, *, lock: bool = False) -> WindowSale | None: ...

    def open_sale(self, clerk_id: int, *, lock: bool = False) -> WindowSale | None: ...

    def sale_of_order(self, order_id: int) -> WindowSale | None: ...

    def has_ordered(self, buyer_id: int) -> bool: ...

    def move_sale(self, sale_id: int, performance_id: int) -> None: ...

    def close_sale(self, sale_id: int, now: datetime) -> None: ...

    def last_sold(self, clerk_id: int, limit: int) -> Sequence[int]:
        """Paid orders of this clerk, newest first."""

    # Complimentary tickets
    def waive(self, order_id: int) -> None:
        """The order and its lines cost nothing from now on."""

    def add_complimentary(self, order_id: int, clerk_id: int, reason: str, value_minor: int, now: datetime) -> None: ...

    def count_complimentary(self, clerk_id: int, performance_id: int) -> int:
        """Places that this clerk has given away for the performance."""

    # Reservations
    def add_reservation(self, order_id: int, code: str, now: datetime) -> None:
        """Raises Contended where the code is in use already."""

    def reservation(self, order_id: int) -> Reservation | None: ...

    def find_reserved(self, *, code: str, name: str, phone: str, limit: int) -> Sequence[tuple[int, int]]:
        """(order, venue) of what is reserved now under this code, or by a person with such a name or telephone.

        ``name`` anywhere in it, in any case; ``phone`` as its last digits. What is empty is not looked for.
        """

    # People
    def contact(self, person_id: int) -> Contact | None: ...

    def put_contact(self, contact: Contact, now: datetime) -> None: ...

    def forget_contact(self, person_id: int) -> None:
        """The person's own, and what they left at the window when they bought what they have claimed since."""

    def purge_contacts(self, over_before: datetime) -> int:
        """Of walk-ins whose performances were over by then."""

    def add_claimed(self, ticket_id: int, giver_id: int, taker_id: int, now: datetime) -> None:
        """A paper ticket has come into a chat."""

    # Blocks
    def block(self, block_id: int, *, lock: bool = False) -> Block | None: ...

    def blocks(self, performance_id: int) -> Sequence[Block]:
        """Those that stand, newest first."""

    def due_blocks(self, now: datetime, limit: int) -> Sequence[Block]:
        """Those whose time to be released has come, locked."""

    def set_release(self, block_id: int, release_at: datetime) -> None:
        """Another time at which what is left of it goes on sale."""

    def free_from_block(self, block_id: int, places: Collection[int]) -> None:
        """Takes these places out of the block."""
