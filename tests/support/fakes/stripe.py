"""Stripe's API as far as Checkout, refunds and reconciliation need it (docs.stripe.com/api)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from domain.payments.checkout_model import Way
from tests.support.fakes.base import FakeProvider, Notice, Trade

KEY = "sk_test_of_no_use_elsewhere"
SECRET = "whsec_of_no_use_elsewhere"
_STATES = {"ok": "succeeded", "pending": "pending", "failed": "failed"}


class FakeStripe(FakeProvider):
    name = "stripe"
    way = Way.STRIPE

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.answers: dict[str, tuple[str, dict[str, Any]]] = {}  # by idempotency key: request, answer

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/checkout/sessions", self._create)
        app.router.add_get("/v1/checkout/sessions", self._list)
        app.router.add_get("/v1/checkout/sessions/{id}", self._get)
        app.router.add_post("/v1/checkout/sessions/{id}/expire", self._expire)
        app.router.add_get("/v1/payment_intents", self._intents)
        app.router.add_post("/v1/refunds", self._refund)
        app.router.add_get("/v1/refunds", self._refunds)
        app.router.add_get("/v1/refunds/{id}", self._refund_status)

    def settings(self, folder: Path) -> Mapping[str, Any]:
        return {"stripe_key": KEY, "stripe_webhook_secret": SECRET, "stripe_api": self.base}

    def new_charge_id(self) -> str:
        return f"pi_{super().new_charge_id()}"

    def notice(
        self, trade: Trade, *, age: timedelta = timedelta(0), account: str | None = None, **changes: Any
    ) -> Notice:
        session = self._session(trade) | {
            "client_reference_id": changes.get("reference", trade.reference),
            "amount_total": changes.get("minor", trade.minor),
            "currency": changes.get("currency", trade.currency).lower(),
        }
        event = {
            "id": f"evt_{trade.reference}",
            "object": "event",
            "type": changes.get("type", "checkout.session.completed"),
            "livemode": account is not None,
            "created": int(time.time()),
            "data": {"object": session},
        }
        body = json.dumps(event)
        return {"Stripe-Signature": signature(body, age=age), "Content-Type": "application/json"}, body.encode()

    def taken(self, status: int, body: str) -> bool:
        return 200 <= status < 300

    def broken(self) -> web.Response:
        return web.json_response({"error": {"type": "api_error", "message": "broken"}}, status=500)

    async def _create(self, request: web.Request) -> web.Response:
        form = await _form(request)
        if form is None:
            return _error(401, "authentication_required", "invalid_request_error")
        key, told = request.headers["Idempotency-Key"], json.dumps(form, sort_keys=True)
        if key in self.answers:
            before, answer = self.answers[key]
            return web.json_response(answer) if before == told else _error(400, "idempotency_key", "idempotency_error")
        reference = form["client_reference_id"]
        assert form["metadata[foyer_checkout]"] == reference
        price = "line_items[0][price_data]"
        trade = Trade(
            reference, int(form[f"{price}[unit_amount]"]), form[f"{price}[currency]"].upper(), self.clock.now()
        )
        assert int(form["expires_at"]) >= self.clock.now().timestamp() + 30 * 60, "Stripe wants 30 minutes at least"
        self.trades[reference] = trade
        self.answers[key] = told, self._session(trade)
        return web.json_response(self._session(trade))

    async def _list(self, request: web.Request) -> web.Response:
        after = int(request.query["created[gte]"])
        found = [t for t in self.trades.values() if t.made_at.timestamp() >= after]
        return _listed("/v1/checkout/sessions", [self._session(t, expand=True) for t in found], request)

    async def _get(self, request: web.Request) -> web.Response:
        trade = self._trade(request)
        return web.json_response(self._session(trade, expand=True)) if trade else _missing()

    async def _expire(self, request: web.Request) -> web.Response:
        trade = self._trade(request)
        if trade is None:
            return _missing()
        if trade.state != "waiting":
            return _error(400, "", "invalid_request_error")
        trade.state = "closed"
        return web.json_response(self._session(trade))

    async def _intents(self, request: web.Request) -> web.Response:
        after = int(request.query["created[gte]"])
        paid = [t for t in self.trades.values() if t.state == "paid" and t.made_at.timestamp() >= after]
        return _listed("/v1/payment_intents", [_intent(t) for t in paid], request)

    async def _refund(self, request: web.Request) -> web.Response:
        form = await _form(request)
        if form is None:
            return _error(401, "authentication_required", "invalid_request_error")
        trade = self.by_charge(form["payment_intent"])
        made = self.refund(trade, form["metadata[foyer_refund]"], int(form["amount"]))
        if made is None:
            return _error(400, "charge_already_refunded", "invalid_request_error")
        return web.json_response(_refund(trade, form["metadata[foyer_refund]"]))

    async def _refunds(self, request: web.Request) -> web.Response:
        trade = self.by_charge(request.query["payment_intent"])
        return _listed("/v1/refunds", [_refund(trade, number) for number in trade.refunds], request)

    async def _refund_status(self, request: web.Request) -> web.Response:
        for trade in self.trades.values():
            for number in trade.refunds:
                if _refund(trade, number)["id"] == request.match_info["id"]:
                    return web.json_response(_refund(trade, number))
        return _missing()

    def _trade(self, request: web.Request) -> Trade | None:
        return self.trades.get(request.match_info["id"].removeprefix("cs_test_"))

    def _session(self, trade: Trade, *, expand: bool = False) -> dict[str, Any]:
        intent: Any = trade.charge_id or None
        if intent and expand:
            intent = _intent(trade)
        url = f"https://checkout.stripe.test/c/pay/cs_test_{trade.reference}"
        return {
            "id": f"cs_test_{trade.reference}",
            "object": "checkout.session",
            "client_reference_id": trade.reference,
            "amount_total": trade.minor,
            "currency": trade.currency.lower(),
            "metadata": {"foyer_checkout": trade.reference},
            "payment_intent": intent,
            "payment_status": "paid" if trade.state == "paid" else "unpaid",
            "status": {"waiting": "open", "paid": "complete", "closed": "expired"}[trade.state],
            "url": url if trade.state == "waiting" else None,
        }


def signature(body: str, *, age: timedelta = timedelta(0), secret: str = SECRET) -> str:
    """docs.stripe.com/webhooks, "Verify manually". The library looks at the real clock."""
    sent_at = int(time.time() - age.total_seconds())
    mac = hmac.new(secret.encode(), f"{sent_at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={sent_at},v1={mac}"


async def _form(request: web.Request) -> dict[str, str] | None:
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return None
    return {str(name): str(value) for name, value in (await request.post()).items()}


def _intent(trade: Trade) -> dict[str, Any]:
    charge = {"id": f"ch_{trade.reference}", "object": "charge", "amount_refunded": trade.refunded}
    return {
        "id": trade.charge_id,
        "object": "payment_intent",
        "status": "succeeded",
        "amount_received": trade.minor,
        "currency": trade.currency.lower(),
        "created": int(trade.made_at.timestamp()),
        "metadata": {"foyer_checkout": trade.reference},
        "latest_charge": charge,
    }


def _refund(trade: Trade, number: str) -> dict[str, Any]:
    minor, state = trade.refunds[number]
    return {
        "id": f"re_{hashlib.sha256(number.encode()).hexdigest()[:24]}",
        "object": "refund",
        "amount": minor,
        "status": _STATES[state],
        "metadata": {"foyer_refund": number},
    }


def _listed(url: str, items: list[dict[str, Any]], request: web.Request) -> web.Response:
    """Two to a page, so that whoever does not turn the page is found out."""
    start = 0
    if after := request.query.get("starting_after"):
        start = 1 + next(i for i, item in enumerate(items) if item["id"] == after)
    page = items[start : start + 2]
    more = start + 2 < len(items)
    return web.json_response({"object": "list", "url": url, "has_more": more, "data": page})


def _missing() -> web.Response:
    return _error(404, "resource_missing", "invalid_request_error")


def _error(status: int, code: str, kind: str) -> web.Response:
    return web.json_response({"error": {"type": kind, "code": code, "message": "no"}}, status=status)
