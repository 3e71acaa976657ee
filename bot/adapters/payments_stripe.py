"""Stripe Checkout (docs.stripe.com/api/checkout/sessions), through Stripe's own library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import stripe
from stripe.checkout import Session

from domain.errors import ForgedNotice, ProviderRefused, ProviderUnavailable
from domain.money import Money
from domain.payments.checkout_model import Checkout, Fate, Opened, Paid, ProviderNotice, Told, Visitor
from domain.payments.model import Charge, Refund, RefundState
from domain.payments.ports import ProviderCharge, ProviderRefund, TradeBill

#: Stripe takes 30 minutes at least ("expires_at"); the tick closes the session when the order is over.
_SESSION_LASTS = timedelta(minutes=60)
#: Its clock and ours may differ.
_SKEW = timedelta(minutes=5)
_TIMEOUT = 15.0
_PAGE = 100
_PAGES = 20
#: Key of the metadata by which we know our own payments among everything else on the account.
_OURS = "foyer_checkout"
_PAID_EVENTS = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
_REFUND_STATES = {
    "succeeded": RefundState.CONFIRMED,
    "pending": RefundState.SUBMITTED,
    "requires_action": RefundState.SUBMITTED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
#: The request was wrong, or cannot be granted. Everything else may be different next time.
_FOR_GOOD = (stripe.InvalidRequestError, stripe.CardError)


class StripeCheckout:
    """Implements ``domain.payments.ports.CheckoutProvider``. A charge's id is that of its PaymentIntent.

    ``base``: the API's address. ``return_url``: where the person goes afterwards, paid or not.
    """

    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, base: str, return_url: str) -> None:
        self._http = stripe.HTTPXClient(timeout=_TIMEOUT)
        self._client = stripe.StripeClient(
            key, base_addresses={"api": base}, http_client=self._http, max_network_retries=0
        )
        self._webhook_secret = webhook_secret
        self._return_url = return_url
        self._is_live = "_live_" in key

    async def stop(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def create(self, checkout: Checkout) -> Opened:
        metadata = {_OURS: checkout.reference}
        price: Any = {
            "currency": checkout.amount.currency.lower(),
            "unit_amount": checkout.amount.minor,
            "product_data": {"name": checkout.title},
        }
        async with _calling():
            session = await self._client.v1.checkout.sessions.create_async(
                {
                    "mode": "payment",
                    "client_reference_id": checkout.reference,
                    "line_items": [{"quantity": 1, "price_data": price}],
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata, "description": checkout.title},
                    "expires_at": int((checkout.created_at + _SESSION_LASTS).timestamp()),
                    "success_url": self._return_url,
                    "cancel_url": self._return_url,
                },
                {"idempotency_key": f"foyer-{checkout.reference}"},
            )
        return Opened(session.id, session.url or "")

    async def query(self, checkout: Checkout) -> Told:
        session = await self._session(checkout)
        return Told(Fate.UNKNOWN) if session is None else _told(session)

    async def close(self, checkout: Checkout) -> None:
        session = await self._session(checkout)
        if session is None or session.status == "expired":
            return
        async with _calling():
            await self._client.v1.checkout.sessions.expire_async(session.id)

    async def enter(self, checkout: Checkout, visitor: Visitor) -> str:
        return checkout.address

    async def verify(self, notice: ProviderNotice) -> Paid | None:
        try:
            event = self._client.construct_event(
                notice.body, notice.headers.get("stripe-signature"), self._webhook_secret
            )
        except stripe.SignatureVerificationError as error:
            raise ForgedNotice("age" if "tolerance" in str(error) else "signature") from None
        except ValueError:
            raise ForgedNotice("content") from None
        if event.livemode != self._is_live:
            raise ForgedNotice("account")
        session = event.data.object
        if event.type not in _PAID_EVENTS or not isinstance(session, Session):
            return None
        return _paid(session)

    async def refund(self, charge: Charge, refund: Refund) -> ProviderRefund:
        key = f"foyer-{charge.provider_charge_id}-{refund.id}"
        # Idempotency keys are forgotten after a day ("Idempotent requests"), the metadata is not.
        known = await self._refund_with(charge, key) if refund.attempts else None
        if known is None:
            async with _calling():
                known = await self._client.v1.refunds.create_async(
                    {
                        "payment_intent": charge.provider_charge_id,
                        "amount": refund.amount.minor,
                        "metadata": {"foyer_refund": key},
                    },
                    {"idempotency_key": key},
                )
        return _refunded(known)

    async def refund_status(self, charge: Charge, refund: Refund) -> ProviderRefund:
        assert refund.provider_refund_id is not None
        async with _calling():
            return _refunded(await self._client.v1.refunds.retrieve_async(refund.provider_refund_id))

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        """Those with our mark: a house may sell other things on the same account."""
        charges = []
        async with _calling():
            found = await self._client.v1.payment_intents.list_async(
                {"created": {"gte": int(since.timestamp())}, "limit": _PAGE, "expand": ["data.latest_charge"]}
            )
            async for intent in found.auto_paging_iter():
                reference = _mark(intent, _OURS)
                if intent.status == "succeeded" and reference:
                    charges.append(_charge(intent, reference))
        return charges

    def latest_bill(self, now: datetime) -> date | None:
        return None

    async def bill(self, day: date) -> TradeBill | None:
        return None

    async def _session(self, checkout: Checkout) -> Session | None:
        """By its own number; by ours where a crash has kept us from learning it."""
        sessions = self._client.v1.checkout.sessions
        if checkout.provider_reference:
            try:
                async with _calling():
                    return await sessions.retrieve_async(
                        checkout.provider_reference, {"expand": ["payment_intent.latest_charge"]}
                    )
            except ProviderRefused as refused:
                if refused.params["status"] == 404:
                    return None
                raise
        async with _calling():
            made = checkout.created_at
            window: Any = {"gte": int((made - _SKEW).timestamp()), "lte": int((made + _SESSION_LASTS).timestamp())}
            found = await sessions.list_async(
                {"created": window, "limit": _PAGE, "expand": ["data.payment_intent.latest_charge"]}
            )
            pages = count()
            async for session in found.auto_paging_iter():
                if session.client_reference_id == checkout.reference:
                    return session
                if next(pages) > _PAGE * _PAGES:
                    raise ProviderUnavailable(reason="too_many")
        return None

    async def _refund_with(self, charge: Charge, key: str) -> stripe.Refund | None:
        async with _calling():
            found = await self._client.v1.refunds.list_async(
                {"payment_intent": charge.provider_charge_id, "limit": _PAGE}
            )
            async for refund in found.auto_paging_iter():
                if _mark(refund, "foyer_refund") == key:
                    return refund
        return None


@asynccontextmanager
async def _calling() -> AsyncIterator[None]:
    """Stripe's errors as ours; their texts stay behind, since they may quote what was sent."""
    try:
        yield
    except _FOR_GOOD as error:
        raise ProviderRefused(status=error.http_status or 0, reason=error.code or "") from None
    except stripe.StripeError as error:
        raise ProviderUnavailable(status=error.http_status or 0) from None


def _told(session: Session) -> Told:
    intent = session.payment_intent
    if session.payment_status == "paid":
        charge = intent.latest_charge if isinstance(intent, stripe.PaymentIntent) else None
        refunded = charge.amount_refunded if isinstance(charge, stripe.Charge) else None
        return Told(Fate.PAID, _paid(session), refunded_minor=refunded)
    if session.status == "open":
        return Told(Fate.WAITING, opened=Opened(session.id, session.url or ""))
    if session.status == "complete" and isinstance(intent, stripe.PaymentIntent) and intent.status == "processing":
        return Told(Fate.WAITING)  # a bank takes its days
    return Told(Fate.CLOSED)


def _paid(session: Session) -> Paid | None:
    if session.payment_status != "paid" or not session.client_reference_id or not session.payment_intent:
        return None
    intent = session.payment_intent
    charge_id = intent if isinstance(intent, str) else intent.id
    amount = Money(session.amount_total or 0, (session.currency or "").upper())
    return Paid(session.client_reference_id, charge_id, amount)


def _refunded(refund: stripe.Refund) -> ProviderRefund:
    return ProviderRefund(refund.id, _REFUND_STATES[refund.status or "pending"])


def _charge(intent: stripe.PaymentIntent, reference: str) -> ProviderCharge:
    charge = intent.latest_charge
    return ProviderCharge(
        provider_charge_id=intent.id,
        order_id=None,
        amount=Money(intent.amount_received, intent.currency.upper()),
        captured_at=datetime.fromtimestamp(intent.created, UTC),
        refunded_minor=charge.amount_refunded if isinstance(charge, stripe.Charge) else 0,
        reference=reference,
    )


def _mark(thing: stripe.PaymentIntent | stripe.Refund, name: str) -> str:
    return str(thing.metadata.to_dict().get(name, "")) if thing.metadata else ""
