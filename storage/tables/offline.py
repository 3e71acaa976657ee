"""What the scanner page sends, each scan once; and lines of the log that let in whom they should not have."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from storage.tables.base import BigInt, UtcDateTime, metadata

door_scan = Table(
    "door_scan",
    metadata,
    Column("nonce", String(64), primary_key=True),
    Column("admission_id", BigInt, ForeignKey("admission.id"), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

door_fault = Table(
    "door_fault",
    metadata,
    Column("admission_id", BigInt, ForeignKey("admission.id"), primary_key=True, autoincrement=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # an outcome: already_in (a double), revoked, refunded, …
)
