"""A payment provider by script: it decides a refund as it is told to, and forgets nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.errors import Outside
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import ProviderCharge, ProviderRefund


class ScriptedProvider:
    """Implements ``domain.payments.ports.PaymentProvider``. ``answer`` is given to every question until it is changed:
    a state, or an error of ``Outside`` to raise. ``paid_back`` counts what really went back, by idempotency key."""

    name = "test"

    def __init__(self, answer: RefundState | Outside = RefundState.CONFIRMED) -> None:
        self.answer = answer
        self.charges: list[ProviderCharge] = []
        self.paid_back: dict[str, int] = {}

    async def refund(self, charge: Charge, refund: Refund) -> ProviderRefund:
        return self._decide(refund)

    async def refund_status(self, charge: Charge, refund: Refund) -> ProviderRefund:
        return self._decide(refund)

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        return [charge for charge in self.charges if charge.captured_at >= since]

    def _decide(self, refund: Refund) -> ProviderRefund:
        if isinstance(self.answer, Outside):
            raise self.answer
        if self.answer is RefundState.CONFIRMED:
            self.paid_back[refund.idempotency_key] = refund.amount.minor
        return ProviderRefund(f"provider-{refund.id}", self.answer)
