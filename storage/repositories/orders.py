"""Orders, their lines, and who wants to be told when sales open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from domain.money import Money
from domain.ticketing.model import Order, OrderLine, OrderState
from storage.base import AnyRow, Store, both, words
from storage.tables.base import UtcDateTime
from storage.tables.programme import performance
from storage.tables.ticketing import order_line, sales_watch, ticket_order

_o, _l = ticket_order.c, order_line.c
_UNPAID = _o.state.in_(words("held", "paying"))

_ADD_ORDER = insert(ticket_order).returning(_o.id)
_ORDERS = select(
    _o.id,
    _o.performance_id,
    _o.buyer_id,
    _o.channel,
    _o.state,
    _o.total_minor,
    _o.currency,
    _o.created_at,
    _o.until,
    _o.paid_at,
    _o.revision,
)
_ORDER = _ORDERS.where(_o.id == bindparam("order_id"))
_ORDER_LOCKED = _ORDER.with_for_update()
_UNPAID_ORDERS = _ORDERS.where(_o.buyer_id == bindparam("buyer_id"), _UNPAID).order_by(_o.id)
_UNPAID_ORDERS_LOCKED = _UNPAID_ORDERS.with_for_update()
_UNPAID_ORDER = _UNPAID_ORDERS.where(_o.performance_id == bindparam("performance_id"))
_UNPAID_ORDER_LOCKED = _UNPAID_ORDER.with_for_update()
_DUE = (
    _ORDERS.where(_UNPAID, _o.until <= bindparam("now", type_=UtcDateTime))
    .order_by(_o.until, _o.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_SET_ORDER = update(ticket_order).where(_o.id == bindparam("of_order")).values(revision=ticket_order.c.revision + 1)
_OF_BUYER = (_o.buyer_id == bindparam("buyer_id"), _o.performance_id == bindparam("performance_id"))
_EXPIRIES = (
    select(_o.closed_at)
    .where(*_OF_BUYER, _o.state == OrderState.EXPIRED.value, _o.closed_at >= bindparam("since", type_=UtcDateTime))
    .order_by(_o.closed_at.desc())
)
_COUNT_BOUGHT = (
    select(func.count())
    .select_from(ticket_order.join(order_line, _l.order_id == _o.id))
    .where(*_OF_BUYER, _o.state == OrderState.PAID.value)
)

_ADD_LINES = insert(order_line)
_LINES = select(
    _l.id,
    _l.order_id,
    _l.place,
    _l.zone,
    _l.row,
    _l.number,
    _l.seat_kind,
    _l.category,
    _l.concession_id,
    _l.price_minor,
    _l.currency,
    _l.tax_rate_bp,
    _l.policy,
)
_OF_ORDER = _LINES.where(_l.order_id == bindparam("order_id")).order_by(_l.place)
_LINE = _LINES.where(_l.id == bindparam("line_id"))
_BY_ID = _LINES.where(_l.id.in_(bindparam("line_ids", expanding=True)))

_w, _p = sales_watch.c, performance.c
_THIS_WATCH = (_w.person_id == bindparam("person_id"), _w.performance_id == bindparam("performance_id"))
_WATCH = both(lambda insert: insert(sales_watch).on_conflict_do_nothing().returning(_w.person_id))
_UNWATCH = delete(sales_watch).where(*_THIS_WATCH)
_WATCHES = select(exists().where(*_THIS_WATCH))
_NOW = bindparam("now", type_=UtcDateTime)
_WATCHERS_DUE = (
    select(_w.person_id, _w.performance_id)
    .join(performance, _p.id == _w.performance_id)
    .where(_p.sales_open_at <= _NOW, _p.sales_close_at > _NOW, _p.run_state.not_in(words("cancelled", "ended")))
    .order_by(_w.performance_id, _w.person_id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=sales_watch)
)


class Orders(Store):
    def add_order(self, order: Order) -> int:
        row = {
            "performance_id": order.performance_id,
            "buyer_id": order.buyer_id,
            "channel": order.channel,
            "state": order.state.value,
            "currency": order.total.currency,
            "total_minor": order.total.minor,
            "created_at": order.created_at,
            "until": order.until,
            "paid_at": order.paid_at,
        }
        return int(self._execute(_ADD_ORDER, row).scalar_one())

    def add_lines(self, lines: Sequence[OrderLine]) -> None:
        self._execute(_ADD_LINES, [_row(line) for line in lines])

    def order(self, order_id: int, *, lock: bool = False) -> Order | None:
        row = self._execute(_ORDER_LOCKED if lock else _ORDER, {"order_id": order_id}).first()
        return _order(row) if row else None

    def unpaid_order(self, buyer_id: int, performance_id: int, *, lock: bool = False) -> Order | None:
        found = self._execute(
            _UNPAID_ORDER_LOCKED if lock else _UNPAID_ORDER,
            {"buyer_id": buyer_id, "performance_id": performance_id},
        ).first()
        return _order(found) if found else None

    def unpaid_orders(self, buyer_id: int, *, lock: bool = False) -> Sequence[Order]:
        found = self._execute(_UNPAID_ORDERS_LOCKED if lock else _UNPAID_ORDERS, {"buyer_id": buyer_id})
        return [_order(row) for row in found]

    def recent_expiries(self, buyer_id: int, performance_id: int, since: datetime) -> Sequence[datetime]:
        binds = {"buyer_id": buyer_id, "performance_id": performance_id, "since": since}
        return [closed_at for (closed_at,) in self._execute(_EXPIRIES, binds) if closed_at is not None]

    def count_bought(self, buyer_id: int, performance_id: int) -> int:
        binds = {"buyer_id": buyer_id, "performance_id": performance_id}
        return self._execute(_COUNT_BOUGHT, binds).scalar_one()

    def due_orders(self, now: datetime, limit: int) -> Sequence[Order]:
        return [_order(row) for row in self._execute(_DUE, {"now": now, "most": limit})]

    def set_order(
        self,
        order_id: int,
        state: OrderState,
        *,
        until: datetime | None = None,
        paid_at: datetime | None = None,
        closed_at: datetime | None = None,
    ) -> None:
        change: dict[str, Any] = {"of_order": order_id, "state": state.value, "until": until}
        if paid_at is not None:
            change["paid_at"] = paid_at
        if closed_at is not None:
            change["closed_at"] = closed_at
        self._execute(_SET_ORDER, change)

    def lines(self, order_id: int) -> Sequence[OrderLine]:
        return [_line(row) for row in self._execute(_OF_ORDER, {"order_id": order_id})]

    def line(self, line_id: int) -> OrderLine | None:
        row = self._execute(_LINE, {"line_id": line_id}).first()
        return _line(row) if row else None

    def lines_by_id(self, line_ids: Collection[int]) -> Mapping[int, OrderLine]:
        if not line_ids:
            return {}
        found = (_line(row) for row in self._execute(_BY_ID, {"line_ids": sorted(line_ids)}))
        return {line.id: line for line in found}

    def watch_sales(self, person_id: int, performance_id: int, now: datetime) -> bool:
        row = {"person_id": person_id, "performance_id": performance_id, "created_at": now}
        return self._execute(_WATCH[self._dialect], row).first() is not None

    def unwatch_sales(self, person_id: int, performance_id: int) -> None:
        self._execute(_UNWATCH, {"person_id": person_id, "performance_id": performance_id})

    def watches_sales(self, person_id: int, performance_id: int) -> bool:
        return bool(self._execute(_WATCHES, {"person_id": person_id, "performance_id": performance_id}).scalar_one())

    def watchers_due(self, now: datetime, limit: int) -> Sequence[tuple[int, int]]:
        return [
            (person_id, performance_id)
            for person_id, performance_id in self._execute(_WATCHERS_DUE, {"now": now, "most": limit})
        ]


def _order(row: AnyRow) -> Order:
    id, performance_id, buyer_id, channel, state, total_minor, currency, created_at, until, paid_at, revision = row
    total = Money(total_minor, currency)
    return Order(id, performance_id, buyer_id, channel, OrderState(state), total, created_at, until, paid_at, revision)


def _line(found: AnyRow) -> OrderLine:
    id, order_id, place, zone, row, number, kind, category, concession_id, price_minor, currency, tax, policy = found
    price = Money(price_minor, currency)
    return OrderLine(id, order_id, place, zone, row, number, kind, category, concession_id, price, tax, policy)


def _row(line: OrderLine) -> dict[str, object]:
    return {
        "order_id": line.order_id,
        "place": line.place,
        "zone": line.zone,
        "row": line.row,
        "number": line.number,
        "seat_kind": line.seat_kind,
        "category": line.category,
        "concession_id": line.concession_id,
        "price_minor": line.price.minor,
        "currency": line.price.currency,
        "tax_rate_bp": line.tax_rate_bp,
        "policy": dict(line.policy),
    }
