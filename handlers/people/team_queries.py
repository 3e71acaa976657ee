"""Read models of the staff: the team, a member, an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.errors import LinkSpent, NotAllowed, NotFound
from domain.people.model import Actor, Grant, Invitation, Role
from domain.people.usecases import actor_of, may_decide
from domain.ports import Tx
from domain.text import LocalText
from handlers.people.queries import MOST_TASKS
from handlers.ticketing.queries import house_name

PER_PAGE = 6

VenueNames = Mapping[int, LocalText]


@dataclass(frozen=True, slots=True)
class Team:
    members: tuple[Actor, ...]
    venues: VenueNames
    page: int
    more: bool
    tasks: int


@dataclass(frozen=True, slots=True)
class LookAtTeam:
    """Those who work where this manager manages, with the roles that they hold there. Raises NotAllowed."""

    manager_id: int
    page: int = 0

    def __call__(self, tx: Tx) -> Team:
        manager = _manager(tx, self.manager_id)
        members = [_as_seen(manager, member) for member in tx.people.team()]
        seen = [member for member in members if member.grants]
        page = min(max(self.page, 0), max(len(seen) - 1, 0) // PER_PAGE)
        start, end = page * PER_PAGE, (page + 1) * PER_PAGE
        tasks = len(tx.records.open_tasks(MOST_TASKS))
        return Team(tuple(seen[start:end]), venue_names(tx), page, len(seen) > end, tasks)


@dataclass(frozen=True, slots=True)
class Member:
    """``revocable``: the roles that the manager who looks may take away."""

    actor: Actor
    revocable: tuple[Grant, ...]
    venues: VenueNames


@dataclass(frozen=True, slots=True)
class LookAtMember:
    """Raises NotAllowed, NotFound."""

    manager_id: int
    person_id: int

    def __call__(self, tx: Tx) -> Member:
        manager = _manager(tx, self.manager_id)
        member = _as_seen(manager, actor_of(tx, self.person_id))
        if not member.grants:
            raise NotFound
        revocable = tuple(
            grant
            for grant in member.grants
            if member.person_id != manager.person_id and may_decide(manager, grant.role, grant.venue_id)
        )
        return Member(member, revocable, venue_names(tx))


@dataclass(frozen=True, slots=True)
class InviteChoice:
    """Which roles this manager may invite to, and where: venue ids, None for all venues."""

    roles: tuple[Role, ...]
    places: tuple[int | None, ...]
    venues: VenueNames


@dataclass(frozen=True, slots=True)
class ChooseInvite:
    """``role`` None: not chosen yet, ``places`` are empty. Raises NotAllowed."""

    manager_id: int
    role: Role | None = None

    def __call__(self, tx: Tx) -> InviteChoice:
        manager = _manager(tx, self.manager_id)
        venues = venue_names(tx)
        everywhere: list[int | None] = [*venues, None]
        roles = tuple(
            role
            for role in Role
            if role is not Role.AUDIENCE and any(may_decide(manager, role, place) for place in everywhere)
        )
        if self.role is None:
            return InviteChoice(roles, (), venues)
        if self.role not in roles:
            raise NotAllowed(role=self.role.value)
        if self.role is Role.OWNER or not venues:
            return InviteChoice(roles, (None,), venues)
        # With one venue, all venues are that one: nothing to choose.
        places = everywhere if len(venues) > 1 else [*venues]
        return InviteChoice(roles, tuple(p for p in places if may_decide(manager, self.role, p)), venues)


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """``house`` and ``venue``: where; ``venue`` None for all venues. ``guest``: who has used it."""

    invitation: Invitation
    house: Mapping[str, str]
    venue: LocalText | None
    guest: str = ""


@dataclass(frozen=True, slots=True)
class OwnInvitation:
    """For whoever made it. Raises NotFound."""

    manager_id: int
    invitation_id: int

    def __call__(self, tx: Tx) -> InvitationFacts:
        invitation = tx.people.invitation(self.invitation_id)
        if invitation is None or invitation.created_by != self.manager_id:
            raise NotFound
        return facts_of(tx, invitation)


@dataclass(frozen=True, slots=True)
class OpenedInvitation:
    """For whoever opens the link: looked at, not yet used. Raises NotFound, LinkSpent."""

    person_id: int
    invitation_id: int

    def __call__(self, tx: Tx) -> InvitationFacts:
        invitation = tx.people.invitation(self.invitation_id)
        if invitation is None:
            raise NotFound
        if invitation.created_by == self.person_id:
            raise LinkSpent("own")
        if invitation.used_by not in (None, self.person_id) or invitation.decided_at is not None:
            raise LinkSpent("used")
        if invitation.used_by is None and tx.now >= invitation.expires_at:
            raise LinkSpent("expired")
        return facts_of(tx, invitation)


def facts_of(tx: Tx, invitation: Invitation) -> InvitationFacts:
    venue = tx.programme.venue(invitation.venue_id) if invitation.venue_id is not None else None
    guest = tx.people.actor(invitation.used_by) if invitation.used_by is not None else None
    return InvitationFacts(
        invitation, house_name(tx), venue.name if venue else None, guest.display_name if guest else ""
    )


def venue_names(tx: Tx) -> VenueNames:
    return {venue.id: venue.name for venue in tx.programme.venues()}


def _manager(tx: Tx, person_id: int) -> Actor:
    manager = actor_of(tx, person_id)
    manager.require(Role.MANAGER)
    return manager


def _as_seen(manager: Actor, member: Actor) -> Actor:
    """The member with the roles that concern this manager: in their venues, or in all."""
    mine = {grant.venue_id for grant in manager.grants if grant.covers(Role.MANAGER, grant.venue_id)}
    seen = tuple(g for g in member.grants if g.venue_id is None or None in mine or g.venue_id in mine)
    return replace(member, grants=seen)
