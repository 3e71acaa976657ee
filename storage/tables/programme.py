"""The house and its programme: venues, halls, gates, plan versions, events, performances, prices."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

organisation = Table(
    "organisation",
    metadata,
    key(),  # one row, id 1
    Column("name", Json, nullable=False),
    sqlite_autoincrement=True,
)

venue = Table(
    "venue",
    metadata,
    key(),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", Json, nullable=False),
    Column("address", Json, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    sqlite_autoincrement=True,
)

hall = Table(
    "hall",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False, index=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", Json, nullable=False),
    Column("zones", Json, nullable=False),  # names for the zones of its plans
    sqlite_autoincrement=True,
)

gate = Table(
    "gate",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("name", Json, nullable=False),
    Column("directions", Json, nullable=False),
    Column("step_free", Json, nullable=False),
    UniqueConstraint("venue_id", "key"),
    sqlite_autoincrement=True,
)

hall_gate = Table(
    "hall_gate",
    metadata,
    Column("hall_id", BigInt, ForeignKey("hall.id"), primary_key=True),
    Column("zone", String(100), primary_key=True),  # "*": every zone that is not named
    Column("gate_id", BigInt, ForeignKey("gate.id"), nullable=False),
)

concession = Table(
    "concession",
    metadata,
    key(),
    Column("key", String(64), nullable=False, unique=True),
    Column("rank", Integer, nullable=False),
    Column("name", Json, nullable=False),
    Column("needs_proof", Boolean, nullable=False),
    Column("proof", Json, nullable=False),
    sqlite_autoincrement=True,
)

# A version is never changed: what was sold on it must stay readable.
seating_plan = Table(
    "seating_plan",
    metadata,
    key(),
    Column("hall_id", BigInt, ForeignKey("hall.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("places", Integer, nullable=False),
    Column("document", Json, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    UniqueConstraint("hall_id", "version"),
    UniqueConstraint("hall_id", "content_hash"),
    sqlite_autoincrement=True,
)

event = Table(
    "event",
    metadata,
    key(),
    Column("key", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("title", Json, nullable=False),
    Column("summary", Json, nullable=False),
    Column("description", Json, nullable=False),
    Column("duration_minutes", Integer, nullable=False),
    Column("age_from", Integer, nullable=False),
    Column("spoken_language", String(35), nullable=False),
    Column("poster", String(64), nullable=False),
    Column("search_text", Text, nullable=False),
    sqlite_autoincrement=True,
)

performance = Table(
    "performance",
    metadata,
    key(),
    Column("key", String(64), nullable=False, unique=True),
    Column("event_id", BigInt, ForeignKey("event.id"), nullable=False),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("hall_id", BigInt, ForeignKey("hall.id"), nullable=False),
    Column("plan_id", BigInt, ForeignKey("seating_plan.id")),  # NULL: numbered places without seats
    Column("capacity", Integer, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("doors_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("sales_open_at", UtcDateTime, nullable=False),
    Column("sales_close_at", UtcDateTime, nullable=False),
    Column("run_state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("step_free", Boolean, nullable=False),
    Column("captioned", Boolean, nullable=False),
    Column("relaxed", Boolean, nullable=False),
    Column("surtitles", String(200), nullable=False),  # BCP 47 tags as ",zh,en,", so that one can be searched
    Column("latecomers", String(16), nullable=False),
    Column("purchase_limit", Integer, nullable=False),
    Column("timed_entry", Boolean, nullable=False),
    Column("run_since", UtcDateTime),  # when people last set the run state; NULL: never
    Column("latecomers_until", UtcDateTime),  # latecomers are let in until then, whatever the policy
    Column("returns", String(64), nullable=False, server_default=""),  # key of a return policy
    sqlite_autoincrement=True,
)
Index("ix_performance_starts_at", performance.c.starts_at, performance.c.id)
Index("ix_performance_event_id", performance.c.event_id, performance.c.starts_at)
Index("ix_performance_ends_at", performance.c.ends_at)
Index("ix_performance_sales_open_at", performance.c.sales_open_at)

# What people may do who change their mind. Each line of an order keeps the one that it was sold under.
return_policy = Table(
    "return_policy",
    metadata,
    Column("key", String(64), primary_key=True),  # '': the house's usual one
    Column("cancel_hours", Integer),  # before the start; NULL: not at all
    Column("fee_minor", BigInt, nullable=False),
    Column("fee_percent", Integer, nullable=False),
    Column("change_hours", Integer),
    Column("resale", String(12), nullable=False),  # never | sold_out | always
    Column("resale_hours", Integer, nullable=False),
)

price = Table(
    "price",
    metadata,
    Column("performance_id", BigInt, ForeignKey("performance.id"), primary_key=True),
    Column("category", String(100), primary_key=True),  # '' where there are no seats
    Column("concession_id", BigInt, ForeignKey("concession.id"), primary_key=True),
    Column("rank", Integer, nullable=False),  # the order in which they are shown
    Column("amount_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_rate_bp", Integer, nullable=False),
)
