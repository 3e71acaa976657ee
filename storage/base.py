"""What every repository and store shares: the transaction's connection, and statements for both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Executable, Label, Row, RowMapping, String, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

AnyRow = Row[*tuple[Any, ...]]
#: The two dialects' ``insert`` take the same ON CONFLICT clauses; only their classes differ.
Insert = Callable[[Table], sqlite.Insert]


def both(build: Callable[[Insert], Executable]) -> Mapping[str, Executable]:
    """The same statement for each database, by the dialect's name. Made once, at import."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(cast(Insert, postgresql.insert))}


def word(value: str) -> ColumnElement[str]:
    """A constant in the statement itself: a planner does not match a partial index against a parameter.

    SQLite wants the very words of the index's predicate: ``==`` where it says so, ``in_`` where it does.
    """
    return literal_column(f"'{value}'", String)


def words(*values: str) -> list[ColumnElement[str]]:
    return [word(value) for value in values]


def plain(rows: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """Whole rows as JSON knows them, for an export."""
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def labelled(table: Table, name: str) -> list[Label[Any]]:
    """All columns of a table beside those of others, for a ``Part``; ``name`` begins none of the others' names."""
    return [column.label(f"{name}_{column.name}") for column in table.c]


class Part:
    """One table's columns in a row of several tables, as ``labelled`` named them."""

    def __init__(self, row: AnyRow, name: str) -> None:
        self._row = row
        self._name = name

    def __getattr__(self, column: str) -> Any:
        return getattr(self._row, f"{self._name}_{column}")


class Store:
    """Rows on one connection, inside somebody else's transaction: it never commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._dialect = connection.dialect.name
