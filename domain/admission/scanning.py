"""At the door: what a code is worth here and now.

A new outcome goes into ``Outcome`` (model), is decided in ``judge`` and gets its first line and hint in
``handlers/admission/views.py``; the tests that render every screen find a missing one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.admission.model import EARLY, Admission, DoorPost, Outcome
from domain.codes import CodeKind, Opened
from domain.errors import BadInput, NotFound, Stale
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Hall, LatecomersPolicy, Performance, RunState
from domain.ticketing.model import OrderLine, Ticket, TicketCredential, TicketState

UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class TakeDoorPost:
    """An usher says once where they stand: performance and gate (None: every gate). Gives the performance's id."""

    usher_id: int
    performance_id: int
    gate_id: int | None

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance(self.performance_id)
        if performance is None:
            raise NotFound
        actor_of(tx, self.usher_id).require(Role.USHER, performance.venue_id)
        if self.gate_id is not None:
            gate = tx.programme.gate(self.gate_id)
            if gate is None or gate.venue_id != performance.venue_id:
                raise NotFound
        tx.admission.take_door_post(DoorPost(self.usher_id, performance.id, self.gate_id, tx.now))
        tx.audit(self.usher_id, "door.taken", "performance", performance.id, gate=self.gate_id or 0)
        return performance.id


@dataclass(frozen=True, slots=True)
class LeaveDoorPost:
    """The usher stands nowhere any more. Gives whether they stood somewhere."""

    usher_id: int

    def __call__(self, tx: Tx) -> bool:
        post = tx.admission.door_post(self.usher_id)
        if post is None:
            return False
        tx.admission.leave_door_post(self.usher_id)
        tx.audit(self.usher_id, "door.left", "performance", post.performance_id)
        return True


@dataclass(frozen=True, slots=True)
class Scan:
    """One ticket's code, or its short code, at the usher's door. Every scan is a line of the log.

    ``opened`` None with no ``short_code``: the code was not made by this house. Gives ``{"admission_id", "outcome",
    "ticket_id", "first_at", "first_gate_id", "right_performance_id", "right_gate_id"}``, what does not apply null.
    Raises NotAllowed, BadInput('no_post').
    """

    usher_id: int
    opened: Opened | None = None
    short_code: str | None = None

    def __call__(self, tx: Tx) -> dict[str, Any]:
        post, performance = usher_at_door(tx, self.usher_id)
        credential, ticket, fault = self._find(tx, post)
        if fault is not None or ticket is None:
            admission = _line_of_log(post, tx.now, None, credential, fault or Outcome.UNKNOWN)
            (admission_id,) = tx.admission.log([admission])
            return _found(admission_id, fault or Outcome.UNKNOWN, None)
        return admit(tx, post, performance, [(ticket, credential)])[0]

    def _find(self, tx: Tx, post: DoorPost) -> tuple[TicketCredential | None, Ticket | None, Outcome | None]:
        if self.short_code is not None:
            ticket = tx.ticketing.ticket_by_short_code(post.performance_id, self.short_code)
            return None, ticket, None if ticket else Outcome.UNKNOWN
        if self.opened is None:
            return None, None, Outcome.FORGED
        # The ticket first: what its code is worth cannot change under us then.
        ticket = tx.ticketing.ticket_by_credential(self.opened.id)
        credential = tx.ticketing.credential(self.opened.id)
        if ticket is None or credential is None or credential.kind != CodeKind.TICKET:
            return None, None, Outcome.UNKNOWN
        return credential, ticket, None


@dataclass(frozen=True, slots=True)
class AdmitParty:
    """Some or all (``ticket_ids`` empty) of the tickets that were bought together and are still the buyer's.

    Gives one outcome a ticket, in place order.
    """

    usher_id: int
    credential_id: int
    ticket_ids: tuple[int, ...] = ()

    def __call__(self, tx: Tx) -> list[dict[str, Any]]:
        post, performance = usher_at_door(tx, self.usher_id)
        credential = tx.ticketing.credential(self.credential_id)
        if credential is None or credential.kind != CodeKind.PARTY:
            raise NotFound
        party = party_tickets(tx, credential, at_door=True)
        chosen = [ticket for ticket in party if not self.ticket_ids or ticket.id in self.ticket_ids]
        if not chosen:
            raise Stale
        return admit(tx, post, performance, [(ticket, credential) for ticket in chosen])


@dataclass(frozen=True, slots=True)
class UndoAdmission:
    """The usher's own slip, or a manager's word, taken back within minutes. Gives the ticket's id."""

    usher_id: int
    admission_id: int

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.usher_id)
        actor.require(Role.USHER)
        admission = tx.admission.admission(self.admission_id, lock=True)
        performance = tx.programme.performance(admission.performance_id) if admission else None
        if admission is None or admission.ticket_id is None or performance is None:
            raise NotFound
        actor.require(Role.USHER, performance.venue_id)
        if admission.usher_id != self.usher_id:
            actor.require(Role.MANAGER, performance.venue_id)
        if tx.now - admission.at > UNDO_WITHIN or not tx.admission.undo(admission.id, self.usher_id, tx.now):
            raise Stale
        tx.audit(self.usher_id, "admission.undone", "ticket", admission.ticket_id, admission=admission.id)
        return admission.ticket_id


@dataclass(frozen=True, slots=True)
class UndoParty:
    """Takes back whom this usher let in last by a party's code. Gives how many. Raises Stale where nobody is left."""

    usher_id: int
    credential_id: int

    def __call__(self, tx: Tx) -> int:
        actor_of(tx, self.usher_id).require(Role.USHER)
        credential = tx.ticketing.credential(self.credential_id)
        if credential is None or credential.order_id is None:
            raise NotFound
        tickets = tx.ticketing.tickets_of_order(credential.order_id)
        standing = tx.admission.standing([ticket.id for ticket in tickets]).values()
        own = [line for line in standing if (line.usher_id, line.credential_id) == (self.usher_id, credential.id)]
        if not own:
            raise Stale
        last = max(line.at for line in own)
        batch = sorted(line.id for line in own if line.at == last)
        for admission_id in batch:
            UndoAdmission(self.usher_id, admission_id)(tx)
        return len(batch)


def usher_at_door(tx: Tx, usher_id: int) -> tuple[DoorPost, Performance]:
    """Raises BadInput('no_post') where the usher has not said where they stand, NotAllowed without the role."""
    actor = actor_of(tx, usher_id)
    post = tx.admission.door_post(usher_id)
    performance = tx.programme.performance(post.performance_id) if post else None
    actor.require(Role.USHER, performance.venue_id if performance else None)
    if post is None or performance is None:
        raise BadInput("no_post")
    return post, performance


def party_tickets(tx: Tx, credential: TicketCredential, *, at_door: bool = False) -> Sequence[Ticket]:
    """What a party code stands for now: handed-on tickets have left the party."""
    order = tx.ticketing.order(credential.order_id) if credential.order_id is not None else None
    if order is None or credential.revoked_at is not None:
        return ()
    tickets = tx.ticketing.tickets_of_order(order.id, at_door=at_door)
    return [ticket for ticket in tickets if ticket.holder_id == order.buyer_id]


def admit(
    tx: Tx, post: DoorPost, performance: Performance, scans: Sequence[tuple[Ticket, TicketCredential | None]]
) -> list[dict[str, Any]]:
    """Judges each ticket and writes the log; the index has the last word on who is inside already."""
    inside = tx.admission.standing([ticket.id for ticket, _ in scans])
    lines = tx.ticketing.lines_by_id({ticket.order_line_id for ticket, _ in scans})
    hall = tx.programme.hall(performance.hall_id)
    verdicts = [
        judge(tx.now, post, performance, hall, ticket, lines.get(ticket.order_line_id), credential, ticket.id in inside)
        for ticket, credential in scans
    ]
    log = [
        _line_of_log(post, tx.now, ticket, credential, outcome)
        for (ticket, credential), outcome in zip(scans, verdicts, strict=True)
    ]
    ids = list(tx.admission.log(log))
    results = []
    for index, ((ticket, credential), outcome) in enumerate(zip(scans, verdicts, strict=True)):
        if ids[index] is None:  # somebody at another gate was faster by a blink
            outcome = Outcome.ALREADY_IN
            inside = {**inside, **tx.admission.standing([ticket.id])}
            (ids[index],) = tx.admission.log([_line_of_log(post, tx.now, ticket, credential, outcome)])
        elif outcome.lets_in:
            tx.audit(post.person_id, f"ticket.{outcome.value}", "ticket", ticket.id, admission=ids[index] or 0)
        result = _found(ids[index], outcome, ticket)
        first = inside.get(ticket.id)
        if outcome is Outcome.ALREADY_IN and first is not None:
            result["first_at"] = first.at.isoformat()
            result["first_gate_id"] = first.gate_id
        if outcome is Outcome.WRONG_GATE and hall is not None:
            line = lines.get(ticket.order_line_id)
            result["right_gate_id"] = hall.gate_of(line.zone if line else None)
        results.append(result)
    return results


def judge(
    now: datetime,
    post: DoorPost,
    performance: Performance,
    hall: Hall | None,
    ticket: Ticket,
    line: OrderLine | None,
    credential: TicketCredential | None,
    inside: bool,
) -> Outcome:
    """The rule of the door, pure. Validity first, then whether they are in already."""
    if ticket.state is TicketState.REFUNDED:
        return Outcome.REFUNDED
    if ticket.state is TicketState.CANCELLED:
        return Outcome.CANCELLED
    if credential is not None and credential.revoked_at is not None:
        return Outcome.REVOKED
    if ticket.performance_id != performance.id:
        return Outcome.WRONG_PERFORMANCE
    if performance.run_state is RunState.CANCELLED:
        return Outcome.CANCELLED
    if now < performance.doors_at - EARLY:
        return Outcome.TOO_EARLY
    gate_id = hall.gate_of(line.zone if line else None) if hall else None
    if post.gate_id is not None and gate_id is not None and gate_id != post.gate_id:
        return Outcome.WRONG_GATE
    if inside:
        return Outcome.ALREADY_IN
    late = performance.run_state is RunState.STARTED and performance.latecomers is not LatecomersPolicy.ANY_TIME
    return Outcome.LATE_WAIT if late else Outcome.ADMITTED


def _line_of_log(
    post: DoorPost, now: datetime, ticket: Ticket | None, credential: TicketCredential | None, outcome: Outcome
) -> Admission:
    return Admission(
        id=0,
        performance_id=post.performance_id,
        ticket_id=ticket.id if ticket else None,
        credential_id=credential.id if credential else None,
        gate_id=post.gate_id,
        usher_id=post.person_id,
        at=now,
        outcome=outcome,
        inside=outcome.lets_in,
    )


def _found(admission_id: int | None, outcome: Outcome, ticket: Ticket | None) -> dict[str, Any]:
    wrong_performance = ticket is not None and outcome is Outcome.WRONG_PERFORMANCE
    return {
        "admission_id": admission_id,
        "outcome": outcome.value,
        "ticket_id": ticket.id if ticket else None,
        "first_at": None,
        "first_gate_id": None,
        "right_performance_id": ticket.performance_id if ticket and wrong_performance else None,
        "right_gate_id": None,
    }
