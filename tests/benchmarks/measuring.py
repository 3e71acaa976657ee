"""How things are measured: databases to measure on, rounds that take turns, medians."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bot.clock import SystemClock
from domain.codes import Keyring
from storage.database import Database, open_database
from storage.migrate import upgrade
from storage.unit_of_work import UnitOfWork
from tests.support.databases import drop_postgres_database, new_postgres_database

KINDS = ("sqlite", "postgresql")
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
KEYS = "k:a secret of the benchmarks, of no use elsewhere"
Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """An open, migrated, empty database of one kind."""

    url: str
    database: Database
    uow: UnitOfWork


@asynccontextmanager
async def fresh_url(kind: str) -> AsyncIterator[str]:
    """An empty migrated database, gone afterwards."""
    with TemporaryDirectory(prefix="foyer-bench-") as folder:
        if kind == "sqlite":
            url = f"sqlite:///{Path(folder) / 'foyer.db'}"
            await asyncio.to_thread(asyncio.run, upgrade(url))
            yield url
            return
        name = f"foyer_bench_{os.getpid()}"
        url = await new_postgres_database(name)
        try:
            await asyncio.to_thread(asyncio.run, upgrade(url))
            yield url
        finally:
            await drop_postgres_database(name)


@asynccontextmanager
async def opened(kind: str, *, pool_size: int | None = None) -> AsyncIterator[Bench]:
    async with fresh_url(kind) as url:
        database = open_database(url, pool_size=pool_size)
        key_id, _, secret = KEYS.partition(":")
        try:
            yield Bench(url, database, UnitOfWork(database, SystemClock(), Keyring({key_id: secret.encode()})))
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
