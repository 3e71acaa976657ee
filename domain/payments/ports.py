"""What payments need from storage, and from the provider."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from domain.money import Money
from domain.payments.accounts_ports import AccountsRepository
from domain.payments.checkout_model import Checkout, ListedRefund, Opened, Paid, ProviderNotice, Told, Visitor
from domain.payments.checkout_ports import CheckoutsRepository
from domain.payments.model import Charge, ChargeFate, JournalEntry, Refund, RefundState
from domain.payments.ticket_money import TicketMoney
from domain.payments.together_ports import SharedSeatsRepository
from domain.payments.voucher_ports import VouchersRepository


class PaymentsRepository(
    TicketMoney, CheckoutsRepository, SharedSeatsRepository, AccountsRepository, VouchersRepository, Protocol
):
    def add_charge(self, charge: Charge) -> int | None:
        """None where this provider's charge is known already."""

    def charge(self, charge_id: int) -> Charge | None: ...

    def charges(self, charge_ids: Collection[int]) -> Mapping[int, Charge]: ...

    def charge_by_provider(self, provider: str, provider_charge_id: str) -> Charge | None: ...

    def charges_of_order(self, order_id: int) -> Sequence[Charge]: ...

    def set_fate(self, charge_id: int, fate: ChargeFate) -> None: ...

    def add_refund(self, charge_id: int, amount: Money, reason: str, now: datetime, *, tried: bool = True) -> int:
        """``tried``: the provider is to be asked for it, now."""

    def refund(self, refund_id: int, *, lock: bool = False) -> Refund | None: ...

    def refunds_of_charge(self, charge_id: int) -> Sequence[Refund]: ...

    def due_refunds(self, now: datetime, limit: int) -> Sequence[Refund]: ...

    def set_refund(
        self,
        refund_id: int,
        state: RefundState,
        *,
        provider_refund_id: str | None = None,
        next_try_at: datetime | None = None,
        settled_at: datetime | None = None,
        attempts: int | None = None,
        error: str = "",
    ) -> None: ...

    def write_journal(self, entries: Sequence[JournalEntry]) -> None: ...

    def journal(self, *, order_id: int | None = None, charge_id: int | None = None) -> Sequence[JournalEntry]: ...

    def add_receipt(self, order_id: int, now: datetime) -> None:
        """The receipt's number is ascending and never given out twice."""

    def receipt_number(self, order_id: int) -> int | None: ...


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """The provider's word on a refund. ``state`` is submitted, confirmed or failed."""

    provider_refund_id: str
    state: RefundState


class Bought(StrEnum):
    """What the messenger's invoice was for."""

    TICKETS = "tickets"
    VOUCHER = "voucher"
    DRINKS = "drinks"


@dataclass(frozen=True, slots=True)
class ProviderCharge:
    """A charge as the provider has it, for reconciliation. ``reference``: of the checkout, where it was one.

    Of the messenger's invoice: what it was for (``order_id``: the tickets' or the drinks'), and where the provider says
    it, the payer's account in the messenger and its own number of the payment.
    """

    provider_charge_id: str
    order_id: int | None
    amount: Money
    captured_at: datetime
    refunded_minor: int
    reference: str = ""
    bought: Bought = Bought.TICKETS
    payer_account: int | None = None
    channel_charge_id: str = ""


@dataclass(frozen=True, slots=True)
class TradeBill:
    """What of a day's bill is ours."""

    charges: Sequence[ProviderCharge] = ()
    refunds: Sequence[ListedRefund] = ()


class PaymentProvider(Protocol):
    """Whoever moves the money. All raise ProviderUnavailable (try again) or ProviderRefused (do not)."""

    name: str

    async def refund(self, charge: Charge, refund: Refund) -> ProviderRefund:
        """Asks for a refund under its idempotency key: asking twice refunds once."""

    async def refund_status(self, charge: Charge, refund: Refund) -> ProviderRefund: ...

    async def charges_since(self, since: datetime) -> Sequence[ProviderCharge]:
        """For reconciliation: Telegram forgets updates after 24 h, the provider does not."""


class CheckoutProvider(PaymentProvider, Protocol):
    """Whoever takes the money outside the messenger, at a page or in an app of their own."""

    async def create(self, checkout: Checkout) -> Opened:
        """Under the checkout's reference: asking twice makes one."""

    async def query(self, checkout: Checkout) -> Told:
        """What became of it, by the reference alone if need be."""

    async def close(self, checkout: Checkout) -> None:
        """Afterwards no money can come. Raises ProviderRefused where it has come, or may be coming just now."""

    async def enter(self, checkout: Checkout, visitor: Visitor) -> str:
        """The address where somebody who has opened ours goes on."""

    async def verify(self, notice: ProviderNotice) -> Paid | None:
        """The money that a notice tells of; None for a true one about something else. Raises ForgedNotice."""

    def latest_bill(self, now: datetime) -> date | None:
        """The last day whose bill is out; None for one without bills, whose ``charges_since`` tells all."""

    async def bill(self, day: date) -> TradeBill | None:
        """What is ours of that day; None where there is no bill (yet). ProviderRefused: it cannot be read."""

    async def stop(self) -> None: ...
