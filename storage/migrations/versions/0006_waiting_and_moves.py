"""The waiting list; performances moved or cancelled; promotion codes.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("state IN ('waiting', 'offered')")
_OPEN = sa.text("ended_at IS NULL")
_DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("until", _WHEN, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("joined_at", _WHEN, nullable=False),
        sa.Column("closed_at", _WHEN),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name=op.f("fk_waiting_performance_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_waiting_stands",
        "waiting",
        ["person_id", "performance_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_index(
        "ix_waiting_queue", "waiting", ["performance_id", "id"], sqlite_where=_STANDS, postgresql_where=_STANDS
    )
    op.create_table(
        "waiting_offer",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("waiting_id", _BIG, nullable=False),
        sa.Column("offered_at", _WHEN, nullable=False),
        sa.Column("taken_at", _WHEN),
        sa.Column("ended_at", _WHEN),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name=op.f("fk_waiting_offer_order_id")),
        sa.ForeignKeyConstraint(["waiting_id"], ["waiting.id"], name=op.f("fk_waiting_offer_waiting_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_waiting_offer")),
    )
    op.create_index(
        "uq_waiting_offer_open",
        "waiting_offer",
        ["waiting_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "run_change",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("decided_by", _BIG, nullable=False),
        sa.Column("decided_at", _WHEN, nullable=False),
        sa.Column("was_at", _WHEN, nullable=False),
        sa.Column("call_after", _WHEN, nullable=False),
        sa.Column("refund_after", _WHEN),
        sa.Column("due_at", _WHEN),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("holders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name=op.f("fk_run_change_performance_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_run_change_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_run_change_performance_id"), "run_change", ["performance_id"])
    op.create_index("ix_run_change_due", "run_change", ["due_at"], sqlite_where=_DUE, postgresql_where=_DUE)
    op.create_table(
        "run_told",
        sa.Column("change_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("told_at", _WHEN, nullable=False),
        sa.Column("answer", sa.String(length=8), server_default="", nullable=False),
        sa.Column("answered_at", _WHEN),
        sa.Column("called_at", _WHEN),
        sa.Column("called_by", _BIG),
        sa.ForeignKeyConstraint(["change_id"], ["run_change.id"], name=op.f("fk_run_told_change_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_run_told_person_id")),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_run_told_called_by")),
        sa.PrimaryKeyConstraint("change_id", "person_id", name=op.f("pk_run_told")),
    )
    op.create_index(op.f("ix_run_told_person_id"), "run_told", ["person_id"])
    op.create_table(
        "promotion",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("per_person", sa.Integer(), nullable=False),
        sa.Column("valid_until", _WHEN, nullable=False),
        sa.Column("performances", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("created_by", _BIG, nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("withdrawn_at", _WHEN),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_promotion_venue_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_promotion_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
        sa.UniqueConstraint("code", name=op.f("uq_promotion_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promotion_use",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("promotion_id", _BIG, nullable=False),
        sa.Column("off_minor", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name=op.f("fk_promotion_use_order_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_use_promotion_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_promotion_use")),
    )
    op.create_index(op.f("ix_promotion_use_promotion_id"), "promotion_use", ["promotion_id"])


def downgrade() -> None:
    for table in ("promotion_use", "promotion", "run_told", "run_change", "waiting_offer", "waiting"):
        op.drop_table(table)
