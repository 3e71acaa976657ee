"""Surveys, who was asked, answers, and the cases that they open."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

# A version is never changed: what was answered to it must stay readable.
survey = Table(
    "survey",
    metadata,
    key(),
    Column("key", String(24), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("document", Json, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    UniqueConstraint("key", "version"),
    sqlite_autoincrement=True,
)

# Neither a person nor a time, and a number that is drawn: who answers without a name must stay unknown.
response = Table(
    "response",
    metadata,
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("survey_id", BigInt, ForeignKey("survey.id"), nullable=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("channel", String(8), nullable=False),  # chat | paper | phone
    Column("entered_by", BigInt, ForeignKey("person.id")),
    Column("done", Boolean, nullable=False),
)
_draft = response.c.entered_by.isnot(None) & ~response.c.done
Index("uq_response_draft", response.c.entered_by, unique=True, sqlite_where=_draft, postgresql_where=_draft)

answer = Table(
    "answer",
    metadata,
    Column("response_id", BigInt, ForeignKey("response.id"), primary_key=True, autoincrement=False),
    Column("question", String(24), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("score", Integer),  # of what is a number; NULL: words, options, or gone past
    Column("value", Json),
)

# That somebody was asked stays when the link to their answers is cut: once a performance.
survey_call = Table(
    "survey_call",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), primary_key=True, autoincrement=False),
    Column("survey_id", BigInt, ForeignKey("survey.id"), nullable=False),
    Column("response_id", BigInt, ForeignKey("response.id"), unique=True),
    Column("asked_at", UtcDateTime),  # NULL: they came by themselves
    Column("closes_at", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False),  # asked | begun | done | closed
    Column("anonymous", Boolean, nullable=False),
)
_open = survey_call.c.state.in_(("asked", "begun"))
Index("ix_survey_call_open", survey_call.c.closes_at, sqlite_where=_open, postgresql_where=_open)
Index("ix_survey_call_performance_id", survey_call.c.performance_id)

survey_choice = Table(
    "survey_choice",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("declined_at", UtcDateTime),  # they want to be asked nothing
    Column("asked_at", UtcDateTime),  # last
)

feedback_case = Table(
    "feedback_case",
    metadata,
    key(),
    Column("response_id", BigInt, ForeignKey("response.id"), nullable=False, unique=True),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("kind", String(8), nullable=False),  # service | conduct | manager
    Column("reason", String(8), nullable=False),  # low | alarm | said
    Column("question", String(24), nullable=False),
    Column("state", String(8), nullable=False),  # open | answered | closed
    Column("opened_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),  # first
    Column("closed_at", UtcDateTime),
    Column("closed_by", BigInt, ForeignKey("person.id")),
    sqlite_autoincrement=True,
)

case_reply = Table(
    "case_reply",
    metadata,
    key(),
    Column("case_id", BigInt, ForeignKey("feedback_case.id"), nullable=False, index=True),
    Column("author_id", BigInt, ForeignKey("person.id")),  # NULL: whoever the case is about
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

# Who hears what is answered. One who is hidden is forgotten when the case is over.
case_listener = Table(
    "case_listener",
    metadata,
    Column("case_id", BigInt, ForeignKey("feedback_case.id"), primary_key=True, autoincrement=False),
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("hidden", Boolean, nullable=False),
)
Index("ix_case_listener_person_id", case_listener.c.person_id)
