"""The evening: what was said of each run and its report, reminders, visits with their cards, gates, held items."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

# Every change of a run state that people have said, so that it can be taken back and reported.
run_entry = Table(
    "run_entry",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("before", String(16), nullable=False),
    Column("before_since", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("reason", String(16), nullable=False, server_default=""),  # of a hold
    Column("undone_at", UtcDateTime),
    Column("undone_by", BigInt, ForeignKey("person.id")),
    sqlite_autoincrement=True,
)

show_report = Table(
    "show_report",
    metadata,
    Column("performance_id", BigInt, ForeignKey("performance.id"), primary_key=True, autoincrement=False),
    Column("made_at", UtcDateTime, nullable=False, index=True),
    Column("content", Json, nullable=False),  # times and counts, no names
)

quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("id", BigInt, primary_key=True, autoincrement=False),  # one row, id 1
    Column("begins", Integer, nullable=False),  # minutes after midnight, the venue's time
    Column("ends", Integer, nullable=False),
)

# Only of those who have chosen: both reminders are the usual.
reminder_choice = Table(
    "reminder_choice",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("day", Boolean, nullable=False),
    Column("hours", Boolean, nullable=False),
)

# A person comes to a performance: what their card shows. The stage and the tickets are those that it was last made of.
visit = Table(
    "visit",
    metadata,
    key(),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("stage", String(16), nullable=False),
    Column("shown", String(80), nullable=False),  # everything beside the tickets that the card depends on
    Column("tickets", Integer, nullable=False),
    Column("revisions", Integer, nullable=False),
    UniqueConstraint("person_id", "performance_id"),
    sqlite_autoincrement=True,
)

closed_gate = Table(
    "closed_gate",
    metadata,
    Column("gate_id", BigInt, ForeignKey("gate.id"), primary_key=True, autoincrement=False),
    Column("instead_id", BigInt, ForeignKey("gate.id"), nullable=False),  # open: there are no chains
    Column("closed_at", UtcDateTime, nullable=False),
    Column("closed_by", BigInt, ForeignKey("person.id"), nullable=False),
)

# What somebody may not take in, under the number of the tag that they were given.
held_item = Table(
    "held_item",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("what", String(16), nullable=False),
    Column("gate_id", BigInt, ForeignKey("gate.id")),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("kept_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("returned_at", UtcDateTime),
    Column("returned_by", BigInt, ForeignKey("person.id")),
    UniqueConstraint("performance_id", "number"),
    sqlite_autoincrement=True,
)
Index(
    "ix_held_item_kept",
    held_item.c.performance_id,
    sqlite_where=held_item.c.returned_at.is_(None),
    postgresql_where=held_item.c.returned_at.is_(None),
)
