"""What the screens of tickets show. No ticket is read for anybody but its holder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from domain.admission.model import Admission
from domain.codes import CodeKind
from domain.errors import NotFound
from domain.ports import Tx
from domain.programme.model import Concession, Gate, Hall, RunState
from domain.ticketing.handing_on import check_offer, own_ticket
from domain.ticketing.holding import own_order
from domain.ticketing.model import HandOn, Order, OrderLine, OrderState, Ticket, TicketCredential, TicketState
from handlers.ticketing.queries import Showing, concessions_by_id, house_name, showing_of, showings_of

VISITS_A_PAGE = 5


@dataclass(frozen=True)
class TicketFacts:
    """``credential`` None: nothing to make a code of. ``number`` of ``count`` that its holder has of one order."""

    ticket: Ticket
    line: OrderLine
    showing: Showing
    house: Mapping[str, str]
    concession: Concession | None
    gate: Gate | None
    credential: TicketCredential | None
    admission: Admission | None
    number: int
    count: int
    now: datetime
    offer: HandOn | None = None
    party: bool = False  # a party code covers it
    bought: bool = True  # by its holder, so it is theirs to give up

    @property
    def is_good(self) -> bool:
        return self.ticket.state is TicketState.VALID and self.showing.performance.run_state is not RunState.CANCELLED

    @property
    def awaits_answer(self) -> bool:
        """Good still, and for a performance that was moved or cancelled."""
        changed = self.showing.performance.run_state in (RunState.CANCELLED, RunState.MOVED)
        return changed and self.ticket.state is TicketState.VALID

    @property
    def is_over(self) -> bool:
        return self.now >= self.showing.performance.ends_at

    @property
    def can_change(self) -> bool:
        """Hand on, give up, exchange; a listed one has to be taken back from resale before it is handed on."""
        return self.is_good and not self.is_over and self.admission is None

    @property
    def can_hand_on(self) -> bool:
        return self.can_change and not self.ticket.listed


@dataclass(frozen=True, slots=True)
class FindTicket:
    """Raises NotFound."""

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> TicketFacts:
        ticket = own_ticket(tx, self.holder_id, self.ticket_id)
        (facts,) = facts_of_tickets(tx, [ticket])
        offer = tx.ticketing.open_hand_on(ticket.id)
        if offer is not None and (offer.giver_id != self.holder_id or tx.now >= offer.expires_at):
            offer = None
        order = tx.ticketing.order(ticket.order_id)
        party = order is not None and order.buyer_id == self.holder_id and party_of(tx, order) is not None
        bought = order is not None and order.buyer_id == self.holder_id
        return replace(facts, offer=offer, party=party, bought=bought)


@dataclass(frozen=True)
class PartyFacts:
    """The tickets of one order that are still the buyer's and good, and their common code."""

    order: Order
    showing: Showing
    house: Mapping[str, str]
    tickets: tuple[TicketFacts, ...]
    credential: TicketCredential
    now: datetime

    @property
    def gate(self) -> Gate | None:
        """None where they go in by different gates."""
        gates = {facts.gate.id: facts.gate for facts in self.tickets if facts.gate}
        return next(iter(gates.values())) if len(gates) == 1 else None


@dataclass(frozen=True, slots=True)
class FindParty:
    """Raises NotFound: for somebody else's order, and where there is no party (any more)."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> PartyFacts:
        order = own_order(tx, self.buyer_id, self.order_id)
        party = party_of(tx, order)
        if party is None:
            raise NotFound
        return party


@dataclass(frozen=True)
class Visit:
    """One's tickets for one performance."""

    showing: Showing
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True)
class TicketsFacts:
    """``orders``: unpaid and live, to be come back to."""

    visits: tuple[Visit, ...]
    orders: tuple[tuple[Order, Showing], ...]
    past: bool
    has_past: bool
    page: int
    more: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class FindTickets:
    """What comes next comes first; of what is past, the latest."""

    holder_id: int
    past: bool = False
    page: int = 0

    def __call__(self, tx: Tx) -> TicketsFacts:
        tickets = [t for t in tx.ticketing.tickets_of_holder(self.holder_id) if t.state is TicketState.VALID]
        showings = showings_of(tx, [ticket.performance_id for ticket in tickets])
        groups = [(id, tuple(group)) for id, group in groupby(tickets, key=lambda ticket: ticket.performance_id)]
        visits = [Visit(showings[id], group) for id, group in groups if id in showings]
        over = [visit for visit in visits if tx.now >= visit.showing.performance.ends_at]
        chosen = over[::-1] if self.past else [visit for visit in visits if visit not in over]
        page = min(max(self.page, 0), max(0, len(chosen) - 1) // VISITS_A_PAGE)
        first = page * VISITS_A_PAGE
        return TicketsFacts(
            visits=tuple(chosen[first : first + VISITS_A_PAGE]),
            orders=() if self.past else _live_orders(tx, self.holder_id),
            past=self.past,
            has_past=bool(over),
            page=page,
            more=len(chosen) > first + VISITS_A_PAGE,
            now=tx.now,
        )


@dataclass(frozen=True)
class VisitFacts:
    showing: Showing
    tickets: tuple[TicketFacts, ...]
    parties: tuple[int, ...]  # orders with a party code
    now: datetime


@dataclass(frozen=True, slots=True)
class FindVisit:
    """Raises NotFound where the person holds no ticket for the performance."""

    holder_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> VisitFacts:
        every = tx.ticketing.tickets_of_holder(self.holder_id)
        here = [ticket for ticket in every if ticket.performance_id == self.performance_id]
        tickets = [ticket for ticket in here if ticket.state is TicketState.VALID]
        if not tickets:
            raise NotFound
        facts = facts_of_tickets(tx, tickets)
        orders = [tx.ticketing.order(id) for id in dict.fromkeys(ticket.order_id for ticket in tickets)]
        own = [order for order in orders if order is not None and order.buyer_id == self.holder_id]
        parties = tuple(order.id for order in own if party_of(tx, order) is not None)
        return VisitFacts(facts[0].showing, tuple(facts), parties, tx.now)


@dataclass(frozen=True)
class OfferFacts:
    """A ticket that somebody hands on, as the one who may take it sees it."""

    offer: HandOn
    giver: str
    line: OrderLine
    showing: Showing
    concession: Concession | None
    now: datetime


@dataclass(frozen=True, slots=True)
class FindOffer:
    """Raises NotFound, LinkSpent."""

    taker_id: int
    hand_on_id: int

    def __call__(self, tx: Tx) -> OfferFacts:
        offer = tx.ticketing.hand_on(self.hand_on_id)
        ticket = tx.ticketing.ticket(offer.ticket_id) if offer else None
        line = tx.ticketing.line(ticket.order_line_id) if ticket else None
        if offer is None or ticket is None or line is None:
            raise NotFound
        check_offer(tx, offer, ticket, self.taker_id)
        giver = tx.people.actor(offer.giver_id)
        return OfferFacts(
            offer=offer,
            giver=giver.display_name if giver else "",
            line=line,
            showing=showing_of(tx, ticket.performance_id),
            concession=tx.programme.concession(line.concession_id),
            now=tx.now,
        )


@dataclass(frozen=True, slots=True)
class OwnOffer:
    """The ticket that one's own open link hands on, else None."""

    person_id: int
    hand_on_id: int

    def __call__(self, tx: Tx) -> int | None:
        offer = tx.ticketing.hand_on(self.hand_on_id)
        own = offer is not None and offer.giver_id == self.person_id and offer.closed_at is None
        return offer.ticket_id if offer is not None and own else None


@dataclass(frozen=True, slots=True)
class Behind:
    """What a person who opens a ticket's or a party's link may see: their own, or nothing."""

    ticket_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class FindBehind:
    person_id: int
    credential_id: int

    def __call__(self, tx: Tx) -> Behind:
        credential = tx.ticketing.credential(self.credential_id)
        if credential is None:
            return Behind()
        if credential.kind == CodeKind.PARTY and credential.order_id is not None:
            order = tx.ticketing.order(credential.order_id)
            own = order is not None and order.buyer_id == self.person_id
            return Behind(order_id=credential.order_id) if own else Behind()
        ticket = tx.ticketing.ticket(credential.ticket_id) if credential.ticket_id is not None else None
        own = ticket is not None and ticket.holder_id == self.person_id
        return Behind(ticket_id=credential.ticket_id) if own else Behind()


def party_of(tx: Tx, order: Order) -> PartyFacts | None:
    """None where fewer than two tickets are left together."""
    credential = tx.ticketing.party_credential(order.id)
    if order.state is not OrderState.PAID or credential is None:
        return None
    kept = [ticket for ticket in tx.ticketing.tickets_of_order(order.id) if ticket.holder_id == order.buyer_id]
    good = tuple(facts for facts in facts_of_tickets(tx, kept) if facts.is_good)
    if len(good) < 2:
        return None
    return PartyFacts(order, good[0].showing, house_name(tx), good, credential, tx.now)


def facts_of_tickets(tx: Tx, tickets: Sequence[Ticket]) -> list[TicketFacts]:
    """In the order given. The number of statements depends on how many orders and gates there are, not tickets."""
    ids = [ticket.id for ticket in tickets]
    lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets})
    showings = showings_of(tx, [ticket.performance_id for ticket in tickets])
    together: dict[tuple[int, int | None], list[int]] = {}
    for order_id in sorted({ticket.order_id for ticket in tickets}):
        for ticket in tx.ticketing.tickets_of_order(order_id):
            if ticket.state is not TicketState.VALID and ticket.id not in ids:
                continue  # given back
            together.setdefault((order_id, ticket.holder_id), []).append(ticket.id)
    credentials, inside = tx.ticketing.standing_credentials(ids), tx.admission.standing(ids)
    concessions, gates, house = concessions_by_id(tx), _gates(tx, showings), house_name(tx)
    return [
        TicketFacts(
            ticket=ticket,
            line=lines[ticket.order_line_id],
            showing=showings[ticket.performance_id],
            house=house,
            concession=concessions.get(lines[ticket.order_line_id].concession_id),
            gate=gates.get(gate_id(showings[ticket.performance_id].hall, lines[ticket.order_line_id]) or 0),
            credential=credentials.get(ticket.id),
            admission=inside.get(ticket.id),
            number=together[ticket.order_id, ticket.holder_id].index(ticket.id) + 1,
            count=len(together[ticket.order_id, ticket.holder_id]),
            now=tx.now,
        )
        for ticket in tickets
    ]


def gate_id(hall: Hall, line: OrderLine) -> int | None:
    return hall.gate_of(line.zone or None)


def _gates(tx: Tx, showings: Mapping[int, Showing]) -> dict[int, Gate]:
    venue_ids = {showing.venue.id for showing in showings.values()}
    return {gate.id: gate for venue_id in sorted(venue_ids) for gate in tx.programme.gates(venue_id)}


def _live_orders(tx: Tx, buyer_id: int) -> tuple[tuple[Order, Showing], ...]:
    orders = [order for order in tx.ticketing.unpaid_orders(buyer_id) if order.is_live(tx.now)]
    showings = showings_of(tx, [order.performance_id for order in orders])
    return tuple((order, showings[order.performance_id]) for order in orders)
