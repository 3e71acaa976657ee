"""Databases for tests: made once by the migrations, then copied (SQLite) or emptied (PostgreSQL) for each test."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlalchemy import make_url

from storage.migrate import upgrade
from storage.tables import metadata

T = TypeVar("T")

POSTGRES_SERVER = os.environ.get("FOYER_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
_EMPTYING = f"""
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
{"".join(f'IF EXISTS (SELECT FROM "{table}") THEN DELETE FROM "{table}"; END IF;' for table in metadata.tables)}
END $$
"""


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end from a synchronous fixture, away from the test's own event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class SqliteTemplate:
    """A migrated file that each test gets a copy of."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        run(upgrade(f"sqlite:///{self._template}"))

    def fresh(self, folder: Path) -> str:
        path = folder / "foyer.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


class PostgresTemplate:
    """A migrated database that is emptied for each test: a hundred times faster than a new one."""

    def __init__(self) -> None:
        self._name = f"foyer_test_{os.getpid()}"
        self.url = make_url(POSTGRES_SERVER).set(database=self._name).render_as_string(hide_password=False)
        run(
            _on_server(
                f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)',
                f'CREATE DATABASE "{self._name}"',
                # Tests kill our processes, never the server: its commits need not wait for the disk.
                f'ALTER DATABASE "{self._name}" SET synchronous_commit = off',
                # A house lives too short for a statement to be planned for its parameters time and again.
                f'ALTER DATABASE "{self._name}" SET plan_cache_mode = force_generic_plan',
            )
        )
        run(upgrade(self.url))
        # A loop of its own for a connection of its own, on which the server has planned what empties the tables.
        self._thread = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()
        self._connection = self._run(asyncpg.connect(self.url))
        self._run(self._connection.execute(_EMPTYING))

    def fresh(self) -> str:
        # What an earlier test left open must not hold a lock on what this one deletes.
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        self._run(
            self._connection.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}; SELECT pg_temp.empty()"
            )
        )
        return self.url

    def drop(self) -> None:
        self._run(self._connection.close())
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()
        run(_on_server(f'DROP DATABASE "{self._name}" WITH (FORCE)'))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._loop.run_until_complete, coroutine).result()


async def new_postgres_database(name: str) -> str:
    """An empty database beside the others; the caller drops it with ``drop_postgres_database``."""
    await _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return make_url(POSTGRES_SERVER).set(database=name).render_as_string(hide_password=False)


async def drop_postgres_database(name: str) -> None:
    await _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _on_server(*statements: str) -> None:
    connection = await asyncpg.connect(POSTGRES_SERVER, timeout=5)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def require_postgres() -> None:
    """Skips, loudly, where no server answers; fails in CI, where there has to be one."""
    try:
        run(_on_server("SELECT 1"))
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        reason = f"PostgreSQL does not answer at FOYER_TEST_POSTGRES={POSTGRES_SERVER}: {error!r}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")
