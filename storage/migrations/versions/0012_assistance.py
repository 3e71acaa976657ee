"""Help, refreshments, enquiries.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "assistance_house",
        sa.Column("venue_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_assistance_house_venue_id"),
        sa.PrimaryKeyConstraint("venue_id", name="pk_assistance_house"),
    )
    op.create_table(
        "help_request",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("ticket_id", _BIG, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("voice", sa.Text(), server_default="", nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("page_due_at", _WHEN),
        sa.Column("taken_by", _BIG),
        sa.Column("taken_at", _WHEN),
        sa.Column("here_at", _WHEN),
        sa.Column("ended_at", _WHEN),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_help_request_venue_id"),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_help_request_performance_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_help_request_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_help_request_ticket_id"),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name="fk_help_request_taken_by"),
        sa.PrimaryKeyConstraint("id", name="pk_help_request"),
        sqlite_autoincrement=True,
    )
    where = sa.text("page_due_at IS NOT NULL")
    op.create_index("ix_help_request_due", "help_request", ["page_due_at"], sqlite_where=where, postgresql_where=where)
    op.create_index("ix_help_request_person", "help_request", ["person_id", "asked_at"])
    where = sa.text("state IN ('asked', 'coming', 'here')")
    op.create_index(
        "uq_help_request_open",
        "help_request",
        ["person_id", "performance_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "menu_item",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("price_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False),
        sa.Column("allergens", sa.Text(), nullable=False),
        sa.Column("stock", sa.Integer()),
        sa.Column("sold_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("offered", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_menu_item_venue_id"),
        sa.UniqueConstraint("venue_id", "key", name="uq_menu_item_venue_id_key"),
        sa.PrimaryKeyConstraint("id", name="pk_menu_item"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drink_order",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("charge_id", _BIG),
        sa.Column("until", _WHEN),
        sa.Column("told_at", _WHEN),
        sa.Column("ended_at", _WHEN),
        sa.Column("ended_by", _BIG),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_drink_order_venue_id"),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_drink_order_performance_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_drink_order_person_id"),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name="fk_drink_order_charge_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_drink_order_ended_by"),
        sa.UniqueConstraint("performance_id", "number", name="uq_drink_order_performance_id_number"),
        sa.UniqueConstraint("charge_id", name="uq_drink_order_charge_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drink_order"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drink_order_person", "drink_order", ["person_id", "performance_id"])
    where = sa.text("state IN ('paying', 'new', 'ready')")
    op.create_index("ix_drink_order_standing", "drink_order", ["id"], sqlite_where=where, postgresql_where=where)
    where = sa.text("state IN ('cart', 'paying')")
    op.create_index(
        "uq_drink_order_cart",
        "drink_order",
        ["person_id", "performance_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "drink_line",
        sa.Column("order_id", _BIG, nullable=False),
        sa.Column("item_id", _BIG, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("price_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["drink_order.id"], name="fk_drink_line_order_id"),
        sa.ForeignKeyConstraint(["item_id"], ["menu_item.id"], name="fk_drink_line_item_id"),
        sa.PrimaryKeyConstraint("order_id", "item_id", name="pk_drink_line"),
    )
    op.create_table(
        "enquiry",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("answerable_at", _WHEN, nullable=False),
        sa.Column("taken_by", _BIG),
        sa.Column("answered_at", _WHEN),
        sa.Column("closed_at", _WHEN),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_enquiry_venue_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_enquiry_person_id"),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name="fk_enquiry_taken_by"),
        sa.PrimaryKeyConstraint("id", name="pk_enquiry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_enquiry_venue", "enquiry", ["venue_id", "asked_at"])
    where = sa.text("state IN ('waiting', 'taken')")
    op.create_index(
        "uq_enquiry_open", "enquiry", ["person_id"], unique=True, sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "enquiry_word",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("enquiry_id", _BIG, nullable=False),
        sa.Column("author_id", _BIG, nullable=False),
        sa.Column("by_house", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name="fk_enquiry_word_enquiry_id"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_enquiry_word_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enquiry_word"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_enquiry_word_enquiry_id", "enquiry_word", ["enquiry_id"])


def downgrade() -> None:
    for name in (
        "enquiry_word",
        "enquiry",
        "drink_line",
        "drink_order",
        "menu_item",
        "help_request",
        "assistance_house",
    ):
        op.drop_table(name)
