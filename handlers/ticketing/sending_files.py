"""Calendar entries and wallet passes: the same words as on the ticket."""

from __future__ import annotations

from datetime import datetime

from domain.codes import CodeKind
from handlers.ticketing.faces import ticket_face, venue_text
from handlers.ticketing.queries import Showing
from handlers.ticketing.sending_queries import KeepFacts
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import clipped, name_of, seat_text, seats_texts, title_of, word, zone_text
from handlers.ui.files import CalendarEntry, Seat, WalletPass, WalletPasses
from handlers.ui.i18n import Texts
from handlers.ui.pictures import Fact
from handlers.ui.ports import Links
from handlers.ui.screen import Document

_WAY_MOST = 300


def calendar_document(t: Texts, facts: KeepFacts, links: Links) -> Document:
    caption = "📅 " + t("Open this file to put the visit into your calendar.")
    return Document(f"visit-{facts.showing.performance.id}.ics", calendar_entry(t, facts, links), caption)


def cancelled_visit(t: Texts, showing: Showing, holder_id: int, now: datetime) -> Document:
    """Takes the entry out of the calendar that has it."""
    performance, venue = showing.performance, showing.venue
    entry = CalendarEntry(
        uid=_uid(performance.id, holder_id),
        sequence=performance.revision,
        made_at=now,
        starts_at=performance.starts_at,
        ends_at=performance.ends_at,
        zone=venue.timezone,
        title=title_of(t, showing.event.title),
        place=clipped(t.of(venue.name), 48),
        description=t.plain("This performance is cancelled."),
        reminder="",
        cancelled=True,
    )
    caption = "📅 " + t("Open this file to take the visit out of your calendar.")
    return Document(f"visit-{performance.id}.ics", entry, caption)


def calendar_entry(t: Texts, facts: KeepFacts, links: Links) -> CalendarEntry:
    """One for all tickets. No code: a calendar is shared more readily than a ticket."""
    performance, first = facts.showing.performance, facts.prints.tickets[0]
    seats = [name_of(t, facts.showing.hall, ticket.line) for ticket in facts.prints.tickets]
    zone = facts.showing.venue.timezone
    lines = [t.plain("Doors open at {time}.", time=t.time(performance.doors_at, zone)), *seats_texts(t, seats)]
    gates = dict.fromkeys(word(t.of(ticket.gate.name)) for ticket in facts.prints.tickets if ticket.gate)
    lines += [t.plain("Gate: {gate}", gate=gate) for gate in gates]
    if first.gate and t.of(first.gate.step_free):
        lines.append(t.plain("Step-free: {way}", way=clipped(t.of(first.gate.step_free), _WAY_MOST)))
    lines.append(
        t.plain("Your tickets are in the chat: {link}", link=links.poster(CodeKind.PERFORMANCE, performance.id))
    )
    title = title_of(t, facts.showing.event.title)
    return CalendarEntry(
        uid=_uid(performance.id, facts.holder_id),
        sequence=performance.revision,
        made_at=facts.now,
        starts_at=performance.starts_at,
        ends_at=performance.ends_at,
        zone=zone,
        title=title,
        place=", ".join(
            part for part in (venue_text(t, first), clipped(t.of(facts.showing.venue.address), 200)) if part
        ),
        description="\n".join(lines),
        reminder=t.plain("Today: {event}. Your tickets are in the chat.", event=title),
    )


def _uid(performance_id: int, holder_id: int) -> str:
    return f"visit-{performance_id}-{holder_id}@foyer"


def wallet_document(t: Texts, facts: KeepFacts, links: Links) -> Document:
    passes = tuple(_pass(t, ticket, links) for ticket in facts.prints.tickets)
    name = "ticket.pkpass" if len(passes) == 1 else "tickets.pkpasses"
    return Document(name, WalletPasses(passes), "👛 " + t("Open this file on your iPhone to keep it in the Wallet."))


def _pass(t: Texts, facts: TicketFacts, links: Links) -> WalletPass:
    face = ticket_face(t, facts, links)
    assert face is not None, "only what has a code is kept"
    assert facts.credential is not None
    showing, line = facts.showing, facts.line
    seat = name_of(t, showing.hall, line)
    back = (
        Fact(t.plain("Seat"), seat_text(t, seat)),
        Fact(t.plain("Code to read out"), face.code),
        Fact(t.plain("Order"), str(line.order_id)),
        Fact(t.plain("Price"), t.money(line.price) if line.price else t.plain("Free of charge")),
        Fact(t.plain("Concession"), face.concession),
        Fact(t.plain("Step-free way"), face.step_free),
        Fact(
            t.plain("Please note"),
            t.plain(
                "The code lets one person in, once. If the ticket is handed on, exchanged or given back, this pass"
                " is void."
            ),
        ),
    )
    return WalletPass(
        serial=f"{facts.ticket.id}-{facts.credential.id}",
        group=f"performance-{showing.performance.id}",
        house=face.house,
        title=face.title,
        venue=face.venue,
        starts_at=showing.performance.starts_at,
        ends_at=showing.performance.ends_at,
        front=(Fact(t.plain("When"), face.date), Fact(t.plain("Where"), face.venue)),
        seats=face.facts,
        back=back,
        seat=Seat(zone_text(t, showing.hall, line.zone), word(line.row), word(line.number)),
        payload=face.payload,
        code=face.code,
        kind=face.kind,
        seed=face.seed,
    )
