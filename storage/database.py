"""Opening the database: SQLite (one writer thread, async readers) or PostgreSQL (async pools)."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from datetime import timedelta
from typing import IO, Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.writer import Writer

R = TypeVar("R")

#: A stalled database is noticed, and what waits for it given up, after this long.
STATEMENT_TIMEOUT = timedelta(seconds=15)
#: On SQLite: how long another process's transaction is waited for.
LOCK_TIMEOUT = timedelta(seconds=10)
#: Transactions are synchronous and wait for nobody: one that idles belongs to a process that hangs.
_IDLE_TIMEOUT = timedelta(seconds=30)
#: More than there are statements, so that each stays compiled and prepared.
_STATEMENTS = 1000


class AlreadyRunning(RuntimeError):
    """Another process works with this SQLite database."""


class Database(Protocol):
    """Where transactions run: synchronous functions of a connection, off the event loop or bridged into it."""

    dialect: str

    async def write(self, run: Callable[[Connection], R]) -> R:
        """Runs in a transaction of its own; committed when this returns."""

    async def read(self, run: Callable[[Connection], R]) -> R:
        """Runs without a transaction: each statement sees what was committed when it began. It cannot write."""

    def lock_process(self) -> None:
        """Makes sure that no other process has opened this database with the lock. Raises AlreadyRunning.

        For SQLite alone: with PostgreSQL several processes are meant to run, and this does nothing.
        """

    async def dispose(self) -> None:
        """Finishes the writes that wait and closes every connection."""


def open_database(
    url: str,
    *,
    pool_size: int | None = None,
    statement_timeout: timedelta = STATEMENT_TIMEOUT,
    lock_timeout: timedelta = LOCK_TIMEOUT,
) -> Database:
    """Opens ``sqlite:///path`` or ``postgresql://…``. ``pool_size``: connections for reading (SQLite) or writing.

    Raises ValueError, with a sentence for people, for any other URL.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed, readers=pool_size or 4, busy_timeout=lock_timeout)
    return PostgresDatabase(
        parsed, pool_size=pool_size or 10, statement_timeout=statement_timeout, lock_timeout=lock_timeout
    )


def parse_url(url: str) -> URL:
    """A URL without a driver, which is ours to choose. Raises ValueError with a sentence for people."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    backend = parsed.get_backend_name() if parsed is not None else ""
    if parsed is None or backend not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("the database URL must look like sqlite:///path/to/foyer.db or postgresql://user@host/name")
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("a SQLite database needs a file: sqlite:///path/to/foyer.db")
        return parsed.set(drivername="sqlite")
    mode = parsed.query.get("sslmode")  # libpq's name; asyncpg knows it as ssl
    if mode is not None:
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed.set(drivername="postgresql")


class SqliteDatabase:
    dialect = "sqlite"

    def __init__(self, url: URL, *, readers: int, busy_timeout: timedelta) -> None:
        assert url.database is not None
        self.path = url.database
        self._lock: IO[str] | None = None
        seconds = busy_timeout.total_seconds()
        # The writer comes first: it makes the file, and makes it a WAL file.
        self._writer = Writer(sqlite_engine(url, busy_timeout=seconds), busy_timeout=seconds)
        self._readers = create_async_engine(
            url.set(drivername="sqlite+aiosqlite"),
            pool_size=readers,
            max_overflow=0,
            pool_use_lifo=True,
            pool_reset_on_return=None,  # no transactions here, so nothing to roll back
            skip_autocommit_rollback=True,
            query_cache_size=_STATEMENTS,
            connect_args={"isolation_level": None, "timeout": seconds},
        )
        _on_connect(self._readers.sync_engine, "PRAGMA query_only = ON")

    async def write(self, run: Callable[[Connection], R]) -> R:
        return await self._writer.run(run)

    async def read(self, run: Callable[[Connection], R]) -> R:
        async with self._readers.connect() as connection:
            return await connection.run_sync(run)

    def lock_process(self) -> None:
        if self._lock is not None:
            return
        lock = open(f"{self.path}.lock", "a")  # noqa: SIM115 - held for as long as the process works
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyRunning(
                f"another Foyer works with {self.path}: stop it first, or use PostgreSQL for several processes"
            ) from None
        self._lock = lock

    async def dispose(self) -> None:
        await self._writer.stop()
        await self._readers.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


class PostgresDatabase:
    dialect = "postgresql"

    def __init__(self, url: URL, *, pool_size: int, statement_timeout: timedelta, lock_timeout: timedelta) -> None:
        settings = {
            "application_name": "foyer",
            "jit": "off",  # it costs more than these short statements take
            "timezone": "UTC",
            "statement_timeout": _milliseconds(statement_timeout),
            "lock_timeout": _milliseconds(lock_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(_IDLE_TIMEOUT),
        }
        patience = statement_timeout.total_seconds()
        self._writers = _pool(url, pool_size, patience, settings)
        # Readers are apart, so that a rush of reading holds up no payment, and the server keeps them from writing.
        self._readers = _pool(
            url, max(2, pool_size // 2), patience, {**settings, "default_transaction_read_only": "on"}
        )
        self._readers = self._readers.execution_options(isolation_level="AUTOCOMMIT")

    async def write(self, run: Callable[[Connection], R]) -> R:
        async with self._writers.begin() as connection:
            return await connection.run_sync(run)

    async def read(self, run: Callable[[Connection], R]) -> R:
        async with self._readers.connect() as connection:
            return await connection.run_sync(run)

    def lock_process(self) -> None:
        """Several processes may work with PostgreSQL."""

    async def dispose(self) -> None:
        await self._writers.dispose()
        await self._readers.dispose()


def sqlite_engine(url: URL, *, busy_timeout: float) -> Engine:
    """A synchronous engine, without transactions of the driver's own making: BEGIN is written where it is meant."""
    engine = create_engine(
        url,
        poolclass=NullPool,
        query_cache_size=_STATEMENTS,
        connect_args={"isolation_level": None, "timeout": busy_timeout, "check_same_thread": False},
    )
    _on_connect(engine, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")
    return engine


def _on_connect(engine: Engine, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()


def _pool(url: URL, size: int, patience: float, settings: dict[str, str]) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,
        query_cache_size=_STATEMENTS,
        connect_args={
            "server_settings": settings,
            "prepared_statement_cache_size": _STATEMENTS,
            "timeout": patience,
            "command_timeout": patience + 1,  # the server's own timeout speaks first, unless the line is dead
        },
    )


def _milliseconds(time: timedelta) -> str:
    return str(int(time.total_seconds() * 1000))
