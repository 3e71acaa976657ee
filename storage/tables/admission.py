"""Where an usher stands, and every line of the admission log."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table

from storage.tables.base import BigInt, UtcDateTime, key, metadata

door_post = Table(
    "door_post",
    metadata,
    Column("person_id", BigInt, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("gate_id", BigInt, ForeignKey("gate.id")),
    Column("since", UtcDateTime, nullable=False),
    Column("mode", String(8), nullable=False, server_default="in"),  # in | out | re_admit
)

admission = Table(
    "admission",
    metadata,
    key(),
    Column("performance_id", BigInt, ForeignKey("performance.id"), nullable=False),
    Column("ticket_id", BigInt, ForeignKey("ticket.id"), index=True),
    Column("credential_id", BigInt, ForeignKey("ticket_credential.id")),
    Column("gate_id", BigInt, ForeignKey("gate.id")),
    Column("usher_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("inside", Boolean, nullable=False),  # this line is the one that has the ticket's holder inside
    Column("undone_at", UtcDateTime),
    Column("undone_by", BigInt, ForeignKey("person.id")),
    Column("left_at", UtcDateTime),  # went out, or came in again without having been scanned out
    Column("channel", String(8), nullable=False, server_default="scan"),  # scan | found | paper | offline
    sqlite_autoincrement=True,
)
# Let in once: whoever scans at the same moment, one line per ticket can stand as "inside".
Index(
    "uq_admission_inside",
    admission.c.ticket_id,
    unique=True,
    sqlite_where=admission.c.inside,
    postgresql_where=admission.c.inside,
)
Index(
    "ix_admission_count",
    admission.c.performance_id,
    sqlite_where=admission.c.inside,
    postgresql_where=admission.c.inside,
)
