"""Handing a ticket on: the giver's link, the taker's yes."""

from __future__ import annotations

from domain.codes import CodeKind
from domain.ticketing.model import HandOn
from handlers.ticketing.callbacks import Accept, Withdraw
from handlers.ticketing.callbacks import HandOn as OpenHandOn
from handlers.ticketing.ticket_queries import OfferFacts, TicketFacts
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    concession_text,
    escaped,
    name_of,
    proof_text,
    seat_text,
    title_of,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenTicket, OpenTickets
from handlers.ui.i18n import Texts, clean_name
from handlers.ui.ports import Links
from handlers.ui.screen import Screen, button, link


def hand_on_screen(t: Texts, facts: TicketFacts, offer: HandOn, links: Links) -> Screen:
    """The giver's: the link to send, and the way to think again."""
    url = links.secret(CodeKind.HAND_ON, offer.id)
    showing = facts.showing
    date = t.when(showing.performance.starts_at, showing.venue.timezone)
    title = title_of(t, showing.event.title)
    until = t.when(offer.expires_at, showing.venue.timezone)
    text = "\n".join(
        (
            bold("🤝 " + t.plain("Hand on this ticket")),
            escaped(f"{title} · {date}"),
            escaped(seat_text(t, name_of(t, showing.hall, facts.line))),
            "",
            t("Send this link to one person:"),
            escaped(url),
            "",
            t("Once they take it, the ticket is theirs and your code is void. Until then it stays yours."),
            t("The link is good for one person, until {when}.", when=until),
        )
    )
    message = t.plain("A ticket for you: {title}, {when}", title=title, when=date)
    return Screen(
        text,
        (
            (link("📤 " + t.plain("Send the link"), links.share(url, message)),),
            (button("✕ " + t.plain("Withdraw the link"), Withdraw(ticket_id=facts.ticket.id)),),
            way(t, back(t, OpenTicket(ticket_id=facts.ticket.id))),
        ),
        here=OpenHandOn(ticket_id=facts.ticket.id).pack(),
    )


def offer_screen(t: Texts, facts: OfferFacts) -> Screen:
    """The taker's: what it is, and yes."""
    showing = facts.showing
    giver = clean_name(facts.giver)
    said = t("{name} hands you a ticket.", name=giver) if giver else t("Somebody hands you a ticket.")
    lines: list[str] = [
        f"🎟 {bold(said)}",
        "",
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
        escaped(f"📍 {word(t.of(showing.hall.name))} · {clipped(t.of(showing.venue.name), 48)}"),
        escaped(f"🪑 {seat_text(t, name_of(t, showing.hall, facts.line))}"),
        escaped(f"👤 {concession_text(t, facts.concession)}"),
    ]
    if facts.concession and facts.concession.needs_proof:
        lines.append(escaped(f"👁 {proof_text(t, facts.concession)}"))
    return Screen(
        "\n".join(lines),
        ((button("✅ " + t.plain("Take it"), Accept(hand_on_id=facts.offer.id)),), way(t)),
        here="",
    )


def taken_screen(t: Texts, facts: TicketFacts) -> Screen:
    """It has arrived."""
    text = t("It is yours now. Your ticket comes in a moment, with a code of its own.")
    title = title_of(t, facts.showing.event.title)
    ticket = button("🎟 " + t.plain("Open the ticket"), OpenTicket(ticket_id=facts.ticket.id))
    return Screen(f"✅ {bold(title)}\n{text}", ((ticket,), way(t)), here=OpenTickets().pack())
