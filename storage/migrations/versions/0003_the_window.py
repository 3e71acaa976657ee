"""What the window keeps: sales, reservations, presents, contacts, drawers.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "window_rules",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("reserve", sa.Boolean(), nullable=False),
        sa.Column("reserve_hours", sa.Integer(), nullable=False),
        sa.Column("reserve_minutes_before", sa.Integer(), nullable=False),
        sa.Column("complimentary_most", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_rules")),
    )
    op.create_table(
        "window_sale",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("clerk_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("buyer_id", _BIG, nullable=False),
        sa.Column("block_id", _BIG),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("closed_at", _WHEN),
        sa.ForeignKeyConstraint(["clerk_id"], ["person.id"], name=op.f("fk_window_sale_clerk_id")),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name=op.f("fk_window_sale_performance_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["person.id"], name=op.f("fk_window_sale_buyer_id")),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_window_sale_block_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_sale")),
        sa.UniqueConstraint("buyer_id", name=op.f("uq_window_sale_buyer_id")),
        sqlite_autoincrement=True,
    )
    _open_one("window_sale", "uq_window_sale_open")
    op.create_index("ix_window_sale_clerk", "window_sale", ["clerk_id", "id"])
    op.create_table(
        "reservation",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name=op.f("fk_reservation_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("code", name=op.f("uq_reservation_code")),
    )
    op.create_table(
        "complimentary",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("clerk_id", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("value_minor", _BIG, nullable=False),
        sa.Column("given_at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name=op.f("fk_complimentary_order_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["person.id"], name=op.f("fk_complimentary_clerk_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_complimentary")),
    )
    op.create_index(op.f("ix_complimentary_clerk_id"), "complimentary", ["clerk_id"])
    op.create_table(
        "contact",
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.String(32), server_default="", nullable=False),
        sa.Column("mail", sa.Text(), server_default="", nullable=False),
        sa.Column("left_at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contact")),
    )
    op.create_table(
        "paper_claim",
        sa.Column("ticket_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("giver_id", _BIG, nullable=False),
        sa.Column("taker_id", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_paper_claim_ticket_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_paper_claim_giver_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_paper_claim_taker_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_paper_claim")),
    )
    op.create_index(op.f("ix_paper_claim_taker_id"), "paper_claim", ["taker_id"])
    _create_drawers()
    _book_into_drawers()
    _unpaid_orders("state IN ('held', 'paying', 'reserved')")


def downgrade() -> None:
    # What is reserved has no place in the older version: it is closed as the clock would.
    op.execute("DELETE FROM claim WHERE kind = 'reservation'")
    op.execute("UPDATE ticket_order SET state = 'expired', closed_at = until, until = NULL WHERE state = 'reserved'")
    _unpaid_orders("state IN ('held', 'paying')")
    op.drop_index("ix_journal_entry_drawer", "journal_entry")
    with op.batch_alter_table("journal_entry", table_kwargs={"sqlite_autoincrement": True}) as journal:
        journal.drop_constraint(op.f("fk_journal_entry_drawer_id"), type_="foreignkey")
        journal.drop_column("drawer_id")
    for table in (
        "drawer_pay_out",
        "drawer",
        "paper_claim",
        "contact",
        "complimentary",
        "reservation",
        "window_sale",
        "window_rules",
    ):
        op.drop_table(table)


def _create_drawers() -> None:
    op.create_table(
        "drawer",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("clerk_id", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("float_minor", _BIG, nullable=False),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("expected_minor", _BIG),
        sa.Column("counted_minor", _BIG),
        sa.Column("closed_at", _WHEN),
        sa.Column("signed_by", _BIG),
        sa.Column("signed_at", _WHEN),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_drawer_venue_id")),
        sa.ForeignKeyConstraint(["clerk_id"], ["person.id"], name=op.f("fk_drawer_clerk_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_drawer_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawer")),
        sqlite_autoincrement=True,
    )
    _open_one("drawer", "uq_drawer_open")
    op.create_table(
        "drawer_pay_out",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("drawer_id", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["drawer_id"], ["drawer.id"], name=op.f("fk_drawer_pay_out_drawer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawer_pay_out")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_drawer_pay_out_drawer_id"), "drawer_pay_out", ["drawer_id"])


def _book_into_drawers() -> None:
    with op.batch_alter_table("journal_entry", table_kwargs={"sqlite_autoincrement": True}) as journal:
        journal.add_column(sa.Column("drawer_id", _BIG))
        journal.create_foreign_key(op.f("fk_journal_entry_drawer_id"), "drawer", ["drawer_id"], ["id"])
    where = sa.text("drawer_id IS NOT NULL")
    op.create_index(
        "ix_journal_entry_drawer", "journal_entry", ["drawer_id"], sqlite_where=where, postgresql_where=where
    )


def _unpaid_orders(predicate: str) -> None:
    """The two partial indexes on orders that are still to be paid."""
    where = sa.text(predicate)
    for name, columns, unique in (
        ("uq_ticket_order_unpaid", ["buyer_id", "performance_id"], True),
        ("ix_ticket_order_due", ["until"], False),
    ):
        op.drop_index(name, "ticket_order")
        op.create_index(name, "ticket_order", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _open_one(table: str, name: str) -> None:
    where = sa.text("closed_at IS NULL")
    op.create_index(name, table, ["clerk_id"], unique=True, sqlite_where=where, postgresql_where=where)
