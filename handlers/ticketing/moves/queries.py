"""What the screens about moved and cancelled performances show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.money import Money
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.ports import PerformanceFilter
from domain.programme.run_changes import Answer, RunChange, Unreached, What
from domain.ticketing.handing_on import own_ticket
from domain.ticketing.model import OrderState
from handlers.ticketing.queries import Showing, showing_of, showings_of

SHOWN = 8
CALLS_SHOWN = 8
DATES_SHOWN = 8


@dataclass(frozen=True)
class MovesFacts:
    """``items``: with the newest decision about each, if any."""

    items: tuple[tuple[Showing, RunChange | None], ...]
    page: int
    more: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class FindMoves:
    """What is to come where this person is a manager, what is next first. Raises NotAllowed."""

    by: int
    page: int = 0

    def __call__(self, tx: Tx) -> MovesFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        here = [venue for venue in tx.programme.venues() if actor.may(Role.MANAGER, venue.id)]
        wanted = PerformanceFilter(
            ends_after=tx.now, with_cancelled=True, venue_id=here[0].id if len(here) == 1 else None
        )
        page = min(max(self.page, 0), 1000)
        found = tx.programme.performances(wanted, limit=SHOWN + 1, offset=page * SHOWN)
        mine = [each.id for each in found[:SHOWN] if actor.may(Role.MANAGER, each.venue_id)]
        showings, changes = showings_of(tx, mine), tx.ticketing.newest_run_changes(mine)
        return MovesFacts(tuple((showings[id], changes.get(id)) for id in mine), page, len(found) > SHOWN, tx.now)


@dataclass(frozen=True)
class MoveFacts:
    """``left``: valid tickets; ``calls``: how many wait to be called."""

    showing: Showing
    change: RunChange | None
    left: int
    holders: int
    answers: Mapping[Answer, int]
    calls: int
    now: datetime


@dataclass(frozen=True, slots=True)
class FindMove:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> MoveFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        showing = showing_of(tx, self.performance_id)
        if not actor.may(Role.MANAGER, showing.venue.id):
            raise NotFound
        performance_id = showing.performance.id
        change = tx.ticketing.newest_run_change(performance_id)
        return MoveFacts(
            showing=showing,
            change=change,
            left=tx.ticketing.count_tickets(performance_id),
            holders=tx.ticketing.count_holders(performance_id),
            answers=tx.ticketing.count_answers(change.id) if change else {},
            calls=tx.ticketing.count_unreached([change.id], tx.now).get(change.id, 0) if change else 0,
            now=tx.now,
        )


@dataclass(frozen=True)
class CallsFacts:
    showing: Showing
    change: RunChange
    people: tuple[Unreached, ...]
    count: int
    now: datetime


@dataclass(frozen=True, slots=True)
class FindCalls:
    """After ``LookAtCalls``. Raises NotAllowed, NotFound."""

    clerk_id: int
    change_id: int

    def __call__(self, tx: Tx) -> CallsFacts:
        actor = actor_of(tx, self.clerk_id)
        actor.require(Role.BOX_OFFICE)
        change = tx.ticketing.run_change(self.change_id)
        showing = showing_of(tx, change.performance_id) if change else None
        if change is None or showing is None or not actor.may(Role.BOX_OFFICE, showing.venue.id):
            raise NotFound
        people = tuple(tx.ticketing.unreached(change.id, tx.now, CALLS_SHOWN))
        count = tx.ticketing.count_unreached([change.id], tx.now).get(change.id, 0)
        return CallsFacts(showing, change, people, count, tx.now)


@dataclass(frozen=True)
class CallListsFacts:
    """Those of changes for which somebody waits to be called."""

    items: tuple[tuple[Showing, RunChange, int], ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindCallLists:
    """Raises NotAllowed."""

    clerk_id: int

    def __call__(self, tx: Tx) -> CallListsFacts:
        actor = actor_of(tx, self.clerk_id)
        actor.require(Role.BOX_OFFICE)
        wanted = PerformanceFilter(ends_after=tx.now, with_cancelled=True)
        found = [each.id for each in tx.programme.performances(wanted, limit=500)]
        changes = {change.id: change for change in tx.ticketing.newest_run_changes(found).values()}
        counts = tx.ticketing.count_unreached(changes, tx.now) if changes else {}
        showings = showings_of(tx, [changes[id].performance_id for id in counts])
        items = tuple((showings[changes[id].performance_id], changes[id], count) for id, count in counts.items())
        return CallListsFacts(
            tuple(item for item in items if actor.may(Role.BOX_OFFICE, item[0].venue.id))[:SHOWN], tx.now
        )


@dataclass(frozen=True)
class RunChangeFacts:
    """``tickets``: how many good ones they have still; ``paid``: what was paid for these. ``others``: some of them were
    bought by somebody else, so money goes there and no other date can be taken. ``reserved_until``: of seats that they
    are to pay for at the window."""

    showing: Showing
    change: RunChange
    answer: Answer
    tickets: int
    paid: Money
    others: bool
    newest: bool
    now: datetime
    reserved_until: datetime | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.change.what is What.CANCELLED


@dataclass(frozen=True, slots=True)
class FindRunChange:
    """Raises NotFound for whoever has not been told of it."""

    person_id: int
    change_id: int

    def __call__(self, tx: Tx) -> RunChangeFacts:
        change = tx.ticketing.run_change(self.change_id)
        answer = tx.ticketing.answer_of(self.change_id, self.person_id)
        if change is None or answer is None:
            raise NotFound
        showing = showing_of(tx, change.performance_id)
        ids = tx.ticketing.good_tickets(change.performance_id, self.person_id)
        tickets = [ticket for id in ids if (ticket := tx.ticketing.ticket(id)) is not None]
        lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets})
        orders = [tx.ticketing.order(id) for id in {ticket.order_id for ticket in tickets}]
        newest = tx.ticketing.newest_run_change(change.performance_id)
        unpaid = tx.ticketing.buying(self.person_id, change.performance_id, tx.now).unpaid
        reserved = unpaid is not None and unpaid.state is OrderState.RESERVED and unpaid.is_live(tx.now)
        return RunChangeFacts(
            showing=showing,
            change=change,
            answer=answer,
            tickets=len(tickets),
            paid=Money.total((line.price for line in lines.values()), showing.venue.currency),
            others=any(order is None or order.buyer_id != self.person_id for order in orders),
            newest=newest is not None and newest.id == change.id,
            now=tx.now,
            reserved_until=unpaid.until if unpaid is not None and reserved else None,
        )


@dataclass(frozen=True, slots=True)
class FindRunChangeOf:
    """What was decided last about the performance of one's own ticket. Raises NotFound."""

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> RunChangeFacts:
        ticket = own_ticket(tx, self.holder_id, self.ticket_id)
        change = tx.ticketing.newest_run_change(ticket.performance_id)
        if change is None:
            raise NotFound
        return FindRunChange(self.holder_id, change.id)(tx)


@dataclass(frozen=True)
class DatesFacts:
    """``dates``: with how many places are free."""

    asked: RunChangeFacts
    dates: tuple[tuple[Showing, int], ...]


@dataclass(frozen=True, slots=True)
class FindDates:
    """Other performances of the event that are on sale and have room for all. Raises NotFound."""

    person_id: int
    change_id: int

    def __call__(self, tx: Tx) -> DatesFacts:
        asked = FindRunChange(self.person_id, self.change_id)(tx)
        old = asked.showing.performance
        wanted = PerformanceFilter(ends_after=tx.now, event_id=old.event_id)
        found = [each for each in tx.programme.performances(wanted, limit=50) if each.id != old.id]
        on_sale = {each.id: each.capacity for each in found if each.sale_state(tx.now) == "open"}
        taken = tx.ticketing.count_taken(on_sale, tx.now) if on_sale else {}
        free = {id: capacity - taken[id] for id, capacity in on_sale.items() if capacity - taken[id] >= asked.tickets}
        shown = list(free)[:DATES_SHOWN]
        showings = showings_of(tx, shown) if shown else {}
        return DatesFacts(asked, tuple((showings[id], free[id]) for id in shown))
