"""Opening, patrol and closing lists."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

# As it was imported; its row is also what whoever begins a list holds the lock of.
venue_upkeep = Table(
    "venue_upkeep",
    metadata,
    Column("venue_id", BigInt, ForeignKey("venue.id"), primary_key=True, autoincrement=False),
    Column("document", Json, nullable=False),
)

list_run = Table(
    "list_run",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("list_key", String(24), nullable=False),
    Column("slot", UtcDateTime, nullable=False),
    Column("document", Json, nullable=False),  # the list as it was when it began
    Column("due_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("venue_id", "list_key", "slot"),
    sqlite_autoincrement=True,
)
_waits = list_run.c.ended_at.is_(None) & list_run.c.told_at.is_(None)
Index("ix_list_run_due", list_run.c.due_at, sqlite_where=_waits, postgresql_where=_waits)

list_tick = Table(
    "list_tick",
    metadata,
    Column("run_id", BigInt, ForeignKey("list_run.id"), nullable=False),
    Column("item", String(24), nullable=False),
    Column("by_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("photo", Text, nullable=False, server_default=""),  # the messenger's file id
    PrimaryKeyConstraint("run_id", "item"),
)
