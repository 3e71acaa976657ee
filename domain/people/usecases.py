"""Coming in, joining the staff, leaving."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import BadInput, LinkSpent, NotAllowed, NotFound
from domain.notices import CardKind, Notice, NoticeKind
from domain.people.model import AccountSeen, Actor, Grant, Role
from domain.ports import Tx

#: Who may invite and confirm whom: nobody makes somebody their own equal but the owner.
MAY_CONFIRM: dict[Role, Role] = {
    Role.USHER: Role.MANAGER,
    Role.BOX_OFFICE: Role.MANAGER,
    Role.FLOOR: Role.MANAGER,
    Role.STAGE: Role.MANAGER,
    Role.SAFETY: Role.MANAGER,
    Role.MANAGER: Role.OWNER,
    Role.OWNER: Role.OWNER,
}


@dataclass(frozen=True, slots=True)
class ComeIn:
    """The person behind an account, made on first sight. ``owner``: named in the settings. Gives the person's id."""

    seen: AccountSeen
    owner: bool = False

    def __call__(self, tx: Tx) -> int:
        found = tx.people.actor_by_account(self.seen.channel, self.seen.external_id)
        if found is None:
            person_id = tx.people.add_person(self.seen, tx.now)
            tx.audit(person_id, "person.came", "person", person_id)
        else:
            person_id = found[0].person_id
            tx.people.refresh_account(person_id, self.seen)
        if self.owner and tx.people.grant(person_id, Grant(Role.OWNER), None, tx.now):
            tx.audit(None, "role.granted", "person", person_id, role=Role.OWNER.value)
        return person_id


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    person_id: int
    locale: str

    def __call__(self, tx: Tx) -> str:
        tx.people.set_locale(self.person_id, self.locale)
        tx.people.set_informed(self.person_id, tx.now)
        tx.audit(self.person_id, "language.chosen", "person", self.person_id)
        return self.locale


@dataclass(frozen=True, slots=True)
class Invite:
    """Makes a single-use link for a role. ``by`` None: from the command line. Gives the invitation's id; the link is
    its sealed code, stored nowhere. Raises NotAllowed, BadInput."""

    by: int | None
    role: Role
    venue_id: int | None = None

    def __call__(self, tx: Tx) -> int:
        if self.role is Role.AUDIENCE:
            raise BadInput("role")
        if self.by is not None:
            require_decide(actor_of(tx, self.by), self.role, self.venue_id)
        invitation = tx.people.add_invitation(self.role, self.venue_id, self.by, tx.now)
        tx.audit(self.by, "staff.invited", "invitation", invitation.id, role=self.role.value)
        return invitation.id


@dataclass(frozen=True, slots=True)
class UseInvitation:
    """Somebody opens the link: it is spent, and those who may confirm are asked. Gives the invitation's id.

    Raises LinkSpent: used, expired, own.
    """

    person_id: int
    invitation_id: int

    def __call__(self, tx: Tx) -> int:
        invitation = tx.people.invitation(self.invitation_id, lock=True)
        if invitation is None:
            raise NotFound
        if invitation.created_by == self.person_id:
            raise LinkSpent("own")
        if invitation.used_by == self.person_id and invitation.decided_at is None:
            return invitation.id
        if invitation.used_by is not None:
            raise LinkSpent("used")
        if tx.now >= invitation.expires_at:
            raise LinkSpent("expired")
        tx.people.use_invitation(invitation.id, self.person_id, tx.now)
        tx.audit(self.person_id, "staff.asked", "invitation", invitation.id)
        for manager_id in tx.people.holders_of([Role.MANAGER, Role.OWNER]):
            if manager_id == self.person_id:
                continue
            if may_decide(actor_of(tx, manager_id), invitation.role, invitation.venue_id):
                tx.show_card(manager_id, CardKind.INVITATION, invitation.id)
        return invitation.id


@dataclass(frozen=True, slots=True)
class DecideInvitation:
    """A manager says yes or no. The first word counts; gives whether they are staff now.

    Raises NotAllowed (nobody confirms themselves), NotFound, LinkSpent.
    """

    by: int
    invitation_id: int
    confirmed: bool

    def __call__(self, tx: Tx) -> bool:
        invitation = tx.people.invitation(self.invitation_id, lock=True)
        manager = actor_of(tx, self.by)
        if invitation is None or invitation.used_by is None:
            manager.require(Role.MANAGER)
            raise NotFound
        require_decide(manager, invitation.role, invitation.venue_id)
        if invitation.used_by == self.by:
            raise NotAllowed(role=invitation.role.value)
        if invitation.decided_at is not None:
            raise LinkSpent("used")
        actor_of(tx, invitation.used_by)  # they may have been erased since they asked
        tx.people.decide_invitation(invitation.id, self.by, self.confirmed, tx.now)
        tx.audit(self.by, "staff.confirmed" if self.confirmed else "staff.declined", "invitation", invitation.id)
        if self.confirmed:
            grant = Grant(invitation.role, invitation.venue_id)
            if tx.people.grant(invitation.used_by, grant, self.by, tx.now):
                tx.audit(self.by, "role.granted", "person", invitation.used_by, role=invitation.role.value)
        tx.card_changed(CardKind.INVITATION, invitation.id)
        kind = NoticeKind.STAFF_WELCOME if self.confirmed else NoticeKind.STAFF_DECLINED
        tx.notify(
            Notice(
                invitation.used_by,
                kind,
                dedupe_key=f"{kind.value}:{invitation.id}",
                params={"invitation_id": invitation.id, "role": invitation.role.value},
            )
        )
        return self.confirmed


@dataclass(frozen=True, slots=True)
class RevokeRole:
    """Takes a role away; it is gone at the person's next tap. Gives whether they held it.

    Raises NotAllowed, also for one's own role: a house must not be left without a manager by a slip of the thumb.
    """

    by: int
    person_id: int
    grant: Grant

    def __call__(self, tx: Tx) -> bool:
        require_decide(actor_of(tx, self.by), self.grant.role, self.grant.venue_id)
        if self.by == self.person_id:
            raise NotAllowed(role=self.grant.role.value)
        revoked = tx.people.revoke(self.person_id, self.grant, tx.now)
        if revoked:
            tx.audit(self.by, "role.revoked", "person", self.person_id, role=self.grant.role.value)
        return revoked


def actor_of(tx: Tx, person_id: int) -> Actor:
    """The actor with the roles they hold now. Raises NotFound."""
    actor = tx.people.actor(person_id)
    if actor is None:
        raise NotFound
    return actor


def may_decide(actor: Actor, role: Role, venue_id: int | None) -> bool:
    """Whether this person gives a role there and takes it away. A role in all venues (``venue_id`` None) is decided
    by those alone whose own role is in all of them."""
    needed = MAY_CONFIRM.get(role)
    reaching = (grant for grant in actor.grants if grant.venue_id is None or venue_id is not None)
    return needed is not None and any(grant.covers(needed, venue_id) for grant in reaching)


def require_decide(actor: Actor, role: Role, venue_id: int | None) -> None:
    """Raises NotAllowed."""
    if not may_decide(actor, role, venue_id):
        raise NotAllowed(role=MAY_CONFIRM.get(role, Role.OWNER).value)
