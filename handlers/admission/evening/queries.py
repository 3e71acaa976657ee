"""Read models of the run and its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.admission.evening_model import RunEntry, ShowReport
from domain.admission.running import is_slip, likely_next, may_run
from domain.errors import NotFound
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Gate, RunState
from domain.programme.ports import PerformanceFilter
from handlers.ticketing.queries import Showing, showing_of, showings_of

TONIGHT = timedelta(hours=18)
#: Who was let out late may say so late.
STILL_RUNS = timedelta(hours=2)
STAGE_MOST = 8
REPORTS_SHOWN = 10


@dataclass(frozen=True)
class StageFacts:
    showings: tuple[Showing, ...]
    now: datetime
    has_reports: bool


@dataclass(frozen=True, slots=True)
class FindStage:
    """What is on, or begins soon, where this person says how it goes. Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> StageFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.STAGE)
        wanted = PerformanceFilter(starts_before=tx.now + TONIGHT, ends_after=tx.now - STILL_RUNS)
        performances = tx.programme.performances(wanted, limit=STAGE_MOST * 4)
        mine = [each.id for each in performances if may_run(actor, each.venue_id)][:STAGE_MOST]
        showings = showings_of(tx, mine)
        venue_ids = [venue.id for venue in tx.programme.venues() if may_run(actor, venue.id)]
        return StageFacts(tuple(showings[id] for id in mine), tx.now, bool(tx.evening.reports(venue_ids, 1)))


@dataclass(frozen=True)
class RunFacts:
    """``slip``: what was said last, while it can be taken back. ``next_state``: the tap that comes next."""

    showing: Showing
    entries: tuple[RunEntry, ...]
    slip: RunEntry | None
    next_state: RunState | None
    now: datetime
    reported: bool

    @property
    def began_at(self) -> datetime | None:
        return next((entry.at for entry in self.entries if entry.state is RunState.STARTED), None)


@dataclass(frozen=True, slots=True)
class FindRun:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> RunFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.STAGE)
        showing = showing_of(tx, self.performance_id)
        performance = showing.performance
        if not may_run(actor, performance.venue_id):
            raise NotFound
        entries = tuple(tx.evening.run_entries(performance.id))
        slip = entries[-1] if entries and is_slip(entries[-1], performance, tx.now) else None
        following = likely_next(performance, entries, tx.now)
        reported = tx.evening.report(performance.id) is not None
        return RunFacts(showing, entries, slip, following, tx.now, reported)


@dataclass(frozen=True)
class ReportFacts:
    showing: Showing
    report: ShowReport
    gates: Mapping[int, Gate]


@dataclass(frozen=True, slots=True)
class FindReport:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> ReportFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.STAGE)
        facts = report_facts(tx, self.performance_id)
        if facts is None or not may_run(actor, facts.showing.venue.id):
            raise NotFound
        return facts


def report_facts(tx: Tx, performance_id: int) -> ReportFacts | None:
    """None where it was taken back."""
    report = tx.evening.report(performance_id)
    if report is None:
        return None
    showing = showing_of(tx, performance_id)
    return ReportFacts(showing, report, {gate.id: gate for gate in tx.programme.gates(showing.venue.id)})


@dataclass(frozen=True)
class ReportsFacts:
    showings: tuple[Showing, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindReports:
    """Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> ReportsFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.STAGE)
        venue_ids = [venue.id for venue in tx.programme.venues() if may_run(actor, venue.id)]
        ids = [report.performance_id for report in tx.evening.reports(venue_ids, REPORTS_SHOWN)]
        showings = showings_of(tx, ids)
        return ReportsFacts(tuple(showings[id] for id in ids), tx.now)
