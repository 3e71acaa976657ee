"""Migrations: up, down and up again, equal to the tables in code, and safe for what is stored already."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from domain.codes import Keyring
from storage import migrate
from storage.database import open_database, parse_url
from storage.migrate import (
    DatabaseNotReady,
    Prepared,
    current,
    downgrade,
    is_current,
    newest,
    prepare_database,
    upgrade,
)
from storage.tables import metadata
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import drop_postgres_database, new_postgres_database
from tests.support.house import somebody

R = TypeVar("R")

NEXT_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"

def upgrade():
    op.add_column("person", sa.Column("shoe_size", sa.Integer()))

def downgrade():
    op.drop_column("person", "shoe_size")
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/foyer.db"
        return
    request.getfixturevalue("postgres_template")  # skips where there is no server
    name = f"foyer_migrations_{tmp_path.name}"[:60].replace("-", "_")
    yield await new_postgres_database(name)
    await drop_postgres_database(name)


@pytest.fixture
def a_newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This program as it will be one revision later."""
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "9999_shoe_size.py").write_text(NEXT_REVISION.format(newest=newest()))
    monkeypatch.setattr(migrate, "VERSIONS", [*migrate.VERSIONS, folder])


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def schema(connection: Connection) -> dict[str, str]:
    """Every index, and on SQLite every table, in the database's own words: partial predicates and all."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    else:
        found = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
    # A table that was made anew has its name in quotes (SQLite, ALTER TABLE RENAME).
    words = {name: sorted(re.split(r"[\s,()]+", definition.replace('"', ""))) for name, definition in found}
    return {name: " ".join(definition) for name, definition in words.items() if "alembic_version" not in definition}


async def in_database(url: str, look: Callable[[Connection], R]) -> R:
    return await migrate._run(parse_url(url), look)


async def test_up_and_down_and_up_again(empty_url: str) -> None:
    assert await current(empty_url) is None
    await upgrade(empty_url)
    assert await is_current(empty_url)
    everything = await in_database(empty_url, schema)
    await downgrade(empty_url, "base")
    assert await in_database(empty_url, tables) <= {"alembic_version"}
    assert await current(empty_url) is None
    await upgrade(empty_url)
    assert await in_database(empty_url, schema) == everything


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # compared by ``schema`` instead
async def test_migrations_make_what_the_code_expects(empty_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        # On SQLite, Alembic takes the empty string for no default; there ``schema`` compares the table's own words.
        options = {"compare_type": True, "compare_server_default": connection.dialect.name != "sqlite"}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    def made_from_code(connection: Connection) -> dict[str, str]:
        metadata.create_all(connection)
        return schema(connection)

    await upgrade(empty_url)
    assert await in_database(empty_url, differences) == []
    migrated = await in_database(empty_url, schema)
    await downgrade(empty_url, "base")
    # Autogenerate looks neither at the predicates of partial indexes nor at SQLite's table options.
    assert migrated == await in_database(empty_url, made_from_code)


async def test_an_empty_database_gets_its_tables(empty_url: str) -> None:
    assert await prepare_database(empty_url) == Prepared(None, newest())
    assert await is_current(empty_url)
    assert await prepare_database(empty_url) == Prepared(newest(), newest())


async def test_an_older_sqlite_database_is_copied_and_migrated(
    tmp_path: Path, keyring: Keyring, clock: FakeClock, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "foyer.db"
    url = f"sqlite:///{path}"
    await prepare_database(url)
    old = newest()
    database = open_database(url)
    person_id = await UnitOfWork(database, clock, keyring).write(somebody)
    try:
        request.getfixturevalue("a_newer_program")
        # The process that wrote is still there: what it committed stands in the WAL alone.
        prepared = await prepare_database(url)
    finally:
        await database.dispose()

    assert (prepared.before, prepared.after) == (old, "9999")
    assert prepared.backup is not None
    assert re.fullmatch(rf"foyer\.db\.backup-{old}-\d{{8}}T\d{{6}}Z", prepared.backup.name)
    with closing(sqlite3.connect(prepared.backup)) as backup, closing(sqlite3.connect(path)) as migrated:
        assert backup.execute("SELECT id FROM person").fetchall() == [(person_id,)]
        assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [(old,)]
        assert migrated.execute("SELECT id, shoe_size FROM person").fetchall() == [(person_id, None)]
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


@pytest.mark.postgres
async def test_an_older_postgres_database_stops_the_start(
    postgres_template: object, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = await new_postgres_database("foyer_migrations_older")
    try:
        await prepare_database(url)
        old = newest()
        request.getfixturevalue("a_newer_program")
        with pytest.raises(DatabaseNotReady, match="`foyer migrate`"):
            await prepare_database(url)
        assert await current(url) == old
        await upgrade(url)
        assert await prepare_database(url) == Prepared("9999", "9999")
    finally:
        await drop_postgres_database("foyer_migrations_older")


async def test_a_newer_database_stops_the_start(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("a_newer_program")
    await prepare_database(empty_url)
    monkeypatch.undo()
    with pytest.raises(DatabaseNotReady, match="revision 9999"):
        await prepare_database(empty_url)


async def test_somebody_elses_database_is_left_alone(empty_url: str) -> None:
    def foreign(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE wp_posts (id INTEGER)"))

    await in_database(empty_url, foreign)
    with pytest.raises(DatabaseNotReady, match="wp_posts"):
        await prepare_database(empty_url)
    assert await in_database(empty_url, tables) == {"wp_posts"}


async def test_a_migration_that_fails_leaves_nothing(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upgrade(empty_url)
    folder = tmp_path / "broken"
    folder.mkdir()
    broken = NEXT_REVISION.format(newest=newest()).replace(
        'op.add_column("person"', 'op.execute("DELETE FROM lease"); op.create_table("half"); op.add_column("nowhere"'
    )
    (folder / "9999_broken.py").write_text(broken)
    before = await in_database(empty_url, tables)
    monkeypatch.setattr(migrate, "VERSIONS", [*migrate.VERSIONS, folder])
    with pytest.raises(Exception, match=r"nowhere|syntax"):
        await upgrade(empty_url)
    assert await in_database(empty_url, tables) == before
    assert await current(empty_url) != "9999"
