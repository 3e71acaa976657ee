"""What goes on in a house every day, as steps of ``test_house_machine``: seats, money, a change of mind, the door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from domain.admission.finding import ReissueTicket
from domain.admission.model import DoorMode
from domain.admission.scanning import AdmitParty, Scan, SetDoorMode, TakeDoorPost, UndoAdmission
from domain.codes import CodeKind, Opened
from domain.errors import NotAllowed, NotOnSale, SeatTaken, Stale
from domain.money import Money
from domain.payments.model import RefundState
from domain.payments.paying import BeginPayment, PayNothing
from domain.payments.refunding import DueRefunds, SettleRefund, SubmitRefund
from domain.people.model import AccountSeen, Grant, Role
from domain.people.usecases import ComeIn, DecideInvitation, Invite, RevokeRole, UseInvitation
from domain.ports import Tx
from domain.programme.model import Concession, Price
from domain.programme.returns import Resale, ReturnPolicy
from domain.records.usecases import ForgetMe
from domain.text import LocalText
from domain.ticketing import policy
from domain.ticketing.blocking import ReleaseBlock
from domain.ticketing.cancelling import CancelTickets
from domain.ticketing.changing_seats import ChangeSeats
from domain.ticketing.handing_on import AcceptTicket, OfferTicket, WithdrawOffer
from domain.ticketing.holding import ExpireOrders, HoldBest, HoldPlaces, LetGo, ProlongHold
from domain.ticketing.model import BlockReason, Wish
from domain.ticketing.resale import ListForResale, Unlist
from domain.ticketing.reserving import Reserve
from domain.ticketing.watching import block_places
from domain.ticketing.window import BeginSale, HoldAtWindow, StopSale
from domain.ticketing.window_model import WindowRules
from domain.ticketing.window_paying import TakeNothing
from storage.tables.admission import admission
from storage.tables.messaging import card
from storage.tables.payments import refund_line
from storage.tables.people import role_grant
from storage.tables.ticketing import claim, ticket, ticket_order
from storage.tables.waiting import waiting_offer
from storage.transaction import StorageTx
from tests.properties.house_driver import Audit, HouseDriver, Rows, Told
from tests.properties.house_model import (
    CANCEL_BEFORE,
    CAPACITY,
    FEE,
    FULL,
    LIMIT,
    RESALE_BEFORE,
    Claim,
    House,
    Offer,
    Order,
)
from tests.properties.house_model import Money as Charged
from tests.support.house import small_house, somebody
from tests.support.selling import captured

LONG = timedelta(days=30)  # doors have been open since: they stay so if the performance is moved
PICK = st.integers(0, 99)
PLACES = st.sets(st.integers(1, CAPACITY), min_size=1, max_size=3)
_accounts = count(1)

Step = Callable[[Callable[..., Any]], Any]


def at_work(**strategies: Any) -> Step:
    """A rule of a house whose performance has not been called off."""
    return lambda step: precondition(lambda self: not self.model.called_off)(rule(**strategies)(step))


class HouseMachine(HouseDriver):
    """``PICK`` chooses by position, so that steps stay meaningful while Hypothesis shrinks."""

    model: House
    idle_sale: int | None = None  # of the window: begun, and nothing has been held for it

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
        tx.window.put_rules(WindowRules(reserve=True))
        self.house = small_house(tx, capacity=CAPACITY)
        reduced = Concession(0, f"free-{self.house.performance_id}", LocalText.of(en="Free"))
        self.free_id = tx.programme.put_concession(reduced, 10**6)  # it is not the usual one
        performance = tx.programme.performance(self.house.performance_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, doors_at=tx.now - LONG, purchase_limit=LIMIT))
        prices = [
            Price("", self.house.concession_id, Money(FULL, "EUR"), 700),
            Price("", self.free_id, Money(0, "EUR"), 700),
        ]
        tx.programme.put_prices(performance.id, prices)
        tx.programme.put_return_policy(ReturnPolicy(fee_percent=10, resale=Resale.ALWAYS))
        people = [somebody(tx) for _ in range(4)]
        owner = somebody(tx, "Owner")
        tx.people.grant(owner, Grant(Role.OWNER), None, tx.now)
        self.store_updates(tx)
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

    @at_work(pick=PICK, places=PLACES, free=st.sampled_from((False, False, False, True)))
    def hold_places(self, pick: int, places: set[int], free: bool) -> None:
        person, prices = self.person(pick), dict.fromkeys(sorted(places), 0 if free else FULL)
        before, over = self.line_is_served()
        refusal = self.model.refuses_hold(person, prices)
        order_id = self.do(HoldPlaces(person, self.house.performance_id, self.wishes(prices)), refusal)
        if refusal is None:
            self._held(person, order_id, prices, over)
        else:
            self.model = before

    @at_work(pick=PICK, number=st.integers(1, 4))
    def hold_best(self, pick: int, number: int) -> None:
        person = self.person(pick)
        before, over = self.line_is_served()
        refusal = self.model.refuses_best(person, number)
        if refusal is None and (self.model.cooling_down(person) or self.model.hold_until(person) <= self.model.now):
            self.model = before
            return  # what is chosen decides whether it is refused: the same again is not
        wanted = HoldBest(person, self.house.performance_id, ((self.house.concession_id, number),))
        order_id = self.do(wanted, refusal)
        if refusal is not None:
            self.model = before
            return
        lines = self.read(lambda tx: tx.ticketing.lines(order_id))
        prices = {line.place: line.price.minor for line in lines}
        assert len(prices) == number
        assert prices.keys() <= self.model.free_for(person)
        self._held(person, order_id, prices, over)

    def _held(self, person: int, order_id: int, prices: dict[int, int], over: Sequence[Audit]) -> None:
        audits, told = self.served(over)
        same = self.model.same_hold(person, prices)
        if same is not None:
            assert order_id == same
            self.saw(*audits, told=told)
            return
        before = self.model.unpaid_of(person)
        ended: list[Audit] = []
        if before is not None:
            ended.append((person, f"order.{self.model.ends_as(before)}", "order", before))
        self.model.hold(order_id, person, prices)
        self.saw(*audits, *ended, (person, "order.held", "order", order_id), told=told)

    def line_is_served(self) -> tuple[House, list[Audit]]:
        """Whoever is about to hold places serves the line first. Gives the model as it was, should that be refused, and
        what is over; the offers have numbers of their own, negative, until ``served``."""
        before = deepcopy(self.model)
        return before, [(None, f"waiting.{state}", "waiting", id) for id, state in self.model.serve()]

    def served(self, over: Sequence[Audit]) -> tuple[list[Audit], list[Told]]:
        """After it was not refused."""
        new = {waiting.order: id for id, waiting in self.model.line.items() if waiting.order is not None}
        new = {order_id: id for order_id, id in new.items() if order_id < 0}
        audits, told = list(over), list[Told]()
        for order_id, waiting_id in new.items():
            offers = select(waiting_offer.c.order_id).where(waiting_offer.c.waiting_id == waiting_id)
            offers = offers.where(waiting_offer.c.ended_at.is_(None))
            real = self.run(self.database.read(lambda connection, o=offers: connection.execute(o).scalar_one()))
            self.model.number(order_id, real)
            person = self.model.orders[real].buyer
            audits += [(person, "order.held", "order", real), (None, "waiting.offered", "order", real)]
            told.append((person, "seats_offered"))
        return audits, told

    @precondition(lambda self: self.model.orders)
    @at_work(pick=PICK, of=PICK)
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
    @at_work(pick=PICK, of=PICK)
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

    @at_work()
    def expire(self) -> None:
        due = self.model.due_orders()
        assert self.do(ExpireOrders()) == len(due)
        for order_id in due:
            self.model.close(order_id, "expired")
        told = [(self.model.orders[id].buyer, "hold_ended") for id in due]
        self.saw(*((None, "order.expired", "order", id) for id in due), told=told)

    @precondition(lambda self: sum(claim.owner[0] == "block" for claim in self.model.claims.values()) < 2)
    @at_work(place=st.integers(1, CAPACITY))
    def block(self, place: int) -> None:
        refusal = self.model.refuses_block([place])
        performance_id, owner = self.house.performance_id, self.model.owner
        block_id = self.do(lambda tx: block_places(tx, performance_id, [place], BlockReason.HOUSE, "", owner), refusal)
        if refusal is None:
            self.model.claims[place] = Claim(("block", block_id), None)
            self.saw((owner, "places.blocked", "block", block_id))

    @precondition(lambda self: any(claim.owner[0] == "block" for claim in self.model.claims.values()))
    @at_work(pick=PICK)
    def release_block(self, pick: int) -> None:
        blocks = sorted({claim.owner[1] for claim in self.model.claims.values() if claim.owner[0] == "block"})
        block_id, owner = blocks[pick % len(blocks)], self.model.owner
        self.do(ReleaseBlock(owner, block_id))
        self.model.claims = {p: claim for p, claim in self.model.claims.items() if claim.owner != ("block", block_id)}
        self.saw((owner, "places.released", "block", block_id))

    # The window

    @precondition(lambda self: self.model.orders)
    @at_work(pick=PICK, of=PICK)
    def reserve(self, pick: int, of: int) -> None:
        order_id, order = self.order(of)
        person = order.buyer if pick % 5 else self.person(pick)
        refusal, until = self.model.refuses_reserve(person, order_id), self.model.reserved_until()
        self.do(Reserve(person, order_id), refusal)
        if refusal is None and order.state == "held":
            order.state, order.until = "reserved", until
            self.model.keep(order_id, until)
            self.saw((person, "order.reserved", "order", order_id))
        else:
            self.saw()

    @at_work(place=st.integers(1, CAPACITY), comes_to_something=st.booleans())
    def sell_at_window(self, place: int, comes_to_something: bool) -> None:
        """To somebody without a name, at a price of nothing; the owner stands in for a clerk."""
        owner, performance_id = self.model.owner, self.house.performance_id
        over = NotOnSale if self.model.now >= self.model.ends else None
        sale_id = self.do(BeginSale(owner, performance_id), over)
        if over is not None:
            return
        assert self.idle_sale in (None, sale_id)
        opened: list[Audit] = [] if self.idle_sale else [(owner, "window.opened", "window_sale", sale_id)]
        self.saw(*opened)
        self.idle_sale = sale_id
        sale = self.read(lambda tx: tx.window.sale(sale_id))
        assert sale is not None
        before, over_now = self.line_is_served()
        refusal = None if place in self.model.free_for(sale.buyer_id) else SeatTaken
        hold = HoldPlaces(sale.buyer_id, performance_id, self.wishes({place: 0}))
        order_id = self.do(HoldAtWindow(owner, sale_id, hold), refusal)
        if refusal is not None:
            self.model = before
            return
        self.idle_sale = None
        audits, told = self.served(over_now)
        self.model.hold(order_id, sale.buyer_id, {place: 0})
        audits += [(sale.buyer_id, "order.held", "order", order_id), (owner, "window.held", "order", order_id)]
        self.saw(*audits, told=told)
        if comes_to_something:
            self.do(TakeNothing(owner, order_id))
            self._ticketed(order_id, (owner, "window.sold", "order", order_id))
        else:
            self.do(StopSale(owner, sale_id))
            self.model.close(order_id, "let_go")
            stopped = (owner, "window.stopped", "window_sale", sale_id)
            self.saw((owner, "order.let_go", "order", order_id), stopped)

    # Money

    @precondition(lambda self: self.model.orders)
    @at_work(pick=PICK, of=PICK, wrong=st.sampled_from((0,) * 7 + (1,)))
    def pre_checkout(self, pick: int, of: int, wrong: int) -> None:
        order_id, order = self.order(of)
        payer, minor = order.buyer if pick % 5 else self.person(pick), order.total + wrong
        refusal = self.model.refuses_pre_checkout(payer, order_id, minor)
        self.do(BeginPayment(payer, order_id, Money(minor, "EUR")), refusal)
        if refusal is None:
            until = min(self.model.now + policy.PAYING_LASTS, order.created + policy.PAYING_AT_MOST)
            # An offer to who waits in line lasts longer than a hold.
            order.state, order.until = "paying", max(until, order.until or until)
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
        self._charged(order_id, payer, key, outcome["charge_id"], fate)

    def _charged(self, order_id: int, payer: int | None, key: str, charge_id: int, fate: str, *more: Audit) -> None:
        self.model.charges[key] = money = Charged(fate)
        audits = [(payer, "charge.captured", "charge", charge_id), *more]
        if fate == "tickets":
            self._ticketed(order_id, *audits)
            return
        (refund,) = self.read(lambda tx: tx.payments.refunds_of_charge(charge_id))
        money.refund, money.requested = refund.id, self.model.now
        money.told = payer or self.model.orders[order_id].buyer
        self.saw(*audits, (None, "refund.requested", "refund", refund.id), told=[(money.told, "money_refunded")])

    @precondition(lambda self: self.model.charges)
    @rule(pick=PICK, of=PICK)
    def capture_again(self, pick: int, of: int) -> None:
        """The provider tells of a charge once more, perhaps with another order's name on it."""
        key = list(self.model.charges)[of % len(self.model.charges)]
        order_id, order = self.order(pick)
        provider = "stripe" if key.startswith("s") else "test"
        outcome = self.do(captured(order_id, order.buyer, order.total, charge=key, provider=provider))
        assert outcome["fate"] == self.model.charges[key].fate
        self.saw()

    @precondition(lambda self: any(not order.total for order in self.model.orders.values()))
    @at_work(pick=PICK, of=PICK)
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
        audits, told = self._resold(order_id)
        self.model.paid(order_id, tickets)
        exchanged = self._exchanged(order)
        audits += [*more, (order.buyer, "order.paid", "order", order_id), *exchanged[0]]
        self.saw(*audits, told=[*told, (order.buyer, "tickets_issued"), *exchanged[1]])

    # A change of mind

    def _returned(self, ticket_id: int, minor: int, told: int) -> tuple[list[Audit], list[Told]]:
        """The refund that a ticket's end has brought about."""
        if not minor:
            return [], []
        line = select(refund_line.c.refund_id).where(refund_line.c.ticket_id == ticket_id)
        refund_id = self.run(self.database.read(lambda connection: connection.execute(line).scalar_one()))
        refund = self.read(lambda tx: tx.payments.refund(refund_id))
        assert refund.amount.minor == minor
        self.model.returns.append(Charged("tickets", refund_id, told, self.model.now))
        return [(None, "refund.requested", "refund", refund_id)], [(told, "money_refunded")]

    def _end(self, ticket_id: int, actor: int | None, back: int, state: str | None = None) -> list[Audit]:
        state = state or ("refunded" if back else "cancelled")
        audits: list[Audit] = [(actor, f"ticket.{state}", "ticket", ticket_id)]
        offer = self.model.open_offer(ticket_id)
        if offer is not None:
            self.model.offers[offer].open = False
            audits.append((actor, "ticket.offer_withdrawn", "ticket", ticket_id))
        self.model.end_ticket(ticket_id, state)
        return audits

    def _price(self, ticket_id: int) -> int:
        ticket = self.model.tickets[ticket_id]
        return self.model.orders[ticket.order].wishes[ticket.place]

    def _resold(self, order_id: int) -> tuple[list[Audit], list[Told]]:
        order, audits, told = self.model.orders[order_id], list[Audit](), list[Told]()
        for ticket_id in self.model.resold(order_id):
            if ticket_id == order.instead_of:
                continue  # it was changed for itself
            price, buyer = self._price(ticket_id), self.model.orders[self.model.tickets[ticket_id].order].buyer
            audits += self._end(ticket_id, None, price)
            more, heard = self._returned(ticket_id, price and price - FEE, buyer)
            audits += more
            told += heard or [(self.model.tickets[ticket_id].holder, "ticket_changed")]
        return audits, told

    def _exchanged(self, order: Order) -> tuple[list[Audit], list[Told]]:
        if order.instead_of is None:
            return [], []
        left = max(0, (order.credit or 0) - sum(order.wishes.values()))
        audits = self._end(order.instead_of, order.buyer, left, "cancelled")
        more, told = self._returned(order.instead_of, left, order.buyer)
        return audits + more, told

    def ticket(self, pick: int, of: int) -> tuple[int, int]:
        """One, mostly good, and somebody, mostly its holder."""
        good = [id for id, ticket in self.model.tickets.items() if ticket.state == "valid"]
        tickets = good if good and of % 4 else list(self.model.tickets)
        ticket_id = tickets[of % len(tickets)]
        return ticket_id, self.model.tickets[ticket_id].holder if pick % 5 else self.person(pick)

    @precondition(lambda self: self.model.tickets)
    @at_work(pick=PICK, of=PICK)
    def cancel(self, pick: int, of: int) -> None:
        ticket_id, person = self.ticket(pick, of)
        refusal = self.model.refuses_giving_up(person, ticket_id, CANCEL_BEFORE)
        self.do(CancelTickets(person, (ticket_id,)), refusal)
        if refusal is not None:
            return
        price = self._price(ticket_id)
        audits = self._end(ticket_id, person, price)
        more, told = self._returned(ticket_id, price and price - FEE, person)
        self.saw(*audits, *more, told=told)

    @precondition(lambda self: self.model.tickets)
    @at_work(pick=PICK, of=PICK, to=st.none() | PICK)
    def give_for_resale(self, pick: int, of: int, to: int | None) -> None:
        """Somebody may buy it at once."""
        ticket_id, person = self.ticket(pick, of)
        ticket, refusal = self.model.tickets[ticket_id], self.model.refuses_giving_up(person, ticket_id, RESALE_BEFORE)
        assert self.do(ListForResale(person, (ticket_id,)), refusal) == (None if refusal else 1)
        if refusal is not None:
            return
        if ticket.listed:
            self.saw()
            return
        audits: list[Audit] = [(person, "ticket.listed", "ticket", ticket_id)]
        audits.append((None, "ticket.resale_offered", "ticket", ticket_id))
        offer = self.model.open_offer(ticket_id)
        if offer is not None:
            self.model.offers[offer].open = False
            audits.append((person, "ticket.offer_withdrawn", "ticket", ticket_id))
        del self.model.claims[ticket.place]
        ticket.listed = True
        self.saw(*audits)
        if to is not None:
            self.hold_places(to, {ticket.place}, False)
            held = self.model.unpaid_of(self.person(to))
            if held is not None and self.model.fate(None, held, self.model.orders[held].total) == "tickets":
                self._pay(held)

    @precondition(lambda self: any(ticket.listed for ticket in self.model.tickets.values()))
    @at_work(pick=PICK, of=PICK)
    def keep_after_all(self, pick: int, of: int) -> None:
        listed = [id for id, ticket in self.model.tickets.items() if ticket.listed]
        ticket_id, person = self.ticket(pick, of)
        if listed and of % 4:
            ticket_id = listed[of % len(listed)]
            person = self.model.tickets[ticket_id].holder
        refusal = self.model.refuses_unlisting(person, ticket_id)
        self.do(Unlist(person, ticket_id), refusal)
        if refusal is not None:
            return
        self.saw(*self._unlisted(ticket_id, person))

    def _unlisted(self, ticket_id: int, actor: int | None) -> list[Audit]:
        ticket = self.model.tickets[ticket_id]
        if not ticket.listed:
            return []
        self.model.claims[ticket.place] = Claim(("order", ticket.order), None)
        ticket.listed = False
        return [(actor, "ticket.unlisted", "ticket", ticket_id)]

    @precondition(lambda self: self.model.tickets)
    @at_work(pick=PICK, of=PICK, place=st.integers(1, CAPACITY), free=st.booleans(), at_once=st.booleans())
    def change_seat(self, pick: int, of: int, place: int, free: bool, at_once: bool) -> None:
        ticket_id, person = self.ticket(pick, of)
        price, credit = 0 if free else FULL, self._price(ticket_id)
        as_it_was, over = self.line_is_served()
        refusal = self.model.refuses_change(person, ticket_id, place)
        order_id = self.do(ChangeSeats(person, (ticket_id,), self.wishes({place: price})), refusal)
        if refusal is not None:
            self.model = as_it_was
            return
        ended, told = self.served(over)
        before = self.model.unpaid_of(person)
        if before is not None:
            ended.append((person, f"order.{self.model.ends_as(before)}", "order", before))
        self.model.hold(order_id, person, {place: price})
        order = self.model.orders[order_id]
        order.credit, order.instead_of = credit, ticket_id
        changes = (person, "order.changes", "order", order_id)
        self.saw(*ended, (person, "order.held", "order", order_id), changes, told=told)
        if at_once:
            self._pay(order_id)

    def _pay(self, order_id: int) -> None:
        """An order that was held this moment."""
        order = self.model.orders[order_id]
        if not order.total:
            self.do(PayNothing(order.buyer, order_id))
            self._ticketed(order_id)
            return
        key = f"c{len(self.model.charges)}"
        outcome = self.do(captured(order_id, order.buyer, order.total, charge=key))
        assert outcome["fate"] == "tickets"
        self.model.charges[key] = Charged("tickets")
        self._ticketed(order_id, (order.buyer, "charge.captured", "charge", outcome["charge_id"]))

    @rule(answer=st.sampled_from((RefundState.CONFIRMED, RefundState.SUBMITTED, RefundState.FAILED, None)))
    def refund_tick(self, answer: RefundState | None) -> None:
        """None: the provider does not answer."""
        by_refund = {m.refund: m for m in (*self.model.charges.values(), *self.model.returns) if m.refund}
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
    @at_work(pick=PICK, of=PICK)
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
    @at_work(pick=PICK, of=PICK)
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
    @at_work(pick=PICK, of=PICK)
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
    @at_work(pick=PICK, of=PICK, old=st.booleans(), typed=st.booleans())
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
        refusal, verdict = self.model.refuses_at_door(usher), self.model.verdict(usher, code, ticket_id)
        found = self.do(scanned, refusal)
        if refusal is None:
            self._entered(usher, [(ticket_id, verdict)], [found])

    @precondition(lambda self: self.model.tickets)
    @at_work(pick=PICK, of=PICK)
    def admit_party(self, pick: int, of: int) -> None:
        usher = self.usher(pick)
        order_id = list(self.model.tickets.values())[of % len(self.model.tickets)].order
        credential = self.read(lambda tx: tx.ticketing.party_credential(order_id))
        party = self.model.party(order_id)
        if credential is None or not party:
            return
        refusal = self.model.refuses_at_door(usher)
        verdicts = [(id, self.model.verdict(usher, credential.id, id)) for id in party]
        found = self.do(AdmitParty(usher, credential.id), refusal)
        if refusal is None:
            self._entered(usher, verdicts, found)

    def _entered(self, usher: int, verdicts: list[tuple[int, str]], found: list[Any]) -> None:
        assert [(line["ticket_id"], line["outcome"]) for line in found] == verdicts
        kept: list[Audit] = []
        told: list[Told] = []
        for line in found:
            self.model.enter(line["admission_id"], line["ticket_id"], usher, line["outcome"])
            if line["outcome"] == "admitted":
                self._keep_at_door(line["ticket_id"], kept, told)
        moved = [line for line in found if line["outcome"] in ("admitted", "re_admitted", "left")]
        self.saw(
            *kept, *((usher, f"ticket.{line['outcome']}", "ticket", line["ticket_id"]) for line in moved), told=told
        )

    def _keep_at_door(self, ticket_id: int, audits: list[Audit], told: list[Told]) -> None:
        """Whoever was about to buy the place has lost it."""
        ticket = self.model.tickets[ticket_id]
        if ticket.listed and self.model.claimed(ticket.place):
            kind, order_id = self.model.claims[ticket.place].owner
            if kind == "order":
                self.model.close(order_id, "expired")
                audits.append((None, "order.expired", "order", order_id))
                told.append((self.model.orders[order_id].buyer, "hold_ended"))
        audits += self._unlisted(ticket_id, None)

    @precondition(lambda self: self.model.entries)
    @at_work(pick=PICK, of=PICK)
    def undo(self, pick: int, of: int) -> None:
        lines = sorted([*self.model.entries, *self.model.exits])
        line_id = lines[-1 - of % len(lines)]
        usher = (self.model.exits.get(line_id) or self.model.entries[line_id]).usher
        person = usher if pick % 2 else self.anybody(pick)
        refusal = self.model.refuses_undo(person, line_id)
        self.do(UndoAdmission(person, line_id), refusal)
        if refusal is None:
            self.saw((person, "admission.undone", "ticket", self.model.undo(line_id)))

    @at_work(pick=PICK, mode=st.sampled_from(DoorMode))
    def set_mode(self, pick: int, mode: DoorMode) -> None:
        usher = self.usher(pick)
        refusal = self.model.refuses_at_door(usher)
        self.do(SetDoorMode(usher, mode), refusal)
        if refusal is not None:
            return
        if self.model.posts[usher][0] == mode:
            self.saw()
            return
        self.model.posts[usher] = (mode.value, self.model.now)
        self.saw((usher, "door.mode", "performance", self.house.performance_id))

    @precondition(lambda self: self.model.tickets)
    @at_work(pick=PICK, of=PICK)
    def reissue(self, pick: int, of: int) -> None:
        usher = self.usher(pick)
        ticket_id = list(self.model.tickets)[of % len(self.model.tickets)]
        ticket = self.model.tickets[ticket_id]
        refusal = None if self.model.is_staff(usher) else NotAllowed
        if refusal is None and ticket.state != "valid":
            refusal = Stale
        self.do(ReissueTicket(usher, ticket_id), refusal)
        if refusal is not None:
            return
        self.model.dead_codes[ticket.code] = ticket_id
        ticket.code = self.read(lambda tx: tx.ticketing.standing_credentials([ticket_id])[ticket_id].id)
        self.saw((usher, "ticket.reissued", "ticket", ticket_id), told=[(ticket.holder, "tickets_issued")])

    # People

    @at_work(pick=PICK, what=st.sampled_from(("usher", "usher", "manager", "declined", "revoke", "erase")))
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
        self.model.posts[person] = ("in", self.model.now)
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
        audits += [(person, "waiting.left", "waiting", id) for id in self.model.leave(person)]
        for offer_id in self.model.offers_of(person):
            self.model.offers[offer_id].open = False
            audits.append((person, "ticket.offer_withdrawn", "ticket", self.model.offers[offer_id].ticket))
        self.model.roles.pop(person, None)
        self.model.mails.pop(person, None)  # nothing more is sent there
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

    def compare(self, rows: Rows) -> None:
        c, o, t, a, g = claim.c, ticket_order.c, ticket.c, admission.c, role_grant.c
        claims = {
            place: (order, block, until)
            for place, order, block, until in rows(c.place, c.order_id, c.block_id, c.until)
        }
        assert claims == {
            place: (*((owner[1], None) if owner[0] == "order" else (None, owner[1])), until)
            for place, (owner, until) in ((place, (x.owner, x.until)) for place, x in self.model.claims.items())
        }
        orders = {id: rest for id, *rest in rows(o.id, o.buyer_id, o.state, o.total_minor)}
        assert orders == {id: [x.buyer, x.state, x.total] for id, x in self.model.orders.items()}
        tickets = rows(t.id, t.order_id, t.place, t.holder_id, t.state, t.listed_at)
        assert {id: (*rest, since is not None) for id, *rest, since in tickets} == {
            id: (x.order, x.place, x.holder, x.state, x.listed) for id, x in self.model.tickets.items()
        }
        inside = {id for id, stands in rows(a.id, a.inside) if stands}
        assert inside == {id for id, entry in self.model.entries.items() if entry.inside}
        roles = {person: role for person, role, gone in rows(g.person_id, g.role, g.revoked_at) if not gone}
        assert roles == {**self.model.roles, self.model.owner: "owner"}
