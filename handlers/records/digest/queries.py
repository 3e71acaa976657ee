"""What the screens of digests show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import NotFound
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue
from domain.records.digest_model import Came, DigestChoice, NeedKind, Period, Selling
from domain.records.digests import Digest, MakeDigest, choice_of, managed_venues
from handlers.ticketing.queries import Showing, showings_of

_OWNERS_SHOWN = 6


@dataclass(frozen=True)
class DigestFacts:
    """A digest with what it names: performances, and persons whom it speaks of."""

    digest: Digest
    showings: Mapping[int, Showing]
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class FindDigest:
    """Raises NotAllowed."""

    person_id: int
    period: Period

    def __call__(self, tx: Tx) -> DigestFacts:
        digest = MakeDigest(self.person_id, self.period)(tx)
        named = {house.performance_id for house in digest.tonight}
        named |= {one.house.performance_id for one in digest.coming}
        named |= {one.performance_id for one in digest.came}
        named |= {case.performance_id for case in digest.cases}
        persons = {invitation.used_by for invitation in digest.joining} | {d.clerk_id for d in digest.drawers}
        persons |= {action.owner_id for action in digest.overdue}
        actors = {id: tx.people.actor(id) for id in persons if id is not None}
        names = {id: actor.display_name for id, actor in actors.items() if actor is not None}
        return DigestFacts(digest, showings_of(tx, sorted(named)), names)


@dataclass(frozen=True)
class OwnerFacts:
    """``about``: what the digest said of it."""

    facts: DigestFacts
    about: Selling | Came
    need: NeedKind
    showing: Showing
    staff: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class FindDigestOwners:
    """Those who could look into it, whoever asks first. Raises NotAllowed; NotFound for what their digest does not
    speak of (any more)."""

    person_id: int
    period: Period
    need: NeedKind
    performance_id: int

    def __call__(self, tx: Tx) -> OwnerFacts:
        facts = FindDigest(self.person_id, self.period)(tx)
        about: Selling | Came | None = None
        if self.need is NeedKind.SALES:
            about = next((one for one in facts.digest.coming if one.house.performance_id == self.performance_id), None)
        elif self.need is NeedKind.NO_SHOWS:
            about = next((one for one in facts.digest.came if one.performance_id == self.performance_id), None)
        if about is None:
            raise NotFound
        showing = facts.showings[self.performance_id]
        works = [
            actor
            for actor in tx.people.team()
            if any(grant.venue_id in (None, showing.venue.id) for grant in actor.grants)
        ]
        works.sort(key=lambda actor: (actor.person_id != self.person_id, not actor.may(Role.BOX_OFFICE)))
        return OwnerFacts(facts, about, self.need, showing, tuple(works[:_OWNERS_SHOWN]))


@dataclass(frozen=True)
class ChoiceFacts:
    choice: DigestChoice
    venues: tuple[Venue, ...]


@dataclass(frozen=True, slots=True)
class FindDigestChoice:
    """Raises NotAllowed."""

    person_id: int

    def __call__(self, tx: Tx) -> ChoiceFacts:
        actor = actor_of(tx, self.person_id)
        actor.require(Role.MANAGER)
        return ChoiceFacts(choice_of(tx, actor), tuple(managed_venues(tx, actor)))
