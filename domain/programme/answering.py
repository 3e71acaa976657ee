"""What holders answer when their performance is moved or cancelled, and who is called because they did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from domain.errors import ChangeRefused, NotEnoughTogether, NotFound, Stale
from domain.money import Money
from domain.payments.giving_back import give_back, lock_tickets
from domain.people.model import Role
from domain.ports import Tx
from domain.programme.moving import REASONS, change_for
from domain.programme.run_changes import Answer, RunChange, What
from domain.ticketing.best_seats import best_together
from domain.ticketing.holding import hold_instead, performance_on_sale
from domain.ticketing.model import OrderLine, Ticket, TicketState
from domain.ticketing.party import Party, tariff_of
from domain.ticketing.queueing import free_for
from domain.ticketing.setting_aside import Instead


@dataclass(frozen=True, slots=True)
class KeepTickets:
    """They come at the new time. Gives the change's id. Raises NotFound, Stale where it was cancelled."""

    person_id: int
    change_id: int

    def __call__(self, tx: Tx) -> int:
        change, _ = _asked(tx, self.person_id, self.change_id)
        if change.what is not What.MOVED:
            raise Stale
        _answer(tx, change, self.person_id, Answer.KEEP)
        return change.id


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """All that the person holds for it ends, and every cent goes back to whoever paid. Gives the refunds' ids.

    Raises NotFound, Stale, ChangeRefused('admitted') where somebody came in before it was moved.
    """

    person_id: int
    change_id: int

    def __call__(self, tx: Tx) -> list[int]:
        change, ids = _asked(tx, self.person_id, self.change_id)
        tickets = _locked(tx, ids, self.person_id)
        if change.what is What.MOVED and tx.ticketing.ever_admitted(ids):
            raise ChangeRefused("admitted")
        _answer(tx, change, self.person_id, Answer.MONEY)
        return give_back(tx, tickets, reason=REASONS[change.what], actor_id=self.person_id)


@dataclass(frozen=True, slots=True)
class TakeOtherDate:
    """As many seats at another performance of the same event, the best together there are, of the same category if it
    can be. What the old tickets were paid counts; the difference is paid or goes back. Gives the order's id.

    Until the order is confirmed or paid the old tickets stay as they are. Raises NotFound, Stale, NotEnoughTogether,
    ChangeRefused('handed_on') for what somebody else has bought, and what holding raises.
    """

    person_id: int
    change_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        change, ids = _asked(tx, self.person_id, self.change_id)
        tickets = _locked(tx, ids, self.person_id)
        if tx.ticketing.ever_admitted(ids):
            raise ChangeRefused("admitted")
        for order_id in {ticket.order_id for ticket in tickets}:
            order = tx.ticketing.order(order_id)
            if order is None or order.buyer_id != self.person_id:
                raise ChangeRefused("handed_on")
        old = tx.programme.performance(change.performance_id)
        other = tx.programme.performance(self.performance_id)
        if old is None or other is None or other.id == old.id or other.event_id != old.event_id:
            raise NotFound
        lines = list(tx.ticketing.lines_by_id({ticket.order_line_id for ticket in tickets}).values())
        credit = Money.total((line.price for line in lines), lines[0].price.currency)
        order_id = _hold_like(tx, self.person_id, other.id, lines, Instead(tuple(ids), credit, elsewhere=True))
        _answer(tx, change, self.person_id, Answer.OTHER)
        tx.audit(self.person_id, "order.changes", "order", order_id, tickets=len(ids))
        return order_id


@dataclass(frozen=True, slots=True)
class TickCalled:
    """A clerk has called somebody; twice is once. Gives the change's id. Raises NotAllowed, NotFound."""

    clerk_id: int
    change_id: int
    person_id: int

    def __call__(self, tx: Tx) -> int:
        change = change_for(tx, self.clerk_id, self.change_id, Role.BOX_OFFICE)
        if tx.ticketing.answer_of(change.id, self.person_id) is None:
            raise NotFound
        if tx.ticketing.set_called(change.id, self.person_id, self.clerk_id, tx.now):
            tx.audit(self.clerk_id, "run_change.called", "run_change", change.id, person=self.person_id)
        return change.id


@dataclass(frozen=True, slots=True)
class LookAtCalls:
    """Whose names and telephone numbers a clerk is shown is on record. Gives how many they are.

    Raises NotAllowed, NotFound.
    """

    clerk_id: int
    change_id: int
    most: int

    def __call__(self, tx: Tx) -> int:
        change = change_for(tx, self.clerk_id, self.change_id, Role.BOX_OFFICE)
        shown = tx.ticketing.unreached(change.id, tx.now, self.most)
        if shown:
            tx.audit(self.clerk_id, "run_change.calls_seen", "run_change", change.id, persons=len(shown))
        return len(shown)


def _asked(tx: Tx, person_id: int, change_id: int) -> tuple[RunChange, list[int]]:
    """The change, if it still is what was decided last, and the person's good tickets. Raises NotFound, Stale."""
    change = tx.ticketing.run_change(change_id)
    if change is None or tx.ticketing.answer_of(change.id, person_id) is None:
        raise NotFound
    newest = tx.ticketing.newest_run_change(change.performance_id)
    ids = list(tx.ticketing.good_tickets(change.performance_id, person_id))
    if newest is None or newest.id != change.id or not ids:
        raise Stale
    return change, ids


def _locked(tx: Tx, ids: Collection[int], person_id: int) -> list[Ticket]:
    """Raises Stale where one of them has ended or changed hands in between."""
    tickets = list(lock_tickets(tx, ids))
    if any(ticket.holder_id != person_id or ticket.state is not TicketState.VALID for ticket in tickets):
        raise Stale
    return tickets


def _answer(tx: Tx, change: RunChange, person_id: int, answer: Answer) -> None:
    tx.ticketing.set_answer(change.id, person_id, answer, tx.now)
    tx.audit(person_id, f"run_change.{answer.value}", "run_change", change.id)


def _hold_like(tx: Tx, person_id: int, performance_id: int, lines: list[OrderLine], instead: Instead) -> int:
    """The same party as on these lines, at another performance."""
    performance, plan = performance_on_sale(tx, performance_id)
    tariff = tariff_of(performance, tx.programme.concessions())
    if tariff is None:
        raise Stale
    kinds = Counter(line.seat_kind for line in lines)
    ordinary = Counter(line.concession_id for line in lines if line.seat_kind not in ("wheelchair", "companion"))
    party = tariff.known(Party(tuple(sorted(ordinary.items())), kinds["wheelchair"], kinds["companion"]))
    free = sorted(free_for(tx, tariff, plan))
    if plan is None:
        places = free[: party.size]
    else:
        same = {line.category for line in lines}
        categories = [*same, None] if len(same) == 1 else [None]
        found = (
            best_together(
                plan,
                free,
                party.size,
                category=category,
                wheelchair=party.wheelchair,
                companion=party.companion,
            )
            for category in categories
        )
        choice = next((choice for choice in found if choice is not None), None)
        places = list(choice.places) if choice else []
    if len(places) < party.size:
        raise NotEnoughTogether(free=len(free), wanted=party.size)
    return hold_instead(tx, performance, plan, person_id, tariff.wishes(party, plan, places), instead)
