"""What shifts need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.people.model import Role
from domain.people.shifts import OnDuty, Shift


class ShiftRepository(Protocol):
    def on_duty(
        self, venue_id: int, at: datetime, role: Role | None = None, zone: str | None = None
    ) -> Sequence[OnDuty]:
        """Whom a page for this role and zone goes to, by ``whom_to_page``; by person. Who has left the staff is none
        of them, whatever the plan says."""

    def duty_of(self, person_id: int, at: datetime) -> OnDuty | None:
        """The shift that this person is on, if any: where they are, for what they report."""

    def shift(self, shift_id: int, *, lock: bool = False) -> Shift | None: ...

    def of_person(self, person_id: int, after: datetime) -> Sequence[Shift]:
        """Those that are not over at that time, by start."""

    def of_venue(self, venue_id: int, start: datetime, end: datetime) -> Sequence[Shift]:
        """Those that begin within these bounds, by start."""

    def is_first_aider(self, person_id: int) -> bool:
        """Whether a plan has ever named them as one."""

    def lock_persons(self, person_ids: Sequence[int]) -> None:
        """Nobody else gives these persons a shift until the transaction ends: nobody is in two places at once."""

    def put(self, shift: Shift) -> int:
        """Inserts where the id is 0, updates otherwise; gives the id."""

    def pages_due(self, at: datetime, most: int) -> Sequence[Shift]:
        """Whose test page the clock has to look at, locked."""
