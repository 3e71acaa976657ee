"""Promotion codes and their uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update

from domain.ticketing.promotion_ports import Promotion
from storage.base import Store, both, words
from storage.tables.base import UtcDateTime
from storage.tables.promotions import promotion, promotion_use
from storage.tables.ticketing import order_line, ticket_order

_p, _u, _o, _l = promotion.c, promotion_use.c, ticket_order.c, order_line.c
_COUNTS = _o.state.in_(words("held", "paying", "reserved", "paid"))
_ADD = both(lambda insert: insert(promotion).on_conflict_do_nothing(index_elements=[_p.code]).returning(_p.id))
_ALL = select(promotion)
_ONE = _ALL.where(_p.id == bindparam("of_promotion"))
_BY_CODE = _ALL.where(_p.code == bindparam("of_code")).with_for_update()
_USED = (
    select(func.count())
    .select_from(promotion_use)
    .join(ticket_order, _o.id == _u.order_id)
    .where(_u.promotion_id == _p.id, _COUNTS)
    .scalar_subquery()
)
_NEWEST = (
    _ALL.add_columns(_USED.label("used"))
    .where(_p.venue_id.in_(bindparam("venue_ids", expanding=True)))
    .order_by(_p.id.desc())
    .limit(bindparam("most"))
)
_ANY = select(
    exists().where(
        _p.venue_id == bindparam("of_venue"),
        _p.withdrawn_at.is_(None),
        _p.valid_until > bindparam("now", type_=UtcDateTime),
        func.coalesce(_p.starts_at, _p.created_at) <= bindparam("now", type_=UtcDateTime),
    )
)
_WITHDRAW = update(promotion).where(_p.id == bindparam("of_promotion"), _p.withdrawn_at.is_(None))
_BUYERS = (
    select(_o.buyer_id, func.count())
    .join(promotion_use, _u.order_id == _o.id)
    .where(_u.promotion_id == bindparam("of_promotion"), _COUNTS)
    .group_by(_o.buyer_id)
)
_ADD_USE = insert(promotion_use)
_OF_ORDER = (
    select(_p.code, _u.off_minor)
    .join(promotion_use, _u.promotion_id == _p.id)
    .where(_u.order_id == bindparam("of_order"))
)
_SET_PRICE = update(order_line).where(_l.id == bindparam("of_line"))
_SUM = select(func.sum(_l.price_minor)).where(_l.order_id == _o.id).scalar_subquery()
_SET_TOTAL = (
    update(ticket_order).where(_o.id == bindparam("of_order")).values(total_minor=_SUM, revision=_o.revision + 1)
)


class Promotions(Store):
    """Implements ``domain.ticketing.promotions.Promotions``."""

    def add_promotion(self, promotion: Promotion, by: int, now: datetime) -> int | None:
        row = {
            "venue_id": promotion.venue_id,
            "code": promotion.code,
            "percent": promotion.percent,
            "minor": promotion.minor,
            "currency": promotion.currency,
            "uses": promotion.uses,
            "per_person": promotion.per_person,
            "valid_until": promotion.valid_until,
            "performances": list(promotion.performances),
            "categories": list(promotion.categories),
            "created_by": by,
            "created_at": now,
            "starts_at": promotion.starts_at,
        }
        return self._execute(_ADD[self._dialect], row).scalar_one_or_none()

    def promotion(self, promotion_id: int) -> Promotion | None:
        row = self._execute(_ONE, {"of_promotion": promotion_id}).first()
        return _promotion(row) if row else None

    def promotion_by_code(self, code: str) -> Promotion | None:
        row = self._execute(_BY_CODE, {"of_code": code}).first()
        return _promotion(row) if row else None

    def promotions(self, venue_ids: Sequence[int], limit: int) -> Sequence[tuple[Promotion, int]]:
        rows = self._execute(_NEWEST, {"venue_ids": sorted(venue_ids), "most": limit})
        return [(_promotion(row), row.used) for row in rows]

    def takes_codes(self, venue_id: int, now: datetime) -> bool:
        return bool(self._execute(_ANY, {"of_venue": venue_id, "now": now}).scalar_one())

    def withdraw_promotion(self, promotion_id: int, now: datetime) -> bool:
        return self._execute(_WITHDRAW, {"of_promotion": promotion_id, "withdrawn_at": now}).rowcount > 0

    def count_uses(self, promotion_id: int, buyer_id: int) -> tuple[int, int]:
        uses = {row[0]: row[1] for row in self._execute(_BUYERS, {"of_promotion": promotion_id})}
        return sum(uses.values()), uses.get(buyer_id, 0)

    def add_promotion_use(self, order_id: int, promotion_id: int, off_minor: int, now: datetime) -> None:
        use = {"order_id": order_id, "promotion_id": promotion_id, "off_minor": off_minor, "at": now}
        self._execute(_ADD_USE, use)

    def promotion_of_order(self, order_id: int) -> tuple[str, int] | None:
        row = self._execute(_OF_ORDER, {"of_order": order_id}).first()
        return (row.code, row.off_minor) if row else None

    def set_prices(self, order_id: int, prices: Mapping[int, int]) -> None:
        for line_id, minor in prices.items():
            self._execute(_SET_PRICE, {"of_line": line_id, "price_minor": minor})
        self._execute(_SET_TOTAL, {"of_order": order_id})


def _promotion(row: Any) -> Promotion:
    return Promotion(
        id=row.id,
        venue_id=row.venue_id,
        code=row.code,
        percent=row.percent,
        minor=row.minor,
        currency=row.currency,
        uses=row.uses,
        per_person=row.per_person,
        valid_until=row.valid_until,
        performances=tuple(row.performances),
        categories=tuple(row.categories),
        withdrawn_at=row.withdrawn_at,
        starts_at=row.starts_at,
    )
