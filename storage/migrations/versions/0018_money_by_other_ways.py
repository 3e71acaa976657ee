"""Vouchers are bought by every way of paying; refunds that daily bills list are remembered.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "voucher_sale",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("buyer_id", _BIG, nullable=False),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("charge_id", _BIG),
        sa.ForeignKeyConstraint(["buyer_id"], ["person.id"], name="fk_voucher_sale_buyer_id"),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name="fk_voucher_sale_charge_id"),
        sa.PrimaryKeyConstraint("id", name="pk_voucher_sale"),
        sa.UniqueConstraint("charge_id", name="uq_voucher_sale_charge_id"),
        sqlite_autoincrement=True,
    )
    unpaid = sa.text("charge_id IS NULL")
    op.create_index(
        "uq_voucher_sale_unpaid",
        "voucher_sale",
        ["buyer_id", "currency", "amount_minor"],
        unique=True,
        sqlite_where=unpaid,
        postgresql_where=unpaid,
    )
    _drop_partial()
    with op.batch_alter_table("checkout", table_kwargs={"sqlite_autoincrement": True}) as checkout:
        checkout.alter_column("order_id", existing_type=_BIG, nullable=True)
        checkout.add_column(sa.Column("voucher_sale_id", _BIG))
        checkout.create_foreign_key(op.f("fk_checkout_voucher_sale_id"), "voucher_sale", ["voucher_sale_id"], ["id"])
    _create_partial()
    op.create_index("ix_checkout_voucher_sale_id", "checkout", ["voucher_sale_id"])
    op.add_column("provider_bill", sa.Column("fate", sa.String(8), server_default="", nullable=False))
    op.create_table(
        "listed_refund",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("charge_id", _BIG, nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("refund_id", _BIG),
        sa.Column("amount_minor", _BIG, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name="fk_listed_refund_charge_id"),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name="fk_listed_refund_refund_id"),
        sa.PrimaryKeyConstraint("id", name="pk_listed_refund"),
        sa.UniqueConstraint("charge_id", "number", name="uq_listed_refund_charge_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_listed_refund_refund_id", "listed_refund", ["refund_id"])


def downgrade() -> None:
    op.drop_table("listed_refund")
    op.drop_column("provider_bill", "fate")
    # Before this there was nothing to be paid but orders; what vouchers were paid stays in the ledger.
    op.execute("DELETE FROM checkout WHERE order_id IS NULL")
    op.drop_index("ix_checkout_voucher_sale_id", "checkout")
    _drop_partial()
    with op.batch_alter_table("checkout", table_kwargs={"sqlite_autoincrement": True}) as checkout:
        checkout.drop_constraint(op.f("fk_checkout_voucher_sale_id"), type_="foreignkey")
        checkout.drop_column("voucher_sale_id")
        checkout.alter_column("order_id", existing_type=_BIG, nullable=False)
    _create_partial()
    op.drop_table("voucher_sale")


def _drop_partial() -> None:
    """SQLite copies the table; its indexes with a condition are made anew rather than guessed from their text."""
    op.drop_index("uq_checkout_standing", "checkout")
    op.drop_index("ix_checkout_due", "checkout")


def _create_partial() -> None:
    standing = sa.text("state IN ('asked', 'open')")
    op.create_index(
        "uq_checkout_standing",
        "checkout",
        ["order_id", "way"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    to_look_at = sa.text("next_look_at IS NOT NULL")
    op.create_index(
        "ix_checkout_due", "checkout", ["next_look_at"], sqlite_where=to_look_at, postgresql_where=to_look_at
    )
