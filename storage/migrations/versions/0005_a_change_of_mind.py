"""Tickets given up, changed and sold again.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)
_LISTED = sa.text("listed_at IS NOT NULL")
_TAKEN = sa.text("taker_id IS NOT NULL")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_payment",
        sa.Column("ticket_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("charge_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_ticket_payment_charge_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_payment_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "charge_id", name=op.f("pk_ticket_payment")),
    )
    op.create_index(op.f("ix_ticket_payment_charge_id"), "ticket_payment", ["charge_id"])
    # Until now one charge paid for an order, so it paid each ticket's price.
    op.execute("""
        INSERT INTO ticket_payment (ticket_id, charge_id, amount_minor)
        SELECT t.id, c.id, l.price_minor FROM ticket t JOIN order_line l ON l.id = t.order_line_id
            JOIN charge c ON c.order_id = t.order_id AND c.fate = 'tickets'
        WHERE l.price_minor > 0""")
    op.create_table(
        "refund_line",
        sa.Column("refund_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("fee_minor", _BIG, nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_refund_line_refund_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_refund_line_ticket_id")),
        sa.PrimaryKeyConstraint("refund_id", "ticket_id", name=op.f("pk_refund_line")),
    )
    op.create_index(op.f("ix_refund_line_ticket_id"), "refund_line", ["ticket_id"])
    op.create_table(
        "return_policy",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("cancel_hours", sa.Integer()),
        sa.Column("fee_minor", _BIG, nullable=False),
        sa.Column("fee_percent", sa.Integer(), nullable=False),
        sa.Column("change_hours", sa.Integer()),
        sa.Column("resale", sa.String(length=12), nullable=False),
        sa.Column("resale_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_return_policy")),
    )
    op.create_table(
        "seat_change",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("ticket_id", _BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name=op.f("fk_seat_change_order_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_seat_change_ticket_id")),
        sa.PrimaryKeyConstraint("order_id", "ticket_id", name=op.f("pk_seat_change")),
    )
    op.create_index(op.f("ix_seat_change_ticket_id"), "seat_change", ["ticket_id"])
    op.add_column("performance", sa.Column("returns", sa.String(length=64), server_default="", nullable=False))
    op.add_column("ticket_order", sa.Column("credit_minor", _BIG))
    op.add_column("ticket", sa.Column("listed_at", _WHEN))
    op.add_column("ticket", sa.Column("offered_at", _WHEN))
    op.create_index(
        "ix_ticket_listed",
        "ticket",
        ["performance_id", "place"],
        sqlite_where=_LISTED,
        postgresql_where=_LISTED,
    )
    op.create_index(
        "ix_hand_on_taken",
        "hand_on",
        ["ticket_id", "id"],
        sqlite_where=_TAKEN,
        postgresql_where=_TAKEN,
    )
    op.add_column("refund", sa.Column("proof", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("refund", "proof")
    op.drop_index("ix_hand_on_taken", table_name="hand_on")
    op.drop_index("ix_ticket_listed", table_name="ticket")
    op.drop_column("ticket", "offered_at")
    op.drop_column("ticket", "listed_at")
    op.drop_column("ticket_order", "credit_minor")
    op.drop_column("performance", "returns")
    op.drop_table("seat_change")
    op.drop_table("return_policy")
    op.drop_table("refund_line")
    op.drop_table("ticket_payment")
