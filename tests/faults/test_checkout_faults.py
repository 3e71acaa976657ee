"""Checkouts when things go wrong between deciding and knowing: crashes, silence, and providers that stumble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import checkouts
from domain.errors import ProviderUnavailable
from domain.payments.checkout import CheckoutOpened, OpenCheckout, SettleCheckout
from domain.payments.checkout_model import Checkout, CheckoutState, Opened, Paid, Told, Way
from domain.payments.model import ChargeFate
from storage.tables.checkouts import checkout as rows
from storage.transaction import StorageTx
from tests.support.clock import FakeClock
from tests.support.till import FAKES, LABELS, PUBLIC, Till, open_till


@pytest.fixture(params=FAKES)
async def till(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Till]:
    async with open_till(request.param, database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


@pytest.fixture
async def stripe(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Till]:
    """Where one provider stands for all: what is tried is our own side."""
    async with open_till("stripe", database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


class Killed(BaseException):
    """The process is gone at this point."""


async def decided(till: Till) -> int:
    """Anna's order and her wish to pay it are written down; the provider has not been asked. Gives the checkout."""
    anna = await till.evening.guest()
    await till.evening.at(anna, till.evening.theatre.concert_id)
    await anna.presses("· A ·")
    person_id, uow = await till.evening.id_of(anna), till.evening.house.foyer.uow
    (order,) = await uow.read(lambda tx: tx.ticketing.unpaid_orders(person_id))
    return await uow.write(OpenCheckout(person_id, order.id, till.fake.way, "From the New World"))


async def killed_between_call_and_store(till: Till, patch: pytest.MonkeyPatch) -> int:
    """The provider has made the checkout, and nobody here knows."""
    checkout_id = await decided(till)

    class Dies:
        def __init__(self, *_: object) -> None:
            raise Killed

    with patch.context() as dying:
        dying.setattr(checkouts, "CheckoutOpened", Dies)
        with pytest.raises(Killed):
            await till.evening.house.foyer.checkouts.prepare(checkout_id)
    return checkout_id


async def test_a_crash_between_the_call_and_its_store_is_mended_by_asking_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defence: our reference, decided before the call, under which asking twice makes one."""
    checkout_id = await killed_between_call_and_store(till, monkeypatch)
    (lost,) = await till.all()
    assert lost.state is CheckoutState.ASKED
    found = await till.evening.house.foyer.checkouts.prepare(checkout_id)
    assert found.state is CheckoutState.OPEN
    await till.pays(found)
    assert len(till.fake.trades) == 1


async def test_what_was_paid_after_such_a_crash_is_found(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Defence: the clock asks for what is only asked, too."""
    checkout_id = await killed_between_call_and_store(till, monkeypatch)
    (lost,) = await till.all()
    if till.fake.way is Way.ALIPAY:  # nothing is made before the person arrives
        assert (await till.opens(f"{PUBLIC}/pay/go/alipay/{lost.reference}"))[0] == 302
        return
    till.fake.pay(till.fake.trades[lost.reference])
    await till.looks()
    assert (await till.now(lost)).state is CheckoutState.PAID
    assert [charge.fate for charge, _ in await till.ledger()] == [ChargeFate.TICKETS]
    assert checkout_id == lost.id


async def test_without_a_reference_of_its_own_a_crash_makes_two(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control. Defence: the reference is decided and stored before the provider is asked."""
    await killed_between_call_and_store(till, monkeypatch)
    (lost,) = await till.all()

    def forget(tx: StorageTx) -> None:
        tx._connection.execute(update(rows).values(reference="f" * 32))

    await till.evening.house.foyer.uow.write(forget)
    await till.evening.house.foyer.checkouts.prepare(lost.id)
    if till.fake.way is not Way.ALIPAY:
        assert len(till.fake.trades) == 2


@pytest.mark.parametrize("fault", ["drop_after", "error"])
async def test_a_provider_that_stumbles_is_said_so_and_asked_again(till: Till, fault: str) -> None:
    anna = await till.evening.guest()
    await till.evening.at(anna, till.evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay CN¥")
    if till.fake.way is not Way.ALIPAY:  # which is not called before somebody arrives
        till.fake.faults = [fault]
        await anna.presses(LABELS[till.fake.name])
        assert "does not answer" in await anna.sees()
    await anna.presses(LABELS[till.fake.name])
    (checkout,) = await till.all()
    assert checkout.state is CheckoutState.OPEN
    await till.pays(checkout)
    assert len(till.fake.trades) == 1


async def test_a_provider_that_is_silent_is_asked_less_and_less_often(stripe: Till) -> None:
    anna = await stripe.evening.guest()
    checkout = await stripe.chooses(anna)
    stripe.fake.faults = ["error"] * 99
    for _ in range(3):
        await stripe.looks(timedelta(minutes=10))
    assert len(stripe.fake.asked) <= 6
    stripe.fake.faults = []
    await stripe.looks(timedelta(minutes=10))
    assert (await stripe.now(checkout)).state is CheckoutState.CLOSED


async def test_paid_at_the_moment_of_closing(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider says waiting, the person pays, we close: the money is not lost."""
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    trade = await till.arrives(checkout)
    provider = till.evening.house.foyer.checkouts.providers[till.fake.name]
    close = provider.close

    async def too_late(one: Checkout) -> None:
        till.fake.pay(trade)
        await close(one)

    with monkeypatch.context() as patch:
        patch.setattr(provider, "close", too_late)
        await till.looks(timedelta(minutes=11))
    assert (await till.now(checkout)).state is CheckoutState.OPEN
    await till.looks(timedelta(minutes=6))
    assert (await till.now(checkout)).state is CheckoutState.PAID
    assert len(await till.ledger()) == 1


async def test_notice_tick_and_reconciliation_at_once(stripe: Till) -> None:
    """Defence: the charge's unique key, under the order's lock."""
    anna = await stripe.evening.guest()
    checkout = await stripe.chooses(anna)
    trade = await stripe.pays(checkout)
    uow = stripe.evening.house.foyer.uow
    paid = Paid(checkout.reference, trade.charge_id, checkout.amount)
    works = [SettleCheckout(stripe.fake.name, paid, asked=bool(n % 2)) for n in range(6)]
    fates = await asyncio.gather(*(uow.write(work) for work in works))
    await stripe.evening.house.settle()
    assert set(fates) == {"tickets"}
    assert len(await stripe.ledger()) == 1
    assert len(await stripe.evening.tickets_of(anna)) == 2


async def test_two_taps_at_once_are_one_checkout(stripe: Till) -> None:
    """Defences: the order's lock, and the unique index on what stands."""
    first = await decided(stripe)
    (checkout,) = await stripe.all()
    uow = stripe.evening.house.foyer.uow
    order = await uow.read(lambda tx: tx.ticketing.order(checkout.order_id))
    assert order is not None
    taps = [OpenCheckout(order.buyer_id, order.id, stripe.fake.way, "x") for _ in range(6)]
    assert set(await asyncio.gather(*(uow.write(tap) for tap in taps))) == {first}


async def test_what_is_told_after_it_was_paid_changes_nothing(stripe: Till) -> None:
    """An answer to ``create`` that comes last of all."""
    anna = await stripe.evening.guest()
    checkout, _ = await stripe.paid(anna)
    await stripe.evening.house.foyer.uow.write(CheckoutOpened(checkout.id, Opened("x", "y")))
    assert (await stripe.now(checkout)).state is CheckoutState.PAID


async def test_a_provider_that_does_not_answer_holds_up_no_other(stripe: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben = await stripe.evening.guest(), await stripe.evening.guest(1002, "Ben")
    stuck, fine = await stripe.chooses(anna), await stripe.chooses(ben, "· B ·")
    await stripe.pays(fine)
    provider = stripe.evening.house.foyer.checkouts.providers[stripe.fake.name]
    query = provider.query

    async def sometimes(one: Checkout) -> Told:
        if one.id == stuck.id:
            raise ProviderUnavailable(status=503)
        return await query(one)

    monkeypatch.setattr(provider, "query", sometimes)
    await stripe.looks()
    assert len(await stripe.evening.tickets_of(ben)) == 2
