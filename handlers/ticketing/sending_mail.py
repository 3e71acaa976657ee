"""What mails say: the code that proves an address, tickets, and that a performance is moved or cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.ports import Tx
from domain.programme.run_changes import RunChange, What
from domain.ticketing.mail import CODE_LASTS, MailAddress, MailKind, address_code
from handlers.ticketing.faces import spaced, venue_text, when_printed
from handlers.ticketing.paper import ticket_file
from handlers.ticketing.queries import Showing, house_name, showing_of
from handlers.ticketing.sending_files import calendar_document, cancelled_visit
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
    if address.confirmed_at is None:
        return None
    change = None
    if kind is MailKind.CHANGED:
        change = tx.ticketing.newest_run_change(params["performance_id"])
        if change is None or change.id != params["change_id"]:
            return None  # a later decision has a mail of its own
        if change.what is What.CANCELLED:
            return cancelled_mail(t, showing_of(tx, change.performance_id), person_id, address.address, tx.now)
    facts = keep_facts(tx, person_id, params["performance_id"])
    return tickets_mail(t, facts, address.address, links, change) if facts is not None else None


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


def cancelled_mail(t: Texts, showing: Showing, holder_id: int, to: str, now: datetime) -> Mail:
    """What they have by mail opens no door any more; what becomes of their money is asked in the chat."""
    title = title_of(t, showing.event.title)
    date = t.when(showing.performance.starts_at, showing.venue.timezone)
    heading = t.plain("This performance is cancelled.")
    lines = [
        [title, date],
        [t.plain("We are sorry. Your money or another date: please answer in the chat.")],
        [t.plain("Attached: the entry for your calendar, which takes the visit out of it.")],
    ]
    subject = t.plain("Cancelled: {event}, {when}", event=title, when=date)
    return _mail(t, to, subject, heading, lines, (cancelled_visit(t, showing, holder_id, now),))


def tickets_mail(t: Texts, facts: KeepFacts, to: str, links: Links, moved: RunChange | None = None) -> Mail:
    """All of one's tickets for one performance; ``moved``: it has a new time since they were sent last."""
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
    paragraphs = [[part for part in visit if part], tickets, [attached], [note]]
    if moved is not None:
        subject = t.plain("New time: {event}, {when}", event=title, when=date)
        was = t.when(moved.was_at, facts.showing.venue.timezone)
        new = t.plain("This performance has a new time. Before, it was {when}. Your tickets stay good.", when=was)
        paragraphs.insert(0, [new])
    return _mail(
        t,
        to,
        subject,
        title,
        paragraphs,
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
