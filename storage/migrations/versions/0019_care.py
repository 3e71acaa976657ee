"""What is paid for drinks has a receipt with a number of its own.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "drink_receipt",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", _BIG, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["drink_order.id"], name="fk_drink_receipt_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drink_receipt"),
        sa.UniqueConstraint("order_id", name="uq_drink_receipt_order_id"),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO drink_receipt (order_id, issued_at) SELECT o.id, c.captured_at FROM drink_order o"
        " JOIN charge c ON c.id = o.charge_id ORDER BY c.captured_at, o.id"
    )


def downgrade() -> None:
    op.drop_table("drink_receipt")
