"""A database that stands still, and an event loop whose clock can be set forward: half a minute passes in no time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from storage.database import Database
from storage.unit_of_work import UnitOfWork

R = TypeVar("R")


class Stall:
    """Lies beneath a unit of work: nothing is read or written, as named in ``what``, until it is over."""

    def __init__(self, uow: UnitOfWork, what: frozenset[str]) -> None:
        self._uow = uow
        self._below: Database = uow._database
        self._what = what
        self._over = asyncio.Event()
        self.dialect = self._below.dialect

    def begin(self) -> None:
        self._uow._database = self  # type: ignore[assignment]

    def end(self) -> None:
        self._over.set()
        self._uow._database = self._below

    async def write(self, run: Callable[[Connection], R]) -> R:
        if "write" in self._what:
            await self._over.wait()
        return await self._below.write(run)

    async def read(self, run: Callable[[Connection], R]) -> R:
        if "read" in self._what:
            await self._over.wait()
        return await self._below.read(run)


class LoopClock:
    """The running loop's clock; ``jump`` sets it forward, and what was to wake in between wakes at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        real: Any = loop.time
        self._ahead = 0.0
        monkeypatch.setattr(loop, "time", lambda: real() + self._ahead)
        self.now: Callable[[], float] = loop.time

    def jump(self, to: float) -> None:
        self._ahead += max(0.0, to - self.now())
