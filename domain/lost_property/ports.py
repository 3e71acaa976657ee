"""What lost property needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.lost_property.model import Find, Loss


class LostPropertyRepository(Protocol):
    def find(self, find_id: int, *, lock: bool = False) -> Find | None: ...

    def kept(self, venue_ids: Collection[int], most: int) -> Sequence[Find]:
        """The newest first."""

    def put_find(self, find: Find) -> int: ...

    def loss(self, loss_id: int, *, lock: bool = False) -> Loss | None: ...

    def open_losses(self, venue_ids: Collection[int], most: int) -> Sequence[Loss]:
        """Those for which nothing has been found, the oldest first."""

    def losses_of(self, person_id: int) -> Sequence[Loss]:
        """Those that have not been closed, the newest first."""

    def losses_for(self, find_id: int, *, lock: bool = False) -> Sequence[Loss]:
        """Those that this find may be, not closed."""

    def put_loss(self, loss: Loss) -> int: ...

    def forget_person(self, person_id: int, now: datetime) -> None:
        """What they have asked for goes, and what was noted when they fetched it."""

    def losses_before(self, asked_before: datetime, venue_id: int, most: int) -> Sequence[Loss]:
        """Open ones."""

    def purge(self, ended_before: datetime, venue_id: int) -> int:
        """Photos, notes and words of what has ended. Gives how many rows held any."""
