"""The payment provider beside the messenger: it captures what invoices ask for, refunds, and can be reconciled with.

HTTP under `/provider/…`, `Authorization: Bearer <provider token>`, amounts in minor units. docs/emulator.md has the
calls. Errors are `{"error": {"code", "message"}}`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from .faults import Faults, cut
from .store import Store
from .wire import Json, decode

_STATUSES = {"succeed": "succeeded", "pending": "pending", "fail": "failed"}
_PAGE = 100
_Act: TypeAlias = Callable[[web.Request, Json], Json]


class Refused(Exception):
    """A call that the provider does not carry out."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Provider:
    """Charges and refunds, per provider token."""

    def __init__(self, store: Store, clock: Callable[[], float], tokens: frozenset[str]) -> None:
        self._store = store
        self._clock = clock
        self._tokens = tokens
        self._charges: dict[str, Json] = dict(store.load("charge"))
        self._refunds: dict[str, Json] = dict(store.load("refund"))
        self._by_key: dict[tuple[str, str], Json] = {}
        self._of_charge: dict[str, list[Json]] = {}
        for refund in self._refunds.values():
            self._index(refund)
        self._script: list[tuple[str, int]] = []

    def _index(self, refund: Json) -> None:
        self._by_key[refund["account"], refund["idempotency_key"]] = refund
        self._of_charge.setdefault(refund["charge_id"], []).append(refund)

    def flush(self) -> None:
        """See `Store.flush`."""
        self._store.flush()

    def account(self, authorization: str) -> str:
        """The token of a caller. Raises Refused (401)."""
        token = authorization.removeprefix("Bearer ").strip()
        if token not in self._tokens:
            raise Refused(401, "unauthorized", "Send Authorization: Bearer and the provider token of the bot.")
        return token

    def capture(self, token: str, amount: int, currency: str, metadata: Json) -> str:
        """Take money; the id of the charge."""
        charge_id = f"ch_{len(self._charges) + 1:08d}"
        charge: Json = {
            "id": charge_id,
            "account": token,
            "amount": amount,
            "currency": currency,
            "status": "succeeded",
            "created": self._clock(),
            "metadata": metadata,
        }
        self._charges[charge_id] = charge
        self._store.put("charge", charge_id, charge)
        return charge_id

    def charge(self, token: str, charge_id: str) -> Json:
        """One charge. Raises Refused (404)."""
        charge = self._charges.get(charge_id)
        if charge is None or charge["account"] != token:
            raise Refused(404, "charge_unknown", f"There is no charge {charge_id}.")
        return charge

    def charges(self, token: str, since: float, cursor: str, limit: int) -> Json:
        """A page of charges from `since` (seconds since 1970) on, oldest first, after the charge `cursor`."""
        found = [
            c for c in self._charges.values() if c["account"] == token and c["created"] >= since and c["id"] > cursor
        ]
        page = found[:limit]
        more = len(found) > limit
        return {"charges": [self.shown(c) for c in page], "next_cursor": page[-1]["id"] if more else None}

    def shown(self, charge: Json) -> Json:
        """A charge as a caller sees it, with what was refunded of it."""
        mine = self._of_charge.get(charge["id"], [])
        sums = {
            "amount_refunded": sum(r["amount"] for r in mine if r["status"] == "succeeded"),
            "amount_refund_pending": sum(r["amount"] for r in mine if r["status"] == "pending"),
        }
        return {name: value for name, value in charge.items() if name != "account"} | sums

    def refund(self, token: str, body: Json) -> Json:
        """Give money back. Raises Refused; the same idempotency key with the same body gives the same refund."""
        key = str(body.get("idempotency_key") or "")
        amount = body.get("amount")
        if not key or not isinstance(amount, int) or amount <= 0:
            raise Refused(400, "invalid", "charge_id, a positive amount, currency and idempotency_key are needed.")
        wanted = (body.get("charge_id"), amount, body.get("currency"))
        known = self._by_key.get((token, key))
        if known is not None:
            if (known["charge_id"], known["amount"], known["currency"]) != wanted:
                raise Refused(409, "idempotency_conflict", "This idempotency_key was used for another refund.")
            return known
        charge = self.shown(self.charge(token, str(body.get("charge_id"))))
        if body.get("currency") != charge["currency"]:
            raise Refused(400, "currency_mismatch", f"The charge is in {charge['currency']}.")
        left = charge["amount"] - charge["amount_refunded"] - charge["amount_refund_pending"]
        if amount > left:
            raise Refused(400, "amount_exceeds", f"{left} of this charge can still be refunded.")
        return self._new_refund(token, key, charge["id"], amount, charge["currency"])

    def _new_refund(self, token: str, key: str, charge_id: str, amount: int, currency: str) -> Json:
        refund: Json = {
            "id": f"re_{len(self._refunds) + 1:08d}",
            "account": token,
            "charge_id": charge_id,
            "amount": amount,
            "currency": currency,
            "idempotency_key": key,
            "created": self._clock(),
            "status": self._next_status(),
        }
        if refund["status"] == "failed":
            refund["failure_reason"] = "declined_by_bank"
        self._refunds[refund["id"]] = refund
        self._index(refund)
        self._store.put("refund", refund["id"], refund)
        return refund

    def _next_status(self) -> str:
        if not self._script:
            return "succeeded"
        status, times = self._script[0]
        self._script[0] = (status, times - 1)
        if times <= 1:
            self._script.pop(0)
        return status

    def find_refund(self, token: str, refund_id: str) -> Json:
        """One refund. Raises Refused (404)."""
        refund = self._refunds.get(refund_id)
        if refund is None or refund["account"] != token:
            raise Refused(404, "refund_unknown", f"There is no refund {refund_id}.")
        return refund

    def refunds(self, token: str, charge_id: str) -> list[Json]:
        """All refunds, or those of one charge, oldest first."""
        found = self._of_charge.get(charge_id, []) if charge_id else list(self._refunds.values())
        return [refund for refund in found if refund["account"] == token]

    def script(self, body: Json) -> None:
        """How the next refunds turn out. Raises Refused."""
        status = _STATUSES.get(str(body.get("refunds")))
        if status is None:
            raise Refused(400, "invalid", 'refunds is "succeed", "pending" or "fail".')
        self._script.append((status, int(body.get("times", 1))))

    def settle(self, refund_id: str, status: str) -> Json:
        """A pending refund comes to its end. Raises Refused."""
        refund = self._refunds.get(refund_id)
        if refund is None:
            raise Refused(404, "refund_unknown", f"There is no refund {refund_id}.")
        if status not in ("succeeded", "failed"):
            raise Refused(400, "invalid", 'status is "succeeded" or "failed".')
        if refund["status"] != "pending":
            raise Refused(409, "not_pending", f"The refund is {refund['status']} already.")
        refund["status"] = status
        if status == "failed":
            refund["failure_reason"] = "declined_by_bank"
        self._store.put("refund", refund_id, refund)
        return refund


def without_account(body: Json) -> Json:
    """A refund as a caller sees it."""
    return {name: value for name, value in body.items() if name != "account"}


class ProviderRoutes:
    """The provider over HTTP. Faults are scripted for `provider.charges`, `provider.refund`, `provider.refunds`."""

    def __init__(self, provider: Provider, faults: Faults) -> None:
        self._provider = provider
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Everything under /provider."""
        return [
            web.get("/provider/charges", self._answering("provider.charges", self._list_charges)),
            web.get("/provider/charges/{id}", self._answering("provider.charges", self._get_charge)),
            web.post("/provider/refunds", self._answering("provider.refund", self._create_refund)),
            web.get("/provider/refunds", self._answering("provider.refunds", self._list_refunds)),
            web.get("/provider/refunds/{id}", self._answering("provider.refunds", self._get_refund)),
            web.post("/provider/refunds/{id}/settle", self._answering("", self._settle)),
            web.post("/provider/script", self._answering("", self._set_script)),
        ]

    def _answering(self, name: str, act: _Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            fault = self._faults.take(name)
            if fault is not None and fault.error != "timeout":
                await asyncio.sleep(fault.latency)
            if fault is not None and isinstance(fault.error, int):
                return _error(fault.error, "unavailable", fault.raised().words)
            if fault is not None and fault.error == "drop_before":
                return cut(request)
            try:
                answer = web.json_response(act(request, await _body(request)))
            except Refused as refused:
                answer = _error(refused.status, refused.code, refused.message)
            self._provider.flush()
            if fault is not None and fault.error == "drop":
                return cut(request)
            if fault is not None and fault.error == "timeout":
                await asyncio.sleep(fault.latency)
            return answer

        return handle

    def _account(self, request: web.Request) -> str:
        return self._provider.account(request.headers.get("Authorization", ""))

    def _list_charges(self, request: web.Request, _: Json) -> Json:
        query = request.query
        try:
            since, limit = float(query.get("since", 0)), int(query.get("limit", _PAGE))
        except ValueError:
            raise Refused(400, "invalid", "since is seconds since 1970, limit a number.") from None
        return self._provider.charges(self._account(request), since, query.get("cursor", ""), max(1, min(limit, _PAGE)))

    def _get_charge(self, request: web.Request, _: Json) -> Json:
        return self._provider.shown(self._provider.charge(self._account(request), request.match_info["id"]))

    def _create_refund(self, request: web.Request, body: Json) -> Json:
        return without_account(self._provider.refund(self._account(request), body))

    def _list_refunds(self, request: web.Request, _: Json) -> Json:
        found = self._provider.refunds(self._account(request), request.query.get("charge", ""))
        return {"refunds": [without_account(refund) for refund in found]}

    def _get_refund(self, request: web.Request, _: Json) -> Json:
        return without_account(self._provider.find_refund(self._account(request), request.match_info["id"]))

    def _settle(self, request: web.Request, body: Json) -> Json:
        return without_account(self._provider.settle(request.match_info["id"], str(body.get("status"))))

    def _set_script(self, _: web.Request, body: Json) -> Json:
        self._provider.script(body)
        return {"ok": True}


async def _body(request: web.Request) -> Json:
    if request.method != "POST":
        return {}
    try:
        body = decode(await request.read() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "invalid", "The body is a JSON object.")
    return body


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)
