"""What several races need: somebody in between."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.races.meanwhile import Meanwhile


@pytest.fixture
async def meanwhile(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Meanwhile]:
    watcher = await asyncpg.connect(database_url)
    yield Meanwhile(watcher, monkeypatch)
    await watcher.close()
