"""Help from one's seat, drinks for the interval, enquiries at the window."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

# As it was imported; its row is also what whoever counts stock or gives out numbers holds the lock of.
assistance_house = Table(
    "assistance_house",
    metadata,
    Column("venue_id", BigInt, ForeignKey("venue.id"), primary_key=True, autoincrement=False),
    Column("document", Json, nullable=False),
)

help_request = Table(
    "help_request",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), nullable=False),
    Column("zone", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False),  # asked | coming | here | done | cancelled
    Column("asked_at", UtcDateTime, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
    Column("voice", Text, nullable=False, server_default=""),  # the messenger's file id
    Column("step", Integer, nullable=False, server_default="0"),
    Column("page_due_at", UtcDateTime),
    Column("taken_by", BigInt, ForeignKey("person.id")),
    Column("taken_at", UtcDateTime),
    Column("here_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_open = help_request.c.state.in_(("asked", "coming", "here"))
Index(
    "uq_help_request_open",
    help_request.c.person_id,
    help_request.c.performance_id,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index("ix_help_request_person", help_request.c.person_id, help_request.c.asked_at)
_due = help_request.c.page_due_at.is_not(None)
Index("ix_help_request_due", help_request.c.page_due_at, sqlite_where=_due, postgresql_where=_due)

menu_item = Table(
    "menu_item",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("name", Json, nullable=False),
    Column("price_minor", BigInt, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_rate_bp", Integer, nullable=False),
    Column("allergens", Json, nullable=False),
    Column("stock", Integer),  # NULL: not counted
    Column("sold_out", Boolean, nullable=False, server_default=false()),
    Column("offered", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("venue_id", "key"),
    sqlite_autoincrement=True,
)

drink_order = Table(
    "drink_order",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("state", String(12), nullable=False),  # cart | paying | new | ready | handed | cancelled
    Column("made_at", UtcDateTime, nullable=False),
    Column("number", Integer),
    Column("charge_id", BigInt, ForeignKey("charge.id")),
    Column("until", UtcDateTime),
    Column("told_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("ended_by", BigInt, ForeignKey("person.id")),
    UniqueConstraint("performance_id", "number"),
    UniqueConstraint("charge_id"),
    sqlite_autoincrement=True,
)
_cart = drink_order.c.state.in_(("cart", "paying"))
Index(
    "uq_drink_order_cart",
    drink_order.c.person_id,
    drink_order.c.performance_id,
    unique=True,
    sqlite_where=_cart,
    postgresql_where=_cart,
)
Index("ix_drink_order_person", drink_order.c.person_id, drink_order.c.performance_id)
_standing = drink_order.c.state.in_(("paying", "new", "ready"))
Index("ix_drink_order_standing", drink_order.c.id, sqlite_where=_standing, postgresql_where=_standing)

drink_line = Table(
    "drink_line",
    metadata,
    Column("order_id", BigInt, ForeignKey("drink_order.id"), nullable=False),
    Column("item_id", BigInt, ForeignKey("menu_item.id"), nullable=False),
    Column("count", Integer, nullable=False),
    Column("price_minor", BigInt, nullable=False),  # of one
    Column("currency", String(3), nullable=False),
    Column("tax_rate_bp", Integer, nullable=False),
    PrimaryKeyConstraint("order_id", "item_id"),
)

drink_receipt = Table(
    "drink_receipt",
    metadata,
    key(),  # the receipt's number: ascending, never given out twice
    Column("order_id", BigInt, ForeignKey("drink_order.id"), nullable=False, unique=True),
    Column("issued_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

enquiry = Table(
    "enquiry",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("state", String(12), nullable=False),  # waiting | taken | closed
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answerable_at", UtcDateTime, nullable=False),
    Column("taken_by", BigInt, ForeignKey("person.id")),
    Column("answered_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_unclosed = enquiry.c.state.in_(("waiting", "taken"))
Index("uq_enquiry_open", enquiry.c.person_id, unique=True, sqlite_where=_unclosed, postgresql_where=_unclosed)
Index("ix_enquiry_venue", enquiry.c.venue_id, enquiry.c.asked_at)

enquiry_word = Table(
    "enquiry_word",
    metadata,
    key(),
    Column("enquiry_id", BigInt, ForeignKey("enquiry.id"), nullable=False, index=True),
    Column("author_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("by_house", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
