"""What happened (audit), what must be done by hand (tasks), which digests managers want."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    key(),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInt, ForeignKey("person.id")),  # NULL: the clock, the provider, the command line
    Column("action", String(32), nullable=False),
    Column("subject", String(16), nullable=False),
    Column("subject_id", BigInt, nullable=False),
    Column("detail", Json, nullable=False),  # ids only
    sqlite_autoincrement=True,
)
Index("ix_audit_entry_subject", audit_entry.c.subject, audit_entry.c.subject_id)

task = Table(
    "task",
    metadata,
    key(),
    Column("kind", String(32), nullable=False),
    Column("subject", String(16), nullable=False),
    Column("subject_id", BigInt, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("done_by", BigInt, ForeignKey("person.id")),
    sqlite_autoincrement=True,
)
Index("uq_task_cause", task.c.kind, task.c.subject, task.c.subject_id, unique=True)
_open = task.c.done_at.is_(None)
Index("ix_task_open", task.c.due_at, task.c.id, sqlite_where=_open, postgresql_where=_open)

# Only of those who have chosen.
digest_choice = Table(
    "digest_choice",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("rhythm", String(8), nullable=False),  # daily | weekly | off
    Column("hour", Integer),  # by the venue's clock; NULL: before the first shift
    Column("venue_id", BigInt, ForeignKey("venue.id")),  # NULL: all that they manage
)

# What somebody's digest leaves out until then.
digest_snooze = Table(
    "digest_snooze",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("subject_id", BigInt, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("person_id", "kind", "subject_id"),
)
