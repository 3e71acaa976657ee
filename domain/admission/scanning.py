"""At the door: an usher's post, and every scan as a line of the log. What a ticket is worth: see ``judging``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.admission.judging import judge
from domain.admission.model import Admission, Channel, DoorMode, DoorPost, Outcome
from domain.admission.settling import settle_tickets
from domain.codes import CodeKind, Opened
from domain.errors import BadInput, NotFound, Stale
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance
from domain.ticketing.model import Ticket, TicketCredential, TicketState
from domain.ticketing.resale import keep_at_door

UNDO_WITHIN = timedelta(minutes=10)
#: For so long after a performance a code of its tickets is still known for what it is, at another performance's door.
_LATELY = timedelta(days=1)


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
class SetDoorMode:
    """What a scan at this usher's post means from now on. Gives the performance's id. Raises BadInput('no_post')."""

    usher_id: int
    mode: DoorMode

    def __call__(self, tx: Tx) -> int:
        post, performance = usher_at_door(tx, self.usher_id)
        if post.mode is not self.mode:
            tx.admission.take_door_post(replace(post, mode=self.mode, since=tx.now))
            tx.audit(self.usher_id, "door.mode", "performance", performance.id, mode=self.mode.value)
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
    "ticket_id", "first_at", "first_gate_id", "right_performance_id", "right_gate_id", "left_at"}``, what does not
    apply null.
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
            ticket = ticket or tx.ticketing.ticket_elsewhere(self.short_code, tx.now - _LATELY)
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
    """The usher's own slip, or a manager's word, taken back within minutes: who came in is outside again, who went
    out is inside. Gives the ticket's id."""

    usher_id: int
    admission_id: int

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.usher_id)
        actor.require(Role.USHER)
        admission = tx.admission.admission(self.admission_id)
        performance = tx.programme.performance(admission.performance_id) if admission else None
        if admission is None or admission.ticket_id is None or performance is None:
            raise NotFound
        actor.require(Role.USHER, performance.venue_id)
        if admission.usher_id != self.usher_id:
            actor.require(Role.MANAGER, performance.venue_id)
        if tx.now - admission.at > UNDO_WITHIN or not self._undo(tx, admission, admission.ticket_id):
            raise Stale
        tx.audit(self.usher_id, "admission.undone", "ticket", admission.ticket_id, admission=admission.id)
        return admission.ticket_id

    def _undo(self, tx: Tx, admission: Admission, ticket_id: int) -> bool:
        tx.ticketing.ticket(ticket_id, lock=True)  # they may be coming back at this moment
        if admission.outcome is Outcome.LEFT:
            return tx.admission.undo_exit(admission, self.usher_id, tx.now)
        undone = tx.admission.undo(admission.id, self.usher_id, tx.now)
        settle_tickets(tx, [ticket_id])  # whoever came in second by this ticket is the first now
        return undone


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
    """What a party code stands for now: tickets that were handed on or given back have left the party."""
    order = tx.ticketing.order(credential.order_id) if credential.order_id is not None else None
    if order is None or credential.revoked_at is not None:
        return ()
    tickets = tx.ticketing.tickets_of_order(order.id, at_door=at_door)
    return [ticket for ticket in tickets if ticket.holder_id == order.buyer_id and ticket.state is TicketState.VALID]


def admit(
    tx: Tx,
    post: DoorPost,
    performance: Performance,
    scans: Sequence[tuple[Ticket, TicketCredential | None]],
    channel: Channel = Channel.SCAN,
) -> list[dict[str, Any]]:
    """Judges each ticket and writes the log; the database has the last word on who is inside already."""
    expected = tx.admission.expected_at(performance.hall_id, [ticket.id for ticket, _ in scans])
    entries = {ticket_id: entry for ticket_id, (_, entry) in expected.items() if entry is not None}
    verdicts = [
        judge(tx.now, post, performance, expected[ticket.id][0], ticket, credential, entries.get(ticket.id))
        for ticket, credential in scans
    ]
    gone = _let_go_of_entries(
        tx, {ticket.id: verdict for (ticket, _), verdict in zip(scans, verdicts, strict=True)}, entries
    )
    log = [
        _line_of_log(post, tx.now, ticket, credential, gone.get(ticket.id, outcome), channel)
        for (ticket, credential), outcome in zip(scans, verdicts, strict=True)
    ]
    ids = list(tx.admission.log(log))
    results = []
    for index, ((ticket, credential), line) in enumerate(zip(scans, log, strict=True)):
        outcome = line.outcome
        if ids[index] is None:  # somebody at another gate was faster by a blink
            outcome = Outcome.ALREADY_IN
            (ids[index],) = tx.admission.log([_line_of_log(post, tx.now, ticket, credential, outcome, channel)])
        elif outcome.is_good:
            tx.audit(post.person_id, f"ticket.{outcome.value}", "ticket", ticket.id, admission=ids[index] or 0)
            if ticket.listed and outcome.lets_in:
                keep_at_door(tx, ticket)
        result = _found(ids[index], outcome, ticket)
        if outcome is not verdicts[index]:
            entries = {**entries, **tx.admission.entries([ticket.id])}
        entry = entries.get(ticket.id)
        if outcome is Outcome.ALREADY_IN and entry is not None:
            result["first_at"] = entry.at.isoformat()
            result["first_gate_id"] = entry.gate_id
        if outcome is Outcome.NOT_IN and entry is not None and entry.left_at is not None:
            result["left_at"] = entry.left_at.isoformat()
        if outcome is Outcome.WRONG_GATE:
            result["right_gate_id"] = expected[ticket.id][0]
        results.append(result)
    return results


def _let_go_of_entries(
    tx: Tx, verdicts: Mapping[int, Outcome], entries: Mapping[int, Admission]
) -> Mapping[int, Outcome]:
    """Ends the entries of those who go out, or come in again without having done so, in the order of tickets as all
    do. Gives what became of those with whom another gate was faster."""
    lost: dict[int, Outcome] = {}
    for ticket_id, outcome in sorted(verdicts.items()):
        entry = entries.get(ticket_id)
        if outcome not in (Outcome.LEFT, Outcome.RE_ADMITTED) or entry is None or not entry.inside:
            continue
        if not tx.admission.leave(entry.id, tx.now):
            lost[ticket_id] = Outcome.NOT_IN if outcome is Outcome.LEFT else Outcome.ALREADY_IN
    return lost


def _line_of_log(
    post: DoorPost,
    now: datetime,
    ticket: Ticket | None,
    credential: TicketCredential | None,
    outcome: Outcome,
    channel: Channel = Channel.SCAN,
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
        channel=channel,
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
        "left_at": None,
    }
