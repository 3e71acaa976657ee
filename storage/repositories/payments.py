"""Charges, refunds, the journal and receipts in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from domain.money import Money
from domain.payments.model import Charge, ChargeFate, JournalEntry, Refund, RefundState
from storage.base import AnyRow, both, words
from storage.repositories.accounts import Accounts
from storage.repositories.checkouts import Checkouts
from storage.repositories.giving_back import TicketMoney
from storage.repositories.together import SharedSeats
from storage.repositories.vouchers import Vouchers
from storage.tables.base import UtcDateTime
from storage.tables.payments import charge, journal_entry, receipt, refund

_c, _r, _j = charge.c, refund.c, journal_entry.c

_ADD_CHARGE = both(
    lambda insert: (
        insert(charge).on_conflict_do_nothing(index_elements=[_c.provider, _c.provider_charge_id]).returning(_c.id)
    )
)
_CHARGES = select(
    _c.id,
    _c.provider,
    _c.provider_charge_id,
    _c.channel_charge_id,
    _c.order_id,
    _c.payer_id,
    _c.amount_minor,
    _c.currency,
    _c.captured_at,
    _c.fate,
)
_CHARGE = _CHARGES.where(_c.id == bindparam("charge_id"))
_BY_ID = _CHARGES.where(_c.id.in_(bindparam("charge_ids", expanding=True)))
_BY_PROVIDER = _CHARGES.where(
    _c.provider == bindparam("provider"), _c.provider_charge_id == bindparam("provider_charge_id")
)
_OF_ORDER = _CHARGES.where(_c.order_id == bindparam("order_id")).order_by(_c.id)
_SET_CHARGE = update(charge).where(_c.id == bindparam("of_charge"))

_ADD_REFUND = insert(refund).returning(_r.id)
_REFUNDS = select(
    _r.id,
    _r.charge_id,
    _r.amount_minor,
    _r.currency,
    _r.reason,
    _r.state,
    _r.provider_refund_id,
    _r.requested_at,
    _r.next_try_at,
    _r.attempts,
)
_REFUND = _REFUNDS.where(_r.id == bindparam("refund_id"))
_REFUND_LOCKED = _REFUND.with_for_update()
_OF_CHARGE = _REFUNDS.where(_r.charge_id == bindparam("charge_id")).order_by(_r.id)
_DUE_REFUNDS = (
    _REFUNDS.where(_r.state.in_(words("requested", "submitted")), _r.next_try_at <= bindparam("now", type_=UtcDateTime))
    .order_by(_r.next_try_at, _r.id)
    .limit(bindparam("most"))
)
_SET_REFUND = update(refund).where(_r.id == bindparam("of_refund"))

_WRITE_JOURNAL = insert(journal_entry)
_JOURNAL = select(
    _j.at,
    _j.kind,
    _j.method,
    _j.amount_minor,
    _j.currency,
    _j.tax_rate_bp,
    _j.tax_minor,
    _j.performance_id,
    _j.order_id,
    _j.charge_id,
    _j.refund_id,
    _j.clerk_id,
    _j.drawer_id,
    _j.voucher_id,
).order_by(_j.id)

_ADD_RECEIPT = insert(receipt)
_RECEIPT = select(receipt.c.id).where(receipt.c.order_id == bindparam("order_id"))


class PaymentsRepository(TicketMoney, Checkouts, SharedSeats, Accounts, Vouchers):
    """Implements ``domain.payments.ports.PaymentsRepository``."""

    def add_charge(self, charge: Charge) -> int | None:
        row = {
            "provider": charge.provider,
            "provider_charge_id": charge.provider_charge_id,
            "channel_charge_id": charge.channel_charge_id,
            "order_id": charge.order_id,
            "payer_id": charge.payer_id,
            "amount_minor": charge.amount.minor,
            "currency": charge.amount.currency,
            "captured_at": charge.captured_at,
            "fate": charge.fate.value,
        }
        return self._execute(_ADD_CHARGE[self._dialect], row).scalar_one_or_none()

    def charge(self, charge_id: int) -> Charge | None:
        row = self._execute(_CHARGE, {"charge_id": charge_id}).first()
        return _charge(row) if row else None

    def charges(self, charge_ids: Collection[int]) -> Mapping[int, Charge]:
        found = (_charge(row) for row in self._execute(_BY_ID, {"charge_ids": sorted(charge_ids)}))
        return {charge.id: charge for charge in found}

    def charge_by_provider(self, provider: str, provider_charge_id: str) -> Charge | None:
        binds = {"provider": provider, "provider_charge_id": provider_charge_id}
        row = self._execute(_BY_PROVIDER, binds).first()
        return _charge(row) if row else None

    def charges_of_order(self, order_id: int) -> Sequence[Charge]:
        return [_charge(row) for row in self._execute(_OF_ORDER, {"order_id": order_id})]

    def set_fate(self, charge_id: int, fate: ChargeFate) -> None:
        self._execute(_SET_CHARGE, {"of_charge": charge_id, "fate": fate.value})

    def add_refund(self, charge_id: int, amount: Money, reason: str, now: datetime, *, tried: bool = True) -> int:
        row = {
            "charge_id": charge_id,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "reason": reason,
            "state": RefundState.REQUESTED.value,
            "requested_at": now,
            "next_try_at": now if tried else None,
        }
        return int(self._execute(_ADD_REFUND, row).scalar_one())

    def refund(self, refund_id: int, *, lock: bool = False) -> Refund | None:
        row = self._execute(_REFUND_LOCKED if lock else _REFUND, {"refund_id": refund_id}).first()
        return _refund(row) if row else None

    def refunds_of_charge(self, charge_id: int) -> Sequence[Refund]:
        return [_refund(row) for row in self._execute(_OF_CHARGE, {"charge_id": charge_id})]

    def due_refunds(self, now: datetime, limit: int) -> Sequence[Refund]:
        return [_refund(row) for row in self._execute(_DUE_REFUNDS, {"now": now, "most": limit})]

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
    ) -> None:
        change: dict[str, Any] = {
            "of_refund": refund_id,
            "state": state.value,
            "next_try_at": next_try_at,
            "last_error": error,
        }
        kept = {"provider_refund_id": provider_refund_id, "settled_at": settled_at, "attempts": attempts}
        change.update({name: value for name, value in kept.items() if value is not None})
        self._execute(_SET_REFUND, change)

    def write_journal(self, entries: Sequence[JournalEntry]) -> None:
        rows = [
            {
                "at": entry.at,
                "kind": entry.kind,
                "method": entry.method,
                "amount_minor": entry.amount.minor,
                "currency": entry.amount.currency,
                "tax_rate_bp": entry.tax_rate_bp,
                "tax_minor": entry.tax_minor,
                "performance_id": entry.performance_id,
                "order_id": entry.order_id,
                "charge_id": entry.charge_id,
                "refund_id": entry.refund_id,
                "clerk_id": entry.clerk_id,
                "drawer_id": entry.drawer_id,
                "voucher_id": entry.voucher_id,
            }
            for entry in entries
        ]
        if rows:
            self._execute(_WRITE_JOURNAL, rows)

    def journal(self, *, order_id: int | None = None, charge_id: int | None = None) -> Sequence[JournalEntry]:
        found = _JOURNAL
        if order_id is not None:
            found = found.where(_j.order_id == order_id)
        if charge_id is not None:
            found = found.where(_j.charge_id == charge_id)
        return [_entry(row) for row in self._execute(found)]

    def add_receipt(self, order_id: int, now: datetime) -> None:
        self._execute(_ADD_RECEIPT, {"order_id": order_id, "issued_at": now})

    def receipt_number(self, order_id: int) -> int | None:
        return self._execute(_RECEIPT, {"order_id": order_id}).scalar_one_or_none()


def _charge(row: AnyRow) -> Charge:
    (
        id,
        provider,
        provider_charge_id,
        channel_charge_id,
        order_id,
        payer_id,
        amount_minor,
        currency,
        captured_at,
        fate,
    ) = row
    amount = Money(amount_minor, currency)
    return Charge(
        id,
        provider,
        provider_charge_id,
        channel_charge_id,
        order_id,
        payer_id,
        amount,
        captured_at,
        ChargeFate(fate),
    )


def _refund(row: AnyRow) -> Refund:
    id, charge_id, amount_minor, currency, reason, state, provider_refund_id, requested_at, next_try_at, attempts = row
    return Refund(
        id,
        charge_id,
        Money(amount_minor, currency),
        reason,
        RefundState(state),
        provider_refund_id,
        requested_at,
        next_try_at,
        attempts,
    )


def _entry(row: AnyRow) -> JournalEntry:
    at, kind, method, amount_minor, currency, *rest = row
    return JournalEntry(at, kind, method, Money(amount_minor, currency), *rest)
