"""Orders, their lines, and who wants to be told when sales open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update

from domain.money import Money
from domain.ticketing.model import Buying, Order, OrderLine, OrderState, TicketState
from storage.base import Store, both, words
from storage.tables.base import UtcDateTime
from storage.tables.programme import performance
from storage.tables.ticketing import order_line, sales_watch, ticket, ticket_order

_o, _l = ticket_order.c, order_line.c
_UNPAID = _o.state.in_(words("held", "paying", "reserved"))
_HAS_PLACES = words("held", "paying", "reserved", "paid")

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
    _o.credit_minor,
    _o.voucher_minor,
    _o.member_minor,
)
_ORDER = _ORDERS.where(_o.id == bindparam("order_id"))
_ORDER_LOCKED = _ORDER.with_for_update()
UNPAID_ORDERS = _ORDERS.where(_UNPAID).order_by(_o.id)
_UNPAID_ORDERS = UNPAID_ORDERS.where(_o.buyer_id == bindparam("buyer_id"))
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
# Lines less what was given back: a paid order counts in full until its tickets are seen to be.
_GIVEN_BACK = exists().where(ticket.c.order_line_id == _l.id, ticket.c.state != TicketState.VALID.value)
_PLACES = select(func.count()).where(_l.order_id == _o.id, ~_GIVEN_BACK).scalar_subquery()
_BUYING = (
    _ORDERS.add_columns(_o.closed_at, _PLACES)
    .where(*_OF_BUYER, or_(_o.state.in_(_HAS_PLACES), _o.closed_at >= bindparam("since", type_=UtcDateTime)))
    .order_by(_o.id)
)
# Every order is locked, and given as it is then; its lines never change, its places only become fewer.
_BUYING_LOCKED = _BUYING.with_for_update()

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
# Order and lines are locked, so both are as they are once a lock that was waited for is ours.
_TO_SETTLE = (
    _ORDER.add_columns(*_LINES.selected_columns)
    .join(order_line, _l.order_id == _o.id)
    .order_by(_l.place)
    .with_for_update()
)
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
            "credit_minor": order.credit.minor if order.credit is not None else None,
        }
        return int(self._execute(_ADD_ORDER, row).scalar_one())

    def add_lines(self, lines: Sequence[OrderLine]) -> None:
        self._execute(_ADD_LINES, [_row(line) for line in lines])

    def order(self, order_id: int, *, lock: bool = False) -> Order | None:
        row = self._execute(_ORDER_LOCKED if lock else _ORDER, {"order_id": order_id}).first()
        return order_of(row) if row else None

    def unpaid_order(self, buyer_id: int, performance_id: int, *, lock: bool = False) -> Order | None:
        found = self._execute(
            _UNPAID_ORDER_LOCKED if lock else _UNPAID_ORDER,
            {"buyer_id": buyer_id, "performance_id": performance_id},
        ).first()
        return order_of(found) if found else None

    def unpaid_orders(self, buyer_id: int, *, lock: bool = False) -> Sequence[Order]:
        found = self._execute(_UNPAID_ORDERS_LOCKED if lock else _UNPAID_ORDERS, {"buyer_id": buyer_id})
        return [order_of(row) for row in found]

    def buying(self, buyer_id: int, performance_id: int, since: datetime, *, lock: bool = False) -> Buying:
        binds = {"buyer_id": buyer_id, "performance_id": performance_id, "since": since}
        rows = self._execute(_BUYING_LOCKED if lock else _BUYING, binds).all()
        orders = [(order_of(order), closed_at, places) for *order, closed_at, places in rows]
        return Buying(
            unpaid=next((order for order, _, _ in orders if order.state.is_unpaid), None),
            bought=sum(places for order, _, places in orders if order.state is OrderState.PAID),
            given_up=_given_up([(order, at) for order, at, _ in orders]),
        )

    def due_orders(self, now: datetime, limit: int) -> Sequence[Order]:
        return [order_of(row) for row in self._execute(_DUE, {"now": now, "most": limit})]

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

    def order_to_settle(self, order_id: int) -> tuple[Order, Sequence[OrderLine]] | None:
        rows = self._execute(_TO_SETTLE, {"order_id": order_id}).all()
        if not rows:
            return None
        width = len(_ORDERS.selected_columns)
        return order_of(rows[0][:width]), [_line(row[width:]) for row in rows]

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


def _given_up(orders: Sequence[tuple[Order, datetime | None]]) -> Sequence[datetime]:
    """When holds ended unpaid, newest first. Orders that begin at the same moment are one hold, of other seats each."""
    closed = (OrderState.LET_GO, OrderState.EXPIRED)
    going_on = {order.created_at for order, _ in orders if order.state not in closed}
    ended = {order.created_at: at for order, at in orders if at is not None and order.created_at not in going_on}
    return sorted(ended.values(), reverse=True)


def order_of(row: Sequence[Any]) -> Order:
    id, performance_id, buyer_id, channel, state, total_minor, currency, created_at, until, paid_at, *rest = row
    revision, credit_minor, *rest = rest
    total = Money(total_minor, currency)
    credit = None if credit_minor is None else Money(credit_minor, currency)
    of_state = OrderState(state)
    times = created_at, until, paid_at
    return Order(id, performance_id, buyer_id, channel, of_state, total, *times, revision, credit, *rest)


def _line(found: Sequence[Any]) -> OrderLine:
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
