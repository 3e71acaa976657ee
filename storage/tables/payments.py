"""Charges, refunds, receipts and the journal."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import BigInt, UtcDateTime, key, metadata

charge = Table(
    "charge",
    metadata,
    key(),
    Column("provider", String(16), nullable=False),
    Column("provider_charge_id", String(128), nullable=False),
    Column("channel_charge_id", String(128), nullable=False, server_default=""),  # Telegram's own id
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), index=True),
    Column("payer_id", BigInt, ForeignKey("person.id")),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("fate", String(12), nullable=False),  # a ChargeFate
    UniqueConstraint("provider", "provider_charge_id"),
    sqlite_autoincrement=True,
)

refund = Table(
    "refund",
    metadata,
    key(),
    Column("charge_id", BigInt, ForeignKey("charge.id"), nullable=False, index=True),
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("state", String(12), nullable=False),  # requested | submitted | confirmed | failed
    Column("provider_refund_id", String(128)),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("next_try_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("proof", Text, nullable=False, server_default=""),  # of one made by hand: a reference, no names
    sqlite_autoincrement=True,
)
_moving = refund.c.state.in_(("requested", "submitted"))
Index("ix_refund_due", refund.c.next_try_at, sqlite_where=_moving, postgresql_where=_moving)

# Which charge paid how much of which ticket: what is not a live ticket's any more was kept or went back.
ticket_payment = Table(
    "ticket_payment",
    metadata,
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Column("charge_id", BigInt, ForeignKey("charge.id"), primary_key=True, autoincrement=False, index=True),
    Column("amount_minor", BigInt, nullable=False),
)

refund_line = Table(
    "refund_line",
    metadata,
    Column("refund_id", BigInt, ForeignKey("refund.id"), primary_key=True, autoincrement=False),
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), primary_key=True, autoincrement=False, index=True),
    Column("amount_minor", BigInt, nullable=False),
    Column("fee_minor", BigInt, nullable=False),  # what the house keeps
    Column("tax_rate_bp", Integer, nullable=False),
)

journal_entry = Table(
    "journal_entry",
    metadata,
    key(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # charge | refund | void, fee_kept | complimentary …
    Column("method", String(16), nullable=False),
    Column("amount_minor", BigInt, nullable=False),  # in is positive, out is negative
    Column("currency", String(3), nullable=False),
    Column("tax_rate_bp", Integer, nullable=False, server_default="0"),
    Column("tax_minor", BigInt, nullable=False, server_default="0"),
    Column("performance_id", BigInt, ForeignKey("performance.id")),
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), index=True),
    Column("charge_id", BigInt, ForeignKey("charge.id"), index=True),
    Column("refund_id", BigInt, ForeignKey("refund.id")),
    Column("clerk_id", BigInt, ForeignKey("person.id")),
    Column("drawer_id", BigInt, ForeignKey("drawer.id")),  # whose cash it became, or was
    Column("voucher_id", BigInt, ForeignKey("voucher.id")),  # what the house owes for it became more or less
    sqlite_autoincrement=True,
)

_of_drawer = journal_entry.c.drawer_id.is_not(None)
Index("ix_journal_entry_drawer", journal_entry.c.drawer_id, sqlite_where=_of_drawer, postgresql_where=_of_drawer)

_of_voucher = journal_entry.c.voucher_id.is_not(None)
Index("ix_journal_entry_voucher", journal_entry.c.voucher_id, sqlite_where=_of_voucher, postgresql_where=_of_voucher)

receipt = Table(
    "receipt",
    metadata,
    key(),  # the receipt's number: ascending, never given out twice
    Column("order_id", BigInt, ForeignKey("ticket_order.id"), nullable=False, unique=True),
    Column("issued_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
