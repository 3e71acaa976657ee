"""Scans that the scanner page sends: at once, or judged without a network and uploaded later.

Every scan has a nonce of the page's making and is received once. Uploads may come in any order and several times:
what follows from them is derived from the lines alone (``settling``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.admission.judging import judge_validity
from domain.admission.model import Admission, Channel, Outcome
from domain.admission.scanning import AdmitParty, Scan, usher_at_door
from domain.admission.settling import settle_tickets
from domain.codes import CodeKind, Opened
from domain.errors import BadInput, NotFound, Stale
from domain.notices import CardKind
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance
from domain.ticketing.model import Ticket, TicketCredential
from domain.ticketing.resale import keep_listed

#: A list older than this is not to be relied on: the page asks for a new one and marks what it says as uncertain.
LIST_LASTS = timedelta(minutes=30)
UPLOAD_MOST = 100


@dataclass(frozen=True, slots=True)
class Bound:
    """What a scanner's session is bound to."""

    performance_id: int
    gate_id: int | None

    def check(self, tx: Tx, usher_id: int) -> None:
        """Raises Stale where the usher stands elsewhere by now, BadInput('no_post'), NotAllowed."""
        usher_at_door(tx, usher_id)
        self.check_place(tx, usher_id)

    def check_place(self, tx: Tx, usher_id: int) -> None:
        """Raises Stale as ``check``: for use cases that ask for the post and the role by themselves."""
        post = tx.admission.door_post(usher_id)
        if post is not None and (post.performance_id, post.gate_id) != (self.performance_id, self.gate_id):
            raise self.gone()

    def gone(self) -> Stale:
        return Stale(reason="other_door")


@dataclass(frozen=True, slots=True)
class ScanOnce:
    """``Scan`` from the page: asked again after a lost answer, it says the same and does nothing."""

    usher_id: int
    bound: Bound
    nonce: str
    opened: Opened | None = None
    short_code: str | None = None

    def __call__(self, tx: Tx) -> dict[str, Any]:
        self.bound.check_place(tx, self.usher_id)
        known = tx.admission.scans_by_nonce([self.nonce]).get(self.nonce)
        if known is not None:
            self.bound.check(tx, self.usher_id)
            return _as_found(known)
        found = Scan(self.usher_id, self.opened, self.short_code)(tx)
        tx.admission.receive_scans({self.nonce: found["admission_id"]}, tx.now)
        return found


@dataclass(frozen=True, slots=True)
class AdmitPartyOnce:
    """``AdmitParty`` from the page. ``nonces``: one for each ticket chosen."""

    usher_id: int
    bound: Bound
    credential_id: int
    nonces: Mapping[int, str]

    def __call__(self, tx: Tx) -> list[dict[str, Any]]:
        self.bound.check(tx, self.usher_id)
        known = tx.admission.scans_by_nonce(list(self.nonces.values()))
        if known:  # they are sent together, so they were received together
            return [_as_found(known[nonce]) for nonce in self.nonces.values() if nonce in known]
        found = AdmitParty(self.usher_id, self.credential_id, tuple(self.nonces))(tx)
        lines = {self.nonces[one["ticket_id"]]: one["admission_id"] for one in found}
        tx.admission.receive_scans(lines, tx.now)
        return found


@dataclass(frozen=True, slots=True)
class OfflineScan:
    """One scan as the page judged it. ``said``: what the usher was shown and acted upon; ``ticket_id``: by the page's
    list. ``undone``: the usher took it back. ``opened`` None with no ``short_code``: not made by this house."""

    nonce: str
    performance_id: int
    gate_id: int | None
    at: datetime
    said: Outcome
    ticket_id: int | None = None
    opened: Opened | None = None
    short_code: str | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class UploadScans:
    """Brings scans into the log that were judged without a network.

    The earliest by its own time lets in; a later one of the same ticket is a double, one of a ticket that was not
    valid then a fault: both are marked and shown to the manager. Gives ``{"new": how many were not known}``. Raises
    NotAllowed, NotFound, BadInput('too_many', 'form').
    """

    usher_id: int
    scans: tuple[OfflineScan, ...]

    def __call__(self, tx: Tx) -> dict[str, int]:
        if len(self.scans) > UPLOAD_MOST:
            raise BadInput("too_many", most=UPLOAD_MOST)
        if any(scan.said not in _SAYS for scan in self.scans):
            raise BadInput("form")
        performances = self._performances(tx)
        before = {id: tx.admission.fault_lines(id) for id in performances}
        scans = _together(self.scans)
        tickets = _lock_tickets(tx, scans.values())
        known = dict(tx.admission.scans_by_nonce(list(scans)))
        fresh = [scan for nonce, scan in sorted(scans.items()) if nonce not in known]
        lines = [self._line(tx, performances[scan.performance_id], scan, tickets.get(scan.nonce)) for scan in fresh]
        ids = tx.admission.log(lines)
        for scan, line, id in zip(fresh, lines, ids, strict=True):
            assert id is not None  # none of them says ``inside`` yet
            known[scan.nonce] = replace(line, id=id)
        tx.admission.receive_scans({scan.nonce: known[scan.nonce].id for scan in fresh}, tx.now)
        self._act_upon(tx, scans, known)
        keep_listed(tx, [ticket for ticket in tickets.values() if ticket is not None])
        for id, performance in performances.items():
            new = sum(scan.performance_id == id for scan in fresh)
            if new:
                tx.audit(self.usher_id, "scans.uploaded", "performance", id, new=new)
            if tx.admission.fault_lines(id) != before[id]:
                _tell_managers(tx, performance)
        return {"new": len(fresh)}

    def _performances(self, tx: Tx) -> dict[int, Performance]:
        actor = actor_of(tx, self.usher_id)
        actor.require(Role.USHER)
        found: dict[int, Performance] = {}
        for performance_id, gate_id in sorted({(scan.performance_id, scan.gate_id or 0) for scan in self.scans}):
            performance = found.get(performance_id) or tx.programme.performance(performance_id)
            gate = tx.programme.gate(gate_id) if gate_id else None
            if performance is None or (gate_id and (gate is None or gate.venue_id != performance.venue_id)):
                raise NotFound
            actor.require(Role.USHER, performance.venue_id)
            found[performance_id] = performance
        return found

    def _line(self, tx: Tx, performance: Performance, scan: OfflineScan, ticket: Ticket | None) -> Admission:
        credential = _credential_then(tx, scan)
        outcome = scan.said
        if scan.said.lets_in:
            outcome = _validity(performance, scan, ticket, credential) or Outcome.ALREADY_IN
        return Admission(
            id=0,
            performance_id=performance.id,
            ticket_id=ticket.id if ticket else None,
            credential_id=credential.id if credential else None,
            gate_id=scan.gate_id,
            usher_id=self.usher_id,
            at=min(scan.at, tx.now),
            outcome=outcome,
            inside=False,
            channel=Channel.OFFLINE,
        )

    def _act_upon(self, tx: Tx, scans: Mapping[str, OfflineScan], lines: Mapping[str, Admission]) -> None:
        """What the page said is what happened at the door, whatever an answer that never arrived may have said."""
        entries: list[Admission] = []
        faults: list[tuple[Admission, Outcome]] = []
        ticket_ids: set[int] = set()
        for nonce, scan in scans.items():
            line = lines[nonce]
            if line.usher_id != self.usher_id or line.undone_at is not None:
                continue
            if line.ticket_id is not None:
                ticket_ids.add(line.ticket_id)
            let_in = scan.said.lets_in and not scan.undone
            if not let_in and (line.outcome.lets_in or scan.said.lets_in):
                self._take_back(tx, line)
            elif let_in and line.outcome in _INVALID:
                faults.append((line, line.outcome))
            elif let_in and not line.outcome.lets_in:
                entries.append(line)
        tx.admission.mark_faults(faults)
        settle_tickets(tx, ticket_ids, entries)

    def _take_back(self, tx: Tx, line: Admission) -> None:
        if line.ticket_id is None or line.outcome in _INVALID:
            return
        outcome = line.outcome if line.outcome.lets_in else Outcome.ADMITTED  # that is what is taken back
        if outcome is not line.outcome:
            tx.audit(self.usher_id, "ticket.admitted", "ticket", line.ticket_id, admission=line.id)
        tx.admission.unmark_faults([line.id])
        tx.admission.take_back(line.id, outcome, self.usher_id, line.at)
        tx.audit(self.usher_id, "admission.undone", "ticket", line.ticket_id, admission=line.id)


#: What the page can have said: by the list alone it scans nobody out, and knows of no return.
_SAYS = frozenset(Outcome) - {Outcome.RE_ADMITTED, Outcome.LEFT, Outcome.NOT_IN}
#: Lines of these outcomes let nobody be inside, whatever the page said.
_INVALID = frozenset(
    {
        Outcome.CANCELLED,
        Outcome.REFUNDED,
        Outcome.REVOKED,
        Outcome.WRONG_PERFORMANCE,
        Outcome.UNKNOWN,
        Outcome.FORGED,
    }
)


def _together(scans: Sequence[OfflineScan]) -> dict[str, OfflineScan]:
    """By nonce. Taken back in one copy is taken back."""
    found: dict[str, OfflineScan] = {}
    for scan in scans:
        other = found.get(scan.nonce)
        found[scan.nonce] = replace(scan, undone=scan.undone or (other is not None and other.undone))
    return found


def _lock_tickets(tx: Tx, scans: Iterable[OfflineScan]) -> dict[str, Ticket]:
    """Nonce → its ticket. Locked in order, so that nobody comes in or goes out by them meanwhile."""
    wanted: dict[str, int] = {}
    for scan in scans:
        ticket_id = _ticket_of(tx, scan)
        if ticket_id is not None:
            wanted[scan.nonce] = ticket_id
    locked = {id: tx.ticketing.ticket(id, lock=True) for id in sorted(set(wanted.values()))}
    return {nonce: ticket for nonce, id in wanted.items() if (ticket := locked[id]) is not None}


def _ticket_of(tx: Tx, scan: OfflineScan) -> int | None:
    if scan.opened is not None:
        credential = tx.ticketing.credential(scan.opened.id)
        if credential is None or credential.kind != scan.opened.kind:
            return None
        if credential.kind == CodeKind.TICKET:
            return credential.ticket_id
    elif scan.short_code is None:
        return None
    ticket = tx.ticketing.ticket(scan.ticket_id) if scan.ticket_id is not None else None
    if ticket is None or ticket.performance_id != scan.performance_id:
        return None
    return ticket.id


def _credential_then(tx: Tx, scan: OfflineScan) -> TicketCredential | None:
    """As it was when it was scanned: what was replaced since then was good."""
    credential = tx.ticketing.credential(scan.opened.id) if scan.opened is not None else None
    if credential is None or scan.opened is None or credential.kind != scan.opened.kind:
        return None
    if credential.revoked_at is not None and credential.revoked_at > scan.at:
        return replace(credential, revoked_at=None, revoked_why=None)
    return credential


def _validity(
    performance: Performance, scan: OfflineScan, ticket: Ticket | None, credential: TicketCredential | None
) -> Outcome | None:
    """None for a ticket that was good at that moment."""
    if ticket is None:
        return Outcome.FORGED if scan.opened is None and scan.short_code is None else Outcome.UNKNOWN
    if credential is not None and credential.order_id not in (None, ticket.order_id):
        return Outcome.UNKNOWN  # of another party
    if scan.short_code is not None and scan.short_code != ticket.short_code:
        return Outcome.REVOKED
    return judge_validity(performance, ticket, credential)


def _tell_managers(tx: Tx, performance: Performance) -> None:
    """Each manager of the house has a card of it, which is kept true."""
    for person_id in tx.people.holders_of((Role.MANAGER, Role.OWNER)):
        if actor_of(tx, person_id).may(Role.MANAGER, performance.venue_id):
            tx.show_card(person_id, CardKind.DOUBLE_ADMISSION, performance.id)


def _as_found(line: Admission) -> dict[str, Any]:
    """What ``Scan`` gives, of a line that is there already."""
    return {
        "admission_id": line.id,
        "outcome": line.outcome.value,
        "ticket_id": line.ticket_id,
        "first_at": None,
        "first_gate_id": None,
        "right_performance_id": None,
        "right_gate_id": None,
        "left_at": None,
    }
