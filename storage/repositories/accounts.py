"""The journal as the accountant's month needs it: read in pages, and added up by the database where it is past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, and_, bindparam, func, or_, select, tuple_

from domain.payments.accounts_model import Advance, Entry, Scope
from storage.base import Store, word, words
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.payments import charge, journal_entry, receipt, refund
from storage.tables.programme import performance
from storage.tables.window import drawer

_j, _p = journal_entry.c, performance.c
_START, _END = bindparam("start", type_=UtcDateTime), bindparam("end", type_=UtcDateTime)
IS_ASTRAY = func.coalesce(charge.c.fate.not_in(words("tickets", "voucher", "drinks")), False)
_CANCELLED = func.coalesce(_p.run_state == word("cancelled"), False)
VENUE_OF_ENTRY = func.coalesce(_p.venue_id, drawer.c.venue_id)
_VENUES = bindparam("venue_ids", expanding=True, type_=BigInt)

_FIRST = select(func.min(_j.at))
_ENTRIES = (
    select(
        _j.id,
        _j.at,
        _j.kind,
        _j.method,
        _j.amount_minor,
        _j.currency,
        _j.tax_rate_bp,
        _j.tax_minor,
        _j.performance_id,
        _j.order_id,
        receipt.c.id,
        IS_ASTRAY,
        func.coalesce(refund.c.proof, ""),
        VENUE_OF_ENTRY,
        _p.event_id,
        _p.starts_at,
        _CANCELLED,
    )
    .select_from(
        journal_entry.outerjoin(performance, _p.id == _j.performance_id)
        .outerjoin(drawer, drawer.c.id == _j.drawer_id)
        .outerjoin(charge, charge.c.id == _j.charge_id)
        .outerjoin(refund, refund.c.id == _j.refund_id)
        .outerjoin(receipt, receipt.c.order_id == _j.order_id)
    )
    .where(_j.at >= _START, _j.at < _END)
    .where(or_(VENUE_OF_ENTRY.in_(_VENUES), and_(VENUE_OF_ENTRY.is_(None), bindparam("houseless", type_=Boolean))))
    .where(tuple_(_j.at, _j.id) > tuple_(bindparam("after_at", type_=UtcDateTime), bindparam("after_id", type_=BigInt)))
    .order_by(_j.at, _j.id)
    .limit(bindparam("most"))
)
_ADVANCES = (
    select(
        _j.performance_id,
        _j.tax_rate_bp,
        _j.currency,
        func.sum(_j.amount_minor),
        func.sum(_j.tax_minor),
        _p.venue_id,
        _p.event_id,
        _p.starts_at,
        _CANCELLED,
    )
    .select_from(
        journal_entry.join(performance, _p.id == _j.performance_id).outerjoin(charge, charge.c.id == _j.charge_id)
    )
    .where(_j.at < _START, _j.kind.in_(words("charge", "changed", "refund", "void")), ~IS_ASTRAY)
    .where(_p.venue_id.in_(_VENUES), or_(_p.starts_at >= _START, _p.run_state == word("cancelled")))
    .group_by(_j.performance_id, _j.tax_rate_bp, _j.currency, _p.venue_id, _p.event_id, _p.starts_at, _p.run_state)
    .having(or_(func.sum(_j.amount_minor) != 0, func.sum(_j.tax_minor) != 0))
    .order_by(_j.performance_id, _j.tax_rate_bp, _j.currency)
)


class Accounts(Store):
    """Implements ``domain.payments.accounts_ports.AccountsRepository``."""

    def first_entry_at(self) -> datetime | None:
        at: datetime | None = self._execute(_FIRST).scalar_one()
        return at

    def month_entries(self, scope: Scope, after: tuple[datetime, int] | None, limit: int) -> Sequence[Entry]:
        at, id = after or (scope.start, 0)
        binds = {**_of(scope), "houseless": scope.houseless, "after_at": at, "after_id": id, "most": limit}
        return [Entry._make(row) for row in self._execute(_ENTRIES, {**binds, "end": scope.end})]

    def advances(self, scope: Scope) -> Sequence[Advance]:
        # PostgreSQL adds big integers up to numerics.
        return [
            Advance._make((*row[:3], int(row[3]), int(row[4]), *row[5:]))
            for row in self._execute(_ADVANCES, _of(scope))
        ]


def _of(scope: Scope) -> dict[str, Any]:
    return {"start": scope.start, "venue_ids": list(scope.venue_ids)}
