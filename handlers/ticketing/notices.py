"""What ticketing tells by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from domain.programme.run_changes import What
from domain.ticketing.mail import MailKind
from domain.ticketing.model import OrderLine, OrderState, TicketState
from handlers.ticketing.callbacks import Keep, OpenVisit, TakeAgain
from handlers.ticketing.faces import party_caption, party_face, ticket_caption, ticket_face
from handlers.ticketing.moves.holder_views import run_change_screen
from handlers.ticketing.moves.queries import FindRunChange
from handlers.ticketing.queries import FindOrder, Showing, showing_of
from handlers.ticketing.sending_files import calendar_document, cancelled_visit
from handlers.ticketing.sending_queries import keep_facts
from handlers.ticketing.sending_views import mail_failed_screen
from handlers.ticketing.ticket_queries import PartyFacts, TicketFacts, facts_of_tickets, party_of
from handlers.ticketing.views.tickets import ticket_screen
from handlers.ticketing.waiting.views import offer_screen
from handlers.ticketing.wording import bold, escaped, home, name_of, seat_text, seats_texts, title_of, when
from handlers.ui.callbacks import OpenPerformance, OpenTicket, OpenTickets
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.pictures import Picture
from handlers.ui.ports import Links
from handlers.ui.screen import Album, Outgoing, Screen, button

#: Bot API ``sendMediaGroup``: 2 to 10 items.
ALBUM_MOST = 10


def tickets_issued(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """One as a screen; several as albums, the party's code first. What was handed on meanwhile is not sent."""
    tickets = [tx.ticketing.ticket(id) for id in params["ticket_ids"]]
    kept = [ticket for ticket in tickets if ticket is not None and ticket.holder_id == params["holder_id"]]
    facts = [found for found in facts_of_tickets(tx, kept) if found.credential is not None]
    if not facts:
        return []
    if len(facts) == 1:
        return [ticket_screen(t, facts[0], links)]
    order = tx.ticketing.order(params["order_id"])
    party = party_of(tx, order) if order is not None and order.buyer_id == params["holder_id"] else None
    return [*_albums(_pages(t, facts, party, links)), _to_all(t, facts)]


def ticket_taken(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """To the giver, who holds it no longer: what, and nothing that opens it."""
    ticket = tx.ticketing.ticket(params["ticket_id"])
    line = tx.ticketing.line(ticket.order_line_id) if ticket else None
    if ticket is None or line is None:
        return []
    showing = showing_of(tx, ticket.performance_id)
    lines = [
        bold("🤝 " + t.plain("Your ticket has arrived.")),
        *_what(tx, t, showing),
        escaped(f"🪑 {seat_text(t, name_of(t, showing.hall, line))}"),
        t("It is theirs now, and the code that you had is void."),
    ]
    return [Screen("\n".join(lines), ((home(t),),))]


def ticket_changed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Another seat or date, or none. The code is opened by whoever holds it then."""
    ticket = tx.ticketing.ticket(params["ticket_id"])
    line = tx.ticketing.line(ticket.order_line_id) if ticket else None
    if ticket is None or line is None:
        return []
    showing = showing_of(tx, ticket.performance_id)
    if ticket.state is not TicketState.VALID:
        return [_void(tx, t, showing, line)]
    lines = [
        bold("🎟 " + t.plain("Your ticket has changed. Please look at it.")),
        *_what(tx, t, showing),
        escaped(f"🪑 {seat_text(t, name_of(t, showing.hall, line))}"),
    ]
    return [Screen("\n".join(lines), ((button("🎟 " + t.plain("Open the ticket"), OpenTicket(ticket_id=ticket.id)),),))]


def mail_failed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """The address itself is not repeated: it may be wrong, and it may have gone."""
    performance_id = params["performance_id"]
    showing = showing_of(tx, performance_id) if performance_id is not None else None
    return [mail_failed_screen(t, showing, was_code=params["kind"] == MailKind.CODE)]


def _void(tx: Tx, t: Texts, showing: Showing, line: OrderLine) -> Screen:
    lines = [
        bold("⛔ " + t.plain("This ticket is void: it has been given back.")),
        *_what(tx, t, showing),
        escaped(f"🪑 {seat_text(t, name_of(t, showing.hall, line))}"),
    ]
    return Screen("\n".join(lines), ((button("🎟 " + t.plain("My tickets"), OpenTickets()), home(t)),))


def hold_ended(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where they hold seats for it again, have bought, or nothing is sold any more."""
    order = tx.ticketing.order(params["order_id"])
    if order is None or order.state is not OrderState.EXPIRED:
        return []
    showing = showing_of(tx, order.performance_id)
    since = tx.ticketing.buying(order.buyer_id, order.performance_id, tx.now)
    if since.unpaid is not None or since.bought or showing.performance.sale_state(tx.now) != "open":
        return []
    lines = tx.ticketing.lines(order.id)
    taken = tx.ticketing.taken(order.performance_id, tx.now)
    was_offer = tx.ticketing.waiting_of_offer(order.id) is not None
    text = "\n".join(
        (
            bold("⏱ " + t.plain("The offer is over, and the next in line is asked."))
            if was_offer
            else bold("⏱ " + t.plain("The time to pay is over and the seats were given back.")),
            *_what(tx, t, showing),
            *(escaped(f"🪑 {seats}") for seats in seats_texts(t, [name_of(t, showing.hall, line) for line in lines])),
        )
    )
    other = button("🪑 " + t.plain("Choose others"), OpenPerformance(performance_id=order.performance_id))
    free = showing.performance.plan_id is None or not any(line.place in taken for line in lines)
    same = button("↻ " + t.plain("Take the same again"), TakeAgain(order_id=order.id))
    return [Screen(text, (((same,), (other, home(t))) if free and not was_offer else ((other, home(t)),)))]


def seats_offered(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it is over already."""
    order = tx.ticketing.order(params["order_id"])
    if order is None or not order.is_live(tx.now):
        return []
    return [offer_screen(t, FindOrder(order.buyer_id, order.id)(tx))]


def run_changed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """As it stands then: of two decisions the later one is told."""
    facts = FindRunChange(params["person_id"], params["change_id"])(tx)
    return [run_change_screen(t, facts)] if facts.newest else []


def calendar_changed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """The same entry with its new time, or as cancelled; of two decisions the later one."""
    person_id, change = params["person_id"], tx.ticketing.run_change(params["change_id"])
    newest = tx.ticketing.newest_run_change(change.performance_id) if change else None
    if change is None or newest is None or newest.id != change.id:
        return []
    if change.what is What.CANCELLED:
        return [cancelled_visit(t, showing_of(tx, change.performance_id), person_id, tx.now)]
    facts = keep_facts(tx, person_id, change.performance_id)
    return [calendar_document(t, facts, links)] if facts is not None else []


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.TICKETS_ISSUED: tickets_issued,
    NoticeKind.TICKET_TAKEN: ticket_taken,
    NoticeKind.TICKET_CHANGED: ticket_changed,
    NoticeKind.MAIL_FAILED: mail_failed,
    NoticeKind.HOLD_ENDED: hold_ended,
    NoticeKind.SEATS_OFFERED: seats_offered,
    NoticeKind.RUN_CHANGED: run_changed,
    NoticeKind.CALENDAR_CHANGED: calendar_changed,
}


def _pages(t: Texts, facts: Sequence[TicketFacts], party: PartyFacts | None, links: Links) -> list[tuple[Picture, str]]:
    pages: list[tuple[Picture, str]] = [(party_face(t, party, links), party_caption(t, party))] if party else []
    for found in facts:
        face = ticket_face(t, found, links)
        if face is not None:
            pages.append((face, ticket_caption(t, found)))
    return pages


def _albums(pages: Sequence[tuple[Picture, str]]) -> list[Album]:
    """As few as can be, as even as can be: no album of one."""
    count = -(-len(pages) // ALBUM_MOST)
    bounds = [len(pages) * index // count for index in range(count + 1)]
    return [Album(tuple(pages[start:end])) for start, end in pairwise(bounds)]


def _to_all(t: Texts, facts: Sequence[TicketFacts]) -> Screen:
    """An album has no buttons; this stands under it."""
    text = t.plural(
        "Here is your ticket.", "Here are your {count} tickets. They are kept under “My tickets”.", len(facts)
    )
    visit = OpenVisit(performance_id=facts[0].showing.performance.id)
    keep = button("📎 " + t.plain("Keep a copy"), Keep(performance_id=facts[0].showing.performance.id))
    return Screen(f"🎟 {text}", ((button("🎟 " + t.plain("Open and hand on"), visit), keep), (home(t),)))


def _what(tx: Tx, t: Texts, showing: Showing) -> list[str]:
    date = when(t, showing.performance, showing.venue, tx.now)
    return [escaped(title_of(t, showing.event.title)), escaped(f"🗓 {date}")]
