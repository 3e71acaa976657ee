"""Who is inside, derived anew from everything that the log says of a ticket: the same whatever came in first.

Scans that were judged without a network arrive later than they were made, in any order, several times. A line's own
time decides, so the state is a function of the set of lines alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.admission.model import Admission, Outcome
from domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Settled:
    """``lines``: every entry as it should stand. ``doubles``: those that found somebody inside already."""

    lines: tuple[Admission, ...]
    doubles: frozenset[int]


def settle(entries: Iterable[Admission]) -> Settled:
    """``entries``: lines of one ticket by which the door let somebody in, not taken back. An exit is the ``left_at``
    that any of them carries."""
    ordered = sorted(entries, key=lambda line: (line.at, line.gate_id or 0, line.usher_id))
    exits = sorted({line.left_at for line in ordered if line.left_at is not None})
    settled: list[Admission] = []
    doubles: set[int] = set()
    within: int | None = None  # index in ``settled`` of the line that has them inside
    for line in ordered:
        within = _gone(settled, within, exits, line.at)
        outcome = Outcome.ALREADY_IN
        if within is None:
            within = len(settled)
            outcome = Outcome.RE_ADMITTED if any(gone <= line.at for gone in exits) else Outcome.ADMITTED
        else:
            doubles.add(line.id)
        settled.append(replace(line, outcome=outcome, inside=outcome.lets_in, left_at=None))
    _gone(settled, within, exits, None)
    return Settled(tuple(settled), frozenset(doubles))


def _gone(settled: list[Admission], within: int | None, exits: Sequence[datetime], now: datetime | None) -> int | None:
    """Ends the entry that stands, if somebody went out before ``now`` (None: at all). Who goes out and comes in at the
    same moment goes out first."""
    if within is None:
        return None
    entry = settled[within]
    gone = next((at for at in exits if at > entry.at and (now is None or at <= now)), None)
    if gone is None:
        return within
    settled[within] = replace(entry, inside=False, left_at=gone)
    return None


def settle_tickets(tx: Tx, ticket_ids: Collection[int], more: Sequence[Admission] = ()) -> None:
    """Brings the log in line for tickets that are locked. ``more``: lines of theirs that let somebody in and do not
    say so yet."""
    doubled = tx.admission.faulty_lines(ticket_ids, Outcome.ALREADY_IN)
    found = {line.id: line for line in (*tx.admission.lets_in(ticket_ids), *doubled, *more)}
    changed: list[Admission] = []
    doubles: set[int] = set()
    for ticket_id in sorted(ticket_ids):
        settled = settle(line for line in found.values() if line.ticket_id == ticket_id)
        changed += [line for line in settled.lines if line != found[line.id]]
        doubles |= settled.doubles
    tx.admission.rewrite(changed)
    for ticket_id in sorted(ticket_ids):
        _audit(tx, ticket_id, [line for line in changed if line.ticket_id == ticket_id], found)
    before = {line.id for line in doubled}
    tx.admission.unmark_faults(before - doubles)
    tx.admission.mark_faults([(found[id], Outcome.ALREADY_IN) for id in sorted(doubles - before)])


def _audit(tx: Tx, ticket_id: int, changed: Sequence[Admission], before: Mapping[int, Admission]) -> None:
    """A line that lets somebody in in another's place is a correction: they are let in once."""
    let_in = Counter(before[line.id].outcome for line in changed)
    for line in sorted(changed, key=lambda line: line.at):
        was = before[line.id].outcome
        if not line.outcome.lets_in:
            tx.audit(line.usher_id, "admission.corrected", "ticket", ticket_id, admission=line.id)
        elif was is not line.outcome and let_in[line.outcome]:
            let_in[line.outcome] -= 1
        elif was is not line.outcome:
            tx.audit(line.usher_id, f"ticket.{line.outcome.value}", "ticket", ticket_id, admission=line.id)
