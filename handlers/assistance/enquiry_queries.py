"""Read models of enquiries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.assistance.asking import enquiry_for
from domain.assistance.house import rules_of
from domain.assistance.model import Enquiry, EnquiryState, EnquiryWord, Fact, Reply
from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue

QUEUE_MOST = 8


@dataclass(frozen=True, slots=True)
class FindFact:
    """What the house has said beforehand about what is asked; the venues in their order."""

    asked: str

    def __call__(self, tx: Tx) -> Fact | None:
        found = (rules_of(tx, venue.id).fact_for(self.asked) for venue in tx.programme.venues())
        return next((fact for fact in found if fact is not None), None)


@dataclass(frozen=True)
class EnquiryFacts:
    """``again_at``: when somebody answers again, None: now. ``replies``: prepared ones, for the window."""

    enquiry: Enquiry
    words: tuple[EnquiryWord, ...]
    venue: Venue
    asker: str
    taker: str
    replies: tuple[Reply, ...]
    again_at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class FindOwnEnquiry:
    """Raises NotFound."""

    person_id: int
    enquiry_id: int

    def __call__(self, tx: Tx) -> EnquiryFacts:
        enquiry = tx.assistance.enquiry(self.enquiry_id)
        if enquiry is None or enquiry.person_id != self.person_id:
            raise NotFound
        return enquiry_facts(tx, enquiry)


@dataclass(frozen=True, slots=True)
class FindEnquiry:
    """For the window. Raises NotAllowed, NotFound."""

    by: int
    enquiry_id: int

    def __call__(self, tx: Tx) -> EnquiryFacts:
        return enquiry_facts(tx, enquiry_for(tx, self.by, self.enquiry_id))


@dataclass(frozen=True, slots=True)
class FindEnquiries:
    """Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> Sequence[EnquiryFacts]:
        actor = actor_of(tx, self.by)
        actor.require(Role.BOX_OFFICE)
        venues = [venue.id for venue in tx.programme.venues() if actor.may(Role.BOX_OFFICE, venue.id)]
        open_ones = [EnquiryState.WAITING, EnquiryState.TAKEN]
        return [enquiry_facts(tx, one) for one in tx.assistance.enquiries(venues, open_ones, QUEUE_MOST)]


def enquiry_facts(tx: Tx, enquiry: Enquiry) -> EnquiryFacts:
    venue = tx.programme.venue(enquiry.venue_id)
    assert venue is not None
    rules = rules_of(tx, venue.id)
    asker = tx.people.actor(enquiry.person_id)
    taker = tx.people.actor(enquiry.taken_by) if enquiry.taken_by is not None else None
    return EnquiryFacts(
        enquiry=enquiry,
        words=tuple(tx.assistance.words(enquiry.id)),
        venue=venue,
        asker=asker.display_name if asker else "",
        taker=taker.display_name.split(" ")[0] if taker else "",
        replies=rules.replies,
        again_at=rules.answered_from(tx.now, venue.timezone),
        now=tx.now,
    )
