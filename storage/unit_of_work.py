"""The unit of work: runs plain synchronous functions of a transaction, on either database."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from domain.codes import Keyring
from domain.errors import Contended
from domain.ports import Clock
from storage.database import Database
from storage.transaction import StorageTx

R = TypeVar("R")

TRIES = 8
_SHORTEST_PAUSE = 0.001  # seconds; doubled with each try
#: serialization_failure, deadlock_detected: PostgreSQL took the transaction back and asks for it again.
_TAKEN_BACK = frozenset({"40001", "40P01"})
#: A unique index decided a race. The next run finds the winner's row and answers accordingly.
_NOT_UNIQUE = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})


class UnitOfWork:
    """``on_commit`` is called in the event loop after each commit, with what it touched: ``notices``, ``cards``,
    ``refunds``; so workers wake at once and need not ask."""

    def __init__(self, database: Database, clock: Clock, keyring: Keyring) -> None:
        self._database = database
        self._clock = clock
        self._keyring = keyring
        self.on_commit: list[Callable[[frozenset[str]], None]] = []

    async def read(self, work: Callable[[StorageTx], R]) -> R:
        """Runs a query. It cannot write: the database refuses."""
        return await self._database.read(lambda connection: work(self._transaction(connection)))

    async def write(
        self, work: Callable[[StorageTx], R], *, handled: tuple[int, int] | None = None, replay: bool = False
    ) -> R:
        """Runs a work in a transaction; returns once it is committed.

        ``handled`` (inbox id, step) stores the outcome as the effect of that step of that update, in the same
        transaction: whoever comes second, at the same time or (``replay``) later, changes nothing and is given the
        stored outcome. Outcomes then pass through JSON, so a tuple comes back as a list.

        A work may run several times, each time from the start and with nothing of the last run left: it must have
        no effect but on its transaction. Raises what the work raises, Contended after the last try, and SQLAlchemy's
        DBAPIError where the database fails.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                outcome, touched = await self._database.write(partial(self._attempt, work, handled, replay))
            except _HandledMeanwhile:
                replay = True
            except (Contended, DBAPIError) as error:
                lost = isinstance(error, DBAPIError) and error.connection_invalidated
                if not (_worth_another_try(error) or (lost and handled is not None)):
                    raise
                if not tries_left:
                    raise Contended from error
                # A connection that broke at the commit leaves it open whether it happened: the effect tells.
                replay = replay or (lost and handled is not None)
                await asyncio.sleep(self._pause(TRIES - tries_left))
            else:
                for tell in self.on_commit:
                    tell(touched)
                return outcome
        raise Contended

    def _transaction(self, connection: Connection) -> StorageTx:
        return StorageTx(connection, self._clock.now(), self._keyring)

    def _attempt(
        self, work: Callable[[StorageTx], R], handled: tuple[int, int] | None, replay: bool, connection: Connection
    ) -> tuple[R, frozenset[str]]:
        tx = self._transaction(connection)
        if handled is None:
            outcome = work(tx)
        else:
            stored = tx.inbox.outcome(*handled) if replay else None
            if stored is not None:
                return cast(R, stored[0]), frozenset()
            outcome = _through_json(work(tx))
            if not tx.inbox.add_effect(*handled, outcome, tx.now):
                raise _HandledMeanwhile
        tx.flush()
        return outcome, frozenset(tx.touched)

    def _pause(self, tries: int) -> float:
        """Jittered; on SQLite there is nobody to make way for, the works stand in a row."""
        if self._database.dialect == "sqlite":
            return 0
        return random.uniform(0, _SHORTEST_PAUSE * 2**tries)


class _HandledMeanwhile(Exception):
    """Somebody else committed the effect of this step first: ours is rolled back."""


def _through_json(outcome: R) -> R:
    """The outcome as a replay would give it."""
    return cast(R, json.loads(json.dumps(outcome)))


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, Contended):
        return True
    cause: Any = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return code in _TAKEN_BACK or code in _NOT_UNIQUE
