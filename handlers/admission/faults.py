"""Whom the door let in and should not have: a card for managers, a line for ushers."""

from __future__ import annotations

from collections.abc import Mapping

from domain.admission.model import Fault, Outcome
from domain.notices import CardKind
from domain.ports import Tx
from domain.programme.model import Gate
from handlers.admission.scanner_queries import FaultsFacts, faults_of
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import SeatName, bold, escaped, home, seat_text, title_of, word, zone_text
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.notices import CardRenderer
from handlers.ui.screen import Screen

_SHOWN = 12
_KINDS: Mapping[Outcome, str] = {
    Outcome.ALREADY_IN: N_("let in twice"),
    Outcome.REVOKED: N_("let in with an old code"),
    Outcome.CANCELLED: N_("let in with a cancelled ticket"),
    Outcome.REFUNDED: N_("let in with a refunded ticket"),
    Outcome.WRONG_PERFORMANCE: N_("let in with a ticket for another performance"),
}
_OTHER = N_("let in with a code that is not known")


def faults_screen(t: Texts, facts: FaultsFacts) -> Screen:
    """Newest first; of many the first few."""
    count = t.plain_plural("{count} admission to look at", "{count} admissions to look at", len(facts.faults))
    lines: list[str] = [
        bold(f"⚠️ {count}"),
        escaped(title_of(t, facts.showing.event.title)),
        "",
        t("While a scanner had no network, the door let these in:") if facts.faults else t("All is in order again."),
    ]
    lines += ["• " + escaped(fault_text(t, fault, facts.showing, facts.gates)) for fault in facts.faults[:_SHOWN]]
    if len(facts.faults) > _SHOWN:
        lines.append(t("… and {count} more", count=len(facts.faults) - _SHOWN))
    return Screen("\n".join(lines), ((home(t),),))


def fault_text(t: Texts, fault: Fault, showing: Showing, gates: Mapping[int, Gate]) -> str:
    """One line, plain: the seat, what was wrong, when and where."""
    at = t.time(fault.line.at, showing.venue.timezone)
    gate = gates.get(fault.line.gate_id or 0)
    where = word(t.of(gate.name)) if gate else t.plain("Every gate")
    what = t.plain(_KINDS.get(fault.kind, _OTHER))
    if fault.line.ticket_id is None:
        return t.plain("{what} · {time}, {gate}", what=what, time=at, gate=where)
    zone = zone_text(t, showing.hall, fault.zone) if fault.zone else ""
    seat = seat_text(t, SeatName(fault.place, zone, fault.row, fault.number))
    return t.plain("{seat}: {what} · {time}, {gate}", seat=seat, what=what, time=at, gate=where)


def faults_line(t: Texts, count: int) -> Html:
    return bold("⚠️ " + t.plain_plural("{count} admission to look at", "{count} admissions to look at", count))


def faults_card(tx: Tx, t: Texts, performance_id: int) -> Screen | None:
    return faults_screen(t, faults_of(tx, performance_id))


CARDS: Mapping[CardKind, CardRenderer] = {CardKind.DOUBLE_ADMISSION: faults_card}
