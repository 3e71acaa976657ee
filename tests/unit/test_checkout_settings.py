"""A way to pay that is half switched on stops the start with a sentence that names what is missing."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.adapters.payments_wechatpay import WeChatPayKeys
from bot.checkout_providers import make_checkouts
from bot.config import SettingsFault, load
from domain.payments.checkout_model import Way
from tests.support.clock import START, FakeClock
from tests.support.fakes.base import private_pem, rsa_key, written
from tests.support.till import FAKES, PUBLIC

_YEAR = START.replace(year=START.year + 1)


def everything(folder: Path) -> dict[str, Any]:
    """All three switched on."""
    switched_on: dict[str, Any] = {"public_url": PUBLIC}
    for make in FAKES.values():
        fake = make(FakeClock())
        fake.base = "https://api.example"
        switched_on |= fake.settings(folder)
    return switched_on


@pytest.mark.parametrize(
    "name",
    [
        "stripe_key",
        "stripe_webhook_secret",
        "wechatpay_merchant_id",
        "wechatpay_app_id",
        "wechatpay_api_v3_key",
        "wechatpay_key_file",
        "wechatpay_key_serial",
        "wechatpay_platform_file",
        "alipay_app_id",
        "alipay_key_file",
        "alipay_public_key_file",
        "public_url",
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    given = everything(tmp_path)
    assert load({}, **given)
    del given[name]
    with pytest.raises(SettingsFault, match=f"FOYER_{name.upper()}"):
        load({}, **given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOYER_STRIPE_API", "http://api.stripe.com"),
        ("FOYER_WECHATPAY_API", "ftp://wechat"),
        ("FOYER_ALIPAY_API", "http://localhost.evil.example"),
        ("FOYER_WECHATPAY_API_V3_KEY", "too short"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsFault, match=name) as fault:
        load({name: value})
    assert "too short" not in str(fault.value), "the value is a secret"


async def test_each_way_is_offered_for_the_money_that_it_takes(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        nobody = cast(Any, None)
        found = make_checkouts(load({}, **everything(tmp_path)), nobody, FakeClock(), stack)
        assert list(found.providers) == list(FAKES)
        assert found.ways("CNY") == list(Way)
        assert found.ways("EUR") == [Way.STRIPE]
        assert not found.has_invoice("CNY")  # no token for the messenger's own
        assert found.has_invoice("XTR")
        assert make_checkouts(load({}), nobody, FakeClock(), stack).has_invoice("CNY")
        no_h5 = make_checkouts(load({}, **everything(tmp_path) | {"wechatpay_h5": False}), nobody, FakeClock(), stack)
        assert Way.WECHATPAY_H5 not in no_h5.ways("CNY")


@pytest.mark.parametrize("name", ["wechatpay_key_file", "wechatpay_platform_file", "alipay_key_file"])
async def test_a_key_that_is_none_stops_the_start(tmp_path: Path, name: str) -> None:
    given = everything(tmp_path) | {name: written(tmp_path, "junk.pem", "a secret that is no key")}
    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsFault, match=f"FOYER_{name.upper()}") as fault:
            make_checkouts(load({}, **given), cast(Any, None), FakeClock(), stack)
    assert "a secret" not in str(fault.value)
    missing = everything(tmp_path) | {name: tmp_path / "nowhere.pem"}
    async with AsyncExitStack() as stack:
        with pytest.raises(SettingsFault, match=r"nowhere\.pem"):
            make_checkouts(load({}, **missing), cast(Any, None), FakeClock(), stack)


def test_a_platform_certificate_is_as_good_as_a_public_key(tmp_path: Path) -> None:
    key, name = rsa_key("wechatpay"), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0x5E0F)
        .not_valid_before(START)
        .not_valid_after(_YEAR)
        .sign(key, SHA256())
    )
    file = written(tmp_path, "platform.pem", certificate.public_bytes(Encoding.PEM).decode())
    own = written(tmp_path, "own.pem", private_pem(rsa_key("wechatpay merchant")))
    keys = WeChatPayKeys.read("1", "wx1", "k" * 32, own, "S", file, "")
    assert keys.platform_key_id == "5E0F"
    assert "BEGIN PUBLIC KEY" in keys.platform_key
