"""What only one of the providers has: Stripe's list of charges, WeChat's H5; and part of a payment given back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.payments.checkout import OpenCheckout
from domain.payments.checkout_model import CheckoutState, Way
from domain.payments.giving_back import give_back, lock_tickets
from domain.payments.model import RefundState
from domain.ports import Tx
from tests.support.clock import FakeClock
from tests.support.fakes.base import Trade
from tests.support.till import FAKES, PUBLIC, Till, open_till


@pytest.fixture(params=FAKES)
async def till(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Till]:
    async with open_till(request.param, database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


@pytest.fixture
async def stripe(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Till]:
    async with open_till("stripe", database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


async def test_a_part_of_a_payment_goes_back_and_then_the_rest(till: Till) -> None:
    anna = await till.evening.guest()
    checkout, trade = await till.paid(anna)
    for fee, ticket_id in ((10000, 0), (0, 1)):
        ids = [(await till.evening.tickets_of(anna))[ticket_id]]

        def cancel(tx: Tx, ids: list[int] = ids, fee: int = fee) -> list[int]:
            return give_back(tx, lock_tickets(tx, ids), reason="cancelled", actor_id=None, fees={ids[0]: fee})

        await till.evening.house.foyer.uow.write(cancel)
        await till.refunds()
    ((_, refunds),) = await till.ledger()
    assert [(refund.amount.minor, refund.state) for refund in refunds] == [
        (58000, RefundState.CONFIRMED),
        (68000, RefundState.CONFIRMED),
    ]
    assert trade.refunded == 126000
    await till.looks(timedelta(hours=25))
    assert await till.tasks() == []
    assert (await till.now(checkout)).next_look_at is None


async def reconciled(till: Till) -> int:
    missing = await till.evening.house.foyer.ticks.reconcile(till.evening.clock.now())
    await till.evening.house.settle()
    return missing


async def test_stripe_s_list_catches_up_with_lost_news(stripe: Till) -> None:
    people = [await stripe.evening.guest(1001 + n, f"Guest {n}") for n in range(3)]  # more than a page of the list
    for person in people:
        await stripe.pays(await stripe.chooses(person, "· C ·"))
    assert await reconciled(stripe) == 3
    assert [len(await stripe.evening.tickets_of(person)) for person in people] == [2, 2, 2]
    assert await reconciled(stripe) == 0
    assert {checkout.state for checkout in await stripe.all()} == {CheckoutState.PAID}


async def test_money_with_our_mark_that_nobody_here_knows_is_a_task_and_stays(stripe: Till) -> None:
    owner = await stripe.evening.guest(900, "Olga")
    foreign = Trade("e" * 32, 4200, "EUR", stripe.evening.clock.now())
    stripe.fake.trades[foreign.reference] = foreign
    stripe.fake.pay(foreign)
    for _ in range(3):
        assert await reconciled(stripe) == 0
    assert await stripe.tasks() == ["charge_unknown"]
    await owner.says("/tasks")
    await owner.presses("Money that we do not know")
    said = await owner.sees()
    assert "€42" in said
    assert foreign.charge_id in said
    assert await stripe.ledger() == []
    await stripe.refunds()
    assert foreign.refunded == 0


async def test_what_was_given_back_over_there_is_a_task(stripe: Till) -> None:
    _, trade = await stripe.paid(await stripe.evening.guest())
    trade.refunds["in the dashboard"] = [100, "ok"]
    assert await reconciled(stripe) == 0
    assert await stripe.tasks() == ["refund_unknown"]


async def test_a_refund_that_was_confirmed_and_is_not_there_is_a_task(stripe: Till) -> None:
    anna = await stripe.evening.guest()
    _, trade = await stripe.paid(anna)
    ids = await stripe.evening.tickets_of(anna)
    await stripe.evening.house.foyer.uow.write(
        lambda tx: give_back(tx, lock_tickets(tx, ids), reason="cancelled", actor_id=None)
    )
    await stripe.refunds()
    assert trade.refunded == 136000
    trade.refunds.clear()
    await stripe.looks(timedelta(hours=25))
    assert await stripe.tasks() == ["refund_missing"]


async def test_a_provider_that_does_not_answer_does_not_keep_the_others_from_being_asked(stripe: Till) -> None:
    stripe.fake.faults = ["error"]
    assert await reconciled(stripe) == 0


async def test_wechat_from_the_phone_s_own_browser(database_url: str, tmp_path: Path, clock: FakeClock) -> None:
    async with open_till("wechatpay", database_url, tmp_path, clock) as till:
        anna = await till.evening.guest()
        await till.evening.at(anna, till.evening.theatre.concert_id)
        await anna.presses("· A ·")
        await anna.presses("Pay CN¥")
        await anna.presses("WeChat Pay on this phone")
        (checkout,) = await till.all()
        assert checkout.address == f"{PUBLIC}/pay/go/wechatpay/{checkout.reference}"
        assert till.fake.asked == []
        for _ in range(2):  # the person may come twice
            status, address = await till.opens(checkout.address)
            assert status == 302
            assert address.startswith("https://wx.tenpay.test/checkmweb?")
            assert address.endswith("&redirect_url=https%3A%2F%2Fhouse.example%2Fpay%2Freturn")
        till.fake.faults = ["error"]
        status, said = await till.opens(checkout.address)
        assert status == 503
        assert "支付服务暂时没有响应" in said
        assert await till.tells(till.fake.notice(till.fake.pay(till.fake.trades[checkout.reference])))
        assert len(await till.evening.tickets_of(anna)) == 2
        assert (await till.opens(checkout.address))[0] == 410
        await till.check()


async def test_two_ways_at_one_provider_both_paid(database_url: str, tmp_path: Path, clock: FakeClock) -> None:
    async with open_till("wechatpay", database_url, tmp_path, clock) as till:
        anna = await till.evening.guest()
        native = await till.chooses(anna)
        uow = till.evening.house.foyer.uow
        order = await uow.read(lambda tx: tx.ticketing.order(native.order_id))
        assert order is not None
        h5 = await uow.write(OpenCheckout(order.buyer_id, order.id, Way.WECHATPAY_H5, "x"))
        other = await till.evening.house.foyer.checkouts.prepare(h5)
        await till.opens(other.address)
        trades = [till.fake.pay(till.fake.trades[one.reference]) for one in (native, other)]
        for trade in trades:
            assert await till.tells(till.fake.notice(trade))
        await till.refunds()
        assert sorted(trade.refunded for trade in trades) == [0, 136000]
        assert len(await till.evening.tickets_of(anna)) == 2
        await till.check()


async def test_without_a_choice_the_button_leads_straight_to_it(stripe: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe.evening.house.foyer.checkouts, "_invoices", False)
    anna = await stripe.evening.guest()
    await stripe.evening.at(anna, stripe.evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay CN¥")
    assert "Pay on Stripe's page" in await anna.sees()
    assert not any("Another way" in label for label in await anna.buttons())


async def test_in_chinese(till: Till) -> None:
    li = await till.evening.guest(1002, "李", "简体中文")
    await till.evening.at(li, till.evening.theatre.concert_id)
    await li.presses("· A")
    await li.presses("支付 ¥")
    assert "请选择支付方式" in await li.sees()
    await li.presses({"stripe": "Stripe", "wechatpay": "微信支付（扫码）", "alipay": "支付宝"}[till.fake.name])
    assert "款项到账后，票会自动发送到这里" in await li.sees()
