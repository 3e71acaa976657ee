"""Which digests managers want, and what they have put off.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "digest_choice",
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("rhythm", sa.String(8), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("venue_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_choice_person_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_digest_choice_venue_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_choice")),
    )
    op.create_table(
        "digest_snooze",
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_snooze_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", "subject_id", name=op.f("pk_digest_snooze")),
    )


def downgrade() -> None:
    op.drop_table("digest_snooze")
    op.drop_table("digest_choice")
