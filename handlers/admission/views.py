"""The usher's screens. The first line of an answer is read from arm's length, in the dark, in a second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.admission.model import DoorMode, Outcome
from domain.codes import SHORT_LENGTH
from domain.programme.model import LatecomersPolicy, SeatKind
from handlers.admission.callbacks import (
    AdmitGuest,
    ChooseVenue,
    FindGuest,
    LeavePost,
    OpenHouse,
    OpenPaper,
    SetMode,
    Undo,
)
from handlers.admission.faults import faults_line
from handlers.admission.queries import PostFacts, ScanFacts
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import (
    SeatName,
    bold,
    clipped,
    concession_text,
    escaped,
    home,
    kind_text,
    label,
    name_of,
    proof_text,
    seat_text,
    title_of,
    today_in,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenDoor
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.screen import Button, Row, Screen, button, opens_page

HEADS: Mapping[Outcome, str] = {
    Outcome.ADMITTED: N_("ADMITTED"),
    Outcome.RE_ADMITTED: N_("BACK IN"),
    Outcome.LEFT: N_("OUT"),
    Outcome.NOT_IN: N_("NOT INSIDE"),
    Outcome.ALREADY_IN: N_("ALREADY IN"),
    Outcome.LATE_WAIT: N_("LATE: PLEASE WAIT"),
    Outcome.WRONG_PERFORMANCE: N_("WRONG PERFORMANCE"),
    Outcome.WRONG_GATE: N_("WRONG GATE"),
    Outcome.TOO_EARLY: N_("TOO EARLY"),
    Outcome.CANCELLED: N_("CANCELLED"),
    Outcome.REFUNDED: N_("REFUNDED"),
    Outcome.REVOKED: N_("OLD CODE"),
    Outcome.UNKNOWN: N_("UNKNOWN CODE"),
    Outcome.FORGED: N_("FORGED CODE"),
}

HINTS: Mapping[Outcome, str] = {
    Outcome.LATE_WAIT: N_("It has begun. They are let in at the next break."),
    Outcome.NOT_IN: N_("Nobody came in with this ticket."),
    Outcome.CANCELLED: N_("The ticket or the performance is cancelled. Please send them to the box office."),
    Outcome.REFUNDED: N_("The money for this ticket has gone back. Please send them to the box office."),
    Outcome.REVOKED: N_("This code was replaced, such as by handing the ticket on. The new code is with its holder."),
    Outcome.UNKNOWN: N_("There is no such ticket for this performance. Look at the code again, or ask the box office."),
    Outcome.FORGED: N_("This code was not made by this house. Please call the manager."),
}

_MODES: Mapping[DoorMode, str] = {
    DoorMode.IN: N_("In"),
    DoorMode.OUT: N_("Out"),
    DoorMode.RE_ADMIT: N_("Back in"),
}
_MODE_LINES: Mapping[DoorMode, str] = {
    DoorMode.OUT: N_("Scans let people OUT."),
    DoorMode.RE_ADMIT: N_("Scans let people back in who went out without a scan."),
}


def post_screen(t: Texts, facts: PostFacts, scanner: str | None = None) -> Screen:
    """Ready: what to do with a ticket, and how many have come. ``scanner``: its page, where telephones reach it."""
    text = "\n".join(
        (
            *_post_lines(t, facts),
            *([faults_line(t, facts.faults)] if facts.faults else []),
            "",
            t("Point the phone’s camera at a ticket and tap the link, or type the short code here."),
        )
    )
    performance_id = facts.showing.performance.id
    house = button("👥 " + t.plain("The house"), OpenHouse(performance_id=performance_id))
    find = button("🔍 " + t.plain("Find a guest"), FindGuest(performance_id=performance_id))
    modes = [
        button(("● " if mode is facts.mode else "") + t.plain(said), SetMode(mode=mode))
        for mode, said in _MODES.items()
    ]
    rows: tuple[Row, ...] = (
        *(((opens_page("📷 " + t.plain("Scanner"), scanner),),) if scanner else ()),
        (button("⟳ " + t.plain("Refresh"), OpenDoor()), house),
        tuple(modes),
        (find, button("📄 " + t.plain("On paper"), OpenPaper(performance_id=performance_id))),
        (button("🚪 " + t.plain("Another door"), ChooseVenue()), button(t.plain("Leave the door"), LeavePost())),
    )
    return Screen(text, (*rows, way(t)), here=OpenDoor().pack())


def scan_screen(t: Texts, facts: ScanFacts) -> Screen:
    """One ticket's answer."""
    lines: list[str] = [outcome_head(t, facts.outcome), ""]
    if facts.ticket is not None:
        lines += _ticket_lines(t, facts, facts.ticket)
    hint = hint_of(t, facts)
    if hint:
        lines += [hint]
    lines += [*_together_lines(t, facts), "", attendance_line(t, facts.post)]
    undo: tuple[Button, ...] = ()
    if facts.outcome.is_good and facts.admission_id is not None:
        undo = (button("↶ " + t.plain("Undo"), Undo(admission_id=facts.admission_id)),)
    rows = [*_together_rows(t, facts), (*undo, door_button(t))]
    if facts.outcome is Outcome.LATE_WAIT:
        house = OpenHouse(performance_id=facts.post.showing.performance.id)
        rows.insert(0, (button("👥 " + t.plain("The house"), house),))
    return Screen("\n".join(lines), (*rows, (home(t),)), here=OpenDoor().pack())


def mistyped_screen(t: Texts, post: PostFacts) -> Screen:
    """What was typed can be no short code: nothing was looked up."""
    head = outcome_head(t, Outcome.UNKNOWN)
    said = t(
        "A short code has {count} letters and figures, such as {code}. Look at the ticket again.",
        count=SHORT_LENGTH,
        code="K7M 2PQ",
    )
    return Screen(
        "\n".join((head, "", said, "", attendance_line(t, post))),
        ((door_button(t),), (home(t),)),
        here=OpenDoor().pack(),
    )


def outcome_head(t: Texts, outcome: Outcome) -> str:
    sign = "✅" if outcome.lets_in else "👋" if outcome is Outcome.LEFT else "⛔"
    return f"{sign * 3} {bold(t(HEADS[outcome]))}"


def _ticket_lines(t: Texts, facts: ScanFacts, ticket: TicketFacts) -> list[str]:
    lines: list[str] = []
    if facts.outcome is not Outcome.WRONG_PERFORMANCE:
        lines.append(bold(f"🪑 {seat_text(t, seat_of(t, ticket))}"))
        kind = kind_text(t, ticket.line.seat_kind)
        lines += [escaped(kind)] if kind else []
    if facts.outcome.lets_in or facts.outcome is Outcome.LATE_WAIT:
        lines += way_lines(t, ticket)
        lines += proof_lines(t, [ticket]) or [escaped(f"👤 {concession_text(t, ticket.concession)}")]
    return lines


def _together_lines(t: Texts, facts: ScanFacts) -> list[str]:
    lines: list[str] = []
    for other in facts.together:
        state = t.plain("inside") if other.admission is not None else t.plain("not in yet")
        what = kind_text(t, other.line.seat_kind)
        lines.append(escaped(f"{what} · {seat_text(t, seat_of(t, other))} · {state}"))
    return lines


def _together_rows(t: Texts, facts: ScanFacts) -> list[Row]:
    """Who belongs to them goes the same way by one more tap."""
    goes_out = facts.outcome is Outcome.LEFT
    others = [other for other in facts.together if (other.admission is not None) is goes_out]
    if not facts.outcome.is_good:
        return []
    said = N_("{what}: out too") if goes_out else N_("{what}: in too")
    return [
        (
            button(
                label("✅ " + t.plain(said, what=kind_text(t, other.line.seat_kind))),
                AdmitGuest(ticket_id=other.ticket.id),
            ),
        )
        for other in others[:2]
    ]


def seat_of(t: Texts, ticket: TicketFacts) -> SeatName:
    return name_of(t, ticket.showing.hall, ticket.line)


def way_lines(t: Texts, ticket: TicketFacts) -> list[str]:
    if ticket.gate is None:
        return []
    special = ticket.line.seat_kind in (SeatKind.WHEELCHAIR, SeatKind.COMPANION)
    step_free = clipped(t.of(ticket.gate.step_free), 200)
    if special and step_free:
        return ["♿ " + t("Step-free: {way}", way=step_free)]
    directions = clipped(t.of(ticket.gate.directions), 200)
    return [escaped(f"🧭 {directions}")] if directions else []


def proof_lines(t: Texts, tickets: Sequence[TicketFacts]) -> list[str]:
    """What is to be looked at, once for each concession."""
    needing = {
        ticket.concession.id: ticket.concession
        for ticket in tickets
        if ticket.concession is not None and ticket.concession.needs_proof
    }
    counts = Counter(ticket.concession.id for ticket in tickets if ticket.concession is not None)
    lines: list[str] = []
    for id, concession in list(needing.items())[:4]:
        what = t.plain("{count} × {what}", count=counts[id], what=concession_text(t, concession))
        said = t("Check {what}: {proof}", what=what, proof=proof_text(t, concession))
        lines.append(f"👁 {bold(said)}")
    return lines


def hint_of(t: Texts, facts: ScanFacts) -> str:
    zone = facts.post.showing.venue.timezone
    if facts.outcome is Outcome.ALREADY_IN and facts.first_at is not None:
        at = t.time(facts.first_at, zone)
        if facts.first_gate is not None:
            return t("First let in at {time}, {gate}.", time=at, gate=word(t.of(facts.first_gate.name)))
        return t("First let in at {time}.", time=at)
    if facts.outcome is Outcome.NOT_IN and facts.left_at is not None:
        return t("Went out at {time}.", time=t.time(facts.left_at, zone))
    if facts.outcome is Outcome.LATE_WAIT and facts.post.showing.performance.latecomers is LatecomersPolicy.NONE:
        return t("It has begun, and nobody is let in after the start. Please ask the manager.")
    if facts.outcome is Outcome.WRONG_GATE and facts.right_gate is not None:
        gate = bold(t("The right gate: {gate}", gate=word(t.of(facts.right_gate.name))))
        directions = escaped(clipped(t.of(facts.right_gate.directions), 200))
        return f"{gate}\n🧭 {directions}" if directions else gate
    if facts.outcome is Outcome.WRONG_PERFORMANCE and facts.ticket is not None:
        showing = facts.ticket.showing
        right = f"{title_of(t, showing.event.title)} · {when(t, showing.performance, showing.venue, facts.post.now)}"
        said = bold(t("This ticket is for: {what}", what=right))
        return f"{said}\n{escaped(f'📍 {word(t.of(showing.hall.name))} · {clipped(t.of(showing.venue.name), 48)}')}"
    if facts.outcome is Outcome.TOO_EARLY:
        opens = facts.post.showing.performance.doors_at
        return bold(
            t("Doors open: {when}", when=t.when(opens, zone, today=today_in(facts.post.now, facts.post.showing.venue)))
        )
    hint = HINTS.get(facts.outcome)
    return t(hint) if hint else ""


def _post_lines(t: Texts, facts: PostFacts) -> tuple[str, ...]:
    gate = word(t.of(facts.gate.name)) if facts.gate else t.plain("Every gate")
    showing = facts.showing
    return (
        bold(f"🚪 {gate}"),
        escaped(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
        attendance_line(t, facts),
        *([bold("⚠️ " + t.plain(_MODE_LINES[facts.mode]))] if facts.mode in _MODE_LINES else []),
        *([bold("⏸ " + t.plain("Interval"))] if facts.is_interval and facts.mode is DoorMode.IN else []),
    )


def attendance_line(t: Texts, facts: PostFacts) -> Html:
    return t("In: {admitted} / {expected}", admitted=facts.attendance.admitted, expected=facts.attendance.expected)


def door_button(t: Texts) -> Button:
    return button("🚪 " + t.plain("To the door"), OpenDoor())
