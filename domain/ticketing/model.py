"""Orders, tickets and what stands in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.money import Money


class ClaimKind(StrEnum):
    HOLD = "hold"
    RESERVATION = "reservation"
    BLOCK = "block"
    SALE = "sale"


class BlockReason(StrEnum):
    HOUSE = "house"
    TECHNICAL = "technical"
    PROMOTER = "promoter"
    GROUP = "group"
    COMPANION = "companion"


class OrderState(StrEnum):
    HELD = "held"
    PAYING = "paying"
    RESERVED = "reserved"  # to be paid at the window
    PAID = "paid"
    LET_GO = "let_go"  # by the person
    EXPIRED = "expired"  # by the clock

    @property
    def is_unpaid(self) -> bool:
        return self in (OrderState.HELD, OrderState.PAYING, OrderState.RESERVED)


class TicketState(StrEnum):
    VALID = "valid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Wish:
    """One place wanted, and for whom."""

    place: int
    concession_id: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A snapshot at the time of sale: later changes of the programme do not reach it."""

    id: int
    order_id: int
    place: int
    zone: str
    row: str
    number: str
    seat_kind: str
    category: str
    concession_id: int
    price: Money
    tax_rate_bp: int
    policy: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Order:
    id: int
    performance_id: int
    buyer_id: int
    channel: str
    state: OrderState
    total: Money
    created_at: datetime
    until: datetime | None
    paid_at: datetime | None
    revision: int
    credit: Money | None = None  # what the tickets that it takes the place of were paid; None: it takes none's
    voucher: int = 0  # minor units that vouchers pay of it, beside the total
    member: int = 0  # minor units that members' prices took off

    @property
    def costs(self) -> bool:
        return bool(self.total or self.voucher)

    def is_live(self, now: datetime) -> bool:
        """Held, reserved or being paid, and its time not over. ``until`` itself is over."""
        return self.state.is_unpaid and self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class Buying:
    """What one person has had to do with a performance: all that the rules of buying look at.

    ``bought`` counts the places in their paid orders; ``given_up`` says when holds ended unpaid, newest first: ran out
    or let go. Choosing other seats does not end a hold, it goes on with its time.
    """

    unpaid: Order | None
    bought: int
    given_up: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Ticket:
    """``holder_id`` may differ from the buyer. Where it is, the order line tells."""

    id: int
    order_line_id: int
    order_id: int
    performance_id: int
    place: int
    holder_id: int
    state: TicketState
    short_code: str
    revision: int
    listed: bool = False  # given back for resale; good until it is sold
    offered: bool = False  # listed, and its place is for others to take


@dataclass(frozen=True, slots=True)
class TicketCredential:
    """What a QR carries, apart from the ticket: reissued and revoked without touching the sale."""

    id: int
    kind: str  # a letter of domain.codes.CodeKind
    ticket_id: int | None
    order_id: int | None
    key_id: str
    revoked_at: datetime | None
    revoked_why: str | None


@dataclass(frozen=True, slots=True)
class HandOn:
    id: int
    ticket_id: int
    giver_id: int
    expires_at: datetime
    taker_id: int | None
    closed_at: datetime | None
