"""What the door keeps: sessions, uploads, exits.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_WHEN = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("door_post", sa.Column("mode", sa.String(8), nullable=False, server_default="in"))
    op.add_column("admission", sa.Column("left_at", _WHEN))
    op.add_column("admission", sa.Column("channel", sa.String(8), nullable=False, server_default="scan"))
    op.add_column("performance", sa.Column("run_since", _WHEN))
    op.add_column("performance", sa.Column("latecomers_until", _WHEN))
    op.create_table(
        "door_scan",
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("admission_id", _ID, nullable=False),
        sa.Column("received_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_door_scan")),
        sa.ForeignKeyConstraint(["admission_id"], ["admission.id"], name=op.f("fk_door_scan_admission_id")),
    )
    op.create_table(
        "door_fault",
        sa.Column("admission_id", _ID, autoincrement=False, nullable=False),
        sa.Column("performance_id", _ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("admission_id", name=op.f("pk_door_fault")),
        sa.ForeignKeyConstraint(["admission_id"], ["admission.id"], name=op.f("fk_door_fault_admission_id")),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name=op.f("fk_door_fault_performance_id")),
    )
    op.create_index(op.f("ix_door_fault_performance_id"), "door_fault", ["performance_id"])


def downgrade() -> None:
    op.drop_table("door_fault")
    op.drop_table("door_scan")
    op.drop_column("performance", "latecomers_until")
    op.drop_column("performance", "run_since")
    op.drop_column("admission", "channel")
    op.drop_column("admission", "left_at")
    op.drop_column("door_post", "mode")
