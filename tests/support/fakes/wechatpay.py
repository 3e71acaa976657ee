"""WeChat Pay's API v3 as far as Native, H5, refunds and daily bills need it (pay.weixin.qq.com/doc/v3/merchant)."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from domain.payments.checkout_model import Way
from tests.support.fakes.base import FakeProvider, Notice, Trade, private_pem, public_pem, rsa_key, written, yuan

MERCHANT = "1900000001"
APP = "wx0000000000000001"
API_V3_KEY = "0123456789abcdef0123456789abcdef"
SERIAL = "5157F09EFDC096DE15EBE81A47057A7200000001"
PLATFORM_ID = "PUB_KEY_ID_0000000000000000000000000001"
_BILL = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_STATES = {"ok": "SUCCESS", "pending": "PROCESSING", "failed": "ABNORMAL"}
#: In a bill, as it was when the refund began.
_LISTED = {"ok": "SUCCESS", "pending": "PROCESSING", "failed": "PROCESSING"}


class FakeWeChatPay(FakeProvider):
    name = "wechatpay"
    way = Way.WECHATPAY

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/v3/pay/transactions/{kind:native|h5}", self._create)
        app.router.add_get("/v3/pay/transactions/out-trade-no/{reference}", self._query)
        app.router.add_post("/v3/pay/transactions/out-trade-no/{reference}/close", self._close)
        app.router.add_post("/v3/refund/domestic/refunds", self._refund)
        app.router.add_get("/v3/refund/domestic/refunds/{number}", self._refund_status)
        app.router.add_get("/v3/bill/tradebill", self._bill)
        app.router.add_get("/v3/billdownload/file", self._bill_file)

    def settings(self, folder: Path) -> Mapping[str, Any]:
        return {
            "wechatpay_merchant_id": MERCHANT,
            "wechatpay_app_id": APP,
            "wechatpay_api_v3_key": API_V3_KEY,
            "wechatpay_key_file": written(folder, "merchant.pem", private_pem(rsa_key("wechatpay merchant"))),
            "wechatpay_key_serial": SERIAL,
            "wechatpay_platform_file": written(folder, "platform.pem", public_pem(rsa_key("wechatpay"))),
            "wechatpay_platform_id": PLATFORM_ID,
            "wechatpay_h5": True,
            "wechatpay_api": self.base,
        }

    def notice(
        self, trade: Trade, *, age: timedelta = timedelta(0), account: str | None = None, **changes: Any
    ) -> Notice:
        trade_told = self._told(trade) | {"out_trade_no": changes.get("reference", trade.reference)}
        trade_told["mchid"] = account or MERCHANT
        trade_told["appid"] = changes.get("app", APP)
        minor, currency = changes.get("minor", trade.minor), changes.get("currency", trade.currency)
        trade_told["amount"] = {"total": minor, "payer_total": minor, "currency": currency}
        nonce = secrets.token_hex(6)
        sealed = AESGCM(API_V3_KEY.encode()).encrypt(nonce.encode(), json.dumps(trade_told).encode(), b"transaction")
        body = json.dumps(
            {
                "id": secrets.token_hex(16),
                "create_time": self.clock.now().isoformat(),
                "event_type": changes.get("type", "TRANSACTION.SUCCESS"),
                "resource_type": "encrypt-resource",
                "resource": {
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(sealed).decode(),
                    "nonce": nonce,
                    "associated_data": "transaction",
                },
            }
        )
        return self._signed(body, age) | {"Content-Type": "application/json"}, body.encode()

    def taken(self, status: int, body: str) -> bool:
        return status in (200, 204)

    def broken(self) -> web.Response:
        return self._answer({"code": "SYSTEM_ERROR", "message": "broken"}, 500)

    async def _create(self, request: web.Request) -> web.Response:
        told = await self._proven(request)
        if told is None:
            return self._answer({"code": "SIGN_ERROR", "message": "no"}, 401)
        assert (told["mchid"], told["appid"]) == (MERCHANT, APP)
        assert told["notify_url"].startswith("https://")
        reference, amount = told["out_trade_no"], told["amount"]
        assert re.fullmatch(r"[0-9A-Za-z_*-]{6,32}", reference)
        trade = self.trades.get(reference)
        if trade is None:
            title, mark = told["description"], told["attach"]
            assert len(mark) <= 128
            trade = Trade(reference, amount["total"], amount["currency"], self.clock.now(), title=title, mark=mark)
            self.trades[reference] = trade
        if trade.state == "paid":
            return self._answer({"code": "ORDERPAID", "message": "no"}, 400)
        if trade.state == "closed" or trade.minor != amount["total"]:
            return self._answer({"code": "INVALID_REQUEST", "message": "no"}, 400)
        if request.match_info["kind"] == "h5":
            assert told["scene_info"]["payer_client_ip"]
            return self._answer({"h5_url": f"https://wx.tenpay.test/checkmweb?prepay_id={reference}&package=1"})
        return self._answer({"code_url": f"weixin://wxpay/bizpayurl?pr={reference[-9:]}"})

    async def _query(self, request: web.Request) -> web.Response:
        if await self._proven(request) is None:
            return self._answer({"code": "SIGN_ERROR", "message": "no"}, 401)
        trade = self.trades.get(request.match_info["reference"])
        if trade is None:
            return self._answer({"code": "ORDER_NOT_EXIST", "message": "no"}, 404)
        return self._answer(self._told(trade))

    async def _close(self, request: web.Request) -> web.Response:
        if await self._proven(request) is None:
            return self._answer({"code": "SIGN_ERROR", "message": "no"}, 401)
        trade = self.trades.get(request.match_info["reference"])
        if trade is None:
            return self._answer({"code": "ORDER_NOT_EXIST", "message": "no"}, 404)
        if trade.state == "paid":
            return self._answer({"code": "ORDERPAID", "message": "no"}, 400)
        trade.state = "closed"
        return web.Response(status=204, headers=self._signed("", timedelta(0)))

    async def _refund(self, request: web.Request) -> web.Response:
        told = await self._proven(request)
        if told is None:
            return self._answer({"code": "SIGN_ERROR", "message": "no"}, 401)
        trade, amount = self.by_charge(told["transaction_id"]), told["amount"]
        assert amount["total"] == trade.minor
        made = self.refund(trade, told["out_refund_no"], amount["refund"])
        if made is None:
            return self._answer({"code": "INVALID_REQUEST", "message": "no"}, 400)
        return self._answer({"out_refund_no": told["out_refund_no"], "status": _STATES[made[1]]})

    async def _refund_status(self, request: web.Request) -> web.Response:
        if await self._proven(request) is None:
            return self._answer({"code": "SIGN_ERROR", "message": "no"}, 401)
        number = request.match_info["number"]
        for trade in self.trades.values():
            if number in trade.refunds:
                return self._answer({"out_refund_no": number, "status": _STATES[trade.refunds[number][1]]})
        return self._answer({"code": "RESOURCE_NOT_EXISTS", "message": "no"}, 404)

    async def _bill(self, request: web.Request) -> web.Response:
        if await self._proven(request) is None:
            return self._answer({"code": "SIGN_ERROR", "message": "no"}, 401)
        asked = request.query
        assert (asked["bill_type"], asked["tar_type"]) == ("ALL", "GZIP")
        bill = self.bill_of(date.fromisoformat(asked["bill_date"]))
        if not bill:
            return self._answer({"code": "NO_STATEMENT_EXIST", "message": "请求的账单文件不存在"}, 400)
        digest = hashlib.sha1(bill, usedforsecurity=False).hexdigest()
        url = f"https://api.mch.weixin.qq.com/v3/billdownload/file?token={asked['bill_date']}&tartype=gzip"
        return self._answer({"hash_type": "SHA1", "hash_value": digest, "download_url": url})

    async def _bill_file(self, request: web.Request) -> web.Response:
        """No answer is signed here."""
        if await self._proven(request) is None:
            return web.Response(status=401)
        bill = self.bill_of(date.fromisoformat(request.query["token"]))
        return web.Response(body=self.spoil(gzip.compress(bill)), content_type="application/x-gzip")

    def bill_of(self, day: date) -> bytes:
        nothing = ("0", "0", "0.00", "0.00", "", "")
        rows = [self._row(trade, "SUCCESS", yuan(trade.minor), nothing) for trade in self.paid_on(day)]
        for trade, number in self.refunded_on(day):
            minor, state = trade.refunds[number]
            back = (f"5{number[-20:]}", number, yuan(minor), "0.00", "ORIGINAL", _LISTED[state])
            rows.append(self._row(trade, "REFUND", "0.00", back, number))
        if not rows:
            return b""
        whole = yuan(sum(trade.minor for trade in self.paid_on(day)))
        totals = (str(len(rows)), whole, "0.00", "0.00", "0.00000", whole, "0.00")
        lines = [_BILL, *(_marked(row) for row in rows), _TOTALS, _marked(totals)]
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")

    def _row(self, trade: Trade, state: str, settled: str, back: tuple[str, ...], number: str = "") -> tuple[str, ...]:
        who = (self.stamp(trade, number), APP, MERCHANT, "0", "", trade.charge_id, trade.reference, "openid")
        what = ("NATIVE", state, "OTHERS", trade.currency, settled, "0.00")
        whole = "0.00" if number else yuan(trade.minor)
        return (*who, *what, *back, trade.title, trade.mark, "0.00000", "0.60%", whole, back[2], "")

    def _told(self, trade: Trade) -> dict[str, Any]:
        state = {"waiting": "NOTPAY", "paid": "REFUND" if trade.refunds else "SUCCESS", "closed": "CLOSED"}[trade.state]
        told: dict[str, Any] = {"mchid": MERCHANT, "appid": APP, "out_trade_no": trade.reference, "trade_state": state}
        if trade.charge_id:
            told["transaction_id"] = trade.charge_id
        told["amount"] = {"total": trade.minor, "payer_total": trade.minor, "currency": trade.currency}
        return told

    def _answer(self, told: Mapping[str, Any], status: int = 200) -> web.Response:
        body = json.dumps(told)
        headers = self._signed(body, timedelta(0))
        return web.Response(text=body, status=status, headers=headers, content_type="application/json")

    def _signed(self, body: str, age: timedelta) -> dict[str, str]:
        sent_at = str(int((self.clock.now() - age).timestamp()))
        nonce = secrets.token_hex(8)
        key = rsa_key("wechatpay")
        mark = key.sign(f"{sent_at}\n{nonce}\n{body}\n".encode(), PKCS1v15(), SHA256())
        return {
            "Wechatpay-Timestamp": sent_at,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": base64.b64encode(mark).decode(),
            "Wechatpay-Serial": PLATFORM_ID,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    async def _proven(self, request: web.Request) -> dict[str, Any] | None:
        """The request's content, if the merchant has signed it."""
        kind, _, rest = request.headers.get("Authorization", "").partition(" ")
        told = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        if kind != "WECHATPAY2-SHA256-RSA2048" or (told["mchid"], told["serial_no"]) != (MERCHANT, SERIAL):
            return None
        body = await request.text()
        signed = f"{request.method}\n{request.rel_url}\n{told['timestamp']}\n{told['nonce_str']}\n{body}\n"
        key = rsa_key("wechatpay merchant").public_key()
        key.verify(base64.b64decode(told["signature"]), signed.encode(), PKCS1v15(), SHA256())
        found: dict[str, Any] = json.loads(body) if body else {}
        return found


def _marked(cells: tuple[str, ...]) -> str:
    return ",".join(f"`{cell}" for cell in cells)
