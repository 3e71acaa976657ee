"""Who is who, and who may do what. A person may have no account; an account is how a messenger knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import NotAllowed


class Role(StrEnum):
    AUDIENCE = "audience"
    USHER = "usher"
    BOX_OFFICE = "box_office"
    FLOOR = "floor"
    STAGE = "stage"
    SAFETY = "safety"
    MANAGER = "manager"
    OWNER = "owner"


#: Everybody is audience; a manager stands in for every staff role, an owner for a manager.
STANDS_IN: dict[Role, frozenset[Role]] = {
    Role.MANAGER: frozenset(
        {Role.USHER, Role.BOX_OFFICE, Role.FLOOR, Role.STAGE, Role.SAFETY, Role.MANAGER, Role.AUDIENCE}
    ),
    Role.OWNER: frozenset(Role),
}

INVITATION_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, in one venue or (``venue_id`` None) in all."""

    role: Role
    venue_id: int | None = None

    def covers(self, role: Role, venue_id: int | None) -> bool:
        """``venue_id`` None asks whether the role is held anywhere at all."""
        here = self.venue_id is None or venue_id is None or self.venue_id == venue_id
        return here and role in STANDS_IN.get(self.role, frozenset({self.role, Role.AUDIENCE}))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the database has it at this very act."""

    person_id: int
    display_name: str = ""
    locale: str | None = None  # None until chosen
    language_code: str = ""  # what their app says
    informed: bool = False
    grants: tuple[Grant, ...] = ()

    def may(self, role: Role, venue_id: int | None = None) -> bool:
        if role is Role.AUDIENCE:
            return True
        return any(grant.covers(role, venue_id) for grant in self.grants)

    def require(self, role: Role, venue_id: int | None = None) -> None:
        """Raises NotAllowed."""
        if not self.may(role, venue_id):
            raise NotAllowed(role=role.value)

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)


@dataclass(frozen=True, slots=True)
class Invitation:
    id: int
    role: Role
    venue_id: int | None
    created_by: int | None
    expires_at: datetime
    used_by: int | None = None
    decided_at: datetime | None = None
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """What a messenger tells of the person behind an update. Who writes to us can be written to."""

    channel: str
    external_id: str
    display_name: str
    username: str = ""
    language_code: str = ""
    reachable: bool = True
