"""Run by Alembic for ``storage.migrate``, which opens the connection and its transaction."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
