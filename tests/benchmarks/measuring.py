"""How things are measured: databases to measure on, rounds that take turns, medians."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from bot.clock import SystemClock
from domain.codes import Keyring
from storage.database import Database, open_database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork
from tests.support.databases import drop_postgres_database, new_postgres_database

KINDS = ("sqlite", "postgresql")
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
#: What frames a transaction on SQLite; on PostgreSQL the driver says it by itself.
_AROUND = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """An open, migrated, empty database of one kind."""

    url: str
    database: Database
    keyring: Keyring
    uow: UnitOfWork


@dataclass(slots=True)
class Statements:
    """What was executed. ``many`` leaves out what only frames a transaction."""

    texts: list[str] = field(default_factory=list)

    @property
    def many(self) -> int:
        return sum(not text.startswith(_AROUND) for text in self.texts)


@contextmanager
def statements() -> Iterator[Statements]:
    """Collects what is executed meanwhile. Measure before: an engine that was once listened to stays slower."""
    found = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.texts.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@asynccontextmanager
async def fresh_url(kind: str, name: str = "one") -> AsyncIterator[str]:
    """An empty migrated database, gone afterwards. ``name`` tells several apart."""
    with TemporaryDirectory(prefix="foyer-bench-") as folder:
        if kind == "sqlite":
            url = f"sqlite:///{Path(folder) / 'foyer.db'}"
            await asyncio.to_thread(asyncio.run, upgrade(url))
            yield url
            return
        database = f"foyer_bench_{os.getpid()}_{name}"
        url = await new_postgres_database(database)
        try:
            await asyncio.to_thread(asyncio.run, upgrade(url))
            yield url
        finally:
            await drop_postgres_database(database)


@asynccontextmanager
async def opened(kind: str, *, pool_size: int | None = None) -> AsyncIterator[Bench]:
    async with fresh_url(kind) as url, opened_url(url, pool_size=pool_size) as bench:
        yield bench


@asynccontextmanager
async def opened_url(url: str, *, pool_size: int | None = None) -> AsyncIterator[Bench]:
    database = open_database(url, pool_size=pool_size)
    keyring = Keyring({"k": b"a secret of the benchmarks, of no use elsewhere"})
    try:
        yield Bench(url, database, keyring, UnitOfWork(database, SystemClock(), keyring))
    finally:
        await database.dispose()


async def take_turns(variants: Sequence[Callable[[], Awaitable[float]]], rounds: int) -> list[list[float]]:
    """Each variant's results; A B A B …, so that a noisy machine disturbs both alike."""
    results: list[list[float]] = [[] for _ in variants]
    for _ in range(rounds):
        for found, variant in zip(results, variants, strict=True):
            found.append(await variant())
    return results


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' own ratios: what disturbed one round disturbed both sides of it."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


async def crowd(many: int, each: Callable[[int], Awaitable[None]]) -> float:
    """Seconds until ``many`` at once are through."""
    start = perf_counter()
    await asyncio.gather(*(each(number) for number in range(many)))
    return perf_counter() - start


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
