"""The whole house: who is inside where, what has been said to it, and a manager's card that keeps itself."""

from __future__ import annotations

from domain.admission.house import may_be_unsaid
from domain.programme.model import LatecomersPolicy, RunState
from handlers.admission.callbacks import (
    CallLatecomers,
    FindGuest,
    KeepLive,
    OpenHouse,
    OpenPaper,
    OpenTonight,
    SayHouse,
    ShutLatecomers,
)
from handlers.admission.evening.callbacks import OpenGates, OpenRun, OpenTags
from handlers.admission.evening.views import STATES
from handlers.admission.house_queries import HouseFacts, TonightFacts
from handlers.ticketing.wording import (
    bold,
    escaped,
    home,
    label,
    short_title,
    title_of,
    way,
    when,
    word,
    zone_text,
)
from handlers.ui.callbacks import OpenDoor
from handlers.ui.i18n import Texts
from handlers.ui.screen import Row, Screen, button, grid

_LINES_MOST = 12
_TITLE_MOST = 28


def house_screen(t: Texts, facts: HouseFacts) -> Screen:
    """What an usher or manager steers the house by."""
    performance_id = facts.showing.performance.id
    find = button("🔍 " + t.plain("Find a guest"), FindGuest(performance_id=performance_id))
    paper = button("📄 " + t.plain("On paper"), OpenPaper(performance_id=performance_id))
    rows: list[Row] = [*_steering(t, facts), (find, paper)]
    refresh = button("⟳ " + t.plain("Refresh"), OpenHouse(performance_id=performance_id))
    live = (button("📌 " + t.plain("Live card"), KeepLive(performance_id=performance_id)),) if facts.manages else ()
    run = (button("🎬 " + t.plain("How it goes"), OpenRun(performance_id=performance_id)),) if facts.manages else ()
    gates = button("🚧 " + t.plain("Gates"), OpenGates(venue_id=facts.showing.venue.id))
    tags = button("🏷 " + t.plain("Tags"), OpenTags(performance_id=performance_id))
    rows += [(refresh, *live), (gates, tags, *run), (button("🚪 " + t.plain("To the door"), OpenDoor()), home(t))]
    return Screen(_text(t, facts), tuple(rows), here=OpenHouse(performance_id=performance_id).pack())


def door_card(t: Texts, facts: HouseFacts) -> Screen:
    """The same as a card. It keeps itself; its buttons open screens of their own."""
    performance_id = facts.showing.performance.id
    house = button("👥 " + t.plain("The house"), OpenHouse(performance_id=performance_id))
    find = button("🔍 " + t.plain("Find a guest"), FindGuest(performance_id=performance_id))
    at = t.time(facts.now, facts.showing.venue.timezone)
    return Screen("\n\n".join((_text(t, facts), t("As of {time}", time=at))), ((house, find), (home(t),)))


def tonight_screen(t: Texts, facts: TonightFacts) -> Screen:
    """Today's performances, for managers."""
    buttons = []
    for showing, inside, expected in facts.showings:
        starts = t.time(showing.performance.starts_at, showing.venue.timezone)
        text = f"{starts} · {inside}/{expected} · {short_title(t, showing.event.title, _TITLE_MOST)}"
        buttons.append(button(label(text), OpenHouse(performance_id=showing.performance.id)))
    said = t("Tap one for who is inside, live.") if buttons else t("Nothing is on in the hours to come.")
    text = "\n\n".join((bold("🌙 " + t.plain("Tonight")), said))
    return Screen(text, (*grid(buttons, 1), way(t)), here=OpenTonight().pack())


def _steering(t: Texts, facts: HouseFacts) -> list[Row]:
    performance = facts.showing.performance
    to = performance.id
    if performance.run_state is RunState.STARTED:
        interval = button("⏸ " + t.plain("Interval"), SayHouse(performance_id=to, state=RunState.INTERVAL))
        slip = button("↶ " + t.plain("Not begun yet"), SayHouse(performance_id=to, state=RunState.OPEN))
        return [*_latecomers(t, facts), (interval, slip) if may_be_unsaid(performance, facts.now) else (interval,)]
    begun = {RunState.SCHEDULED, RunState.OPEN, RunState.CLEARED, RunState.MOVED, RunState.INTERVAL}
    if performance.run_state not in begun:
        return []
    said = t.plain("It goes on") if performance.run_state is RunState.INTERVAL else t.plain("It has begun")
    return [(button("▶️ " + said, SayHouse(performance_id=to, state=RunState.STARTED)),)]


def _latecomers(t: Texts, facts: HouseFacts) -> list[Row]:
    performance = facts.showing.performance
    if performance.latecomers is LatecomersPolicy.ANY_TIME:
        return []
    if facts.lets_latecomers_in:
        return [(button("⛔ " + t.plain("Doors shut again"), ShutLatecomers(performance_id=performance.id)),)]
    if performance.latecomers is LatecomersPolicy.NONE and not facts.manages:
        return []
    waiting = f" ({facts.counts.waiting})" if facts.counts.waiting else ""
    call = button("🏃 " + t.plain("Latecomers in now") + waiting, CallLatecomers(performance_id=performance.id))
    return [(call,)]


def _text(t: Texts, facts: HouseFacts) -> str:
    showing, counts = facts.showing, facts.counts
    lines: list[str] = [
        bold("👥 " + t.plain("In: {admitted} / {expected}", admitted=counts.inside, expected=counts.expected)),
        escaped(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
        _run_line(t, facts),
    ]
    if facts.lets_latecomers_in and showing.performance.latecomers_until is not None:
        until = t.time(showing.performance.latecomers_until, showing.venue.timezone)
        lines.append("🏃 " + bold(t("Latecomers are let in until {time}.", time=until)))
    if counts.waiting or counts.out:
        lines.append(t("Waiting: {waiting} · gone out: {out}", waiting=counts.waiting, out=counts.out))
    if len(counts.zones) > 1:
        zones = [f"{zone_text(t, showing.hall, zone.zone)}: {zone.inside} / {zone.expected}" for zone in counts.zones]
        lines += ["", bold(t("By zone")), *map(escaped, zones[:_LINES_MOST])]
    if counts.gates:
        gates = [f"{_gate_name(t, facts, gate_id)}: {inside}" for gate_id, inside in counts.gates]
        lines += ["", bold(t("By gate")), *map(escaped, gates[:_LINES_MOST])]
    return "\n".join(lines)


def _run_line(t: Texts, facts: HouseFacts) -> str:
    performance = facts.showing.performance
    said = t.plain(STATES[performance.run_state])
    if performance.run_since is None:
        return escaped(f"▪️ {said}")
    since = t.time(performance.run_since, facts.showing.venue.timezone)
    return escaped("▪️ " + t.plain("{what}, since {time}", what=said, time=since))


def _gate_name(t: Texts, facts: HouseFacts, gate_id: int | None) -> str:
    gate = facts.gates.get(gate_id or 0)
    return word(t.of(gate.name)) if gate else t.plain("Every gate")
