"""What the screens of a change of mind show: which tickets, what may be done with them, and what comes back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.money import Money
from domain.payments.model import BY_HAND
from domain.payments.voucher_model import PROVIDER as VOUCHER
from domain.ports import Tx
from domain.programme.model import Concession
from domain.ticketing.handing_on import own_ticket
from domain.ticketing.model import Ticket, TicketState
from domain.ticketing.returning import Bought, bought_tickets
from handlers.ticketing.queries import Showing, concessions_by_id, showing_of


@dataclass(frozen=True)
class Changes:
    """``tickets``: index in the list of everything bought → what can still be changed; ``chosen``: some of them."""

    showing: Showing
    tickets: Mapping[int, Bought]
    chosen: frozenset[int]
    concessions: Mapping[int, Concession]
    by_hand: bool  # paid at the window, so the money is given back there
    now: datetime

    @property
    def these(self) -> Sequence[Bought]:
        return [self.tickets[index] for index in sorted(self.chosen)]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(each.ticket.id for each in self.these)

    @property
    def cancel_until(self) -> datetime | None:
        return self._earliest([each.policy.cancel_until(self._starts_at) for each in self.these])

    @property
    def change_until(self) -> datetime | None:
        """None also where places have no numbers."""
        untils = [each.policy.change_until(self._starts_at) for each in self.these]
        return self._earliest(untils) if self.showing.performance.plan_id is not None else None

    @property
    def resale_until(self) -> datetime | None:
        return self._earliest([each.policy.resale_until(self._starts_at) for each in self.these])

    @property
    def back(self) -> Money:
        return self._sum([each.back for each in self.these])

    @property
    def fee(self) -> Money:
        return self._sum([each.fee for each in self.these])

    def in_time(self, until: datetime | None) -> bool:
        return until is not None and self.now <= until

    @property
    def _starts_at(self) -> datetime:
        return self.showing.performance.starts_at

    def _sum(self, amounts: Sequence[Money]) -> Money:
        return Money.total(amounts, amounts[0].currency if amounts else self.showing.venue.currency)

    def _earliest(self, untils: Sequence[datetime | None]) -> datetime | None:
        """What is done with several is done by the strictest policy of theirs."""
        known = [until for until in untils if until is not None]
        return min(known) if known and len(known) == len(untils) else None


@dataclass(frozen=True, slots=True)
class FindChanges:
    """Raises NotFound where nothing of the person's can be changed any more."""

    person_id: int
    performance_id: int
    chosen: frozenset[int]

    def __call__(self, tx: Tx) -> Changes:
        return _changes(tx, self.person_id, self.performance_id, self.chosen)


@dataclass(frozen=True, slots=True)
class FindChangesOf:
    """With this ticket chosen. Raises NotFound."""

    person_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> Changes:
        ticket = own_ticket(tx, self.person_id, self.ticket_id)
        every = tx.ticketing.tickets_bought(self.person_id, ticket.performance_id)
        chosen = frozenset(index for index, each in enumerate(every) if each.id == ticket.id)
        return _changes(tx, self.person_id, ticket.performance_id, chosen)


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """A ticket with the name of whoever handed it on."""

    ticket: Ticket
    giver: str
    showing: Showing
    now: datetime


@dataclass(frozen=True, slots=True)
class FindReturn:
    """Raises NotFound where there is nobody to give it back to."""

    holder_id: int
    ticket_id: int

    def __call__(self, tx: Tx) -> ReturnFacts:
        ticket = own_ticket(tx, self.holder_id, self.ticket_id)
        taken = tx.ticketing.last_taken(ticket.id)
        giver = tx.people.actor(taken.giver_id) if taken else None
        if giver is None:
            raise NotFound
        return ReturnFacts(ticket, giver.display_name, showing_of(tx, ticket.performance_id), tx.now)


@dataclass(frozen=True, slots=True)
class Returned:
    """Money that is on its way back, and what was kept of it. ``to_voucher``: what is on a voucher again already."""

    back: Money
    kept: Money
    by_hand: bool
    to_voucher: Money


@dataclass(frozen=True, slots=True)
class LookAtRefunds:
    refund_ids: Collection[int]

    def __call__(self, tx: Tx) -> Returned | None:
        """None for tickets that cost nothing."""
        refunds = [refund for id in self.refund_ids if (refund := tx.payments.refund(id)) is not None]
        if not refunds:
            return None
        currency = refunds[0].amount.currency
        lines = [line for refund in refunds for line in tx.payments.refund_lines(refund.id)]
        charges = tx.payments.charges({refund.charge_id for refund in refunds})
        ahead = {charge.id for charge in charges.values() if charge.provider == VOUCHER}
        return Returned(
            back=Money.total((refund.amount for refund in refunds if refund.charge_id not in ahead), currency),
            kept=Money.total((line.fee for line in lines), currency),
            by_hand=any(charge.provider in BY_HAND for charge in charges.values()),
            to_voucher=Money.total((refund.amount for refund in refunds if refund.charge_id in ahead), currency),
        )


def _changes(tx: Tx, person_id: int, performance_id: int, chosen: frozenset[int]) -> Changes:
    every = tx.ticketing.tickets_bought(person_id, performance_id)
    held = [t for t in every if t.holder_id == person_id and t.state is TicketState.VALID]
    used = tx.ticketing.ever_admitted([ticket.id for ticket in held])
    good = {ticket.id for ticket in held} - used
    if not good:
        raise NotFound
    showing = showing_of(tx, performance_id)
    _, found = bought_tickets(tx, person_id, good, lock=False)
    by_id = {each.ticket.id: each for each in found}
    tickets = {index: by_id[ticket.id] for index, ticket in enumerate(every) if ticket.id in by_id}
    charges = tx.payments.charges({paid.charge_id for paid in tx.payments.ticket_payments(good)})
    return Changes(
        showing=showing,
        tickets=tickets,
        chosen=chosen & tickets.keys(),
        concessions=concessions_by_id(tx),
        by_hand=any(charge.provider in BY_HAND for charge in charges.values()),
        now=tx.now,
    )
