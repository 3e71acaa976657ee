"""Taking a defence out of a database for a negative control, and putting it back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, delete, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import AddConstraint, Constraint, DropConstraint

from storage.repositories import claims
from storage.tables import metadata
from storage.unit_of_work import UnitOfWork

_Change = Callable[[Connection], Any]


def taking_over() -> dict[str, Executable]:
    """For ``claims._CLAIM``: the conflict clause without its condition, so that what lives is taken over too."""
    json, array = claims._JSON_PLACES, claims._ARRAY_PLACES
    return {
        "sqlite": claims._claim(_without_condition(sqlite), json, json.c.value),
        "postgresql": claims._claim(_without_condition(postgresql), array, array.c.place),
    }


def _without_condition(dialect: Any) -> type:
    class TakingOver(dialect.Insert):  # type: ignore[misc]
        inherit_cache = False

        def on_conflict_do_update(self, *, where: ColumnElement[bool], **clause: Any) -> Any:
            return super().on_conflict_do_update(where=or_(where, claims._LIVE), **clause)

    return TakingOver


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
