"""The window: its rules, sales without a name, reservations, presents, how to reach people, drawers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import BigInt, UtcDateTime, key, metadata

window_rules = Table(
    "window_rules",
    metadata,
    Column("id", BigInt, primary_key=True, autoincrement=False),  # one row, id 1
    Column("reserve", Boolean, nullable=False),
    Column("reserve_hours", Integer, nullable=False),
    Column("reserve_minutes_before", Integer, nullable=False),
    Column("complimentary_most", Integer, nullable=False),
)

window_sale = Table(
    "window_sale",
    metadata,
    key(),
    Column("clerk_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("buyer_id", BigInt, ForeignKey("person.id"), nullable=False, unique=True),  # made for this sale
    Column("block_id", BigInt, ForeignKey("block.id")),  # where the places come from, and go back to
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
# One customer at a time.
_open = window_sale.c.closed_at.is_(None)
Index("uq_window_sale_open", window_sale.c.clerk_id, unique=True, sqlite_where=_open, postgresql_where=_open)
Index("ix_window_sale_clerk", window_sale.c.clerk_id, window_sale.c.id)

reservation = Table(
    "reservation",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("code", String(12), nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
)

complimentary = Table(
    "complimentary",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("clerk_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("value_minor", BigInt, nullable=False),  # what they would have cost
    Column("given_at", UtcDateTime, nullable=False),
)

# Personal data: goes with its person.
contact = Table(
    "contact",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("phone", String(32), nullable=False, server_default=""),
    Column("mail", Text, nullable=False, server_default=""),
    Column("left_at", UtcDateTime, nullable=False),
)

# A ticket on paper that came into a chat: once, whoever else has a picture of it.
paper_claim = Table(
    "paper_claim",
    metadata,
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Column("giver_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("taker_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
)

drawer = Table(
    "drawer",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("clerk_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("float_minor", BigInt, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("expected_minor", BigInt),  # float and the journal's cash, when it was counted
    Column("counted_minor", BigInt),
    Column("closed_at", UtcDateTime),
    Column("signed_by", BigInt, ForeignKey("person.id")),
    Column("signed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_in_use = drawer.c.closed_at.is_(None)
Index("uq_drawer_open", drawer.c.clerk_id, unique=True, sqlite_where=_in_use, postgresql_where=_in_use)

drawer_pay_out = Table(
    "drawer_pay_out",
    metadata,
    key(),
    Column("drawer_id", BigInt, ForeignKey("drawer.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("amount_minor", BigInt, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)
