"""Somebody in between: a second transaction exactly where the first has looked and not yet written (PostgreSQL)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
import pytest
from sqlalchemy.util import await_only

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

Other = Callable[[], Coroutine[Any, Any, Any]]


class Meanwhile:
    """Lets another transaction in after the first call of a repository's method: it runs until it is committed, or
    waits for a lock that ours has. ``done`` gives its outcome."""

    def __init__(self, watcher: asyncpg.Connection, patch: pytest.MonkeyPatch) -> None:
        self._watcher = watcher
        self._patch = patch
        self._task: asyncio.Task[Any] | None = None

    def after(self, repository: type, method: str, other: Other) -> None:
        original = getattr(repository, method)

        def looked(*args: Any, **keywords: Any) -> Any:
            found = original(*args, **keywords)
            if self._task is None:
                self._task = asyncio.ensure_future(other())
                await_only(self._until_done_or_waiting())
            return found

        self._patch.setattr(repository, method, looked)

    async def done(self) -> Any:
        assert self._task is not None, "the other transaction was never let in"
        return (await asyncio.gather(self._task, return_exceptions=True))[0]

    async def _until_done_or_waiting(self) -> None:
        assert self._task is not None
        while not self._task.done():
            if await self._watcher.fetchval(_WAITING):
                break
            await asyncio.sleep(0)
