"""Claims on places, orders and their lines, tickets and their credentials."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

block = Table(
    "block",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("reason", String(16), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("owner_id", BigInt, ForeignKey("person.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("release_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    sqlite_autoincrement=True,
)

# "order" is a word of SQL.
ticket_order = Table(
    "ticket_order",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("buyer_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total_minor", BigInt, nullable=False),  # what is to be paid
    Column("credit_minor", BigInt),  # what the tickets that it takes the place of were paid; NULL: it takes none's
    Column("voucher_minor", BigInt, nullable=False, server_default="0"),  # what vouchers pay of it
    Column("member_minor", BigInt, nullable=False, server_default="0"),  # what members' prices took off
    Column("created_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),  # NULL once paid or closed
    Column("paid_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("revision", Integer, nullable=False, server_default="1"),
    sqlite_autoincrement=True,
)
# One person holds at most one unpaid order per performance: kept by the database, not by a look before.
_unpaid = ticket_order.c.state.in_(("held", "paying", "reserved"))
Index(
    "uq_ticket_order_unpaid",
    ticket_order.c.buyer_id,
    ticket_order.c.performance_id,
    unique=True,
    sqlite_where=_unpaid,
    postgresql_where=_unpaid,
)
Index("ix_ticket_order_due", ticket_order.c.until, sqlite_where=_unpaid, postgresql_where=_unpaid)
Index("ix_ticket_order_buyer", ticket_order.c.buyer_id, ticket_order.c.performance_id)

# A place is claimed once, whatever the claim is: the primary key says so.
claim = Table(
    "claim",
    metadata,
    Column("performance_id", BigInt, ForeignKey("performance.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), index=True),
    Column("block_id", BigInt, ForeignKey("block.id"), index=True),
    Column("until", UtcDateTime),  # NULL: stands until taken away
    sqlite_with_rowid=False,
)

order_line = Table(
    "order_line",
    metadata,
    key(),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("zone", Text, nullable=False, server_default=""),
    Column("row", Text, nullable=False, server_default=""),
    Column("number", Text, nullable=False, server_default=""),
    Column("seat_kind", String(12), nullable=False, server_default="standard"),
    Column("category", Text, nullable=False, server_default=""),
    Column("concession_id", BigInt, ForeignKey("concession.id"), nullable=False),
    Column("price_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_rate_bp", Integer, nullable=False),
    Column("policy", Json, nullable=False),
    UniqueConstraint("order_id", "place"),
    sqlite_autoincrement=True,
)

ticket = Table(
    "ticket",
    metadata,
    key(),
    Column("order_line_id", BigInt, ForeignKey("order_line.id"), nullable=False, unique=True),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, index=True),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("holder_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("state", String(12), nullable=False),
    Column("short_code", String(12), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("listed_at", UtcDateTime),  # given back for resale, and good until it is sold
    Column("offered_at", UtcDateTime),  # from then on others may take the place: the ticket has no claim on it
    UniqueConstraint("performance_id", "short_code"),
    sqlite_autoincrement=True,
)
_listed = ticket.c.listed_at.is_not(None)
Index("ix_ticket_listed", ticket.c.performance_id, ticket.c.place, sqlite_where=_listed, postgresql_where=_listed)

# An order that changes seats: which tickets it takes the place of once it is paid.
seat_change = Table(
    "seat_change",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), primary_key=True, autoincrement=False, index=True),
)

ticket_credential = Table(
    "ticket_credential",
    metadata,
    key(),
    Column("kind", String(1), nullable=False),  # T: one ticket, P: the party of an order
    Column("ticket_id", BigInt, ForeignKey("ticket.id")),
    Column("order_id", BigInt, ForeignKey("ticket_order.id")),
    Column("key_id", String(1), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("revoked_why", String(12)),
    sqlite_autoincrement=True,
)
_standing = ticket_credential.c.revoked_at.is_(None)
Index(
    "uq_ticket_credential_ticket",
    ticket_credential.c.ticket_id,
    unique=True,
    sqlite_where=_standing & ticket_credential.c.ticket_id.is_not(None),
    postgresql_where=_standing & ticket_credential.c.ticket_id.is_not(None),
)
Index(
    "uq_ticket_credential_order",
    ticket_credential.c.order_id,
    unique=True,
    sqlite_where=_standing & ticket_credential.c.order_id.is_not(None),
    postgresql_where=_standing & ticket_credential.c.order_id.is_not(None),
)

hand_on = Table(
    "hand_on",
    metadata,
    key(),
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), nullable=False),
    Column("giver_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("taker_id", BigInt, ForeignKey("person.id")),
    Column("closed_at", UtcDateTime),  # accepted (taker_id set) or withdrawn
    sqlite_autoincrement=True,
)
_open = hand_on.c.closed_at.is_(None)
_taken = hand_on.c.taker_id.is_not(None)
Index("ix_hand_on_taken", hand_on.c.ticket_id, hand_on.c.id, sqlite_where=_taken, postgresql_where=_taken)
Index("uq_hand_on_open", hand_on.c.ticket_id, unique=True, sqlite_where=_open, postgresql_where=_open)

sales_watch = Table(
    "sales_watch",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column(
        "performance_id",
        BigInt,
        ForeignKey("performance.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    Column("created_at", UtcDateTime, nullable=False),
)
