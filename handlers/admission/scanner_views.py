"""What the scanner's page shows, as JSON: the chat's own words, without its markup."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from domain.admission.judging import is_late
from domain.admission.model import EARLY, ListedTicket, Outcome
from domain.admission.offline import LIST_LASTS
from domain.codes import CodeKind, Keyring
from domain.programme.model import Concession, RunState
from domain.ticketing.model import TicketState
from handlers.admission.faults import fault_text
from handlers.admission.queries import PartyFacts, PostFacts, ScanFacts
from handlers.admission.scanner_queries import ListFacts, StandingFacts
from handlers.admission.views import HEADS, hint_of, proof_lines, way_lines
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import (
    SeatName,
    clipped,
    concession_text,
    kind_text,
    name_of,
    proof_text,
    seat_text,
    title_of,
    when,
    word,
    zone_text,
)
from handlers.ui.i18n import Texts
from handlers.ui.plain import plain_lines

Json = dict[str, Any]
_FAULTS_SHOWN = 20
#: Neither let in nor sent away: somebody has to look.
_LOOK = frozenset({Outcome.LATE_WAIT, Outcome.TOO_EARLY, Outcome.WRONG_GATE})


def verdict(t: Texts, facts: ScanFacts) -> Json:
    """One ticket's answer. ``kind``: yes | look | no."""
    ticket = facts.ticket if facts.outcome is not Outcome.WRONG_PERFORMANCE else None
    shows_way = facts.outcome.lets_in or facts.outcome is Outcome.LATE_WAIT
    return {
        "outcome": facts.outcome.value,
        "kind": kind_of(facts.outcome),
        "head": t.plain(HEADS[facts.outcome]),
        "seat": seat_text(t, name_of(t, ticket.showing.hall, ticket.line)) if ticket else "",
        "lines": _about(t, ticket) if ticket and shows_way else [],
        "checks": plain_lines(proof_lines(t, [ticket])) if ticket and shows_way else [],
        "hint": "\n".join(plain_lines([hint_of(t, facts)])),
        "admission_id": facts.admission_id if facts.outcome.is_good else None,
        "ticket_id": facts.ticket.ticket.id if facts.ticket else None,
        **_attendance(facts.post),
    }


def party(t: Texts, facts: PartyFacts) -> Json:
    """Several on one code: who comes in now?"""
    return {
        "credential_id": facts.credential_id,
        "members": [
            _member(t, member.ticket.ticket.id, _seat(t, member.ticket), member.ticket.concession)
            for member in facts.waiting
        ],
        "inside": len(facts.members) - len(facts.waiting),
        **_attendance(facts.post),
    }


def standing(t: Texts, facts: StandingFacts) -> Json:
    showing = facts.post.showing
    shown = facts.faults[:_FAULTS_SHOWN]
    return {
        **_attendance(facts.post),
        "faults": len(facts.faults),
        "fault_lines": [fault_text(t, fault, showing, facts.gates) for fault in shown],
    }


def door_list(t: Texts, facts: ListFacts, keyring: Keyring) -> Json:
    """The list to judge by without a network: codes as hashes, seats, no names."""
    post, showing = facts.standing.post, facts.standing.post.showing
    performance, hall = showing.performance, showing.hall
    index = {ticket.ticket_id: number for number, ticket in enumerate(facts.tickets)}
    orders: dict[int, list[int]] = {}
    for number, ticket in enumerate(facts.tickets):
        if ticket.in_party and ticket.state is TicketState.VALID:
            orders.setdefault(ticket.order_id, []).append(number)
    codes: dict[str, list[int]] = {}
    parties: dict[str, list[int]] = {}
    for code in facts.codes:
        for sealed in keyring.every_seal(CodeKind(code.kind), code.credential_id):
            if code.ticket_id is not None:
                codes[digest(sealed)] = [index[code.ticket_id], int(code.revoked)]
            elif not code.revoked and code.order_id in orders:
                parties[digest(sealed)] = orders[code.order_id]
    used = {hall.gate_of(ticket.zone or None) for ticket in facts.tickets}
    return {
        "performance_id": performance.id,
        "gate_id": post.gate.id if post.gate else None,
        "mode": post.mode.value,
        "title": title_of(t, showing.event.title),
        "when": when(t, performance, showing.venue, facts.now),
        "gate": word(t.of(post.gate.name)) if post.gate else t.plain("Every gate"),
        "zone": showing.venue.timezone,
        "made_at": ms(facts.now),
        "lasts": int(LIST_LASTS.total_seconds() * 1000),
        "opens_at": ms(performance.doors_at - EARLY),
        "cancelled": performance.run_state is RunState.CANCELLED,
        "late": is_late(facts.now, performance),
        "gates": {
            str(gate.id): [word(t.of(gate.name)), clipped(t.of(gate.directions), 200)]
            for gate in facts.standing.gates.values()
            if gate.id in used
        },
        "tickets": [_listed(t, facts, ticket) for ticket in facts.tickets],
        "codes": codes,
        "parties": parties,
        "short": {digest(ticket.short_code): number for number, ticket in enumerate(facts.tickets)},
    }


def kind_of(outcome: Outcome) -> str:
    if outcome.is_good:
        return "yes"
    return "look" if outcome in _LOOK else "no"


def digest(code: str) -> str:
    """SHA-256, cut to 128 bits: of a code's 128 secret bits nothing can be found again from it."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def ms(at: Any) -> int:
    """Milliseconds since 1970, as JavaScript counts."""
    return int(at.timestamp() * 1000)


def _attendance(post: PostFacts) -> Json:
    return {"admitted": post.attendance.admitted, "expected": post.attendance.expected}


def _about(t: Texts, ticket: TicketFacts) -> list[str]:
    concession = concession_text(t, ticket.concession)
    lines = [kind_text(t, ticket.line.seat_kind), *plain_lines(way_lines(t, ticket)), concession]
    return [line for line in lines if line]


def _seat(t: Texts, ticket: TicketFacts) -> str:
    return seat_text(t, name_of(t, ticket.showing.hall, ticket.line))


def _member(t: Texts, ticket_id: int, seat: str, concession: Concession | None) -> Json:
    return {
        "ticket_id": ticket_id,
        "seat": seat,
        "concession": concession_text(t, concession),
        "check": _check(t, concession),
    }


def _check(t: Texts, concession: Concession | None) -> str:
    if concession is None or not concession.needs_proof:
        return ""
    return t.plain("Check {what}: {proof}", what=concession_text(t, concession), proof=proof_text(t, concession))


_STATES: Mapping[TicketState, str] = {
    TicketState.VALID: "",
    TicketState.CANCELLED: Outcome.CANCELLED.value,
    TicketState.REFUNDED: Outcome.REFUNDED.value,
}


def _listed(t: Texts, facts: ListFacts, ticket: ListedTicket) -> list[Any]:
    """id, seat, gate, what is wrong with it, inside, concession, what to check. A list, since there are thousands."""
    hall = facts.standing.post.showing.hall
    zone = zone_text(t, hall, ticket.zone) if ticket.zone else ""
    concession = facts.concessions.get(ticket.concession_id)
    kind = kind_text(t, ticket.seat_kind)
    return [
        ticket.ticket_id,
        seat_text(t, SeatName(ticket.place, zone, ticket.row, ticket.number)),
        hall.gate_of(ticket.zone or None),
        _STATES[ticket.state],
        int(ticket.inside),
        " · ".join(text for text in (kind, concession_text(t, concession)) if text),
        _check(t, concession),
    ]
