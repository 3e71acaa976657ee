"""The usher's screens. The first line of an answer is read from arm's length, in the dark, in a second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.admission.model import Outcome
from domain.codes import SHORT_LENGTH
from domain.programme.model import SeatKind
from handlers.admission.callbacks import (
    AdmitChosen,
    ChooseAdmitted,
    ChooseGate,
    ChooseVenue,
    LeavePost,
    TakePost,
    Undo,
    UndoParty,
)
from handlers.admission.queries import DoorFacts, GatesFacts, Member, PartyFacts, PostFacts, ScanFacts
from handlers.programme.words import capital
from handlers.ticketing.queries import Showing
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import (
    SeatName,
    back,
    bold,
    clipped,
    concession_text,
    count_by,
    escaped,
    home,
    kind_text,
    label,
    name_of,
    proof_text,
    seat_text,
    seats_texts,
    short_title,
    title_of,
    today_in,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenDoor
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.screen import Button, Row, Screen, button, grid

_HEADS: Mapping[Outcome, str] = {
    Outcome.ADMITTED: N_("ADMITTED"),
    Outcome.RE_ADMITTED: N_("BACK IN"),
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

_HINTS: Mapping[Outcome, str] = {
    Outcome.LATE_WAIT: N_("It has begun. They are let in at the next break."),
    Outcome.CANCELLED: N_("The ticket or the performance is cancelled. Please send them to the box office."),
    Outcome.REFUNDED: N_("The money for this ticket has gone back. Please send them to the box office."),
    Outcome.REVOKED: N_("This code was replaced, such as by handing the ticket on. The new code is with its holder."),
    Outcome.UNKNOWN: N_("There is no such ticket for this performance. Look at the code again, or ask the box office."),
    Outcome.FORGED: N_("This code was not made by this house. Please call the manager."),
}

#: Buttons in the list to tick; of a larger party the next come once these are in.
_TICKS_MOST = 16
_TICKS_BESIDE = 7
#: Of a performance's button, beside its date.
_TITLE_MOST = 28


def venues_screen(t: Texts, facts: DoorFacts) -> Screen:
    buttons = [button(label(t.of(v.name)), ChooseVenue(venue_id=v.id)) for v in facts.venues]
    ask = t("In which venue are you?")
    text = f"{_at_the_door(t)}\n\n{ask}"
    return Screen(text, (*grid(buttons, 1), way(t)), here=ChooseVenue().pack())


def performances_screen(t: Texts, facts: DoorFacts) -> Screen:
    """Today's first."""
    buttons = [
        button(
            capital(f"{when(t, showing.performance, showing.venue, facts.now)} · {_short(t, showing)}"),
            ChooseGate(performance_id=showing.performance.id),
        )
        for showing in facts.performances
    ]
    ask = t("Which performance?") if buttons else t("Nothing is on here in the time to come.")
    several = (back(t, ChooseVenue()),) if len(facts.venues) > 1 else ()
    here = ChooseVenue(venue_id=facts.venue.id if facts.venue else 0).pack()
    text = f"{_at_the_door(t)}\n\n{ask}"
    return Screen(text, (*grid(buttons, 1), way(t, *several)), here=here)


def gates_screen(t: Texts, facts: GatesFacts) -> Screen:
    performance_id = facts.showing.performance.id
    buttons = [
        button(label(t.of(gate.name)), TakePost(performance_id=performance_id, gate_id=gate.id)) for gate in facts.gates
    ]
    every = button(t.plain("Every gate"), TakePost(performance_id=performance_id, gate_id=0))
    text = "\n".join(
        (
            bold(f"🚪 {title_of(t, facts.showing.event.title)}"),
            escaped(when(t, facts.showing.performance, facts.showing.venue, facts.now)),
            "",
            t("At which gate do you stand?"),
        )
    )
    to_venue = back(t, ChooseVenue(venue_id=facts.showing.venue.id))
    return Screen(
        text,
        (*grid(buttons, 2), (every,), way(t, to_venue)),
        here=ChooseGate(performance_id=performance_id).pack(),
    )


def post_screen(t: Texts, facts: PostFacts) -> Screen:
    """Ready: what to do with a ticket, and how many have come."""
    text = "\n".join(
        (
            *_post_lines(t, facts),
            "",
            t("Point the phone’s camera at a ticket and tap the link, or type the short code here."),
        )
    )
    rows: tuple[Row, ...] = (
        (button("⟳ " + t.plain("Refresh"), OpenDoor()),),
        (button("🚪 " + t.plain("Another door"), ChooseVenue()), button(t.plain("Leave the door"), LeavePost())),
    )
    return Screen(text, (*rows, way(t)), here=OpenDoor().pack())


def scan_screen(t: Texts, facts: ScanFacts) -> Screen:
    """One ticket's answer."""
    lines: list[str] = [outcome_head(t, facts.outcome), ""]
    if facts.ticket is not None:
        lines += _ticket_lines(t, facts, facts.ticket)
    hint = _hint(t, facts)
    if hint:
        lines += [hint]
    lines += ["", _attendance(t, facts.post)]
    undo: tuple[Button, ...] = ()
    if facts.outcome.lets_in and facts.admission_id is not None:
        undo = (button("↶ " + t.plain("Undo"), Undo(admission_id=facts.admission_id)),)
    return Screen("\n".join(lines), ((*undo, _door(t)), (home(t),)), here=OpenDoor().pack())


def mistyped_screen(t: Texts, post: PostFacts) -> Screen:
    """What was typed can be no short code: nothing was looked up."""
    head = outcome_head(t, Outcome.UNKNOWN)
    said = t(
        "A short code has {count} letters and figures, such as {code}. Look at the ticket again.",
        count=SHORT_LENGTH,
        code="K7M 2PQ",
    )
    return Screen(
        "\n".join((head, "", said, "", _attendance(t, post))), ((_door(t),), (home(t),)), here=OpenDoor().pack()
    )


def party_screen(t: Texts, facts: PartyFacts) -> Screen:
    """Several on one code: all of them, or some."""
    waiting = facts.waiting
    showing = facts.post.showing
    if not waiting:
        head = outcome_head(t, Outcome.ALREADY_IN)
        said = t("All {count} of this party are in.", count=len(facts.members))
        text = "\n".join((head, "", said, "", _attendance(t, facts.post)))
        return Screen(text, ((_door(t),), (home(t),)), here=OpenDoor().pack())
    count = t.plain_plural("{count} SEAT", "{count} SEATS", len(waiting))
    lines: list[str] = [
        bold(f"👥 {count}"),
        escaped(count_by(t, [member.ticket.concession for member in waiting])),
        escaped(title_of(t, showing.event.title)),
        *(escaped(f"🪑 {text}") for text in seats_texts(t, [_seat(t, member.ticket) for member in waiting])),
        *_proof_lines(t, [member.ticket for member in waiting]),
    ]
    inside = len(facts.members) - len(waiting)
    if inside:
        lines.append(t.plural("{count} of the party is in already.", "{count} of the party are in already.", inside))
    every = _bits(waiting)
    all_text = t.plain_plural("Admit", "Admit all {count}", len(waiting))
    rows: list[Row] = [(button("✅ " + all_text, AdmitChosen(credential_id=facts.credential_id, chosen=f"{every:x}")),)]
    if len(waiting) > 1:
        some = ChooseAdmitted(credential_id=facts.credential_id, chosen="0")
        rows.append((button("☑️ " + t.plain("Only some"), some),))
    here = ChooseAdmitted(credential_id=facts.credential_id, chosen="").pack()
    return Screen("\n".join(lines), (*rows, (_door(t), home(t))), here=here)


def choose_admitted_screen(t: Texts, facts: PartyFacts, chosen: int) -> Screen:
    """A list to tick."""
    waiting = facts.waiting
    chosen &= _bits(waiting)
    ticks = []
    for member in waiting[:_TICKS_MOST]:
        mark = "☑️" if chosen >> member.bit & 1 else "☐"
        what = concession_text(t, member.ticket.concession)
        text = f"{mark} {seat_text(t, _seat(t, member.ticket))} · {what}"
        to = ChooseAdmitted(credential_id=facts.credential_id, chosen=f"{chosen ^ (1 << member.bit):x}")
        ticks.append(button(label(text), to))
    rows = list(grid(ticks, 1 if len(ticks) <= _TICKS_BESIDE else 2))
    count = chosen.bit_count()
    if count:
        text = t.plain_plural("Admit {count}", "Admit {count}", count)
        rows.append((button("✅ " + text, AdmitChosen(credential_id=facts.credential_id, chosen=f"{chosen:x}")),))
    to_party = ChooseAdmitted(credential_id=facts.credential_id, chosen="")
    rows.append(way(t, back(t, to_party)))
    here = ChooseAdmitted(credential_id=facts.credential_id, chosen=f"{chosen:x}").pack()
    return Screen(bold(t("Who is coming in?")), tuple(rows), here=here)


def party_result_screen(t: Texts, scans: Sequence[ScanFacts], credential_id: int) -> Screen:
    """What became of each: those let in are counted, the others named."""
    admitted = [scan for scan in scans if scan.outcome.lets_in]
    refused = [scan for scan in scans if not scan.outcome.lets_in]
    lines: list[str] = []
    if admitted:
        count = t.plain_plural("{count} ADMITTED", "{count} ADMITTED", len(admitted))
        lines += [f"✅✅✅ {bold(count)}"]
    reasons = Counter(scan.outcome for scan in refused)
    lines += [f"⛔⛔⛔ {bold(f'{count} × {t.plain(_HEADS[outcome])}')}" for outcome, count in reasons.items()]
    tickets = [scan.ticket for scan in admitted if scan.ticket]
    lines += ["", *(escaped(f"🪑 {text}") for text in seats_texts(t, [_seat(t, ticket) for ticket in tickets]))]
    lines += _proof_lines(t, tickets)
    for outcome in reasons:
        hint = _hint(t, next(scan for scan in refused if scan.outcome is outcome))
        lines += [hint] if hint else []
    lines += ["", _attendance(t, scans[0].post)]
    undo = (button("↶ " + t.plain("Undo"), UndoParty(credential_id=credential_id)),) if admitted else ()
    return Screen("\n".join(lines), ((*undo, _door(t)), (home(t),)), here=OpenDoor().pack())


def outcome_head(t: Texts, outcome: Outcome) -> str:
    sign = "✅" if outcome.lets_in else "⛔"
    return f"{sign * 3} {bold(t(_HEADS[outcome]))}"


def _ticket_lines(t: Texts, facts: ScanFacts, ticket: TicketFacts) -> list[str]:
    lines: list[str] = []
    if facts.outcome is not Outcome.WRONG_PERFORMANCE:
        lines.append(bold(f"🪑 {seat_text(t, _seat(t, ticket))}"))
        kind = kind_text(t, ticket.line.seat_kind)
        lines += [escaped(kind)] if kind else []
    if facts.outcome.lets_in or facts.outcome is Outcome.LATE_WAIT:
        lines += _way_lines(t, ticket)
        lines += _proof_lines(t, [ticket]) or [escaped(f"👤 {concession_text(t, ticket.concession)}")]
    return lines


def _seat(t: Texts, ticket: TicketFacts) -> SeatName:
    return name_of(t, ticket.showing.hall, ticket.line)


def _way_lines(t: Texts, ticket: TicketFacts) -> list[str]:
    if ticket.gate is None:
        return []
    special = ticket.line.seat_kind in (SeatKind.WHEELCHAIR, SeatKind.COMPANION)
    step_free = clipped(t.of(ticket.gate.step_free), 200)
    if special and step_free:
        return ["♿ " + t("Step-free: {way}", way=step_free)]
    directions = clipped(t.of(ticket.gate.directions), 200)
    return [escaped(f"🧭 {directions}")] if directions else []


def _proof_lines(t: Texts, tickets: Sequence[TicketFacts]) -> list[str]:
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


def _hint(t: Texts, facts: ScanFacts) -> str:
    zone = facts.post.showing.venue.timezone
    if facts.outcome is Outcome.ALREADY_IN and facts.first_at is not None:
        at = t.time(facts.first_at, zone)
        if facts.first_gate is not None:
            return t("First let in at {time}, {gate}.", time=at, gate=word(t.of(facts.first_gate.name)))
        return t("First let in at {time}.", time=at)
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
    hint = _HINTS.get(facts.outcome)
    return t(hint) if hint else ""


def _post_lines(t: Texts, facts: PostFacts) -> tuple[str, ...]:
    gate = word(t.of(facts.gate.name)) if facts.gate else t.plain("Every gate")
    showing = facts.showing
    return (
        bold(f"🚪 {gate}"),
        escaped(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
        _attendance(t, facts),
    )


def _attendance(t: Texts, facts: PostFacts) -> Html:
    return t("In: {admitted} / {expected}", admitted=facts.attendance.admitted, expected=facts.attendance.expected)


def _short(t: Texts, showing: Showing) -> str:
    return short_title(t, showing.event.title, _TITLE_MOST)


def _at_the_door(t: Texts) -> Html:
    return bold("🚪 " + t.plain("At the door"))


def _door(t: Texts) -> Button:
    return button("🚪 " + t.plain("To the door"), OpenDoor())


def _bits(members: Sequence[Member]) -> int:
    return sum(1 << member.bit for member in members)
