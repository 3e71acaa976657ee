"""Performances that were moved or cancelled, and who has been told."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from storage.tables.base import BigInt, UtcDateTime, key, metadata

run_change = Table(
    "run_change",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("what", String(12), nullable=False),  # cancelled | moved
    Column("state", String(8), nullable=False),  # running | stopped | done
    Column("decided_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("was_at", UtcDateTime, nullable=False),  # when it was to begin
    Column("call_after", UtcDateTime, nullable=False),
    Column("refund_after", UtcDateTime),  # what nobody has answered for is then paid back; NULL: nothing is
    Column("due_at", UtcDateTime),  # the clock goes on with it then; NULL: not at all
    Column("told", Integer, nullable=False, server_default="0"),
    Column("holders", Integer, nullable=False),  # how many there were to tell when it was decided
    sqlite_autoincrement=True,
)
_due = run_change.c.due_at.is_not(None)
Index("ix_run_change_due", run_change.c.due_at, sqlite_where=_due, postgresql_where=_due)

run_told = Table(
    "run_told",
    metadata,
    Column("change_id", BigInt, ForeignKey("run_change.id"), primary_key=True, autoincrement=False),
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False, index=True),
    Column("told_at", UtcDateTime, nullable=False),
    Column("answer", String(8), nullable=False, server_default=""),  # keep | other | money
    Column("answered_at", UtcDateTime),
    Column("called_at", UtcDateTime),
    Column("called_by", BigInt, ForeignKey("person.id")),
)
