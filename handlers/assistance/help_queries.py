"""Read models of help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.assistance.helping import help_for, is_help_there, require_staff
from domain.assistance.house import works_at
from domain.assistance.model import HelpRequest
from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.ticketing.model import TicketState
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets

QUEUE_MOST = 8


@dataclass(frozen=True)
class SeatsFacts:
    """One's own places of a performance; ``open_id``: help that is asked for already."""

    performance_id: int
    tickets: tuple[TicketFacts, ...]
    open_id: int | None
    there: bool


@dataclass(frozen=True, slots=True)
class FindSeats:
    """Raises NotFound without a ticket."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> SeatsFacts:
        held = [
            ticket
            for ticket in tx.ticketing.tickets_of_holder(self.person_id)
            if ticket.performance_id == self.performance_id and ticket.state is TicketState.VALID
        ]
        performance = tx.programme.performance(self.performance_id)
        if not held or performance is None:
            raise NotFound
        known = tx.assistance.open_help_of(self.person_id, self.performance_id)
        there = is_help_there(performance, tx.now)
        return SeatsFacts(self.performance_id, tuple(facts_of_tickets(tx, held)), known.id if known else None, there)


@dataclass(frozen=True, slots=True)
class FindSeat:
    """Raises NotFound."""

    person_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> TicketFacts:
        ticket = tx.ticketing.ticket(self.ticket_id)
        if ticket is None or ticket.holder_id != self.person_id:
            raise NotFound
        return facts_of_tickets(tx, [ticket])[0]


@dataclass(frozen=True)
class HelpFacts:
    """``comes``: the first name and the role of who has taken it."""

    request: HelpRequest
    seat: TicketFacts
    comes: str
    role: Role | None
    asker: str
    now: datetime


@dataclass(frozen=True, slots=True)
class FindOwnHelp:
    """Raises NotFound."""

    person_id: int
    request_id: int

    def __call__(self, tx: Tx) -> HelpFacts:
        request = tx.assistance.help(self.request_id)
        if request is None or request.person_id != self.person_id:
            raise NotFound
        return facts_of(tx, request)


@dataclass(frozen=True, slots=True)
class FindHelpCall:
    """For the staff. Raises NotAllowed, NotFound."""

    by: int
    request_id: int

    def __call__(self, tx: Tx) -> HelpFacts:
        return facts_of(tx, help_for(tx, self.by, self.request_id))


@dataclass(frozen=True, slots=True)
class FindHelpQueue:
    """Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> Sequence[HelpFacts]:
        actor = actor_of(tx, self.by)
        require_staff(actor)
        venues = [venue.id for venue in tx.programme.venues() if works_at(actor, venue.id)]
        return [facts_of(tx, request) for request in tx.assistance.open_help(venues, QUEUE_MOST)]


def facts_of(tx: Tx, request: HelpRequest) -> HelpFacts:
    ticket = tx.ticketing.ticket(request.ticket_id)
    assert ticket is not None
    taker = tx.people.actor(request.taken_by) if request.taken_by is not None else None
    duty = tx.shifts.duty_of(taker.person_id, tx.now) if taker else None
    role = duty.role if duty else next((grant.role for grant in taker.grants), None) if taker else None
    asker = tx.people.actor(request.person_id)
    return HelpFacts(
        request=request,
        seat=facts_of_tickets(tx, [ticket])[0],
        comes=taker.display_name.split(" ")[0] if taker else "",
        role=role,
        asker=asker.display_name if asker else "",
        now=tx.now,
    )
