"""Everything that a database holds, to compare before and after."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from storage.tables import metadata
from storage.unit_of_work import UnitOfWork

#: Leases say who works, not what happened.
_LEFT_OUT = frozenset({"lease"})
_TABLES = [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]
_ROWS = {table.name: select(table).order_by(*table.primary_key) for table in _TABLES}

Dump = dict[str, list[tuple[Any, ...]]]


async def dump(uow: UnitOfWork) -> Dump:
    """Table → rows in the order of their keys."""

    def read(connection: Connection) -> Dump:
        return {name: [tuple(row) for row in connection.execute(rows)] for name, rows in _ROWS.items()}

    return await uow._database.read(read)
