"""Tickets to be printed or kept: the words of their sheets, the same for the chat, the mail and the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.money import Money, included_tax
from domain.ports import Tx
from domain.ticketing.model import Ticket
from handlers.ticketing.faces import ticket_face
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets
from handlers.ticketing.wording import count_by, title_of
from handlers.ui.i18n import Texts
from handlers.ui.paper import PaperSize, TicketPaper, TicketSheets
from handlers.ui.pictures import Fact
from handlers.ui.ports import Links
from handlers.ui.screen import Document


@dataclass(frozen=True)
class PrintFacts:
    """``receipts``: order → the number of its receipt, None where it has none."""

    tickets: tuple[TicketFacts, ...]
    receipts: Mapping[int, int | None]


def print_facts(tx: Tx, tickets: Sequence[Ticket]) -> PrintFacts:
    """Only what has a code: nothing else can be shown at a door."""
    found = [one for one in facts_of_tickets(tx, tickets) if one.credential is not None]
    orders = sorted({one.ticket.order_id for one in found})
    buyers = {order.id: order.buyer_id for id in orders if (order := tx.ticketing.order(id))}
    # Who bought at the window without a name may have taken the paper into a chat since.
    nameless = {buyer_id for buyer_id in buyers.values() if tx.window.is_walk_in(buyer_id)}
    facts = tuple(
        replace(one, bought=buyers.get(one.ticket.order_id) in {one.ticket.holder_id, *nameless}) for one in found
    )
    return PrintFacts(facts, {order_id: tx.payments.receipt_number(order_id) for order_id in orders})


def ticket_sheets(t: Texts, facts: PrintFacts, links: Links, size: PaperSize) -> TicketSheets:
    """Raises ValueError where there is no ticket to print."""
    if not facts.tickets:
        raise ValueError("no ticket to print")
    first = facts.tickets[0]
    pages = [(ticket, ticket_face(t, ticket, links)) for ticket in facts.tickets]
    return TicketSheets(
        locale=t.locale,
        title=t.plain("Tickets: {event}", event=title_of(t, first.showing.event.title)),
        tickets=tuple(
            TicketPaper(face, _details(t, ticket, facts.receipts)) for ticket, face in pages if face is not None
        ),
        size=size,
        note=t.plain(
            "The code lets one person in, once: show it to nobody before the door. If the ticket is handed on,"
            " exchanged or given back, this sheet is void."
        ),
        code_text=t.plain("QR code of the ticket, for the door"),
    )


def ticket_file(t: Texts, facts: PrintFacts, links: Links, size: PaperSize = PaperSize.A4) -> Document:
    """All in one file. Raises ValueError where there is no ticket to print."""
    sheets = ticket_sheets(t, facts, links, size)
    people = count_by(t, [ticket.concession for ticket in facts.tickets])
    caption = "🖨 " + t("To print or to keep: {what}", what=people)
    return Document(f"tickets-{facts.tickets[0].ticket.order_id}.pdf", sheets, caption)


def _details(t: Texts, facts: TicketFacts, receipts: Mapping[int, int | None]) -> tuple[Fact, ...]:
    line = facts.line
    if not facts.bought:  # what it cost is between the house and who paid
        return (Fact(t.plain("Order"), str(line.order_id)),)
    tax = Money(included_tax(line.price.minor, line.tax_rate_bp), line.price.currency)
    rate = f"{line.tax_rate_bp / 100:g}"
    receipt = receipts.get(line.order_id)
    listed = [
        Fact(t.plain("Price"), t.money(line.price) if line.price else t.plain("Free of charge")),
        Fact(t.plain("Tax in it, {rate} %", rate=rate), t.money(tax) if line.tax_rate_bp and line.price else ""),
        Fact(t.plain("Order"), str(line.order_id)),
        Fact(t.plain("Receipt"), str(receipt) if receipt else ""),
    ]
    return tuple(fact for fact in listed if fact.value)
