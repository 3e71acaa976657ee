"""Taking a defence out of a database for a negative control, and putting it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, Index, delete
from sqlalchemy.schema import AddConstraint, Constraint, DropConstraint

from storage.tables import metadata
from storage.unit_of_work import UnitOfWork


@asynccontextmanager
async def without_index(uow: UnitOfWork, name: str) -> AsyncIterator[None]:
    index = _index(name)
    await _do(uow, lambda connection: index.drop(connection))
    yield
    await _do(uow, lambda connection: (_empty(connection, index.table), index.create(connection)))


@asynccontextmanager
async def without_constraint(uow: UnitOfWork, constraint: Constraint) -> AsyncIterator[None]:
    """PostgreSQL only: SQLite cannot drop one."""
    await _do(uow, lambda connection: connection.execute(DropConstraint(constraint)))
    yield
    await _do(
        uow, lambda connection: (_empty(connection, constraint.table), connection.execute(AddConstraint(constraint)))
    )


def _index(name: str) -> Index:
    return next(index for table in metadata.tables.values() for index in table.indexes if index.name == name)


def _empty(connection: Connection, table: Any) -> None:
    connection.execute(delete(table))


async def _do(uow: UnitOfWork, run: Any) -> None:
    await uow._database.write(run)
