"""Checkouts: paying an order outside the messenger, at a provider's own page or app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.money import Money
from domain.payments.model import Captured

#: How each of our references begins: what others sell on the same account stands in a provider's bill too.
REFERENCE_MARK = "f0e7f0e7"


class Way(StrEnum):
    """How a person can pay outside the messenger. One provider may offer several."""

    STRIPE = "stripe"
    WECHATPAY = "wechatpay"  # a QR that another phone scans (Native)
    WECHATPAY_H5 = "wechatpay_h5"  # from the phone's own browser into the app
    ALIPAY = "alipay"

    @property
    def provider(self) -> str:
        return self.value.removesuffix("_h5")

    def fits(self, currency: str) -> bool:
        if self is Way.STRIPE:
            # Not Telegram's Stars, nor what Stripe counts in other minor units than ISO 4217 ("Supported currencies").
            return currency not in ("XTR", "ISK", "UGX")
        return currency == "CNY"


class CheckoutState(StrEnum):
    ASKED = "asked"  # decided here; whether the provider knows of it, only the provider can say
    OPEN = "open"  # the provider waits for the money
    PAID = "paid"
    CLOSED = "closed"  # the provider takes no money for it any more

    @property
    def is_standing(self) -> bool:
        return self in (CheckoutState.ASKED, CheckoutState.OPEN)


@dataclass(frozen=True, slots=True)
class Checkout:
    """One attempt to pay one order, or for one voucher, in one way: exactly one of the two is set.

    ``reference``: our number for it at the provider's, 32 hexadecimal digits nobody can guess, our mark first.
    ``address``: what is shown to the person, a link or (``WECHATPAY``) what a QR says; empty until it is open.
    ``title``: plain, at most 64 characters.
    """

    id: int
    order_id: int | None
    way: Way
    reference: str
    title: str
    state: CheckoutState
    amount: Money
    created_at: datetime
    expires_at: datetime
    next_look_at: datetime | None
    looks: int = 0
    provider_reference: str = ""
    address: str = ""
    charge_id: int | None = None
    voucher_sale_id: int | None = None

    @property
    def provider(self) -> str:
        return self.way.provider


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkout as the provider has made it; ``provider_reference`` is empty where it has no number of its own."""

    provider_reference: str
    address: str


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that a provider has taken for a checkout."""

    reference: str
    provider_charge_id: str
    amount: Money

    def captured(self, provider: str, order_id: int | None) -> Captured:
        # Whoever has the link may pay: a friend, a parent. The buyer gets the tickets.
        return Captured(provider, self.provider_charge_id, "", order_id or 0, self.amount, payer_id=None)


class Fate(StrEnum):
    """What became of a checkout."""

    UNKNOWN = "unknown"  # the provider has never heard of it
    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Told:
    """A provider's answer about a checkout. ``paid`` with ``PAID`` only; ``opened`` where the answer tells it.

    ``refunded_minor``: what has gone back of it; None where the provider does not say.
    """

    fate: Fate
    paid: Paid | None = None
    opened: Opened | None = None
    refunded_minor: int | None = None


@dataclass(frozen=True, slots=True)
class ProviderNotice:
    """A call-back as it came in; whether it is true, only its signature says."""

    headers: Mapping[str, str] = field(repr=False)  # names in lower case
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever opens our address in a browser. ``address``: the IP address, which WeChat wants to know."""

    address: str
    is_mobile: bool


@dataclass(frozen=True, slots=True)
class ForeignCharge:
    """Money at the provider's that we know nothing of."""

    id: int
    provider: str
    provider_charge_id: str
    amount: Money
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderBill:
    """A day's list of what a provider has taken. ``day``: by the provider's own clock."""

    id: int
    provider: str
    day: date


@dataclass(frozen=True, slots=True)
class ListedRefund:
    """A refund as a provider's bill lists it. ``number``: ours if we have asked for it."""

    provider_charge_id: str
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class UnlistedRefund:
    """A refund that its provider has confirmed to us, and that no bill has listed yet."""

    charge_id: int
    requested_at: datetime
    settled_at: datetime
