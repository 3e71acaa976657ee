"""Which daily bills of payment providers have been compared.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "provider_bill",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_provider_bill"),
        sa.UniqueConstraint("provider", "day", name="uq_provider_bill_provider_day"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("provider_bill")
