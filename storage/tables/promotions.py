"""Promotion codes, and the orders that they were used for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

promotion = Table(
    "promotion",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("code", String(24), nullable=False, unique=True),
    Column("percent", Integer, nullable=False),  # off each place; 0: a sum off the order
    Column("minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("uses", Integer, nullable=False),  # orders in all
    Column("per_person", Integer, nullable=False),
    Column("valid_until", UtcDateTime, nullable=False),
    Column("performances", Json, nullable=False),  # ids; none: any at the venue
    Column("categories", Json, nullable=False),  # names; none: any
    Column("created_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("starts_at", UtcDateTime),  # none: good at once
    sqlite_autoincrement=True,
)

promotion_use = Table(
    "promotion_use",
    metadata,
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), primary_key=True, autoincrement=False),
    Column("promotion_id", BigInt, ForeignKey("promotion.id"), nullable=False, index=True),
    Column("off_minor", BigInt, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
