"""The evening: run log and report, reminders, visits with their cards, gates that are closed, held items.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "run_entry",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("before_since", _WHEN),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("by_id", _BIG, nullable=False),
        sa.Column("reason", sa.String(16), server_default="", nullable=False),
        sa.Column("undone_at", _WHEN),
        sa.Column("undone_by", _BIG),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_run_entry_performance_id"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_run_entry_by_id"),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name="fk_run_entry_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_run_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_entry_performance_id", "run_entry", ["performance_id"])
    op.create_table(
        "show_report",
        sa.Column("performance_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_show_report_performance_id"),
        sa.PrimaryKeyConstraint("performance_id", name="pk_show_report"),
    )
    op.create_index("ix_show_report_made_at", "show_report", ["made_at"])
    op.create_table(
        "quiet_hours",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quiet_hours"),
    )
    op.create_table(
        "reminder_choice",
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_reminder_choice_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_reminder_choice"),
    )
    op.create_table(
        "visit",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("shown", sa.String(80), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_visit_person_id"),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_visit_performance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.UniqueConstraint("person_id", "performance_id", name="uq_visit_person_id_performance_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_visit_performance_id", "visit", ["performance_id"])
    op.create_table(
        "closed_gate",
        sa.Column("gate_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("instead_id", _BIG, nullable=False),
        sa.Column("closed_at", _WHEN, nullable=False),
        sa.Column("closed_by", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name="fk_closed_gate_gate_id"),
        sa.ForeignKeyConstraint(["instead_id"], ["gate.id"], name="fk_closed_gate_instead_id"),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name="fk_closed_gate_closed_by"),
        sa.PrimaryKeyConstraint("gate_id", name="pk_closed_gate"),
    )
    op.create_table(
        "held_item",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("gate_id", _BIG),
        sa.Column("kept_at", _WHEN, nullable=False),
        sa.Column("kept_by", _BIG, nullable=False),
        sa.Column("returned_at", _WHEN),
        sa.Column("returned_by", _BIG),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_held_item_performance_id"),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name="fk_held_item_gate_id"),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name="fk_held_item_kept_by"),
        sa.ForeignKeyConstraint(["returned_by"], ["person.id"], name="fk_held_item_returned_by"),
        sa.PrimaryKeyConstraint("id", name="pk_held_item"),
        sa.UniqueConstraint("performance_id", "number", name="uq_held_item_performance_id_number"),
        sqlite_autoincrement=True,
    )
    kept = sa.text("returned_at IS NULL")
    op.create_index("ix_held_item_kept", "held_item", ["performance_id"], sqlite_where=kept, postgresql_where=kept)


def downgrade() -> None:
    for table in ("held_item", "closed_gate", "visit", "reminder_choice", "quiet_hours", "show_report", "run_entry"):
        op.drop_table(table)
