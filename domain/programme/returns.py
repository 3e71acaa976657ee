"""What people may do who change their mind, as the house decides it: until when, and for which fee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Resale(StrEnum):
    """When a ticket that is given back for resale is offered to others."""

    NEVER = "never"
    SOLD_OUT = "sold_out"  # once nothing else is left
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """``…_hours``: until that long before the start; None: not at all. The fee is kept of each ticket that is
    cancelled or sold again: a sum in minor units and a share of the price, together never more than the price.

    A ticket keeps the policy that it was sold under (the order line's snapshot), whatever the house decides later.
    """

    key: str = ""  # '' is the house's usual one
    cancel_hours: int | None = 24
    fee_minor: int = 0
    fee_percent: int = 0
    change_hours: int | None = 2
    resale: Resale = Resale.SOLD_OUT
    resale_hours: int = 2

    def fee(self, price_minor: int) -> int:
        """Of one ticket; the share is rounded half up."""
        return min(price_minor, self.fee_minor + (price_minor * self.fee_percent + 50) // 100)

    def cancel_until(self, starts_at: datetime) -> datetime | None:
        return _until(starts_at, self.cancel_hours)

    def change_until(self, starts_at: datetime) -> datetime | None:
        return _until(starts_at, self.change_hours)

    def resale_until(self, starts_at: datetime) -> datetime | None:
        return None if self.resale is Resale.NEVER else _until(starts_at, self.resale_hours)

    def snapshot(self) -> dict[str, object]:
        """JSON-able; ``of_snapshot`` reads it."""
        return {**asdict(self), "resale": self.resale.value}


def of_snapshot(line_policy: Mapping[str, object]) -> ReturnPolicy:
    """The policy that an order line was sold under; the usual one for what was sold before there was any."""
    kept = line_policy.get("returns")
    if not isinstance(kept, Mapping):
        return ReturnPolicy()
    return ReturnPolicy(**{**kept, "resale": Resale(str(kept["resale"]))})


def _until(starts_at: datetime, hours: int | None) -> datetime | None:
    return None if hours is None else starts_at - timedelta(hours=hours)
