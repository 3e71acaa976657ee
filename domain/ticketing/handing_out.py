"""One link for many tickets: a present takes all of them, a group's members one each.

Each ticket changes hands as it does by a link of its own: the old code is dead, the new holder is sent theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import LinkSpent, NotFound, Stale
from domain.ports import Tx
from domain.ticketing.group_ports import Handout, HandoutKind
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.holding import own_order
from domain.ticketing.model import OrderState, Ticket, TicketState

MOST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class HandOut:
    """Makes (or finds) the link for one's own order. Gives its id. Raises NotFound, Stale where no ticket is left."""

    giver_id: int
    order_id: int
    kind: HandoutKind
    message: str = ""

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.giver_id, self.order_id, lock=True)
        if order.state is not OrderState.PAID or not to_give(tx, order.id, self.giver_id):
            raise Stale
        message = " ".join(self.message.split())[:MOST_MESSAGE]
        handout_id = tx.ticketing.put_handout(order.id, self.giver_id, self.kind, message, tx.now)
        tx.audit(self.giver_id, "handout.made", "handout", handout_id)
        return handout_id


@dataclass(frozen=True, slots=True)
class CloseHandout:
    """Nobody takes anything by the link any more. Gives the order's id. Twice is once."""

    giver_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.giver_id, self.order_id)
        handout = tx.ticketing.handout_of(order.id)
        if handout is not None and handout.closed_at is None:
            tx.ticketing.close_handout(handout.id, tx.now)
            tx.audit(self.giver_id, "handout.closed", "handout", handout.id)
        return order.id


@dataclass(frozen=True, slots=True)
class TakeHandout:
    """Gives the ids of the tickets that are theirs by it; for them twice is once. Of a group the last ticket is the
    leader's. Raises NotFound, LinkSpent (own, used, withdrawn)."""

    taker_id: int
    handout_id: int

    def __call__(self, tx: Tx) -> list[int]:
        handout = tx.ticketing.handout(self.handout_id, lock=True)
        if handout is None:
            raise NotFound
        theirs = [t.id for t in tx.ticketing.tickets_of_order(handout.order_id) if t.holder_id == self.taker_id]
        if theirs and handout.giver_id != self.taker_id:
            return theirs
        tickets = takeable(tx, handout, self.taker_id)
        for ticket in tickets:
            AcceptTicket(self.taker_id, OfferTicket(handout.giver_id, ticket.id)(tx))(tx)
        tx.audit(self.taker_id, "handout.taken", "handout", handout.id, tickets=len(tickets))
        return [ticket.id for ticket in tickets]


def takeable(tx: Tx, handout: Handout, taker_id: int) -> Sequence[Ticket]:
    """What this person would get now. Raises LinkSpent."""
    if handout.giver_id == taker_id:
        raise LinkSpent("own")
    if handout.closed_at is not None:
        raise LinkSpent("withdrawn")
    left = to_give(tx, handout.order_id, handout.giver_id)
    if handout.kind is HandoutKind.GROUP:
        left = left[:1] if len(left) > 1 else ()
    if not left:
        raise LinkSpent("used")
    return left


def to_give(tx: Tx, order_id: int, giver_id: int) -> Sequence[Ticket]:
    """The giver's own still: good, not for resale, nobody has come in with them, and the evening is not over."""
    tickets = [
        ticket
        for ticket in tx.ticketing.tickets_of_order(order_id)
        if ticket.holder_id == giver_id and ticket.state is TicketState.VALID and not ticket.listed
    ]
    if not tickets:
        return ()
    performance = tx.programme.performance(tickets[0].performance_id)
    if performance is None or tx.now >= performance.ends_at:
        return ()
    inside = tx.admission.standing([ticket.id for ticket in tickets])
    return [ticket for ticket in tickets if ticket.id not in inside]
