"""The daily bills of WeChat Pay and Alipay as they are written down."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.adapters.trade_bills import gunzipped, latest_day, read_alipay, read_wechat, unzipped
from domain.errors import ProviderRefused
from domain.money import Money
from domain.payments.checkout_model import REFERENCE_MARK, ListedRefund
from domain.payments.ports import ProviderCharge

MARK = "foyer house.example"
OURS = REFERENCE_MARK + "0123456789abcdef01234567"
AT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
WECHAT = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "{sum},代金券金额,商品名称,商户数据包,手续费,费率{more}"
)
ALIPAY = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,商家实收（元）,备注"


def wechat(mark: str, title: str = "音乐会", state: str = "SUCCESS", total: str = "1360.00", *more: str) -> str:
    told = ("2027-03-01 20:00:00", "wx1", "1900000001", "0", "", "4200001", OURS, "openid", "NATIVE", state, "OTHERS")
    return ",".join(f"`{cell}" for cell in (*told, "CNY", total, "0.00", title, mark, "0", "0.60%", *more))


def wechat_bill(*rows: str, head: str = "") -> bytes:
    head = head or WECHAT.format(sum="应结订单金额", more=",订单金额,费率备注")
    lines = [head, *rows, "总交易单数,应结订单总金额", "`1,`1360.00", ""]
    return "\r\n".join(lines).encode("utf-8-sig")


def alipay_row(reference: str, kind: str = "交易", title: str = "音乐会", total: str = "1360.00") -> str:
    times = "2027-03-01 19:59:00,2027-03-01 20:00:00"
    return f"2027030122\t,{reference}\t,{kind}\t,{title},{times},{total},{total},"


def alipay_bill(*rows: str, head: str = ALIPAY) -> bytes:
    lines = ["#支付宝业务明细查询", head, *rows, "#-----业务明细列表结束-----", ""]
    return zipped("\r\n".join(lines), "#支付宝业务汇总查询\r\n门店编号,门店名称\r\n合计\t,\t\r\n")


def zipped(*texts: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"{number}.csv", text.encode("gb18030"))
    return packed.getvalue()


def found(number: str, minor: int = 136000) -> list[ProviderCharge]:
    return [ProviderCharge(number, None, Money(minor, "CNY"), AT, 0, OURS)]


def test_wechat_s_rows_with_our_mark_are_read() -> None:
    """The price is what was asked for, also where WeChat's coupon paid a part of it."""
    ours = wechat(MARK, "Opera, in one act, 中文", "SUCCESS", "1300.00", "1360.00", "")
    bill = wechat_bill(wechat("another house", "a,`b"), wechat("", MARK, "SUCCESS", "1", "1", ""), ours)
    assert read_wechat(bill, MARK).charges == found("4200001")
    assert read_wechat(wechat_bill(), MARK).charges == []
    revoked = wechat(MARK, "x", "REVOKED", "1360.00", "1360.00", "")
    assert read_wechat(wechat_bill(revoked), MARK).charges == []


def test_wechat_s_older_form_is_read_too() -> None:
    bill = wechat_bill(wechat(MARK), head=WECHAT.format(sum="总金额", more=""))
    assert read_wechat(bill, MARK).charges == found("4200001")


def test_alipay_s_rows_with_our_numbers_are_read() -> None:
    rows = [alipay_row("shop-1", title='a "b, c'), alipay_row(OURS)]
    assert read_alipay(alipay_bill(*rows)).charges == found("2027030122")
    assert read_alipay(alipay_bill()).charges == []


def test_what_went_back_is_read_too() -> None:
    head = WECHAT.format(sum="应结订单金额", more=",订单金额,商户退款单号,退款金额,退款状态,申请退款金额")
    rows = [
        wechat(MARK, "x", "REFUND", "0.00", "0.00", number, "90.00", how, "100.00")
        for number, how in (("4200001-7", "PROCESSING"), ("4200001-8", "FAIL"))
    ]
    told = read_wechat(wechat_bill(*rows, head=head), MARK)
    assert (told.charges, told.refunds) == ([], [ListedRefund("4200001", "4200001-7", Money(10000, "CNY"))])
    numbered = f"{ALIPAY},退款批次号/请求号"
    own = [alipay_row(OURS, "退款", total="-100.00") + f",{number}" for number in ("foyer-refund-7\t", "")]
    told = read_alipay(alipay_bill(alipay_row("shop-1", "退款") + ",1", *own, head=numbered))
    assert [refund.number for refund in told.refunds] == ["foyer-refund-7", "2027-03-01 20:00:00"]
    assert {(each.provider_charge_id, each.amount) for each in told.refunds} == {("2027030122", Money(10000, "CNY"))}
    for spoilt in (alipay_row(OURS, "退款", total="0.00"), alipay_row(OURS, "退款", total="--1")):
        with pytest.raises(ProviderRefused):
            read_alipay(alipay_bill(spoilt))


@pytest.mark.parametrize(
    "bill",
    [
        b"",
        b"\xff\xfe\xff",
        b"<html>",
        wechat_bill(wechat(MARK)),  # fewer cells than columns
        wechat_bill(wechat(MARK, "x", "SUCCESS", "1", "1.001", "")),
        wechat_bill(wechat(MARK, "x", "SUCCESS", "1", "NaN", "")),
        wechat_bill(wechat(MARK, "x", "SUCCESS", "1", "-1", "")),
        wechat_bill(wechat(MARK, "x", "SUCCESS", "1", "1", "").replace("2027-03-01", "yesterday")),
        wechat_bill(wechat(MARK), head=WECHAT.format(sum="应结订单金额", more="")),  # no sum that we know
    ],
)
def test_what_cannot_be_read_of_wechat_s_is_refused(bill: bytes) -> None:
    with pytest.raises(ProviderRefused):
        read_wechat(bill, MARK)


@pytest.mark.parametrize(
    "archive",
    [
        b"",
        b"PK\x03\x04",
        zipped(),
        zipped("门店编号,门店名称"),
        alipay_bill(alipay_row(OURS, title="a, b")),
        alipay_bill(alipay_row(OURS, total="many")),
        alipay_bill()[:-30],
    ],
)
def test_what_cannot_be_read_of_alipay_s_is_refused(archive: bytes) -> None:
    with pytest.raises(ProviderRefused):
        read_alipay(archive)


def test_what_unpacks_without_end_is_refused() -> None:
    bomb = "0" * 1000
    assert len(gunzipped(gzip.compress(bomb.encode()), most=1000)) == 1000
    assert [len(file) for file in unzipped(zipped(bomb, bomb), most=2000)] == [1000, 1000]
    with pytest.raises(ProviderRefused):
        gunzipped(gzip.compress(bomb.encode()), most=999)
    with pytest.raises(ProviderRefused):
        unzipped(zipped(bomb, bomb), most=1999)


def test_a_day_is_beijing_s_and_its_bill_is_out_at_ten() -> None:
    assert latest_day(datetime(2027, 3, 2, 1, 59, tzinfo=UTC)) == date(2027, 2, 28)
    assert latest_day(datetime(2027, 3, 2, 2, 0, tzinfo=UTC)) == date(2027, 3, 1)
    assert latest_day(datetime(2027, 3, 2, 17, 0, tzinfo=UTC)) == date(2027, 3, 1)
