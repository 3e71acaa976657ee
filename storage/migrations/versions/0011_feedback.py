"""Surveys, cases, improvement actions.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _surveys()
    _cases()
    _improvement()


def _surveys() -> None:
    op.create_table(
        "survey",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("imported_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey"),
        sa.UniqueConstraint("key", "version", name="uq_survey_key_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "response",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("survey_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("entered_by", _BIG),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_response_survey_id"),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_response_performance_id"),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name="fk_response_entered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
    )
    op.create_index("ix_response_performance_id", "response", ["performance_id"])
    draft_sqlite, draft = sa.text("entered_by IS NOT NULL AND done = 0"), sa.text("entered_by IS NOT NULL AND NOT done")
    op.create_index(
        "uq_response_draft", "response", ["entered_by"], unique=True, sqlite_where=draft_sqlite, postgresql_where=draft
    )
    op.create_table(
        "answer",
        sa.Column("response_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("question", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("score", sa.Integer()),
        sa.Column("value", sa.Text()),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_answer_response_id"),
        sa.PrimaryKeyConstraint("response_id", "question", name="pk_answer"),
    )
    op.create_table(
        "survey_call",
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("performance_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("survey_id", _BIG, nullable=False),
        sa.Column("response_id", _BIG),
        sa.Column("asked_at", _WHEN),
        sa.Column("closes_at", _WHEN, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_survey_call_person_id"),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_survey_call_performance_id"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_survey_call_survey_id"),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_survey_call_response_id"),
        sa.PrimaryKeyConstraint("person_id", "performance_id", name="pk_survey_call"),
        sa.UniqueConstraint("response_id", name="uq_survey_call_response_id"),
    )
    standing = sa.text("state IN ('asked', 'begun')")
    op.create_index(
        "ix_survey_call_open", "survey_call", ["closes_at"], sqlite_where=standing, postgresql_where=standing
    )
    op.create_index("ix_survey_call_performance_id", "survey_call", ["performance_id"])
    op.create_table(
        "survey_choice",
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("declined_at", _WHEN),
        sa.Column("asked_at", _WHEN),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_survey_choice_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_survey_choice"),
    )


def _cases() -> None:
    op.create_table(
        "feedback_case",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("response_id", _BIG, nullable=False),
        sa.Column("performance_id", _BIG, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(8), nullable=False),
        sa.Column("question", sa.String(24), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("answered_at", _WHEN),
        sa.Column("closed_at", _WHEN),
        sa.Column("closed_by", _BIG),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_feedback_case_response_id"),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name="fk_feedback_case_performance_id"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_feedback_case_venue_id"),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name="fk_feedback_case_closed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_case"),
        sa.UniqueConstraint("response_id", name="uq_feedback_case_response_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_case_performance_id", "feedback_case", ["performance_id"])
    op.create_table(
        "case_reply",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", _BIG, nullable=False),
        sa.Column("author_id", _BIG),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["feedback_case.id"], name="fk_case_reply_case_id"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_case_reply_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_reply"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_reply_case_id", "case_reply", ["case_id"])
    op.create_table(
        "case_listener",
        sa.Column("case_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["feedback_case.id"], name="fk_case_listener_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_case_listener_person_id"),
        sa.PrimaryKeyConstraint("case_id", "person_id", name="pk_case_listener"),
    )
    op.create_index("ix_case_listener_person_id", "case_listener", ["person_id"])


def _improvement() -> None:
    op.create_table(
        "improvement_action",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", _BIG, nullable=False),
        sa.Column("due_at", _WHEN, nullable=False),
        sa.Column("opened_by", _BIG, nullable=False),
        sa.Column("opened_at", _WHEN, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("ended_at", _WHEN),
        sa.Column("ended_by", _BIG),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_improvement_action_venue_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_improvement_action_owner_id"),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name="fk_improvement_action_opened_by"),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_improvement_action_ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_improvement_action"),
        sqlite_autoincrement=True,
    )
    standing = sa.text("state = 'open'")
    op.create_index(
        "ix_improvement_action_open",
        "improvement_action",
        ["due_at", "id"],
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "improvement_source",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("action_id", _BIG, nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("source_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["improvement_action.id"], name="fk_improvement_source_action_id"),
        sa.PrimaryKeyConstraint("id", name="pk_improvement_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_improvement_source", "improvement_source", ["action_id", "source", "source_id"], unique=True)
    op.create_index("ix_improvement_source_of", "improvement_source", ["source", "source_id"])


def downgrade() -> None:
    for table in (
        "improvement_source",
        "improvement_action",
        "case_listener",
        "case_reply",
        "feedback_case",
        "survey_choice",
        "survey_call",
        "answer",
        "response",
        "survey",
    ):
        op.drop_table(table)
