"""Drawers, and what the journal says went into them and out of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from domain.errors import Contended
from domain.money import Money
from domain.payments.drawer import Drawer
from storage.base import AnyRow, Store, both
from storage.tables.payments import journal_entry
from storage.tables.window import drawer, drawer_pay_out

_d, _j, _p = drawer.c, journal_entry.c, drawer_pay_out.c

_ADD = both(lambda insert: insert(drawer).on_conflict_do_nothing().returning(_d.id))
_DRAWERS = select(
    _d.id,
    _d.venue_id,
    _d.clerk_id,
    _d.currency,
    _d.float_minor,
    _d.opened_at,
    _d.expected_minor,
    _d.counted_minor,
    _d.closed_at,
    _d.signed_by,
    _d.signed_at,
)
_DRAWER = _DRAWERS.where(_d.id == bindparam("drawer_id"))
_OPEN = _DRAWERS.where(_d.clerk_id == bindparam("clerk_id"), _d.closed_at.is_(None))
_UNSIGNED = _DRAWERS.where(_d.closed_at.is_not(None), _d.signed_at.is_(None)).order_by(_d.id).limit(bindparam("most"))
_UNSIGNED_THERE = _UNSIGNED.where(_d.venue_id.in_(bindparam("venue_ids", expanding=True)))
_OF_DRAWER = (_j.drawer_id.is_not(None), _j.drawer_id == bindparam("drawer_id"), _j.method == bindparam("method"))
_BOOKED = select(func.coalesce(func.sum(_j.amount_minor), 0)).where(*_OF_DRAWER)
_SALES = select(func.count(_j.charge_id.distinct()), func.coalesce(func.sum(_j.amount_minor), 0)).where(
    *_OF_DRAWER, _j.kind == "charge"
)
_SET = update(drawer).where(_d.id == bindparam("of_drawer"))
_ADD_PAY_OUT = insert(drawer_pay_out).returning(_p.id)
_PAY_OUTS = (
    select(_p.amount_minor, _d.currency, _p.reason)
    .join(drawer, _d.id == _p.drawer_id)
    .where(_p.drawer_id == bindparam("drawer_id"))
    .order_by(_p.id)
)


class DrawerRepository(Store):
    """Implements ``domain.payments.drawer_ports.DrawerRepository``."""

    def add(self, venue_id: int, clerk_id: int, opening: Money, now: datetime) -> int:
        row = {
            "venue_id": venue_id,
            "clerk_id": clerk_id,
            "currency": opening.currency,
            "float_minor": opening.minor,
            "opened_at": now,
        }
        drawer_id = self._execute(_ADD[self._dialect], row).scalar_one_or_none()
        if drawer_id is None:
            raise Contended(reason="drawer")
        return int(drawer_id)

    def drawer(self, drawer_id: int, *, lock: bool = False) -> Drawer | None:
        found = self._execute(_DRAWER.with_for_update() if lock else _DRAWER, {"drawer_id": drawer_id}).first()
        return _drawer(found) if found else None

    def open_of(self, clerk_id: int, *, lock: bool = False) -> Drawer | None:
        found = self._execute(_OPEN.with_for_update() if lock else _OPEN, {"clerk_id": clerk_id}).first()
        return _drawer(found) if found else None

    def unsigned(self, venue_ids: Sequence[int] | None, limit: int) -> Sequence[Drawer]:
        if venue_ids is None:
            return [_drawer(row) for row in self._execute(_UNSIGNED, {"most": limit})]
        return [_drawer(row) for row in self._execute(_UNSIGNED_THERE, {"venue_ids": list(venue_ids), "most": limit})]

    def booked(self, drawer_id: int, method: str) -> int:
        return int(self._execute(_BOOKED, {"drawer_id": drawer_id, "method": method}).scalar_one())

    def sales(self, drawer_id: int, method: str) -> tuple[int, int]:
        count, minor = self._execute(_SALES, {"drawer_id": drawer_id, "method": method}).one()
        return int(count), int(minor)

    def add_pay_out(self, drawer_id: int, amount: Money, reason: str, now: datetime) -> int:
        row = {"drawer_id": drawer_id, "at": now, "amount_minor": amount.minor, "reason": reason}
        return int(self._execute(_ADD_PAY_OUT, row).scalar_one())

    def pay_outs(self, drawer_id: int) -> Sequence[tuple[Money, str]]:
        rows = self._execute(_PAY_OUTS, {"drawer_id": drawer_id})
        return [(Money(minor, currency), reason) for minor, currency, reason in rows]

    def close(self, drawer_id: int, expected: Money, counted: Money, now: datetime) -> None:
        change = {"expected_minor": expected.minor, "counted_minor": counted.minor, "closed_at": now}
        self._execute(_SET, {"of_drawer": drawer_id, **change})

    def sign(self, drawer_id: int, by: int, now: datetime) -> None:
        self._execute(_SET, {"of_drawer": drawer_id, "signed_by": by, "signed_at": now})


def _drawer(row: AnyRow) -> Drawer:
    id, venue_id, clerk_id, currency, opening, opened_at, expected, counted, closed_at, signed_by, signed_at = row

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    opened = Money(opening, currency)
    sums = money(expected), money(counted)
    return Drawer(id, venue_id, clerk_id, opened, opened_at, *sums, closed_at, signed_by, signed_at)
