"""What is paid ahead or costs some people less: vouchers, memberships, groups, tickets handed out by one link."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

voucher_rules = Table(
    "voucher_rules",
    metadata,
    Column("id", BigInt, primary_key=True, autoincrement=False),  # one row, id 1
    Column("months", Integer, nullable=False),  # how long one is good
    Column("amounts", Json, nullable=False),  # minor units; none: not sold in the chat
    Column("currency", String(3), nullable=False),
)

voucher = Table(
    "voucher",
    metadata,
    key(),
    Column("code", String(16), nullable=False, unique=True),
    Column("amount_minor", BigInt, nullable=False),  # when it was made; what is left is counted from its uses
    Column("currency", String(3), nullable=False),
    Column("holder_id", BigInt, ForeignKey("person.id"), index=True),  # in whose list it stands
    Column("made_by", BigInt, ForeignKey("person.id")),  # at the window, or as goodwill
    Column("reason", Text, nullable=False, server_default=""),  # of goodwill
    Column("charge_id", BigInt, ForeignKey("charge.id"), unique=True),  # what it was bought with; none: goodwill
    Column("valid_until", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

# Somebody wants to buy one and pay outside the messenger: the first money buys it, any other goes back.
voucher_sale = Table(
    "voucher_sale",
    metadata,
    key(),
    Column("buyer_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("charge_id", BigInt, ForeignKey("charge.id"), unique=True),  # what it was bought with
    sqlite_autoincrement=True,
)
_unpaid = voucher_sale.c.charge_id.is_(None)
Index(
    "uq_voucher_sale_unpaid",
    voucher_sale.c.buyer_id,
    voucher_sale.c.currency,
    voucher_sale.c.amount_minor,
    unique=True,
    sqlite_where=_unpaid,
    postgresql_where=_unpaid,
)

voucher_use = Table(
    "voucher_use",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("voucher_id", BigInt, ForeignKey("voucher.id"), primary_key=True, autoincrement=False, index=True),
    Column("amount_minor", BigInt, nullable=False),
    Column("charge_id", BigInt, ForeignKey("charge.id"), unique=True),  # once the order is paid
    Column("at", UtcDateTime, nullable=False),
)

member_tier = Table(
    "member_tier",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("percent", Integer, nullable=False),  # off each place; 0: the prices below
    Column("prices", Json, nullable=False),  # category → minor units
    Column("per_performance", Integer, nullable=False),
    Column("created_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

membership = Table(
    "membership",
    metadata,
    key(),
    Column("tier_id", BigInt, ForeignKey("member_tier.id"), nullable=False, index=True),
    Column("number", String(24), nullable=False, server_default=""),  # in the house's own list
    Column("person_id", BigInt, ForeignKey("person.id"), index=True),  # None: the link has not been opened
    Column("valid_until", UtcDateTime, nullable=False),
    Column("granted_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    sqlite_autoincrement=True,
)

member_price = Table(
    "member_price",
    metadata,
    Column("order_line_id", BigInt, ForeignKey("order_line.id"), primary_key=True, autoincrement=False),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, index=True),
    Column("membership_id", BigInt, ForeignKey("membership.id"), nullable=False, index=True),
    Column("off_minor", BigInt, nullable=False),
)

group_order = Table(
    "group_order",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("block_id", BigInt, ForeignKey("block.id"), nullable=False, index=True),
)

# One link for the tickets of an order: a present takes all of them, a group's member one.
handout = Table(
    "handout",
    metadata,
    key(),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, unique=True),
    Column("giver_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("kind", String(8), nullable=False),  # gift | group
    Column("message", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
