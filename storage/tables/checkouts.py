"""Checkouts outside the messenger, money at a provider's that nobody here knows of, and what daily bills say."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import BigInt, UtcDateTime, key, metadata

checkout = Table(
    "checkout",
    metadata,
    key(),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), index=True),  # what is to be paid: an order
    Column("voucher_sale_id", BigInt, ForeignKey("voucher_sale.id"), index=True),  # or a voucher
    Column("provider", String(16), nullable=False),
    Column("way", String(16), nullable=False),
    Column("reference", String(32), nullable=False, unique=True),
    Column("title", String(64), nullable=False),
    Column("state", String(8), nullable=False),  # asked | open | paid | closed
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("next_look_at", UtcDateTime),  # NULL: there is nothing left to ask the provider
    Column("looks", Integer, nullable=False, server_default="0"),
    Column("provider_reference", String(255), nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("charge_id", BigInt, ForeignKey("charge.id")),
    sqlite_autoincrement=True,
)
_standing = checkout.c.state.in_(("asked", "open"))
Index(
    "uq_checkout_standing",
    checkout.c.order_id,
    checkout.c.way,
    unique=True,
    sqlite_where=_standing,
    postgresql_where=_standing,
)
_to_look_at = checkout.c.next_look_at.is_not(None)
Index("ix_checkout_due", checkout.c.next_look_at, sqlite_where=_to_look_at, postgresql_where=_to_look_at)

foreign_charge = Table(
    "foreign_charge",
    metadata,
    key(),
    Column("provider", String(16), nullable=False),
    Column("provider_charge_id", String(128), nullable=False),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    UniqueConstraint("provider", "provider_charge_id"),
    sqlite_autoincrement=True,
)

provider_bill = Table(
    "provider_bill",
    metadata,
    key(),
    Column("provider", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("next_try_at", UtcDateTime),  # NULL: compared
    Column("fate", String(8), nullable=False, server_default=""),  # a BillFate; empty: not settled yet
    UniqueConstraint("provider", "day"),
    sqlite_autoincrement=True,
)

# A refund that a daily bill lists. refund_id NULL: we have asked for none under this number.
listed_refund = Table(
    "listed_refund",
    metadata,
    key(),
    Column("charge_id", BigInt, ForeignKey("charge.id"), nullable=False),
    Column("number", String(128), nullable=False),
    Column("refund_id", BigInt, ForeignKey("refund.id"), index=True),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("day", Date, nullable=False),
    UniqueConstraint("charge_id", "number"),
    sqlite_autoincrement=True,
)
