"""A ticket given back for resale stays good until somebody else has paid for its place.

Listed, it waits until the house has nothing else to sell (or not at all, by its policy). Offered, it gives up its claim
on the place: from then on the place is free to everybody who buys, by the same claims as any other. In the transaction
in which a buyer's order becomes paid, ``domain.payments.settling`` ends the old ticket and refunds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import ChangeRefused
from domain.notices import Notice, NoticeKind
from domain.payments.giving_back import lock_tickets
from domain.ports import Tx
from domain.programme.returns import Resale
from domain.ticketing.handing_on import own_ticket, withdraw
from domain.ticketing.holding import close_unpaid
from domain.ticketing.model import ClaimKind, OrderState, Ticket, TicketState
from domain.ticketing.returning import bought_tickets, check_in_time


@dataclass(frozen=True, slots=True)
class ListForResale:
    """The buyer of tickets that they still hold lists them. Gives how many are offered already.

    Raises NotFound, Stale, ChangeRefused with handed_on, admitted, never, late. Listing twice is listing once.
    """

    buyer_id: int
    ticket_ids: tuple[int, ...]

    def __call__(self, tx: Tx) -> int:
        performance, bought = bought_tickets(tx, self.buyer_id, self.ticket_ids)
        for each in bought:
            check_in_time(each.policy.resale_until(performance.starts_at), tx.now)
        new = [each for each in bought if not each.ticket.listed]
        for hand_on in tx.ticketing.open_hand_ons([each.ticket.id for each in new]):
            withdraw(tx, hand_on, self.buyer_id)
        if new:
            tx.ticketing.list_tickets([each.ticket.id for each in new], tx.now)
        for each in new:
            tx.audit(self.buyer_id, "ticket.listed", "ticket", each.ticket.id)
        taken = tx.ticketing.count_taken([performance.id], tx.now)[performance.id]
        at_once = [
            each.ticket
            for each in bought
            if not each.ticket.offered and (each.policy.resale is Resale.ALWAYS or taken >= performance.capacity)
        ]
        _offer(tx, at_once)
        return len(at_once) + sum(each.ticket.offered for each in bought)


@dataclass(frozen=True, slots=True)
class Unlist:
    """The holder keeps the ticket after all. Gives its id.

    Raises NotFound, and ChangeRefused('being_sold') while somebody holds its place to pay for it.
    """

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> int:
        own_ticket(tx, self.holder_id, self.ticket_id)
        (ticket,) = lock_tickets(tx, [self.ticket_id])
        if ticket.holder_id != self.holder_id or not ticket.listed:
            return ticket.id
        if ticket.offered and not _claim_back(tx, ticket):
            raise ChangeRefused("being_sold")
        tx.ticketing.list_tickets([ticket.id], None)
        tx.audit(self.holder_id, "ticket.unlisted", "ticket", ticket.id)
        return ticket.id


@dataclass(frozen=True, slots=True)
class OfferListed:
    """The clock's part: what waited for the house to be sold out is offered. Gives how many."""

    limit: int = 200

    def __call__(self, tx: Tx) -> int:
        waiting = tx.ticketing.waiting_listings(tx.now, self.limit)
        tickets = lock_tickets(tx, waiting) if waiting else ()
        ready = [t for t in tickets if t.state is TicketState.VALID and t.listed and not t.offered]
        _offer(tx, ready)
        return len(ready)


def keep_at_door(tx: Tx, ticket: Ticket) -> None:
    """Who comes in keeps the place: the listing ends, and whoever was about to buy the place has no hold any more.

    Money that is under way for it comes too late, and goes back. The ticket is locked by the door.
    """
    if ticket.offered and not _claim_back(tx, ticket):
        claimant = tx.ticketing.claimant(ticket.performance_id, ticket.place)
        order = tx.ticketing.order(claimant[0], lock=True) if claimant and claimant[0] is not None else None
        if order is not None and order.state.is_unpaid:
            close_unpaid(tx, order, OrderState.EXPIRED, None)
            tx.notify(
                Notice(
                    order.buyer_id,
                    NoticeKind.HOLD_ENDED,
                    dedupe_key=f"hold_ended:{order.id}",
                    params={"order_id": order.id, "performance_id": order.performance_id},
                )
            )
        tx.ticketing.seize_place(ticket)
    tx.ticketing.list_tickets([ticket.id], None)
    tx.audit(None, "ticket.unlisted", "ticket", ticket.id)


def keep_listed(tx: Tx, tickets: Sequence[Ticket]) -> None:
    """``keep_at_door`` for those of these tickets that are listed and that somebody has come in with."""
    listed = {ticket.id: ticket for ticket in tickets if ticket.listed and ticket.state is TicketState.VALID}
    came_in = tx.ticketing.ever_admitted(listed) if listed else set()
    for ticket_id in sorted(came_in):
        keep_at_door(tx, listed[ticket_id])


def _offer(tx: Tx, tickets: Sequence[Ticket]) -> None:
    if not tickets:
        return
    tx.ticketing.release_places(tickets)
    for ticket in tickets:
        tx.audit(None, "ticket.resale_offered", "ticket", ticket.id)
    tx.ticketing.offer_listed([ticket.id for ticket in tickets], tx.now)


def _claim_back(tx: Tx, ticket: Ticket) -> bool:
    """False where somebody has a live claim on the place."""
    won = tx.ticketing.claim(
        ticket.performance_id, [ticket.place], ClaimKind.SALE, order_id=ticket.order_id, until=None, now=tx.now
    )
    return bool(won)
