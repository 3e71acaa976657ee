"""What storage does when tickets end before their performance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.ticketing.model import ClaimKind, HandOn, Ticket, TicketState


class EndingTickets(Protocol):
    def lock_tickets(self, ticket_ids: Collection[int]) -> Sequence[Ticket]:
        """By id; their orders are locked before them."""

    def end_tickets(self, ticket_ids: Collection[int], state: TicketState) -> int:
        """How many of them were valid until now."""

    def revoke_ticket_codes(self, ticket_ids: Collection[int], why: str, now: datetime) -> None: ...

    def revoke_empty_parties(self, order_ids: Collection[int], why: str, now: datetime) -> None:
        """The party codes of orders of which the buyer has no valid ticket left."""

    def release_places(self, tickets: Sequence[Ticket]) -> None:
        """Their sale claims, and no other claims of their orders."""

    def ever_admitted(self, ticket_ids: Collection[int]) -> set[int]:
        """Those that somebody came in with, whether or not they are inside now; what was undone does not count."""

    def last_taken(self, ticket_id: int) -> HandOn | None:
        """The hand-on by which its holder has it."""

    def tickets_bought(self, buyer_id: int, performance_id: int) -> Sequence[Ticket]:
        """All that the person has ever bought for it, whoever holds them and whatever became of them, by id."""

    def list_tickets(self, ticket_ids: Collection[int], since: datetime | None) -> None:
        """Given back for resale, and not yet offered; None: not any more."""

    def offer_listed(self, ticket_ids: Collection[int], since: datetime) -> None:
        """Their places are for others to take."""

    def offered_tickets(self, performance_id: int, places: Collection[int]) -> Sequence[int]:
        """Ids, not locked."""

    def waiting_listings(self, now: datetime, limit: int) -> Sequence[int]:
        """Listed tickets that are not offered, of performances to come of which nothing else is left."""

    def claimant(self, performance_id: int, place: int) -> tuple[int | None, ClaimKind] | None:
        """Whose claim the place has, live or not: an order's id, None for a block's."""

    def seize_place(self, ticket: Ticket) -> None:
        """The ticket's sale claim, whoever else has one on the place."""

    def add_seat_change(self, order_id: int, ticket_ids: Collection[int]) -> None: ...

    def changed_by(self, order_id: int) -> Sequence[int]:
        """The tickets that the order takes the place of."""

    def open_hand_ons(self, ticket_ids: Collection[int]) -> Sequence[HandOn]: ...
