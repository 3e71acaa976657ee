"""Everything that the first issue needs.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)
_TABLES = (
    "concession",
    "event",
    "organisation",
    "venue",
    "gate",
    "hall",
    "hall_gate",
    "seating_plan",
    "performance",
    "price",
    "person",
    "account",
    "invitation",
    "role_grant",
    "block",
    "sales_watch",
    "ticket_order",
    "claim",
    "order_line",
    "ticket",
    "hand_on",
    "ticket_credential",
    "charge",
    "receipt",
    "refund",
    "journal_entry",
    "door_post",
    "admission",
    "audit_entry",
    "task",
    "conversation",
    "effect",
    "inbox_update",
    "lease",
    "picture_file",
    "card",
    "notice",
)


def upgrade() -> None:
    _programme()
    _people()
    _ticketing()
    _payments()
    _admission()
    _records()
    _messaging()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", _BIG, autoincrement=True, nullable=False)


def _ref(table: str, column: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{column}")
    return sa.Column(column, _BIG, key, autoincrement=False, nullable=nullable)


def _where(predicate: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(predicate), "postgresql_where": sa.text(predicate)}


def _programme() -> None:
    op.create_table(
        "concession",
        _id(),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("needs_proof", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_concession"),
        sa.UniqueConstraint("key", name="uq_concession_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "event",
        _id(),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("spoken_language", sa.String(35), nullable=False),
        sa.Column("poster", sa.String(64), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("key", name="uq_event_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "organisation",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "venue",
        _id(),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_venue"),
        sa.UniqueConstraint("key", name="uq_venue_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gate",
        _id(),
        _ref("gate", "venue_id", "venue"),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("step_free", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gate"),
        sa.UniqueConstraint("venue_id", "key", name="uq_gate_venue_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hall",
        _id(),
        _ref("hall", "venue_id", "venue"),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zones", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hall"),
        sa.UniqueConstraint("key", name="uq_hall_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hall_venue_id", "hall", ["venue_id"])
    op.create_table(
        "hall_gate",
        _ref("hall_gate", "hall_id", "hall"),
        sa.Column("zone", sa.String(100), nullable=False),
        _ref("hall_gate", "gate_id", "gate"),
        sa.PrimaryKeyConstraint("hall_id", "zone", name="pk_hall_gate"),
    )
    op.create_table(
        "seating_plan",
        _id(),
        _ref("seating_plan", "hall_id", "hall"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("imported_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seating_plan"),
        sa.UniqueConstraint("hall_id", "content_hash", name="uq_seating_plan_hall_id_content_hash"),
        sa.UniqueConstraint("hall_id", "version", name="uq_seating_plan_hall_id_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "performance",
        _id(),
        sa.Column("key", sa.String(64), nullable=False),
        _ref("performance", "event_id", "event"),
        _ref("performance", "venue_id", "venue"),
        _ref("performance", "hall_id", "hall"),
        _ref("performance", "plan_id", "seating_plan", nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("starts_at", _WHEN, nullable=False),
        sa.Column("doors_at", _WHEN, nullable=False),
        sa.Column("ends_at", _WHEN, nullable=False),
        sa.Column("sales_open_at", _WHEN, nullable=False),
        sa.Column("sales_close_at", _WHEN, nullable=False),
        sa.Column("run_state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("captioned", sa.Boolean(), nullable=False),
        sa.Column("relaxed", sa.Boolean(), nullable=False),
        sa.Column("surtitles", sa.String(200), nullable=False),
        sa.Column("latecomers", sa.String(16), nullable=False),
        sa.Column("purchase_limit", sa.Integer(), nullable=False),
        sa.Column("timed_entry", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_performance"),
        sa.UniqueConstraint("key", name="uq_performance_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_performance_ends_at", "performance", ["ends_at"])
    op.create_index("ix_performance_event_id", "performance", ["event_id", "starts_at"])
    op.create_index("ix_performance_sales_open_at", "performance", ["sales_open_at"])
    op.create_index("ix_performance_starts_at", "performance", ["starts_at", "id"])
    op.create_table(
        "price",
        _ref("price", "performance_id", "performance"),
        sa.Column("category", sa.String(100), nullable=False),
        _ref("price", "concession_id", "concession"),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("performance_id", "category", "concession_id", name="pk_price"),
    )


def _people() -> None:
    op.create_table(
        "person",
        _id(),
        sa.Column("display_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("locale", sa.String(16), nullable=True),
        sa.Column("informed_at", _WHEN, nullable=True),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("erased_at", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account",
        _id(),
        _ref("account", "person_id", "person"),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=False),
        sa.Column("username", sa.Text(), nullable=False, server_default=""),
        sa.Column("language_code", sa.String(16), nullable=False, server_default=""),
        sa.Column("reachable", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("channel", "external_id", name="uq_account_channel_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_person_id", "account", ["person_id"])
    op.create_table(
        "invitation",
        _id(),
        sa.Column("role", sa.String(16), nullable=False),
        _ref("invitation", "venue_id", "venue", nullable=True),
        _ref("invitation", "created_by", "person", nullable=True),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        _ref("invitation", "used_by", "person", nullable=True),
        sa.Column("used_at", _WHEN, nullable=True),
        _ref("invitation", "decided_by", "person", nullable=True),
        sa.Column("decided_at", _WHEN, nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "role_grant",
        _id(),
        _ref("role_grant", "person_id", "person"),
        sa.Column("role", sa.String(16), nullable=False),
        _ref("role_grant", "venue_id", "venue", nullable=True),
        _ref("role_grant", "granted_by", "person", nullable=True),
        sa.Column("granted_at", _WHEN, nullable=False),
        sa.Column("revoked_at", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_role_grant_person_id", "role_grant", ["person_id"])
    op.create_index(
        "uq_role_grant_standing",
        "role_grant",
        ["person_id", "role", sa.text("coalesce(venue_id, 0)")],
        unique=True,
        **_where("revoked_at IS NULL"),
    )


def _ticketing() -> None:
    op.create_table(
        "block",
        _id(),
        _ref("block", "performance_id", "performance"),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        _ref("block", "owner_id", "person", nullable=True),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("release_at", _WHEN, nullable=True),
        sa.Column("released_at", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_block"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_block_performance_id", "block", ["performance_id"])
    op.create_table(
        "sales_watch",
        _ref("sales_watch", "person_id", "person"),
        _ref("sales_watch", "performance_id", "performance"),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "performance_id", name="pk_sales_watch"),
    )
    op.create_index("ix_sales_watch_performance_id", "sales_watch", ["performance_id"])
    op.create_table(
        "ticket_order",
        _id(),
        _ref("ticket_order", "performance_id", "performance"),
        _ref("ticket_order", "buyer_id", "person"),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total_minor", _BIG, nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("until", _WHEN, nullable=True),
        sa.Column("paid_at", _WHEN, nullable=True),
        sa.Column("closed_at", _WHEN, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_order"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_order_buyer", "ticket_order", ["buyer_id", "performance_id"])
    op.create_index("ix_ticket_order_due", "ticket_order", ["until"], **_where("state IN ('held', 'paying')"))
    op.create_index("ix_ticket_order_performance_id", "ticket_order", ["performance_id"])
    op.create_index(
        "uq_ticket_order_unpaid",
        "ticket_order",
        ["buyer_id", "performance_id"],
        unique=True,
        **_where("state IN ('held', 'paying')"),
    )
    op.create_table(
        "claim",
        _ref("claim", "performance_id", "performance"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        _ref("claim", "order_id", "ticket_order", nullable=True),
        _ref("claim", "block_id", "block", nullable=True),
        sa.Column("until", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("performance_id", "place", name="pk_claim"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_claim_block_id", "claim", ["block_id"])
    op.create_index("ix_claim_order_id", "claim", ["order_id"])
    op.create_table(
        "order_line",
        _id(),
        _ref("order_line", "order_id", "ticket_order"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False, server_default=""),
        sa.Column("row", sa.Text(), nullable=False, server_default=""),
        sa.Column("number", sa.Text(), nullable=False, server_default=""),
        sa.Column("seat_kind", sa.String(12), nullable=False, server_default="standard"),
        sa.Column("category", sa.Text(), nullable=False, server_default=""),
        _ref("order_line", "concession_id", "concession"),
        sa.Column("price_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_line"),
        sa.UniqueConstraint("order_id", "place", name="uq_order_line_order_id_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"])
    op.create_table(
        "ticket",
        _id(),
        _ref("ticket", "order_line_id", "order_line"),
        _ref("ticket", "order_id", "ticket_order"),
        _ref("ticket", "performance_id", "performance"),
        sa.Column("place", sa.Integer(), nullable=False),
        _ref("ticket", "holder_id", "person"),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("short_code", sa.String(12), nullable=False),
        sa.Column("issued_at", _WHEN, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("order_line_id", name="uq_ticket_order_line_id"),
        sa.UniqueConstraint("performance_id", "short_code", name="uq_ticket_performance_id_short_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_holder_id", "ticket", ["holder_id"])
    op.create_index("ix_ticket_order_id", "ticket", ["order_id"])
    op.create_table(
        "hand_on",
        _id(),
        _ref("hand_on", "ticket_id", "ticket"),
        _ref("hand_on", "giver_id", "person"),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("expires_at", _WHEN, nullable=False),
        _ref("hand_on", "taker_id", "person", nullable=True),
        sa.Column("closed_at", _WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_hand_on"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_hand_on_open", "hand_on", ["ticket_id"], unique=True, **_where("closed_at IS NULL"))
    op.create_table(
        "ticket_credential",
        _id(),
        sa.Column("kind", sa.String(1), nullable=False),
        _ref("ticket_credential", "ticket_id", "ticket", nullable=True),
        _ref("ticket_credential", "order_id", "ticket_order", nullable=True),
        sa.Column("key_id", sa.String(1), nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("revoked_at", _WHEN, nullable=True),
        sa.Column("revoked_why", sa.String(12), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_credential"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_ticket_credential_order",
        "ticket_credential",
        ["order_id"],
        unique=True,
        **_where("revoked_at IS NULL AND order_id IS NOT NULL"),
    )
    op.create_index(
        "uq_ticket_credential_ticket",
        "ticket_credential",
        ["ticket_id"],
        unique=True,
        **_where("revoked_at IS NULL AND ticket_id IS NOT NULL"),
    )


def _payments() -> None:
    op.create_table(
        "charge",
        _id(),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("provider_charge_id", sa.String(128), nullable=False),
        sa.Column("channel_charge_id", sa.String(128), nullable=False, server_default=""),
        _ref("charge", "order_id", "ticket_order", nullable=True),
        _ref("charge", "payer_id", "person", nullable=True),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("captured_at", _WHEN, nullable=False),
        sa.Column("fate", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_charge"),
        sa.UniqueConstraint("provider", "provider_charge_id", name="uq_charge_provider_provider_charge_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_charge_order_id", "charge", ["order_id"])
    op.create_table(
        "receipt",
        _id(),
        _ref("receipt", "order_id", "ticket_order"),
        sa.Column("issued_at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("order_id", name="uq_receipt_order_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "refund",
        _id(),
        _ref("refund", "charge_id", "charge"),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("provider_refund_id", sa.String(128), nullable=True),
        sa.Column("requested_at", _WHEN, nullable=False),
        sa.Column("settled_at", _WHEN, nullable=True),
        sa.Column("next_try_at", _WHEN, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_error", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_refund"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_refund_charge_id", "refund", ["charge_id"])
    op.create_index("ix_refund_due", "refund", ["next_try_at"], **_where("state IN ('requested', 'submitted')"))
    op.create_table(
        "journal_entry",
        _id(),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("tax_rate_bp", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tax_minor", _BIG, nullable=False, server_default="0"),
        _ref("journal_entry", "performance_id", "performance", nullable=True),
        _ref("journal_entry", "order_id", "ticket_order", nullable=True),
        _ref("journal_entry", "charge_id", "charge", nullable=True),
        _ref("journal_entry", "refund_id", "refund", nullable=True),
        _ref("journal_entry", "clerk_id", "person", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_entry_at", "journal_entry", ["at"])
    op.create_index("ix_journal_entry_charge_id", "journal_entry", ["charge_id"])
    op.create_index("ix_journal_entry_order_id", "journal_entry", ["order_id"])


def _admission() -> None:
    op.create_table(
        "door_post",
        _ref("door_post", "person_id", "person"),
        _ref("door_post", "performance_id", "performance"),
        _ref("door_post", "gate_id", "gate", nullable=True),
        sa.Column("since", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_door_post"),
    )
    op.create_table(
        "admission",
        _id(),
        _ref("admission", "performance_id", "performance"),
        _ref("admission", "ticket_id", "ticket", nullable=True),
        _ref("admission", "credential_id", "ticket_credential", nullable=True),
        _ref("admission", "gate_id", "gate", nullable=True),
        _ref("admission", "usher_id", "person"),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("undone_at", _WHEN, nullable=True),
        _ref("admission", "undone_by", "person", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_admission"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_admission_count", "admission", ["performance_id"], **_where("inside"))
    op.create_index("ix_admission_ticket_id", "admission", ["ticket_id"])
    op.create_index("uq_admission_inside", "admission", ["ticket_id"], unique=True, **_where("inside"))


def _records() -> None:
    op.create_table(
        "audit_entry",
        _id(),
        sa.Column("at", _WHEN, nullable=False),
        _ref("audit_entry", "actor_id", "person", nullable=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "subject_id"])
    op.create_table(
        "task",
        _id(),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("due_at", _WHEN, nullable=False),
        sa.Column("done_at", _WHEN, nullable=True),
        _ref("task", "done_by", "person", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_open", "task", ["due_at", "id"], **_where("done_at IS NULL"))
    op.create_index("uq_task_cause", "task", ["kind", "subject", "subject_id"], unique=True)


def _messaging() -> None:
    op.create_table(
        "conversation",
        sa.Column("chat_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(64), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("here", sa.String(64), nullable=False, server_default=""),
        sa.Column("screen_message_id", _BIG, nullable=True),
        sa.Column("screen_has_picture", sa.Boolean(), nullable=False),
        sa.Column("screen_at", _WHEN, nullable=True),
        sa.Column("latest_message_id", _BIG, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_conversation"),
    )
    op.create_table(
        "effect",
        sa.Column("inbox_id", _BIG, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("inbox_id", "step", name="pk_effect"),
    )
    op.create_index("ix_effect_at", "effect", ["at"])
    op.create_table(
        "inbox_update",
        _id(),
        sa.Column("bot_id", _BIG, nullable=False),
        sa.Column("update_id", _BIG, nullable=False),
        sa.Column("chat_id", _BIG, nullable=False),
        sa.Column("received_at", _WHEN, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_update"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_inbox_update_bot_id_update_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_update_new", "inbox_update", ["chat_id", "id"], **_where("state = 'new'"))
    op.create_index("ix_inbox_update_received_at", "inbox_update", ["received_at"])
    op.create_table(
        "lease",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("until", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "picture_file",
        sa.Column("bot_id", _BIG, nullable=False),
        sa.Column("content_key", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "content_key", name="pk_picture_file"),
    )
    op.create_table(
        "card",
        _id(),
        _ref("card", "person_id", "person"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("wanted_revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", _WHEN, nullable=False),
        sa.Column("lease_until", _WHEN, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("message_id", _BIG, nullable=True),
        sa.Column("state", sa.String(12), nullable=False, server_default="live"),
        sa.PrimaryKeyConstraint("id", name="pk_card"),
        sa.UniqueConstraint("person_id", "kind", "subject_id", name="uq_card_person_id_kind_subject_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_card_behind", "card", ["due_at"], **_where("wanted_revision > shown_revision"))
    op.create_table(
        "notice",
        _id(),
        _ref("notice", "person_id", "person"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.String(128), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("due_at", _WHEN, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lease_until", _WHEN, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("settled_at", _WHEN, nullable=True),
        sa.Column("message_id", _BIG, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("dedupe_key", name="uq_notice_dedupe_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_due", "notice", ["lane", "due_at", "id"], **_where("state IN ('due', 'sending')"))
    op.create_index("ix_notice_person_id", "notice", ["person_id"])
    op.create_index("ix_notice_state", "notice", ["state"])
