"""Paying at Stripe, WeChat Pay and Alipay: the same promises for each, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.payments.checkout_model import CheckoutState
from domain.payments.model import ChargeFate, RefundState
from tests.support.clock import FakeClock
from tests.support.running import text_of
from tests.support.till import FAKES, Till, open_till


@pytest.fixture(params=FAKES)
async def till(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Till]:
    async with open_till(request.param, database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


async def test_from_the_seats_to_the_tickets(till: Till) -> None:
    anna = await till.evening.guest()
    checkout, trade = await till.paid(anna)
    assert checkout.state is CheckoutState.PAID
    assert len(await till.evening.tickets_of(anna)) == 2
    ((charge, refunds),) = await till.ledger()
    assert (charge.provider, charge.provider_charge_id) == (till.fake.name, trade.charge_id)
    assert (charge.amount.minor, charge.fate, refunds) == (136000, ChargeFate.TICKETS, [])
    assert checkout.charge_id == charge.id
    assert any("Paid. Thank you!" in text_of(m) or "Code to read out" in text_of(m) for m in await anna.received())


async def test_pressing_twice_is_one_checkout(till: Till) -> None:
    anna = await till.evening.guest()
    first = await till.chooses(anna)
    await anna.presses("Another way to pay")
    await anna.presses({"stripe": "Stripe", "wechatpay": "scan a code", "alipay": "Alipay"}[till.fake.name])
    await anna.says("/start")
    await anna.says("/tickets")
    await anna.presses("To pay by")
    assert await till.presses_pay(anna) == first
    assert await till.all() == [first]


async def test_a_notice_again_and_again_is_one_payment(till: Till) -> None:
    anna = await till.evening.guest()
    _, trade = await till.paid(anna)
    for _ in range(3):
        assert await till.tells(till.fake.notice(trade)), "it would come for ever"
    assert len(await till.ledger()) == 1
    assert len(await till.evening.tickets_of(anna)) == 2


async def test_news_that_was_lost_is_asked_for(till: Till) -> None:
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    await till.looks()
    assert (await till.now(checkout)).state is CheckoutState.OPEN
    trade = await till.pays(checkout)
    await till.looks(timedelta(seconds=40))
    assert len(await till.evening.tickets_of(anna)) == 2
    assert await till.tells(till.fake.notice(trade))  # late after all
    assert len(await till.ledger()) == 1


async def test_two_checkouts_of_one_order_both_paid(till: Till) -> None:
    """The messenger's invoice is one of them."""
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    trade = await till.pays(checkout)
    await anna.presses("Another way to pay")
    await anna.presses("Invoice in Telegram")
    await anna.pays()
    assert len(await till.evening.tickets_of(anna)) == 2
    assert await till.tells(till.fake.notice(trade))
    await till.refunds()
    fates = [(charge.provider, charge.fate) for charge, _ in await till.ledger()]
    assert fates == [("telegram", ChargeFate.TICKETS), (till.fake.name, ChargeFate.DUPLICATE)]
    assert trade.refunded == 136000
    assert len(await till.evening.tickets_of(anna)) == 2


async def test_an_order_that_is_over_takes_no_money(till: Till) -> None:
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    await till.arrives(checkout)
    await till.looks(timedelta(minutes=11))
    assert (await till.now(checkout)).state is CheckoutState.CLOSED
    assert till.fake.trades[checkout.reference].state == "closed"
    assert "seats were given back" in await anna.sees()


async def test_seats_that_are_let_go_are_paid_no_more(till: Till) -> None:
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    await till.arrives(checkout)
    await anna.says("/tickets")
    await anna.presses("To pay by")
    await anna.presses("Let go")
    await till.looks()
    assert (await till.now(checkout)).state is CheckoutState.CLOSED
    if checkout.address.startswith("https://house.example"):
        status, said = await till.opens(checkout.address)
        assert status == 410
        assert "There is nothing to pay here any more" in said
        assert "这里已无需支付" in said


async def test_money_that_comes_too_late_goes_back(till: Till) -> None:
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    trade = await till.pays(checkout)
    await anna.says("/tickets")
    await anna.presses("To pay by")
    await anna.presses("Let go")
    assert await till.tells(till.fake.notice(trade))
    assert any("We are sorry." in text_of(message) for message in await anna.received())
    await till.refunds()
    assert trade.refunded == 136000
    assert await till.evening.tickets_of(anna) == []
    assert (await till.now(checkout)).state is CheckoutState.PAID


async def late(till: Till) -> None:
    """Money that is to go back; nobody has asked the provider yet."""
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    trade = await till.pays(checkout)
    await anna.presses("Another way to pay")
    await anna.presses("Invoice in Telegram")
    await anna.pays()
    assert await till.tells(till.fake.notice(trade))


async def state_of_refund(till: Till) -> RefundState:
    (refund,) = [refund for _, refunds in await till.ledger() for refund in refunds]
    return refund.state


async def test_a_refund_that_takes_its_time(till: Till) -> None:
    till.fake.refunds_are = "pending"
    await late(till)
    await till.refunds()
    assert await state_of_refund(till) is RefundState.SUBMITTED
    for trade in till.fake.trades.values():
        for made in trade.refunds.values():
            made[1] = "ok"
    till.evening.clock.advance(timedelta(hours=1))
    await till.refunds()
    assert await state_of_refund(till) is RefundState.CONFIRMED


async def test_a_refund_that_fails_is_a_task(till: Till) -> None:
    till.fake.refunds_are = "failed"
    await late(till)
    await till.refunds()
    assert await state_of_refund(till) is RefundState.FAILED
    assert await till.tasks() == ["refund_by_hand"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error"])
async def test_a_refund_is_asked_for_until_there_is_an_answer_and_made_once(till: Till, fault: str) -> None:
    await late(till)
    till.fake.faults = [fault]
    await till.refunds()
    assert await state_of_refund(till) is RefundState.REQUESTED
    till.evening.clock.advance(timedelta(minutes=2))
    await till.refunds()
    assert await state_of_refund(till) is RefundState.CONFIRMED
    assert [trade.refunded for trade in till.fake.trades.values()] == [136000]


async def test_what_the_provider_says_a_day_later_is_compared(till: Till) -> None:
    anna = await till.evening.guest()
    checkout, trade = await till.paid(anna)
    await till.looks(timedelta(hours=25))
    assert await till.tasks() == []
    assert (await till.now(checkout)).next_look_at is None
    assert trade.state == "paid"


async def test_money_that_is_not_there_a_day_later_is_a_task(till: Till) -> None:
    anna = await till.evening.guest()
    owner = await till.evening.guest(900, "Olga")
    await till.paid(anna)
    till.fake.trades.clear()
    await till.looks(timedelta(hours=25))
    assert await till.tasks() == ["charge_missing"]
    await owner.says("/tasks")
    await owner.presses("Money that the payment service does not know")
    assert "CN¥1,360" in await owner.sees()


async def test_another_sum_a_day_later_is_a_task(till: Till) -> None:
    anna = await till.evening.guest()
    _, trade = await till.paid(anna)
    trade.minor = 100
    await till.looks(timedelta(hours=25))
    assert await till.tasks() == ["charge_differs"]
