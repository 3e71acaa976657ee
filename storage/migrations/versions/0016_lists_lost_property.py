"""Opening, patrol and closing lists; lost property.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "venue_upkeep",
        sa.Column("venue_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        _to("venue_upkeep", "venue_id", "venue"),
        sa.PrimaryKeyConstraint("venue_id", name="pk_venue_upkeep"),
    )
    op.create_table(
        "list_run",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("list_key", sa.String(24), nullable=False),
        sa.Column("slot", _WHEN, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("due_at", _WHEN, nullable=False),
        sa.Column("told_at", _WHEN),
        sa.Column("ended_at", _WHEN),
        _to("list_run", "venue_id", "venue"),
        sa.PrimaryKeyConstraint("id", name="pk_list_run"),
        sa.UniqueConstraint("venue_id", "list_key", "slot", name="uq_list_run_venue_id_list_key_slot"),
        sqlite_autoincrement=True,
    )
    waits = sa.text("ended_at IS NULL AND told_at IS NULL")
    op.create_index("ix_list_run_due", "list_run", ["due_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "list_tick",
        sa.Column("run_id", _BIG, nullable=False),
        sa.Column("item", sa.String(24), nullable=False),
        sa.Column("by_id", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("photo", sa.Text(), nullable=False, server_default=""),
        _to("list_tick", "run_id", "list_run"),
        _to("list_tick", "by_id", "person"),
        sa.PrimaryKeyConstraint("run_id", "item", name="pk_list_tick"),
    )
    op.create_table(
        "find",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("storage", sa.Text(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=False, server_default=""),
        sa.Column("found_at", _WHEN, nullable=False),
        sa.Column("found_by", _BIG, nullable=False),
        sa.Column("keep_until", _WHEN, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("ended_at", _WHEN),
        sa.Column("ended_by", _BIG),
        sa.Column("id_seen", sa.Text(), nullable=False, server_default=""),
        _to("find", "venue_id", "venue"),
        _to("find", "performance_id", "performance"),
        _to("find", "found_by", "person"),
        _to("find", "ended_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_find"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_find_venue", "find", ["venue_id", "state"])
    op.create_table(
        "loss",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("find_id", _BIG),
        sa.Column("ended_at", _WHEN),
        _to("loss", "venue_id", "venue"),
        _to("loss", "person_id", "person"),
        _to("loss", "performance_id", "performance"),
        _to("loss", "find_id", "find"),
        sa.PrimaryKeyConstraint("id", name="pk_loss"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_loss_venue", "loss", ["venue_id", "state"])
    op.create_index("ix_loss_person_id", "loss", ["person_id"])
    op.create_index("ix_loss_find_id", "loss", ["find_id"])


def downgrade() -> None:
    for table in ("loss", "find", "list_tick", "list_run", "venue_upkeep"):
        op.drop_table(table)
