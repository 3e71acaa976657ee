"""Daily bills of WeChat Pay and Alipay: payments whose notice and answers were all lost are found the next day."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.adapters import payments_wechatpay, trade_bills
from domain.payments.checkout_model import REFERENCE_MARK, Checkout, CheckoutState
from domain.payments.model import ChargeFate, RefundState
from tests.support.clock import FakeClock
from tests.support.fakes import alipay
from tests.support.fakes.base import Trade
from tests.support.fakes.wechatpay import FakeWeChatPay
from tests.support.running import Person
from tests.support.till import Till, open_till

MORNING = timedelta(hours=14)  # from the evening of the theatre, eight in Beijing, to ten the next day
DAY = timedelta(days=1)
BILL = {"wechatpay": "/v3/bill/tradebill", "alipay": "alipay.data.dataservice.bill.downloadurl.query"}
OUR_MARK = "foyer house.example"


@pytest.fixture(params=BILL)
async def till(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Till]:
    async with open_till(request.param, database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


async def pays_unseen(till: Till, person: Person, performance_id: int) -> Checkout:
    """The provider says that nothing can come any more, takes the money all the same, and its notice is lost."""
    await till.evening.at(person, performance_id)
    await person.presses("· A ·")
    checkout = await till.presses_pay(person)
    trade = await till.arrives(checkout)
    trade.state = "closed"
    await till.looks()
    assert (await till.now(checkout)).state is CheckoutState.CLOSED
    trade.state = "waiting"
    till.fake.pay(trade)
    return checkout


async def a_stranger_pays(till: Till, reference: str, mark: str = "", title: str = "x") -> Trade:
    trade = Trade(reference, 4200, "CNY", till.evening.clock.now(), title=title, mark=mark)
    till.fake.trades[reference] = trade
    return till.fake.pay(trade)


async def reconciled(till: Till, later: timedelta = timedelta(0)) -> int:
    till.evening.clock.advance(later)
    await till.evening.house.foyer.ticks.expire_orders()
    missing = await till.evening.house.foyer.ticks.reconcile(till.evening.clock.now())
    await till.evening.house.settle()
    return missing


def bills_asked(till: Till) -> int:
    return till.fake.asked.count(BILL[till.fake.name])


async def test_what_was_lost_is_found_in_the_bill(till: Till) -> None:
    """Anna's concert is to come, so she has her tickets; Ben's is over, so his money goes back. Others' sales are
    theirs; what has our mark and belongs to nothing here (a backup was put back) is for a person."""
    anna, ben = await till.evening.guest(), await till.evening.guest(1002, "Ben")
    await pays_unseen(till, anna, till.evening.theatre.later_concert_id)
    await pays_unseen(till, ben, till.evening.theatre.concert_id)
    await a_stranger_pays(till, "shop-0001", "foyer elsewhere.example", "Scarf, red, `2`")
    await a_stranger_pays(till, "0" * 32, title='Mug "Opera", large')
    lost = await a_stranger_pays(till, REFERENCE_MARK + "0" * 24, OUR_MARK)
    assert await reconciled(till, MORNING - timedelta(minutes=2)) == 0, "it is not out yet"
    assert await reconciled(till, timedelta(minutes=2)) == 2
    assert len(await till.evening.tickets_of(anna)) == 2
    assert await till.evening.tickets_of(ben) == []
    await till.refunds()
    assert [(charge.fate, [refund.state for refund in refunds]) for charge, refunds in await till.ledger()] == [
        (ChargeFate.TICKETS, []),
        (ChargeFate.LATE, [RefundState.CONFIRMED]),
    ]
    assert {checkout.state for checkout in await till.all()} == {CheckoutState.PAID}
    assert await till.tasks() == ["charge_unknown"]
    assert lost.refunded == 0


async def test_a_bill_is_asked_for_once_a_day_and_a_week_is_caught_up_with(till: Till) -> None:
    anna = await till.evening.guest()
    assert await reconciled(till) == 0
    assert bills_asked(till) == 7, "a week, and nothing was sold in it"
    await pays_unseen(till, anna, till.evening.theatre.concert_id)
    assert await reconciled(till, timedelta(hours=1)) == 0
    assert bills_asked(till) == 7, "days without a bill are asked about again the next day"
    assert await reconciled(till, 6 * DAY + MORNING) == 1, "the house was down for six days"
    assert bills_asked(till) == 14
    for _ in range(3):
        assert await reconciled(till) == 0
    assert bills_asked(till) == 14
    till.fake.faults = ["error"]
    assert await reconciled(till, DAY) == 0
    for _ in range(3):
        assert await reconciled(till, timedelta(minutes=10)) == 0
    before = bills_asked(till)
    assert await reconciled(till, timedelta(hours=1)) == 0
    assert bills_asked(till) == before + 1, "one that did not answer is asked again after an hour"
    await a_stranger_pays(till, REFERENCE_MARK + "0" * 24, OUR_MARK)
    assert await reconciled(till, 8 * DAY) == 0
    assert await till.tasks() == [], "nor is what is older than a week"


def other_content(file: bytes) -> bytes:
    """Well packed, with another sum: nobody has signed this file."""
    return gzip.compress(gzip.decompress(file).replace(b"1360.00", b"0001.00"))


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda file: file[: len(file) // 2],
    "another file": lambda _: b"<html>Busy</html>",
    "too large": lambda file: file + bytes(trade_bills.MOST_BYTES),
}


async def test_a_bill_that_cannot_be_believed_finds_nothing_and_says_so(till: Till) -> None:
    owner, anna = await till.evening.guest(900, "Olga"), await till.evening.guest()
    await pays_unseen(till, anna, till.evening.theatre.concert_id)
    spoilt = SPOILT | ({"other content": other_content} if till.fake.name == "wechatpay" else {})
    later = MORNING
    for how, till.fake.spoil in spoilt.items():
        assert await reconciled(till, later) == 0, how
        assert await reconciled(till) == 0, "not again before the next day"
        later = DAY
    assert await till.ledger() == []
    assert await till.tasks() == ["bill_unread"]
    await owner.says("/tasks")
    await owner.presses("A list of payments that cannot be read")
    said = await owner.sees()
    assert till.fake.name in said
    assert "Mon, Mar 1" in said
    till.fake.spoil = bytes
    assert await reconciled(till, DAY) == 1
    assert await till.tasks() == [], "once it is read nobody has to see to it"


async def gives_back(till: Till, person: Person) -> Trade:
    """Their money comes too late, and goes back as the provider decides."""
    trade = await till.pays(await till.chooses(person))
    await person.says("/tickets")
    await person.presses("To pay by")
    await person.presses("Let go")
    assert await till.tells(till.fake.notice(trade))
    await till.refunds()
    return trade


async def test_refunds_that_we_asked_for_stand_in_the_bill(till: Till) -> None:
    trade = await gives_back(till, await till.evening.guest())
    assert trade.refunded == 136000
    for later in (MORNING, *[DAY] * 5):
        await reconciled(till, later)
    assert await till.tasks() == []


async def test_a_refund_that_nobody_here_has_asked_for_is_a_task(till: Till) -> None:
    owner, anna = await till.evening.guest(900, "Olga"), await till.evening.guest()
    _, trade = await till.paid(anna)
    till.fake.refund(trade, "made on the provider's own pages", 100)
    await reconciled(till, MORNING)
    assert await till.tasks() == ["refund_unknown"]
    await owner.says("/tasks")
    await owner.presses("A refund that we do not know")
    assert "CN¥1,360" in await owner.sees()


async def test_a_refund_by_hand_may_be_made_at_the_provider_s(till: Till) -> None:
    till.fake.refunds_are = "failed"
    trade = await gives_back(till, await till.evening.guest())
    assert await till.tasks() == ["refund_by_hand"]
    till.fake.refunds_are = "ok"
    till.fake.refund(trade, "made on the provider's own pages", 136000)
    await reconciled(till, MORNING)
    assert await till.tasks() == ["refund_by_hand"], "the same money, under another number"


async def test_a_refund_that_no_bill_lists_is_a_task_after_three_days(till: Till) -> None:
    trade = await gives_back(till, await till.evening.guest())
    trade.refunds.clear()
    for later in (MORNING, DAY, DAY):
        await reconciled(till, later)
    assert await till.tasks() == []
    await reconciled(till, DAY)
    assert await till.tasks() == ["refund_missing"]


async def test_while_a_bill_is_not_read_nothing_is_said_to_be_missing(till: Till) -> None:
    trade = await gives_back(till, await till.evening.guest())
    trade.refunds.clear()
    till.fake.spoil = lambda _: b"<html>Busy</html>"
    for later in (MORNING, DAY, DAY, DAY):
        await reconciled(till, later)
    assert await till.tasks() == ["bill_unread"]
    till.fake.spoil = bytes
    await reconciled(till, DAY)
    assert await till.tasks() == ["refund_missing"]


async def test_without_its_check_a_forged_bill_is_believed(
    database_url: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the digest."""
    async with open_till("wechatpay", database_url, tmp_path, clock) as till:
        assert isinstance(till.fake, FakeWeChatPay)
        await pays_unseen(till, await till.evening.guest(), till.evening.theatre.concert_id)
        true = hashlib.sha1(till.fake.bill_of(date(2027, 3, 1)), usedforsecurity=False)
        monkeypatch.setattr(payments_wechatpay, "sha1", lambda *_, **__: true)
        till.fake.spoil = other_content
        assert await reconciled(till, MORNING) == 1
        ((charge, _),) = await till.ledger()
        assert charge.amount.minor == 100, "what the forger has written"


async def test_an_answer_that_alipay_has_not_signed_leads_nowhere(
    database_url: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_till("alipay", database_url, tmp_path, clock) as till:
        await pays_unseen(till, await till.evening.guest(), till.evening.theatre.concert_id)
        with monkeypatch.context() as patch:
            patch.setattr(alipay, "_sign", lambda _: base64.b64encode(bytes(256)).decode())
            assert await reconciled(till, MORNING) == 0
            assert "/downloadBillFile.resource" not in till.fake.asked
        assert await reconciled(till, timedelta(hours=1)) == 1
