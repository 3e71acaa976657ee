"""Pay together, sit together: the seats and their links, who has paid, and what a friend is asked."""

from __future__ import annotations

from domain.codes import CodeKind
from domain.money import Money
from handlers.payments.callbacks import LetFriendsSeatGo, OpenTogether, TakeFriendsSeat
from handlers.payments.together_queries import FriendsSeat, SeatFate, SeatOffer, TogetherFacts
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    concession_text,
    escaped,
    home,
    label,
    name_of,
    proof_text,
    seat_text,
    title_of,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenOrder
from handlers.ui.i18n import N_, Html, Texts, clean_name
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Row, Screen, button, link

#: With more seats the links stand under the buttons only: a message has an end.
_LINKS_WRITTEN = 8
_SEATS_LISTED = 20
_FATES: dict[SeatFate, str] = {
    SeatFate.WAITING: N_("🔗 nobody yet"),
    SeatFate.TAKEN: N_("⏳ {name} has not paid yet"),
    SeatFate.PAID: N_("✅ {name} has paid"),
    SeatFate.OVER: N_("✕ given back"),
}


def together_screen(t: Texts, facts: TogetherFacts, links: Links) -> Screen:
    """For whoever shares: a link for each seat that nobody has taken."""
    waiting = facts.having(SeatFate.WAITING)
    lines = _account(t, facts)
    rows: list[Row] = []
    if waiting:
        lines += ["", t("Send each friend the link of their seat. Who opens it first and says yes has it.")]
    for one in waiting[:_SEATS_LISTED]:
        url = links.secret(CodeKind.SEAT, one.seat.id)
        seat = seat_text(t, name_of(t, facts.showing.hall, one.line))
        if len(waiting) <= _LINKS_WRITTEN:
            lines.append(escaped(f"{seat}: {url}"))
        message = t.plain("Sit with me: {title}, {when}", title=_title(t, facts), when=_date(t, facts))
        rows.append((link(label("📤 " + seat), links.share(url, message)), _let_go(t, one)))
    rows.append((button("⟳ " + t.plain("Refresh"), OpenTogether(order_id=facts.order.id)),))
    rows.append(way(t, back(t, OpenOrder(order_id=facts.order.id))))
    return Screen("\n".join(lines), tuple(rows), here=OpenTogether(order_id=facts.order.id).pack())


def together_card(t: Texts, facts: TogetherFacts) -> Screen:
    """The same at a glance; it changes by itself."""
    rows: list[Row] = [(home(t),)]
    if facts.having(SeatFate.WAITING):
        rows.insert(0, (button("🔗 " + t.plain("The links"), OpenTogether(order_id=facts.order.id)),))
    return Screen("\n".join(_account(t, facts)), tuple(rows))


def seat_offer_screen(t: Texts, facts: SeatOffer) -> Screen:
    """The friend's: who asks, which seat, what it costs, until when."""
    showing, venue = facts.showing, facts.showing.venue
    host = clean_name(facts.host)
    said = t("{name} keeps a seat for you.", name=host) if host else t("A seat is kept for you.")
    price = t.money(facts.order.total) if facts.order.total else t.plain("free of charge")
    lines: list[str] = [
        f"👥 {bold(said)}",
        "",
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, venue, facts.now)}"),
        escaped(f"📍 {word(t.of(showing.hall.name))} · {clipped(t.of(venue.name), 48)}"),
        escaped(f"🪑 {seat_text(t, name_of(t, showing.hall, facts.line))}"),
        escaped(f"👤 {concession_text(t, facts.concession)}: {price}"),
    ]
    if facts.concession and facts.concession.needs_proof:
        lines.append(escaped(f"👁 {proof_text(t, facts.concession)}"))
    if facts.order.until is not None:
        until = bold(t.time(facts.order.until, venue.timezone))
        lines += ["", "⏱ " + t("Take it and pay until {time}; after that it goes back to others.", time=until)]
    take = button("✅ " + t.plain("Yes, I take this seat"), TakeFriendsSeat(seat_id=facts.seat.id))
    return Screen("\n".join(lines), ((take,), way(t)))


def _account(t: Texts, facts: TogetherFacts) -> list[str]:
    lines: list[str] = [
        bold("👥 " + t.plain("Pay together, sit together")),
        escaped(f"{_title(t, facts)} · {_date(t, facts)}"),
    ]
    own = "; ".join(seat_text(t, name_of(t, facts.showing.hall, line)) for line in facts.own)
    price = Money.total((line.price for line in facts.own), facts.order.total.currency)
    lines.append(t("Yours: {seat}, {sum}", seat=own, sum=t.money(price)))
    for one in facts.seats[:_SEATS_LISTED]:
        seat = seat_text(t, name_of(t, facts.showing.hall, one.line))
        lines.append(escaped(f"🪑 {seat}, {t.money(one.line.price)}: ") + _said(t, one))
    open_ones = [*facts.having(SeatFate.WAITING), *facts.having(SeatFate.TAKEN)]
    if open_ones:
        until = max(one.order.until for one in open_ones if one.order.until is not None)
        time = bold(t.time(until, facts.showing.venue.timezone))
        lines.append("⏱ " + t("What is not paid until {time} goes back to others; what is paid stays.", time=time))
    return lines


def _said(t: Texts, one: FriendsSeat) -> Html:
    if one.fate in (SeatFate.TAKEN, SeatFate.PAID):
        return t(_FATES[one.fate], name=clean_name(one.taker) or t.plain("a friend"))
    return t(_FATES[one.fate])


def _let_go(t: Texts, one: FriendsSeat) -> Button:
    return button("✕ " + t.plain("Let go"), LetFriendsSeatGo(seat_id=one.seat.id))


def _title(t: Texts, facts: TogetherFacts) -> str:
    return title_of(t, facts.showing.event.title)


def _date(t: Texts, facts: TogetherFacts) -> str:
    return t.when(facts.showing.performance.starts_at, facts.showing.venue.timezone)
