"""Money paid ahead: vouchers, gifts, members, groups.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _vouchers()
    _members()
    _handed_out()
    op.add_column("ticket_order", sa.Column("member_minor", _BIG, server_default="0", nullable=False))
    op.add_column("ticket_order", sa.Column("voucher_minor", _BIG, server_default="0", nullable=False))
    with op.batch_alter_table("journal_entry", table_kwargs={"sqlite_autoincrement": True}) as journal:
        journal.add_column(sa.Column("voucher_id", _BIG))
        journal.create_foreign_key(op.f("fk_journal_entry_voucher_id"), "voucher", ["voucher_id"], ["id"])
    where = sa.text("voucher_id IS NOT NULL")
    op.create_index(
        "ix_journal_entry_voucher", "journal_entry", ["voucher_id"], sqlite_where=where, postgresql_where=where
    )
    op.add_column("promotion", sa.Column("starts_at", _WHEN))


def downgrade() -> None:
    op.drop_column("promotion", "starts_at")
    op.drop_index("ix_journal_entry_voucher", "journal_entry")
    with op.batch_alter_table("journal_entry", table_kwargs={"sqlite_autoincrement": True}) as journal:
        journal.drop_constraint(op.f("fk_journal_entry_voucher_id"), type_="foreignkey")
        journal.drop_column("voucher_id")
    op.drop_column("ticket_order", "voucher_minor")
    op.drop_column("ticket_order", "member_minor")
    for table in (
        "handout", "group_order", "member_price", "membership", "member_tier", "voucher_use", "voucher",
        "voucher_rules",
    ):  # fmt: skip
        op.drop_table(table)


def _vouchers() -> None:
    op.create_table(
        "voucher_rules",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("amounts", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voucher_rules"),
    )
    op.create_table(
        "voucher",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("holder_id", _BIG),
        sa.Column("made_by", _BIG),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("charge_id", _BIG),
        sa.Column("valid_until", _WHEN, nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name="fk_voucher_holder_id"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_voucher_made_by"),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name="fk_voucher_charge_id"),
        sa.PrimaryKeyConstraint("id", name="pk_voucher"),
        sa.UniqueConstraint("code", name="uq_voucher_code"),
        sa.UniqueConstraint("charge_id", name="uq_voucher_charge_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voucher_holder_id", "voucher", ["holder_id"])
    op.create_table(
        "voucher_use",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("voucher_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("charge_id", _BIG),
        sa.Column("at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name="fk_voucher_use_order_id"),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name="fk_voucher_use_voucher_id"),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name="fk_voucher_use_charge_id"),
        sa.PrimaryKeyConstraint("order_id", "voucher_id", name="pk_voucher_use"),
        sa.UniqueConstraint("charge_id", name="uq_voucher_use_charge_id"),
    )
    op.create_index("ix_voucher_use_voucher_id", "voucher_use", ["voucher_id"])


def _members() -> None:
    op.create_table(
        "member_tier",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("venue_id", _BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("prices", sa.Text(), nullable=False),
        sa.Column("per_performance", sa.Integer(), nullable=False),
        sa.Column("created_by", _BIG, nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_member_tier_venue_id"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_member_tier_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_member_tier"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "membership",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("tier_id", _BIG, nullable=False),
        sa.Column("number", sa.String(24), server_default="", nullable=False),
        sa.Column("person_id", _BIG),
        sa.Column("valid_until", _WHEN, nullable=False),
        sa.Column("granted_by", _BIG, nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("taken_at", _WHEN),
        sa.Column("ended_at", _WHEN),
        sa.ForeignKeyConstraint(["tier_id"], ["member_tier.id"], name="fk_membership_tier_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name="fk_membership_granted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_membership_tier_id", "membership", ["tier_id"])
    op.create_index("ix_membership_person_id", "membership", ["person_id"])
    op.create_table(
        "member_price",
        sa.Column("order_line_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("order_id", _BIG, nullable=False),
        sa.Column("membership_id", _BIG, nullable=False),
        sa.Column("off_minor", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name="fk_member_price_order_line_id"),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name="fk_member_price_order_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_member_price_membership_id"),
        sa.PrimaryKeyConstraint("order_line_id", name="pk_member_price"),
    )
    op.create_index("ix_member_price_order_id", "member_price", ["order_id"])
    op.create_index("ix_member_price_membership_id", "member_price", ["membership_id"])


def _handed_out() -> None:
    op.create_table(
        "group_order",
        sa.Column("order_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("block_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name="fk_group_order_order_id"),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name="fk_group_order_block_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_group_order"),
    )
    op.create_index("ix_group_order_block_id", "group_order", ["block_id"])
    op.create_table(
        "handout",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", _BIG, nullable=False),
        sa.Column("giver_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", _WHEN, nullable=False),
        sa.Column("closed_at", _WHEN),
        sa.ForeignKeyConstraint(["order_id"], ["ticket_order.id"], name="fk_handout_order_id"),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name="fk_handout_giver_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handout"),
        sa.UniqueConstraint("order_id", name="uq_handout_order_id"),
        sqlite_autoincrement=True,
    )
