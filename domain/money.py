"""Money: an integer of minor units with its currency (ISO 4217). Never a float, never two currencies summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """``minor`` counts the currency's smallest unit (cents, fen; yen; Telegram Stars for ``XTR``)."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        return sum(amounts, start=cls(0, currency))


def included_tax(gross_minor: int, rate_bp: int) -> int:
    """The tax contained in a gross amount, rounded half up. ``rate_bp`` in basis points: 700 is 7 %."""
    return (gross_minor * rate_bp * 2 + (10_000 + rate_bp)) // (2 * (10_000 + rate_bp))
