"""The schema's versions: Alembic run from code, on either database, each change in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, NullPool, create_engine, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import parse_url

R = TypeVar("R")

_MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = [_MIGRATIONS / "versions"]
_BUSY_TIMEOUT = 30  # seconds
#: Any number; the same in every process, so that only one of them migrates.
_ADVISORY_LOCK = 0x666F796572


class DatabaseNotReady(RuntimeError):
    """The schema does not fit this program; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What ``prepare_database`` did: from which revision to which, and where the copy of the old state lies."""

    before: str | None
    after: str
    backup: Path | None = None


async def upgrade(url: str, revision: str = "head") -> None:
    await _run(parse_url(url), lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(url: str, revision: str) -> None:
    """``revision`` ``base`` takes everything away."""
    await _run(parse_url(url), lambda connection: command.downgrade(_config(connection), revision))


async def current(url: str) -> str | None:
    """The database's revision; None where it has none."""
    parsed = parse_url(url)
    if parsed.drivername == "sqlite" and not await asyncio.to_thread(_path(parsed).exists):
        return None  # looking would make the file
    return await _run(parsed, _revision)


async def is_current(url: str) -> bool:
    return await current(url) == newest()


def newest() -> str:
    """The revision that this program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


async def prepare_database(url: str) -> Prepared:
    """Makes sure, at the start, that the schema fits. An empty database gets its tables.

    An older SQLite file is copied beside itself and migrated. An older PostgreSQL database is left alone: other
    processes may work with it, so when to migrate is for people to say. Raises DatabaseNotReady.
    """
    parsed = parse_url(url)
    before, after = await current(url), newest()
    if before == after:
        return Prepared(before, after)
    if before is None:
        await _run(parsed, _require_empty)
        await upgrade(url)
        return Prepared(None, after)
    if before not in _known_revisions():
        raise DatabaseNotReady(
            f"the database has revision {before}, which this version of Foyer (revision {after}) does not know: "
            "start the newer version that wrote it, or restore a backup"
        )
    if parsed.drivername != "sqlite":
        raise DatabaseNotReady(
            f"the database has revision {before} and this version of Foyer needs {after}: "
            "stop every process, make a backup and run `foyer migrate`"
        )
    backup = await asyncio.to_thread(_back_up, _path(parsed), before)
    await upgrade(url)
    return Prepared(before, after, backup)


async def _run(url: URL, work: Callable[[Connection], R]) -> R:
    if url.drivername == "sqlite":
        return await asyncio.to_thread(_run_on_sqlite, url, work)
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _run_on_sqlite(url: URL, work: Callable[[Connection], R]) -> R:
    """Foreign keys are off here, as tables may have to be made anew, and checked at the end (SQLite, ALTER TABLE)."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT})
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # taken back by closing, unless the end is reached
        result = work(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise DatabaseNotReady(f"the migration would break references and was taken back: {broken[:5]}")
        connection.commit()
        return result


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in VERSIONS))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known_revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _require_empty(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if tables:
        raise DatabaseNotReady(
            f"the database holds tables that are not Foyer's ({', '.join(sorted(tables)[:3])} …): "
            "give Foyer a database of its own"
        )


def _path(url: URL) -> Path:
    assert url.database is not None
    return Path(url.database)


def _back_up(path: Path, revision: str) -> Path:
    """A whole copy beside the file, taken by SQLite itself, so that what is still in the WAL is in it."""
    backup = path.with_name(f"{path.name}.backup-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    unfinished = backup.with_name(f"{backup.name}.part")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    unfinished.replace(backup)
    return backup
