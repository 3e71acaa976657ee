"""The unit of work: runs plain synchronous functions of a transaction, on either database."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from sqlalchemy import BigInteger, Connection, String, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from domain.codes import Keyring
from domain.errors import Contended, Rejected
from domain.ports import Clock
from storage.database import Database
from storage.transaction import StorageTx

R = TypeVar("R")

#: Until the end of the transaction, in the order of asking.
_STAND_IN_LINE = select(
    func.pg_advisory_xact_lock(func.hashtextextended(bindparam("over", type_=String), 0, type_=BigInteger))
)

TRIES = 8
_SHORTEST_PAUSE = 0.001  # seconds; doubled with each try
#: serialization_failure, deadlock_detected: PostgreSQL took the transaction back and asks for it again.
_TAKEN_BACK = frozenset({"40001", "40P01"})
#: A unique index decided a race. The next run finds the winner's row and answers accordingly.
_NOT_UNIQUE = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})


class UnitOfWork:
    """``on_commit`` is called in the event loop after each commit, with what it touched: ``notices``, ``cards``,
    ``mails``; so workers wake at once and need not ask."""

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

        Who has lost something that others want too (``Contended.over``) stands in line for it at the next try, ahead
        of whatever else the transaction locks: they run one after another and not all at once again.

        A work may run several times, each time from the start and with nothing of the last run left: it must have
        no effect but on its transaction. Raises what the work raises, Contended after the last try, SQLAlchemy's
        DBAPIError where the database fails and TimeoutError where it does not answer.
        """
        attempt, over = 0, None
        while True:
            attempt += 1
            try:
                outcome, touched = await self._database.write(partial(self._attempt, work, handled, replay, over))
            except (Contended, DBAPIError) as error:
                if not _worth_another_try(error, handled):
                    raise
                if attempt == TRIES:
                    raise Contended from error
                # Somebody may have handled the same step, or a commit have been made and its answer lost.
                replay = handled is not None
                over = error.over if isinstance(error, Contended) else over
                if over is None:
                    await asyncio.sleep(self._pause(attempt))
            else:
                for tell in self.on_commit:
                    tell(touched)
                return outcome

    def _transaction(self, connection: Connection) -> StorageTx:
        return StorageTx(connection, self._clock.now(), self._keyring)

    def _attempt(
        self,
        work: Callable[[StorageTx], R],
        handled: tuple[int, int] | None,
        replay: bool,
        over: str | None,
        connection: Connection,
    ) -> tuple[R, frozenset[str]]:
        if over is not None and self._database.dialect == "postgresql":  # SQLite's works stand in one line anyway
            connection.execute(_STAND_IN_LINE, {"over": over})
        tx = self._transaction(connection)
        if handled is None:
            outcome = work(tx)
        else:
            stored = tx.inbox.outcome(*handled) if replay else None
            if stored is not None:
                return cast(R, stored[0]), frozenset()
            try:
                outcome = _through_json(work(tx))
            except Rejected:
                if tx.inbox.outcome(*handled) is None:
                    raise
                # Our own twin's effect is what refused us ("used already"): the next try finds its outcome.
                raise Contended(reason="handled") from None
            # Unique: whoever comes second is rolled back, and finds it at the next try.
            tx.inbox.add_effect(*handled, outcome, tx.now)
        tx.flush()
        return outcome, frozenset(tx.touched)

    def _pause(self, tries: int) -> float:
        """Jittered; on SQLite there is nobody to make way for, the works stand in a row."""
        if self._database.dialect == "sqlite":
            return 0
        return random.uniform(0, _SHORTEST_PAUSE * 2**tries)


def _through_json(outcome: R) -> R:
    """The outcome as a replay would give it."""
    return cast(R, json.loads(json.dumps(outcome)))


def _worth_another_try(error: Contended | DBAPIError, handled: tuple[int, int] | None) -> bool:
    if isinstance(error, Contended):
        return True
    if error.connection_invalidated:  # perhaps in the middle of the commit: the effect tells, where there is one
        return handled is not None
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in _TAKEN_BACK or code in _NOT_UNIQUE
