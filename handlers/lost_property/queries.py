"""What the screens of lost property show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import NotFound
from domain.lost_property.model import Find, FindState, Loss, LossState, likely_finds, likely_losses
from domain.lost_property.usecases import find_for, loss_for
from domain.people.list_keeping import is_staff_at
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Event, Performance, Venue

FINDS_SHOWN = 6
LOSSES_SHOWN = 6
LIKELY_SHOWN = 4
_VISITS_SHOWN = 4
_VISITED_WITHIN = timedelta(days=30)
_MOST = 300


@dataclass(frozen=True)
class Evening:
    """A performance, its work and its house."""

    performance: Performance
    event: Event
    venue: Venue


@dataclass(frozen=True)
class OwnFacts:
    """``visits``: where one has been or is to be soon, the last one first."""

    losses: tuple[Loss, ...]
    visits: tuple[Evening, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindOwn:
    person_id: int

    def __call__(self, tx: Tx) -> OwnFacts:
        tickets = tx.ticketing.tickets_of_holder(self.person_id)
        evenings = [evening_of(tx, id) for id in dict.fromkeys(ticket.performance_id for ticket in tickets)]
        recent = [
            evening
            for evening in evenings
            if evening and tx.now - _VISITED_WITHIN < evening.performance.doors_at <= tx.now
        ]
        losses = tuple(tx.lost_property.losses_of(self.person_id))
        return OwnFacts(losses, tuple(recent[::-1][:_VISITS_SHOWN]), tx.now)


@dataclass(frozen=True)
class LossFacts:
    """``find``: what may be it. ``likely``: for the staff, what else is kept and speaks for itself."""

    loss: Loss
    asker: str
    evening: Evening | None
    venue: Venue
    find: Find | None
    likely: tuple[Find, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindOwnLoss:
    """Raises NotFound."""

    person_id: int
    loss_id: int

    def __call__(self, tx: Tx) -> LossFacts:
        loss = tx.lost_property.loss(self.loss_id)
        if loss is None or loss.person_id != self.person_id:
            raise NotFound
        return loss_facts(tx, loss)


@dataclass(frozen=True, slots=True)
class FindLoss:
    """For the staff. Raises NotFound."""

    by: int
    loss_id: int

    def __call__(self, tx: Tx) -> LossFacts:
        return loss_facts(tx, loss_for(tx, self.by, self.loss_id))


@dataclass(frozen=True)
class FindsFacts:
    """One page of what is kept; ``asked``: how many ask for something."""

    finds: tuple[Find, ...]
    page: int
    pages: int
    asked: int
    venues: tuple[Venue, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindKept:
    """What has been kept long enough comes first. Raises NotFound."""

    by: int
    page: int = 0

    def __call__(self, tx: Tx) -> FindsFacts:
        venues = _venues(tx, self.by)
        ids = [venue.id for venue in venues]
        kept = sorted(tx.lost_property.kept(ids, _MOST), key=lambda find: not find.may_go(tx.now))
        pages = max(1, -(-len(kept) // FINDS_SHOWN))
        page = min(max(self.page, 0), pages - 1)
        shown = tuple(kept[page * FINDS_SHOWN : (page + 1) * FINDS_SHOWN])
        return FindsFacts(shown, page, pages, len(tx.lost_property.open_losses(ids, _MOST)), venues, tx.now)


@dataclass(frozen=True)
class AskedFacts:
    """Each with how many finds may be it."""

    losses: tuple[tuple[Loss, int], ...]


@dataclass(frozen=True, slots=True)
class FindAsked:
    """Raises NotFound."""

    by: int

    def __call__(self, tx: Tx) -> AskedFacts:
        ids = [venue.id for venue in _venues(tx, self.by)]
        kept, losses = tx.lost_property.kept(ids, _MOST), tx.lost_property.open_losses(ids, LOSSES_SHOWN)
        return AskedFacts(tuple((loss, len(likely_finds(loss, kept, LIKELY_SHOWN))) for loss in losses))


@dataclass(frozen=True)
class FindFacts:
    """``awaited``: those who have been told to fetch it; ``likely``: who asks for something like it."""

    find: Find
    venue: Venue
    evening: Evening | None
    awaited: tuple[tuple[Loss, str], ...]
    likely: tuple[tuple[Loss, str], ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindFind:
    """Raises NotFound."""

    by: int
    find_id: int

    def __call__(self, tx: Tx) -> FindFacts:
        find = find_for(tx, self.by, self.find_id)
        is_kept = find.state is FindState.KEPT
        losses = tx.lost_property.open_losses([find.venue_id], _MOST) if is_kept else ()
        venue = tx.programme.venue(find.venue_id)
        assert venue is not None
        return FindFacts(
            find=find,
            venue=venue,
            evening=evening_of(tx, find.performance_id),
            awaited=_named(tx, tx.lost_property.losses_for(find.id)),
            likely=_named(tx, likely_losses(find, losses, LIKELY_SHOWN)),
            now=tx.now,
        )


@dataclass(frozen=True, slots=True)
class VenueToFindAt:
    """Where one records a find: that venue, else where one is on duty, else the first where one works. Raises
    NotFound."""

    by: int
    venue_id: int

    def __call__(self, tx: Tx) -> int:
        ids = [venue.id for venue in _venues(tx, self.by)]
        duty = tx.shifts.duty_of(self.by, tx.now)
        for wanted in (self.venue_id, duty.venue_id if duty else 0):
            if wanted in ids:
                return wanted
        if self.venue_id:
            raise NotFound
        return ids[0]


def loss_facts(tx: Tx, loss: Loss) -> LossFacts:
    kept = tx.lost_property.kept([loss.venue_id], _MOST) if loss.state is LossState.OPEN else ()
    venue = tx.programme.venue(loss.venue_id)
    assert venue is not None
    return LossFacts(
        loss=loss,
        asker=_name(tx, loss),
        evening=evening_of(tx, loss.performance_id),
        venue=venue,
        find=tx.lost_property.find(loss.find_id) if loss.find_id else None,
        likely=tuple(likely_finds(loss, kept, LIKELY_SHOWN)),
        now=tx.now,
    )


def evening_of(tx: Tx, performance_id: int | None) -> Evening | None:
    performance = tx.programme.performance(performance_id) if performance_id else None
    if performance is None:
        return None
    event, venue = tx.programme.event(performance.event_id), tx.programme.venue(performance.venue_id)
    assert event is not None
    assert venue is not None
    return Evening(performance, event, venue)


def _venues(tx: Tx, person_id: int) -> tuple[Venue, ...]:
    """Raises NotFound for somebody who works nowhere."""
    actor = actor_of(tx, person_id)
    venues = tuple(venue for venue in tx.programme.venues() if is_staff_at(actor, venue.id))
    if not venues:
        raise NotFound
    return venues


def _name(tx: Tx, loss: Loss) -> str:
    actor = tx.people.actor(loss.person_id)
    return actor.display_name if actor else ""


def _named(tx: Tx, losses: Sequence[Loss]) -> tuple[tuple[Loss, str], ...]:
    return tuple((loss, _name(tx, loss)) for loss in losses)
