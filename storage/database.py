"""Opening the database: SQLite (one writer thread, reader threads) or PostgreSQL (async pools)."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import IO, Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from storage.writer import Writer

R = TypeVar("R")

#: A stalled database is noticed, and what waits for it given up, after this long.
STATEMENT_TIMEOUT = timedelta(seconds=15)
#: On SQLite: how long another process's transaction is waited for.
LOCK_TIMEOUT = timedelta(seconds=10)
#: Transactions are synchronous and wait for nobody: one that idles belongs to a process that hangs.
_IDLE_TIMEOUT = timedelta(seconds=30)
_WRITER = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")
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
        self._writer = Writer(_sqlite_engine(url, seconds, *_WRITER, poolclass=NullPool), busy_timeout=seconds)
        # One hop to a thread per read. An async driver makes one per statement, which takes four times as long.
        self._threads = ThreadPoolExecutor(readers, thread_name_prefix="sqlite-reader")
        self._readers = _sqlite_engine(url, seconds, "PRAGMA query_only = ON", pool_size=readers, max_overflow=0)

    async def write(self, run: Callable[[Connection], R]) -> R:
        return await self._writer.run(run)

    async def read(self, run: Callable[[Connection], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, run)

    def _read(self, run: Callable[[Connection], R]) -> R:
        with self._readers.connect() as connection:
            return run(connection)

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
        await asyncio.to_thread(self._threads.shutdown)
        self._readers.dispose()
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
        # The server's own timeout speaks first, unless the line to it is dead.
        self._patience = statement_timeout.total_seconds() + 1
        self._given_up: set[asyncio.Task[Any]] = set()
        self._writers = _pool(url, pool_size, self._patience, settings)
        # Readers are apart, so that a rush of reading holds up no payment, and the server keeps them from writing.
        reading = _pool(
            url, max(2, pool_size // 2), self._patience, {**settings, "default_transaction_read_only": "on"}
        )
        self._readers = reading.execution_options(isolation_level="AUTOCOMMIT")

    async def write(self, run: Callable[[Connection], R]) -> R:
        def in_transaction(connection: Connection) -> R:
            with connection.begin():
                return run(connection)

        return await self._bridge(self._writers, in_transaction)

    async def read(self, run: Callable[[Connection], R]) -> R:
        return await self._bridge(self._readers, run)

    async def _bridge(self, engine: AsyncEngine, run: Callable[[Connection], R]) -> R:
        """Raises TimeoutError where the server does not answer.

        Who gives up, by this timeout or by being cancelled, does not wait until the broken connection is closed.
        """
        task = asyncio.create_task(self._on_connection(engine, run))
        try:
            await asyncio.wait([task], timeout=self._patience)
        finally:
            if not task.done():
                self._give_up(task)
        if not task.done():
            raise TimeoutError("the database does not answer")
        return task.result()

    async def _on_connection(self, engine: AsyncEngine, run: Callable[[Connection], R]) -> R:
        def on_connection() -> R:
            with engine.sync_engine.connect() as connection:
                return run(connection)

        # One bridge for connecting, running and closing: the async engine's own methods build one each.
        return await greenlet_spawn(on_connection)

    def _give_up(self, task: asyncio.Task[Any]) -> None:
        def ended(task: asyncio.Task[Any]) -> None:
            self._given_up.discard(task)
            if not task.cancelled():
                task.exception()  # its caller has been told already

        self._given_up.add(task)
        task.add_done_callback(ended)
        task.cancel()

    def lock_process(self) -> None:
        """Several processes may work with PostgreSQL."""

    async def dispose(self) -> None:
        if self._given_up:
            await asyncio.wait(self._given_up)
        await self._writers.dispose()
        await self._readers.dispose()


def _sqlite_engine(url: URL, busy_timeout: float, *pragmas: str, **pool: Any) -> Engine:
    """Without transactions of the driver's own making: BEGIN is written where it is meant."""
    engine = create_engine(
        url,
        query_cache_size=_STATEMENTS,
        hide_parameters=True,  # errors are logged, and parameters are what people wrote
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
        connect_args={"isolation_level": None, "timeout": busy_timeout, "check_same_thread": False},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    return engine


def _pool(url: URL, size: int, patience: float, settings: dict[str, str]) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,
        query_cache_size=_STATEMENTS,
        hide_parameters=True,
        connect_args={
            "server_settings": settings,
            "prepared_statement_cache_size": _STATEMENTS,
            "timeout": patience,
        },
    )


def _milliseconds(time: timedelta) -> str:
    return str(int(time.total_seconds() * 1000))
