"""What lists need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.people.lists import ListRun, Tick


class ListRepository(Protocol):
    def upkeep_of(self, venue_id: int, *, lock: bool = False) -> Mapping[str, Any]:
        """What the house file says of a venue's lists and lost property; empty where it says nothing. ``lock``: nobody
        else begins a list there until the transaction ends."""

    def put_upkeep(self, venue_id: int, document: Mapping[str, Any]) -> bool:
        """False where it was the same."""

    def run(self, run_id: int, *, lock: bool = False) -> ListRun | None: ...

    def latest(self, venue_id: int, key: str) -> ListRun | None:
        """By its slot."""

    def runs_since(self, venue_id: int, slot: datetime) -> Sequence[ListRun]:
        """The newest first."""

    def late(self, at: datetime, most: int) -> Sequence[ListRun]:
        """Due by then, not ended, and nobody has been told."""

    def put(self, run: ListRun) -> int:
        """All but its ticks. Gives its id."""

    def tick(self, run_id: int, tick: Tick) -> None: ...

    def untick(self, run_id: int, item: str) -> None: ...
