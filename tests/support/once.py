"""What every house makes anew at its start, though it comes out the same: made once for all the houses of a test run.

A test's house lives for a second. A fifth of that went into reading the certificates of the world, which no test asks,
and another into compiling the same statements. And nobody pulls the plug: a commit need not wait for the disk.
"""

from __future__ import annotations

import functools
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage import database, migrate

#: The house's own settings of a SQLite connection that writes, for tests of just these.
WRITER = database._WRITER
_HASTY = tuple(pragma.replace("synchronous = FULL", "synchronous = OFF") for pragma in WRITER)

_compiled: dict[type, Any] = {}


def make_once() -> None:
    ssl.create_default_context = functools.cache(ssl.create_default_context)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_asyncpg):
        # A compiled statement is kept under its dialect; one server has one dialect.
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    for name in ("create_engine", "create_async_engine"):
        setattr(database, name, _sharing(getattr(database, name)))
    migrate.newest = _newest
    # Tests kill our processes, never the machine.
    database._WRITER = _HASTY


def _newest() -> str:
    return _newest_of(tuple(migrate.VERSIONS))


@functools.cache
def _newest_of(_versions: tuple[Path, ...], look: Callable[[], str] = migrate.newest) -> str:
    """Reads every migration."""
    return look()


def _sharing(create: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(create)
    def created(*args: Any, **kwargs: Any) -> Any:
        engine = create(*args, **kwargs)
        inner = getattr(engine, "sync_engine", engine)
        inner._compiled_cache = _compiled.setdefault(type(inner.dialect), inner._compiled_cache)
        return engine

    return created
