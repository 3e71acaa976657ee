"""Where tickets go by mail: a person's address, and the mails to be sent."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

mail_address = Table(
    "mail_address",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),  # wrong codes for this address
    Column("confirmed_at", UtcDateTime),  # NULL: nothing but a code goes there
)

# Who took the calendar entry of a visit out of the chat: it is sent again when the performance is moved or cancelled.
calendar_copy = Table(
    "calendar_copy",
    metadata,
    Column("performance_id", BigInt, ForeignKey("performance.id"), primary_key=True, autoincrement=False),
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("given_at", UtcDateTime, nullable=False),
)

# What a mail says and where it goes is read when it is sent: no address, name or code stands here.
mail = Table(
    "mail",
    metadata,
    key(),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("params", Json, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),  # due | sending | sent | dead | void
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknown", Integer, nullable=False, server_default="0"),  # attempts whose fate nobody knows
    Column("lease_until", UtcDateTime),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("settled_at", UtcDateTime),
    Column("last_error", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("ix_mail_person_id", mail.c.person_id, mail.c.asked_at)
_due = mail.c.state.in_(("due", "sending"))
Index("ix_mail_due", mail.c.due_at, mail.c.id, sqlite_where=_due, postgresql_where=_due)
