"""Fixtures that every suite shares: a clock that stands still, and a fresh database of either kind."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.codes import Keyring
from storage.database import Database, open_database
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import PostgresTemplate, SqliteTemplate, require_postgres
from tests.support.once import make_once

make_once()


def pytest_collection_finish() -> None:
    """What is imported by now stays: a tenth of the suite went into looking whether it had become garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    require_postgres()
    template = PostgresTemplate()
    yield template
    template.drop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty migrated database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        sqlite: SqliteTemplate = request.getfixturevalue("sqlite_template")
        return sqlite.fresh(tmp_path)
    postgres: PostgresTemplate = request.getfixturevalue("postgres_template")
    return postgres.fresh()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url, lock_timeout=timedelta(seconds=5))
    yield opened
    await opened.dispose()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring({"k": b"a secret of the tests, of no use elsewhere"})


@pytest.fixture
def uow(database: Database, clock: FakeClock, keyring: Keyring) -> UnitOfWork:
    return UnitOfWork(database, clock, keyring)
