"""Improvement actions, and what led to them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

improvement_action = Table(
    "improvement_action",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("owner_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("opened_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False),  # open | done | dropped
    Column("proof", Text, nullable=False),
    Column("told", Json, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", BigInt, ForeignKey("person.id")),
    sqlite_autoincrement=True,
)
_open = improvement_action.c.state == "open"
Index(
    "ix_improvement_action_open",
    improvement_action.c.due_at,
    improvement_action.c.id,
    sqlite_where=_open,
    postgresql_where=_open,
)

improvement_source = Table(
    "improvement_source",
    metadata,
    key(),
    Column("action_id", BigInt, ForeignKey("improvement_action.id"), nullable=False),
    Column("source", String(12), nullable=False),  # answer | case | incident | review | digest
    Column("source_id", BigInt, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_improvement_source",
    improvement_source.c.action_id,
    improvement_source.c.source,
    improvement_source.c.source_id,
    unique=True,
)
Index("ix_improvement_source_of", improvement_source.c.source, improvement_source.c.source_id)
