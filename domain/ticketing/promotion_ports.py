"""A promotion code, and what codes need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ticketing.model import OrderLine


@dataclass(frozen=True, slots=True)
class Promotion:
    """``percent`` off each place, or ``minor`` off the order. ``uses``: orders in all. Of ``performances`` and
    ``categories`` only these; none: any at the venue."""

    id: int
    venue_id: int
    code: str
    percent: int
    minor: int
    currency: str
    uses: int
    per_person: int
    valid_until: datetime
    performances: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    withdrawn_at: datetime | None = None
    starts_at: datetime | None = None  # None: good at once

    def is_good(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now < self.valid_until and not self.is_early(now)

    def is_early(self, now: datetime) -> bool:
        return self.starts_at is not None and now < self.starts_at

    def prices(self, lines: Sequence[OrderLine]) -> Mapping[int, int]:
        """Line → its new price, of those that cost less with it. The share is rounded half up; a sum is taken off the
        places one after another, as far as it goes."""
        left, prices = self.minor, {}
        for line in lines:
            if (self.categories and line.category not in self.categories) or line.price.currency != self.currency:
                continue
            price = line.price.minor
            off = (price * self.percent + 50) // 100 if self.percent else min(left, price)
            left -= 0 if self.percent else off
            if off:
                prices[line.id] = price - off
        return prices


class Promotions(Protocol):
    def add_promotion(self, promotion: Promotion, by: int, now: datetime) -> int | None:
        """None where the code is there already."""

    def promotion(self, promotion_id: int) -> Promotion | None: ...

    def promotion_by_code(self, code: str) -> Promotion | None:
        """Locked: uses are counted one after another."""

    def promotions(self, venue_ids: Sequence[int], limit: int) -> Sequence[tuple[Promotion, int]]:
        """The newest first, each with how often it has been used."""

    def takes_codes(self, venue_id: int, now: datetime) -> bool:
        """Whether there is any code that could be good there."""

    def withdraw_promotion(self, promotion_id: int, now: datetime) -> bool: ...

    def count_uses(self, promotion_id: int, buyer_id: int) -> tuple[int, int]:
        """Orders that are paid or may still be: in all, and this person's."""

    def add_promotion_use(self, order_id: int, promotion_id: int, off_minor: int, now: datetime) -> None: ...

    def promotion_of_order(self, order_id: int) -> tuple[str, int] | None:
        """The code, and what it took off."""

    def set_prices(self, order_id: int, prices: Mapping[int, int]) -> None:
        """Of some of the order's lines; its total is the sum of all."""
