"""Who is on duty where; lists; lost property.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shift",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("planned_for", _BIG, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("starts_at", _WHEN, nullable=False),
        sa.Column("ends_at", _WHEN, nullable=False),
        sa.Column("on_at", _WHEN, nullable=False),
        sa.Column("off_at", _WHEN, nullable=False),
        sa.Column("zones", sa.Text()),
        sa.Column("gate_id", _BIG),
        sa.Column("first_aider", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("offered_at", _WHEN),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("page_due_at", _WHEN),
        sa.Column("answered_at", _WHEN),
        sa.Column("withdrawn_at", _WHEN),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_shift_venue_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_shift_person_id"),
        sa.ForeignKeyConstraint(["planned_for"], ["person.id"], name="fk_shift_planned_for"),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name="fk_shift_gate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
        sqlite_autoincrement=True,
    )
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_shift_planned",
        "shift",
        ["venue_id", "planned_for", "role", "starts_at"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index("ix_shift_venue", "shift", ["venue_id", "off_at"])
    op.create_index("ix_shift_person", "shift", ["person_id", "off_at"])
    due = sa.text("page_due_at IS NOT NULL")
    op.create_index("ix_shift_page_due", "shift", ["page_due_at"], sqlite_where=due, postgresql_where=due)


def downgrade() -> None:
    op.drop_table("shift")
