"""The daily bills of WeChat Pay and Alipay: fetched within bounds, unpacked, read.

Formats: pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html, of the kind ALL: a refund stands in
the bill of the day on which it was begun, and its state is not brought up to date there. Alipay's business details
(opendocs.alipay.com, alipay.data.dataservice.bill.downloadurl.query, ``trade``): a refund is a row of its own, its sum
negative, under the number that it was asked for with. Whatever of ours cannot be read is a ProviderRefused, with no
word of what stands in it; others' lines are not looked at.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from time import monotonic
from zipfile import BadZipFile, ZipFile
from zoneinfo import ZoneInfo

import requests

from domain.errors import ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.checkout_model import REFERENCE_MARK, ListedRefund
from domain.payments.ports import ProviderCharge, TradeBill

#: About 100,000 payments.
MOST_BYTES = 16 << 20
MOST_UNPACKED = 64 << 20
_TIMEOUT = (5, 15)  # seconds to connect, between two pieces
_ALTOGETHER = 120.0
_PIECE = 1 << 16
_BEIJING = ZoneInfo("Asia/Shanghai")
#: Both make the bill of the day before in the morning and advise to come at ten.
_OUT_AT = timedelta(hours=10)
_TIME = "%Y-%m-%d %H:%M:%S"


def latest_day(now: datetime) -> date:
    """The last day, by Beijing's clock, whose bill is out."""
    return (now.astimezone(_BEIJING) - _OUT_AT).date() - timedelta(days=1)


def fetch(url: str, headers: Mapping[str, str] | None = None, *, most: int = MOST_BYTES) -> bytes:
    """The file at that address. An address of https stays one: nobody on the way writes a bill."""
    until = monotonic() + _ALTOGETHER
    data = bytearray()
    try:
        with requests.get(url, headers=headers, timeout=_TIMEOUT, stream=True) as response:
            hops = (*response.history, response)
            if url.startswith("https:") and not all(hop.url.startswith("https:") for hop in hops):
                raise ProviderRefused(reason="bill_address")
            if response.status_code != 200:
                raise ProviderUnavailable(status=response.status_code, reason="bill")
            for piece in response.iter_content(_PIECE):
                data += piece
                if len(data) > most:
                    raise ProviderRefused(reason="bill_too_large")
                if monotonic() > until:
                    raise ProviderUnavailable(reason="bill_slow")
    except requests.RequestException as error:
        raise ProviderUnavailable(reason=type(error).__name__) from None
    return bytes(data)


def gunzipped(data: bytes, *, most: int = MOST_UNPACKED) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            found = file.read(most + 1)
    except (OSError, EOFError, zlib.error):
        raise ProviderRefused(reason="bill_garbled") from None
    if len(found) > most:
        raise ProviderRefused(reason="bill_too_large")
    return found


def unzipped(data: bytes, *, most: int = MOST_UNPACKED) -> list[bytes]:
    found: list[bytes] = []
    try:
        with ZipFile(BytesIO(data)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    found.append(file.read(most + 1))
                most -= len(found[-1])
                if most < 0:
                    raise ProviderRefused(reason="bill_too_large")
    except (BadZipFile, OSError, EOFError, zlib.error, RuntimeError):  # the last: a password, an unknown packing
        raise ProviderRefused(reason="bill_garbled") from None
    return found


def read_wechat(bill: bytes, mark: str) -> TradeBill:
    """What was paid for orders with this mark (``attach``), and what of it went back."""
    head, *lines = _lines(bill, "utf-8-sig")
    columns = head.split(",")
    if not {"微信订单号", "商户数据包"} <= set(columns):
        raise ProviderRefused(reason="bill_form")
    charges, refunds = [], []
    for line in lines:
        if not line.startswith("`"):
            break  # the totals
        if mark not in line:
            continue
        # Before each cell stands a backtick, and nothing is quoted: a title may have its commas.
        row = _row(columns, line[1:].split(",`"))
        if row.get("商户数据包") != mark:
            continue
        currency = row.get("货币种类", "CNY")
        if row.get("交易状态") == "SUCCESS":
            amount = "订单金额" if "订单金额" in row else "总金额"  # of merchants with the older form
            charges.append(_charge(row, "微信订单号", amount, "交易时间", currency))
        elif row.get("交易状态") == "REFUND" and row.get("退款状态") != "FAIL":
            amount = "申请退款金额" if "申请退款金额" in row else "退款金额"
            refunds.append(_refund(row, "微信订单号", "商户退款单号", amount, currency))
    return TradeBill(charges, refunds)


def read_alipay(archive: bytes) -> TradeBill:
    """What was paid under numbers with our mark, and what went back. Beside the details there is a file of sums."""
    tables = [rows for file in unzipped(archive) if (rows := _alipay_rows(_lines(file, "gb18030"))) is not None]
    if not tables:
        raise ProviderRefused(reason="bill_form")
    charges, refunds = [], []
    for row in (row for rows in tables for row in rows if row.get("商户订单号", "").startswith(REFERENCE_MARK)):
        if row.get("业务类型") == "交易":
            charges.append(_charge(row, "支付宝交易号", "订单金额（元）", "完成时间", "CNY"))
        elif row.get("业务类型") == "退款":
            # What was given back on Alipay's own pages may have no number; its moment tells it apart.
            number = "退款批次号/请求号" if row.get("退款批次号/请求号") else "完成时间"
            refunds.append(_refund(row, "支付宝交易号", number, "订单金额（元）", "CNY"))
    return TradeBill(charges, refunds)


def _alipay_rows(lines: Sequence[str]) -> list[dict[str, str]] | None:
    """Those in which our mark stands; None for a file without details."""
    told = (line for line in lines if not line.startswith("#"))
    columns = next((cells for line in told if "支付宝交易号" in (cells := _cells(line))), None)
    if columns is None:
        return None
    return [_row(columns, _cells(line)) for line in told if REFERENCE_MARK in line]


def _cells(line: str) -> list[str]:
    """Alipay puts a tab behind what a spreadsheet would take for a number. Line by line: a stray quotation mark in
    somebody's title swallows no other line."""
    return [cell.strip() for cell in next(csv.reader([line]), [])]


def _lines(file: bytes, encoding: str) -> list[str]:
    try:
        # Not splitlines(): it takes more for the end of a line than these files do.
        return re.split(r"\r?\n", file.decode(encoding))
    except UnicodeDecodeError:
        raise ProviderRefused(reason="bill_garbled") from None


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(columns) != len(cells):
        raise ProviderRefused(reason="bill_form")
    return {name.strip(): cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _charge(row: Mapping[str, str], number: str, amount: str, at: str, currency: str) -> ProviderCharge:
    try:
        sum_ = _sum(row[amount], currency)
        if not row[number]:
            raise ValueError("no payment")
        captured_at = datetime.strptime(row[at], _TIME).replace(tzinfo=_BEIJING)
        return ProviderCharge(row[number], None, sum_, captured_at, 0, row["商户订单号"])
    except (KeyError, ValueError, ArithmeticError):
        raise ProviderRefused(reason="bill_form") from None


def _refund(row: Mapping[str, str], trade: str, number: str, amount: str, currency: str) -> ListedRefund:
    """Some write it with a minus, some without."""
    try:
        sum_ = _sum(row[amount].removeprefix("-"), currency)
        if not (row[trade] and row[number]):
            raise ValueError("no refund")
        return ListedRefund(row[trade], row[number], sum_)
    except (KeyError, ValueError, ArithmeticError):
        raise ProviderRefused(reason="bill_form") from None


def _sum(text: str, currency: str) -> Money:
    """Raises ValueError, ArithmeticError."""
    minor = Decimal(text) * 100
    if minor != int(minor) or minor <= 0:
        raise ValueError("no sum")
    return Money(int(minor), currency)
