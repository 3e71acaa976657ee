"""What improvement needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.improvement.model import Action, ActionState, Source
from domain.text import LocalText


class ImprovementRepository(Protocol):
    def add_action(self, action: Action) -> int: ...

    def add_source(self, action_id: int, source: Source, source_id: int) -> bool:
        """False if it is among the action's sources already."""

    def action(self, action_id: int, *, lock: bool = False) -> Action | None: ...

    def sources(self, action_id: int) -> Sequence[tuple[Source, int]]:
        """In the order in which they were added."""

    def actions_of(self, source: Source, source_id: int) -> Sequence[Action]: ...

    def open_actions(self, venue_ids: Collection[int], limit: int) -> Sequence[Action]:
        """By their due date."""

    def owned(self, owner_id: int, limit: int) -> Sequence[Action]:
        """Those that are open, by their due date."""

    def overdue(self, venue_ids: Collection[int], now: datetime) -> Sequence[Action]:
        """For digests: open and past their due date, the longest first."""

    def due_before(self, moment: datetime, limit: int) -> Sequence[Action]:
        """Open and due by then, in all venues."""

    def assign(self, action_id: int, owner_id: int) -> None: ...

    def postpone(self, action_id: int, due_at: datetime) -> None: ...

    def end(self, action_id: int, state: ActionState, proof: str, told: LocalText, by: int, now: datetime) -> None: ...
