"""Who has put a visit into their calendar; wheelchair places and companions in line.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendar_copy",
        sa.Column("person_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("performance_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("given_at", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_copy_person_id")),
        sa.ForeignKeyConstraint(["performance_id"], ["performance.id"], name=op.f("fk_calendar_copy_performance_id")),
        sa.PrimaryKeyConstraint("performance_id", "person_id", name=op.f("pk_calendar_copy")),
    )
    for name in ("wheelchair", "companion"):
        op.add_column("waiting", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("companion", "wheelchair"):
        op.drop_column("waiting", name)
    op.drop_table("calendar_copy")
