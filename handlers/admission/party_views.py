"""A party's code: all of them, or some; in, out, or back in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain.admission.model import DoorMode, Outcome
from handlers.admission.callbacks import AdmitChosen, ChooseAdmitted, UndoParty
from handlers.admission.queries import Member, PartyFacts, ScanFacts
from handlers.admission.views import (
    HEADS,
    attendance_line,
    door_button,
    hint_of,
    outcome_head,
    proof_lines,
    seat_of,
)
from handlers.ticketing.wording import (
    back,
    bold,
    concession_text,
    count_by,
    escaped,
    home,
    label,
    seat_text,
    seats_texts,
    title_of,
    way,
)
from handlers.ui.callbacks import OpenDoor
from handlers.ui.i18n import Texts
from handlers.ui.screen import Row, Screen, button, grid

#: Buttons in the list to tick; of a larger party the next come once these are in.
_TICKS_MOST = 16
_TICKS_BESIDE = 7


def party_screen(t: Texts, facts: PartyFacts) -> Screen:
    """Several on one code: all of them, or some."""
    waiting = facts.waiting
    showing = facts.post.showing
    if not waiting:
        goes_out = facts.post.mode is DoorMode.OUT
        head = outcome_head(t, Outcome.NOT_IN if goes_out else Outcome.ALREADY_IN)
        all_in = t("All {count} of this party are in.", count=len(facts.members))
        said = t("Nobody of this party is inside.") if goes_out else all_in
        text = "\n".join((head, "", said, "", attendance_line(t, facts.post)))
        return Screen(text, ((door_button(t),), (home(t),)), here=OpenDoor().pack())
    count = t.plain_plural("{count} SEAT", "{count} SEATS", len(waiting))
    lines: list[str] = [
        bold(f"👥 {count}"),
        escaped(count_by(t, [member.ticket.concession for member in waiting])),
        escaped(title_of(t, showing.event.title)),
        *(escaped(f"🪑 {text}") for text in seats_texts(t, [seat_of(t, member.ticket) for member in waiting])),
        *proof_lines(t, [member.ticket for member in waiting]),
    ]
    inside = sum(member.is_inside for member in facts.members)
    if inside:
        lines.append(t.plural("{count} of the party is in already.", "{count} of the party are in already.", inside))
    every = _bits(waiting)
    all_text = t.plain_plural("Admit", "Admit all {count}", len(waiting))
    if facts.post.mode is DoorMode.OUT:
        all_text = t.plain_plural("Let out", "Let out all {count}", len(waiting))
    rows: list[Row] = [(button("✅ " + all_text, AdmitChosen(credential_id=facts.credential_id, chosen=f"{every:x}")),)]
    if len(waiting) > 1:
        some = ChooseAdmitted(credential_id=facts.credential_id, chosen="0")
        rows.append((button("☑️ " + t.plain("Only some"), some),))
    here = ChooseAdmitted(credential_id=facts.credential_id, chosen="").pack()
    return Screen("\n".join(lines), (*rows, (door_button(t), home(t))), here=here)


def choose_admitted_screen(t: Texts, facts: PartyFacts, chosen: int) -> Screen:
    """A list to tick."""
    waiting = facts.waiting
    chosen &= _bits(waiting)
    ticks = []
    for member in waiting[:_TICKS_MOST]:
        mark = "☑️" if chosen >> member.bit & 1 else "☐"
        what = concession_text(t, member.ticket.concession)
        text = f"{mark} {seat_text(t, seat_of(t, member.ticket))} · {what}"
        to = ChooseAdmitted(credential_id=facts.credential_id, chosen=f"{chosen ^ (1 << member.bit):x}")
        ticks.append(button(label(text), to))
    rows = list(grid(ticks, 1 if len(ticks) <= _TICKS_BESIDE else 2))
    count = chosen.bit_count()
    if count:
        text = t.plain_plural("Admit {count}", "Admit {count}", count)
        if facts.post.mode is DoorMode.OUT:
            text = t.plain_plural("Let out {count}", "Let out {count}", count)
        rows.append((button("✅ " + text, AdmitChosen(credential_id=facts.credential_id, chosen=f"{chosen:x}")),))
    to_party = ChooseAdmitted(credential_id=facts.credential_id, chosen="")
    rows.append(way(t, back(t, to_party)))
    here = ChooseAdmitted(credential_id=facts.credential_id, chosen=f"{chosen:x}").pack()
    ask = t("Who is going out?") if facts.post.mode is DoorMode.OUT else t("Who is coming in?")
    return Screen(bold(ask), tuple(rows), here=here)


def party_result_screen(t: Texts, scans: Sequence[ScanFacts], credential_id: int) -> Screen:
    """What became of each: those let in are counted, the others named."""
    admitted = [scan for scan in scans if scan.outcome.lets_in]
    gone = [scan for scan in scans if scan.outcome is Outcome.LEFT]
    refused = [scan for scan in scans if not scan.outcome.is_good]
    lines: list[str] = []
    if admitted:
        count = t.plain_plural("{count} ADMITTED", "{count} ADMITTED", len(admitted))
        lines += [f"✅✅✅ {bold(count)}"]
    if gone:
        count = t.plain_plural("{count} OUT", "{count} OUT", len(gone))
        lines += [f"👋👋👋 {bold(count)}"]
    reasons = Counter(scan.outcome for scan in refused)
    lines += [f"⛔⛔⛔ {bold(f'{count} × {t.plain(HEADS[outcome])}')}" for outcome, count in reasons.items()]
    tickets = [scan.ticket for scan in (*admitted, *gone) if scan.ticket]
    lines += ["", *(escaped(f"🪑 {text}") for text in seats_texts(t, [seat_of(t, ticket) for ticket in tickets]))]
    lines += proof_lines(t, [scan.ticket for scan in admitted if scan.ticket])
    for outcome in reasons:
        hint = hint_of(t, next(scan for scan in refused if scan.outcome is outcome))
        lines += [hint] if hint else []
    lines += ["", attendance_line(t, scans[0].post)]
    undo = (button("↶ " + t.plain("Undo"), UndoParty(credential_id=credential_id)),) if admitted else ()
    return Screen("\n".join(lines), ((*undo, door_button(t)), (home(t),)), here=OpenDoor().pack())


def _bits(members: Sequence[Member]) -> int:
    return sum(1 << member.bit for member in members)
