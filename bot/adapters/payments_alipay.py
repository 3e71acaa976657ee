"""Alipay's web pages for a person's own account (opendocs.alipay.com/open/270, /203), through python-alipay-sdk.

The library waits for the network and stamps requests with the machine's own zone; Alipay wants Beijing's.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from alipay import AliPay  # type: ignore[import-untyped]
from alipay.exceptions import AliPayException, AliPayValidationError  # type: ignore[import-untyped]
from alipay.utils import AliPayConfig  # type: ignore[import-untyped]

from bot.adapters.trade_bills import fetch, latest_day, read_alipay
from domain.errors import ForgedNotice, ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.checkout_model import Checkout, Fate, Opened, Paid, ProviderNotice, Told, Visitor
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import ProviderCharge, ProviderRefund, TradeBill
from domain.ports import Clock

#: Alipay repeats a notice for 25 hours ("asynchronous notification"), so an honest one may be so old.
_WINDOW = timedelta(hours=26)
_TIMEOUT = 15
_THREADS = 8
_BEIJING = ZoneInfo("Asia/Shanghai")
_TIME = "%Y-%m-%d %H:%M:%S"
_MOST_FIELDS = 100
_PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_NOT_THERE = "ACQ.TRADE_NOT_EXIST"
#: Sub-codes of the answers that another time may change.
_AGAIN = ("SYSTEM_ERROR", "isp.", "SELLER_BALANCE_NOT_ENOUGH", "aop.ACQ", "isv.invalid-signature", "app-call-limited")
_OK = "10000"
#: Alipay wants none of the first three; the last two would shift the columns of its bill.
_NOT_IN_SUBJECT = str.maketrans('/=&,"', "     ")
#: In the sub-code of the answer about a day without a bill.
_NO_BILL = ("BILL_NOT_EXIST", "NO_BILL")


@dataclass(frozen=True, slots=True)
class AlipayKeys:
    """PEM texts: our private key, Alipay's public key (not our own public one)."""

    app_id: str
    private_key: str = field(repr=False)
    alipay_public_key: str

    @classmethod
    def read(cls, app_id: str, key_file: Path, public_key_file: Path) -> AlipayKeys:
        """Alipay's own tool gives bare base64; both forms are taken. Raises OSError."""
        private = _pem(key_file.read_text(), "PRIVATE KEY")
        return cls(app_id, private, _pem(public_key_file.read_text(), "PUBLIC KEY"))


class AlipayPayments:
    """Implements ``domain.payments.ports.CheckoutProvider``. A charge's id is Alipay's trade number.

    ``base``: the gateway's address. ``go_url``: our own page, which sends a phone to the app's page and a desk to the
    one with a QR.
    """

    name = "alipay"

    def __init__(
        self, keys: AlipayKeys, clock: Clock, base: str, *, notify_url: str, go_url: str, return_url: str
    ) -> None:
        """Raises ValueError for keys that are none."""
        self._app_id = keys.app_id
        self._clock = clock
        # Its own: while this provider is silent, others are not waited for.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="alipay")
        self._base = base
        self._notify_url = notify_url
        self._go_url = go_url
        self._return_url = return_url
        self._api = AliPay(
            appid=keys.app_id,
            app_private_key_string=keys.private_key,
            alipay_public_key_string=keys.alipay_public_key,
            config=AliPayConfig(timeout=_TIMEOUT),
        )
        self._api._gateway = base  # the library has no argument for it

    async def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def create(self, checkout: Checkout) -> Opened:
        """Alipay hears of it when the person arrives there; until then it is nothing but an address."""
        return Opened("", f"{self._go_url}/{checkout.reference}")

    async def enter(self, checkout: Checkout, visitor: Visitor) -> str:
        method, product = "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"
        if visitor.is_mobile:
            method, product = "alipay.trade.wap.pay", "QUICK_WAP_WAY"
        content = {
            "subject": checkout.title.translate(_NOT_IN_SUBJECT),
            "out_trade_no": checkout.reference,
            "total_amount": _yuan(checkout.amount),
            "product_code": product,
            "time_expire": checkout.expires_at.astimezone(_BEIJING).strftime(_TIME),
        }
        signed = self._api.client_api(
            method, content, return_url=self._return_url, notify_url=self._notify_url, timestamp=self._stamp()
        )
        return f"{self._base}?{signed}"

    async def query(self, checkout: Checkout) -> Told:
        answer = await self._call("alipay.trade.query", out_trade_no=checkout.reference)
        if answer.get("sub_code") == _NOT_THERE:
            return Told(Fate.UNKNOWN)
        _check(answer)
        state = answer["trade_status"]
        # A trade that was refunded in full is closed too; only one that was paid says when.
        if state in _PAID_STATES or (state == "TRADE_CLOSED" and answer.get("send_pay_date")):
            return Told(Fate.PAID, _paid(answer))
        return Told(Fate.CLOSED if state == "TRADE_CLOSED" else Fate.WAITING)

    async def close(self, checkout: Checkout) -> None:
        answer = await self._call("alipay.trade.close", out_trade_no=checkout.reference)
        if answer.get("sub_code") == _NOT_THERE:
            # Nobody has arrived there yet, and whoever has the address still may until its time is over.
            if self._clock.now() < checkout.expires_at:
                raise ProviderRefused(reason="not_yet")
            return
        _check(answer)

    async def verify(self, notice: ProviderNotice) -> Paid | None:
        told = self._open(notice)
        if told.get("trade_status") not in _PAID_STATES:
            return None
        if told.get("refund_fee"):
            return None  # what has gone back we know from asking for it
        try:
            return _paid(told)
        except (KeyError, ValueError, InvalidOperation):
            raise ForgedNotice("content") from None

    async def refund(self, charge: Charge, refund: Refund) -> ProviderRefund:
        answer = await self._call(
            "alipay.trade.refund",
            trade_no=charge.provider_charge_id,
            refund_amount=_yuan(refund.amount),
            out_request_no=refund.idempotency_key,  # one number, one refund, within the trade
        )
        _check(answer)
        return await self.refund_status(charge, refund)

    async def refund_status(self, charge: Charge, refund: Refund) -> ProviderRefund:
        answer = await self._call(
            "alipay.trade.fastpay.refund.query",
            trade_no=charge.provider_charge_id,
            out_request_no=refund.idempotency_key,
        )
        _check(answer)
        done = answer.get("refund_status") == "REFUND_SUCCESS"
        return ProviderRefund(refund.idempotency_key, RefundState.CONFIRMED if done else RefundState.SUBMITTED)

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        """None: Alipay lists its charges in daily bills."""
        return ()

    def latest_bill(self, now: datetime) -> date | None:
        return latest_day(now)

    async def bill(self, day: date) -> TradeBill | None:
        answer = await self._call(
            "alipay.data.dataservice.bill.downloadurl.query", bill_type="trade", bill_date=day.isoformat()
        )
        if any(word in str(answer.get("sub_code", "")).upper() for word in _NO_BILL):
            return None
        _check(answer)
        url = str(answer.get("bill_download_url", ""))
        if self._base.startswith("https:") and url.startswith("http:"):
            # The answer is signed, the file is not, and Alipay still names it with plain http.
            url = f"https:{url.removeprefix('http:')}"
        return read_alipay(await asyncio.get_running_loop().run_in_executor(self._threads, partial(fetch, url)))

    async def _call(self, method: str, **content: str) -> Mapping[str, Any]:
        """The answer, its signature proven by the library."""
        try:
            call = partial(self._api.server_api, method, content, timestamp=self._stamp())
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except HTTPError as error:
            raise ProviderUnavailable(status=error.code) from None
        except (URLError, OSError, HTTPException) as error:
            raise ProviderUnavailable(reason=type(error).__name__) from None
        except (AliPayException, AliPayValidationError, ValueError, AttributeError, TypeError) as error:
            # Unsigned or signed by somebody else: nobody's word, so perhaps it was done and perhaps not. The
            # exception carries the whole answer; it stays behind.
            raise ProviderUnavailable(reason=type(error).__name__) from None
        return answer if isinstance(answer, dict) else {}

    def _open(self, notice: ProviderNotice) -> Mapping[str, str]:
        try:
            pairs = parse_qsl(
                notice.body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS
            )
        except ValueError:
            raise ForgedNotice("content") from None
        told = dict(pairs)
        if len(told) != len(pairs):
            raise ForgedNotice("content")  # a name twice: what was signed, and what would be read?
        signature = told.pop("sign", "")
        if told.get("sign_type") != "RSA2" or not signature:
            raise ForgedNotice("signature")
        try:
            # The library skips what is no base64, so that one signature would have many spellings.
            proven = b64encode(b64decode(signature)).decode() == signature
            proven = proven and self._api.verify(dict(told), signature)
        except (AliPayException, ValueError, TypeError):
            proven = False
        if not proven:
            raise ForgedNotice("signature")
        if told.get("app_id") != self._app_id:
            raise ForgedNotice("account")
        try:
            sent_at = datetime.strptime(told.get("notify_time", ""), _TIME).replace(tzinfo=_BEIJING)
        except ValueError:
            raise ForgedNotice("content") from None
        if abs(self._clock.now() - sent_at) > _WINDOW:
            raise ForgedNotice("age")
        return told

    def _stamp(self) -> str:
        return self._clock.now().astimezone(_BEIJING).strftime(_TIME)


def _paid(trade: Mapping[str, Any]) -> Paid:
    fen = Decimal(str(trade["total_amount"])) * 100
    if fen != int(fen):
        raise ValueError("a part of a fen")
    return Paid(str(trade["out_trade_no"]), str(trade["trade_no"]), Money(int(fen), "CNY"))


def _yuan(amount: Money) -> str:
    return f"{amount.minor // 100}.{amount.minor % 100:02}"


def _check(answer: Mapping[str, Any]) -> None:
    if answer.get("code") == _OK:
        return
    reason = str(answer.get("sub_code") or answer.get("code") or "")
    if answer.get("code") == "20000" or any(word in reason for word in _AGAIN):
        raise ProviderUnavailable(reason=reason)
    raise ProviderRefused(reason=reason)


def _pem(text: str, what: str) -> str:
    text = text.strip()
    return text if text.startswith("-----") else f"-----BEGIN {what}-----\n{text}\n-----END {what}-----"
