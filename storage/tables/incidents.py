"""Incidents, their timeline, what people add to them; what is said to an audience."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

incident_rules = Table(
    "incident_rules",
    metadata,
    Column("id", BigInt, primary_key=True, autoincrement=False),  # one row, id 1
    Column("document", Json, nullable=False),  # as the house file has it
)

incident = Table(
    "incident",
    metadata,
    key(),
    Column("venue_id", BigInt, ForeignKey("venue.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("zone", Text),
    Column("gate_id", BigInt, ForeignKey("gate.id")),
    Column("reporter_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("taker_id", BigInt, ForeignKey("person.id")),
    Column("heard_at", UtcDateTime),
    Column("paging_since", UtcDateTime),
    Column("step", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("due_at", UtcDateTime),  # NULL: the clock has nothing to do here
    Column("procedure", String(12)),
    Column("ended_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_due = incident.c.due_at.is_not(None)
Index("ix_incident_due", incident.c.due_at, sqlite_where=_due, postgresql_where=_due)
Index("ix_incident_venue", incident.c.venue_id, incident.c.reported_at)
Index("ix_incident_reporter", incident.c.reporter_id)
# A double tap is one incident: kept by the database, whoever comes at the same moment.
_draft = incident.c.state == "draft"
Index("uq_incident_draft", incident.c.reporter_id, unique=True, sqlite_where=_draft, postgresql_where=_draft)

# Append-only: no statement of ours changes or deletes a line.
incident_entry = Table(
    "incident_entry",
    metadata,
    key(),
    Column("incident_id", BigInt, ForeignKey("incident.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInt, ForeignKey("person.id")),
    Column("what", String(12), nullable=False),
    Column("detail", Json, nullable=False),  # ids and stable words
    sqlite_autoincrement=True,
)

incident_person = Table(
    "incident_person",
    metadata,
    Column("incident_id", BigInt, ForeignKey("incident.id"), nullable=False),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("incident_id", "person_id"),
)

# What people have said and shown: it can be erased, the timeline's line about it stays.
incident_note = Table(
    "incident_note",
    metadata,
    key(),
    Column("incident_id", BigInt, ForeignKey("incident.id"), nullable=False, index=True),
    Column("author_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(12), nullable=False),  # text | photo | voice | location
    Column("text", Text, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("message_id", BigInt),
    Column("forget_at", UtcDateTime),
    Column("gone_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_kept = incident_note.c.gone_at.is_(None) & incident_note.c.forget_at.is_not(None)
Index("ix_incident_note_forget", incident_note.c.forget_at, sqlite_where=_kept, postgresql_where=_kept)

incident_review = Table(
    "incident_review",
    metadata,
    Column("incident_id", BigInt, ForeignKey("incident.id"), primary_key=True, autoincrement=False),
    Column("by_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("happened", Text, nullable=False),
    Column("helped", Text, nullable=False),
    Column("change", Text, nullable=False),
)

announcement = Table(
    "announcement",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False, index=True),
    Column("template", String(12), nullable=False),
    Column("state", String(12), nullable=False),  # proposed | going | done | stopped
    Column("proposed_by", BigInt, ForeignKey("person.id"), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("people", Integer, nullable=False),
    Column("inside", Boolean, nullable=False),
    Column("minutes", Integer),
    Column("incident_id", BigInt, ForeignKey("incident.id")),
    Column("consented_by", BigInt, ForeignKey("person.id")),
    Column("began_at", UtcDateTime),
    Column("stopped_by", BigInt, ForeignKey("person.id")),
    Column("ended_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_going = announcement.c.state == "going"
Index("ix_announcement_going", announcement.c.id, sqlite_where=_going, postgresql_where=_going)
