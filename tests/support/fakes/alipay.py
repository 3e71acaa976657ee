"""Alipay's gateway as far as web payments, refunds and daily bills need it (opendocs.alipay.com)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from domain.payments.checkout_model import Way
from tests.support.fakes.base import (
    BEIJING,
    FakeProvider,
    Notice,
    Trade,
    private_pem,
    public_pem,
    rsa_key,
    written,
    yuan,
)

APP = "2021000000000001"
_TIME = "%Y-%m-%d %H:%M:%S"
_BILL = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_SUMS = "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）"
_LINE = "-" * 41


class FakeAlipay(FakeProvider):
    name = "alipay"
    way = Way.ALIPAY

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/gateway.do", self._gateway)
        app.router.add_get("/downloadBillFile.resource", self._bill_file)

    def settings(self, folder: Path) -> Mapping[str, Any]:
        bare = "".join(public_pem(rsa_key("alipay")).splitlines()[1:-1])  # as Alipay's page shows it
        return {
            "alipay_app_id": APP,
            "alipay_key_file": written(folder, "app.pem", private_pem(rsa_key("alipay app"))),
            "alipay_public_key_file": written(folder, "alipay.txt", bare),
            "alipay_api": f"{self.base}/gateway.do",
        }

    def notice(
        self, trade: Trade, *, age: timedelta = timedelta(0), account: str | None = None, **changes: Any
    ) -> Notice:
        told = {
            "notify_time": (self.clock.now() - age).astimezone(BEIJING).strftime(_TIME),
            "notify_type": "trade_status_sync",
            "notify_id": f"n-{trade.charge_id}",
            "app_id": account or APP,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": trade.charge_id,
            "out_trade_no": changes.get("reference", trade.reference),
            "trade_status": changes.get("type", "TRADE_SUCCESS"),
            "total_amount": yuan(changes.get("minor", trade.minor)),
            "subject": "自新大陆 & more",
        }
        mark = _sign("&".join(f"{name}={told[name]}" for name in sorted(told)))
        body = urlencode({**told, "sign_type": "RSA2", "sign": mark})
        return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, body.encode()

    def taken(self, status: int, body: str) -> bool:
        return status == 200 and body == "success"

    async def _gateway(self, request: web.Request) -> web.Response:
        told = dict(request.query)
        mark = base64.b64decode(told.pop("sign"))
        signed = "&".join(f"{name}={told[name]}" for name in sorted(told))
        rsa_key("alipay app").public_key().verify(mark, signed.encode(), PKCS1v15(), SHA256())
        assert told["app_id"] == APP
        assert told["timestamp"] == self.clock.now().astimezone(BEIJING).strftime(_TIME), "Beijing's time"
        content, method = json.loads(told["biz_content"]), told["method"]
        self.asked[-1] = method
        if method in ("alipay.trade.page.pay", "alipay.trade.wap.pay"):
            return self._arrive(content, told)
        answer = {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_status,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill,
        }[method](content)
        text = json.dumps(answer, ensure_ascii=False)
        name = method.replace(".", "_") + "_response"
        return web.Response(text=f'{{"{name}":{text},"sign":"{_sign(text)}"}}', content_type="application/json")

    def _arrive(self, content: dict[str, Any], told: Mapping[str, str]) -> web.Response:
        """The person is there: from now on there is a trade."""
        assert told["notify_url"].startswith("https://")
        until = content["time_expire"]
        if until <= self.clock.now().astimezone(BEIJING).strftime(_TIME):
            return web.Response(status=400, text="too late")
        minor = round(float(content["total_amount"]) * 100)
        reference = content["out_trade_no"]
        made = Trade(reference, minor, "CNY", self.clock.now(), title=content["subject"])
        self.trades.setdefault(reference, made)
        return web.Response(text="pay here")

    def _query(self, content: dict[str, Any]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _failed("ACQ.TRADE_NOT_EXIST")
        whole = trade.state == "paid" and trade.refunded == trade.minor
        state = {"waiting": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}[trade.state]
        told = {
            "code": "10000",
            "msg": "Success",
            "out_trade_no": trade.reference,
            "trade_no": trade.charge_id or "0",
            "trade_status": "TRADE_CLOSED" if whole else state,
            "total_amount": yuan(trade.minor),
        }
        return told | ({"send_pay_date": "2027-03-01 20:00:00"} if trade.charge_id else {})

    def _close(self, content: dict[str, Any]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None:
            return _failed("ACQ.TRADE_NOT_EXIST")
        if trade.state == "paid":
            return _failed("ACQ.TRADE_STATUS_ERROR")
        trade.state = "closed"
        return {"code": "10000", "msg": "Success", "out_trade_no": trade.reference}

    def _refund(self, content: dict[str, Any]) -> dict[str, Any]:
        trade = self.by_charge(content["trade_no"])
        made = self.refund(trade, content["out_request_no"], round(float(content["refund_amount"]) * 100))
        if made is None or made[1] == "failed":
            return _failed("ACQ.TRADE_HAS_CLOSE")
        return {"code": "10000", "msg": "Success", "trade_no": trade.charge_id, "fund_change": "Y"}

    def _refund_status(self, content: dict[str, Any]) -> dict[str, Any]:
        made = self.by_charge(content["trade_no"]).refunds.get(content["out_request_no"])
        told = {"code": "10000", "msg": "Success", "out_request_no": content["out_request_no"]}
        return told | ({"refund_status": "REFUND_SUCCESS"} if made and made[1] == "ok" else {})

    def _bill(self, content: dict[str, Any]) -> dict[str, Any]:
        assert content["bill_type"] == "trade"
        day = date.fromisoformat(content["bill_date"])
        if not (self.paid_on(day) or self.refunded_on(day)):
            return _failed("isp.bill_not_exist")
        until = self.clock.now() + timedelta(seconds=30)
        asked = urlencode({"bizDates": content["bill_date"], "until": until.isoformat()})
        url = f"{self.base}/downloadBillFile.resource?{asked}"
        return {"code": "10000", "msg": "Success", "bill_download_url": url}

    async def _bill_file(self, request: web.Request) -> web.Response:
        if request.query["until"] < self.clock.now().isoformat():
            return web.Response(status=403)
        day = date.fromisoformat(request.query["bizDates"])
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            # Alipay's names are GBK without saying so; whoever opens it sees other letters.
            for kind, text in (("业务明细", self._details(day)), ("业务明细(汇总)", self._sums(day))):
                name = f"2088000000000000_{day:%Y%m%d}_{kind}.csv".encode("gbk").decode("cp437")
                archive.writestr(ZipInfo(name), text.encode("gbk"))
        return web.Response(body=self.spoil(packed.getvalue()), content_type="application/zip")

    def _details(self, day: date) -> str:
        lines = ["#支付宝业务明细查询", "#账号：[20880000000000000156]", f"#{_LINE}业务明细列表{_LINE}", _BILL]
        for trade in self.paid_on(day):
            lines.append(_row(trade, "交易", trade.minor, self.stamp(trade)))
        for trade, number in self.refunded_on(day):
            minor, state = trade.refunds[number]
            if state != "failed":
                lines.append(_row(trade, "退款", -minor, self.stamp(trade, number), number))
        lines += [
            f"#{_LINE}业务明细列表结束{_LINE}",
            f"#交易合计：{len(lines) - 4}笔",
            "#导出时间：[2027年03月02日 09:12:00]",
        ]
        return "".join(f"{line}\r\n" for line in lines)

    def _sums(self, day: date) -> str:
        whole = yuan(sum(trade.minor for trade in self.paid_on(day)))
        return f"#支付宝业务汇总查询\r\n{_SUMS}\r\n合计\t,\t,{len(self.paid_on(day))},0,{whole},{whole}\r\n"


def _failed(reason: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": reason, "sub_msg": "交易不存在"}


def _sign(text: str) -> str:
    return base64.b64encode(rsa_key("alipay").sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _row(trade: Trade, kind: str, minor: int, at: str, number: str = "") -> str:
    money = f"-{yuan(-minor)}" if minor < 0 else yuan(minor)
    cells = [f"{trade.charge_id}\t", f"{trade.reference}\t", f"{kind}\t", trade.title, at, at, "\t", "\t", "\t", "\t"]
    cells += ["*安(anna***@example.org)\t", money, money, *["0.00"] * 5, "", "0.00\t", "0.00", f"{number}\t"]
    return ",".join([*cells, "0.00", "0.00", ""])
