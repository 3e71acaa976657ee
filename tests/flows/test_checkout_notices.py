"""Call-backs of providers: only what is proven, fresh, ours and as agreed has an effect."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checkout_web import MOST_BYTES
from bot.log import HideSecrets
from domain.errors import ForgedNotice
from domain.payments.checkout_model import CheckoutState, Paid, ProviderNotice
from domain.payments.model import ChargeFate
from tests.support.clock import FakeClock
from tests.support.fakes.base import FakeProvider, Notice, Trade
from tests.support.fakes.stripe import SECRET, signature
from tests.support.till import FAKES, PUBLIC, Till, open_till

#: A notice so old is a replay, at each provider.
TOO_OLD = {"stripe": timedelta(minutes=6), "wechatpay": timedelta(minutes=6), "alipay": timedelta(hours=27)}


@pytest.fixture(params=FAKES)
async def till(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Till]:
    async with open_till(request.param, database_url, tmp_path, clock) as opened:
        yield opened
        await opened.check()


def forgeries(fake: FakeProvider, trade: Trade, other: Trade) -> dict[str, Notice]:
    headers, body = fake.notice(trade)
    found: dict[str, Notice] = {
        "not signed": (_unsigned(headers), _unsigned_body(body)),
        "too old": fake.notice(trade, age=TOO_OLD[fake.name]),
        "for another account": fake.notice(trade, account="1900000099"),
        "an order that is nobody's": fake.notice(trade, reference="0" * 32),
        "less money": fake.notice(trade, minor=1),
        "more money": fake.notice(trade, minor=trade.minor * 2),
        "nothing": (headers, b""),
        "no text": (headers, b"\xff\xfe\x00"),
    }
    if fake.name != "alipay":  # which takes yuan alone, and signs in the body
        found["another currency"] = fake.notice(trade, currency="USD")
        found["signed for another body"] = (headers, fake.notice(other)[1])
    if fake.name == "wechatpay":
        found["another app"] = fake.notice(trade, app="wx9999999999999999")
        found["a key that nobody has"] = ({**headers, "Wechatpay-Serial": "ABC"}, body)
        found["another signature type"] = ({**headers, "Wechatpay-Signature-Type": "NONE"}, body)
    if fake.name == "stripe":
        stolen = {**headers, "Stripe-Signature": signature(body.decode(), secret=SECRET + "x")}
        found["signed with another secret"] = (stolen, body)
    if fake.name == "alipay":
        found["a name twice"] = (headers, body + b"&total_amount=0.01")
        found["signed by an older method"] = (headers, body.replace(b"sign_type=RSA2", b"sign_type=RSA"))
    return found


def _unsigned(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if "Signature" not in name}


def _unsigned_body(body: bytes) -> bytes:
    return b"&".join(part for part in body.split(b"&") if not part.startswith(b"sign="))


async def test_what_is_not_true_or_not_ours_has_no_effect(till: Till) -> None:
    anna, ben = await till.evening.guest(), await till.evening.guest(1002, "Ben")
    checkout = await till.chooses(anna)
    other = await till.chooses(ben, "· B ·")
    trade, second = await till.pays(checkout), await till.pays(other)
    asked = len(till.fake.asked)
    for what, notice in forgeries(till.fake, trade, second).items():
        status, _ = await till.answers(notice)
        assert status < 500, what
        assert await till.ledger() == [], what
        assert (await till.now(checkout)).state is CheckoutState.OPEN, what
    assert len(till.fake.asked) == asked, "a stranger must not be able to make us call the provider"
    assert await till.evening.tickets_of(anna) == []
    assert await till.tells(till.fake.notice(trade)), "else the refusals would prove little"
    assert len(await till.evening.tickets_of(anna)) == 2
    assert await till.evening.tickets_of(ben) == []


async def test_without_its_check_a_forged_notice_is_believed(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control. Defence: the provider's signature."""
    anna = await till.evening.guest()
    checkout = await till.chooses(anna)
    provider = till.evening.house.foyer.checkouts.providers[till.fake.name]

    async def credulous(_: ProviderNotice) -> Paid:
        return Paid(checkout.reference, "made-up", checkout.amount)

    monkeypatch.setattr(provider, "verify", credulous)
    await till.answers(({}, b"give me tickets"))
    assert len(await till.evening.tickets_of(anna)) == 2


async def test_reordered_and_repeated_news_is_one_payment_each(till: Till) -> None:
    anna, ben = await till.evening.guest(), await till.evening.guest(1002, "Ben")
    trades = [await till.pays(await till.chooses(anna)), await till.pays(await till.chooses(ben, "· B ·"))]
    first, second = (till.fake.notice(trade) for trade in trades)
    for notice in (second, first, second, first, first):
        assert await till.tells(notice)
    assert [charge.fate for charge, _ in await till.ledger()] == [ChargeFate.TICKETS, ChargeFate.TICKETS]
    assert len(await till.evening.tickets_of(anna)) == len(await till.evening.tickets_of(ben)) == 2


async def test_true_news_about_something_else_is_taken_and_forgotten(till: Till) -> None:
    anna = await till.evening.guest()
    trade = await till.pays(await till.chooses(anna))
    other = {"stripe": "customer.created", "wechatpay": "REFUND.SUCCESS", "alipay": "WAIT_BUYER_PAY"}
    assert await till.tells(till.fake.notice(trade, type=other[till.fake.name]))
    assert await till.ledger() == []


async def test_what_is_larger_than_any_notice_is_not_read(till: Till) -> None:
    status, _ = await till.answers(({}, b"x" * (MOST_BYTES + 1)))
    assert status == 413


async def test_our_own_fault_is_told_again(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails is no reason to lose the news."""
    anna = await till.evening.guest()
    trade = await till.pays(await till.chooses(anna))

    async def fails(*_: Any, **__: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("storage.unit_of_work.UnitOfWork.write", fails)
        headers, body = till.fake.notice(trade)
        url = f"{till.base}/pay/{till.fake.name}/notify"
        async with till.evening.house.http.post(url, data=body, headers=headers) as response:
            assert not till.fake.taken(response.status, await response.text())
    assert await till.tells(till.fake.notice(trade))
    assert len(await till.evening.tickets_of(anna)) == 2


async def test_the_other_addresses(till: Till) -> None:
    http = till.evening.house.http
    async with http.get(f"{till.base}/pay/return") as response:
        said = await response.text()
        assert "Back to the chat" in said
        assert "返回聊天" in said
        assert "https://t.me/foyer_test_bot" in said
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    for path in ("nobody/notify", "go/nobody/" + "0" * 32):
        async with http.post(f"{till.base}/pay/{path}") as response:
            assert response.status in (404, 405)
    assert (await till.opens(f"{PUBLIC}/pay/go/{till.fake.name}/{'0' * 32}"))[0] == 410
    assert (await till.opens(f"{PUBLIC}/pay/go/{till.fake.name}/../../etc"))[0] == 404


@pytest.mark.parametrize("name", FAKES)
async def test_a_changed_body_is_never_believed(
    name: str, sqlite_template: Any, tmp_path: Path, clock: FakeClock
) -> None:
    """Bytes changed, cut and put in, 200 ways: 0 accepted."""
    async with open_till(name, sqlite_template.fresh(tmp_path), tmp_path, clock) as till:
        anna = await till.evening.guest()
        trade = await till.pays(await till.chooses(anna))
        provider = till.evening.house.foyer.checkouts.providers[name]
        headers, body = till.fake.notice(trade)
        lower = {header.lower(): value for header, value in headers.items()}
        assert await provider.verify(ProviderNotice(lower, body)) is not None
        bodies = collect(body)
        believed = []
        for changed in bodies:
            try:
                paid = await provider.verify(ProviderNotice(lower, changed))
            except ForgedNotice:
                continue
            if paid is not None and not _same(name, body, changed):
                believed.append(changed)
        assert believed == []
        assert len(bodies) >= 150


def collect(body: bytes) -> list[bytes]:
    """Mutations that Hypothesis thinks of; verified outside, where there is an event loop."""
    found: set[bytes] = set()

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(body) - 1), st.integers(0, 3), st.binary(min_size=1, max_size=6))
    def mutate(at: int, cut: int, put: bytes) -> None:
        found.add(body[:at] + put + body[at + cut :])

    mutate()
    found.discard(body)
    return sorted(found)


def _same(name: str, body: bytes, changed: bytes) -> bool:
    """A form says the same in many spellings: %7e or ~, + or %20. Only what is said is signed."""
    if name != "alipay":
        return False
    from urllib.parse import parse_qsl

    try:
        return dict(parse_qsl(body.decode(), True)) == dict(parse_qsl(changed.decode(), True))
    except ValueError:
        return False


def test_secrets_of_providers_stand_in_no_line(tmp_path: Path, clock: FakeClock) -> None:
    from bot import config

    switched_on: dict[str, Any] = {"public_url": PUBLIC}
    for make in FAKES.values():
        fake = make(clock)
        fake.base = "https://api.example"
        switched_on |= fake.settings(tmp_path)
    secrets = config.load({}, **switched_on).secrets()
    hide: Callable[[Any, str, Any], str] = HideSecrets(secrets)
    assert {"sk_test_of_no_use_elsewhere", SECRET} <= set(secrets)
    for secret in secrets:
        assert secret not in hide(None, "", f"oops {secret} oops")
