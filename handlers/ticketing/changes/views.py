"""The screens of a change of mind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.programme.returns import Resale
from domain.ticketing.returning import Bought
from handlers.ticketing.changes.callbacks import (
    AskCancel,
    AskResale,
    AskReturn,
    Cancel,
    ChooseSeats,
    KeepListed,
    OpenChanges,
    OpenChangesOf,
    Resell,
    Return,
    pack_chosen,
)
from handlers.ticketing.changes.queries import Changes, Returned, ReturnFacts
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import (
    back,
    bold,
    concession_text,
    escaped,
    home,
    label,
    name_of,
    seat_text,
    seats_texts,
    title_of,
    way,
    when,
)
from handlers.ui.callbacks import OpenTicket, OpenTickets
from handlers.ui.i18n import Html, Texts, clean_name
from handlers.ui.screen import Button, Row, Screen, button

TICKETS_A_PAGE = 6


def changes_screen(t: Texts, facts: Changes, page: int = 0) -> Screen:
    """Which tickets, and what can be done with them."""
    lines: list[str] = [bold("🔄 " + t.plain("Plans changed?")), *_what(t, facts.showing, facts.now), ""]
    several = len(facts.tickets) > 1
    if several:
        lines.append(t("Choose which tickets:"))
    if facts.chosen:
        lines += _offers(t, facts)
    rows = [*(_choice(t, facts, page) if several else []), *_actions(t, facts)]
    first = next(iter(facts.tickets.values())).ticket
    rows.append(way(t, back(t, OpenTicket(ticket_id=(facts.these[0].ticket if facts.chosen else first).id))))
    return Screen("\n".join(lines), tuple(rows), here=_here(facts).pack())


def cancel_screen(t: Texts, facts: Changes) -> Screen:
    """The last look before tickets are gone."""
    lines = [
        bold("💰 " + t.plain_plural("Cancel this ticket?", "Cancel these {count} tickets?", len(facts.these))),
        *_what(t, facts.showing, facts.now),
        *_seats(t, facts),
        "",
        *_money(t, facts),
        t("The codes are void at once and the seats are free for others. This cannot be undone."),
    ]
    if any(each.ticket.listed for each in facts.these):
        lines.append(t("What you gave back for resale is then not sold for you any more."))
    yes = Cancel(performance_id=facts.showing.performance.id, chosen=pack_chosen(facts.chosen))
    return Screen(
        "\n".join(lines), ((button("💰 " + t.plain("Yes, cancel"), yes),), way(t, back(t, _here(facts)))), here=""
    )


def cancelled_screen(t: Texts, returned: Returned | None) -> Screen:
    lines: list[str] = [bold("✅ " + t.plain("Cancelled. The codes are void."))]
    if returned is not None and returned.back:
        if returned.by_hand:
            lines.append(t("You get {sum} back at the box office.", sum=t.money(returned.back)))
        else:
            lines.append(t("We have asked for {sum} to be returned to you.", sum=t.money(returned.back)))
    if returned is not None and returned.to_voucher:
        lines.append(t("{sum} are back on your voucher.", sum=t.money(returned.to_voucher)))
    if returned is not None and returned.kept:
        lines.append(t("The house keeps {sum}.", sum=t.money(returned.kept)))
    return Screen("\n".join(lines), ((button("🎟 " + t.plain("My tickets"), OpenTickets()), home(t)),), here="")


def resale_screen(t: Texts, facts: Changes) -> Screen:
    """What giving back for resale means, before it is done."""
    always = all(each.policy.resale is Resale.ALWAYS for each in facts.these)
    lines = [
        bold("🔁 " + t.plain("Give back for resale?")),
        *_what(t, facts.showing, facts.now),
        *_seats(t, facts),
        "",
        t.plural(
            "The ticket stays good until somebody else has paid for the seat. You can take it back until then.",
            "The {count} tickets stay good until somebody else has paid for the seats. You can take them back until"
            " then.",
            len(facts.these),
        ),
        t("The seats are offered to others at once.")
        if always
        else t("The seats are offered to others once everything else is sold."),
        *_money(t, facts, sold=True),
        t("Nobody can promise that it is sold."),
    ]
    yes = Resell(performance_id=facts.showing.performance.id, chosen=pack_chosen(facts.chosen))
    return Screen(
        "\n".join(lines),
        ((button("🔁 " + t.plain("Yes, offer for resale"), yes),), way(t, back(t, _here(facts)))),
        here="",
    )


def return_screen(t: Texts, facts: ReturnFacts) -> Screen:
    giver = clean_name(facts.giver)
    said = (
        t("This ticket was handed to you by {name}. Give it back?", name=giver)
        if giver
        else t("This ticket was handed to you. Give it back?")
    )
    lines = [
        bold("🔄 " + t.plain("Plans changed?")),
        *_what(t, facts.showing, facts.now),
        "",
        said,
        t("Whoever bought it can cancel it for money; you cannot. Your code is void once you give it back."),
    ]
    yes = button("↩︎ " + t.plain("Give it back"), Return(ticket_id=facts.ticket.id))
    return Screen(
        "\n".join(lines),
        ((yes,), way(t, back(t, OpenTicket(ticket_id=facts.ticket.id)))),
        here=AskReturn(ticket_id=facts.ticket.id).pack(),
    )


def changing_note(t: Texts, count: int) -> Html:
    """Above the screens of choosing, while seats are changed."""
    return t.plural(
        "🔁 You are changing one seat: choose the new one. The old one stays yours until it is done.",
        "🔁 You are changing {count} seats: choose as many new ones. The old ones stay yours until it is done.",
        count,
    )


def changes_button(t: Texts, ticket_id: int, *, bought: bool) -> Button:
    """On a ticket: what to do when one cannot come."""
    to = OpenChangesOf(ticket_id=ticket_id) if bought else AskReturn(ticket_id=ticket_id)
    return button("🔄 " + t.plain("Plans changed?"), to)


def _here(facts: Changes) -> OpenChanges:
    return OpenChanges(performance_id=facts.showing.performance.id, chosen=pack_chosen(facts.chosen))


def _what(t: Texts, showing: Showing, now: datetime) -> list[str]:
    date = when(t, showing.performance, showing.venue, now)
    return [escaped(title_of(t, showing.event.title)), escaped(f"🗓 {date}")]


def _seats(t: Texts, facts: Changes) -> list[str]:
    names = [name_of(t, facts.showing.hall, each.line) for each in facts.these]
    return [escaped(f"🪑 {text}") for text in seats_texts(t, names)]


def _money(t: Texts, facts: Changes, *, sold: bool = False) -> list[str]:
    if not facts.back and not facts.fee:
        return [t("It cost nothing, so nothing comes back.")]
    back, fee = t.money(facts.back), t.money(facts.fee)
    if sold:
        lines = [t("Once it is sold, you get {sum} back.", sum=bold(back))]
    elif facts.by_hand:
        lines = [t("You get {sum} back at the box office.", sum=bold(back))]
    else:
        lines = [t("You get {sum} back, the way you paid.", sum=bold(back))]
    return [*lines, *([t("The house keeps {sum}.", sum=fee)] if facts.fee else [])]


def _offers(t: Texts, facts: Changes) -> list[str]:
    """What is possible until when, and what is not."""
    zone = facts.showing.venue.timezone
    lines: list[str] = [*_seats(t, facts), ""]
    until = facts.cancel_until
    if facts.in_time(until) and until is not None:
        lines.append("💰 " + t("Cancel until {when}.", when=t.when(until, zone)))
        lines += _money(t, facts)
    elif until is not None:
        lines.append("💰 " + t("Cancelling was possible until {when}.", when=t.when(until, zone)))
    else:
        lines.append("💰 " + t("These tickets cannot be cancelled."))
    until = facts.change_until
    if facts.in_time(until) and until is not None:
        lines.append(
            "🪑 " + t("Other seats until {when}; you pay or get back the difference.", when=t.when(until, zone))
        )
    listed = [each for each in facts.these if each.ticket.listed]
    until = facts.resale_until
    if listed:
        offered = all(each.ticket.offered for each in listed)
        lines.append(
            "🔁 "
            + (
                t("Given back for resale, and offered to others. The ticket is good until it is sold.")
                if offered
                else t("Given back for resale; offered once everything else is sold. The ticket is good until then.")
            )
        )
    elif facts.in_time(until) and until is not None:
        lines.append("🔁 " + t("Give back for resale until {when}.", when=t.when(until, zone)))
    return lines


def _actions(t: Texts, facts: Changes) -> list[Row]:
    if not facts.chosen:
        return []
    performance_id, chosen = facts.showing.performance.id, pack_chosen(facts.chosen)
    listed = [each.ticket for each in facts.these if each.ticket.listed]
    rows: list[Row] = []
    if facts.in_time(facts.cancel_until):
        text = t.plain("Cancel · {sum} back", sum=t.money(facts.back)) if facts.back else t.plain("Cancel")
        rows.append((button(f"💰 {text}", AskCancel(performance_id=performance_id, chosen=chosen)),))
    beside = []
    if facts.in_time(facts.change_until) and not listed and facts.showing.performance.sale_state(facts.now) == "open":
        change = ChooseSeats(performance_id=performance_id, chosen=chosen)
        beside.append(button("🪑 " + t.plain("Other seats"), change))
    if facts.in_time(facts.resale_until) and not listed:
        beside.append(button("🔁 " + t.plain("Resale"), AskResale(performance_id=performance_id, chosen=chosen)))
    if len(listed) == 1:
        beside.append(button("🔁 " + t.plain("Keep it after all"), KeepListed(ticket_id=listed[0].id)))
    return [*rows, tuple(beside)] if beside else rows


def _choice(t: Texts, facts: Changes, page: int) -> list[Row]:
    """A page of the tickets, the way to the others, and all of them at once."""
    indices = list(facts.tickets)
    pages = -(-len(indices) // TICKETS_A_PAGE)
    page = min(max(page, 0), pages - 1)
    shown = indices[page * TICKETS_A_PAGE : (page + 1) * TICKETS_A_PAGE]

    def to(chosen: Collection[int], at: int) -> OpenChanges:
        return OpenChanges(performance_id=facts.showing.performance.id, chosen=pack_chosen(chosen), page=at)

    rows: list[Row] = [(_toggle(t, facts, index, page),) for index in shown]
    turn = [button("‹", to(facts.chosen, page - 1))] if page else []
    if len(facts.chosen) < len(indices):
        turn.append(button("✓ " + t.plain("All"), to(indices, page)))
    if page + 1 < pages:
        turn.append(button("›", to(facts.chosen, page + 1)))
    return [*rows, tuple(turn)] if turn else rows


def _toggle(t: Texts, facts: Changes, index: int, page: int) -> Button:
    each: Bought = facts.tickets[index]
    on = index in facts.chosen
    chosen = facts.chosen - {index} if on else facts.chosen | {index}
    seat = seat_text(t, name_of(t, facts.showing.hall, each.line))
    what = concession_text(t, facts.concessions.get(each.line.concession_id))
    sign = ("✓ " if on else "") + ("🔁 " if each.ticket.listed else "")
    to = OpenChanges(performance_id=facts.showing.performance.id, chosen=pack_chosen(chosen), page=page)
    return button(label(f"{sign}{seat} · {what}"), to)
