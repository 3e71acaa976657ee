"""What ticketing needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.programme.run_changes import RunChanges
from domain.ticketing.ending import EndingTickets
from domain.ticketing.group_ports import Groups
from domain.ticketing.member_ports import Members
from domain.ticketing.model import (
    BlockReason,
    Buying,
    ClaimKind,
    HandOn,
    Order,
    OrderLine,
    OrderState,
    Ticket,
    TicketCredential,
    TicketState,
)
from domain.ticketing.promotion_ports import Promotions
from domain.ticketing.waiting_ports import WaitingList


class TicketingRepository(EndingTickets, WaitingList, RunChanges, Promotions, Members, Groups, Protocol):
    # Claims
    def taken(self, performance_id: int, now: datetime, *, but_order: int | None = None) -> set[int]:
        """Places with a live claim, the order's own left out."""

    def count_taken(self, performance_ids: Collection[int], now: datetime) -> Mapping[int, int]: ...

    def claim(
        self,
        performance_id: int,
        places: Sequence[int],
        kind: ClaimKind,
        *,
        order_id: int | None = None,
        block_id: int | None = None,
        until: datetime | None,
        now: datetime,
    ) -> set[int]:
        """Claims what is free or expired, in sorted order, and returns the places won. It may win only some: the
        use case raises then, and the transaction takes them all back."""

    def keep_places(self, order_id: int, kind: ClaimKind, until: datetime | None) -> bool:
        """Moves the end of an order's claims; False where somebody has taken over a place of its lines: then only what
        is left was moved."""

    def release_claims(self, order_id: int) -> None: ...

    def release_block(self, block_id: int, now: datetime) -> None: ...

    def add_block(
        self,
        performance_id: int,
        reason: BlockReason,
        now: datetime,
        *,
        note: str = "",
        owner_id: int | None = None,
        release_at: datetime | None = None,
    ) -> int: ...

    # Orders
    def add_order(self, order: Order) -> int: ...

    def add_lines(self, lines: Sequence[OrderLine]) -> None: ...

    def order(self, order_id: int, *, lock: bool = False) -> Order | None: ...

    def unpaid_order(self, buyer_id: int, performance_id: int, *, lock: bool = False) -> Order | None: ...

    def unpaid_orders(self, buyer_id: int, *, lock: bool = False) -> Sequence[Order]: ...

    def buying(self, buyer_id: int, performance_id: int, since: datetime, *, lock: bool = False) -> Buying:
        """What the person has had to do with the performance; holds given up since then."""

    def due_orders(self, now: datetime, limit: int) -> Sequence[Order]:
        """Unpaid orders whose time is over, locked; those that another transaction has locked are left out."""

    def set_order(
        self,
        order_id: int,
        state: OrderState,
        *,
        until: datetime | None = None,
        paid_at: datetime | None = None,
        closed_at: datetime | None = None,
    ) -> None: ...

    def order_to_settle(self, order_id: int) -> tuple[Order, Sequence[OrderLine]] | None:
        """An order with its lines, locked."""

    def lines(self, order_id: int) -> Sequence[OrderLine]: ...

    def line(self, line_id: int) -> OrderLine | None: ...

    def lines_by_id(self, line_ids: Collection[int]) -> Mapping[int, OrderLine]: ...

    # Tickets
    def add_tickets(self, tickets: Sequence[Ticket], now: datetime) -> Sequence[int]:
        """Ids in the order given. Raises Contended where a short code is in use already."""

    def ticket(self, ticket_id: int, *, lock: bool = False) -> Ticket | None: ...

    # What is read at the door does not change hands until the transaction ends. Ushers do not wait for each other.
    def ticket_by_credential(self, credential_id: int) -> Ticket | None:
        """At the door."""

    def ticket_by_short_code(self, performance_id: int, short_code: str) -> Ticket | None:
        """At the door."""

    def ticket_elsewhere(self, short_code: str, ends_after: datetime) -> Ticket | None:
        """Whichever performance it is for, the earliest first: codes are unique within a performance only."""

    def tickets_of_order(self, order_id: int, *, at_door: bool = False) -> Sequence[Ticket]: ...

    def tickets_of_holder(self, holder_id: int, ends_after: datetime | None = None) -> Sequence[Ticket]:
        """By the performance's start, then place. ``ends_after`` leaves out what is over."""

    def count_tickets(self, performance_id: int) -> int:
        """Valid ones: how many are expected at the door."""

    def set_ticket(
        self,
        ticket_id: int,
        *,
        holder_id: int | None = None,
        state: TicketState | None = None,
        short_code: str | None = None,
    ) -> None:
        """Changes what is given and moves the revision on."""

    # Credentials
    def add_credentials(
        self, ticket_ids: Sequence[int], key_id: str, now: datetime, *, party_of: int | None = None
    ) -> None:
        """One for each ticket (kind T) and, where an order is given, one for its party (kind P)."""

    def credential(self, credential_id: int) -> TicketCredential | None: ...

    def standing_credentials(self, ticket_ids: Collection[int]) -> Mapping[int, TicketCredential]: ...

    def party_credential(self, order_id: int) -> TicketCredential | None: ...

    def revoke_credentials(
        self, now: datetime, why: str, *, ticket_id: int | None = None, order_id: int | None = None
    ) -> None: ...

    # Handing on
    def add_hand_on(self, ticket_id: int, giver_id: int, now: datetime, expires_at: datetime) -> int: ...

    def hand_on(self, hand_on_id: int, *, lock: bool = False) -> HandOn | None: ...

    def open_hand_on(self, ticket_id: int) -> HandOn | None: ...

    def close_hand_on(self, hand_on_id: int, now: datetime, taker_id: int | None) -> None: ...

    # "Tell me when sales open"
    def watch_sales(self, person_id: int, performance_id: int, now: datetime) -> bool:
        """False if they already do."""

    def unwatch_sales(self, person_id: int, performance_id: int) -> None: ...

    def watches_sales(self, person_id: int, performance_id: int) -> bool: ...

    def watchers_due(self, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
        """(person, performance) for which sales have opened."""
