"""Taking a defence out of a database for a negative control, and putting it back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, delete
from sqlalchemy.schema import AddConstraint, Constraint, DropConstraint

from storage.tables import metadata
from storage.unit_of_work import UnitOfWork

_Change = Callable[[Connection], Any]


@asynccontextmanager
async def without_index(uow: UnitOfWork, name: str) -> AsyncIterator[None]:
    index = next(index for table in metadata.tables.values() for index in table.indexes if index.name == name)
    async with _without(uow, index.drop, index.create):
        yield


@asynccontextmanager
async def without_constraint(uow: UnitOfWork, constraint: Constraint) -> AsyncIterator[None]:
    """PostgreSQL only: SQLite cannot drop one."""
    drop, add = DropConstraint(constraint), AddConstraint(constraint)
    async with _without(uow, lambda connection: connection.execute(drop), lambda connection: connection.execute(add)):
        yield


@asynccontextmanager
async def _without(uow: UnitOfWork, take_out: _Change, put_back: _Change) -> AsyncIterator[None]:
    """On PostgreSQL the tests share a database, so it has to be put back, for which it is emptied."""

    def restore(connection: Connection) -> None:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        put_back(connection)

    await uow._database.write(take_out)
    try:
        yield
    finally:
        await uow._database.write(restore)
