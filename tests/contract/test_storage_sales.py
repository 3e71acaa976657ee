"""Orders, tickets, credentials, offers, charges and the journal, as the database keeps them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import Contended
from domain.money import Money
from domain.payments.model import Charge, ChargeFate, JournalEntry, RefundState
from domain.ports import Tx
from domain.ticketing.model import Buying, Order, OrderLine, OrderState, Ticket, TicketState
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house, somebody

TEN_MINUTES = timedelta(minutes=10)
EUR = "EUR"


def new_order(tx: Tx, performance_id: int, buyer_id: int, state: OrderState = OrderState.HELD) -> int:
    until = tx.now + TEN_MINUTES if state.is_unpaid else None
    order = Order(0, performance_id, buyer_id, "telegram", state, Money(5000, EUR), tx.now, until, None, 1)
    return tx.ticketing.add_order(order)


def line(order_id: int, place: int, concession_id: int) -> OrderLine:
    return OrderLine(
        id=0,
        order_id=order_id,
        place=place,
        zone="Stalls",
        row="A",
        number=str(place),
        seat_kind="standard",
        category="First",
        concession_id=concession_id,
        price=Money(2500, EUR),
        tax_rate_bp=700,
        policy={"latecomers": "at_break"},
    )


def ticket(tx: Tx, order_id: int, of: OrderLine, holder_id: int, performance_id: int, short_code: str) -> Ticket:
    return Ticket(0, of.id, order_id, performance_id, of.place, holder_id, TicketState.VALID, short_code, 1)


@dataclass(frozen=True)
class Sale:
    house: SmallHouse
    buyer_id: int
    order_id: int
    ticket_ids: tuple[int, ...]


def sell(tx: Tx, house: SmallHouse, *places: int) -> Sale:
    buyer_id = somebody(tx)
    order_id = new_order(tx, house.performance_id, buyer_id, OrderState.PAID)
    tx.ticketing.add_lines([line(order_id, place, house.concession_id) for place in places])
    tickets = [
        ticket(tx, order_id, of, buyer_id, house.performance_id, f"CODE{of.place:02}")
        for of in tx.ticketing.lines(order_id)
    ]
    ids = tx.ticketing.add_tickets(tickets, tx.now)
    tx.ticketing.add_credentials(ids, "k", tx.now, party_of=order_id)
    return Sale(house, buyer_id, order_id, tuple(ids))


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(small_house)


@pytest.fixture
async def buyer_id(uow: UnitOfWork) -> int:
    return await uow.write(somebody)


class TestOrders:
    async def test_comes_back_as_it_went(self, uow: UnitOfWork, house: SmallHouse, buyer_id: int) -> None:
        order_id = await uow.write(lambda tx: new_order(tx, house.performance_id, buyer_id))
        lines = [line(order_id, place, house.concession_id) for place in (9, 8)]
        await uow.write(lambda tx: tx.ticketing.add_lines(lines))
        order = await uow.read(lambda tx: tx.ticketing.order(order_id))
        assert order is not None
        assert order.state is OrderState.HELD
        assert order.total == Money(5000, EUR)
        assert order.until == order.created_at + TEN_MINUTES
        stored = await uow.read(lambda tx: tx.ticketing.lines(order_id))
        assert [replace(found, id=0) for found in stored] == lines[::-1]
        assert await uow.read(lambda tx: tx.ticketing.line(stored[0].id)) == stored[0]
        assert await uow.read(lambda tx: (tx.ticketing.order(0), tx.ticketing.line(0))) == (None, None)

    async def test_one_unpaid_order_a_person_and_performance(
        self, uow: UnitOfWork, house: SmallHouse, buyer_id: int
    ) -> None:
        """The defence is the partial unique index ``uq_ticket_order_unpaid``."""

        def hold(tx: Tx) -> int:
            found = tx.ticketing.unpaid_order(buyer_id, house.performance_id, lock=True)
            return found.id if found else new_order(tx, house.performance_id, buyer_id)

        (order_id,) = set(await asyncio.gather(*(uow.write(hold) for _ in range(8))))
        await uow.write(lambda tx: tx.ticketing.set_order(order_id, OrderState.EXPIRED, closed_at=tx.now))
        assert await uow.write(hold) != order_id
        assert len(await uow.read(lambda tx: tx.ticketing.unpaid_orders(buyer_id))) == 1

    async def test_every_change_moves_the_revision_on(
        self, uow: UnitOfWork, house: SmallHouse, buyer_id: int, clock: FakeClock
    ) -> None:
        order_id = await uow.write(lambda tx: new_order(tx, house.performance_id, buyer_id))
        clock.advance(timedelta(minutes=1))
        until = clock.now() + TEN_MINUTES
        await uow.write(lambda tx: tx.ticketing.set_order(order_id, OrderState.PAYING, until=until))
        order = await uow.write(lambda tx: tx.ticketing.order(order_id, lock=True))
        assert order is not None
        assert (order.state, order.until, order.paid_at, order.revision) == (OrderState.PAYING, until, None, 2)
        await uow.write(lambda tx: tx.ticketing.set_order(order_id, OrderState.PAID, paid_at=tx.now))
        order = await uow.read(lambda tx: tx.ticketing.order(order_id))
        assert order is not None
        assert (order.until, order.paid_at, order.revision) == (None, clock.now(), 3)

    async def test_due_and_expired(self, uow: UnitOfWork, house: SmallHouse, buyer_id: int, clock: FakeClock) -> None:
        first = await uow.write(lambda tx: new_order(tx, house.performance_id, buyer_id))
        clock.advance(timedelta(minutes=1))
        second = await uow.write(lambda tx: new_order(tx, house.performance_id, somebody(tx)))
        await uow.write(lambda tx: new_order(tx, house.performance_id, somebody(tx), OrderState.PAID))
        clock.advance(TEN_MINUTES - timedelta(minutes=1))
        assert [o.id for o in await uow.write(lambda tx: tx.ticketing.due_orders(tx.now, 9))] == [first]
        clock.advance(timedelta(minutes=1))
        assert [o.id for o in await uow.write(lambda tx: tx.ticketing.due_orders(tx.now, 9))] == [first, second]
        assert len(await uow.write(lambda tx: tx.ticketing.due_orders(tx.now, 1))) == 1
        await uow.write(lambda tx: tx.ticketing.set_order(first, OrderState.EXPIRED, closed_at=tx.now))
        since = clock.now() - timedelta(hours=1)
        buying = await uow.read(lambda tx: tx.ticketing.buying(buyer_id, house.performance_id, since))
        assert buying == Buying(None, 0, [clock.now()])
        later = clock.now() + since.resolution
        buying = await uow.read(lambda tx: tx.ticketing.buying(buyer_id, house.performance_id, later))
        assert buying == Buying(None, 0, [])

    async def test_places_bought(self, uow: UnitOfWork, house: SmallHouse) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1, 2, 3))
        held_id = await uow.write(lambda tx: new_order(tx, house.performance_id, sale.buyer_id))
        held = await uow.read(lambda tx: tx.ticketing.order(held_id))
        here = await uow.write(lambda tx: tx.ticketing.buying(sale.buyer_id, house.performance_id, tx.now, lock=True))
        assert here == Buying(held, 3, [])
        elsewhere = await uow.read(lambda tx: tx.ticketing.buying(sale.buyer_id, house.performance_id + 1, tx.now))
        assert elsewhere == Buying(None, 0, [])


class TestTickets:
    async def test_are_given_back_in_the_order_given(self, uow: UnitOfWork, house: SmallHouse) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 30, 10, 20))
        tickets = await uow.read(lambda tx: tx.ticketing.tickets_of_order(sale.order_id))
        assert [ticket.place for ticket in tickets] == [10, 20, 30]
        assert [ticket.id for ticket in tickets] == list(sale.ticket_ids)
        assert await uow.read(lambda tx: tx.ticketing.count_tickets(house.performance_id)) == 3
        found = await uow.write(lambda tx: tx.ticketing.ticket_by_short_code(house.performance_id, "CODE20"))
        assert found == tickets[1]
        assert await uow.write(lambda tx: tx.ticketing.ticket_by_short_code(house.performance_id, "CODE99")) is None

    async def test_a_short_code_in_use_is_contended(self, uow: UnitOfWork, house: SmallHouse) -> None:
        first = await uow.write(lambda tx: sell(tx, house, 1))

        def again(tx: Tx) -> None:
            order_id = new_order(tx, house.performance_id, somebody(tx), OrderState.PAID)
            tx.ticketing.add_lines([line(order_id, place, house.concession_id) for place in (2, 3)])
            new = [
                ticket(tx, order_id, of, first.buyer_id, house.performance_id, code)
                for of, code in zip(tx.ticketing.lines(order_id), ("FRESH1", "CODE01"), strict=True)
            ]
            tx.ticketing.add_tickets(new, tx.now)

        with pytest.raises(Contended):
            await uow.write(again)
        assert await uow.read(lambda tx: tx.ticketing.count_tickets(house.performance_id)) == 1

    async def test_of_a_holder_what_is_next_comes_first(
        self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock
    ) -> None:
        later = await uow.write(lambda tx: sell(tx, house, 4, 3))
        clock.advance(-timedelta(days=3))
        sooner_house = await uow.write(small_house)
        clock.advance(timedelta(days=3))
        sooner = await uow.write(lambda tx: sell(tx, sooner_house, 1))
        for id in sooner.ticket_ids:
            await uow.write(lambda tx, id=id: tx.ticketing.set_ticket(id, holder_id=later.buyer_id))  # type: ignore[misc]
        mine = await uow.read(lambda tx: tx.ticketing.tickets_of_holder(later.buyer_id))
        assert [(ticket.performance_id, ticket.place) for ticket in mine] == [
            (sooner_house.performance_id, 1),
            (house.performance_id, 3),
            (house.performance_id, 4),
        ]
        after = clock.now() + timedelta(days=5)
        to_come = await uow.read(lambda tx: tx.ticketing.tickets_of_holder(later.buyer_id, after))
        assert len(to_come) == 2

    async def test_a_change_moves_the_revision_on(self, uow: UnitOfWork, house: SmallHouse) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1))
        (id,) = sale.ticket_ids
        await uow.write(lambda tx: tx.ticketing.set_ticket(id, state=TicketState.REFUNDED))
        changed = await uow.write(lambda tx: tx.ticketing.ticket(id, lock=True))
        assert changed is not None
        assert (changed.state, changed.holder_id, changed.revision) == (TicketState.REFUNDED, sale.buyer_id, 2)
        assert await uow.read(lambda tx: tx.ticketing.count_tickets(house.performance_id)) == 0


class TestCredentials:
    async def test_one_in_force_for_a_ticket(self, uow: UnitOfWork, house: SmallHouse) -> None:
        """The defence is the partial unique index ``uq_ticket_credential_ticket``."""
        sale = await uow.write(lambda tx: sell(tx, house, 1, 2))
        first, second = sale.ticket_ids
        before = await uow.read(lambda tx: tx.ticketing.standing_credentials([first, second]))
        assert set(before) == {first, second}
        with pytest.raises(Contended) as caught:
            await uow.write(lambda tx: tx.ticketing.add_credentials([first], "k", tx.now))
        assert isinstance(caught.value.__cause__, IntegrityError)

        def reissue(tx: Tx) -> None:
            tx.ticketing.revoke_credentials(tx.now, "handed_on", ticket_id=first)
            tx.ticketing.add_credentials([first], "k", tx.now)

        await uow.write(reissue)
        after = await uow.read(lambda tx: tx.ticketing.standing_credentials([first, second]))
        assert after[second] == before[second]
        assert after[first].id != before[first].id
        old = await uow.read(lambda tx: tx.ticketing.credential(before[first].id))
        assert old is not None
        assert old.revoked_why == "handed_on"

    async def test_of_a_party(self, uow: UnitOfWork, house: SmallHouse) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1, 2))
        party = await uow.read(lambda tx: tx.ticketing.party_credential(sale.order_id))
        assert party is not None
        assert (party.kind, party.order_id, party.ticket_id) == ("P", sale.order_id, None)
        await uow.write(lambda tx: tx.ticketing.revoke_credentials(tx.now, "refunded", order_id=sale.order_id))
        assert await uow.read(lambda tx: tx.ticketing.party_credential(sale.order_id)) is None
        assert len(await uow.read(lambda tx: tx.ticketing.standing_credentials(sale.ticket_ids))) == 2


async def test_one_open_offer_of_a_ticket(uow: UnitOfWork, house: SmallHouse) -> None:
    """The defence is the partial unique index ``uq_hand_on_open``."""
    sale = await uow.write(lambda tx: sell(tx, house, 1))
    (ticket_id,) = sale.ticket_ids

    def offer(tx: Tx) -> int:
        standing = tx.ticketing.open_hand_on(ticket_id)
        return (
            standing.id
            if standing
            else tx.ticketing.add_hand_on(ticket_id, sale.buyer_id, tx.now, tx.now + TEN_MINUTES)
        )

    (offer_id,) = set(await asyncio.gather(*(uow.write(offer) for _ in range(8))))
    taker_id = await uow.write(somebody)
    await uow.write(lambda tx: tx.ticketing.close_hand_on(offer_id, tx.now, taker_id))
    closed = await uow.write(lambda tx: tx.ticketing.hand_on(offer_id, lock=True))
    assert closed is not None
    assert (closed.giver_id, closed.taker_id) == (sale.buyer_id, taker_id)
    assert closed.closed_at is not None
    assert await uow.read(lambda tx: tx.ticketing.open_hand_on(ticket_id)) is None
    assert await uow.write(offer) != offer_id


async def test_watching_for_sales_to_open(uow: UnitOfWork, buyer_id: int, clock: FakeClock) -> None:
    clock.advance(timedelta(days=2))
    not_yet = await uow.write(small_house)  # on sale a day before the clock's present
    clock.advance(-timedelta(days=2))
    assert await uow.write(lambda tx: tx.ticketing.watch_sales(buyer_id, not_yet.performance_id, tx.now))
    assert not await uow.write(lambda tx: tx.ticketing.watch_sales(buyer_id, not_yet.performance_id, tx.now))
    assert await uow.read(lambda tx: tx.ticketing.watches_sales(buyer_id, not_yet.performance_id))
    assert await uow.write(lambda tx: tx.ticketing.watchers_due(tx.now, 9)) == []
    clock.advance(timedelta(days=1))
    assert await uow.write(lambda tx: tx.ticketing.watchers_due(tx.now, 9)) == [(buyer_id, not_yet.performance_id)]
    await uow.write(lambda tx: tx.ticketing.unwatch_sales(buyer_id, not_yet.performance_id))
    assert not await uow.read(lambda tx: tx.ticketing.watches_sales(buyer_id, not_yet.performance_id))


class TestMoney:
    def charge(self, tx: Tx, sale: Sale, number: str = "ch_1") -> Charge:
        amount = Money(5000, EUR)
        return Charge(0, "test", number, "tg_1", sale.order_id, sale.buyer_id, amount, tx.now, ChargeFate.TICKETS)

    async def test_a_charge_is_known_once(self, uow: UnitOfWork, house: SmallHouse) -> None:
        """The defence is the unique key (provider, provider's id)."""
        sale = await uow.write(lambda tx: sell(tx, house, 1, 2))
        ids = await asyncio.gather(
            *(uow.write(lambda tx: tx.payments.add_charge(self.charge(tx, sale))) for _ in range(8))
        )
        (charge_id,) = (id for id in ids if id is not None)
        await uow.write(lambda tx: tx.payments.set_fate(charge_id, ChargeFate.LATE))
        stored = await uow.read(lambda tx: tx.payments.charge(charge_id))
        assert stored is not None
        assert (stored.amount, stored.fate, stored.payer_id) == (Money(5000, EUR), ChargeFate.LATE, sale.buyer_id)
        assert await uow.read(lambda tx: tx.payments.charge_by_provider("test", "ch_1")) == stored
        assert await uow.read(lambda tx: tx.payments.charge_by_provider("other", "ch_1")) is None
        assert await uow.read(lambda tx: tx.payments.charges_of_order(sale.order_id)) == [stored]

    async def test_refunds(self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1))
        charge_id = await uow.write(lambda tx: tx.payments.add_charge(self.charge(tx, sale)))
        assert charge_id is not None
        half = Money(2500, EUR)
        refund_id = await uow.write(lambda tx: tx.payments.add_refund(charge_id, half, "late", tx.now))
        (due,) = await uow.read(lambda tx: tx.payments.due_refunds(tx.now, 9))
        assert (due.id, due.amount, due.state, due.attempts) == (refund_id, half, RefundState.REQUESTED, 0)
        later = clock.now() + TEN_MINUTES
        await uow.write(
            lambda tx: tx.payments.set_refund(
                refund_id, RefundState.SUBMITTED, provider_refund_id="re_1", next_try_at=later, attempts=1
            )
        )
        assert await uow.read(lambda tx: tx.payments.due_refunds(tx.now, 9)) == []
        clock.advance(TEN_MINUTES)
        (due,) = await uow.read(lambda tx: tx.payments.due_refunds(tx.now, 9))
        await uow.write(lambda tx: tx.payments.set_refund(refund_id, RefundState.CONFIRMED, settled_at=tx.now))
        settled = await uow.write(lambda tx: tx.payments.refund(refund_id, lock=True))
        assert settled is not None
        # What is not given stays as it was; there is no next try.
        assert (settled.provider_refund_id, settled.attempts, settled.next_try_at) == ("re_1", 1, None)
        assert await uow.read(lambda tx: tx.payments.refunds_of_charge(charge_id)) == [settled]
        assert await uow.read(lambda tx: tx.payments.due_refunds(tx.now, 9)) == []

    async def test_the_journal(self, uow: UnitOfWork, house: SmallHouse) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1))
        charge_id = await uow.write(lambda tx: tx.payments.add_charge(self.charge(tx, sale)))

        def write(tx: Tx) -> list[JournalEntry]:
            entry = JournalEntry(
                at=tx.now,
                kind="charge",
                method="test",
                amount=Money(5000, EUR),
                tax_rate_bp=700,
                tax_minor=327,
                performance_id=house.performance_id,
                order_id=sale.order_id,
                charge_id=charge_id,
            )
            entries = [entry, replace(entry, kind="refund", amount=Money(-2500, EUR), tax_rate_bp=0, tax_minor=0)]
            tx.payments.write_journal(entries)
            tx.payments.write_journal([])
            return entries

        entries = await uow.write(write)
        assert await uow.read(lambda tx: tx.payments.journal(order_id=sale.order_id)) == entries
        assert await uow.read(lambda tx: tx.payments.journal(charge_id=charge_id)) == entries
        assert await uow.read(lambda tx: tx.payments.journal(order_id=sale.order_id + 1)) == []

    async def test_receipt_numbers_ascend(self, uow: UnitOfWork, house: SmallHouse) -> None:
        sales = [await uow.write(lambda tx, place=place: sell(tx, house, place)) for place in (1, 2)]  # type: ignore[misc]
        for sale in sales:
            await uow.write(lambda tx, sale=sale: tx.payments.add_receipt(sale.order_id, tx.now))  # type: ignore[misc]
        first, second = [
            await uow.read(lambda tx, sale=sale: tx.payments.receipt_number(sale.order_id))  # type: ignore[misc]
            for sale in sales
        ]
        assert first is not None
        assert second is not None
        assert first < second
        assert await uow.read(lambda tx: tx.payments.receipt_number(0)) is None
