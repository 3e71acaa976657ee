"""Checkouts in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, bindparam, func, insert, or_, select, update

from domain.money import Money
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
from storage.base import AnyRow, Insert, Store, both, word, words
from storage.tables.base import UtcDateTime
from storage.tables.checkouts import checkout, foreign_charge, listed_refund, provider_bill
from storage.tables.payments import charge, journal_entry, refund

_k, _f, _b, _l = checkout.c, foreign_charge.c, provider_bill.c, listed_refund.c
_STANDING = _k.state.in_(words("asked", "open"))

_ADD = insert(checkout).returning(_k.id)
_CHECKOUTS = select(
    _k.id,
    _k.order_id,
    _k.way,
    _k.reference,
    _k.title,
    _k.state,
    _k.amount_minor,
    _k.currency,
    _k.created_at,
    _k.expires_at,
    _k.next_look_at,
    _k.looks,
    _k.provider_reference,
    _k.address,
    _k.charge_id,
    _k.voucher_sale_id,
)
_CHECKOUT = _CHECKOUTS.where(_k.id == bindparam("checkout_id"))
_BY_REFERENCE = _CHECKOUTS.where(_k.reference == bindparam("reference"), _k.provider == bindparam("provider"))
_STANDING_ONE = _CHECKOUTS.where(_k.order_id == bindparam("order_id"), _k.way == bindparam("way"), _STANDING)
_STANDING_VOUCHER = (
    _CHECKOUTS.where(
        _k.voucher_sale_id == bindparam("voucher_sale_id"),
        _k.way == bindparam("way"),
        _k.expires_at > bindparam("after", type_=UtcDateTime),
        _STANDING,
    )
    .order_by(_k.id.desc())
    .limit(1)
)
_DUE = (
    _CHECKOUTS.where(_k.next_look_at.is_not(None), _k.next_look_at <= bindparam("now", type_=UtcDateTime))
    .order_by(_k.next_look_at, _k.id)
    .limit(bindparam("most"))
)
_SET = update(checkout).where(_k.id == bindparam("of_checkout"))
_OPEN = _SET.where(_k.state == word("asked"))
_CLOSE = _SET.where(_STANDING)
_PAY = _SET.where(_k.state.in_(words("asked", "open", "closed")))
_LOOK = _SET.values(looks=_k.looks + 1)

_ADD_FOREIGN = both(
    lambda insert: (
        insert(foreign_charge)
        .on_conflict_do_update(
            index_elements=[_f.provider, _f.provider_charge_id], set_={"found_at": foreign_charge.c.found_at}
        )
        .returning(_f.id)
    )
)
_FOREIGN = select(_f.id, _f.provider, _f.provider_charge_id, _f.amount_minor, _f.currency, _f.captured_at).where(
    _f.id == bindparam("foreign_id")
)

_READ = select(func.count()).where(
    _b.provider == bindparam("provider"),
    _b.day >= bindparam("first"),
    _b.day <= bindparam("last"),
    _b.fate.in_(words("compared", "none")),
)
_LIST = both(lambda insert: insert(listed_refund).on_conflict_do_nothing(index_elements=[_l.charge_id, _l.number]))
_UNASKED = select(func.coalesce(func.sum(_l.amount_minor), 0)).where(
    _l.charge_id == bindparam("charge_id"), _l.refund_id.is_(None)
)
_BY_HAND = select(journal_entry.c.id).where(
    journal_entry.c.refund_id == refund.c.id, journal_entry.c.method == word("by_hand")
)
_UNLISTED = (
    select(refund.c.charge_id, refund.c.requested_at, refund.c.settled_at)
    .join(charge, charge.c.id == refund.c.charge_id)
    .outerjoin(listed_refund, _l.refund_id == refund.c.id)
    .where(
        charge.c.provider == bindparam("provider"),
        refund.c.state == word("confirmed"),
        refund.c.amount_minor > 0,
        refund.c.settled_at >= bindparam("since", type_=UtcDateTime),
        refund.c.settled_at <= bindparam("before", type_=UtcDateTime),
        _l.id.is_(None),
        ~_BY_HAND.exists(),
    )
    .order_by(refund.c.id)
)
_NOT_DUE = select(_b.day).where(
    _b.provider == bindparam("provider"),
    _b.day >= bindparam("since"),
    or_(_b.next_try_at.is_(None), _b.next_try_at > bindparam("now", type_=UtcDateTime)),
)


def _set_bill(insert: Insert) -> Executable:
    setting = insert(provider_bill)
    return setting.on_conflict_do_update(
        index_elements=[_b.provider, _b.day],
        set_={"next_try_at": setting.excluded.next_try_at, "fate": setting.excluded.fate},
    ).returning(_b.id)


_SET_BILL = both(_set_bill)
_BILL = select(_b.id, _b.provider, _b.day).where(_b.id == bindparam("bill_id"))


class Checkouts(Store):
    """Implements ``domain.payments.checkout_ports.CheckoutsRepository``."""

    def add_checkout(self, checkout: Checkout) -> int:
        row = {
            "order_id": checkout.order_id,
            "voucher_sale_id": checkout.voucher_sale_id,
            "provider": checkout.provider,
            "way": checkout.way.value,
            "reference": checkout.reference,
            "title": checkout.title,
            "state": checkout.state.value,
            "amount_minor": checkout.amount.minor,
            "currency": checkout.amount.currency,
            "created_at": checkout.created_at,
            "expires_at": checkout.expires_at,
            "next_look_at": checkout.next_look_at,
        }
        return int(self._execute(_ADD, row).scalar_one())

    def checkout(self, checkout_id: int) -> Checkout | None:
        row = self._execute(_CHECKOUT, {"checkout_id": checkout_id}).first()
        return _checkout(row) if row else None

    def checkout_by_reference(self, provider: str, reference: str) -> Checkout | None:
        row = self._execute(_BY_REFERENCE, {"provider": provider, "reference": reference}).first()
        return _checkout(row) if row else None

    def standing_checkout(self, order_id: int, way: Way) -> Checkout | None:
        row = self._execute(_STANDING_ONE, {"order_id": order_id, "way": way.value}).first()
        return _checkout(row) if row else None

    def standing_voucher_checkout(self, voucher_sale_id: int, way: Way, after: datetime) -> Checkout | None:
        binds = {"voucher_sale_id": voucher_sale_id, "way": way.value, "after": after}
        row = self._execute(_STANDING_VOUCHER, binds).first()
        return _checkout(row) if row else None

    def due_checkouts(self, now: datetime, limit: int) -> Sequence[Checkout]:
        return [_checkout(row) for row in self._execute(_DUE, {"now": now, "most": limit})]

    def open_checkout(self, checkout_id: int, opened: Opened) -> bool:
        change = {
            "of_checkout": checkout_id,
            "state": CheckoutState.OPEN.value,
            "provider_reference": opened.provider_reference,
            "address": opened.address,
        }
        return self._execute(_OPEN, change).rowcount > 0

    def end_checkout(
        self, checkout_id: int, state: CheckoutState, charge_id: int | None, next_look_at: datetime | None
    ) -> bool:
        change: dict[str, Any] = {"of_checkout": checkout_id, "state": state.value, "next_look_at": next_look_at}
        if charge_id is not None:
            change["charge_id"] = charge_id
        end = _PAY if state is CheckoutState.PAID else _CLOSE
        return self._execute(end, change).rowcount > 0

    def look_later(self, checkout_id: int, next_look_at: datetime | None) -> None:
        self._execute(_LOOK, {"of_checkout": checkout_id, "next_look_at": next_look_at})

    def add_foreign_charge(self, charge: ForeignCharge, now: datetime) -> int:
        row = {
            "provider": charge.provider,
            "provider_charge_id": charge.provider_charge_id,
            "amount_minor": charge.amount.minor,
            "currency": charge.amount.currency,
            "captured_at": charge.captured_at,
            "found_at": now,
        }
        return int(self._execute(_ADD_FOREIGN[self._dialect], row).scalar_one())

    def foreign_charge(self, id: int) -> ForeignCharge | None:
        row = self._execute(_FOREIGN, {"foreign_id": id}).first()
        if row is None:
            return None
        id, provider, provider_charge_id, minor, currency, captured_at = row
        return ForeignCharge(id, provider, provider_charge_id, Money(minor, currency), captured_at)

    def bills_not_due(self, provider: str, since: date, now: datetime) -> Collection[date]:
        return set(self._execute(_NOT_DUE, {"provider": provider, "since": since, "now": now}).scalars())

    def set_bill(self, provider: str, day: date, next_try_at: datetime | None, fate: str = "") -> int:
        row = {"provider": provider, "day": day, "next_try_at": next_try_at, "fate": fate}
        return int(self._execute(_SET_BILL[self._dialect], row).scalar_one())

    def bills_read(self, provider: str, first: date, last: date) -> int:
        return int(self._execute(_READ, {"provider": provider, "first": first, "last": last}).scalar_one())

    def list_refund(self, charge_id: int, listed: ListedRefund, refund_id: int | None, day: date) -> None:
        row = {
            "charge_id": charge_id,
            "number": listed.number,
            "refund_id": refund_id,
            "amount_minor": listed.amount.minor,
            "currency": listed.amount.currency,
            "day": day,
        }
        self._execute(_LIST[self._dialect], row)

    def listed_unasked(self, charge_id: int) -> int:
        return int(self._execute(_UNASKED, {"charge_id": charge_id}).scalar_one())

    def unlisted_refunds(self, provider: str, since: datetime, before: datetime) -> Sequence[UnlistedRefund]:
        binds = {"provider": provider, "since": since, "before": before}
        return [UnlistedRefund(*row) for row in self._execute(_UNLISTED, binds)]

    def bill(self, bill_id: int) -> ProviderBill | None:
        row = self._execute(_BILL, {"bill_id": bill_id}).first()
        return ProviderBill(*row) if row else None


def _checkout(row: AnyRow) -> Checkout:
    id, order_id, way, reference, title, state, minor, currency, *rest = row
    return Checkout(id, order_id, Way(way), reference, title, CheckoutState(state), Money(minor, currency), *rest)
