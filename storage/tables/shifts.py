"""Who is on duty, where and when."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

shift = Table(
    "shift",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("planned_for", BigInt, ForeignKey("person.id"), nullable=False),  # whom the plan named, before any swap
    Column("role", String(16), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("on_at", UtcDateTime, nullable=False),
    Column("off_at", UtcDateTime, nullable=False),
    Column("zones", Json),  # NULL: the whole house
    Column("gate_id", BigInt, ForeignKey("gate.id")),
    Column("first_aider", Boolean, nullable=False, server_default=text("false")),
    Column("channel", Text, nullable=False, server_default=""),
    Column("offered_at", UtcDateTime),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("page_due_at", UtcDateTime),  # NULL: answered, given up, or over
    Column("answered_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_standing = shift.c.withdrawn_at.is_(None)
Index(
    "uq_shift_planned",
    shift.c.venue_id,
    shift.c.planned_for,
    shift.c.role,
    shift.c.starts_at,
    unique=True,
    sqlite_where=_standing,
    postgresql_where=_standing,
)
Index("ix_shift_venue", shift.c.venue_id, shift.c.off_at)
Index("ix_shift_person", shift.c.person_id, shift.c.off_at)
_due = shift.c.page_due_at.is_not(None)
Index("ix_shift_page_due", shift.c.page_due_at, sqlite_where=_due, postgresql_where=_due)
