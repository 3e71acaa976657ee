"""What mails say: the code that proves an address, and tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.ports import Tx
from domain.ticketing.mail import CODE_LASTS, MailAddress, MailKind, address_code
from handlers.ticketing.faces import spaced, venue_text, when_printed
from handlers.ticketing.paper import ticket_file
from handlers.ticketing.queries import house_name
from handlers.ticketing.sending_files import calendar_document
from handlers.ticketing.sending_queries import KeepFacts, keep_facts
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import clipped, concession_text, escaped, name_of, seat_text, title_of, word
from handlers.ui.i18n import Texts, match_locale, texts
from handlers.ui.mail import Mail
from handlers.ui.ports import Links
from handlers.ui.screen import Document

_SUBJECT_MOST = 120


def render_mail(tx: Tx, kind: MailKind, person_id: int, params: Mapping[str, Any], links: Links) -> Mail | None:
    """None where there is nothing to say any more: the address is gone or not proved, the tickets are not theirs."""
    actor, address = tx.people.actor(person_id), tx.mail.address(person_id)
    if actor is None or address is None:
        return None
    t = texts(actor.locale or match_locale(actor.language_code))
    if kind is MailKind.CODE:
        if address.confirmed_at is not None or tx.now >= address.given_at + CODE_LASTS:
            return None
        return code_mail(t, address, address_code(tx.keyring, person_id, address), house_name(tx))
    facts = keep_facts(tx, person_id, params["performance_id"])
    if address.confirmed_at is None or facts is None:
        return None
    return tickets_mail(t, facts, address.address, links)


def code_mail(t: Texts, address: MailAddress, code: str, house: Mapping[str, str]) -> Mail:
    """Says nothing of tickets or names: the address may be a stranger's."""
    name = clipped(t.of(house), 40)
    minutes = int(CODE_LASTS.total_seconds()) // 60
    lines = [
        t.plain("Your code: {code}", code=spaced(code)),
        t.plain(
            "Write it into the chat with {house} within {minutes} minutes. Then your tickets can come to this address.",
            house=name,
            minutes=minutes,
        ),
        t.plain("You did not ask for it? Then somebody mistyped their address. Nothing else will come."),
    ]
    subject = t.plain("{code} is your code for {house}", code=spaced(code), house=name)
    return _mail(t, address.address, subject, subject, [lines])


def tickets_mail(t: Texts, facts: KeepFacts, to: str, links: Links) -> Mail:
    """All of one's tickets for one performance."""
    first, count = facts.prints.tickets[0], facts.count
    title, date = title_of(t, facts.showing.event.title), when_printed(t, first)
    visit = [date, venue_text(t, first), clipped(t.of(facts.showing.venue.address), 200)]
    attached = t.plain_plural(
        "Attached: your ticket, to print or to show on the phone, and an entry for your calendar.",
        "Attached: your {count} tickets, to print or to show on the phone, and an entry for your calendar.",
        count,
    )
    note = t.plain(
        "Each code lets one person in, once. If a ticket is handed on, exchanged or given back, its code in this mail"
        " is dead; the chat always has the right one."
    )
    tickets = [_ticket_line(t, ticket) for ticket in facts.prints.tickets]
    subject = t.plain_plural(
        "Your ticket: {event}, {when}", "Your {count} tickets: {event}, {when}", count, event=title, when=date
    )
    return _mail(
        t,
        to,
        subject,
        title,
        [[part for part in visit if part], tickets, [attached], [note]],
        (ticket_file(t, facts.prints, links), calendar_document(t, facts, links)),
    )


def _ticket_line(t: Texts, facts: TicketFacts) -> str:
    seat = seat_text(t, name_of(t, facts.showing.hall, facts.line))
    gate = t.plain("Gate: {gate}", gate=word(t.of(facts.gate.name))) if facts.gate else ""
    code = t.plain("Code to read out: {code}", code=spaced(facts.ticket.short_code))
    return " · ".join(part for part in (seat, gate, concession_text(t, facts.concession), code) if part)


def _mail(
    t: Texts,
    to: str,
    subject: str,
    heading: str,
    paragraphs: Sequence[Sequence[str]],
    attached: tuple[Document, ...] = (),
) -> Mail:
    """The same words twice: plain, and as HTML that needs nothing from outside."""
    plain = "\n\n".join("\n".join(lines) for lines in ([heading], *paragraphs)) + "\n"
    body = "".join(f"<p>{'<br>'.join(map(escaped, lines))}</p>" for lines in paragraphs)
    html = (
        f'<!doctype html><html lang="{t.locale.replace("_", "-")}"><head><meta charset="utf-8">'
        f"<title>{escaped(subject)}</title></head>"
        '<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#1b1d22;max-width:40em">'
        f'<h1 style="font-size:22px">{escaped(heading)}</h1>{body}</body></html>'
    )
    return Mail(to, clipped(subject, _SUBJECT_MOST), plain, html, t.locale, attached)
