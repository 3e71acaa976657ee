"""A ticket that was found by hand, with whose it is. The look-up itself is a use case, and on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.admission.finding import TEXT_MOST, Ticked, read_ticks, zone_names
from domain.admission.house import post_at
from domain.admission.model import Admission, DoorMode, Guest
from domain.errors import NotFound
from domain.ports import Tx
from handlers.ticketing.queries import Showing, showing_of
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets

FOUND_MOST = 8


@dataclass(frozen=True)
class GuestFacts:
    """``reachable``: has a chat, to which a new ticket can be sent. ``entry``: when they were last let in."""

    ticket: TicketFacts
    holder: str
    reachable: bool
    entry: Admission | None
    mode: DoorMode
    now: datetime


@dataclass(frozen=True)
class FoundFacts:
    """The first of those found; ``count`` of all."""

    showing: Showing
    guests: tuple[Guest, ...]
    inside: frozenset[int]
    count: int


@dataclass(frozen=True, slots=True)
class FindFound:
    """Of what ``LookUp`` gave. Raises NotAllowed, NotFound."""

    by: int
    performance_id: int
    ticket_ids: Sequence[int]

    def __call__(self, tx: Tx) -> FoundFacts:
        _, performance = post_at(tx, self.by, self.performance_id)
        shown = self.ticket_ids[:FOUND_MOST]
        guests = tuple(guest for guest in tx.admission.guests(performance.id) if guest.ticket_id in shown)
        inside = frozenset(tx.admission.standing(shown))
        return FoundFacts(showing_of(tx, performance.id), guests, inside, len(self.ticket_ids))


@dataclass(frozen=True, slots=True)
class FindGuestOf:
    """After ``LookAtGuest`` or ``LookUp``. Raises NotAllowed, NotFound."""

    by: int
    ticket_id: int

    def __call__(self, tx: Tx) -> GuestFacts:
        ticket, guest = tx.ticketing.ticket(self.ticket_id), tx.admission.guest(self.ticket_id)
        if ticket is None or guest is None:
            raise NotFound
        post, _ = post_at(tx, self.by, ticket.performance_id)
        return GuestFacts(
            ticket=facts_of_tickets(tx, [ticket])[0],
            holder=guest.holder,
            reachable=tx.people.external_id(ticket.holder_id, "telegram") is not None,
            entry=tx.admission.entries([ticket.id]).get(ticket.id),
            mode=post.mode,
            now=tx.now,
        )


@dataclass(frozen=True)
class DoorListFacts:
    """Everybody who is expected, for paper; ``inside``: who is in already."""

    showing: Showing
    guests: tuple[Guest, ...]
    inside: frozenset[int]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindDoorList:
    """Valid tickets only, by place. Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> DoorListFacts:
        _, performance = post_at(tx, self.by, self.performance_id)
        guests = tuple(guest for guest in tx.admission.guests(performance.id) if guest.is_valid)
        inside = frozenset(tx.admission.standing([guest.ticket_id for guest in guests]))
        return DoorListFacts(showing_of(tx, performance.id), guests, inside, tx.now)


@dataclass(frozen=True)
class TicksFacts:
    """What was written, read: ``new`` are let in when it is confirmed, the others are left as they are."""

    showing: Showing
    ticked: Ticked
    new: tuple[Guest, ...]
    void: tuple[Guest, ...]


@dataclass(frozen=True, slots=True)
class ReadTicks:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int
    text: str

    def __call__(self, tx: Tx) -> TicksFacts:
        _, performance = post_at(tx, self.by, self.performance_id)
        zones = zone_names(tx.programme.hall(performance.hall_id))
        ticked = read_ticks(tx.admission.guests(performance.id), self.text[:TEXT_MOST], zones)
        entered = tx.admission.entries([guest.ticket_id for guest in ticked.guests])
        void = tuple(guest for guest in ticked.guests if not guest.is_valid)
        new = tuple(guest for guest in ticked.guests if guest.is_valid and guest.ticket_id not in entered)
        return TicksFacts(showing_of(tx, performance.id), ticked, new, void)
