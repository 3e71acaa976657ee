"""Security lanes and what is left at them: one tap closes a gate and sends its audience to another."""

from __future__ import annotations

from dataclasses import dataclass

from domain.admission.evening_model import ItemKind
from domain.errors import BadInput, NotFound, Stale
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate, Performance


@dataclass(frozen=True, slots=True)
class CloseGate:
    """Whoever was to come in here goes to the other gate, with the ticket that they have. Gives the gate's id.

    Raises NotAllowed, NotFound, BadInput('no_other_gate') where the other is none that is open.
    """

    by: int
    gate_id: int
    instead_id: int

    def __call__(self, tx: Tx) -> int:
        gate = _gate_at(tx, self.by, self.gate_id)
        others = {other.id for other in tx.programme.gates(gate.venue_id)} - {gate.id}
        closed = {found.gate_id: found.instead_id for found in tx.evening.closed_gates(gate.venue_id)}
        if self.instead_id not in others or self.instead_id in closed:
            raise BadInput("no_other_gate")
        if closed.get(gate.id) != self.instead_id:
            tx.evening.close_gate(gate.id, self.instead_id, self.by, tx.now)
            tx.audit(self.by, "gate.closed", "gate", gate.id, instead=self.instead_id)
        return gate.id


@dataclass(frozen=True, slots=True)
class OpenGate:
    """Gives the gate's id. Raises NotAllowed, NotFound."""

    by: int
    gate_id: int

    def __call__(self, tx: Tx) -> int:
        gate = _gate_at(tx, self.by, self.gate_id)
        if tx.evening.open_gate(gate.id):
            tx.audit(self.by, "gate.opened", "gate", gate.id)
        return gate.id


@dataclass(frozen=True, slots=True)
class KeepItem:
    """Something that does not go inside; gives the number of its tag. Raises NotAllowed, NotFound."""

    by: int
    performance_id: int
    what: ItemKind

    def __call__(self, tx: Tx) -> int:
        performance = _performance_at(tx, self.by, self.performance_id)
        post = tx.admission.door_post(self.by)
        gate_id = post.gate_id if post is not None and post.performance_id == performance.id else None
        item = tx.evening.keep_item(performance.id, self.what, gate_id, self.by, tx.now)
        tx.audit(self.by, "item.kept", "held_item", item.id)
        return item.number


@dataclass(frozen=True, slots=True)
class ReturnItem:
    """Against its tag. Gives the performance's id. Raises NotAllowed, NotFound, Stale where it is gone already."""

    by: int
    item_id: int

    def __call__(self, tx: Tx) -> int:
        actor_of(tx, self.by).require(Role.USHER)
        item = tx.evening.item(self.item_id, lock=True)
        if item is None:
            raise NotFound
        _performance_at(tx, self.by, item.performance_id)
        if item.returned_at is not None:
            raise Stale
        tx.evening.return_item(item.id, self.by, tx.now)
        tx.audit(self.by, "item.returned", "held_item", item.id)
        return item.performance_id


def may_steer(actor: Actor, venue_id: int | None) -> bool:
    return actor.may(Role.USHER, venue_id) or actor.may(Role.SAFETY, venue_id)


def _gate_at(tx: Tx, by: int, gate_id: int) -> Gate:
    actor = actor_of(tx, by)
    if not may_steer(actor, None):
        actor.require(Role.USHER)
    gate = tx.programme.gate(gate_id)
    if gate is None or not may_steer(actor, gate.venue_id):
        raise NotFound
    return gate


def _performance_at(tx: Tx, by: int, performance_id: int) -> Performance:
    """Locked: numbers are given one after the other."""
    actor = actor_of(tx, by)
    actor.require(Role.USHER)
    performance = tx.programme.performance_to_move(performance_id)
    if performance is None or not actor.may(Role.USHER, performance.venue_id):
        raise NotFound
    return performance
