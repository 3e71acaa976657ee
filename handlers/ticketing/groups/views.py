"""The screens of groups, presents and shared links. No price is told to whoever is given something."""

from __future__ import annotations

from domain.codes import CodeKind
from domain.ticketing.group_ports import HandoutKind
from handlers.ticketing.groups.callbacks import (
    AskMessage,
    MakeHandout,
    OpenHandout,
    PrintGift,
    StopHandout,
    TakeForGroup,
    TakeHandedOut,
)
from handlers.ticketing.groups.queries import GroupFacts, HandoutFacts
from handlers.ticketing.wording import back, bold, clipped, escaped, home, title_of, today_in, way, when
from handlers.ui.callbacks import OpenOrder
from handlers.ui.i18n import Texts
from handlers.ui.paper import PaperSize, TicketPaper, TicketSheets
from handlers.ui.pictures import Fact, TicketFace
from handlers.ui.ports import Links
from handlers.ui.screen import Document, Row, Screen, button, grid

_MESSAGE_MOST = 300
_EACH_UP_TO = 30
_BUTTONS_MOST = 56


def group_screen(t: Texts, facts: GroupFacts) -> Screen:
    """For the group's leader: how many come?"""
    showing, block = facts.showing, facts.block
    lines = [bold("👥 " + t.plain("Places for your group")), *_about(t, facts)]
    lines.append(t.plural("{count} place is kept.", "{count} places are kept.", facts.count))
    if block.release_at is not None:
        at = t.when(block.release_at, showing.venue.timezone, today=today_in(facts.now, showing.venue))
        lines.append("⏱ " + t("Pay until {when}: then they go back on sale.", when=at))
    lines.append(t("For how many do you pay?"))
    counts = [n for n in range(1, facts.count + 1) if n <= _EACH_UP_TO or n % 10 == 0 or n == facts.count]
    buttons = [button(str(n), TakeForGroup(block_id=block.id, count=n)) for n in counts[-_BUTTONS_MOST:]]
    return Screen("\n".join(lines), (*grid(buttons, 8), (home(t),)))


def handout_screen(t: Texts, facts: HandoutFacts, links: Links) -> Screen:
    """For the giver: make a present of the tickets, or let each of a group take one."""
    lines = [bold("🎁 " + t.plain("Give the tickets on")), *_about(t, facts)]
    order_id, handout = facts.order_id, facts.handout
    rows: list[Row] = []
    if handout is not None and handout.closed_at is None:
        link = links.secret(CodeKind.HANDOUT, handout.id)
        lines.append(t.plural("{count} ticket is still with you.", "{count} tickets are still with you.", facts.left))
        if handout.kind is HandoutKind.GIFT:
            lines.append(t("Whoever opens this link first gets all of them. They do not see the price:"))
            rows.append((button("✍️ " + t.plain("Message"), AskMessage(order_id=order_id)),))
            rows.append((button("🖨 " + t.plain("Card to print"), PrintGift(order_id=order_id)),))
        else:
            lines.append(t("Send this link to your group: each takes one ticket, the last one is yours."))
        lines.append(escaped(link))
        if handout.message:
            lines.append(escaped(f"“{clipped(handout.message, _MESSAGE_MOST)}”"))
        rows.append((button("✕ " + t.plain("Withdraw the link"), StopHandout(order_id=order_id)),))
    elif facts.left:
        lines.append(t("All of them to one person as a present, or one for each of a group?"))
        gift = button("🎁 " + t.plain("This is a present"), MakeHandout(order_id=order_id, handout=HandoutKind.GIFT))
        rows.append((gift,))
        if facts.left > 1:
            each = MakeHandout(order_id=order_id, handout=HandoutKind.GROUP)
            rows.append((button("👥 " + t.plain("A link for the group"), each),))
    else:
        lines.append(t("None of these tickets is with you any more."))
    here = OpenHandout(order_id=order_id).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenOrder(order_id=order_id)))), here=here)


def message_screen(t: Texts, order_id: int) -> Screen:
    """Awaits text."""
    lines = [bold("✍️ " + t.plain("Message")), t("Type what the card is to say, in at most 300 characters.")]
    here = AskMessage(order_id=order_id).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenHandout(order_id=order_id))),), here=here)


def handed_out_screen(t: Texts, facts: HandoutFacts) -> Screen:
    """For whoever has opened the link."""
    handout = facts.handout
    assert handout is not None
    gift = handout.kind is HandoutKind.GIFT
    lines: list[str] = [bold("🎁 " + t("A present for you!")) if gift else bold("👥 " + t("A ticket of your group"))]
    lines += _about(t, facts)
    if handout.message:
        lines.append(escaped(f"“{clipped(handout.message, _MESSAGE_MOST)}”"))
    lines.append(t.plural("{count} ticket", "{count} tickets", facts.left))
    said = t.plain_plural("Take the ticket", "Take the tickets", facts.left)
    take = button("🎟 " + said, TakeHandedOut(handout_id=handout.id))
    return Screen("\n".join(lines), ((take,), (home(t),)))


def gift_card(t: Texts, facts: HandoutFacts, links: Links) -> Document:
    """A card to print: what for, the message, and the link as a QR code; no price, no seat."""
    showing, handout = facts.showing, facts.handout
    assert handout is not None
    face = TicketFace(
        house=clipped(t.of(facts.house), 40),
        title=title_of(t, showing.event.title),
        date=t.when(showing.performance.starts_at, showing.venue.timezone),
        venue=clipped(t.of(showing.venue.name), 48),
        facts=(Fact(t.plain("Tickets"), str(facts.left)),),
        payload=links.secret(CodeKind.HANDOUT, handout.id),
        code="",
        kind=showing.event.kind,
        seed=showing.event.key,
    )
    sheets = TicketSheets(
        locale=t.locale,
        title=t.plain("A present for you!"),
        tickets=(TicketPaper(face, (Fact("🎁", handout.message),) if handout.message else ()),),
        size=PaperSize.A6,
        note=t.plain("Scan the code with your telephone: the tickets come into your chat. It is good once."),
        code_text=t.plain("QR code of the present"),
    )
    return Document(f"gift-{facts.order_id}.pdf", sheets, "🎁 " + t("A card to print and give."))


def _about(t: Texts, facts: GroupFacts | HandoutFacts) -> list[str]:
    showing = facts.showing
    date = when(t, showing.performance, showing.venue, facts.now)
    place = clipped(t.of(showing.venue.name), 48)
    return [bold(title_of(t, showing.event.title)), escaped(f"🗓 {date}"), escaped(f"📍 {place}")]
