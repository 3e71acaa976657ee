"""Taking a performance to another version of its plan: everything that names a place follows its seat.

The one place where the programme writes into ticketing's tables: place numbers are the plan's, and they change here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, delete, select, update

from domain.programme.model import Seat
from domain.ticketing.model import ClaimKind, OrderState
from storage.repositories.house import HouseRepository
from storage.tables.programme import performance
from storage.tables.ticketing import claim, order_line, ticket, ticket_order

#: Added to the number of a place that the new plan does not have, below all others; such lines belong to tickets
#: that were refunded.
_GONE = 1_000_000

_BLOCKED = select(claim.c.place).where(claim.c.performance_id == bindparam("id"), claim.c.kind == ClaimKind.BLOCK.value)
_CLAIMS_GONE = delete(claim).where(
    claim.c.performance_id == bindparam("_id"), claim.c.place.in_(bindparam("_places", expanding=True))
)
_LIVE_ORDERS = select(ticket_order.c.id).where(
    ticket_order.c.performance_id == bindparam("_id"),
    ticket_order.c.state != OrderState.LET_GO.value,  # in one IN (…) these could not be executed in bulk
    ticket_order.c.state != OrderState.EXPIRED.value,
)
# Two steps by way of negative numbers: a place may be given up and taken over in the same move.
_MOVE_CLAIM = (
    update(claim)
    .where(claim.c.performance_id == bindparam("_id"), claim.c.place == bindparam("_old"))
    .values(place=-bindparam("_new", type_=claim.c.place.type))
)
_MOVE_LINE = (
    update(order_line)
    .where(order_line.c.order_id.in_(_LIVE_ORDERS), order_line.c.place == bindparam("_old"))
    .values(
        place=-bindparam("_new", type_=order_line.c.place.type),
        zone=bindparam("_zone"),
        row=bindparam("_row"),
        number=bindparam("_number"),
    )
)
_LINES_GONE = (
    update(order_line)
    .where(order_line.c.order_id.in_(_LIVE_ORDERS), order_line.c.place.in_(bindparam("_places", expanding=True)))
    .values(place=-order_line.c.place - _GONE)
)
_MOVE_TICKET = (
    update(ticket)
    .where(ticket.c.performance_id == bindparam("_id"), ticket.c.place == bindparam("_old"))
    .values(place=-bindparam("_new", type_=ticket.c.place.type), revision=ticket.c.revision + 1)
)
_SETTLE = (
    update(claim).where(claim.c.performance_id == bindparam("_id"), claim.c.place < 0).values(place=-claim.c.place),
    update(order_line)
    .where(order_line.c.order_id.in_(_LIVE_ORDERS), order_line.c.place < 0, order_line.c.place > -_GONE)
    .values(place=-order_line.c.place),
    update(ticket).where(ticket.c.performance_id == bindparam("_id"), ticket.c.place < 0).values(place=-ticket.c.place),
)
_PIN = (
    update(performance)
    .where(performance.c.id == bindparam("_id"))
    .values(plan_id=bindparam("_plan"), capacity=bindparam("_capacity"), revision=performance.c.revision + 1)
)


class PlanMoves(HouseRepository):
    """Part of ProgrammeRepository; never commits."""

    def blocked_places(self, performance_id: int) -> set[int]:
        return set(self._connection.execute(_BLOCKED, {"id": performance_id}).scalars())

    def move_to_plan(
        self, performance_id: int, plan_id: int, capacity: int, moved: Mapping[int, Seat], gone: Collection[int]
    ) -> None:
        execute, id = self._connection.execute, {"_id": performance_id}
        if gone:
            execute(_CLAIMS_GONE, {**id, "_places": sorted(gone)})
            execute(_LINES_GONE, {**id, "_places": sorted(gone)})
        if moved:
            places = [{**id, "_old": old, "_new": seat.place} for old, seat in moved.items()]
            labels = [{"_zone": seat.zone, "_row": seat.row, "_number": seat.number} for seat in moved.values()]
            execute(_MOVE_CLAIM, places)
            execute(_MOVE_TICKET, places)
            execute(_MOVE_LINE, [{**place, **label} for place, label in zip(places, labels, strict=True)])
            for statement in _SETTLE:
                execute(statement, id)
        execute(_PIN, {**id, "_plan": plan_id, "_capacity": capacity})
