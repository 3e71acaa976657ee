"""What the screens of memberships show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue
from domain.ticketing.member_ports import Membership, MemberTier
from domain.ticketing.members import check_membership
from domain.ticketing.members_at_window import memberships_to_choose

SHOWN = 6


@dataclass(frozen=True)
class TiersFacts:
    tiers: tuple[tuple[MemberTier, int], ...]
    venues: tuple[Venue, ...]


@dataclass(frozen=True, slots=True)
class FindTiers:
    """Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> TiersFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        venues = tuple(venue for venue in tx.programme.venues() if actor.may(Role.MANAGER, venue.id))
        return TiersFacts(tuple(tx.ticketing.tiers([venue.id for venue in venues], SHOWN)), venues)


@dataclass(frozen=True)
class TierFacts:
    """``members``: the newest, those who have not opened their link among them."""

    tier: MemberTier
    venue: Venue
    members: tuple[Membership, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindTier:
    """``only``: of the members these. Raises NotAllowed, NotFound."""

    by: int
    tier_id: int
    only: Sequence[int] = ()

    def __call__(self, tx: Tx) -> TierFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        tier = tx.ticketing.tier(self.tier_id)
        venue = tx.programme.venue(tier.venue_id) if tier else None
        if tier is None or venue is None or not actor.may(Role.MANAGER, venue.id):
            raise NotFound
        if self.only:
            found = [one for id in self.only if (one := tx.ticketing.membership(id))]
        else:
            found = list(tx.ticketing.memberships(tier.id, SHOWN))
        return TierFacts(tier, venue, tuple(found), tx.now)


@dataclass(frozen=True)
class FoundMembers:
    """What was found for the customer of an order at the window."""

    order_id: int
    members: tuple[Membership, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class FindMembersAtWindow:
    """Those of them that this clerk may use for the order. Raises NotAllowed, NotFound."""

    clerk_id: int
    order_id: int
    ids: tuple[int, ...] = ()

    def __call__(self, tx: Tx) -> FoundMembers:
        found = memberships_to_choose(tx, self.clerk_id, self.order_id, self.ids)
        venue = tx.programme.venue(found[0].tier.venue_id) if found else None
        return FoundMembers(self.order_id, tuple(found), venue.timezone if venue else "UTC")


@dataclass(frozen=True)
class MembershipFacts:
    membership: Membership
    venue: Venue
    own: bool


@dataclass(frozen=True, slots=True)
class FindMembership:
    """Behind a link that somebody has opened. Raises NotFound, LinkSpent."""

    person_id: int
    membership_id: int

    def __call__(self, tx: Tx) -> MembershipFacts:
        membership = tx.ticketing.membership(self.membership_id)
        venue = tx.programme.venue(membership.tier.venue_id) if membership else None
        if membership is None or venue is None:
            raise NotFound
        own = membership.person_id == self.person_id
        if not own:
            check_membership(membership, tx.now)
        return MembershipFacts(membership, venue, own)
