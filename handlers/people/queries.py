"""Read models of home and help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.assistance.drinks import may_serve
from domain.assistance.house import works_at
from domain.assistance.model import EnquiryState, HelpState
from domain.people.model import Actor, Role
from domain.ports import Tx
from domain.programme.model import Event, Performance, Venue
from domain.text import LocalText
from domain.ticketing.model import Order, Ticket, TicketState
from handlers.programme.queries import house_zone
from handlers.programme.windows import local_day
from handlers.ticketing.queries import house_name

#: More open tasks than this are "many".
MOST_TASKS = 50
#: The same of people who wait.
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class RunningHold:
    order_id: int
    places: int
    until: datetime
    zone: str
    title: LocalText


@dataclass(frozen=True, slots=True)
class NextTickets:
    """Those for the next performance that this person has tickets for."""

    ticket_ids: tuple[int, ...]
    event: Event
    performance: Performance
    zone: str


@dataclass(frozen=True, slots=True)
class HomeFacts:
    house: Mapping[str, str]
    name: str
    today: date
    hold: RunningHold | None = None
    next: NextTickets | None = None
    at_the_door: bool = False
    at_the_window: bool = False
    at_the_stage: bool = False
    works: bool = False  # on the staff, whatever the role
    manages: bool = False
    tasks: int = 0
    serves: bool = False  # drinks, where the house has a menu
    calls: int = 0  # for help, that nobody has taken
    questions: int = 0  # that nobody has taken


@dataclass(frozen=True, slots=True)
class LookHome:
    actor: Actor

    def __call__(self, tx: Tx) -> HomeFacts:
        venues = tx.programme.venues()
        orders = [order for order in tx.ticketing.unpaid_orders(self.actor.person_id) if order.is_live(tx.now)]
        tickets = [
            ticket
            for ticket in tx.ticketing.tickets_of_holder(self.actor.person_id, tx.now)
            if ticket.state is TicketState.VALID
        ]
        manages, clerk = self.actor.may(Role.MANAGER), self.actor.may(Role.BOX_OFFICE)
        here = [venue.id for venue in venues if works_at(self.actor, venue.id)]
        sells = [venue.id for venue in venues if self.actor.may(Role.BOX_OFFICE, venue.id)]
        return HomeFacts(
            house=house_name(tx),
            name=self.actor.display_name,
            today=local_day(tx.now, house_zone(venues)),
            hold=_hold(tx, orders[0], venues) if orders else None,
            next=_next(tx, tickets, venues) if tickets else None,
            at_the_door=self.actor.may(Role.USHER),
            at_the_window=clerk,
            at_the_stage=self.actor.may(Role.STAGE),
            works=self.actor.is_staff,
            manages=manages,
            tasks=len(tx.records.open_tasks(MOST_TASKS)) if manages else 0,
            serves=any(may_serve(self.actor, id) and tx.assistance.menu(id) for id in here),
            calls=_untaken(tx, here) if here else 0,
            questions=len(tx.assistance.enquiries(sells, [EnquiryState.WAITING], MOST_WAITING)) if sells else 0,
        )


def _untaken(tx: Tx, venue_ids: Sequence[int]) -> int:
    return sum(each.state is HelpState.ASKED for each in tx.assistance.open_help(venue_ids, MOST_WAITING))


@dataclass(frozen=True, slots=True)
class HelpFacts:
    house: Mapping[str, str]
    venues: tuple[Venue, ...]


@dataclass(frozen=True, slots=True)
class LookForHelp:
    def __call__(self, tx: Tx) -> HelpFacts:
        return HelpFacts(house_name(tx), tuple(tx.programme.venues()))


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """The person's own ticket with this short code, if there is one."""

    person_id: int
    short_code: str

    def __call__(self, tx: Tx) -> int | None:
        tickets = tx.ticketing.tickets_of_holder(self.person_id)
        return next((ticket.id for ticket in tickets if ticket.short_code == self.short_code), None)


def _hold(tx: Tx, order: Order, venues: Sequence[Venue]) -> RunningHold | None:
    performance = tx.programme.performance(order.performance_id)
    event = tx.programme.event(performance.event_id) if performance else None
    if performance is None or event is None or order.until is None:
        return None
    zone = _zone(venues, performance)
    return RunningHold(order.id, len(tx.ticketing.lines(order.id)), order.until, zone, event.title)


def _next(tx: Tx, tickets: Sequence[Ticket], venues: Sequence[Venue]) -> NextTickets | None:
    """The repository gives tickets by their performance's start."""
    first = tickets[0]
    performance = tx.programme.performance(first.performance_id)
    event = tx.programme.event(performance.event_id) if performance else None
    if performance is None or event is None:
        return None
    together = tuple(ticket.id for ticket in tickets if ticket.performance_id == first.performance_id)
    return NextTickets(together, event, performance, _zone(venues, performance))


def _zone(venues: Sequence[Venue], performance: Performance) -> str:
    return next((venue.timezone for venue in venues if venue.id == performance.venue_id), house_zone(venues))
