"""The screens of the evening, pure: every state in every language, with ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.admission.evening_model import RunEntry, ShowReport
from domain.admission.running import likely_next
from domain.programme.model import RunState
from handlers.admission.evening.queries import ReportFacts, ReportsFacts, RunFacts, StageFacts
from handlers.admission.evening.views import hold_screen, report_screen, reports_screen, run_screen, stage_screen
from handlers.ticketing.queries import Showing
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check, labels
from tests.support.ticketing import GATE, SHOWING, hostile_gate, hostile_showing

EN = texts("en")


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def run(state: RunState, showing: Showing = SHOWING, *, minutes: int = 3) -> RunFacts:
    performance = replace(showing.performance, run_state=state, run_since=NOW - timedelta(minutes=minutes))
    entry = RunEntry(7, performance.id, state, RunState.OPEN, None, NOW - timedelta(minutes=minutes), 1)
    following = likely_next(performance, (entry,), NOW)
    return RunFacts(replace(showing, performance=performance), (entry,), entry, following, NOW, reported=True)


def report(showing: Showing = SHOWING) -> ReportFacts:
    at = NOW.isoformat()
    content = {
        "planned": {"doors": at, "start": at, "end": at},
        "actual": {"doors": None, "start": at, "end": at},
        "intervals": [[at, at]],
        "holds": [[at, at, "medical"], [at, None, "other"]] * 9,
        "expected": 1800,
        "admitted": 1700,
        "no_shows": 100,
        "latecomers": 40,
        "gates": [[GATE.id, 1690], [None, 10]] * 20,
    }
    return ReportFacts(showing, ShowReport(showing.performance.id, NOW, content), {GATE.id: GATE})


@pytest.mark.parametrize("state", RunState)
def test_every_state_has_its_screen(t: Texts, state: RunState) -> None:
    check(run_screen(t, run(state)))


def test_the_screens_are_fit_whatever_the_names(t: Texts) -> None:
    for name in HOSTILE:
        showing = hostile_showing(name)
        check(stage_screen(t, StageFacts((showing,) * 8, NOW, has_reports=True)))
        check(run_screen(t, run(RunState.STARTED, showing, minutes=125)))
        check(hold_screen(t, run(RunState.STARTED, showing)))
        check(report_screen(t, replace(report(showing), gates={GATE.id: hostile_gate(name)})))
        check(reports_screen(t, ReportsFacts((showing,) * 9, NOW)))
    check(stage_screen(t, StageFacts((), NOW, has_reports=False)))
    check(reports_screen(t, ReportsFacts((), NOW)))


def test_an_interval_comes_next_until_there_has_been_one_or_it_is_late() -> None:
    begun = run(RunState.STARTED)
    assert begun.next_state is RunState.INTERVAL
    performance = begun.showing.performance
    interval = replace(begun.entries[0], state=RunState.INTERVAL)
    assert likely_next(performance, (*begun.entries, interval), NOW) is RunState.ENDED
    assert likely_next(performance, begun.entries, NOW + timedelta(hours=4)) is RunState.ENDED
    assert likely_next(run(RunState.ENDED).showing.performance, (), NOW) is None


def test_the_next_tap_is_the_first_button_alone_in_its_row() -> None:
    screen = run_screen(EN, run(RunState.CLEARED))
    assert [button.text for button in screen.keyboard[0]] == ["▶️ It has begun"]
    assert "Stop it …" not in " ".join(labels(screen))
