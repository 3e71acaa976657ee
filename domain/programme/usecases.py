"""Putting a house, its plans and its programme into storage. Doing any of it twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.errors import BadInput, NotFound
from domain.programme.blocked import BlockDraft
from domain.programme.house_file import HouseDraft, VenueDraft
from domain.programme.model import Concession, Event, Gate, Hall, Performance, Seat, SeatingPlan, Venue
from domain.programme.programme_file import ProgrammeDraft
from domain.programme.returns import ReturnPolicy
from domain.ticketing.watching import block_places

if TYPE_CHECKING:
    from domain.ports import Tx


class _Tally(dict[str, int]):
    """How many things were new, changed, or as they were."""

    def __init__(self) -> None:
        super().__init__(new=0, changed=0, same=0)

    def count(self, stored: object | None, wanted: object) -> bool:
        """Whether there is something to write."""
        outcome = "new" if stored is None else "same" if stored == wanted else "changed"
        self[outcome] += 1
        return outcome != "same"


@dataclass(frozen=True, slots=True)
class ImportHouse:
    """Gives how many venues, halls, gates, concessions and return policies are new, changed or the same.

    Nothing is taken away.
    """

    house: HouseDraft
    actor_id: int | None = None

    def __call__(self, tx: Tx) -> dict[str, int]:
        tally = _Tally()
        if tally.count(tx.programme.organisation(), self.house.organisation):
            tx.programme.put_organisation(self.house.organisation)
            tx.audit(self.actor_id, "organisation.imported", "organisation", 1)
        for rank, concession in enumerate(self.house.concessions):
            self._put_concession(tx, concession, rank, tally)
        for policy in self.house.returns:
            self._put_return_policy(tx, policy, tally)
        for venue in self.house.venues:
            self._put_venue(tx, venue, tally)
        if self.house.window is not None and tx.window.put_rules(self.house.window):
            tx.audit(self.actor_id, "window.imported", "organisation", 1)
        if self.house.quiet is not None and tx.evening.put_quiet(self.house.quiet):
            tx.audit(self.actor_id, "quiet.imported", "organisation", 1)
        if self.house.incidents is not None:
            self._put_incidents(tx, self.house.incidents)
        return tally

    def _put_incidents(self, tx: Tx, document: Mapping[str, Any]) -> None:
        """A misspelt venue would have neither telephone nor address when they are needed."""
        known = {venue.key for venue in tx.programme.venues()}
        for key in document.get("venue", {}):
            if key not in known:
                raise BadInput("venue_of_incidents", path=f"incidents.venue.{key}", known=", ".join(sorted(known)))
        if tx.incidents.put_rules_document(document):
            tx.audit(self.actor_id, "incidents.imported", "organisation", 1)

    def _put_concession(self, tx: Tx, wanted: Concession, rank: int, tally: _Tally) -> None:
        listed = tx.programme.concessions()
        stored = next((found for found in listed if found.key == wanted.key), None)
        wanted = replace(wanted, id=stored.id if stored else 0)
        in_place = stored is not None and rank < len(listed) and listed[rank].key == wanted.key
        if tally.count(stored, wanted) or not in_place:
            concession_id = tx.programme.put_concession(wanted, rank)
            tx.audit(self.actor_id, "concession.imported", "concession", concession_id)

    def _put_return_policy(self, tx: Tx, wanted: ReturnPolicy, tally: _Tally) -> None:
        stored = next((found for found in tx.programme.return_policies() if found.key == wanted.key), None)
        if tally.count(stored, wanted):
            tx.programme.put_return_policy(wanted)
            tx.audit(self.actor_id, "returns.imported", "organisation", 1, key=wanted.key)

    def _put_venue(self, tx: Tx, draft: VenueDraft, tally: _Tally) -> None:
        stored = tx.programme.venue_by_key(draft.venue.key)
        venue = replace(draft.venue, id=stored.id if stored else 0)
        if tally.count(stored, venue):
            venue = replace(venue, id=tx.programme.put_venue(venue))
            tx.audit(self.actor_id, "venue.imported", "venue", venue.id)
        known = {gate.key: gate for gate in tx.programme.gates(venue.id)}
        ids = {gate.key: self._put_gate(tx, gate, venue, known.get(gate.key), tally) for gate in draft.gates}
        for hall in draft.halls:
            gates = tuple((zone, ids[key]) for zone, key in hall.gates)
            self._put_hall(tx, replace(hall.hall, venue_id=venue.id, gates=gates), tally)
        if draft.upkeep and tx.lists.put_upkeep(venue.id, draft.upkeep):
            tx.audit(self.actor_id, "upkeep.imported", "venue", venue.id)

    def _put_gate(self, tx: Tx, gate: Gate, venue: Venue, stored: Gate | None, tally: _Tally) -> int:
        wanted = replace(gate, venue_id=venue.id, id=stored.id if stored else 0)
        if tally.count(stored, wanted):
            wanted = replace(wanted, id=tx.programme.put_gate(wanted))
            tx.audit(self.actor_id, "gate.imported", "gate", wanted.id)
        return wanted.id

    def _put_hall(self, tx: Tx, hall: Hall, tally: _Tally) -> None:
        stored = tx.programme.hall_by_key(hall.key)
        if stored is not None and stored.venue_id != hall.venue_id:
            raise BadInput("hall_elsewhere", path=f"hall {hall.key}")
        wanted = replace(hall, id=stored.id if stored else 0)
        if tally.count(stored, wanted):
            hall_id = tx.programme.put_hall(wanted)
            tx.audit(self.actor_id, "hall.imported", "hall", hall_id)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """A new version of a hall's plan, or the one it is already. ``ungated`` lists zones that no gate serves,
    ``unnamed`` those without a name of their own, where the house names any.

    Performances keep the version that they are sold on. Raises BadInput for an unknown hall.
    """

    hall_key: str
    plan: SeatingPlan
    actor_id: int | None = None

    def __call__(self, tx: Tx) -> dict[str, Any]:
        hall = tx.programme.hall_by_key(self.hall_key)
        if hall is None:
            known = ", ".join(found.key for found in tx.programme.halls())
            raise BadInput("unknown_hall", path=self.hall_key, known=known)
        plan_id, new = tx.programme.add_plan(hall.id, self.plan, tx.now)
        if new:
            tx.audit(self.actor_id, "plan.imported", "seating_plan", plan_id, hall=hall.id)
        return {
            "plan_id": plan_id,
            "new": new,
            "places": len(self.plan.seats),
            "ungated": [zone for zone in self.plan.zones if hall.gate_of(zone) is None],
            "unnamed": [zone for zone in self.plan.zones if hall.zones and not hall.zone_name(zone)],
        }


@dataclass(frozen=True, slots=True)
class ImportProgramme:
    """A checked piece of a sheet. Gives how many events and performances are new, changed or the same, and under
    ``not_blocked`` the rows whose places could not all be set aside, since some are taken: (row, places).
    """

    draft: ProgrammeDraft
    actor_id: int | None = None

    def __call__(self, tx: Tx) -> dict[str, Any]:
        tally = _Tally()
        not_blocked: list[list[Any]] = []
        for event in self.draft.events:
            self._put_event(tx, event, tally)
        for draft in self.draft.performances:
            event_stored = tx.programme.event_by_key(draft.event_key)
            if event_stored is None:
                raise NotFound
            performance_id = self._put_performance(tx, replace(draft.performance, event_id=event_stored.id), tally)
            for block in draft.blocks:
                taken = self._block(tx, performance_id, block)
                if taken:
                    not_blocked.append([draft.row, taken])
        return {**tally, "not_blocked": not_blocked}

    def _put_event(self, tx: Tx, event: Event, tally: _Tally) -> None:
        stored = tx.programme.event_by_key(event.key)
        wanted = replace(event, id=stored.id if stored else 0)
        if tally.count(stored, wanted):
            event_id = tx.programme.put_event(wanted)
            tx.audit(self.actor_id, "event.imported", "event", event_id)

    def _put_performance(self, tx: Tx, wanted: Performance, tally: _Tally) -> int:
        """What people have done since (the run state, the plan it was moved to) stays as it is."""
        stored = tx.programme.performance_by_key(wanted.key)
        if stored is not None:
            wanted = replace(
                wanted, id=stored.id, run_state=stored.run_state, revision=stored.revision, plan_id=stored.plan_id
            )
        if not tally.count(stored, wanted):
            return wanted.id
        if stored is not None:
            wanted = replace(wanted, revision=stored.revision + 1)
        performance_id = tx.programme.put_performance(wanted)
        tx.programme.put_prices(performance_id, wanted.prices)
        tx.audit(self.actor_id, "performance.imported", "performance", performance_id)
        return performance_id

    def _block(self, tx: Tx, performance_id: int, block: BlockDraft) -> list[int]:
        """Sets aside what is still free; gives the places that are sold or held. Blocked ones stay as they are."""
        wanted = set(block.places) - tx.programme.blocked_places(performance_id)
        free = wanted - tx.ticketing.taken(performance_id, tx.now)
        if free:
            block_places(tx, performance_id, sorted(free), block.reason, block.note, self.actor_id)
        return sorted(wanted - free)


@dataclass(frozen=True, slots=True)
class MovePerformanceToPlan:
    """Another version of the same hall's plan. A seat is the same seat where its ``seat_guid`` is.

    Nothing moves while somebody would lose a seat: ``lost`` then lists those places by their old numbers, and they are
    to be reseated or refunded first. ``relabelled`` lists the (new) places of sold or held seats whose row or number
    reads differently now, ``unpriced`` the categories of the new plan that have no price yet.
    Raises NotFound, and BadInput for a plan of another hall.
    """

    performance_id: int
    plan_id: int
    actor_id: int | None = None

    def __call__(self, tx: Tx) -> dict[str, Any]:
        performance = tx.programme.performance_to_move(self.performance_id)
        new = tx.programme.plan(self.plan_id)
        if performance is None or new is None:
            raise NotFound
        old = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
        if old is None or new.hall_id != performance.hall_id:
            raise BadInput("other_hall")
        gone = {seat.place for seat in old.seats if seat.guid not in new.by_guid}
        taken = tx.ticketing.taken(performance.id, tx.now) - tx.programme.blocked_places(performance.id)
        taken |= _for_resale(tx, performance.id, gone)
        lost = sorted(gone & taken)
        moved = {} if lost else _moved_seats(old, new)
        if not lost and performance.plan_id != new.id:
            tx.programme.move_to_plan(performance.id, new.id, len(new.seats), moved, gone)
            tx.audit(self.actor_id, "performance.plan_moved", "performance", performance.id, plan=new.id)
        priced = {price.category for price in performance.prices}
        return {
            "moved": not lost,
            "lost": lost,
            "relabelled": [
                seat.place
                for place, seat in moved.items()
                if place in taken and _label(seat) != _label(old.seat(place))
            ],
            "unpriced": [category.name for category in new.categories if category.name not in priced],
        }


def _for_resale(tx: Tx, performance_id: int, places: set[int]) -> set[int]:
    """Places of good tickets that have no claim on them while they are offered to others."""
    offered = (tx.ticketing.ticket(id) for id in tx.ticketing.offered_tickets(performance_id, places))
    return {ticket.place for ticket in offered if ticket is not None}


def _moved_seats(old: SeatingPlan, new: SeatingPlan) -> dict[int, Seat]:
    """Old place → seat of the new plan, where number or label differ."""
    pairs = ((seat, new.by_guid[seat.guid]) for seat in old.seats if seat.guid in new.by_guid)
    return {was.place: now for was, now in pairs if (was.place, _label(was)) != (now.place, _label(now))}


def _label(seat: Seat) -> tuple[str, str, str]:
    return seat.zone, seat.row, seat.number
