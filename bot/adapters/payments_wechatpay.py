"""WeChat Pay, API v3, as a merchant of one's own (pay.weixin.qq.com/doc/v3/merchant), through wechatpayv3.

The library waits for the network and is not careful about strangers: it asks WeChat for certificates whenever a
notice names a serial number that it does not know, and looks at no notice's age. Both are seen to here, first.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha1
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate
from requests import RequestException
from wechatpayv3 import WeChatPay, WeChatPayType  # type: ignore[import-untyped]
from wechatpayv3.utils import build_authorization  # type: ignore[import-untyped]

from bot.adapters.trade_bills import fetch, gunzipped, latest_day, read_wechat
from domain.errors import ForgedNotice, ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.checkout_model import Checkout, Fate, Opened, Paid, ProviderNotice, Told, Visitor, Way
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import ProviderCharge, ProviderRefund, TradeBill
from domain.ports import Clock

#: What WeChat advises for telling a replayed notice (docs, "Verifying signatures").
_WINDOW = timedelta(minutes=5)
_TIMEOUT = (5, 15)  # seconds to connect, to answer
_THREADS = 8
_BEIJING = ZoneInfo("Asia/Shanghai")
_SIGNED = "WECHATPAY2-SHA256-RSA2048"
#: Codes of the answers that another time may change.
_AGAIN = frozenset(
    {
        "SYSTEM_ERROR",
        "FREQUENCY_LIMITED",
        "FREQUENCY_LIMIT",
        "NOT_ENOUGH",
        "USER_ACCOUNT_ABNORMAL",
        "STATEMENT_CREATING",
    }
)
_NO_BILL = "NO_STATEMENT_EXIST"
_NOT_THERE = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
_PAID_STATES = frozenset({"SUCCESS", "REFUND"})
_CLOSED_STATES = frozenset({"CLOSED", "REVOKED", "PAYERROR"})
_REFUND_STATES = {
    "SUCCESS": RefundState.CONFIRMED,
    "PROCESSING": RefundState.SUBMITTED,
    "ABNORMAL": RefundState.FAILED,
    "CLOSED": RefundState.FAILED,
}


@dataclass(frozen=True, slots=True)
class WeChatPayKeys:
    """``platform_key``: WeChat's public key as PEM with its id, or its platform certificate, which has its own."""

    merchant_id: str
    app_id: str
    api_v3_key: str = field(repr=False)
    private_key: str = field(repr=False)
    serial: str
    platform_key: str
    platform_key_id: str = ""

    @classmethod
    def read(
        cls,
        merchant_id: str,
        app_id: str,
        api_v3_key: str,
        key_file: Path,
        serial: str,
        platform_file: Path,
        platform_id: str,
    ) -> WeChatPayKeys:
        """Raises OSError and ValueError for files that cannot be used."""
        pem, key_id = platform_file.read_text(), platform_id
        if "BEGIN CERTIFICATE" in pem:
            certificate = load_pem_x509_certificate(pem.encode())
            digits = f"{certificate.serial_number:X}"
            key_id = digits.zfill(len(digits) + len(digits) % 2)  # whole bytes, as WeChat writes it
            public = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            pem = public.decode()
        if not key_id:
            raise ValueError("a public key has an id")
        return cls(merchant_id, app_id, api_v3_key, key_file.read_text(), serial, pem, key_id)


class WeChatPayments:
    """Implements ``domain.payments.ports.CheckoutProvider``. A charge's id is WeChat's transaction number.

    ``base``: the API's address. ``go_url``: our own page where a phone's browser begins (H5 wants to know its address
    in the network, which a chat does not tell). ``mark``: what stands with our orders in WeChat's bills, at most 128
    characters, no comma.
    """

    name = "wechatpay"

    def __init__(
        self, keys: WeChatPayKeys, clock: Clock, base: str, *, notify_url: str, go_url: str, return_url: str, mark: str
    ) -> None:
        self._base = base
        self._mark = mark
        self._keys = keys
        self._clock = clock
        # Its own: while this provider is silent, others are not waited for.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="wechatpay")
        self._go_url = go_url
        self._return_url = return_url
        self._api = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=keys.merchant_id,
            private_key=keys.private_key,
            cert_serial_no=keys.serial,
            appid=keys.app_id,
            apiv3_key=keys.api_v3_key,
            notify_url=notify_url,
            timeout=_TIMEOUT,
            public_key=keys.platform_key,
            public_key_id=keys.platform_key_id,
        )
        self._api._core._gate_way = base  # the library has no argument for it

    async def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def create(self, checkout: Checkout) -> Opened:
        if checkout.way is Way.WECHATPAY_H5:
            return Opened("", f"{self._go_url}/{checkout.reference}")
        made = await self._pay(checkout, pay_type=WeChatPayType.NATIVE)
        return Opened("", str(made["code_url"]))

    async def enter(self, checkout: Checkout, visitor: Visitor) -> str:
        scene = {"payer_client_ip": visitor.address, "h5_info": {"type": "Wap"}}
        made = await self._pay(checkout, pay_type=WeChatPayType.H5, scene_info=scene)
        return f"{made['h5_url']}&redirect_url={quote(self._return_url, safe='')}"

    async def query(self, checkout: Checkout) -> Told:
        status, answer = await self._call(self._api.query, out_trade_no=checkout.reference)
        if _code(answer) in _NOT_THERE:
            return Told(Fate.UNKNOWN)
        _check(status, answer)
        state = str(answer["trade_state"])
        if state in _PAID_STATES:
            return Told(Fate.PAID, _paid(answer))
        return Told(Fate.CLOSED if state in _CLOSED_STATES else Fate.WAITING)

    async def close(self, checkout: Checkout) -> None:
        status, answer = await self._call(self._api.close, out_trade_no=checkout.reference)
        if _code(answer) not in _NOT_THERE | {"ORDER_CLOSED", "ORDERCLOSED"}:
            _check(status, answer)

    async def verify(self, notice: ProviderNotice) -> Paid | None:
        told = await self._open(notice)
        if told.get("event_type") != "TRANSACTION.SUCCESS":
            return None
        trade = told["resource"]
        if (trade.get("mchid"), trade.get("appid")) != (self._keys.merchant_id, self._keys.app_id):
            raise ForgedNotice("account")
        if trade.get("trade_state") != "SUCCESS":
            return None
        try:
            return _paid(trade)
        except (KeyError, TypeError, ValueError):
            raise ForgedNotice("content") from None

    async def refund(self, charge: Charge, refund: Refund) -> ProviderRefund:
        amount = {"refund": refund.amount.minor, "total": charge.amount.minor, "currency": refund.amount.currency}
        number = _refund_number(charge, refund)
        status, answer = await self._call(
            self._api.refund, out_refund_no=number, amount=amount, transaction_id=charge.provider_charge_id
        )
        _check(status, answer)
        return ProviderRefund(number, _REFUND_STATES[answer["status"]])

    async def refund_status(self, charge: Charge, refund: Refund) -> ProviderRefund:
        number = refund.provider_refund_id or _refund_number(charge, refund)
        status, answer = await self._call(self._api.query_refund, out_refund_no=number)
        _check(status, answer)
        return ProviderRefund(number, _REFUND_STATES[answer["status"]])

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        """None: WeChat lists its charges in daily bills."""
        return ()

    def latest_bill(self, now: datetime) -> date | None:
        return latest_day(now)

    async def bill(self, day: date) -> TradeBill | None:
        status, answer = await self._call(self._api.trade_bill, bill_date=day.isoformat(), bill_type="ALL")
        if _code(answer) == _NO_BILL:
            return None
        _check(status, answer)
        packed = await self._in_thread(partial(self._download, str(answer.get("download_url", ""))))
        bill = gunzipped(packed)
        # The file comes without a signature; the answer that names its digest had one.
        if sha1(bill, usedforsecurity=False).hexdigest() != str(answer.get("hash_value", "")).lower():
            raise ProviderRefused(reason="bill_hash")
        return read_wechat(bill, self._mark)

    def _download(self, url: str) -> bytes:
        """As the library does it, which would read a file of any size. It goes to no other host than ``base``."""
        parts = urlsplit(url.strip())
        path = f"{parts.path}?{parts.query}"
        keys = self._keys
        signed = build_authorization(path, "GET", keys.merchant_id, keys.serial, self._api._core._private_key)
        return fetch(f"{self._base}{path}", {"Authorization": signed, "Accept": "*/*"})

    async def _pay(self, checkout: Checkout, **how: Any) -> Mapping[str, Any]:
        status, answer = await self._call(
            self._api.pay,
            description=checkout.title,
            out_trade_no=checkout.reference,
            attach=self._mark,
            amount={"total": checkout.amount.minor, "currency": checkout.amount.currency},
            time_expire=checkout.expires_at.astimezone(_BEIJING).isoformat(timespec="seconds"),
            **how,
        )
        _check(status, answer)
        return answer

    async def _call(self, ask: Any, **arguments: Any) -> tuple[int, Mapping[str, Any]]:
        """The status and the answer, which is empty where there is none. The library has looked at its signature."""
        try:
            status, text = await self._in_thread(partial(ask, **arguments))
            answer = json.loads(text) if text else {}
        except RequestException as error:
            raise ProviderUnavailable(reason=type(error).__name__) from None
        except Exception as error:
            # The library raises bare exceptions, among them for an answer whose signature is wrong.
            raise ProviderUnavailable(reason="answer") from error
        return status, answer if isinstance(answer, dict) else {}

    async def _in_thread(self, call: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def _open(self, notice: ProviderNotice) -> Mapping[str, Any]:
        headers = {name: notice.headers.get(name, "") for name in _HEADERS}
        if headers["wechatpay-serial"] != self._keys.platform_key_id:
            raise ForgedNotice("signature")
        if headers["wechatpay-signature-type"] not in ("", _SIGNED):
            raise ForgedNotice("signature")
        headers["wechatpay-signature-type"] = _SIGNED
        try:
            sent_at = int(headers["wechatpay-timestamp"])
        except ValueError:
            raise ForgedNotice("signature") from None
        try:
            told = await self._in_thread(partial(self._api.callback, headers, notice.body))
        except Exception:
            # Whatever cannot be read is nobody's word.
            raise ForgedNotice("content") from None
        if not isinstance(told, dict):
            raise ForgedNotice("signature")
        if abs(self._clock.now().timestamp() - sent_at) > _WINDOW.total_seconds():
            raise ForgedNotice("age")
        return told


_HEADERS = (
    "wechatpay-signature",
    "wechatpay-timestamp",
    "wechatpay-nonce",
    "wechatpay-serial",
    "wechatpay-signature-type",
)


def _paid(trade: Mapping[str, Any]) -> Paid:
    """``total`` is what was asked for; ``payer_total`` may be less, where WeChat's own coupons paid a part."""
    amount = trade["amount"]
    money = Money(int(amount["total"]), str(amount.get("currency", "CNY")))
    return Paid(str(trade["out_trade_no"]), str(trade["transaction_id"]), money)


def _refund_number(charge: Charge, refund: Refund) -> str:
    """At most 64 characters, unique for the merchant: the same number asked for twice is one refund."""
    return f"{charge.provider_charge_id}-{refund.id}"


def _code(answer: Mapping[str, Any]) -> str:
    return str(answer.get("code", ""))


def _check(status: int, answer: Mapping[str, Any]) -> None:
    if 200 <= status < 300:
        return
    code = _code(answer)
    # 401: our own keys are wrong, which somebody can mend.
    if status >= 500 or status in (401, 429) or code in _AGAIN:
        raise ProviderUnavailable(status=status, reason=code)
    raise ProviderRefused(status=status, reason=code)
