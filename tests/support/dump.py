"""Everything that a database holds, to compare before and after."""

from __future__ import annotations

from sqlalchemy import Connection, TextClause, text

from storage.tables import metadata
from storage.unit_of_work import UnitOfWork

#: Leases say who works, not what happened.
_LEFT_OUT = frozenset({"lease"})
_TABLES = [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]
_A_STATEMENT = 50  # tables

Dump = dict[str, list[str]]


def _everything(dialect: str) -> list[TextClause]:
    """A row as text costs a small part of what one of objects does; one statement a small part of one a table."""
    each = []
    for table in _TABLES:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        row = f"json_array({columns})" if dialect == "sqlite" else 'CAST("row" AS text)'
        each.append(f"""SELECT '{table.name}', {row} FROM "{table.name}" AS "row\"""")
    return [text(" UNION ALL ".join(each[at : at + _A_STATEMENT])) for at in range(0, len(each), _A_STATEMENT)]


_EVERYTHING = {dialect: _everything(dialect) for dialect in ("sqlite", "postgresql")}


async def dump(uow: UnitOfWork) -> Dump:
    """Table → its rows as text, in one order."""

    def read(connection: Connection) -> Dump:
        held: Dump = {table.name: [] for table in _TABLES}
        for statement in _EVERYTHING[connection.dialect.name]:
            for name, row in connection.execute(statement):
                held[name].append(row)
        return {name: sorted(rows) for name, rows in held.items()}

    return await uow._database.read(read)
