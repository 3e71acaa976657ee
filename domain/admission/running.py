"""What stage and house say of the whole run, one tap each; and the report that the end of it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.admission.evening_model import HoldReason, RunEntry, ShowReport
from domain.errors import BadInput, NotFound, Stale
from domain.notices import Notice, NoticeKind
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance, RunState

#: A slip of the thumb can be taken back within this time.
SLIP_WITHIN = timedelta(minutes=10)
#: Of a performance's length: where nobody has had an interval by then, its end is what comes next.
_INTERVAL_BY = 0.65

#: From each state, what may be said next; the likeliest first.
NEXT: Mapping[RunState, tuple[RunState, ...]] = {
    RunState.SCHEDULED: (RunState.OPEN, RunState.CLEARED, RunState.STARTED),
    RunState.MOVED: (RunState.OPEN, RunState.CLEARED, RunState.STARTED),
    RunState.OPEN: (RunState.CLEARED, RunState.STARTED),
    RunState.CLEARED: (RunState.STARTED,),
    RunState.STARTED: (RunState.INTERVAL, RunState.ENDED, RunState.HELD),
    RunState.HELD: (RunState.STARTED, RunState.ENDED),
    RunState.INTERVAL: (RunState.STARTED, RunState.ENDED),
}


@dataclass(frozen=True, slots=True)
class SetRun:
    """Stage or house manager: the run goes on to this state. Saying it twice is saying it once. Gives the
    performance's id.

    Raises NotAllowed, NotFound, Stale where it cannot come next, BadInput('no_reason') for a hold without one.
    """

    by: int
    performance_id: int
    state: RunState
    reason: HoldReason | None = None

    def __call__(self, tx: Tx) -> int:
        performance = run_at(tx, self.by, self.performance_id)
        if performance.run_state is self.state:
            return performance.id
        if self.state not in NEXT.get(performance.run_state, ()):
            raise Stale
        if self.state is RunState.HELD and self.reason is None:
            raise BadInput("no_reason")
        say(tx, self.by, performance, self.state, self.reason.value if self.reason else "")
        if self.state is RunState.ENDED:
            _report(tx, performance)
        return performance.id


@dataclass(frozen=True, slots=True)
class TakeBackRun:
    """What was said last was a slip: it is as before, and since then. Gives the performance's id.

    Raises NotAllowed, NotFound, Stale where it was said too long ago, or something else has been said since.
    """

    by: int
    performance_id: int
    entry_id: int

    def __call__(self, tx: Tx) -> int:
        performance = run_at(tx, self.by, self.performance_id)
        entries = tx.evening.run_entries(performance.id)
        if not entries or entries[-1].id != self.entry_id or not is_slip(entries[-1], performance, tx.now):
            raise Stale
        entry = entries[-1]
        tx.programme.set_run_state(performance.id, entry.before, entry.before_since)
        tx.evening.undo_run_entry(entry.id, self.by, tx.now)
        tx.audit(self.by, "performance.run_undone", "performance", performance.id, state=entry.state.value)
        if entry.state is RunState.ENDED:
            tx.evening.drop_report(performance.id)
        return performance.id


def say(tx: Tx, by: int, performance: Performance, state: RunState, reason: str = "") -> None:
    """Whoever may say it has been asked already."""
    tx.programme.set_run_state(performance.id, state, tx.now)
    before = performance.run_state
    tx.evening.add_run_entry(RunEntry(0, performance.id, state, before, performance.run_since, tx.now, by, reason))
    tx.audit(by, "performance.run", "performance", performance.id, state=state.value)


def is_slip(entry: RunEntry, performance: Performance, now: datetime) -> bool:
    """Whether this, the newest, may still be taken back."""
    return entry.state is performance.run_state and now < entry.at + SLIP_WITHIN


def likely_next(performance: Performance, entries: Sequence[RunEntry], now: datetime) -> RunState | None:
    """The tap that comes next in most cases; None where nothing more is said."""
    following = NEXT.get(performance.run_state, ())
    if performance.run_state is RunState.STARTED:
        began = next((entry.at for entry in entries if entry.state is RunState.STARTED), performance.starts_at)
        late = now >= began + (performance.ends_at - performance.starts_at) * _INTERVAL_BY
        if late or any(entry.state is RunState.INTERVAL for entry in entries):
            return RunState.ENDED
    return following[0] if following else None


def may_run(actor: Actor, venue_id: int | None) -> bool:
    return actor.may(Role.STAGE, venue_id)  # a manager stands in


def run_at(tx: Tx, by: int, performance_id: int) -> Performance:
    """Locked, so that two taps come one after the other. Raises NotAllowed, NotFound."""
    actor = actor_of(tx, by)
    actor.require(Role.STAGE)
    performance = tx.programme.performance_to_move(performance_id)
    if performance is None or not may_run(actor, performance.venue_id):
        raise NotFound
    return performance


def _report(tx: Tx, performance: Performance) -> None:
    """On record, and a word to the venue's managers."""
    entries = tx.evening.run_entries(performance.id)
    tx.evening.put_report(ShowReport(performance.id, tx.now, report_of(tx, performance, entries)))
    tx.audit(None, "report.written", "performance", performance.id)
    for person_id in tx.people.holders_of([Role.MANAGER, Role.OWNER]):
        actor = tx.people.actor(person_id)
        if actor is not None and actor.may(Role.MANAGER, performance.venue_id):
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.SHOW_REPORT,
                    dedupe_key=f"report:{performance.id}:{entries[-1].id}:{person_id}",
                    params={"performance_id": performance.id},
                )
            )


def report_of(tx: Tx, performance: Performance, entries: Sequence[RunEntry]) -> dict[str, Any]:
    """Times planned and actual, who came, what was held and why. ``entries`` stand and are in order."""

    def first(state: RunState) -> datetime | None:
        return next((entry.at for entry in entries if entry.state is state), None)

    began = first(RunState.STARTED)
    turnout = tx.evening.turnout(performance.id, began)
    return {
        "planned": {
            "doors": performance.doors_at.isoformat(),
            "start": performance.starts_at.isoformat(),
            "end": performance.ends_at.isoformat(),
        },
        "actual": {
            "doors": _iso(first(RunState.OPEN)),
            "start": _iso(began),
            "end": _iso(first(RunState.ENDED)),
        },
        "intervals": [[start, end] for start, end, _ in _stretches(entries, RunState.INTERVAL)],
        "holds": [list(stretch) for stretch in _stretches(entries, RunState.HELD)],
        "expected": turnout.expected,
        "admitted": turnout.admitted,
        "no_shows": turnout.expected - turnout.admitted,
        "latecomers": turnout.late if began else 0,
        "gates": [list(gate) for gate in turnout.gates],
    }


def _stretches(entries: Sequence[RunEntry], state: RunState) -> list[tuple[str, str | None, str]]:
    """(from, to, reason) of each time in this state."""
    ends = [*(entry.at for entry in entries[1:]), None]
    return [
        (entry.at.isoformat(), _iso(end), entry.reason)
        for entry, end in zip(entries, ends, strict=True)
        if entry.state is state
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
