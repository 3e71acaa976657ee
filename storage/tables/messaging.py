"""The traffic with the messenger: what came in, what must go out, which screen stands, who may work on it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import BigInt, Json, UtcDateTime, key, metadata

inbox_update = Table(
    "inbox_update",
    metadata,
    key(),  # the order of arrival; Telegram's update_id is no order, it is restarted
    Column("bot_id", BigInt, nullable=False),
    Column("update_id", BigInt, nullable=False),
    Column("chat_id", BigInt, nullable=False),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("state", String(8), nullable=False),  # new | done | dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("payload", Text),  # taken away once handled
    UniqueConstraint("bot_id", "update_id"),
    sqlite_autoincrement=True,
)
_new = inbox_update.c.state == "new"
Index("ix_inbox_update_new", inbox_update.c.chat_id, inbox_update.c.id, sqlite_where=_new, postgresql_where=_new)

# The effect of an update, written in the transaction that has the effect: a replay finds its outcome here. So does
# what a page asks for again after a lost answer; its acts have numbers below zero.
effect = Table(
    "effect",
    metadata,
    Column("inbox_id", BigInt, nullable=False),
    Column("step", Integer, nullable=False),
    Column("outcome", Json),
    Column("at", UtcDateTime, nullable=False, index=True),
    PrimaryKeyConstraint("inbox_id", "step"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    Column("chat_id", BigInt, primary_key=True, autoincrement=False),
    Column("state", String(64)),
    Column("data", Json, nullable=False),
    Column("here", String(64), nullable=False, server_default=""),  # callback data that draws the screen again
    Column("screen_message_id", BigInt),
    Column("screen_has_picture", Boolean, nullable=False),
    Column("screen_at", UtcDateTime),
    Column("latest_message_id", BigInt, nullable=False, server_default="0"),
)

picture_file = Table(
    "picture_file",
    metadata,
    Column("bot_id", BigInt, nullable=False),
    Column("content_key", String(64), nullable=False),
    Column("file_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("bot_id", "content_key"),
)

notice = Table(
    "notice",
    metadata,
    key(),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("params", Json, nullable=False),
    Column("dedupe_key", String(128), nullable=False, unique=True),
    Column("lane", Integer, nullable=False),  # -1 alarms, 0 safety, 1 tickets and money, 2 courtesy
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),  # due | sending | sent | unreachable | dead | unknown
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", UtcDateTime),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("settled_at", UtcDateTime),
    Column("message_id", BigInt),
    Column("last_error", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
_due = notice.c.state.in_(("due", "sending"))
Index("ix_notice_state", notice.c.state)  # counted for the metrics
Index("ix_notice_due", notice.c.lane, notice.c.due_at, notice.c.id, sqlite_where=_due, postgresql_where=_due)

card = Table(
    "card",
    metadata,
    key(),
    Column("person_id", BigInt, ForeignKey("person.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject_id", BigInt, nullable=False),
    Column("wanted_revision", Integer, nullable=False),
    Column("shown_revision", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("message_id", BigInt),
    Column("state", String(12), nullable=False, server_default="live"),  # live | unreachable | dead
    UniqueConstraint("person_id", "kind", "subject_id"),
    sqlite_autoincrement=True,
)
_behind = card.c.wanted_revision > card.c.shown_revision
Index("ix_card_behind", card.c.due_at, sqlite_where=_behind, postgresql_where=_behind)
