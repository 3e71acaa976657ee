"""A ticket on paper comes into a chat: its code stays alive, since the paper is in their hand."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import LinkSpent, NotFound
from domain.ports import Tx
from domain.ticketing.model import Ticket, TicketState


@dataclass(frozen=True, slots=True)
class ClaimPaper:
    """Whoever scans the paper first becomes the holder; what is to be told of it reaches them from now on.

    The code is the authority, opened by the caller. Gives the ticket's id. Raises NotFound, and LinkSpent where it is
    somebody's already or good for nothing.
    """

    taker_id: int
    credential_id: int

    def __call__(self, tx: Tx) -> int:
        credential = tx.ticketing.credential(self.credential_id)
        if credential is None or credential.ticket_id is None:
            raise NotFound
        ticket = tx.ticketing.ticket(credential.ticket_id, lock=True)
        credential = tx.ticketing.credential(self.credential_id)  # as it stands under the lock
        if ticket is None or credential is None:
            raise NotFound
        if ticket.holder_id == self.taker_id:
            return ticket.id
        if credential.revoked_at is not None or not may_be_claimed(tx, ticket):
            raise LinkSpent("used")
        tx.ticketing.set_ticket(ticket.id, holder_id=self.taker_id)
        tx.window.add_claimed(ticket.id, ticket.holder_id, self.taker_id, tx.now)
        tx.audit(self.taker_id, "ticket.claimed", "ticket", ticket.id)
        return ticket.id


def may_be_claimed(tx: Tx, ticket: Ticket) -> bool:
    """Bought at the window by somebody whom we do not know, and good for something still."""
    performance = tx.programme.performance(ticket.performance_id)
    coming = performance is not None and tx.now < performance.ends_at
    return coming and ticket.state is TicketState.VALID and tx.window.is_walk_in(ticket.holder_id)
