"""Memberships, and what they need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ticketing.model import OrderLine


@dataclass(frozen=True, slots=True)
class MemberTier:
    """``percent`` off each place, or a price for each of some categories. ``per_performance``: places at that price."""

    id: int
    venue_id: int
    name: str
    percent: int
    prices: Mapping[str, int]
    per_performance: int

    def less(self, line: OrderLine) -> int:
        return self.less_of(line.category, line.price.minor)

    def less_of(self, category: str, price: int) -> int:
        """What a member pays less for such a place, in minor units; nothing where the usual price is better."""
        if self.percent:
            return (price * self.percent + 50) // 100
        return max(0, price - self.prices.get(category, price))


@dataclass(frozen=True, slots=True)
class MemberOffer:
    """``left``: how many places of a performance it still makes cheaper."""

    tier: MemberTier
    left: int

    def off(self, places: Sequence[tuple[str, int]]) -> int:
        """What it takes off places (category, price), the dearest first; in minor units."""
        less = sorted((self.tier.less_of(*place) for place in places), reverse=True)
        return sum(less[: max(0, self.left)])


@dataclass(frozen=True, slots=True)
class Membership:
    """``person_id`` None: nobody has opened its link yet. ``number``: in the house's own list."""

    id: int
    tier: MemberTier
    number: str
    person_id: int | None
    valid_until: datetime
    ended_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return self.person_id is not None and self.stands(now)

    def stands(self, now: datetime) -> bool:
        """Whether or not anybody has opened its link: at the window a card is enough."""
        return self.ended_at is None and now < self.valid_until


class Members(Protocol):
    def add_tier(self, tier: MemberTier, by: int, now: datetime) -> int: ...

    def tier(self, tier_id: int) -> MemberTier | None: ...

    def tiers(self, venue_ids: Sequence[int], limit: int) -> Sequence[tuple[MemberTier, int]]:
        """The newest first, each with how many members it has."""

    def add_membership(self, tier_id: int, number: str, valid_until: datetime, by: int, now: datetime) -> int: ...

    def membership(self, membership_id: int, *, lock: bool = False) -> Membership | None: ...

    def memberships(self, tier_id: int, limit: int) -> Sequence[Membership]:
        """The newest first; without those that have ended."""

    def memberships_of(self, person_id: int, venue_id: int) -> Sequence[Membership]:
        """That are theirs and have not been ended."""

    def find_memberships(self, venue_id: int, number: str, phone: str, limit: int) -> Sequence[Membership]:
        """Under this number, or whose member's telephone ends so (empty: not by telephone). Those that have ended are
        left out."""

    def take_membership(self, membership_id: int, person_id: int, now: datetime) -> None: ...

    def end_membership(self, membership_id: int, now: datetime) -> bool: ...

    def count_member_places(self, membership_id: int, performance_id: int, *, but_order: int = 0) -> int:
        """In orders that are paid or may still be."""

    def add_member_prices(self, order_id: int, membership_id: int, less: Mapping[int, int]) -> None:
        """``less``: line → what was taken off its price."""

    def member_of_order(self, order_id: int) -> tuple[Membership, int] | None:
        """By which one the order costs less, and how much."""
