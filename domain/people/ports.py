"""What people need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.people.model import AccountSeen, Actor, Grant, Invitation, Role


class PeopleRepository(Protocol):
    def actor_by_account(self, channel: str, external_id: str) -> tuple[Actor, AccountSeen] | None:
        """The actor as the database has them now, with what is stored of the account."""

    def actor(self, person_id: int) -> Actor | None: ...

    def add_person(self, seen: AccountSeen, now: datetime) -> int: ...

    def refresh_account(self, person_id: int, seen: AccountSeen) -> None: ...

    def set_reachable(self, person_id: int, reachable: bool) -> None: ...

    def external_id(self, person_id: int, channel: str) -> str | None: ...

    def set_locale(self, person_id: int, locale: str) -> None: ...

    def set_informed(self, person_id: int, now: datetime) -> None: ...

    def grants(self, person_id: int) -> tuple[Grant, ...]: ...

    def grant(self, person_id: int, grant: Grant, by: int | None, now: datetime) -> bool:
        """False if they hold it already."""

    def revoke(self, person_id: int, grant: Grant, now: datetime) -> bool: ...

    def holders_of(self, roles: Sequence[Role]) -> Sequence[int]:
        """Persons who hold one of these very roles somewhere."""

    def team(self) -> Sequence[Actor]:
        """Everybody who holds a role, by name, then number."""

    def usernames(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """Their names in the messenger, without the @; who has none is left out."""

    def add_invitation(self, role: Role, venue_id: int | None, by: int | None, now: datetime) -> Invitation: ...

    def invitation(self, invitation_id: int, *, lock: bool = False) -> Invitation | None: ...

    def use_invitation(self, invitation_id: int, person_id: int, now: datetime) -> None: ...

    def decide_invitation(self, invitation_id: int, by: int, confirmed: bool, now: datetime) -> None: ...

    def erase(self, person_id: int, now: datetime) -> None:
        """Takes the name, the accounts and the roles; the person's number stays, so that the ledger balances."""
