"""Who is on duty, where and until when. Only people on duty are paged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.people.model import Role


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's duty. ``starts_at`` to ``ends_at`` is what was planned, ``on_at`` to ``off_at`` what it is: people
    come earlier and stay longer. ``person_id`` is who does it, ``planned_for`` whom the plan named: shifts are swapped.

    ``zones``: names of the seating plans' zones, None for the whole house. ``channel``: of the radio, or a telephone
    of the house. ``page_due_at``: when the clock looks at the test page again; None once it has its answer.
    """

    id: int
    venue_id: int
    person_id: int
    planned_for: int
    role: Role
    starts_at: datetime
    ends_at: datetime
    on_at: datetime
    off_at: datetime
    zones: tuple[str, ...] | None = None
    gate_id: int | None = None
    first_aider: bool = False
    channel: str = ""
    offered_at: datetime | None = None  # to colleagues, who may take it
    pages: int = 0
    page_due_at: datetime | None = None
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def is_on(self, at: datetime) -> bool:
        return self.withdrawn_at is None and self.on_at <= at < self.off_at

    def is_over(self, at: datetime) -> bool:
        return self.withdrawn_at is not None or at >= self.off_at


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who can be paged now. ``shift_id`` None: no plan speaks of them, they stand in by their role.

    ``answered``: their test page at the start of the shift came through.
    """

    person_id: int
    name: str
    venue_id: int
    role: Role
    zones: tuple[str, ...] | None = None
    gate_id: int | None = None
    first_aider: bool = False
    channel: str = ""
    shift_id: int | None = None
    until: datetime | None = None
    answered: bool = False

    def covers(self, zone: str | None) -> bool:
        return zone is None or self.zones is None or zone in self.zones


def whom_to_page(
    planned: Sequence[OnDuty],
    holders: Callable[[Sequence[Role]], Sequence[OnDuty]],
    role: Role | None,
    zone: str | None,
) -> Sequence[OnDuty]:
    """Those of ``planned``, who are on duty now, that a page for this role and zone goes to.

    A page must reach somebody: where nobody covers the zone, everybody of the role is meant; where nobody of the role
    is on duty, the managers who are; where the house has no plan for now, everybody who holds the role there
    (``holders``), then managers, then owners.
    """
    if role is None:
        staff = [known for known in Role if known is not Role.AUDIENCE]
        found: Sequence[OnDuty] = planned or holders(staff)
    else:
        found = [one for one in planned if one.role is role] or [one for one in planned if one.role is Role.MANAGER]
        for standing_in in (role, Role.MANAGER, Role.OWNER):
            found = found or holders([standing_in])
    return [one for one in found if one.covers(zone)] or found
