"""Each flow runs on one of the two databases, half of them on either: what differs between the databases is held by
the contract, race and fault suites, which run on both. ``FOYER_TEST_BOTH=1`` runs every flow on both."""

from __future__ import annotations

import os
from pathlib import Path
from zlib import crc32

import pytest

_HERE = Path(__file__).parent
_DATABASES = ("sqlite", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("FOYER_TEST_BOTH"):
        return
    kept = [item for item in items if not (item.path.is_relative_to(_HERE) and _is_the_other_s(item))]
    if len(kept) < len(items):
        left = set(items) - set(kept)
        config.hook.pytest_deselected(items=list(left))
        items[:] = kept


def _is_the_other_s(item: pytest.Item) -> bool:
    """The name decides, so that a flow is always on the same database and a new one moves no other."""
    database = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
    if database not in _DATABASES:
        return False
    name = item.nodeid.replace(str(database), "")
    return _DATABASES[crc32(name.encode()) % 2] != database
