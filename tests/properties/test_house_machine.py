"""A whole house under random use, held against ``house_model`` at every step, on both databases.

At every step: the same is refused, the same stands in the database; one audit row per change, by who did it; a notice
exactly where its cause was committed; a replay changes nothing. Every few steps: all of ``check_invariants``.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from domain.admission.scanning import AdmitParty, Scan, TakeDoorPost, UndoAdmission
from domain.codes import CodeKind, Opened
from domain.money import Money
from domain.payments.model import RefundState
from domain.payments.paying import BeginPayment, PayNothing
from domain.payments.refunding import DueRefunds, SettleRefund, SubmitRefund
from domain.people.model import AccountSeen, Grant, Role
from domain.people.usecases import ComeIn, DecideInvitation, Invite, RevokeRole, UseInvitation
from domain.ports import Tx
from domain.programme.model import Concession, Price
from domain.records.usecases import ForgetMe
from domain.text import LocalText
from domain.ticketing import policy
from domain.ticketing.handing_on import AcceptTicket, OfferTicket, WithdrawOffer
from domain.ticketing.holding import ExpireOrders, HoldBest, HoldPlaces, LetGo, ProlongHold
from domain.ticketing.model import BlockReason, Wish
from domain.ticketing.watching import block_places
from storage.tables.messaging import card
from storage.transaction import StorageTx
from tests.properties.house_driver import Audit, HouseDriver, Told
from tests.properties.house_model import CAPACITY, FULL, LIMIT, Claim, Entry, House, Offer, Order
from tests.properties.house_model import Money as Charged
from tests.support.house import small_house, somebody
from tests.support.selling import captured

MOST_STEPS = 40
PICK = st.integers(0, 99)
PLACES = st.sets(st.integers(1, CAPACITY), min_size=1, max_size=3)
_accounts = count(1)


class HouseMachine(HouseDriver):
    """``PICK`` chooses by position, so that steps stay meaningful while Hypothesis shrinks."""

    @initialize()
    def found(self) -> None:
        """A house that is already at work: somebody has tickets and hands one on, somebody is at the door."""
        self.run(self.uow.write(self._furnish))
        self.saw()
        self._join(3, Role.USHER, True)
        self.hold_places(0, {1, 2, 3}, False)
        self.capture(0, 1, 0)
        self.offer(1, 0)

    def _furnish(self, tx: StorageTx) -> None:
        self.house = small_house(tx, capacity=CAPACITY)
        reduced = Concession(0, f"free-{self.house.performance_id}", LocalText.of(en="Free"))
        self.free_id = tx.programme.put_concession(reduced, 9)
        performance = tx.programme.performance(self.house.performance_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, doors_at=tx.now, purchase_limit=LIMIT))
        prices = [
            Price("", self.house.concession_id, Money(FULL, "EUR"), 700),
            Price("", self.free_id, Money(0, "EUR"), 700),
        ]
        tx.programme.put_prices(performance.id, prices)
        people = [somebody(tx) for _ in range(4)]
        owner = somebody(tx, "Owner")
        tx.people.grant(owner, Grant(Role.OWNER), None, tx.now)
        updates = [(number, 1, "{}") for number in range(MOST_STEPS * 8)]
        self.updates = [stored.inbox_id for stored in tx.inbox.add(1, updates, tx.now)]
        self.model = House(tx.now, performance.sales_close_at, performance.ends_at, people, owner)

    def person(self, pick: int) -> int:
        return self.model.people[pick % len(self.model.people)]

    def anybody(self, pick: int) -> int:
        everybody = [*self.model.people, self.model.owner]
        return everybody[pick % len(everybody)]

    def order(self, pick: int) -> tuple[int, Order]:
        """Mostly one that may still be paid."""
        orders = list(self.model.orders.items())
        live = [(id, order) for id, order in orders if order.lives(self.model.now)]
        chosen = live if live and pick % 4 else orders
        return chosen[-1 - pick % len(chosen)]

    # Seats

    def wishes(self, prices: dict[int, int]) -> tuple[Wish, ...]:
        return tuple(Wish(p, self.house.concession_id if price else self.free_id) for p, price in prices.items())

    @rule(pick=PICK, places=PLACES, free=st.sampled_from((False, False, False, True)))
    def hold_places(self, pick: int, places: set[int], free: bool) -> None:
        person, prices = self.person(pick), dict.fromkeys(sorted(places), 0 if free else FULL)
        refusal = self.model.refuses_hold(person, prices)
        order_id = self.do(HoldPlaces(person, self.house.performance_id, self.wishes(prices)), refusal)
        if refusal is None:
            self._held(person, order_id, prices)

    @rule(pick=PICK, number=st.integers(1, 4))
    def hold_best(self, pick: int, number: int) -> None:
        person = self.person(pick)
        refusal = self.model.refuses_best(person, number)
        if refusal is None and (self.model.cooling_down(person) or self.model.hold_until(person) <= self.model.now):
            return  # what is chosen decides whether it is refused: the same again is not
        wanted = HoldBest(person, self.house.performance_id, ((self.house.concession_id, number),))
        order_id = self.do(wanted, refusal)
        if refusal is None:
            lines = self.read(lambda tx: tx.ticketing.lines(order_id))
            prices = {line.place: line.price.minor for line in lines}
            assert len(prices) == number
            assert prices.keys() <= self.model.free_for(person)
            self._held(person, order_id, prices)

    def _held(self, person: int, order_id: int, prices: dict[int, int]) -> None:
        same = self.model.same_hold(person, prices)
        if same is not None:
            assert order_id == same
            self.saw()
            return
        before = self.model.unpaid_of(person)
        ended: list[Audit] = []
        if before is not None:
            ended.append((person, f"order.{self.model.ends_as(before)}", "order", before))
        self.model.hold(order_id, person, prices)
        self.saw(*ended, (person, "order.held", "order", order_id))

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK, of=PICK)
    def prolong(self, pick: int, of: int) -> None:
        order_id, order = self.order(of)
        person = order.buyer if pick % 5 else self.person(pick)
        refusal = self.model.refuses_prolong(person, order_id)
        self.do(ProlongHold(person, order_id), refusal)
        if refusal is None:
            order.until = min(self.model.now + policy.HOLD_LASTS, order.created + policy.HOLD_AT_MOST)
            self.model.keep(order_id, order.until)
            self.saw((person, "order.prolonged", "order", order_id))

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK, of=PICK)
    def let_go(self, pick: int, of: int) -> None:
        order_id, order = self.order(of)
        person = order.buyer if pick % 5 else self.person(pick)
        refusal = self.model.refuses_let_go(person, order_id)
        self.do(LetGo(person, order_id), refusal)
        if refusal is None and order.unpaid:
            state = "let_go" if order.lives(self.model.now) else "expired"  # whoever notices first, clock or person
            self.model.close(order_id, state)
            self.saw((person, f"order.{state}", "order", order_id))
        else:
            self.saw()

    @rule()
    def expire(self) -> None:
        due = self.model.due_orders()
        assert self.do(ExpireOrders()) == len(due)
        for order_id in due:
            self.model.close(order_id, "expired")
        told = [(self.model.orders[id].buyer, "hold_ended") for id in due]
        self.saw(*((None, "order.expired", "order", id) for id in due), told=told)

    @precondition(lambda self: sum(claim.owner[0] == "block" for claim in self.model.claims.values()) < 2)
    @rule(place=st.integers(1, CAPACITY))
    def block(self, place: int) -> None:
        refusal = self.model.refuses_block([place])
        performance_id, owner = self.house.performance_id, self.model.owner
        block_id = self.do(lambda tx: block_places(tx, performance_id, [place], BlockReason.HOUSE, "", owner), refusal)
        if refusal is None:
            self.model.claims[place] = Claim(("block", block_id), None)
            self.saw((owner, "places.blocked", "block", block_id))

    # Money

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK, of=PICK, wrong=st.sampled_from((0,) * 7 + (1,)))
    def pre_checkout(self, pick: int, of: int, wrong: int) -> None:
        order_id, order = self.order(of)
        payer, minor = order.buyer if pick % 5 else self.person(pick), order.total + wrong
        refusal = self.model.refuses_pre_checkout(payer, order_id, minor)
        self.do(BeginPayment(payer, order_id, Money(minor, "EUR")), refusal)
        if refusal is None:
            until = min(self.model.now + policy.PAYING_LASTS, order.created + policy.PAYING_AT_MOST)
            order.state, order.until = "paying", until
            self.model.keep(order_id, order.until)
            self.saw((payer, "order.paying", "order", order_id))

    @precondition(lambda self: self.model.orders)
    @rule(pick=PICK, of=PICK, wrong=st.sampled_from((0,) * 7 + (-1,)))
    def capture(self, pick: int, of: int, wrong: int) -> None:
        order_id, order = self.order(of)
        payer = (order.buyer, order.buyer, order.buyer, None, self.person(pick))[pick % 5]
        if not order.total:
            return
        fate = self.model.fate(payer, order_id, order.total + wrong)
        key = f"c{len(self.model.charges)}"
        outcome = self.do(captured(order_id, payer, order.total + wrong, charge=key))
        assert (outcome["order_id"], outcome["fate"]) == (order_id, fate)
        self.model.charges[key] = money = Charged(fate)
        charge = (payer, "charge.captured", "charge", outcome["charge_id"])
        if fate == "tickets":
            self._ticketed(order_id, charge)
            return
        (refund,) = self.read(lambda tx: tx.payments.refunds_of_charge(outcome["charge_id"]))
        money.refund, money.told, money.requested = refund.id, payer or order.buyer, self.model.now
        self.saw(charge, (None, "refund.requested", "refund", refund.id), told=[(money.told, "money_refunded")])

    @precondition(lambda self: self.model.charges)
    @rule(pick=PICK, of=PICK)
    def capture_again(self, pick: int, of: int) -> None:
        """The provider tells of a charge once more, perhaps with another order's name on it."""
        key = list(self.model.charges)[of % len(self.model.charges)]
        order_id, order = self.order(pick)
        outcome = self.do(captured(order_id, order.buyer, order.total, charge=key))
        assert outcome["fate"] == self.model.charges[key].fate
        self.saw()

    @precondition(lambda self: any(not order.total for order in self.model.orders.values()))
    @rule(pick=PICK, of=PICK)
    def pay_nothing(self, pick: int, of: int) -> None:
        free = [(id, order) for id, order in self.model.orders.items() if not order.total]
        order_id, order = free[-1 - of % len(free)] if of % 4 else self.order(of)
        person = order.buyer if pick % 5 else self.person(pick)
        refusal = self.model.refuses_pay_nothing(person, order_id)
        self.do(PayNothing(person, order_id), refusal)
        if refusal is None and order.state != "paid":
            self._ticketed(order_id)
        else:
            self.saw()

    def _ticketed(self, order_id: int, *more: Audit) -> None:
        def issued(tx: Tx) -> list[tuple[int, int, int]]:
            tickets = tx.ticketing.tickets_of_order(order_id)
            standing = tx.ticketing.standing_credentials([ticket.id for ticket in tickets])
            return [(ticket.id, ticket.place, standing[ticket.id].id) for ticket in tickets]

        tickets = self.read(issued)
        order = self.model.orders[order_id]
        assert [place for _, place, _ in tickets] == sorted(order.wishes)
        self.model.paid(order_id, tickets)
        self.saw(*more, (order.buyer, "order.paid", "order", order_id), told=[(order.buyer, "tickets_issued")])

    @rule(answer=st.sampled_from((RefundState.CONFIRMED, RefundState.SUBMITTED, RefundState.FAILED, None)))
    def refund_tick(self, answer: RefundState | None) -> None:
        """None: the provider does not answer."""
        by_refund = {money.refund: money for money in self.model.charges.values() if money.refund}
        for refund, _ in self.read(DueRefunds())[:3]:
            money = by_refund[refund.id]
            assert money.state == refund.state in ("requested", "submitted")
            assert self.do(SubmitRefund(refund.id))
            self.saw()
            state = refund.state if answer is None else answer
            assert self.do(SettleRefund(refund.id, state, f"p{refund.id}")) == state
            audits: list[Audit] = [] if state == money.state else [(None, f"refund.{state}", "refund", refund.id)]
            money.state = state.value
            told: list[Told] = []
            if self.model.needs_a_hand(money):
                money.task = True
                (task_id,) = [
                    t.id for t in self.read(lambda tx: tx.records.open_tasks(99)) if t.subject_id == refund.id
                ]
                audits.append((None, "task.opened", "task", task_id))
                told = [(keeper, "task_due") for keeper in self.model.keepers()]
            elif state is RefundState.CONFIRMED:
                assert money.told is not None
                told = [(money.told, "refund_confirmed")]
            self.saw(*audits, told=told)

    # Handing on

    @precondition(lambda self: self.model.tickets)
    @rule(pick=PICK, of=PICK)
    def offer(self, pick: int, of: int) -> None:
        ticket_id = list(self.model.tickets)[of % len(self.model.tickets)]
        person = self.model.tickets[ticket_id].holder if pick % 5 else self.person(pick)
        refusal = self.model.refuses_offer(person, ticket_id)
        offer_id = self.do(OfferTicket(person, ticket_id), refusal)
        if refusal is not None:
            return
        standing = self.model.open_offer(ticket_id)
        if standing is not None and self.model.now < self.model.offers[standing].expires:
            assert offer_id == standing
            self.saw()
            return
        audits: list[Audit] = [(person, "ticket.offered", "ticket", ticket_id)]
        if standing is not None:
            self.model.offers[standing].open = False
            audits.append((person, "ticket.offer_withdrawn", "ticket", ticket_id))
        self.model.offers[offer_id] = Offer(ticket_id, person, self.model.now + policy.HAND_ON_LASTS)
        self.saw(*audits)

    @precondition(lambda self: self.model.offers)
    @rule(pick=PICK, of=PICK)
    def accept(self, pick: int, of: int) -> None:
        standing = [id for id, offer in self.model.offers.items() if offer.open]
        offers = standing if standing and of % 4 else list(self.model.offers)
        offer_id = offers[-1 - of % len(offers)]
        offer = self.model.offers[offer_id]
        others = [person for person in self.model.people if person != offer.giver]
        taker = others[pick % len(others)] if pick % 5 else self.person(pick)
        refusal = self.model.refuses_accept(taker, offer_id)
        self.do(AcceptTicket(taker, offer_id), refusal)
        if refusal is not None:
            return
        ticket = self.model.tickets[offer.ticket]
        self.model.dead_codes[ticket.code] = offer.ticket
        ticket.code = self.read(lambda tx: tx.ticketing.standing_credentials([offer.ticket])[offer.ticket].id)
        assert ticket.code not in self.model.dead_codes
        ticket.holder, offer.open = taker, False
        told = [(offer.giver, "ticket_taken"), (taker, "tickets_issued")]
        self.saw((taker, "ticket.taken", "ticket", offer.ticket), told=told)

    @precondition(lambda self: self.model.offers)
    @rule(pick=PICK, of=PICK)
    def withdraw(self, pick: int, of: int) -> None:
        ticket_id = list(self.model.offers.values())[of % len(self.model.offers)].ticket
        holder = self.model.tickets[ticket_id].holder
        assert self.do(WithdrawOffer(holder, ticket_id)) == ticket_id
        standing = self.model.open_offer(ticket_id)
        if standing is None:
            self.saw()
            return
        self.model.offers[standing].open = False
        self.saw((holder, "ticket.offer_withdrawn", "ticket", ticket_id))

    # The door

    def usher(self, pick: int) -> int:
        """Mostly somebody who may."""
        staff = sorted(self.model.roles)
        return staff[pick % len(staff)] if staff and pick % 5 else self.anybody(pick)

    @precondition(lambda self: self.model.tickets)
    @rule(pick=PICK, of=PICK, old=st.booleans(), typed=st.booleans())
    def scan(self, pick: int, of: int, old: bool, typed: bool) -> None:
        usher, dead = self.usher(pick), self.model.dead_codes
        if old and dead:
            code = list(dead)[of % len(dead)]
            ticket_id, typed = dead[code], False
        else:
            ticket_id = list(self.model.tickets)[of % len(self.model.tickets)]
            code = self.model.tickets[ticket_id].code
        short = self.read(lambda tx: tx.ticketing.tickets_of_order(self.model.tickets[ticket_id].order))
        short_code = next(ticket.short_code for ticket in short if ticket.id == ticket_id)
        scanned = Scan(usher, short_code=short_code) if typed else Scan(usher, Opened(CodeKind.TICKET, code))
        refusal, verdict = self.model.refuses_at_door(usher), self.model.verdict(code, ticket_id)
        found = self.do(scanned, refusal)
        if refusal is None:
            self._entered(usher, [(ticket_id, verdict)], [found])

    @precondition(lambda self: self.model.tickets)
    @rule(pick=PICK, of=PICK)
    def admit_party(self, pick: int, of: int) -> None:
        usher = self.usher(pick)
        order_id = list(self.model.tickets.values())[of % len(self.model.tickets)].order
        credential = self.read(lambda tx: tx.ticketing.party_credential(order_id))
        party = self.model.party(order_id)
        if credential is None or not party:
            return
        refusal = self.model.refuses_at_door(usher)
        verdicts = [(id, self.model.verdict(credential.id, id)) for id in party]
        found = self.do(AdmitParty(usher, credential.id), refusal)
        if refusal is None:
            self._entered(usher, verdicts, found)

    def _entered(self, usher: int, verdicts: list[tuple[int, str]], found: list[Any]) -> None:
        assert [(line["ticket_id"], line["outcome"]) for line in found] == verdicts
        let_in = [line for line in found if line["outcome"] == "admitted"]
        for line in let_in:
            self.model.entries[line["admission_id"]] = Entry(line["ticket_id"], usher, self.model.now)
        self.saw(*((usher, "ticket.admitted", "ticket", line["ticket_id"]) for line in let_in))

    @precondition(lambda self: self.model.entries)
    @rule(pick=PICK, of=PICK)
    def undo(self, pick: int, of: int) -> None:
        entry_id = list(self.model.entries)[-1 - of % len(self.model.entries)]
        entry = self.model.entries[entry_id]
        person = entry.usher if pick % 2 else self.anybody(pick)
        refusal = self.model.refuses_undo(person, entry_id)
        self.do(UndoAdmission(person, entry_id), refusal)
        if refusal is None:
            entry.inside = False
            self.saw((person, "admission.undone", "ticket", entry.ticket))

    # People

    @rule(pick=PICK, what=st.sampled_from(("usher", "usher", "manager", "declined", "revoke", "erase")))
    def come_and_go(self, pick: int, what: str) -> None:
        if what == "erase":
            self._erase(pick)
        elif what == "revoke":
            self._revoke(pick)
        else:
            self._join(pick, Role.MANAGER if what == "manager" else Role.USHER, what != "declined")

    def _join(self, pick: int, role: Role, confirmed: bool) -> None:
        person, owner, venue_id = self.person(pick), self.model.owner, self.house.venue_id
        if person in self.model.roles:
            return
        invitation_id = self.do(Invite(owner, role, venue_id))
        self.saw((owner, "staff.invited", "invitation", invitation_id))
        self.do(UseInvitation(person, invitation_id))
        asked = self.model.keepers() if role is Role.USHER else {owner}
        self.saw((person, "staff.asked", "invitation", invitation_id))
        assert self.asked_about(invitation_id) == asked
        assert self.do(DecideInvitation(owner, invitation_id, confirmed)) is confirmed
        if not confirmed:
            declined = (owner, "staff.declined", "invitation", invitation_id)
            self.saw(declined, told=[(person, "staff_declined")])
            return
        self.model.roles[person] = role.value
        granted = (owner, "role.granted", "person", person)
        self.saw((owner, "staff.confirmed", "invitation", invitation_id), granted, told=[(person, "staff_welcome")])
        self.do(TakeDoorPost(person, self.house.performance_id, None))
        self.saw((person, "door.taken", "performance", self.house.performance_id))

    def asked_about(self, invitation_id: int) -> set[int]:
        """Who has the card of an invitation."""
        cards = select(card.c.person_id).where(card.c.kind == "invitation", card.c.subject_id == invitation_id)
        return self.run(self.database.read(lambda connection: set(connection.execute(cards).scalars())))

    def _revoke(self, pick: int) -> None:
        if not self.model.roles:
            return
        person = list(self.model.roles)[pick % len(self.model.roles)]
        grant = Grant(Role(self.model.roles.pop(person)), self.house.venue_id)
        assert self.do(RevokeRole(self.model.owner, person, grant))
        self.saw((self.model.owner, "role.revoked", "person", person))

    def _erase(self, pick: int) -> None:
        """Somebody else comes in their place."""
        person = self.person(pick)
        refusal = self.model.refuses_erasure(person)
        self.do(ForgetMe(person), refusal)
        if refusal is not None:
            return
        audits: list[Audit] = [(person, "person.erased", "person", person)]
        unpaid = self.model.unpaid_of(person)
        if unpaid is not None:
            self.model.close(unpaid, "let_go")
            audits.append((person, "order.let_go", "order", unpaid))
        for offer_id in self.model.offers_of(person):
            self.model.offers[offer_id].open = False
            audits.append((person, "ticket.offer_withdrawn", "ticket", self.model.offers[offer_id].ticket))
        self.model.roles.pop(person, None)
        self.saw(*audits)
        other = self.do(ComeIn(AccountSeen("telegram", str(next(_accounts)), "Eve")))
        self.model.people[self.model.people.index(person)] = other
        self.saw((other, "person.came", "person", other))

    # The world

    @rule(minutes=st.sampled_from((1, 1, 4, 4, 9, 10, 10, 11, 31, 1500)))
    def advance(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        self.model.advance(timedelta(minutes=minutes))

    @rule()
    def restart(self) -> None:
        self.run(self.database.dispose())
        self.open()


@pytest.mark.parametrize(
    ("kind", "examples"), [("sqlite", 30), pytest.param("postgresql", 25, marks=pytest.mark.postgres)]
)
def test_a_house_under_random_use(kind: str, examples: int, request: pytest.FixtureRequest, tmp_path: Any) -> None:
    template = request.getfixturevalue("sqlite_template" if kind == "sqlite" else "postgres_template")

    def fresh() -> str:
        return str(template.fresh(Path(mkdtemp(dir=tmp_path))) if kind == "sqlite" else template.fresh())

    in_ci = bool(os.environ.get("CI"))
    run_state_machine_as_test(
        type("Machine", (HouseMachine,), {"fresh": staticmethod(fresh)}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=MOST_STEPS,
            deadline=None,
            derandomize=in_ci,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
