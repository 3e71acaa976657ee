"""How it goes on stage, with the tap that comes next as the big button; and what the evening was like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.admission.evening_model import HoldReason
from domain.admission.running import NEXT
from domain.programme.model import RunState
from handlers.admission.evening.callbacks import (
    AskHold,
    HoldRun,
    OpenReport,
    OpenReports,
    OpenRun,
    OpenStage,
    SayRunState,
    UnsayRun,
)
from handlers.admission.evening.queries import ReportFacts, ReportsFacts, RunFacts, StageFacts
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, escaped, home, label, short_title, title_of, way, when, word
from handlers.ui.i18n import N_, Texts
from handlers.ui.screen import Button, Row, Screen, button, grid

_TITLE_MOST = 28
_HOLDS_MOST = 8
_GATES_MOST = 12
STATES: Mapping[RunState, str] = {
    RunState.SCHEDULED: N_("Not begun yet"),
    RunState.OPEN: N_("The doors are open"),
    RunState.CLEARED: N_("Cleared to begin"),
    RunState.STARTED: N_("It has begun"),
    RunState.HELD: N_("Stopped"),
    RunState.INTERVAL: N_("Interval"),
    RunState.ENDED: N_("It is over"),
    RunState.CANCELLED: N_("Cancelled"),
    RunState.MOVED: N_("Moved to another date"),
}
SIGNS: Mapping[RunState, str] = {
    RunState.SCHEDULED: "🕖",
    RunState.OPEN: "🚪",
    RunState.CLEARED: "🟢",
    RunState.STARTED: "▶️",
    RunState.HELD: "⏹",
    RunState.INTERVAL: "⏸",
    RunState.ENDED: "🏁",
    RunState.CANCELLED: "⛔",
    RunState.MOVED: "🗓",
}
_SAY: Mapping[RunState, str] = {
    RunState.OPEN: N_("Open the doors"),
    RunState.CLEARED: N_("Cleared to begin"),
    RunState.STARTED: N_("It has begun"),
    RunState.INTERVAL: N_("Interval"),
    RunState.ENDED: N_("It is over"),
}
REASONS: Mapping[HoldReason, str] = {
    HoldReason.TECHNICAL: N_("Technical fault"),
    HoldReason.MEDICAL: N_("Somebody is unwell"),
    HoldReason.AUDIENCE: N_("In the audience"),
    HoldReason.ARTIST: N_("On stage"),
    HoldReason.SAFETY: N_("Safety"),
    HoldReason.OTHER: N_("Something else"),
}


def stage_screen(t: Texts, facts: StageFacts) -> Screen:
    """Which performance?"""
    buttons = [_stage_button(t, showing) for showing in facts.showings]
    said = t("Tap the one that you look after.") if buttons else t("Nothing is on in the hours to come.")
    rows = list(grid(buttons, 1))
    if facts.has_reports:
        rows.append((button("🗒 " + t.plain("Reports"), OpenReports()),))
    text = "\n\n".join((bold("🎬 " + t.plain("How it goes")), said))
    return Screen(text, (*rows, way(t)), here=OpenStage().pack())


def run_screen(t: Texts, facts: RunFacts) -> Screen:
    showing = facts.showing
    performance = showing.performance
    lines: list[str] = [
        bold(f"{SIGNS[performance.run_state]} {t.plain(STATES[performance.run_state])}"),
        *_lasted(t, facts),
        "",
        escaped(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, performance, showing.venue, facts.now)}"),
        *_times(t, facts),
    ]
    return Screen("\n".join(lines), tuple(_run_rows(t, facts)), here=OpenRun(performance_id=performance.id).pack())


def hold_screen(t: Texts, facts: RunFacts) -> Screen:
    """Why: one tap says it and stops the run."""
    to = facts.showing.performance.id
    buttons = [button(t.plain(said), HoldRun(performance_id=to, why=reason)) for reason, said in REASONS.items()]
    lines = [
        bold("⏹ " + t.plain("Stop it: why?")),
        escaped(title_of(t, facts.showing.event.title)),
        t("It goes into the report. The audience is told nothing by this."),
    ]
    rows = (*grid(buttons, 2), way(t, back(t, OpenRun(performance_id=to))))
    return Screen("\n".join(lines), rows, here=AskHold(performance_id=to).pack())


def report_screen(t: Texts, facts: ReportFacts) -> Screen:
    here = OpenReport(performance_id=facts.showing.performance.id)
    return Screen(report_text(t, facts), (way(t, back(t, OpenReports())),), here=here.pack())


def reports_screen(t: Texts, facts: ReportsFacts) -> Screen:
    buttons = []
    for showing in facts.showings:
        date = when(t, showing.performance, showing.venue, facts.now)
        text = label(f"{date} · {short_title(t, showing.event.title, _TITLE_MOST)}")
        buttons.append(button(text, OpenReport(performance_id=showing.performance.id)))
    said = t("The last evenings, newest first.") if buttons else t("No evening has ended yet.")
    text = "\n\n".join((bold("🗒 " + t.plain("Reports")), said))
    return Screen(text, (*grid(buttons, 1), way(t, back(t, OpenStage()))), here=OpenReports().pack())


def report_text(t: Texts, facts: ReportFacts) -> str:
    content, zone = facts.report.content, facts.showing.venue.timezone
    performance = facts.showing.performance

    def at(moment: str | None) -> str:
        return t.time(datetime.fromisoformat(moment), zone) if moment else "–"

    names = {"doors": t.plain("Doors"), "start": t.plain("Start"), "end": t.plain("End")}
    lines: list[str] = [
        bold("🗒 " + t.plain("How the evening was")),
        escaped(title_of(t, facts.showing.event.title)),
        escaped(f"🗓 {t.long_day(performance.starts_at, zone)}"),
        "",
        *(
            t(
                "{what}: planned {planned}, was {actual}",
                what=name,
                planned=at(content["planned"][key]),
                actual=at(content["actual"][key]),
            )
            for key, name in names.items()
        ),
    ]
    for begins, ends in content["intervals"]:
        lines.append("⏸ " + t("Interval {begins}–{ends}", begins=at(begins), ends=at(ends)))
    for begins, ends, reason in content["holds"][:_HOLDS_MOST]:
        why = t.plain(REASONS[HoldReason(reason)])
        lines.append("⏹ " + t("Stopped {begins}–{ends}: {why}", begins=at(begins), ends=at(ends), why=why))
    lines += [
        "",
        bold("👥 " + t.plain("Came: {admitted} of {expected}", **_counts(facts, "admitted", "expected"))),
        t("Did not come: {no_shows} · latecomers: {latecomers}", **_counts(facts, "no_shows", "latecomers")),
    ]
    for gate_id, count in content["gates"][:_GATES_MOST]:
        gate = facts.gates.get(gate_id or 0)
        lines.append(escaped(f"{word(t.of(gate.name)) if gate else t.plain('Every gate')}: {count}"))
    return "\n".join(lines)


def _counts(facts: ReportFacts, *names: str) -> dict[str, int]:
    return {name: int(facts.report.content[name]) for name in names}


def _stage_button(t: Texts, showing: Showing) -> Button:
    performance = showing.performance
    starts = t.time(performance.starts_at, showing.venue.timezone)
    text = f"{SIGNS[performance.run_state]} {starts} · {short_title(t, showing.event.title, _TITLE_MOST)}"
    return button(label(text), OpenRun(performance_id=performance.id))


def _lasted(t: Texts, facts: RunFacts) -> list[str]:
    since = facts.showing.performance.run_since
    if since is None:
        return []
    at = t.time(since, facts.showing.venue.timezone)
    return [t("for {lasted}, since {time}", lasted=_minutes(t, facts.now - since), time=at)]


def _times(t: Texts, facts: RunFacts) -> list[str]:
    if facts.began_at is None:
        return []
    zone = facts.showing.venue.timezone
    began, planned = t.time(facts.began_at, zone), t.time(facts.showing.performance.starts_at, zone)
    return [t("Began at {began}, planned {planned}", began=began, planned=planned)]


def _minutes(t: Texts, lasted: timedelta) -> str:
    minutes = max(0, int(lasted.total_seconds() // 60))
    if minutes < 60:
        return t.plain("{minutes} min", minutes=minutes)
    return t.plain("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def _run_rows(t: Texts, facts: RunFacts) -> list[Row]:
    performance = facts.showing.performance
    to = performance.id
    rows: list[Row] = []
    if facts.next_state is not None:
        rows.append((_say(t, facts, facts.next_state),))
    others = [state for state in NEXT.get(performance.run_state, ()) if state is not facts.next_state]
    rows += grid([_say(t, facts, state) for state in others if state is not RunState.HELD], 2)
    if RunState.HELD in others:
        rows.append((button("⏹ " + t.plain("Stop it …"), AskHold(performance_id=to)),))
    if facts.slip is not None:
        said = t.plain("Take back: {state}", state=t.plain(STATES[facts.slip.state]))
        rows.append((button("↶ " + said, UnsayRun(performance_id=to, entry_id=facts.slip.id)),))
    if facts.reported:
        rows.append((button("🗒 " + t.plain("How the evening was"), OpenReport(performance_id=to)),))
    refresh = button("⟳ " + t.plain("Refresh"), OpenRun(performance_id=to))
    return [*rows, (refresh, back(t, OpenStage()), home(t))]


def _say(t: Texts, facts: RunFacts, state: RunState) -> Button:
    performance = facts.showing.performance
    goes_on = state is RunState.STARTED and performance.run_state in (RunState.INTERVAL, RunState.HELD)
    said = t.plain("It goes on") if goes_on else t.plain(_SAY[state])
    return button(f"{SIGNS[state]} {said}", SayRunState(performance_id=performance.id, state=state))
