"""The journal of a month, and what it adds up to by method, by performance and by tax rate."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.errors import BadInput


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Of ``2026-11``. Raises BadInput('month')."""
        match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text.strip())
        if match is None or not 1970 <= int(match[1]) < 9999:
            raise BadInput("month")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, at: datetime, zone: str) -> Month:
        local = at.astimezone(ZoneInfo(zone))
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def before(self) -> Month:
        return Month(self.year - 1, 12) if self.month == 1 else Month(self.year, self.month - 1)

    @property
    def after(self) -> Month:
        return Month(self.year + 1, 1) if self.month == 12 else Month(self.year, self.month + 1)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """From the first midnight of the month to that of the next one, by the clocks there; in UTC."""
        return self._begin(zone), self.after._begin(zone)

    def _begin(self, zone: str) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """One time zone's part of the books. ``houseless``: with what belongs to no venue.

    ``given_until``: performances that have begun by then are given; the month's end, or now where it is not over.
    """

    zone: str
    start: datetime
    end: datetime
    given_until: datetime
    venue_ids: tuple[int, ...]
    houseless: bool


class Entry(NamedTuple):
    """A line of the journal with what it is about. ``astray``: money that bought nothing, and goes back.

    ``cancelled``: its performance was. ``proof``: of a refund by hand.
    """

    id: int
    at: datetime
    kind: str
    method: str
    minor: int
    currency: str
    rate_bp: int
    tax_minor: int
    performance_id: int | None
    order_id: int | None
    receipt: int | None
    astray: bool
    proof: str
    venue_id: int | None
    event_id: int | None
    starts_at: datetime | None
    cancelled: bool


class Advance(NamedTuple):
    """What had been sold ahead when the month began, of one performance at one tax rate."""

    performance_id: int
    rate_bp: int
    currency: str
    minor: int
    tax_minor: int
    venue_id: int
    event_id: int
    starts_at: datetime
    cancelled: bool


class Part(StrEnum):
    SOLD = "sold"
    RETURNED = "returned"
    GIVEN_UP = "given_up"  # sold, then cancelled: what of it is kept as a fee; with FEES nothing together
    FEES = "fees"
    ASTRAY = "astray"
    PAID_OUT = "paid_out"  # cash that left a drawer
    VOUCHERS = "vouchers"  # sold, given or redeemed: what is owed for them, not earned
    OTHER = "other"


_PARTS = {
    "charge": Part.SOLD,
    "changed": Part.SOLD,
    "refund": Part.RETURNED,
    "void": Part.GIVEN_UP,
    "fee_kept": Part.FEES,
    "pay_out": Part.PAID_OUT,
    "voucher_sold": Part.VOUCHERS,
    "voucher_given": Part.VOUCHERS,
    "voucher_used": Part.VOUCHERS,
    "voucher_back": Part.VOUCHERS,
    "goodwill": Part.VOUCHERS,
}
#: What is earned only when the performance is given.
_TICKETS = (Part.SOLD, Part.RETURNED, Part.GIVEN_UP)


def part_of(entry: Entry) -> Part:
    return part_named(entry.kind, astray=entry.astray)


def part_named(kind: str, *, astray: bool) -> Part:
    """The part of the books that a journal entry of this kind belongs to."""
    part = _PARTS.get(kind, Part.OTHER)
    return Part.ASTRAY if astray and part in _TICKETS else part


class Sum(NamedTuple):
    """Minor units, the tax contained in them."""

    gross: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        return self.gross - self.tax

    def plus(self, gross: int, tax: int) -> Sum:
        return Sum(self.gross + gross, self.tax + tax)


NOTHING = Sum()


@dataclass(slots=True)
class Account:
    """One line of the books. ``opening``: sold ahead before the month; ``performed``: earned in it."""

    opening: Sum = NOTHING
    performed: Sum = NOTHING
    parts: dict[Part, Sum] = field(default_factory=dict)

    def part(self, part: Part) -> Sum:
        return self.parts.get(part, NOTHING)

    @property
    def total(self) -> Sum:
        """All that the journal says of it in this month."""
        gross = sum(one.gross for one in self.parts.values())
        return Sum(gross, sum(one.tax for one in self.parts.values()))

    @property
    def closing(self) -> Sum:
        """Sold and not yet performed, at the month's end."""
        sums = [self.opening, *(self.part(part) for part in _TICKETS)]
        gross, tax = sum(one.gross for one in sums), sum(one.tax for one in sums)
        return Sum(gross - self.performed.gross, tax - self.performed.tax)

    def add(self, part: Part, gross: int, tax: int) -> None:
        self.parts[part] = self.part(part).plus(gross, tax)


@dataclass(slots=True)
class VoucherAccount:
    """What the house owes for vouchers, in one currency. Redeemed is negative."""

    opening: int = 0
    sold: int = 0
    given: int = 0
    used: int = 0
    back: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.sold + self.given + self.used + self.back

    def book(self, kind: str, minor: int) -> None:
        match kind:
            case "voucher_sold":
                self.sold += minor
            case "voucher_given":
                self.given += minor
            case "voucher_used":
                self.used += minor
            case "voucher_back":
                self.back += minor


class Shown(NamedTuple):
    """A performance as the books name it."""

    id: int
    event_id: int
    venue_id: int
    starts_at: datetime


@dataclass(slots=True)
class Books:
    """Filled line by line, so that a month of any length fits. Every key ends with its currency."""

    by_method: dict[tuple[str, str], Account] = field(default_factory=lambda: defaultdict(Account))
    by_performance: dict[tuple[int | None, str], Account] = field(default_factory=lambda: defaultdict(Account))
    by_rate: dict[tuple[int, str], Account] = field(default_factory=lambda: defaultdict(Account))
    performances: dict[int, Shown] = field(default_factory=dict)
    vouchers: dict[str, VoucherAccount] = field(default_factory=lambda: defaultdict(VoucherAccount))

    def bring_forward(self, advance: Advance, scope: Scope) -> None:
        gross, tax, currency = advance.minor, advance.tax_minor, advance.currency
        self._know(advance.performance_id, advance.event_id, advance.venue_id, advance.starts_at)
        for account in (self.by_performance[advance.performance_id, currency], self.by_rate[advance.rate_bp, currency]):
            account.opening = account.opening.plus(gross, tax)
            if _is_given(advance.starts_at, advance.cancelled, scope):
                account.performed = account.performed.plus(gross, tax)

    def book(self, entry: Entry, scope: Scope) -> None:
        part, gross, tax, currency = part_of(entry), entry.minor, entry.tax_minor, entry.currency
        if entry.performance_id is not None and entry.event_id is not None and entry.starts_at is not None:
            self._know(entry.performance_id, entry.event_id, entry.venue_id or 0, entry.starts_at)
        self.by_method[entry.method, currency].add(part, gross, tax)
        if part is Part.VOUCHERS:
            self.vouchers[currency].book(entry.kind, gross)
        earned = part in _TICKETS and _is_given(entry.starts_at, entry.cancelled, scope)
        for account in (self.by_performance[entry.performance_id, currency], self.by_rate[entry.rate_bp, currency]):
            account.add(part, gross, tax)
            if earned:
                account.performed = account.performed.plus(gross, tax)

    def _know(self, id: int, event_id: int, venue_id: int, starts_at: datetime) -> None:
        if id not in self.performances:
            self.performances[id] = Shown(id, event_id, venue_id, starts_at)


def _is_given(starts_at: datetime | None, cancelled: bool, scope: Scope) -> bool:
    """What has no performance is earned at once, what is cancelled never."""
    return not cancelled and (starts_at is None or starts_at < scope.given_until)


def months_until(first: Month, last: Month, most: int) -> Iterator[Month]:
    """The newest first."""
    month = last
    while month >= first and most > 0:
        yield month
        month, most = month.before, most - 1
