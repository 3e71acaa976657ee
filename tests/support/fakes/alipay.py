"""Alipay's gateway as far as web payments and refunds need it (opendocs.alipay.com)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from domain.payments.checkout_model import Way
from tests.support.fakes.base import FakeProvider, Notice, Trade, private_pem, public_pem, rsa_key, written

APP = "2021000000000001"
_BEIJING = ZoneInfo("Asia/Shanghai")
_TIME = "%Y-%m-%d %H:%M:%S"


class FakeAlipay(FakeProvider):
    name = "alipay"
    way = Way.ALIPAY

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/gateway.do", self._gateway)

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
            "notify_time": (self.clock.now() - age).astimezone(_BEIJING).strftime(_TIME),
            "notify_type": "trade_status_sync",
            "notify_id": f"n-{trade.charge_id}",
            "app_id": account or APP,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": trade.charge_id,
            "out_trade_no": changes.get("reference", trade.reference),
            "trade_status": changes.get("type", "TRADE_SUCCESS"),
            "total_amount": _yuan(changes.get("minor", trade.minor)),
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
        assert told["timestamp"] == self.clock.now().astimezone(_BEIJING).strftime(_TIME), "Beijing's time"
        content, method = json.loads(told["biz_content"]), told["method"]
        self.asked[-1] = method
        if method in ("alipay.trade.page.pay", "alipay.trade.wap.pay"):
            return self._arrive(content, told)
        answer = {
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_status,
        }[method](content)
        text = json.dumps(answer, ensure_ascii=False)
        name = method.replace(".", "_") + "_response"
        return web.Response(text=f'{{"{name}":{text},"sign":"{_sign(text)}"}}', content_type="application/json")

    def _arrive(self, content: dict[str, Any], told: Mapping[str, str]) -> web.Response:
        """The person is there: from now on there is a trade."""
        assert told["notify_url"].startswith("https://")
        until = content["time_expire"]
        if until <= self.clock.now().astimezone(_BEIJING).strftime(_TIME):
            return web.Response(status=400, text="too late")
        minor = round(float(content["total_amount"]) * 100)
        reference = content["out_trade_no"]
        self.trades.setdefault(reference, Trade(reference, minor, "CNY", self.clock.now()))
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
            "total_amount": _yuan(trade.minor),
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


def _failed(reason: str) -> dict[str, Any]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": reason, "sub_msg": "交易不存在"}


def _sign(text: str) -> str:
    return base64.b64encode(rsa_key("alipay").sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
