"""SQLite's one writer: a thread that runs the works that wait and commits them together.

SQLite has one writer at a time, and what costs is the commit (with ``synchronous=FULL`` a wait for the disk) and, over
an async driver, a thread hop per statement. Here a work is one hop, and works that come together share one commit.
Each has a SAVEPOINT, so that one that fails takes nobody with it; nobody is answered before the commit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

R = TypeVar("R")

#: Bounds how long the first work of a batch waits for the last.
MOST_IN_A_BATCH = 64
_RETRY_COMMIT_EVERY = 0.01  # seconds


@dataclass(slots=True)
class _Job(Generic[R]):
    work: Callable[[Connection], R]
    future: asyncio.Future[R]
    error: BaseException | None = None
    result: R | None = None


class Writer:
    """``busy_timeout`` in seconds: how long another process's transaction is waited for."""

    def __init__(self, engine: Engine, *, busy_timeout: float) -> None:
        self._engine = engine
        self._busy_timeout = busy_timeout
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._stopping = False
        # Opened here so that a database that cannot be opened is told to whoever opens it.
        self._connection = engine.connect()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Connection], R]) -> R:
        """Runs a work in the thread; returns once it is committed. A cancelled work that has not begun is left out.

        Raises what the work raises (nothing of it is kept), or why the commit failed.
        """
        if self._stopping:
            raise RuntimeError("the database is closed")
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, future))
        return await future

    async def stop(self) -> None:
        """Takes no more works, finishes those that wait, ends the thread."""
        if not self._stopping:
            self._stopping = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        with self._connection:
            going_on = True
            while going_on:
                batch, going_on = self._next_batch()
                batch = [job for job in batch if not job.future.cancelled()]
                if batch:
                    self._run_batch(batch)
        self._engine.dispose()

    def _next_batch(self) -> tuple[list[_Job[Any]], bool]:
        """The works that wait, at least one; and whether more may come."""
        batch: list[_Job[Any]] = []
        with suppress(queue.Empty):
            job = self._jobs.get()
            while job is not None:
                batch.append(job)
                if len(batch) == MOST_IN_A_BATCH:
                    return batch, True
                job = self._jobs.get_nowait()
            return batch, False
        return batch, True

    def _run_batch(self, batch: list[_Job[Any]]) -> None:
        connection = self._connection
        try:
            # A deferred BEGIN would ask for the lock at the first write and, where others write too, be refused it.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for job in batch:
                self._run_job(connection, job)
            self._commit(connection)
        except BaseException as error:  # whatever it is, everybody in the batch is waiting for an answer
            with suppress(DBAPIError):  # SQLite may have rolled back by itself
                connection.exec_driver_sql("ROLLBACK")
            connection.rollback()
            for job in batch:
                job.error = job.error or error
        self._answer(batch)

    def _run_job(self, connection: Connection, job: _Job[Any]) -> None:
        connection.exec_driver_sql("SAVEPOINT work")
        try:
            job.result = job.work(connection)
        except BaseException as error:  # its own answer, whatever it is
            connection.exec_driver_sql("ROLLBACK TO work")
            job.error = error
        connection.exec_driver_sql("RELEASE work")

    def _commit(self, connection: Connection) -> None:
        """A busy COMMIT leaves the transaction open and may be repeated (SQLite, "BEGIN TRANSACTION")."""
        patience = time.monotonic() + self._busy_timeout
        while True:
            try:
                connection.exec_driver_sql("COMMIT")
                break
            except OperationalError as error:
                if not _is_busy(error) or time.monotonic() > patience:
                    raise
                time.sleep(_RETRY_COMMIT_EVERY)
        connection.rollback()  # ends SQLAlchemy's idea of a transaction; in the database none is open any more

    def _answer(self, batch: list[_Job[Any]]) -> None:
        for loop, jobs in groupby(batch, key=lambda job: job.future.get_loop()):
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(_settle, list(jobs))


def _settle(jobs: list[_Job[Any]]) -> None:
    for job in jobs:
        if job.future.done():  # cancelled meanwhile
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)


def _is_busy(error: OperationalError) -> bool:
    """Whether another process holds SQLite's lock."""
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
