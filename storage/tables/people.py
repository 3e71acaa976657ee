"""Persons, their accounts and roles. Personal data stands here and in no other area's tables."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text

from storage.tables.base import BigInt, UtcDateTime, key, metadata

person = Table(
    "person",
    metadata,
    key(),
    Column("display_name", Text, nullable=False, server_default=""),
    Column("locale", String(16)),  # chosen by the person; NULL until chosen
    Column("informed_at", UtcDateTime),  # when they were told what is kept and why
    Column("created_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    sqlite_autoincrement=True,
)

account = Table(
    "account",
    metadata,
    key(),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("external_id", String(64), nullable=False),
    Column("username", Text, nullable=False, server_default=""),
    Column("language_code", String(16), nullable=False, server_default=""),
    Column("reachable", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "external_id"),
    sqlite_autoincrement=True,
)

role_grant = Table(
    "role_grant",
    metadata,
    key(),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("venue_id", BigInt, ForeignKey("venue.id")),  # NULL: the whole organisation
    Column("granted_by", BigInt, ForeignKey("person.id")),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    sqlite_autoincrement=True,
)
Index(
    "uq_role_grant_standing",
    role_grant.c.person_id,
    role_grant.c.role,
    text("coalesce(venue_id, 0)"),
    unique=True,
    sqlite_where=role_grant.c.revoked_at.is_(None),
    postgresql_where=role_grant.c.revoked_at.is_(None),
)

invitation = Table(
    "invitation",
    metadata,
    key(),
    Column("role", String(16), nullable=False),
    Column("venue_id", BigInt, ForeignKey("venue.id")),
    Column("created_by", BigInt, ForeignKey("person.id")),  # NULL: from the command line
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_by", BigInt, ForeignKey("person.id")),
    Column("used_at", UtcDateTime),
    Column("decided_by", BigInt, ForeignKey("person.id")),
    Column("decided_at", UtcDateTime),
    Column("confirmed", Boolean),
    sqlite_autoincrement=True,
)
