"""Checkouts outside the messenger; paying together; exports.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "checkout",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", _BIG, nullable=False),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(32), nullable=False),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        sa.Column("next_look_at", _WHEN),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("provider_reference", sa.String(255), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("charge_id", _BIG),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name="fk_checkout_order_id"),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name="fk_checkout_charge_id"),
        sa.PrimaryKeyConstraint("id", name="pk_checkout"),
        sa.UniqueConstraint("reference", name="uq_checkout_reference"),
        sqlite_autoincrement=True,
    )
    standing = sa.text("state IN ('asked', 'open')")
    op.create_index("ix_checkout_order_id", "checkout", ["order_id"])
    op.create_index(
        "uq_checkout_standing",
        "checkout",
        ["order_id", "way"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    to_look_at = sa.text("next_look_at IS NOT NULL")
    op.create_index(
        "ix_checkout_due", "checkout", ["next_look_at"], sqlite_where=to_look_at, postgresql_where=to_look_at
    )
    op.create_table(
        "foreign_charge",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("provider_charge_id", sa.String(128), nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("captured_at", _WHEN, nullable=False),
        sa.Column("found_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_foreign_charge"),
        sa.UniqueConstraint("provider", "provider_charge_id", name="uq_foreign_charge_provider_provider_charge_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shared_seat",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("host_id", _BIG, nullable=False),
        sa.Column("host_order_id", _BIG, nullable=False),
        sa.Column("order_id", _BIG, nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("taken_at", _WHEN),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name="fk_shared_seat_host_id"),
        sa.ForeignKeyConstraint(["host_order_id"], ["ticket_order.id"], name="fk_shared_seat_host_order_id"),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name="fk_shared_seat_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shared_seat"),
        sa.UniqueConstraint("order_id", name="uq_shared_seat_order_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shared_seat_host_id", "shared_seat", ["host_id"])
    op.create_index("ix_shared_seat_host_order_id", "shared_seat", ["host_order_id"])


def downgrade() -> None:
    op.drop_table("shared_seat")
    op.drop_table("foreign_charge")
    op.drop_table("checkout")
