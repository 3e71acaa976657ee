"""A whole house under random use, held against ``house_model`` at every step, on both databases.

At every step: the same is refused, the same stands in the database; one audit row per change, by who did it; a notice
exactly where its cause was committed; a replay changes nothing. Every few steps: all of ``check_invariants``.

The steps of every day are in ``house_rules``; here: the waiting list, checkouts at a provider's, mails, and a
performance that is moved, and cancelled as the last thing that happens to it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from domain.errors import BadInput, NotFound, PaymentRefused, Stale
from domain.money import Money
from domain.payments.checkout import (
    CHECKOUT_LASTS,
    CheckoutOpened,
    CloseCheckout,
    DueCheckouts,
    LookAtCheckout,
    OpenCheckout,
    SettleCheckout,
)
from domain.payments.checkout_model import Opened, Paid, Way
from domain.programme.answering import KeepTickets, MoneyBack
from domain.programme.moving import CancelPerformance, CarryOn, MovePerformance, PayBackNow
from domain.ticketing import policy
from domain.ticketing.mail import ConfirmAddress, GiveAddress, MailKind, MailTickets, address_code
from domain.ticketing.waiting import JoinWaiting, LeaveWaiting, RefuseOffered, ServeQueue, TakeOffered
from storage.stores.mail import MailState
from storage.tables.mail import mail
from storage.tables.payments import refund_line
from storage.transaction import StorageTx
from tests.properties.house_driver import KEYRING, Audit, Told, run_machine
from tests.properties.house_model import CAPACITY, Change, Checkout, InLine
from tests.properties.house_model import Money as Charged
from tests.properties.house_rules import PICK, HouseMachine, at_work

#: What is called off is over: not before much has happened in it.
_STEPS_BEFORE_THE_END = 35


class WholeHouse(HouseMachine):
    # The line

    @at_work(
        pick=PICK, seats=st.integers(1, 3), two=st.booleans(), then=st.sampled_from(("", "take", "refuse", "lapse"))
    )
    def sold_out(self, pick: int, seats: int, two: bool, then: str) -> None:
        """The house sets aside what is left, one or two stand in line, and it thinks again."""
        for place in self.model.free_for(0):
            self.block(place)
        for more in range(1 + two):
            self.join_line(pick + more, seats, 30)
        while any(claim.owner[0] == "block" for claim in self.model.claims.values()):
            self.release_block(0)
        self.line_tick()
        if then == "lapse":
            self.advance(121)
            self.line_tick()
        elif then:
            for _ in range(3):
                self.answer_offer(1, pick, then == "refuse")

    @at_work(pick=PICK, seats=st.integers(1, 4), hours=st.sampled_from((1, 30)))
    def join_line(self, pick: int, seats: int, hours: int) -> None:
        person, until = self.person(pick), self.model.now + timedelta(hours=hours)
        before, over = self.line_is_served()
        refusal = self.model.refuses_join(person, seats)
        waiting_id = self.do(JoinWaiting(person, self.house.performance_id, seats, (), until), refusal)
        if refusal is not None:
            self.model = before
            return
        audits, told = self.served(over)
        standing = self.model.place_in_line(person)
        if standing is None:
            self.model.line[waiting_id] = InLine(person, seats, min(until, self.model.sales_close))
            audits.append((person, "waiting.joined", "waiting", waiting_id))
        else:
            assert waiting_id == standing
        self.saw(*audits, told=told)

    @at_work()
    def line_tick(self) -> None:
        _, over = self.line_is_served()
        made = self.do(ServeQueue(self.house.performance_id))
        audits, told = self.served(over)
        assert made == len(told)
        self.saw(*audits, told=told)

    @precondition(lambda self: self.model.line)
    @at_work(pick=PICK, of=PICK, refuses=st.booleans())
    def answer_offer(self, pick: int, of: int, refuses: bool) -> None:
        offers = [waiting.order for waiting in self.model.line.values() if waiting.order is not None]
        order_id = offers[of % len(offers)] if offers and pick else self.order(of)[0]
        order = self.model.orders[order_id]
        person = order.buyer if pick % 5 else self.person(pick)
        refusal = self.model.refuses_take(person, order_id)
        if refuses:
            if refusal is not NotFound:
                refusal = Stale if order.state == "paid" else self.model.refuses_leave(person)
            self.do(RefuseOffered(person, order_id), refusal)
            if refusal is None:
                self._left(person)
            return
        self.do(TakeOffered(person, order_id), refusal)
        if refusal is None and order.state == "held" and not order.taken:
            order.until, order.created = max(order.until, self.model.now + policy.HOLD_LASTS), self.model.now
            order.taken = True
            self.model.keep(order_id, order.until)
            self.saw((person, "waiting.taken", "order", order_id))
        else:
            self.saw()

    @precondition(lambda self: self.model.line)
    @at_work(of=PICK)
    def leave_line(self, of: int) -> None:
        person = list(self.model.line.values())[of % len(self.model.line)].person
        refusal = self.model.refuses_leave(person)
        self.do(LeaveWaiting(person, self.house.performance_id), refusal)
        if refusal is None:
            self._left(person)

    def _left(self, person: int) -> None:
        standing, audits = self.model.place_in_line(person), list[Audit]()
        if standing is None:
            self.saw()
            return
        order_id = self.model.line[standing].order
        if order_id is not None and self.model.orders[order_id].unpaid:
            state = self.model.ends_as(order_id)
            self.model.close(order_id, state)
            audits.append((person, f"order.{state}", "order", order_id))
        self.model.leave(person)
        audits.append((person, "waiting.left", "waiting", standing))
        _, over = self.line_is_served()
        more, told = self.served(over)
        self.saw(*audits, *more, told=told)

    # Paying elsewhere

    @at_work(pick=PICK, place=st.integers(1, CAPACITY), minutes=st.sampled_from((0, 1, 45)), times=st.integers(1, 2))
    def pay_elsewhere(self, pick: int, place: int, minutes: int, times: int) -> None:
        """From the seat to the provider's word, in time, late or twice."""
        self.hold_places(pick, {place}, False)
        order_id = self.model.unpaid_of(self.person(pick))
        if order_id is None:
            return
        self._open_checkout(self.person(pick), order_id)
        self.advance(minutes)
        for _ in range(times if self.model.checkouts else 0):
            self.provider_says_paid(0, 0)

    @precondition(lambda self: self.model.orders)
    @at_work(pick=PICK, of=PICK)
    def open_checkout(self, pick: int, of: int) -> None:
        order_id, order = self.order(of)
        self._open_checkout(order.buyer if pick % 5 else self.person(pick), order_id)

    def _open_checkout(self, person: int, order_id: int) -> None:
        order, refusal = self.model.orders[order_id], self.model.refuses_checkout(person, order_id)
        checkout_id = self.do(OpenCheckout(person, order_id, Way.STRIPE, "Concert"), refusal)
        if refusal is not None:
            return
        until = min(self.model.now + policy.PAYING_LASTS, order.created + policy.PAYING_AT_MOST)
        if until > order.until:
            order.until = until
            self.model.keep(order_id, until)
        standing = self.model.standing_checkout(order_id)
        if standing is not None:
            assert checkout_id == standing
            self.saw()
            return
        made = self.read(lambda tx: tx.payments.checkout(checkout_id))
        assert made is not None
        self.model.checkouts[checkout_id] = Checkout(order_id, made.reference, self.model.now + CHECKOUT_LASTS)
        self.saw((person, "checkout.asked", "checkout", checkout_id))
        self.do(CheckoutOpened(checkout_id, Opened(f"cs{checkout_id}", "https://pay.example/1")))
        self.saw((None, "checkout.open", "checkout", checkout_id))

    @precondition(lambda self: self.model.checkouts)
    @rule(of=PICK, wrong=st.sampled_from((0,) * 7 + (1,)))
    def provider_says_paid(self, of: int, wrong: int) -> None:
        """Perhaps late, perhaps again."""
        checkout_id = list(self.model.checkouts)[-1 - of % len(self.model.checkouts)]
        checkout, key = self.model.checkouts[checkout_id], f"s{checkout_id}"
        amount = self.model.orders[checkout.order].total + wrong
        paid = Paid(checkout.reference, key, Money(amount, "EUR"))
        if wrong:
            self.do(SettleCheckout("stripe", paid), PaymentRefused)
            return
        known = self.model.charges.get(key)
        fate = known.fate if known else self.model.fate(None, checkout.order, amount)
        assert self.do(SettleCheckout("stripe", paid)) == fate
        if known:
            self.saw()
            return
        checkout.state = "paid"
        charge = self.read(lambda tx: tx.payments.charge_by_provider("stripe", key))
        assert charge is not None
        ended = (None, "checkout.paid", "checkout", checkout_id)
        self._charged(checkout.order, None, key, charge.id, fate, ended)

    @precondition(lambda self: self.model.checkouts)
    @rule()
    def checkout_tick(self) -> None:
        """The provider says of all that nobody has paid."""
        for due in self.read(DueCheckouts()):
            checkout = self.model.checkouts[due.checkout.id]
            order = self.model.orders[checkout.order]
            assert due.is_over is (checkout.expires <= self.model.now or not order.lives(self.model.now))
            assert self.do(LookAtCheckout(due.checkout.id, due.is_over))
            self.saw()
            if due.is_over and due.checkout.state.is_standing:
                assert self.do(CloseCheckout(due.checkout.id))
                checkout.state = "closed"
                self.saw((None, "checkout.closed", "checkout", due.checkout.id))

    # Mails

    @at_work(pick=PICK)
    def mail_tickets(self, pick: int) -> None:
        """To an address that is given and proved first."""
        person = self.person(pick)
        if person not in self.model.addresses and pick % 3:
            self._give_address(person)
        refusal = BadInput if person not in self.model.addresses else None
        refusal = refusal if person in self.model.holders() else NotFound
        mail_id = self.do(MailTickets(person, self.house.performance_id), refusal)
        if refusal is not None:
            return
        waiting = self.model.mails.setdefault(person, mail_id)
        self.saw(*([(person, "mail.asked", "mail", mail_id)] if self.mailed < mail_id else []))
        self.mailed = max(self.mailed, mail_id)
        assert waiting == mail_id

    mailed = 0  # the newest mail

    def _give_address(self, person: int) -> None:
        self.mailed = self.do(GiveAddress(person, f"p{person}@example.org"))
        self.saw((person, "address.given", "person", person), (person, "mail.asked", "mail", self.mailed))
        given = self.read(lambda tx: tx.mail.address(person))
        assert given is not None
        assert self.do(ConfirmAddress(person, address_code(KEYRING, person, given))) == ""
        self.model.addresses.add(person)
        self.saw((person, "address.confirmed", "person", person))

    @rule()
    def mailer_works(self) -> None:
        def send(tx: StorageTx) -> list[int]:
            rows = tx.mails.lease_due(tx.now, tx.now + timedelta(minutes=1), 1, 100)
            for row in rows:
                tx.mails.settle(row.id, 1, MailState.SENT, tx.now)
            return [row.id for row in rows if row.kind == MailKind.TICKETS]

        assert set(self.run(self.uow.write(send))) == set(self.model.mails.values())
        self.model.mailed |= self.model.mails.keys()
        self.model.mails = {}

    # Moved or cancelled

    @precondition(lambda self: self.model.change is None)
    @at_work(hours=st.sampled_from((-24, 3, 48)))
    def move(self, hours: int) -> None:
        owner, later = self.model.owner, timedelta(hours=hours)
        starts_at = self.model.sales_close + later
        refusal = Stale if self.model.now >= self.model.ends or starts_at <= self.model.now else None
        change_id = self.do(MovePerformance(owner, self.house.performance_id, starts_at), refusal)
        if refusal is not None:
            return
        audits: list[Audit] = [(owner, "performance.moved", "run_change", change_id)]
        audits += [(owner, "order.deadline_moved", "order", id) for id in self.model.move(later)]
        told = {order.buyer for order in self.model.orders.values() if order.unpaid}
        self.model.change = Change(change_id, "moved", None, told)
        audits += self._mailed_anew(told)
        self.saw(*audits, told=[(person, "run_changed") for person in told])

    def _mailed_anew(self, told: Collection[int]) -> list[Audit]:
        """Who has tickets by mail gets another mail."""
        m = mail.c
        new = select(m.id, m.person_id).where(m.kind == "changed", m.id > self.mailed).order_by(m.id)
        mails = self.run(self.database.read(lambda connection: connection.execute(new).all()))
        assert [person for _, person in mails] == sorted(self.model.mailed & set(told))
        self.mailed = max([mail_id for mail_id, _ in mails], default=self.mailed)
        return [(person, "mail.asked", "mail", mail_id) for mail_id, person in mails]

    @precondition(lambda self: self.steps > _STEPS_BEFORE_THE_END)
    @at_work()
    def call_off(self) -> None:
        owner = self.model.owner
        refusal = Stale if self.model.now >= self.model.ends else None
        change_id = self.do(CancelPerformance(owner, self.house.performance_id), refusal)
        if refusal is not None:
            return
        audits: list[Audit] = [(owner, "performance.cancelled", "run_change", change_id)]
        if self.model.change is not None and not self.model.change.done:
            audits.append((owner, "run_change.done", "run_change", self.model.change.id))
        for id in list(self.model.line):
            _, state = self.model.end_waiting(id)
            audits.append((None, f"waiting.{state}", "waiting", id))
        unpaid = [id for id, order in self.model.orders.items() if order.unpaid]
        for id in unpaid:
            self.model.close(id, "let_go")
            audits.append((owner, "order.let_go", "order", id))
        told = {self.model.orders[id].buyer for id in unpaid}
        refund_after = self.model.now + policy.ANSWER_WITHIN
        self.model.change = Change(change_id, "cancelled", refund_after, told)
        audits += self._mailed_anew(told)
        self.saw(*audits, told=[(person, "run_changed") for person in told])

    @precondition(lambda self: self.model.change is not None and not self.model.change.done)
    @rule(pieces=st.integers(1, 4))
    def job_carries_on(self, pieces: int) -> None:
        """It may be interrupted after any piece."""
        change = self.model.change
        assert change is not None
        for _ in range(pieces):
            if change.done:
                return
            more = self.do(CarryOn(change.id, holders=2, orders=1))
            untold = [person for person in self.model.holders() if person not in change.told][:2]
            if untold:
                assert more
                change.told |= set(untold)
                self.saw(*self._mailed_anew(untold), told=[(person, "run_changed") for person in untold])
                continue
            if change.refund_after is not None and self.model.now < change.refund_after:
                assert not more
                self.saw()
                return
            orders = sorted({ticket.order for ticket in self.model.tickets.values() if ticket.state == "valid"})
            if change.refund_after is not None and orders:
                assert more
                tickets = self.model.tickets.items()
                left = [id for id, ticket in tickets if ticket.order == orders[0] and ticket.state == "valid"]
                audits, told = self._given_back(left, None)
                self.saw(*audits, told=told)
                continue
            assert not more
            change.done = True
            self.saw((None, "run_change.done", "run_change", change.id))

    @precondition(lambda self: self.model.called_off and not self.model.change.done)
    @rule()
    def pay_back_now(self) -> None:
        change, owner = self.model.change, self.model.owner
        assert change is not None
        assert change.refund_after is not None
        self.do(PayBackNow(owner, change.id))
        waits = change.refund_after > self.model.now
        change.refund_after = min(change.refund_after, self.model.now)
        self.saw(*([(owner, "run_change.pay_back", "run_change", change.id)] if waits else []))

    @precondition(lambda self: self.model.change is not None)
    @rule(pick=PICK, keep=st.booleans())
    def holder_answers(self, pick: int, keep: bool) -> None:
        change, person = self.model.change, self.person(pick)
        assert change is not None
        refusal = self.model.refuses_money_back(person)
        if keep:
            refusal = refusal if refusal in (NotFound, Stale) else Stale if change.what == "cancelled" else None
            self.do(KeepTickets(person, change.id), refusal)
            if refusal is None:
                self.saw((person, "run_change.keep", "run_change", change.id))
            return
        own = [id for id, t in self.model.tickets.items() if t.holder == person and t.state == "valid"]
        self.do(MoneyBack(person, change.id), refusal)
        if refusal is None:
            audits, told = self._given_back(own, person)
            self.saw((person, "run_change.money", "run_change", change.id), *audits, told=told)

    def _given_back(self, ids: list[int], actor: int | None) -> tuple[list[Audit], list[Told]]:
        """Every cent of these tickets."""
        tickets = self.model.tickets
        audits = [audit for id in ids for audit in self._end(id, actor, self._price(id))]
        told, heard = list[Told](), {actor}
        lines = select(refund_line.c.refund_id, refund_line.c.ticket_id).where(refund_line.c.ticket_id.in_(ids))
        refunds: dict[int, list[int]] = {}
        for refund_id, ticket_id in self.run(self.database.read(lambda connection: connection.execute(lines).all())):
            refunds.setdefault(refund_id, []).append(ticket_id)
        assert sorted(id for ids in refunds.values() for id in ids) == sorted(id for id in ids if self._price(id))
        for refund_id, paid_for in refunds.items():
            refund = self.read(lambda tx, id=refund_id: tx.payments.refund(id))  # type: ignore[misc]
            assert refund is not None
            assert refund.amount.minor == sum(map(self._price, paid_for))
            buyer = self.model.orders[tickets[paid_for[0]].order].buyer
            self.model.returns.append(Charged("tickets", refund_id, buyer, self.model.now))
            audits.append((None, "refund.requested", "refund", refund_id))
            told.append((buyer, "money_refunded"))
            heard.add(buyer)
        told += [(tickets[id].holder, "ticket_changed") for id in ids if tickets[id].holder not in heard]
        return audits, told


@pytest.mark.parametrize(
    ("kind", "examples"), [("sqlite", 16), pytest.param("postgresql", 12, marks=pytest.mark.postgres)]
)
def test_a_house_under_random_use(kind: str, examples: int, request: pytest.FixtureRequest, tmp_path: Any) -> None:
    template = request.getfixturevalue("sqlite_template" if kind == "sqlite" else "postgres_template")

    run_machine(WholeHouse, template, tmp_path, examples)
