"""The rule of the door, pure: what a ticket is worth here and now.

A new outcome goes into ``Outcome`` (model), is decided here and gets its first line and hint in
``handlers/admission/views.py``; the tests that render every screen find a missing one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.admission.model import EARLY, Admission, DoorMode, DoorPost, Outcome
from domain.programme.model import LatecomersPolicy, Performance, RunState
from domain.ticketing.model import Ticket, TicketCredential, TicketState

#: Whoever came back without having been scanned out does so once in an interval: no ticket is passed back out.
ONE_INTERVAL = timedelta(minutes=30)


def judge(
    now: datetime,
    post: DoorPost,
    performance: Performance,
    gate_id: int | None,
    ticket: Ticket,
    credential: TicketCredential | None,
    entry: Admission | None,
) -> Outcome:
    """Validity first, then whether they are in already. ``gate_id`` leads to their seat (None: every gate does);
    ``entry``: the newest line that let them in, if any."""
    if post.mode is DoorMode.OUT:
        return _judge_exit(performance, ticket, credential, entry)
    if (invalid := judge_validity(performance, ticket, credential)) is not None:
        return invalid
    if now < performance.doors_at - EARLY:
        return Outcome.TOO_EARLY
    if post.gate_id is not None and gate_id is not None and gate_id != post.gate_id:
        return Outcome.WRONG_GATE
    if entry is not None and entry.inside:
        return Outcome.RE_ADMITTED if _may_return(now, post, performance, entry) else Outcome.ALREADY_IN
    if is_late(now, performance):
        return Outcome.LATE_WAIT
    return Outcome.ADMITTED if entry is None else Outcome.RE_ADMITTED


def judge_validity(performance: Performance, ticket: Ticket, credential: TicketCredential | None) -> Outcome | None:
    """None for a ticket that is good for this performance, whoever is inside and whatever the time."""
    if ticket.state is TicketState.REFUNDED:
        return Outcome.REFUNDED
    if ticket.state is TicketState.CANCELLED:
        return Outcome.CANCELLED
    if credential is not None and credential.revoked_at is not None:
        return Outcome.REVOKED
    if ticket.performance_id != performance.id:
        return Outcome.WRONG_PERFORMANCE
    return Outcome.CANCELLED if performance.run_state is RunState.CANCELLED else None


def is_late(now: datetime, performance: Performance) -> bool:
    """Whether somebody who comes in now has to wait. People say when it begins, not the printed time."""
    let_in = performance.latecomers_until is not None and now < performance.latecomers_until
    begun = performance.run_state in (RunState.STARTED, RunState.HELD)
    return begun and not let_in and performance.latecomers is not LatecomersPolicy.ANY_TIME


def is_interval(post: DoorPost, performance: Performance) -> bool:
    """Whether those inside may come back in here without having been scanned out."""
    return performance.run_state is RunState.INTERVAL or post.mode is DoorMode.RE_ADMIT


def _judge_exit(
    performance: Performance, ticket: Ticket, credential: TicketCredential | None, entry: Admission | None
) -> Outcome:
    """Nobody is kept inside by what has become of their ticket; an old code counts nobody out."""
    if credential is not None and credential.revoked_at is not None:
        return Outcome.REVOKED
    if ticket.performance_id != performance.id:
        return Outcome.WRONG_PERFORMANCE
    return Outcome.LEFT if entry is not None and entry.inside else Outcome.NOT_IN


def _may_return(now: datetime, post: DoorPost, performance: Performance, entry: Admission) -> bool:
    if not is_interval(post, performance):
        return False
    since = performance.run_since if performance.run_state is RunState.INTERVAL else post.since
    came_back = entry.outcome is Outcome.RE_ADMITTED and now - entry.at < ONE_INTERVAL
    return not came_back and (since is None or entry.at < since)
