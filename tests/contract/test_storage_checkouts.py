"""Checkouts in the database: one stands for an order and way, what is due is found, and what is paid stays paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.errors import Contended
from domain.money import Money
from domain.payments.checkout_model import (
    Checkout,
    CheckoutState,
    ForeignCharge,
    ListedRefund,
    Opened,
    ProviderBill,
    Way,
)
from domain.payments.model import Charge, ChargeFate, JournalEntry, RefundState
from domain.ports import Tx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.selling import hold, people, seated_house

SUM = Money(5000, "EUR")
LATER = timedelta(seconds=15)


@pytest.fixture
async def order_id(uow: UnitOfWork) -> int:
    house = await uow.write(seated_house)
    (buyer,) = await people(uow, 1)
    return await uow.write(hold(house, buyer, 1, 2))


def checkout(order_id: int, clock: FakeClock, *, reference: str = "a" * 32, way: Way = Way.STRIPE) -> Checkout:
    now = clock.now()
    return Checkout(
        0, order_id, way, reference, "Concert", CheckoutState.ASKED, SUM, now, now + timedelta(minutes=30), now + LATER
    )


async def paid(uow: UnitOfWork, order_id: int) -> int:
    def capture(tx: Tx) -> int | None:
        return tx.payments.add_charge(
            Charge(0, "stripe", "pi_1", "", order_id, None, SUM, tx.now, ChargeFate.UNKNOWN),
        )

    charge_id = await uow.write(capture)
    assert charge_id is not None
    return charge_id


async def test_it_is_kept_as_it_was_made(uow: UnitOfWork, clock: FakeClock, order_id: int) -> None:
    made = checkout(order_id, clock, way=Way.WECHATPAY_H5)
    id = await uow.write(lambda tx: tx.payments.add_checkout(made))
    stored = await uow.read(lambda tx: tx.payments.checkout(id))
    assert stored == replace(made, id=id)
    assert await uow.read(lambda tx: tx.payments.checkout_by_reference("wechatpay", made.reference)) == stored
    assert await uow.read(lambda tx: tx.payments.checkout_by_reference("stripe", made.reference)) is None
    assert await uow.read(lambda tx: tx.payments.standing_checkout(order_id, Way.WECHATPAY_H5)) == stored
    assert await uow.read(lambda tx: tx.payments.standing_checkout(order_id, Way.WECHATPAY)) is None
    assert await uow.read(lambda tx: tx.payments.checkout(id + 1)) is None


async def test_one_stands_for_an_order_and_way(uow: UnitOfWork, clock: FakeClock, order_id: int) -> None:
    """The defence is the partial unique index."""
    first = await uow.write(lambda tx: tx.payments.add_checkout(checkout(order_id, clock)))
    second = checkout(order_id, clock, reference="b" * 32)
    with pytest.raises(Contended):
        await uow.write(lambda tx: tx.payments.add_checkout(second))
    other_way = replace(second, way=Way.ALIPAY)
    await uow.write(lambda tx: tx.payments.add_checkout(other_way))
    assert await uow.write(lambda tx: tx.payments.end_checkout(first, CheckoutState.CLOSED, None, None))
    third = checkout(order_id, clock, reference="c" * 32)
    await uow.write(lambda tx: tx.payments.add_checkout(third))


async def test_it_opens_once_and_ends_once(uow: UnitOfWork, clock: FakeClock, order_id: int) -> None:
    id = await uow.write(lambda tx: tx.payments.add_checkout(checkout(order_id, clock)))
    opened = Opened("cs_1", "https://pay.example/1")
    assert await uow.write(lambda tx: tx.payments.open_checkout(id, opened))
    assert not await uow.write(lambda tx: tx.payments.open_checkout(id, Opened("cs_2", "x")))
    stored = await uow.read(lambda tx: tx.payments.checkout(id))
    assert stored is not None
    assert (stored.state, stored.provider_reference, stored.address) == (CheckoutState.OPEN, "cs_1", opened.address)
    charge_id, tomorrow = await paid(uow, order_id), clock.now() + timedelta(days=1)
    # Money can come for what was closed; nothing closes what was paid.
    assert await uow.write(lambda tx: tx.payments.end_checkout(id, CheckoutState.CLOSED, None, None))
    assert await uow.write(lambda tx: tx.payments.end_checkout(id, CheckoutState.PAID, charge_id, tomorrow))
    assert not await uow.write(lambda tx: tx.payments.end_checkout(id, CheckoutState.PAID, charge_id, None))
    assert not await uow.write(lambda tx: tx.payments.end_checkout(id, CheckoutState.CLOSED, None, None))
    stored = await uow.read(lambda tx: tx.payments.checkout(id))
    assert stored is not None
    assert (stored.state, stored.charge_id, stored.next_look_at) == (CheckoutState.PAID, charge_id, tomorrow)


async def test_what_is_due_is_found_in_its_order(uow: UnitOfWork, clock: FakeClock, order_id: int) -> None:
    ways = (Way.STRIPE, Way.ALIPAY, Way.WECHATPAY)
    made = [checkout(order_id, clock, reference=f"{n}" * 32, way=way) for n, way in enumerate(ways)]
    made = [replace(one, next_look_at=clock.now() + n * LATER) for n, one in zip((2, 1, 9), made, strict=True)]
    ids = [await uow.write(lambda tx, one=one: tx.payments.add_checkout(one)) for one in made]  # type: ignore[misc]
    assert await uow.read(lambda tx: tx.payments.due_checkouts(tx.now, 9)) == []
    clock.advance(2 * LATER)
    due = await uow.read(lambda tx: tx.payments.due_checkouts(tx.now, 9))
    assert [one.id for one in due] == [ids[1], ids[0]]
    assert len(await uow.read(lambda tx: tx.payments.due_checkouts(tx.now, 1))) == 1
    await uow.write(lambda tx: tx.payments.look_later(ids[0], tx.now + LATER))
    await uow.write(lambda tx: tx.payments.look_later(ids[1], None))
    assert await uow.read(lambda tx: tx.payments.due_checkouts(tx.now, 9)) == []
    clock.advance(LATER)
    (again,) = await uow.read(lambda tx: tx.payments.due_checkouts(tx.now, 9))
    assert (again.id, again.looks) == (ids[0], 1)


async def test_money_of_others_is_noted_once(uow: UnitOfWork, clock: FakeClock) -> None:
    charge = ForeignCharge(0, "stripe", "pi_9", SUM, clock.now())
    id = await uow.write(lambda tx: tx.payments.add_foreign_charge(charge, tx.now))
    assert await uow.write(lambda tx: tx.payments.add_foreign_charge(charge, tx.now)) == id
    assert await uow.read(lambda tx: tx.payments.foreign_charge(id)) == replace(charge, id=id)
    assert await uow.read(lambda tx: tx.payments.foreign_charge(id + 1)) is None


async def test_which_bills_were_compared_is_remembered(uow: UnitOfWork, clock: FakeClock) -> None:
    first, second, third = (date(2027, 2, day) for day in (26, 27, 28))
    later = clock.now() + timedelta(hours=1)
    id = await uow.write(lambda tx: tx.payments.set_bill("alipay", first, later))
    await uow.write(lambda tx: tx.payments.set_bill("alipay", second, None))
    assert await uow.read(lambda tx: tx.payments.bill(id)) == ProviderBill(id, "alipay", first)
    assert await uow.read(lambda tx: tx.payments.bill(id + 99)) is None
    assert await uow.read(lambda tx: tx.payments.bills_not_due("alipay", first, tx.now)) == {first, second}
    assert await uow.read(lambda tx: tx.payments.bills_not_due("alipay", second, tx.now)) == {second}
    assert await uow.read(lambda tx: tx.payments.bills_not_due("wechatpay", first, tx.now)) == set()
    clock.advance(timedelta(hours=1))
    assert await uow.read(lambda tx: tx.payments.bills_not_due("alipay", first, tx.now)) == {second}
    assert await uow.write(lambda tx: tx.payments.set_bill("alipay", first, None)) == id, "one for a day"
    assert await uow.read(lambda tx: tx.payments.bills_not_due("alipay", third, tx.now)) == set()


async def test_refunds_are_missed_until_a_bill_lists_them(uow: UnitOfWork, clock: FakeClock, order_id: int) -> None:
    charge_id = await paid(uow, order_id)
    day = date(2027, 3, 1)

    def work(tx: Tx) -> list[int]:
        ids = [tx.payments.add_refund(charge_id, Money(minor, "EUR"), "late", tx.now) for minor in (1, 2, 3)]
        for id in ids[:2]:
            tx.payments.set_refund(id, RefundState.CONFIRMED, settled_at=tx.now)
        by_hand = JournalEntry(tx.now, "refund", "by_hand", Money(-2, "EUR"), charge_id=charge_id, refund_id=ids[1])
        tx.payments.write_journal([by_hand])
        missed = [tx.payments.unlisted_refunds("stripe", tx.now - LATER, tx.now)]
        missed.append(tx.payments.unlisted_refunds("alipay", tx.now - LATER, tx.now))
        missed.append(tx.payments.unlisted_refunds("stripe", tx.now - LATER, tx.now - LATER))
        for number, refund_id in (("n-1", ids[0]), ("n-1", ids[0]), ("x", None)):
            tx.payments.list_refund(charge_id, ListedRefund("pi_1", number, Money(7, "EUR")), refund_id, day)
        missed.append(tx.payments.unlisted_refunds("stripe", tx.now - LATER, tx.now))
        return [len(each) for each in missed]

    assert await uow.write(work) == [1, 0, 0, 0]
    assert await uow.read(lambda tx: tx.payments.listed_unasked(charge_id)) == 7


async def test_bills_that_were_read_are_counted(uow: UnitOfWork, clock: FakeClock) -> None:
    def work(tx: Tx) -> list[int]:
        for number, fate in enumerate(("compared", "none", "unread", "", "compared"), 1):
            tx.payments.set_bill("alipay", date(2027, 3, number), None, fate)
        return [tx.payments.bills_read("alipay", date(2027, 3, 1), date(2027, 3, last)) for last in (2, 4, 5)]

    assert await uow.write(work) == [2, 2, 3]
