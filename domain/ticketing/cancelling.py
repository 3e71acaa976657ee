"""Tickets that nobody will use: the buyer's money goes back, less the fee; what was handed on, to its giver."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import NotFound, Stale
from domain.payments.giving_back import give_back
from domain.ports import Tx
from domain.ticketing.handing_on import AcceptTicket, OfferTicket, own_ticket
from domain.ticketing.returning import bought_tickets, check_in_time


@dataclass(frozen=True, slots=True)
class CancelTickets:
    """The buyer gives back tickets of one performance that they still hold. Gives the refunds' ids.

    Until when and for which fee each ticket says itself, by the policy that it was sold under. Raises NotFound, Stale,
    ChangeRefused with handed_on, admitted, never, late.
    """

    buyer_id: int
    ticket_ids: tuple[int, ...]

    def __call__(self, tx: Tx) -> list[int]:
        performance, bought = bought_tickets(tx, self.buyer_id, self.ticket_ids)
        for each in bought:
            check_in_time(each.policy.cancel_until(performance.starts_at), tx.now)
        return give_back(
            tx,
            [each.ticket for each in bought],
            reason="cancelled",
            actor_id=self.buyer_id,
            fees={each.ticket.id: each.fee.minor for each in bought},
        )


@dataclass(frozen=True, slots=True)
class ReturnToGiver:
    """Whoever was handed a ticket hands it back: the money was never theirs. Gives the ticket's id.

    Raises NotFound where there is nobody (any more) to give it back to, Stale where it cannot be handed on.
    """

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> int:
        ticket = own_ticket(tx, self.holder_id, self.ticket_id, lock=True)
        taken = tx.ticketing.last_taken(ticket.id)
        if taken is None or taken.taker_id != self.holder_id:
            raise Stale
        if tx.people.actor(taken.giver_id) is None:
            raise NotFound
        offer_id = OfferTicket(self.holder_id, ticket.id)(tx)
        return AcceptTicket(taken.giver_id, offer_id)(tx)
