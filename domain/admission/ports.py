"""What admission needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.admission.model import Admission, DoorPost


class AdmissionRepository(Protocol):
    def door_post(self, person_id: int) -> DoorPost | None: ...

    def take_door_post(self, post: DoorPost) -> None: ...

    def leave_door_post(self, person_id: int) -> None: ...

    def log(self, admissions: Sequence[Admission]) -> Sequence[int | None]:
        """Writes lines; returns their ids in order, None for a line that says ``inside`` of a ticket whose holder is
        inside already: the index decides, whoever comes at the same moment."""

    def standing(self, ticket_ids: Collection[int]) -> Mapping[int, Admission]:
        """For each ticket whose holder is inside, the line that let them in."""

    def admission(self, admission_id: int, *, lock: bool = False) -> Admission | None: ...

    def undo(self, admission_id: int, by: int, now: datetime) -> bool:
        """False if it was undone already or let nobody in."""

    def count_inside(self, performance_id: int) -> int: ...
