"""My tickets, one ticket, the party's code, the way in."""

from __future__ import annotations

from domain.ticketing.model import Order
from handlers.ticketing.callbacks import HandOn, Keep, OpenParty, OpenPast, OpenVisit, OpenWayIn
from handlers.ticketing.changes.views import changes_button
from handlers.ticketing.faces import (
    party_caption,
    party_face,
    ticket_caption,
    ticket_face,
    venue_text,
)
from handlers.ticketing.moves.callbacks import OpenRunOf
from handlers.ticketing.queries import Showing
from handlers.ticketing.ticket_queries import PartyFacts, TicketFacts, TicketsFacts, Visit, VisitFacts
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    concession_text,
    escaped,
    home,
    label,
    name_of,
    seat_text,
    title_of,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenEvents, OpenOrder, OpenTicket, OpenTickets
from handlers.ui.i18n import Texts
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Row, Screen, button

TICKETS_A_PAGE = 6
_PARTIES_MOST = 2
_ORDERS_MOST = 3


def tickets_screen(t: Texts, facts: TicketsFacts) -> Screen:
    """What is next comes first, and what is still to be paid before it."""
    here = (OpenPast(page=facts.page) if facts.past else OpenTickets(page=facts.page)).pack()
    heading = t.plain("Past tickets") if facts.past else t.plain("My tickets")
    lines: list[str] = [bold(f"🎟 {heading}")]
    rows: list[Row] = [(_order_button(t, order, showing),) for order, showing in facts.orders[:_ORDERS_MOST]]
    rows += [(_visit_button(t, facts, visit),) for visit in facts.visits]
    if facts.visits and not facts.past and not facts.page:
        lines += ["", t("Next:"), *_visit_lines(t, facts, facts.visits[0])]
    elif not facts.visits:
        said = t("There are none.") if facts.past else t("You have no tickets for what is to come.")
        lines += ["", said]
    return Screen("\n".join(lines), (*rows, *_turn(t, facts), _tickets_way(t, facts)), here=here)


def visit_screen(t: Texts, facts: VisitFacts, page: int = 0) -> Screen:
    """All of one's tickets for one performance."""
    pages = max(1, -(-len(facts.tickets) // TICKETS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = facts.tickets[page * TICKETS_A_PAGE : (page + 1) * TICKETS_A_PAGE]
    performance_id = facts.showing.performance.id
    rows: list[Row] = [
        (button("👥 " + t.plain("One code for all together"), OpenParty(order_id=order_id)),)
        for order_id in facts.parties[:_PARTIES_MOST]
    ]
    rows += [(_ticket_button(t, ticket),) for ticket in shown]
    turn = []
    if page:
        turn.append(button("‹", OpenVisit(performance_id=performance_id, page=page - 1)))
    if page + 1 < pages:
        turn.append(button("›", OpenVisit(performance_id=performance_id, page=page + 1)))
    if any(ticket.is_good for ticket in facts.tickets):
        turn.append(button("📎 " + t.plain("Keep a copy"), Keep(performance_id=performance_id)))
    if turn:
        rows.append(tuple(turn))
    first = facts.tickets[0]
    count = t.plural("You have {count} ticket.", "You have {count} tickets.", len(facts.tickets))
    text = "\n".join(
        (
            bold(title_of(t, facts.showing.event.title)),
            escaped(f"🗓 {when(t, facts.showing.performance, facts.showing.venue, facts.now)}"),
            escaped(f"📍 {venue_text(t, first)}"),
            "",
            count,
        )
    )
    here = OpenVisit(performance_id=performance_id, page=page).pack()
    return Screen(text, (*rows, way(t, back(t, OpenTickets()))), here=here)


def ticket_screen(t: Texts, facts: TicketFacts, links: Links) -> Screen:
    """One ticket with its code."""
    ticket_id = facts.ticket.id
    rows: list[Row] = []
    if facts.can_hand_on:
        text = t.plain("Hand on: the link") if facts.offer else t.plain("Hand on")
        rows.append((button("🤝 " + text, HandOn(ticket_id=ticket_id)),))
    if facts.can_change:
        change = changes_button(t, ticket_id, bought=facts.bought)
        rows = [(*rows[0], change)] if rows else [(change,)]
    if facts.awaits_answer:
        rows.append((button("🗓 " + t.plain("What now?"), OpenRunOf(ticket_id=ticket_id)),))
    beside = [button("🧭 " + t.plain("Way in"), OpenWayIn(ticket_id=ticket_id))]
    if facts.party and facts.is_good:
        beside.append(button("👥 " + t.plain("Party code"), OpenParty(order_id=facts.ticket.order_id)))
    rows.append(tuple(beside))
    if facts.is_good:
        rows.append((button("📎 " + t.plain("Keep a copy"), Keep(performance_id=facts.ticket.performance_id)),))
    several = OpenVisit(performance_id=facts.ticket.performance_id) if facts.count > 1 else OpenTickets()
    return Screen(
        ticket_caption(t, facts),
        (*rows, way(t, back(t, several))),
        picture=ticket_face(t, facts, links),
        here=OpenTicket(ticket_id=ticket_id).pack(),
    )


def party_screen(t: Texts, facts: PartyFacts, links: Links) -> Screen:
    return Screen(
        party_caption(t, facts),
        (way(t, back(t, OpenVisit(performance_id=facts.showing.performance.id))),),
        picture=party_face(t, facts, links),
        here=OpenParty(order_id=facts.order.id).pack(),
    )


def way_in_screen(t: Texts, facts: TicketFacts) -> Screen:
    """From the street to the seat."""
    showing = facts.showing
    zone = showing.venue.timezone
    lines: list[str] = [
        bold("🧭 " + t.plain("Way in")),
        "",
        escaped(f"📍 {venue_text(t, facts)}"),
        escaped(clipped(t.of(showing.venue.address), 200)),
        "🕖 "
        + t(
            "{day}: doors open at {doors}, it begins at {start}.",
            day=t.day(showing.performance.starts_at, zone),
            doors=t.time(showing.performance.doors_at, zone),
            start=t.time(showing.performance.starts_at, zone),
        ),
    ]
    if facts.gate:
        lines.append("🚪 " + t("Gate: {gate}", gate=word(t.of(facts.gate.name))))
        lines.append(escaped(clipped(t.of(facts.gate.directions), 600)))
        step_free = clipped(t.of(facts.gate.step_free), 600)
        if step_free:
            lines.append("♿ " + t("Step-free: {way}", way=step_free))
    lines.append(escaped(f"🪑 {seat_text(t, name_of(t, showing.hall, facts.line))}"))
    ticket = button("🎟 " + t.plain("Ticket"), OpenTicket(ticket_id=facts.ticket.id))
    text = "\n".join(line for index, line in enumerate(lines) if line or index == 1)
    return Screen(text, ((ticket,), (home(t),)), here=OpenWayIn(ticket_id=facts.ticket.id).pack())


def stranger_screen(t: Texts) -> Screen:
    """Somebody else's ticket, or none: the same to both."""
    text = t("This is a ticket. Only the person it belongs to can open it here; at the door it is shown to the staff.")
    tickets = button("🎟 " + t.plain("My tickets"), OpenTickets())
    events = button("🎭 " + t.plain("What’s on"), OpenEvents())
    return Screen(f"🎟 {text}", ((events, tickets), way(t)), here=OpenTickets().pack())


def _order_button(t: Texts, order: Order, showing: Showing) -> Button:
    assert order.until is not None
    until = t.time(order.until, showing.venue.timezone)
    text = t.plain("To pay by {time}: {title}", time=until, title=title_of(t, showing.event.title))
    return button(label(f"⏱ {text}"), OpenOrder(order_id=order.id))


def _visit_button(t: Texts, facts: TicketsFacts, visit: Visit) -> Button:
    showing, tickets = visit.showing, visit.tickets
    date = when(t, showing.performance, showing.venue, facts.now)
    count = f" ×{len(tickets)}" if len(tickets) > 1 else ""
    text = label(f"{date}{count} · {title_of(t, showing.event.title)}")
    if len(tickets) == 1:
        return button(text, OpenTicket(ticket_id=tickets[0].id))
    return button(text, OpenVisit(performance_id=showing.performance.id))


def _visit_lines(t: Texts, facts: TicketsFacts, visit: Visit) -> list[str]:
    showing = visit.showing
    return [
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
        escaped(f"📍 {word(t.of(showing.hall.name))} · {clipped(t.of(showing.venue.name), 48)}"),
        t.plural("{count} ticket", "{count} tickets", len(visit.tickets)),
    ]


def _ticket_button(t: Texts, facts: TicketFacts) -> Button:
    sign = "🎟" if facts.is_good and facts.admission is None else ("✅" if facts.is_good else "⛔")
    what = concession_text(t, facts.concession)
    seat = seat_text(t, name_of(t, facts.showing.hall, facts.line))
    return button(label(f"{sign} {seat} · {what}"), OpenTicket(ticket_id=facts.ticket.id))


def _turn(t: Texts, facts: TicketsFacts) -> tuple[Row, ...]:
    line = []

    def to(page: int) -> OpenPast | OpenTickets:
        return OpenPast(page=page) if facts.past else OpenTickets(page=page)

    if facts.page:
        line.append(button("‹", to(facts.page - 1)))
    if facts.more:
        line.append(button("›", to(facts.page + 1)))
    if facts.has_past and not facts.past:
        line.append(button(t.plain("Past tickets"), OpenPast()))
    return (tuple(line),) if line else ()


def _tickets_way(t: Texts, facts: TicketsFacts) -> Row:
    if facts.past:
        return way(t, back(t, OpenTickets()))
    return way(t, button("🎭 " + t.plain("What’s on"), OpenEvents()))
