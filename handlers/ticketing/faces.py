"""Tickets and party codes: their pictures, and captions that say the same."""

from __future__ import annotations

from domain.codes import CodeKind
from domain.programme.model import RunState
from domain.ticketing.model import TicketState
from handlers.ticketing.ticket_queries import PartyFacts, TicketFacts
from handlers.ticketing.wording import (
    bold,
    clipped,
    concession_text,
    count_by,
    escaped,
    kind_text,
    name_of,
    proof_text,
    seat_text,
    seats_texts,
    title_of,
    word,
    zone_text,
)
from handlers.ui.i18n import Texts
from handlers.ui.pictures import Fact, PartyCode, Ribbon, RibbonTone, TicketFace
from handlers.ui.ports import Links

_WAY_MOST = 140
_PROOF_MOST = 80


def ticket_face(t: Texts, facts: TicketFacts, links: Links) -> TicketFace | None:
    """None where there is no code to show."""
    if facts.credential is None:
        return None
    showing, line = facts.showing, facts.line
    gate = word(t.of(facts.gate.name)) if facts.gate else ""
    named = [
        Fact(t.plain("Gate"), gate),
        Fact(t.plain("Zone"), zone_text(t, showing.hall, line.zone)),
        Fact(t.plain("Row"), word(line.row)),
        Fact(t.plain("Seat"), word(line.number) if line.zone or line.row else ""),
    ]
    way = clipped(t.of(facts.gate.step_free), 80) if facts.gate else ""
    return TicketFace(
        house=clipped(t.of(facts.house), 40),
        title=title_of(t, showing.event.title),
        date=when_printed(t, facts),
        venue=venue_text(t, facts),
        facts=tuple(fact for fact in named if fact.value),
        payload=links.secret(CodeKind.TICKET, facts.credential.id),
        code=spaced(facts.ticket.short_code),
        kind=showing.event.kind,
        seed=showing.event.key,
        concession=concession_text(t, facts.concession),
        step_free=t.plain("Step-free: {way}", way=way) if way else "",
        party=f"{facts.number} / {facts.count}" if facts.count > 1 else "",
        ribbon=_ribbon(t, facts),
    )


def ticket_caption(t: Texts, facts: TicketFacts) -> str:
    """HTML; what the picture says, for who cannot see it."""
    lines: list[str] = [bold(f"🎟 {title_of(t, facts.showing.event.title)}"), escaped(f"🗓 {when_printed(t, facts)}")]
    lines.append(escaped(f"📍 {venue_text(t, facts)}"))
    if facts.gate:
        lines.append("🚪 " + t("Gate: {gate}", gate=word(t.of(facts.gate.name))))
    lines.append(bold(f"🪑 {seat_text(t, name_of(t, facts.showing.hall, facts.line))}"))
    kind = kind_text(t, facts.line.seat_kind)
    lines += [escaped(kind)] if kind else []
    lines += _concession_lines(t, facts)
    if facts.gate and t.of(facts.gate.step_free):
        lines.append("♿ " + t("Step-free: {way}", way=clipped(t.of(facts.gate.step_free), _WAY_MOST)))
    if facts.count > 1:
        lines.append(t("Ticket {number} of {count}", number=facts.number, count=facts.count))
    if facts.is_good:
        lines.append(t("Code to read out: {code}", code=bold(spaced(facts.ticket.short_code))))
    return "\n".join([*lines, *_state_lines(t, facts)])


def party_face(t: Texts, facts: PartyFacts, links: Links) -> PartyCode:
    first = facts.tickets[0]
    count = len(facts.tickets)
    gate = word(t.of(facts.gate.name)) if facts.gate else ""
    return PartyCode(
        house=clipped(t.of(facts.house), 40),
        title=title_of(t, facts.showing.event.title),
        date=when_printed(t, first),
        venue=venue_text(t, first),
        count_text=t.plain_plural("{count} person", "{count} people", count),
        details=count_by(t, [ticket.concession for ticket in facts.tickets]),
        payload=links.secret(CodeKind.PARTY, facts.credential.id),
        code="",
        kind=facts.showing.event.kind,
        seed=facts.showing.event.key,
        gate=Fact(t.plain("Gate"), gate) if gate else None,
    )


def party_caption(t: Texts, facts: PartyFacts) -> str:
    first = facts.tickets[0]
    count = len(facts.tickets)
    lines: list[str] = [
        bold(t.plain_plural("👥 One code for {count} person", "👥 One code for all {count}", count)),
        bold(title_of(t, facts.showing.event.title)),
        escaped(f"🗓 {when_printed(t, first)}"),
        escaped(f"📍 {venue_text(t, first)}"),
    ]
    if facts.gate:
        lines.append("🚪 " + t("Gate: {gate}", gate=word(t.of(facts.gate.name))))
    seats = [name_of(t, facts.showing.hall, ticket.line) for ticket in facts.tickets]
    lines += [escaped(f"🪑 {text}") for text in seats_texts(t, seats)]
    lines.append(escaped(count_by(t, [ticket.concession for ticket in facts.tickets])))
    lines.append(t("Show it at the door when you come together. Whoever comes alone uses their own ticket."))
    return "\n".join(lines)


def when_printed(t: Texts, facts: TicketFacts) -> str:
    """With the date, never "today": a ticket is kept."""
    return t.when(facts.showing.performance.starts_at, facts.showing.venue.timezone)


def venue_text(t: Texts, facts: TicketFacts) -> str:
    return f"{word(t.of(facts.showing.hall.name))} · {clipped(t.of(facts.showing.venue.name), 48)}"


def spaced(short_code: str) -> str:
    """Easier to read out: two groups."""
    return f"{short_code[:3]} {short_code[3:]}"


def _concession_lines(t: Texts, facts: TicketFacts) -> list[str]:
    if facts.concession is None:
        return []
    name = concession_text(t, facts.concession)
    if facts.concession.needs_proof:
        return [escaped(f"👤 {name} · {proof_text(t, facts.concession, _PROOF_MOST)}")]
    return [escaped(f"👤 {name}")]


def _state_lines(t: Texts, facts: TicketFacts) -> list[str]:
    if facts.ticket.state is TicketState.REFUNDED:
        return ["⛔ " + bold(t("Refunded: this ticket lets nobody in."))]
    if facts.ticket.state is TicketState.CANCELLED:
        return ["⛔ " + bold(t("Cancelled: this ticket lets nobody in."))]
    if facts.showing.performance.run_state is RunState.CANCELLED:
        return ["⛔ " + bold(t("The performance is cancelled."))]
    if facts.admission is not None:
        at = t.time(facts.admission.at, facts.showing.venue.timezone)
        return ["✅ " + t("Admitted at {time}. Enjoy!", time=at)]
    if facts.ticket.listed:
        return ["🔁 " + t("You gave it back for resale. It stays good until somebody else has paid for the seat.")]
    if facts.offer is not None:
        return ["🤝 " + t("You are handing it on. It stays yours until somebody takes it.")]
    return []


def _ribbon(t: Texts, facts: TicketFacts) -> Ribbon | None:
    if facts.ticket.state is TicketState.REFUNDED:
        return Ribbon(t.plain("Refunded"), RibbonTone.VOID)
    if not facts.is_good:
        return Ribbon(t.plain("Cancelled"), RibbonTone.VOID)
    return None
