"""A ticket changes hands by a link; the old code is dead the moment the new holder accepts."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import ChangeRefused, LinkSpent, NotFound, Stale
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.ticketing import policy
from domain.ticketing.issuing import new_short_code
from domain.ticketing.model import HandOn, Ticket, TicketState


@dataclass(frozen=True, slots=True)
class OfferTicket:
    """Makes (or finds) the open offer of a ticket. Gives its id: the link is its sealed code, stored nowhere."""

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> int:
        ticket = _ticket_to_give(tx, self.holder_id, self.ticket_id)
        offer = tx.ticketing.open_hand_on(ticket.id)
        if offer is not None:
            if offer.giver_id == self.holder_id and tx.now < offer.expires_at:
                return offer.id
            withdraw(tx, offer, self.holder_id)
        expires_at = tx.now + policy.HAND_ON_LASTS
        hand_on_id = tx.ticketing.add_hand_on(ticket.id, self.holder_id, tx.now, expires_at)
        tx.audit(self.holder_id, "ticket.offered", "ticket", ticket.id, hand_on=hand_on_id)
        return hand_on_id


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """The giver thinks again. Gives the ticket's id."""

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> int:
        ticket = own_ticket(tx, self.holder_id, self.ticket_id, lock=True)
        offer = tx.ticketing.open_hand_on(ticket.id)
        if offer is not None:
            withdraw(tx, offer, self.holder_id)
        return ticket.id


@dataclass(frozen=True, slots=True)
class AcceptTicket:
    """Gives the ticket's id. Raises LinkSpent: used, withdrawn, expired, own."""

    taker_id: int
    hand_on_id: int

    def __call__(self, tx: Tx) -> int:
        offer = tx.ticketing.hand_on(self.hand_on_id)
        if offer is None:
            raise NotFound
        # The ticket is locked before the offer, as every other way of touching either does.
        ticket = tx.ticketing.ticket(offer.ticket_id, lock=True)
        offer = tx.ticketing.hand_on(self.hand_on_id, lock=True)
        if ticket is None or offer is None:
            raise NotFound
        check_offer(tx, offer, ticket, self.taker_id)
        tx.ticketing.close_hand_on(offer.id, tx.now, self.taker_id)
        reissue(tx, ticket.id, "handed_on", holder_id=self.taker_id)
        tx.audit(self.taker_id, "ticket.taken", "ticket", ticket.id, hand_on=offer.id, giver=offer.giver_id)
        tx.notify(
            Notice(
                offer.giver_id,
                NoticeKind.TICKET_TAKEN,
                dedupe_key=f"taken:{offer.id}",
                params={"ticket_id": ticket.id},
            )
        )
        tx.notify(
            Notice(
                self.taker_id,
                NoticeKind.TICKETS_ISSUED,
                dedupe_key=f"tickets:taken:{offer.id}",
                params={"order_id": ticket.order_id, "ticket_ids": [ticket.id], "holder_id": self.taker_id},
            )
        )
        return ticket.id


def own_ticket(tx: Tx, holder_id: int, ticket_id: int, *, lock: bool = False) -> Ticket:
    """Raises NotFound: for somebody else's ticket just as for none."""
    ticket = tx.ticketing.ticket(ticket_id, lock=lock)
    if ticket is None or ticket.holder_id != holder_id:
        raise NotFound
    return ticket


def check_offer(tx: Tx, offer: HandOn, ticket: Ticket, taker_id: int) -> None:
    """Raises LinkSpent if this person cannot take this ticket by this offer now."""
    if offer.giver_id == taker_id and offer.closed_at is None:
        raise LinkSpent("own")
    if offer.closed_at is not None:
        raise LinkSpent("used" if offer.taker_id is not None else "withdrawn")
    if tx.now >= offer.expires_at:
        raise LinkSpent("expired")
    if ticket.state is not TicketState.VALID or ticket.holder_id != offer.giver_id:
        raise LinkSpent("withdrawn")
    if tx.ticketing.ever_admitted([ticket.id]):
        raise LinkSpent("used")


def withdraw(tx: Tx, offer: HandOn, actor_id: int) -> None:
    tx.ticketing.close_hand_on(offer.id, tx.now, None)
    tx.audit(actor_id, "ticket.offer_withdrawn", "ticket", offer.ticket_id, hand_on=offer.id)


def reissue(tx: Tx, ticket_id: int, why: str, *, holder_id: int | None = None) -> None:
    """The old codes die, the one in the picture and the short one that can be said; new ones live."""
    tx.ticketing.set_ticket(ticket_id, holder_id=holder_id, short_code=new_short_code())
    tx.ticketing.revoke_credentials(tx.now, why, ticket_id=ticket_id)
    tx.ticketing.add_credentials([ticket_id], tx.keyring.current, tx.now)


def _ticket_to_give(tx: Tx, holder_id: int, ticket_id: int) -> Ticket:
    ticket = own_ticket(tx, holder_id, ticket_id, lock=True)
    performance = tx.programme.performance(ticket.performance_id)
    if ticket.listed:
        raise ChangeRefused("listed")
    over = performance is None or tx.now >= performance.ends_at
    # Whoever has come in has used it, even if they have gone out since: one ticket is no evening for two.
    if over or ticket.state is not TicketState.VALID or tx.ticketing.ever_admitted([ticket.id]):
        raise Stale
    return ticket
