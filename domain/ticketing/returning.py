"""Who may change their mind about which tickets: asked alike by cancelling, changing seats and resale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import ChangeRefused, NotFound, Stale
from domain.money import Money
from domain.payments.giving_back import lock_tickets
from domain.ports import Tx
from domain.programme.model import Performance, RunState
from domain.programme.returns import ReturnPolicy, of_snapshot
from domain.ticketing.model import OrderLine, Ticket, TicketState


@dataclass(frozen=True, slots=True)
class Bought:
    """A ticket that its buyer still holds, with the policy that it was sold under."""

    ticket: Ticket
    line: OrderLine
    policy: ReturnPolicy

    @property
    def fee(self) -> Money:
        return Money(self.policy.fee(self.line.price.minor), self.line.price.currency)

    @property
    def back(self) -> Money:
        return self.line.price - self.fee


def bought_tickets(
    tx: Tx, person_id: int, ticket_ids: Collection[int], *, lock: bool = True
) -> tuple[Performance, Sequence[Bought]]:
    """Tickets of one performance whose money is this person's to ask for, by id.

    Raises NotFound for somebody else's as for none, Stale for what has ended, and ChangeRefused('handed_on'): it is
    the buyer's money; ('admitted'): somebody came in with it.
    """
    if lock:
        tickets = lock_tickets(tx, ticket_ids)
    else:
        tickets = [ticket for id in sorted(set(ticket_ids)) if (ticket := tx.ticketing.ticket(id)) is not None]
    if not tickets or len(tickets) != len(set(ticket_ids)) or any(t.holder_id != person_id for t in tickets):
        raise NotFound
    if len({ticket.performance_id for ticket in tickets}) != 1:
        raise Stale
    performance = tx.programme.performance(tickets[0].performance_id)
    assert performance is not None
    if performance.run_state is RunState.CANCELLED or any(t.state is not TicketState.VALID for t in tickets):
        raise Stale
    for order_id in {ticket.order_id for ticket in tickets}:
        order = tx.ticketing.order(order_id)
        if order is None or order.buyer_id != person_id:
            raise ChangeRefused("handed_on")
    if tx.ticketing.ever_admitted([ticket.id for ticket in tickets]):
        raise ChangeRefused("admitted")
    lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets})
    return performance, [
        Bought(ticket, lines[ticket.order_line_id], of_snapshot(lines[ticket.order_line_id].policy))
        for ticket in tickets
    ]


def check_in_time(until: datetime | None, now: datetime) -> None:
    """Raises ChangeRefused('never') where the house does not do it, ('late') after ``until``."""
    if until is None:
        raise ChangeRefused("never")
    if now > until:
        raise ChangeRefused("late")
