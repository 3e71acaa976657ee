"""What managers and clerks see of moved and cancelled performances."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.programme.model import RunState
from domain.programme.run_changes import Answer, JobState, RunChange, What
from handlers.ticketing.moves.callbacks import (
    AskCancelRun,
    AskMoveRun,
    Called,
    CancelRun,
    MoveRun,
    OpenCalls,
    OpenMove,
    OpenMoves,
    PayBack,
    SteerRun,
)
from handlers.ticketing.moves.queries import CALLS_SHOWN, CallListsFacts, CallsFacts, MoveFacts, MovesFacts
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, escaped, label, short_title, title_of, way, when, word
from handlers.ui.i18n import N_, Texts, clean_name
from handlers.ui.screen import Row, Screen, button

_TITLE_MOST = 28
_SIGNS: Mapping[RunState, str] = {RunState.CANCELLED: "⛔ ", RunState.MOVED: "🗓 "}
_ANSWERS: Mapping[Answer, str] = {
    Answer.KEEP: N_("Keep their tickets: {count}"),
    Answer.OTHER: N_("Have chosen another date: {count}"),
    Answer.MONEY: N_("Want their money back: {count}"),
    Answer.NONE: N_("Have not answered: {count}"),
}


def moves_screen(t: Texts, facts: MovesFacts) -> Screen:
    """What is to come, for managers."""
    lines = [bold("🗓 " + t.plain("Move or cancel")), t("Tap a performance.") if facts.items else t("Nothing is on.")]
    rows: list[Row] = []
    for showing, _ in facts.items:
        sign = _SIGNS.get(showing.performance.run_state, "")
        date = when(t, showing.performance, showing.venue, facts.now)
        text = f"{sign}{date} · {short_title(t, showing.event.title, _TITLE_MOST)}"
        rows.append((button(label(text), OpenMove(performance_id=showing.performance.id)),))
    turn = [button("‹", OpenMoves(page=facts.page - 1))] if facts.page else []
    turn += [button("›", OpenMoves(page=facts.page + 1))] if facts.more else []
    rows += [tuple(turn)] if turn else []
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenMoves(page=facts.page).pack())


def move_screen(t: Texts, facts: MoveFacts) -> Screen:
    """One performance: what was decided, how far the job has come, what people answered."""
    performance_id = facts.showing.performance.id
    lines = [*_head(t, facts.showing, facts.now), t("Good tickets: {count}", count=facts.left)]
    rows: list[Row] = []
    if facts.change is not None:
        lines += ["", *_progress(t, facts, facts.change)]
        rows += _steering(t, facts, facts.change)
    if facts.showing.performance.run_state in (
        RunState.SCHEDULED,
        RunState.OPEN,
        RunState.CLEARED,
        RunState.MOVED,
    ):
        rows.append((button("🗓 " + t.plain("Move to another time"), AskMoveRun(performance_id=performance_id)),))
    if facts.showing.performance.run_state not in (RunState.CANCELLED, RunState.ENDED):
        rows.append((button("⛔ " + t.plain("Cancel it"), AskCancelRun(performance_id=performance_id)),))
    here = OpenMove(performance_id=performance_id)
    rows.append((button("⟳ " + t.plain("Refresh"), here),))
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenMoves()))), here=here.pack())


def cancel_run_screen(t: Texts, facts: MoveFacts) -> Screen:
    lines = [
        *_head(t, facts.showing, facts.now),
        "",
        bold(t("Cancel this performance?")),
        t.plural(
            "Sales stop at once, and {count} person with tickets is told.",
            "Sales stop at once, and {count} people with tickets are told.",
            facts.holders,
        ),
        t("They choose another date or their money; who does not answer within 7 days gets the money back."),
        t("This cannot be undone."),
    ]
    yes = button("⛔ " + t.plain("Yes, cancel it"), CancelRun(performance_id=facts.showing.performance.id))
    return Screen("\n".join(lines), ((yes,), _way(t, facts)), here="")


def ask_time_screen(t: Texts, facts: MoveFacts) -> Screen:
    """Awaits text."""
    local = t.when(facts.showing.performance.starts_at, facts.showing.venue.timezone)
    lines = [
        *_head(t, facts.showing, facts.now),
        "",
        t("It begins {when}. Type the new date and time, in the house’s own time:", when=local),
        "<code>2027-03-05 19:30</code>",
    ]
    return Screen("\n".join(lines), (_way(t, facts),), here="")


def move_run_screen(t: Texts, facts: MoveFacts, at: datetime) -> Screen:
    zone = facts.showing.venue.timezone
    lines = [
        *_head(t, facts.showing, facts.now),
        "",
        bold(t("Move it to {when}?", when=f"{t.long_day(at, zone)}, {t.time(at, zone)}")),
        t.plural(
            "{count} person with tickets is told. Tickets stay good for the new time.",
            "{count} people with tickets are told. Tickets stay good for the new time.",
            facts.holders,
        ),
        t("They keep them, or choose another date or their money. Seats go on being sold, for the new time."),
    ]
    move = MoveRun(performance_id=facts.showing.performance.id, at=int(at.timestamp()) // 60)
    return Screen("\n".join(lines), ((button("🗓 " + t.plain("Yes, move it"), move),), _way(t, facts)), here="")


def call_lists_screen(t: Texts, facts: CallListsFacts) -> Screen:
    lines = [bold("📞 " + t.plain("To be called"))]
    if not facts.items:
        lines.append(t("Nobody waits to be called."))
    rows: list[Row] = []
    for showing, change, count in facts.items:
        title = short_title(t, showing.event.title, _TITLE_MOST)
        text = f"{count} · {when(t, showing.performance, showing.venue, facts.now)} · {title}"
        rows.append((button(label(text), OpenCalls(change_id=change.id)),))
    return Screen("\n".join(lines), (*rows, way(t)))


def calls_screen(t: Texts, facts: CallsFacts) -> Screen:
    """Who was not reached, with telephone numbers; ticked off one by one."""
    lines = [bold("📞 " + t.plain("To be called")), *_head(t, facts.showing, facts.now), ""]
    lines.append(bold(_decided(t, facts.change)))
    rows: list[Row] = []
    for number, person in enumerate(facts.people, 1):
        name = clean_name(person.name) or t.plain("somebody without a name")
        phone = word(person.phone) or t.plain("no number")
        tickets = t.plain_plural("{count} ticket", "{count} tickets", person.tickets)
        lines.append(escaped(f"{number}. {name} · {phone} · {tickets}"))
        ticked = Called(change_id=facts.change.id, person_id=person.person_id)
        rows.append((button(label("✓ " + t.plain("Called: {name}", name=f"{number}. {name}")), ticked),))
    if not facts.people:
        lines.append(t("Nobody waits to be called."))
    elif facts.count > CALLS_SHOWN:
        lines.append(t("… and {count} more", count=facts.count - CALLS_SHOWN))
    here = OpenCalls(change_id=facts.change.id).pack()
    return Screen("\n".join(lines), (*rows, way(t)), here=here)


def _head(t: Texts, showing: Showing, now: datetime) -> list[str]:
    return [
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, now)}"),
    ]


def _decided(t: Texts, change: RunChange) -> str:
    return t.plain("It is cancelled.") if change.what is What.CANCELLED else t.plain("It is at another time.")


def _progress(t: Texts, facts: MoveFacts, change: RunChange) -> list[str]:
    zone = facts.showing.venue.timezone
    states = {
        JobState.RUNNING: t.plain("at work"),
        JobState.STOPPED: t.plain("stopped"),
        JobState.DONE: t.plain("done"),
    }
    lines: list[str] = [
        bold(("⛔ " if change.what is What.CANCELLED else "🗓 ") + _decided(t, change)),
        t("Told: {told} of {holders} ({state})", told=change.told, holders=change.holders, state=states[change.state]),
    ]
    lines += [t(said, count=facts.answers[answer]) for answer, said in _ANSWERS.items() if facts.answers.get(answer)]
    if change.refund_after is not None and change.state is not JobState.DONE:
        after = t.when(change.refund_after, zone)
        lines.append(t("What is left is paid back after {when}.", when=after))
    if facts.calls:
        lines.append(t("To be called: {count}", count=facts.calls))
    return lines


def _steering(t: Texts, facts: MoveFacts, change: RunChange) -> list[Row]:
    rows: list[Row] = []
    if change.state is JobState.RUNNING:
        rows.append((button("⏸ " + t.plain("Stop"), SteerRun(change_id=change.id, on=False)),))
    elif change.state is JobState.STOPPED:
        rows.append((button("▶️ " + t.plain("Go on"), SteerRun(change_id=change.id, on=True)),))
    waits = change.refund_after is not None and facts.now < change.refund_after
    if change.state is not JobState.DONE and waits:
        rows.append((button("💰 " + t.plain("Pay back everything now"), PayBack(change_id=change.id)),))
    if facts.calls:
        rows.append((button("📞 " + t.plain("To be called"), OpenCalls(change_id=change.id)),))
    return rows


def _way(t: Texts, facts: MoveFacts) -> Row:
    return way(t, back(t, OpenMove(performance_id=facts.showing.performance.id)))
