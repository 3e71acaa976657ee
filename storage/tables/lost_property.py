"""What was found, and what people ask for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from storage.tables.base import BigInt, UtcDateTime, key, metadata

find = Table(
    "find",
    metadata,
    key(),  # the number on its label
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("performance_id", BigInt, ForeignKey("performance.id")),
    Column("what", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("storage", Text, nullable=False),
    Column("photo", Text, nullable=False, server_default=""),  # the messenger's file id
    Column("found_at", UtcDateTime, nullable=False),
    Column("found_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("keep_until", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),  # kept | returned | disposed
    Column("ended_at", UtcDateTime),
    Column("ended_by", BigInt, ForeignKey("person.id")),
    Column("id_seen", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("ix_find_venue", find.c.venue_id, find.c.state)

loss = Table(
    "loss",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("performance_id", BigInt, ForeignKey("performance.id")),
    Column("what", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),  # open | found | closed
    Column("find_id", BigInt, ForeignKey("find.id"), index=True),
    Column("ended_at", UtcDateTime),
    sqlite_autoincrement=True,
)
Index("ix_loss_venue", loss.c.venue_id, loss.c.state)
