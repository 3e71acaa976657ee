"""What the scanner's page takes along and shows beside its verdicts. The roles are read from the database each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.admission.model import Fault, ListedCode, ListedTicket
from domain.admission.offline import Bound
from domain.ports import Tx
from domain.programme.model import Concession, Gate
from handlers.admission.queries import FindPost, PostFacts
from handlers.ticketing.queries import Showing, concessions_by_id, showing_of


@dataclass(frozen=True)
class StandingFacts:
    """``faults``: whom the door let in and should not have."""

    post: PostFacts
    faults: tuple[Fault, ...]
    gates: Mapping[int, Gate]


@dataclass(frozen=True)
class ListFacts:
    standing: StandingFacts
    tickets: Sequence[ListedTicket]
    codes: Sequence[ListedCode]
    concessions: Mapping[int, Concession]
    now: datetime


@dataclass(frozen=True)
class FaultsFacts:
    showing: Showing
    faults: tuple[Fault, ...]
    gates: Mapping[int, Gate]


@dataclass(frozen=True, slots=True)
class FindStanding:
    """Raises Stale where the usher stands elsewhere by now or the evening is over, BadInput('no_post'), NotAllowed."""

    usher_id: int
    bound: Bound

    def __call__(self, tx: Tx) -> StandingFacts:
        self.bound.check(tx, self.usher_id)
        post = FindPost(self.usher_id)(tx)
        if post is None:
            raise self.bound.gone()
        showing = post.showing
        return StandingFacts(post, tuple(tx.admission.faults(showing.performance.id)), _gates(tx, showing))


@dataclass(frozen=True, slots=True)
class FindList:
    """Raises as ``FindStanding``."""

    usher_id: int
    bound: Bound

    def __call__(self, tx: Tx) -> ListFacts:
        standing = FindStanding(self.usher_id, self.bound)(tx)
        performance_id = standing.post.showing.performance.id
        return ListFacts(
            standing,
            tx.admission.listed_tickets(performance_id),
            tx.admission.listed_codes(performance_id),
            concessions_by_id(tx),
            tx.now,
        )


def faults_of(tx: Tx, performance_id: int) -> FaultsFacts:
    """For a manager's card."""
    showing = showing_of(tx, performance_id)
    return FaultsFacts(showing, tuple(tx.admission.faults(performance_id)), _gates(tx, showing))


def _gates(tx: Tx, showing: Showing) -> Mapping[int, Gate]:
    return {gate.id: gate for gate in tx.programme.gates(showing.venue.id)}
