"""Who waits for seats together, and what was offered to them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

waiting = Table(
    "waiting",
    metadata,
    key(),  # the order of the line
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("seats", Integer, nullable=False),  # beside each other
    Column("wheelchair", Integer, nullable=False, server_default="0"),  # how many of these seats are such places
    Column("companion", Integer, nullable=False, server_default="0"),
    Column("categories", Json, nullable=False),  # any of these; none: any at all
    Column("until", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False),  # waiting | offered | served | left | over
    Column("joined_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_stands = waiting.c.state.in_(("waiting", "offered"))
# One place in line for a person and performance.
Index(
    "uq_waiting_stands",
    waiting.c.person_id,
    waiting.c.performance_id,
    unique=True,
    sqlite_where=_stands,
    postgresql_where=_stands,
)
Index("ix_waiting_queue", waiting.c.performance_id, waiting.c.id, sqlite_where=_stands, postgresql_where=_stands)

waiting_offer = Table(
    "waiting_offer",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("waiting_id", BigInt, ForeignKey("waiting.id"), nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
)
# Nobody is offered two things at once.
_open = waiting_offer.c.ended_at.is_(None)
Index("uq_waiting_offer_open", waiting_offer.c.waiting_id, unique=True, sqlite_where=_open, postgresql_where=_open)
