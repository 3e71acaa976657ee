"""What checkouts need from storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from domain.payments.checkout_model import (
    Checkout,
    CheckoutState,
    ForeignCharge,
    ListedRefund,
    Opened,
    ProviderBill,
    UnlistedRefund,
    Way,
)


class CheckoutsRepository(Protocol):
    def add_checkout(self, checkout: Checkout) -> int: ...

    def checkout(self, checkout_id: int) -> Checkout | None: ...

    def checkout_by_reference(self, provider: str, reference: str) -> Checkout | None: ...

    def standing_checkout(self, order_id: int, way: Way) -> Checkout | None:
        """The one that is asked or open; there is one at most."""

    def standing_voucher_checkout(self, voucher_sale_id: int, way: Way, after: datetime) -> Checkout | None:
        """The newest that is asked or open and ends later than that."""

    def due_checkouts(self, now: datetime, limit: int) -> Sequence[Checkout]: ...

    def open_checkout(self, checkout_id: int, opened: Opened) -> bool:
        """False where it is not asked any more: open already, paid or closed meanwhile."""

    def end_checkout(
        self, checkout_id: int, state: CheckoutState, charge_id: int | None, next_look_at: datetime | None
    ) -> bool:
        """Paid or closed. Nothing un-pays a paid one, and its first charge stays: False where nothing changed."""

    def look_later(self, checkout_id: int, next_look_at: datetime | None) -> None:
        """Counts a look."""

    def add_foreign_charge(self, charge: ForeignCharge, now: datetime) -> int:
        """Gives its id, also where it is known already."""

    def foreign_charge(self, id: int) -> ForeignCharge | None: ...

    def bills_not_due(self, provider: str, since: date, now: datetime) -> Collection[date]:
        """The days from then on whose bills are compared, or asked for again only later."""

    def set_bill(self, provider: str, day: date, next_try_at: datetime | None, fate: str = "") -> int:
        """None: compared. ``fate``: a BillFate, empty while it is being asked for. Gives the bill's id."""

    def bills_read(self, provider: str, first: date, last: date) -> int:
        """Of how many of these days the bill was compared, or there was none."""

    def list_refund(self, charge_id: int, listed: ListedRefund, refund_id: int | None, day: date) -> None:
        """Told again, it is the same."""

    def listed_unasked(self, charge_id: int) -> int:
        """Minor units that bills say went back, under numbers that we know nothing of."""

    def unlisted_refunds(self, provider: str, since: datetime, before: datetime) -> Sequence[UnlistedRefund]:
        """That the provider has confirmed within that time, and no bill lists."""

    def bill(self, bill_id: int) -> ProviderBill | None: ...
