"""The same statements in the same transactions without Foyer around them: what SQLAlchemy Core alone makes of a sale.

The statements are the repositories' own, so that nothing but the rules, the objects and the unit of work is left out.
``bench_orders`` holds the two against each other, text by text, before it measures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from storage import transaction
from storage.repositories import claims, giving_back, orders, payments, programme, tickets, waiting
from storage.stores import notices
from storage.tables.ticketing import order_line

TEN_MINUTES = timedelta(minutes=10)
Work = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class BareSale:
    """One buyer's purchase; what a rule would have found out is given."""

    performance_id: int
    buyer_id: int
    places: tuple[int, ...]
    concession_id: int
    price: int
    charge: str

    @property
    def total(self) -> int:
        return self.price * len(self.places)

    def hold(self, connection: Connection) -> int:
        execute, dialect, now = connection.execute, connection.dialect.name, datetime.now(UTC)
        own = {"buyer_id": self.buyer_id, "performance_id": self.performance_id}
        execute(programme._PERFORMANCE_ON_SALE[dialect], {"id": self.performance_id}).one()
        execute(waiting._LINE_LOCKED, {"of_performance": self.performance_id}).all()
        execute(orders._BUYING_LOCKED, {**own, "since": now - timedelta(hours=1)}).all()
        order = {
            **own,
            "channel": "telegram",
            "state": "held",
            "currency": "EUR",
            "total_minor": self.total,
            "credit_minor": None,
            "created_at": now,
            "until": now + TEN_MINUTES,
            "paid_at": None,
        }
        order_id = int(execute(orders._ADD_ORDER, order).scalar_one())
        claim = {
            "performance_id": self.performance_id,
            "places": json.dumps(self.places) if dialect == "sqlite" else list(self.places),
            "kind": "hold",
            "order_id": order_id,
            "block_id": None,
            "until": now + TEN_MINUTES,
            "now": now,
        }
        won = execute(claims._CLAIM[dialect], claim).scalars().all()
        assert len(won) == len(self.places)
        execute(orders._ADD_LINES, [self._line(order_id, place) for place in self.places])
        self._audit(connection, now, "order.held", order_id)
        return order_id

    def begin(self, order_id: int, connection: Connection) -> None:
        execute, now = connection.execute, datetime.now(UTC)
        execute(orders._ORDER_LOCKED, {"order_id": order_id}).one()
        until = now + TEN_MINUTES
        execute(claims._KEEP, {"of_order": order_id, "kind": "hold", "until": until}).all()
        execute(orders._SET_ORDER, {"of_order": order_id, "state": "paying", "until": until})
        self._audit(connection, now, "order.paying", order_id)

    def capture(self, order_id: int, connection: Connection) -> None:
        execute, dialect, now = connection.execute, connection.dialect.name, datetime.now(UTC)
        lines = execute(orders._TO_SETTLE, {"order_id": order_id}).mappings().all()
        charge_id = execute(payments._ADD_CHARGE[dialect], self._charge(order_id, now)).scalar_one()
        execute(claims._KEEP, {"of_order": order_id, "kind": "sale", "until": None}).all()
        execute(payments._WRITE_JOURNAL, [self._journal(order_id, charge_id, now)])
        execute(orders._SET_ORDER, {"of_order": order_id, "state": "paid", "until": None, "paid_at": now})
        issued = execute(tickets._ADD_TICKETS[dialect], [self._ticket(order_id, line, now) for line in lines]).all()
        kept = {"key_id": "k", "created_at": now}
        credentials = [{"kind": "T", "ticket_id": id, "order_id": None, **kept} for _, id in issued]
        credentials.append({"kind": "P", "ticket_id": None, "order_id": order_id, **kept})
        execute(tickets._ADD_CREDENTIALS, credentials)
        execute(giving_back._OFFERED, {"performance_id": self.performance_id, "places": self.places}).all()
        execute(payments._ADD_RECEIPT, {"order_id": order_id, "issued_at": now})
        paid = [{"ticket_id": id, "charge_id": charge_id, "amount_minor": self.price} for _, id in issued]
        execute(giving_back._PAY, paid)
        self._audit(connection, now, "charge.captured", charge_id, "order.paid", order_id)
        execute(notices._ADD[dialect], [self._notice(order_id, [id for _, id in issued], now)])

    def _line(self, order_id: int, place: int) -> dict[str, Any]:
        return {
            "order_id": order_id,
            "place": place,
            "zone": "Hall",
            "row": "1",
            "number": "1",
            "seat_kind": "standard",
            "category": "A",
            "concession_id": self.concession_id,
            "price_minor": self.price,
            "currency": "EUR",
            "tax_rate_bp": 700,
            "policy": {"latecomers": "any_time"},
        }

    def _charge(self, order_id: int, now: datetime) -> dict[str, Any]:
        return {
            "provider": "provider",
            "provider_charge_id": self.charge,
            "channel_charge_id": "",
            "order_id": order_id,
            "payer_id": self.buyer_id,
            "amount_minor": self.total,
            "currency": "EUR",
            "captured_at": now,
            "fate": "tickets",
        }

    def _journal(self, order_id: int, charge_id: int, now: datetime) -> dict[str, Any]:
        return {
            "at": now,
            "kind": "charge",
            "method": "provider",
            "amount_minor": self.total,
            "currency": "EUR",
            "tax_rate_bp": 700,
            "tax_minor": self.total * 7 // 107,
            "performance_id": self.performance_id,
            "order_id": order_id,
            "charge_id": charge_id,
            "refund_id": None,
            "clerk_id": None,
            "drawer_id": None,
            "voucher_id": None,
        }

    def _ticket(self, order_id: int, line: Any, now: datetime) -> dict[str, Any]:
        return {
            "order_line_id": line[order_line.c.id],
            "order_id": order_id,
            "performance_id": self.performance_id,
            "place": line[order_line.c.place],
            "holder_id": self.buyer_id,
            "state": "valid",
            "short_code": token_hex(6),
            "issued_at": now,
        }

    def _notice(self, order_id: int, ticket_ids: Sequence[int], now: datetime) -> dict[str, Any]:
        return {
            "person_id": self.buyer_id,
            "kind": "tickets_issued",
            "params": {"order_id": order_id, "ticket_ids": ticket_ids, "holder_id": self.buyer_id},
            "dedupe_key": f"tickets:{order_id}",
            "lane": 1,
            "due_at": now,
            "state": "due",
        }

    def _audit(self, connection: Connection, now: datetime, *what: Any) -> None:
        """Pairs of an action and the id of its subject."""
        rows = [
            {
                "at": now,
                "actor_id": self.buyer_id,
                "action": action,
                "subject": action.partition(".")[0],
                "subject_id": subject_id,
                "detail": {"performance": self.performance_id},
            }
            for action, subject_id in zip(what[::2], what[1::2], strict=True)
        ]
        connection.execute(transaction._ADD_AUDIT, rows)
