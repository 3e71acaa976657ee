"""The API of the payment provider behind Telegram's invoices, as the local messenger's provider speaks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp

from domain.errors import ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.model import RefundState
from domain.payments.ports import Bought, ProviderCharge, ProviderRefund
from handlers.payments.payload import bought_by

_STATES = {
    "succeeded": RefundState.CONFIRMED,
    "pending": RefundState.SUBMITTED,
    "failed": RefundState.FAILED,
}
_TIMEOUT = aiohttp.ClientTimeout(total=15)


class ProviderApi:
    """``base``: the address up to and without ``/provider``; ``token`` goes into the Authorization header."""

    def __init__(self, base: str, token: str) -> None:
        self._base = f"{base}/provider"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None

    async def refund(self, charge_id: str, amount: Money, idempotency_key: str) -> ProviderRefund:
        body = {
            "charge_id": charge_id,
            "amount": amount.minor,
            "currency": amount.currency,
            "idempotency_key": idempotency_key,
        }
        return _refund(await self._call("POST", "/refunds", body))

    async def refund_status(self, refund_id: str) -> ProviderRefund:
        return _refund(await self._call("GET", f"/refunds/{refund_id}"))

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        charges: list[ProviderCharge] = []
        cursor = ""
        while True:
            query = f"?since={int(since.timestamp())}" + (f"&cursor={cursor}" if cursor else "")
            page = await self._call("GET", f"/charges{query}")
            charges += [_charge(item) for item in page["charges"]]
            cursor = str(page.get("next_cursor") or "")
            if not cursor:
                return charges

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=_TIMEOUT)
        try:
            async with self._session.request(method, self._base + path, json=body) as response:
                if response.status >= 500 or response.status == 429:
                    raise ProviderUnavailable(status=response.status)
                answer: dict[str, Any] = await response.json()
                if response.status >= 400:
                    raise ProviderRefused(status=response.status)
                return answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ProviderUnavailable from error


def _refund(told: Mapping[str, Any]) -> ProviderRefund:
    return ProviderRefund(str(told["id"]), _STATES[told["status"]])


def _charge(told: Mapping[str, Any]) -> ProviderCharge:
    """``metadata.invoice_payload`` is the payload that the invoice was made with."""
    what, order_id = bought_by(str(told.get("metadata", {}).get("invoice_payload", ""))) or (Bought.TICKETS, None)
    return ProviderCharge(
        provider_charge_id=str(told["id"]),
        order_id=order_id,
        amount=Money(int(told["amount"]), str(told["currency"])),
        captured_at=datetime.fromtimestamp(float(told["created"]), UTC),
        refunded_minor=int(told["amount_refunded"]) + int(told["amount_refund_pending"]),
        bought=what,
    )
