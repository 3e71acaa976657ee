"""Where something can happen: gates and zones of a venue; and where somebody is, as far as the house knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.people.model import Actor
from domain.ports import Tx
from domain.programme.model import Performance, RunState
from domain.programme.ports import PerformanceFilter

#: People come so long before the start, and are gone so long after the end.
_BEFORE, _AFTER = timedelta(minutes=90), timedelta(minutes=30)
_MOST = 10


def works_at(actor: Actor, venue_id: int) -> bool:
    return any(grant.venue_id in (None, venue_id) for grant in actor.grants)


@dataclass(frozen=True, slots=True)
class Spot:
    venue_id: int
    zone: str | None = None
    gate_id: int | None = None


def spots_of(tx: Tx, venue_id: int) -> Sequence[Spot]:
    """Gates, then zones of the newest plans; always in the same order."""
    gates = [Spot(venue_id, gate_id=gate.id) for gate in tx.programme.gates(venue_id)]
    zones: dict[str, None] = {}
    for hall in tx.programme.halls():
        plan = tx.programme.newest_plan(hall.id) if hall.venue_id == venue_id else None
        zones |= dict.fromkeys(plan.zones if plan else ())
    return [*gates, *(Spot(venue_id, zone=zone) for zone in zones)]


def whereabouts(tx: Tx, actor: Actor) -> Spot | None:
    """By their shift, else by where they stand at the door, else by where they work at all. None for somebody who works
    nowhere: a post that was left is no authority."""
    here = [venue.id for venue in tx.programme.venues() if works_at(actor, venue.id)]
    duty = tx.shifts.duty_of(actor.person_id, tx.now)
    post = tx.admission.door_post(actor.person_id)
    stands = tx.programme.performance(post.performance_id) if post else None
    door = None
    if post is not None and stands is not None and stands.venue_id in here and tx.now < stands.ends_at + _AFTER:
        door = Spot(stands.venue_id, gate_id=post.gate_id)
    if duty is not None and duty.venue_id in here:
        zone = duty.zones[0] if duty.zones is not None and len(duty.zones) == 1 else None
        if zone is None and duty.gate_id is None and door is not None and door.venue_id == duty.venue_id:
            return door
        return Spot(duty.venue_id, zone, duty.gate_id)
    playing = [venue_id for venue_id in here if running(tx, venue_id)]
    return door or next((Spot(venue_id) for venue_id in (*playing, *here)), None)


def running(tx: Tx, venue_id: int) -> Sequence[Performance]:
    """Performances that people are there for now."""
    wanted = PerformanceFilter(ends_after=tx.now - _AFTER, starts_before=tx.now + _BEFORE, venue_id=venue_id)
    return [one for one in tx.programme.performances(wanted, limit=_MOST) if one.run_state is not RunState.CANCELLED]
