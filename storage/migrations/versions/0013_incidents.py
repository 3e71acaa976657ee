"""Incidents, drills, announcements.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.create_table(
        "incident_rules",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_rules"),
    )
    op.create_table(
        "incident",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.Text()),
        sa.Column("gate_id", _BIG),
        sa.Column("reporter_id", _BIG, nullable=False),
        sa.Column("reported_at", _WHEN, nullable=False),
        sa.Column("sent_at", _WHEN),
        sa.Column("taker_id", _BIG),
        sa.Column("heard_at", _WHEN),
        sa.Column("paging_since", _WHEN),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("due_at", _WHEN),
        sa.Column("procedure", sa.String(12)),
        sa.Column("ended_at", _WHEN),
        _to("incident", "venue_id", "venue"),
        _to("incident", "gate_id", "gate"),
        _to("incident", "reporter_id", "person"),
        _to("incident", "taker_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    due, draft = sa.text("due_at IS NOT NULL"), sa.text("state = 'draft'")
    op.create_index("ix_incident_due", "incident", ["due_at"], sqlite_where=due, postgresql_where=due)
    op.create_index("ix_incident_venue", "incident", ["venue_id", "reported_at"])
    op.create_index("ix_incident_reporter", "incident", ["reporter_id"])
    op.create_index(
        "uq_incident_draft", "incident", ["reporter_id"], unique=True, sqlite_where=draft, postgresql_where=draft
    )
    op.create_table(
        "incident_entry",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("incident_id", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("actor_id", _BIG),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        _to("incident_entry", "incident_id", "incident"),
        _to("incident_entry", "actor_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_entry_incident_id", "incident_entry", ["incident_id"])
    op.create_table(
        "incident_person",
        sa.Column("incident_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("since", _WHEN, nullable=False),
        _to("incident_person", "incident_id", "incident"),
        _to("incident_person", "person_id", "person"),
        sa.PrimaryKeyConstraint("incident_id", "person_id", name="pk_incident_person"),
    )
    op.create_table(
        "incident_note",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("incident_id", _BIG, nullable=False),
        sa.Column("author_id", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("message_id", _BIG),
        sa.Column("forget_at", _WHEN),
        sa.Column("gone_at", _WHEN),
        _to("incident_note", "incident_id", "incident"),
        _to("incident_note", "author_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_note"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_note_incident_id", "incident_note", ["incident_id"])
    op.create_index("ix_incident_note_author_id", "incident_note", ["author_id"])
    kept = sa.text("gone_at IS NULL AND forget_at IS NOT NULL")
    op.create_index("ix_incident_note_forget", "incident_note", ["forget_at"], sqlite_where=kept, postgresql_where=kept)
    op.create_table(
        "incident_review",
        sa.Column("incident_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", _BIG, nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("helped", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        _to("incident_review", "incident_id", "incident"),
        _to("incident_review", "by_id", "person"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_incident_review"),
    )
    op.create_table(
        "announcement",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("template", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("proposed_by", _BIG, nullable=False),
        sa.Column("proposed_at", _WHEN, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("incident_id", _BIG),
        sa.Column("consented_by", _BIG),
        sa.Column("began_at", _WHEN),
        sa.Column("stopped_by", _BIG),
        sa.Column("ended_at", _WHEN),
        _to("announcement", "performance_id", "performance"),
        _to("announcement", "proposed_by", "person"),
        _to("announcement", "incident_id", "incident"),
        _to("announcement", "consented_by", "person"),
        _to("announcement", "stopped_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcement_performance_id", "announcement", ["performance_id"])
    going = sa.text("state = 'going'")
    op.create_index("ix_announcement_going", "announcement", ["id"], sqlite_where=going, postgresql_where=going)


def downgrade() -> None:
    for table in (
        "announcement", "incident_review", "incident_note", "incident_person", "incident_entry", "incident",
        "incident_rules",
    ):  # fmt: skip
        op.drop_table(table)
