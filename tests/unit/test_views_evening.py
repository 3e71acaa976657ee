"""The screens of the evening, pure: every state in every language, with ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.hall_overview import draw_hall_overview
from domain.admission.evening_model import (
    ClosedGate,
    HeldItem,
    ItemKind,
    RunEntry,
    ShowReport,
    VisitStage,
    stage_of,
)
from domain.admission.running import likely_next
from domain.admission.visiting import gates_in, shown
from domain.programme.model import Gate, RunState
from domain.programme.quiet import Reminder
from handlers.admission.evening.gate_views import GatesFacts, TagsFacts, gates_screen, tags_screen
from handlers.admission.evening.queries import ReportFacts, ReportsFacts, RunFacts, StageFacts
from handlers.admission.evening.reminders import reminder_screen, reminders_screen
from handlers.admission.evening.views import hold_screen, report_screen, reports_screen, run_screen, stage_screen
from handlers.admission.evening.visit_cards import visit_card, way_screen
from handlers.admission.evening.visit_queries import VisitFacts
from handlers.ticketing.queries import Showing
from handlers.ui.callbacks import Home
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.pictures import HallOverview
from handlers.ui.screen import button
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check, labels
from tests.support.ticketing import GATE, SHOWING, hostile_gate, hostile_showing, plan, ticket_facts

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


def visit(stage: VisitStage, showing: Showing = SHOWING, *, tickets: int = 2, gate: Gate = GATE) -> VisitFacts:
    held = tuple(ticket_facts(5 + n, showing=showing, gate=gate) for n in range(tickets))
    return VisitFacts(1, 2, stage, showing, held, plan())


@pytest.mark.parametrize("stage", VisitStage)
def test_the_card_at_every_stage(t: Texts, stage: VisitStage) -> None:
    check(visit_card(t, visit(stage, tickets=0 if stage is VisitStage.GONE else 2)))
    for name in HOSTILE:
        check(visit_card(t, visit(stage, hostile_showing(name), gate=hostile_gate(name)), [button("x", Home())]))
    over = stage in (VisitStage.AFTER, VisitStage.CANCELLED, VisitStage.GONE)
    assert visit_card(t, visit(stage)).pinned is not over


def test_the_way_marks_one_s_own_zone_and_says_it_too(t: Texts) -> None:
    screen = way_screen(t, visit(VisitStage.DOORS))
    check(screen)
    assert isinstance(screen.picture, HallOverview)
    marked = [region.name for region in screen.picture.regions if region.note]
    assert len(marked) == 1
    assert all(region.free is None for region in screen.picture.regions)
    for name in HOSTILE:
        check(way_screen(t, visit(VisitStage.DOORS, hostile_showing(name), gate=hostile_gate(name))))
    assert draw_hall_overview(screen.picture).startswith(b"\x89PNG")


def test_gates_and_tags_are_fit_whatever_the_names(t: Texts) -> None:
    for name in ("Gate", *HOSTILE):
        gates = tuple(replace(hostile_gate(name), id=number) for number in range(1, 6))
        closed = {2: ClosedGate(2, 1, NOW)}
        check(gates_screen(t, GatesFacts(SHOWING.venue, gates, closed, (SHOWING.venue,))))
        items = tuple(HeldItem(n, 1, n, ItemKind.UMBRELLA, None, NOW) for n in range(1, 40))
        check(tags_screen(t, TagsFacts(hostile_showing(name), items), given=39))
    check(tags_screen(t, TagsFacts(SHOWING, ())))


def test_reminders_are_fit_whatever_the_names(t: Texts) -> None:
    for kind in Reminder:
        check(reminders_screen(t, frozenset({kind})))
        for name in HOSTILE:
            check(reminder_screen(t, kind, visit(VisitStage.SEAT, hostile_showing(name)).tickets))
    check(reminders_screen(t, frozenset()))


def test_the_stage_is_what_people_say_and_the_printed_time_only_before_that() -> None:
    performance = SHOWING.performance
    doors, ends = performance.doors_at, performance.ends_at
    assert stage_of(performance, doors - timedelta(hours=3)) is VisitStage.SEAT
    assert stage_of(performance, doors - timedelta(hours=1)) is VisitStage.SET_OUT
    assert stage_of(performance, doors + timedelta(hours=1)) is VisitStage.SET_OUT  # nobody has opened them
    said = replace(performance, run_state=RunState.STARTED)
    assert stage_of(said, doors - timedelta(hours=1)) is VisitStage.RUNNING
    assert stage_of(said, ends + timedelta(minutes=90)) is VisitStage.RUNNING
    assert stage_of(said, ends + timedelta(hours=2)) is VisitStage.AFTER  # somebody has forgotten to say so
    ended = replace(performance, run_state=RunState.ENDED, run_since=ends - timedelta(minutes=30))
    assert stage_of(ended, ends - timedelta(minutes=20)) is VisitStage.WAY_OUT
    assert stage_of(ended, ends) is VisitStage.AFTER


def test_what_a_card_depends_on_names_the_closed_gates() -> None:
    key = shown(SHOWING.performance, VisitStage.DOORS, {3: 4, 5: 4})
    assert gates_in(key) == {3: 4, 5: 4}
    assert gates_in(shown(SHOWING.performance, VisitStage.DOORS, {})) == {}
    many = shown(SHOWING.performance, VisitStage.DOORS, dict.fromkeys(range(1000, 1100), 1))
    assert len(many) <= 80
    assert gates_in(many)
