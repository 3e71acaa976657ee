"""Who holds a seat; a guest whose phone is dead. Names stand here and on no other screen of the door."""

from __future__ import annotations

from domain.admission.model import DoorMode, Guest, Outcome
from domain.programme.model import Hall
from domain.ticketing.model import TicketState
from handlers.admission.callbacks import AdmitGuest, AskReissue, FindGuest, OpenGuest, OpenHouse, Reissue
from handlers.admission.find_queries import FoundFacts, GuestFacts
from handlers.admission.views import HEADS, door_button, proof_lines, seat_of, way_lines
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import (
    SeatName,
    back,
    bold,
    clipped,
    escaped,
    home,
    label,
    seat_text,
    title_of,
    way,
    when,
    zone_text,
)
from handlers.ui.i18n import Texts, clean_name
from handlers.ui.screen import Row, Screen, button, grid

_NAME_MOST = 24


def find_screen(t: Texts, showing: Showing, note: str = "") -> Screen:
    """Asks for a seat, a number, a code or a name. ``note`` is plain."""
    lines = [
        bold("🔍 " + t.plain("Find a guest")),
        escaped(title_of(t, showing.event.title)),
        "",
        *([bold(note), ""] if note else []),
        t("Write a seat (F12, or row 5: 3), an order number, the code under the picture, a name, telephone or mail."),
        t("Each look-up is on record."),
    ]
    to_house = back(t, OpenHouse(performance_id=showing.performance.id))
    here = FindGuest(performance_id=showing.performance.id).pack()
    return Screen("\n".join(lines), ((door_button(t),), way(t, to_house)), here=here)


def found_screen(t: Texts, facts: FoundFacts) -> Screen:
    """Several: which one."""
    performance_id = facts.showing.performance.id
    buttons = []
    for guest in facts.guests:
        mark = "✅ " if guest.ticket_id in facts.inside else "" if guest.is_valid else "⛔ "
        name = clipped(guest.holder, _NAME_MOST)
        text = f"{mark}{seat_text(t, guest_seat(t, facts.showing.hall, guest))} · {name}"
        buttons.append(button(label(text), OpenGuest(ticket_id=guest.ticket_id)))
    count = t.plural("{count} ticket found.", "{count} tickets found.", facts.count)
    more = [t("Only the first are shown: write more of the name, or the seat.")] if facts.count > len(buttons) else []
    again = button("🔍 " + t.plain("Find another"), FindGuest(performance_id=performance_id))
    text = "\n".join((bold("🔍 " + count), *more))
    return Screen(text, (*grid(buttons, 1), (again, home(t))), here=FindGuest(performance_id=performance_id).pack())


def guest_screen(t: Texts, facts: GuestFacts, note: str = "") -> Screen:
    """One ticket with its holder: let them in, or give them a new code."""
    ticket, showing = facts.ticket, facts.ticket.showing
    lines: list[str] = [
        *([bold(note), ""] if note else []),
        bold(f"🪑 {seat_text(t, seat_of(t, ticket))}"),
        *([escaped(f"👤 {clean_name(facts.holder)}")] if facts.holder.strip() else [t("No name is known.")]),
        escaped(f"{title_of(t, showing.event.title)} · {when(t, showing.performance, showing.venue, facts.now)}"),
        t(
            "Order {number}, ticket {index} of {count}",
            number=ticket.ticket.order_id,
            index=ticket.number,
            count=ticket.count,
        ),
        _state_line(t, facts),
        *way_lines(t, ticket),
        *proof_lines(t, [ticket]),
    ]
    performance_id, ticket_id = showing.performance.id, ticket.ticket.id
    rows: list[Row] = []
    if ticket.is_good:
        said = t.plain("Let them out") if facts.mode is DoorMode.OUT else t.plain("Admit them")
        rows.append((button("✅ " + said, AdmitGuest(ticket_id=ticket_id)),))
        rows.append((button("🔁 " + t.plain("New code, the old one dies"), AskReissue(ticket_id=ticket_id)),))
    again = button("🔍 " + t.plain("Find another"), FindGuest(performance_id=performance_id))
    rows += [(again, door_button(t)), (home(t),)]
    return Screen("\n".join(lines), tuple(rows), here=FindGuest(performance_id=performance_id).pack())


def reissue_screen(t: Texts, facts: GuestFacts) -> Screen:
    """Asked before it is done: somebody may be on their way with the old picture."""
    ticket_id = facts.ticket.ticket.id
    sent = (
        t("The new ticket goes to their chat.")
        if facts.reachable
        else t("They have no chat: write the new code down for them.")
    )
    lines = [
        bold(f"🪑 {seat_text(t, seat_of(t, facts.ticket))}"),
        t("Make a new code? The old picture and the old code are refused from then on."),
        sent,
    ]
    yes = button("🔁 " + t.plain("Yes, make a new code"), Reissue(ticket_id=ticket_id))
    no = back(t, OpenGuest(ticket_id=ticket_id))
    here = FindGuest(performance_id=facts.ticket.showing.performance.id).pack()
    return Screen("\n".join(lines), ((yes,), way(t, no)), here=here)


def reissued_note(t: Texts, facts: GuestFacts) -> str:
    """Plain: the code to write down."""
    code = facts.ticket.ticket.short_code
    return t.plain("New code: {code}", code=f"{code[:3]} {code[3:]}")


def guest_seat(t: Texts, hall: Hall, guest: Guest) -> SeatName:
    return SeatName(guest.place, zone_text(t, hall, guest.zone), guest.row, guest.number)


def _state_line(t: Texts, facts: GuestFacts) -> str:
    zone = facts.ticket.showing.venue.timezone
    state, entry = facts.ticket.ticket.state, facts.entry
    if state is TicketState.CANCELLED or not (facts.ticket.is_good or state is TicketState.REFUNDED):
        return bold(f"⛔ {t.plain(HEADS[Outcome.CANCELLED])}")
    if state is TicketState.REFUNDED:
        return bold(f"⛔ {t.plain(HEADS[Outcome.REFUNDED])}")
    if entry is None:
        return bold(t("Not in yet."))
    if entry.inside:
        return bold("✅ " + t.plain("Inside since {time}.", time=t.time(entry.at, zone)))
    return bold(t("Went out at {time}.", time=t.time(entry.left_at or entry.at, zone)))
