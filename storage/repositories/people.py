"""Persons, accounts, roles and invitations in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from domain.people.model import INVITATION_LASTS, AccountSeen, Actor, Grant, Invitation, Role
from storage.base import AnyRow, Store, both
from storage.tables.people import account, invitation, person, role_grant

_p, _a, _g, _i = person.c, account.c, role_grant.c, invitation.c
_STANDING = and_(_g.person_id == _p.id, _g.revoked_at.is_(None))
_WHO = (_p.id, _p.display_name, _p.locale, _p.informed_at)

# One row per role; a person without roles is one row with a NULL role.
BY_ACCOUNT = (
    select(*_WHO, _a.language_code, _g.role, _g.venue_id, _a.username, _a.reachable)
    .select_from(account.join(person, _p.id == _a.person_id).outerjoin(role_grant, _STANDING))
    .where(_a.channel == bindparam("channel"), _a.external_id == bindparam("external_id"))
    .order_by(_g.id)
)
_LANGUAGE = select(_a.language_code).where(_a.person_id == _p.id).order_by(_a.id).limit(1).scalar_subquery()
_BY_ID = (
    select(*_WHO, func.coalesce(_LANGUAGE, "").label("language_code"), _g.role, _g.venue_id)
    .select_from(person.outerjoin(role_grant, _STANDING))
    .where(_p.id == bindparam("person_id"), _p.erased_at.is_(None))
    .order_by(_g.id)
)

_ADD_PERSON = insert(person).returning(_p.id)
_ADD_ACCOUNT = insert(account)
_SET_PERSON = update(person).where(_p.id == bindparam("of_person"))
_SET_ACCOUNT = update(account).where(_a.channel == bindparam("on_channel"), _a.external_id == bindparam("of_external"))
_SET_ACCOUNTS = update(account).where(_a.person_id == bindparam("of_person"))
_EXTERNAL_ID = select(_a.external_id).where(_a.person_id == bindparam("person_id"), _a.channel == bindparam("channel"))

_REACHABLE = select(_a.reachable).where(_a.person_id == bindparam("person_id"), _a.channel == bindparam("channel"))

_GRANTS = (
    select(_g.role, _g.venue_id).where(_g.person_id == bindparam("person_id"), _g.revoked_at.is_(None)).order_by(_g.id)
)
_GRANT = both(lambda insert: insert(role_grant).on_conflict_do_nothing().returning(_g.id))
_REVOKE = update(role_grant).where(
    _g.person_id == bindparam("of_person"),
    _g.role == bindparam("of_role"),
    _g.venue_id.is_not_distinct_from(bindparam("of_venue", type_=_g.venue_id.type)),
    _g.revoked_at.is_(None),
)
_REVOKE_ALL = update(role_grant).where(_g.person_id == bindparam("of_person"), _g.revoked_at.is_(None))
_TEAM = (
    select(*_WHO, func.coalesce(_LANGUAGE, "").label("language_code"), _g.role, _g.venue_id)
    .select_from(person.join(role_grant, _STANDING))
    .order_by(_p.display_name, _p.id, _g.id)
)
_USERNAMES = (
    select(_a.person_id, _a.username)
    .where(_a.person_id.in_(bindparam("persons", expanding=True)), _a.username != "")
    .order_by(_a.id)
)
_HOLDERS = (
    select(_g.person_id)
    .where(_g.role.in_(bindparam("roles", expanding=True)), _g.revoked_at.is_(None))
    .distinct()
    .order_by(_g.person_id)
)

_ADD_INVITATION = insert(invitation).returning(_i.id)
_INVITATION = select(
    _i.id, _i.role, _i.venue_id, _i.created_by, _i.expires_at, _i.used_by, _i.decided_at, _i.confirmed
).where(_i.id == bindparam("invitation_id"))
_INVITATION_LOCKED = _INVITATION.with_for_update()
_SET_INVITATION = update(invitation).where(_i.id == bindparam("of_invitation"))

_FORGET_ACCOUNTS = delete(account).where(_a.person_id == bindparam("of_person"))


class PeopleRepository(Store):
    """Implements ``domain.people.ports.PeopleRepository``."""

    def actor_by_account(self, channel: str, external_id: str) -> tuple[Actor, AccountSeen] | None:
        rows = self._execute(BY_ACCOUNT, {"channel": channel, "external_id": external_id}).all()
        return behind_account(channel, external_id, rows) if rows else None

    def actor(self, person_id: int) -> Actor | None:
        rows = self._execute(_BY_ID, {"person_id": person_id}).all()
        return _actor(rows) if rows else None

    def add_person(self, seen: AccountSeen, now: datetime) -> int:
        person_id = self._execute(_ADD_PERSON, {"display_name": seen.display_name, "created_at": now}).scalar_one()
        self._execute(
            _ADD_ACCOUNT,
            {
                "person_id": person_id,
                "channel": seen.channel,
                "external_id": seen.external_id,
                "username": seen.username,
                "language_code": seen.language_code,
                "created_at": now,
            },
        )
        return int(person_id)

    def refresh_account(self, person_id: int, seen: AccountSeen) -> None:
        """Who writes to us can be written to again."""
        self._set_person(person_id, display_name=seen.display_name)
        self._execute(
            _SET_ACCOUNT,
            {
                "on_channel": seen.channel,
                "of_external": seen.external_id,
                "username": seen.username,
                "language_code": seen.language_code,
                "reachable": True,
            },
        )

    def set_reachable(self, person_id: int, reachable: bool) -> None:
        self._execute(_SET_ACCOUNTS, {"of_person": person_id, "reachable": reachable})

    def external_id(self, person_id: int, channel: str) -> str | None:
        return self._execute(_EXTERNAL_ID, {"person_id": person_id, "channel": channel}).scalars().first()

    def is_reachable(self, person_id: int, channel: str) -> bool:
        """Whether they have an account there and have not blocked us, as far as we know."""
        return bool(self._execute(_REACHABLE, {"person_id": person_id, "channel": channel}).scalars().first())

    def set_locale(self, person_id: int, locale: str) -> None:
        self._set_person(person_id, locale=locale)

    def set_informed(self, person_id: int, now: datetime) -> None:
        self._set_person(person_id, informed_at=now)

    def grants(self, person_id: int) -> tuple[Grant, ...]:
        return tuple(Grant(Role(role), venue) for role, venue in self._execute(_GRANTS, {"person_id": person_id}))

    def grant(self, person_id: int, grant: Grant, by: int | None, now: datetime) -> bool:
        row = {
            "person_id": person_id,
            "role": grant.role.value,
            "venue_id": grant.venue_id,
            "granted_by": by,
            "granted_at": now,
        }
        return self._execute(_GRANT[self._dialect], row).first() is not None

    def revoke(self, person_id: int, grant: Grant, now: datetime) -> bool:
        change = {
            "of_person": person_id,
            "of_role": grant.role.value,
            "of_venue": grant.venue_id,
            "revoked_at": now,
        }
        return self._execute(_REVOKE, change).rowcount > 0

    def holders_of(self, roles: Sequence[Role]) -> Sequence[int]:
        return self._execute(_HOLDERS, {"roles": [role.value for role in roles]}).scalars().all()

    def team(self) -> Sequence[Actor]:
        rows = self._execute(_TEAM).all()
        return [_actor(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.id)]

    def usernames(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        rows = self._execute(_USERNAMES, {"persons": list(person_ids)})
        return {row.person_id: row.username for row in rows}

    def add_invitation(self, role: Role, venue_id: int | None, by: int | None, now: datetime) -> Invitation:
        expires_at = now + INVITATION_LASTS
        row = {
            "role": role.value,
            "venue_id": venue_id,
            "created_by": by,
            "created_at": now,
            "expires_at": expires_at,
        }
        return Invitation(self._execute(_ADD_INVITATION, row).scalar_one(), role, venue_id, by, expires_at)

    def invitation(self, invitation_id: int, *, lock: bool = False) -> Invitation | None:
        found = self._execute(_INVITATION_LOCKED if lock else _INVITATION, {"invitation_id": invitation_id}).first()
        if found is None:
            return None
        id, role, *rest = found
        return Invitation(id, Role(role), *rest)

    def use_invitation(self, invitation_id: int, person_id: int, now: datetime) -> None:
        self._set_invitation(invitation_id, used_by=person_id, used_at=now)

    def decide_invitation(self, invitation_id: int, by: int, confirmed: bool, now: datetime) -> None:
        self._set_invitation(invitation_id, decided_by=by, decided_at=now, confirmed=confirmed)

    def erase(self, person_id: int, now: datetime) -> None:
        self._execute(_FORGET_ACCOUNTS, {"of_person": person_id})
        self._execute(_REVOKE_ALL, {"of_person": person_id, "revoked_at": now})
        self._set_person(person_id, display_name="", locale=None, erased_at=now)

    def _set_person(self, person_id: int, **change: Any) -> None:
        self._execute(_SET_PERSON, {"of_person": person_id, **change})

    def _set_invitation(self, invitation_id: int, **change: Any) -> None:
        self._execute(_SET_INVITATION, {"of_invitation": invitation_id, **change})


def behind_account(channel: str, external_id: str, rows: Sequence[AnyRow]) -> tuple[Actor, AccountSeen]:
    """The rows of ``BY_ACCOUNT``, of which there are some."""
    actor, first = _actor(rows), rows[0]
    seen = AccountSeen(channel, external_id, actor.display_name, first.username, actor.language_code, first.reachable)
    return actor, seen


def _actor(rows: Sequence[AnyRow]) -> Actor:
    who = rows[0]
    return Actor(
        person_id=who.id,
        display_name=who.display_name,
        locale=who.locale,
        language_code=who.language_code,
        informed=who.informed_at is not None,
        grants=tuple(Grant(Role(row.role), row.venue_id) for row in rows if row.role is not None),
    )
