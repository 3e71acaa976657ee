"""Seats of a hold that friends pay for, each with an order of its own."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from storage.tables.base import BigInt, UtcDateTime, key, metadata

shared_seat = Table(
    "shared_seat",
    metadata,
    key(),
    Column("host_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("host_order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, index=True),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime),
    sqlite_autoincrement=True,
)
