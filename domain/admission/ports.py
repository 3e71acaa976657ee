"""What admission needs from storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.admission.model import Admission, DoorCounts, DoorPost, Guest
from domain.admission.offline_ports import OfflineRepository
from domain.ticketing.model import Ticket


class AdmissionRepository(OfflineRepository, Protocol):
    def door_post(self, person_id: int) -> DoorPost | None: ...

    def take_door_post(self, post: DoorPost) -> None: ...

    def leave_door_post(self, person_id: int) -> None: ...

    def log(self, admissions: Sequence[Admission]) -> Sequence[int | None]:
        """Writes lines; returns their ids in order, None for a line that says ``inside`` of a ticket whose holder is
        inside already: the index decides, whoever comes at the same moment."""

    def standing(self, ticket_ids: Collection[int]) -> Mapping[int, Admission]:
        """For each ticket whose holder is inside, the line that let them in."""

    def entries(self, ticket_ids: Collection[int]) -> Mapping[int, Admission]:
        """For each ticket whose holder was let in and not taken back, the newest such line: ``inside``, or ``left_at``
        if they have gone."""

    def expected_at(
        self, hall_id: int, ticket_ids: Collection[int]
    ) -> Mapping[int, tuple[int | None, Admission | None]]:
        """For each ticket, the gate that leads to its seat in this hall (None: every gate) and its entry as above."""

    def leave(self, admission_id: int, now: datetime) -> bool:
        """Ends a line that says ``inside``. False if somebody else was faster."""

    def admission(self, admission_id: int, *, lock: bool = False) -> Admission | None: ...

    def undo(self, admission_id: int, by: int, now: datetime) -> bool:
        """False if it was undone already or let nobody in."""

    def undo_exit(self, exit: Admission, by: int, now: datetime) -> bool:
        """They are inside again. False if it was undone already, or they have come back. The ticket is locked."""

    def count_inside(self, performance_id: int) -> int: ...

    # The house
    def set_latecomers(self, performance_id: int, until: datetime | None) -> None: ...

    def door_counts(self, performance_id: int) -> DoorCounts: ...

    def waiting(self, performance_id: int) -> Sequence[tuple[int, int]]:
        """(ticket, holder) of those who were told to wait and have not been let in."""

    def guests(self, performance_id: int) -> Sequence[Guest]:
        """Every ticket of the evening, by place."""

    def guest(self, ticket_id: int) -> Guest | None: ...

    def tickets_at_door(self, performance_id: int, ticket_ids: Collection[int]) -> Sequence[Ticket]:
        """Those of them that are for this performance; they do not change hands until the transaction ends."""

    def door_watchers(self) -> Sequence[tuple[int, int]]:
        """(performance, person) of every card that counts a door."""
