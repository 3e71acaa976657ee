"""Money in and out. The ledger balances per charge: captured = live tickets + fees kept + refunds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.money import Money

#: After this long a refund that the provider has not confirmed becomes a task for a person.
REFUND_PATIENCE = timedelta(days=3)


class ChargeFate(StrEnum):
    """What a charge paid for. All but ``tickets``, ``voucher`` and ``drinks`` are refunded."""

    TICKETS = "tickets"
    VOUCHER = "voucher"
    DRINKS = "drinks"
    LATE = "late"  # the hold was over and the seats gone
    DUPLICATE = "duplicate"  # the order was paid already
    PAYER = "payer"  # somebody else's invoice
    AMOUNT = "amount"  # not what was asked for
    CHANGED = "changed"  # the tickets that it was to change are not what they were
    UNKNOWN = "unknown"  # no such order


class RefundState(StrEnum):
    REQUESTED = "requested"  # decided here, the provider does not know yet
    SUBMITTED = "submitted"  # the provider has it and has not decided
    CONFIRMED = "confirmed"
    FAILED = "failed"  # a task for a person


@dataclass(frozen=True, slots=True)
class Charge:
    id: int
    provider: str
    provider_charge_id: str
    channel_charge_id: str
    order_id: int | None
    payer_id: int | None
    amount: Money
    captured_at: datetime
    fate: ChargeFate


@dataclass(frozen=True, slots=True)
class Refund:
    id: int
    charge_id: int
    amount: Money
    reason: str
    state: RefundState
    provider_refund_id: str | None
    requested_at: datetime
    next_try_at: datetime | None
    attempts: int

    @property
    def idempotency_key(self) -> str:
        return f"foyer-refund-{self.id}"


#: Ways of paying that no machine pays back: the refund is a task, and its proof is kept.
BY_HAND = frozenset({"cash", "terminal"})


@dataclass(frozen=True, slots=True)
class TicketPayment:
    """How much of a ticket a charge has paid. What a change of seats brought along stays with the charge it came by."""

    ticket_id: int
    charge_id: int
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What of a ticket goes back with a refund, and what the house keeps of it."""

    refund_id: int
    ticket_id: int
    amount: Money
    fee: Money
    tax_rate_bp: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One movement of money. ``amount`` in is positive, out is negative; append-only."""

    at: datetime
    kind: str
    method: str
    amount: Money
    tax_rate_bp: int = 0
    tax_minor: int = 0
    performance_id: int | None = None
    order_id: int | None = None
    charge_id: int | None = None
    refund_id: int | None = None
    clerk_id: int | None = None
    drawer_id: int | None = None
    voucher_id: int | None = None  # what the house owes for it becomes more or less by ``amount``


@dataclass(frozen=True, slots=True)
class Captured:
    """What a messenger or a provider tells of money that it has taken."""

    provider: str
    provider_charge_id: str
    channel_charge_id: str
    order_id: int
    amount: Money
    payer_id: int | None
    clerk_id: int | None = None  # at the window: who took it, and the drawer that it went into
    drawer_id: int | None = None
