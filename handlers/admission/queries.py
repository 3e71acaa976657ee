"""What the usher's screens show. The roles are read from the database each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.admission.house import post_at
from domain.admission.judging import is_interval
from domain.admission.model import Attendance, DoorMode, DoorPost, Outcome
from domain.admission.scanning import usher_at_door
from domain.codes import CodeKind
from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate, Performance, RunState, SeatKind, Venue
from domain.programme.ports import PerformanceFilter
from domain.ticketing.model import TicketState
from handlers.ticketing.queries import Showing, showing_of, showings_of
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets

#: A post is kept this long after the printed end: nobody is asked again while the last guests come back.
POST_LASTS = timedelta(hours=1)
PERFORMANCES_MOST = 8
#: Callback data hold this many ticks beside a credential; whoever of a larger group is behind uses their own ticket.
PARTY_MOST = 192


@dataclass(frozen=True)
class PostFacts:
    """Where an usher stands. ``gate`` None: every gate. ``faults``: whom the door let in and should not have."""

    showing: Showing
    gate: Gate | None
    attendance: Attendance
    now: datetime
    mode: DoorMode = DoorMode.IN
    is_interval: bool = False
    faults: int = 0


@dataclass(frozen=True)
class DoorFacts:
    """``venue`` None: there are several to choose from."""

    venues: tuple[Venue, ...]
    venue: Venue | None
    performances: tuple[Showing, ...]
    now: datetime


@dataclass(frozen=True)
class GatesFacts:
    showing: Showing
    gates: tuple[Gate, ...]
    now: datetime


@dataclass(frozen=True)
class ScanFacts:
    """One scan's outcome with what the usher needs to see. ``ticket`` None: there is none to such a code."""

    outcome: Outcome
    admission_id: int | None
    ticket: TicketFacts | None
    first_at: datetime | None
    first_gate: Gate | None
    right_gate: Gate | None
    post: PostFacts
    left_at: datetime | None = None
    together: tuple[TicketFacts, ...] = ()  # with a wheelchair place its companions', and the other way round


@dataclass(frozen=True)
class Member:
    """One ticket of a party. ``bit``: its place in the order, for callback data."""

    bit: int
    ticket: TicketFacts

    @property
    def is_inside(self) -> bool:
        return self.ticket.admission is not None


@dataclass(frozen=True)
class PartyFacts:
    """Those of a party who still go by its code."""

    credential_id: int
    performance_id: int
    members: tuple[Member, ...]
    post: PostFacts

    @property
    def waiting(self) -> tuple[Member, ...]:
        """Those whom a scan at this post moves: in, out, or in again."""
        if self.post.mode is DoorMode.OUT:
            return tuple(member for member in self.members if member.is_inside)
        return tuple(member for member in self.members if self.post.is_interval or not member.is_inside)

    def tickets_of(self, chosen: int) -> tuple[int, ...]:
        """Ticket ids of the chosen bits."""
        return tuple(member.ticket.ticket.id for member in self.members if chosen >> member.bit & 1)


@dataclass(frozen=True, slots=True)
class FindDoor:
    """Raises NotAllowed, NotFound."""

    usher_id: int
    venue_id: int = 0

    def __call__(self, tx: Tx) -> DoorFacts:
        actor = actor_of(tx, self.usher_id)
        actor.require(Role.USHER)
        venues = tuple(venue for venue in tx.programme.venues() if actor.may(Role.USHER, venue.id))
        venue = venues[0] if len(venues) == 1 else None
        if self.venue_id:
            venue = next((venue for venue in venues if venue.id == self.venue_id), None)
            if venue is None:
                raise NotFound
        return DoorFacts(venues, venue, _coming(tx, venue) if venue else (), tx.now)


@dataclass(frozen=True, slots=True)
class FindGates:
    """Raises NotAllowed, NotFound."""

    usher_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> GatesFacts:
        showing = showing_of(tx, self.performance_id)
        actor_of(tx, self.usher_id).require(Role.USHER, showing.venue.id)
        used = {gate_id for _, gate_id in showing.hall.gates}
        gates = tx.programme.gates(showing.venue.id)
        return GatesFacts(showing, tuple(gate for gate in gates if not used or gate.id in used), tx.now)


@dataclass(frozen=True, slots=True)
class FindPost:
    """None where the usher stands nowhere, has lost the role there, or the performance is over."""

    usher_id: int

    def __call__(self, tx: Tx) -> PostFacts | None:
        post = tx.admission.door_post(self.usher_id)
        performance = tx.programme.performance(post.performance_id) if post else None
        if post is None or performance is None or _is_over(performance, tx.now):
            return None
        if not actor_of(tx, self.usher_id).may(Role.USHER, performance.venue_id):
            return None
        return _post(tx, post, performance)


@dataclass(frozen=True, slots=True)
class FindScan:
    """``found``: what ``Scan`` or ``AdmitFound`` gave. ``performance_id``: where a manager acts without a post.

    Raises NotAllowed, BadInput('no_post').
    """

    usher_id: int
    found: Mapping[str, Any]
    performance_id: int = 0

    def __call__(self, tx: Tx) -> ScanFacts:
        usher_id, performance_id = self.usher_id, self.performance_id
        post, performance = post_at(tx, usher_id, performance_id) if performance_id else usher_at_door(tx, usher_id)
        return _scans(tx, post, performance, [self.found])[0]


@dataclass(frozen=True, slots=True)
class FindScans:
    """Of a party, in the order given."""

    usher_id: int
    found: Sequence[Mapping[str, Any]]

    def __call__(self, tx: Tx) -> list[ScanFacts]:
        return _scans(tx, *usher_at_door(tx, self.usher_id), self.found)


@dataclass(frozen=True, slots=True)
class FindParty:
    """None where nobody goes by this code (any more). Raises NotAllowed, BadInput('no_post')."""

    usher_id: int
    credential_id: int

    def __call__(self, tx: Tx) -> PartyFacts | None:
        post, performance = usher_at_door(tx, self.usher_id)
        credential = tx.ticketing.credential(self.credential_id)
        if credential is None or credential.kind != CodeKind.PARTY or credential.revoked_at is not None:
            return None
        order = tx.ticketing.order(credential.order_id or 0)
        tickets = tx.ticketing.tickets_of_order(order.id) if order else ()
        members = tuple(
            Member(bit, facts)
            for bit, facts in enumerate(facts_of_tickets(tx, tickets[:PARTY_MOST]))
            if order is not None and facts.ticket.holder_id == order.buyer_id
            if facts.ticket.state is TicketState.VALID
        )
        if order is None or not members:
            return None
        return PartyFacts(credential.id, order.performance_id, members, _post(tx, post, performance))


def _scans(tx: Tx, post: DoorPost, performance: Performance, found: Sequence[Mapping[str, Any]]) -> list[ScanFacts]:
    tickets = [tx.ticketing.ticket(one["ticket_id"]) for one in found if one["ticket_id"] is not None]
    facts = {one.ticket.id: one for one in facts_of_tickets(tx, [ticket for ticket in tickets if ticket])}
    stands = _post(tx, post, performance)
    return [
        ScanFacts(
            outcome=Outcome(one["outcome"]),
            admission_id=one["admission_id"],
            ticket=facts.get(one["ticket_id"] or 0),
            first_at=datetime.fromisoformat(one["first_at"]) if one["first_at"] else None,
            first_gate=_gate(tx, one["first_gate_id"]),
            right_gate=_gate(tx, one["right_gate_id"]),
            post=stands,
            left_at=datetime.fromisoformat(one["left_at"]) if one["left_at"] else None,
            together=_together(tx, facts.get(one["ticket_id"] or 0)) if len(found) == 1 else (),
        )
        for one in found
    ]


def _together(tx: Tx, facts: TicketFacts | None) -> tuple[TicketFacts, ...]:
    """Who belongs to a wheelchair place, of the same order: they come and go together."""
    special = (SeatKind.WHEELCHAIR, SeatKind.COMPANION)
    if facts is None or facts.line.seat_kind not in special:
        return ()
    tickets = [ticket for ticket in tx.ticketing.tickets_of_order(facts.ticket.order_id) if ticket != facts.ticket]
    valid = [ticket for ticket in tickets if ticket.state is TicketState.VALID]
    others = (other for other in facts_of_tickets(tx, valid) if other.line.seat_kind in special)
    return tuple(other for other in others if other.line.seat_kind != facts.line.seat_kind)


def _post(tx: Tx, post: DoorPost, performance: Performance) -> PostFacts:
    attendance = Attendance(tx.admission.count_inside(performance.id), tx.ticketing.count_tickets(performance.id))
    return PostFacts(
        showing_of(tx, performance.id),
        _gate(tx, post.gate_id),
        attendance,
        tx.now,
        post.mode,
        is_interval(post, performance),
        len(tx.admission.fault_lines(performance.id)),
    )


def _gate(tx: Tx, gate_id: int | None) -> Gate | None:
    return tx.programme.gate(gate_id) if gate_id is not None else None


def _coming(tx: Tx, venue: Venue) -> tuple[Showing, ...]:
    """By start: today's come first."""
    wanted = PerformanceFilter(venue_id=venue.id, ends_after=tx.now)
    performances = tx.programme.performances(wanted, limit=PERFORMANCES_MOST)
    showings = showings_of(tx, [performance.id for performance in performances])
    return tuple(showings[performance.id] for performance in performances)


def _is_over(performance: Performance, now: datetime) -> bool:
    return performance.run_state is RunState.ENDED or now >= performance.ends_at + POST_LASTS
