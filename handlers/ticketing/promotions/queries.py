"""What the screens of promotion codes show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue
from domain.ticketing.promotion_ports import Promotion
from handlers.ticketing.queries import Showing, showings_of

SHOWN = 6


@dataclass(frozen=True)
class CodesFacts:
    """Each with how often it has been used; ``venues``: for which this person may make codes."""

    codes: tuple[tuple[Promotion, int], ...]
    venues: tuple[Venue, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindCodes:
    """Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> CodesFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        venues = tuple(venue for venue in tx.programme.venues() if actor.may(Role.MANAGER, venue.id))
        codes = tx.ticketing.promotions([venue.id for venue in venues], SHOWN)
        return CodesFacts(tuple(codes), venues, tx.now)


@dataclass(frozen=True)
class CodeFacts:
    promotion: Promotion
    used: int
    venue: Venue
    showings: tuple[Showing, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindCode:
    """Raises NotAllowed, NotFound."""

    by: int
    promotion_id: int

    def __call__(self, tx: Tx) -> CodeFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        promotion = tx.ticketing.promotion(self.promotion_id)
        venue = tx.programme.venue(promotion.venue_id) if promotion else None
        if promotion is None or venue is None or not actor.may(Role.MANAGER, venue.id):
            raise NotFound
        used, _ = tx.ticketing.count_uses(promotion.id, 0)
        showings = showings_of(tx, promotion.performances) if promotion.performances else {}
        return CodeFacts(promotion, used, venue, tuple(showings.values()), tx.now)


@dataclass(frozen=True, slots=True)
class FindVenueFor:
    """A venue for which this person may make codes. Raises NotAllowed, NotFound."""

    by: int
    venue_id: int

    def __call__(self, tx: Tx) -> Venue:
        actor = actor_of(tx, self.by)
        actor.require(Role.MANAGER)
        venue = tx.programme.venue(self.venue_id)
        if venue is None or not actor.may(Role.MANAGER, venue.id):
            raise NotFound
        return venue


@dataclass(frozen=True, slots=True)
class FindPerformanceByKey:
    """The id of the performance with this key at this venue; None for none."""

    venue_id: int
    key: str

    def __call__(self, tx: Tx) -> int | None:
        found = tx.programme.performance_by_key(self.key)
        return found.id if found is not None and found.venue_id == self.venue_id else None
