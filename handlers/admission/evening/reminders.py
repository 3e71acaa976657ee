"""Reminders as they are read, and the screen on which they are switched on and off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.admission.reminding import is_stale
from domain.ports import Tx
from domain.programme.model import RunState
from domain.programme.quiet import Reminder
from domain.ticketing.model import OrderState, TicketState
from handlers.admission.evening.callbacks import OpenReminders, SetReminders
from handlers.ticketing.callbacks import OpenVisit
from handlers.ticketing.queries import FindOrder
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets
from handlers.ticketing.wording import bold, escaped, home, name_of, seats_texts, title_of, way, when, word
from handlers.ui.callbacks import OpenOrder, OpenTicket
from handlers.ui.i18n import N_, Texts
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Outgoing, Screen, button

_NAMES: Mapping[Reminder, str] = {Reminder.DAY: N_("A day before"), Reminder.HOURS: N_("Two hours before")}


@dataclass(frozen=True, slots=True)
class FindReminders:
    person_id: int

    def __call__(self, tx: Tx) -> frozenset[Reminder]:
        return tx.evening.choice(self.person_id)


def reminders_screen(t: Texts, wanted: frozenset[Reminder]) -> Screen:
    rows = tuple((_toggle(t, wanted, kind),) for kind in Reminder)
    none = button("🔕 " + t.plain("None at all"), SetReminders(day_before=False, two_hours=False))
    lines = [
        bold("⏰ " + t.plain("Reminders")),
        t("Before a performance that you have tickets for. Tap to switch one on or off."),
        t("What concerns your tickets or your safety is told you in any case."),
    ]
    rows += ((none,),) if wanted else ()
    return Screen("\n\n".join(lines), (*rows, way(t)), here=OpenReminders().pack())


def reminder(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it was switched off, moved, cancelled, handed on or given back since, or comes too late."""
    kind, person_id = Reminder(params["kind"]), params["person_id"]
    performance = tx.programme.performance(params["performance_id"])
    if performance is None or kind not in tx.evening.choice(person_id):
        return []
    if performance.run_state is RunState.CANCELLED or is_stale(kind, performance, params["starts_at"], tx.now):
        return []
    held = [
        ticket
        for ticket in tx.ticketing.tickets_of_holder(person_id, tx.now)
        if ticket.performance_id == performance.id and ticket.state is TicketState.VALID
    ]
    return [reminder_screen(t, kind, facts_of_tickets(tx, held))] if held else []


def reminder_screen(t: Texts, kind: Reminder, facts: Sequence[TicketFacts]) -> Screen:
    """Several tickets are one reminder."""
    showing, now = facts[0].showing, facts[0].now
    performance, zone = showing.performance, showing.venue.timezone
    soon = t.plain("Soon it begins") if kind is Reminder.HOURS else t.plain("Not long to go")
    gates = dict.fromkeys(word(t.of(found.gate.name)) for found in facts if found.gate)
    lines: list[str] = [
        bold(f"⏰ {soon}"),
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, performance, showing.venue, now)}"),
        escaped(f"📍 {word(t.of(showing.hall.name))} · {word(t.of(showing.venue.name))}"),
        "🚪 " + t("Doors open at {time}", time=t.time(performance.doors_at, zone)),
    ]
    if gates:
        lines.append("🧭 " + t("Gate: {gate}", gate=" · ".join(list(gates)[:3])))
    lines += [escaped(f"🪑 {seats}") for seats in seats_texts(t, [name_of(t, showing.hall, f.line) for f in facts], 4)]
    off = button("🔕 " + t.plain("Reminders"), OpenReminders())
    return Screen("\n".join(lines), ((tickets_button(t, facts),), (off, home(t))))


def tickets_button(t: Texts, facts: Sequence[TicketFacts]) -> Button:
    """To one's ticket, or all of one's tickets for this performance."""
    if len(facts) == 1:
        return button("🎟 " + t.plain("Ticket"), OpenTicket(ticket_id=facts[0].ticket.id))
    return button("🎟 " + t.plain("Tickets"), OpenVisit(performance_id=facts[0].showing.performance.id))


def reservation_ends(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it was paid or given up, or is over."""
    order = tx.ticketing.order(params["order_id"])
    if order is None or order.state is not OrderState.RESERVED or not order.is_live(tx.now) or order.until is None:
        return []
    facts = FindOrder(order.buyer_id, order.id)(tx)
    showing = facts.showing
    until = t.when(order.until, showing.venue.timezone)
    lines: list[str] = [
        bold("⏱ " + t.plain("Your reservation runs out soon")),
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, tx.now)}"),
        t("Please pay at the box office by {time}; then the places go to others.", time=until),
    ]
    if facts.code:
        lines.append(t("Your code there: {code}", code=facts.code))
    rows = ((button("🪑 " + t.plain("The reservation"), OpenOrder(order_id=order.id)),), (home(t),))
    return [Screen("\n".join(lines), rows)]


def _toggle(t: Texts, wanted: frozenset[Reminder], kind: Reminder) -> Button:
    then = wanted ^ {kind}
    sign = "✅" if kind in wanted else "▫️"
    data = SetReminders(day_before=Reminder.DAY in then, two_hours=Reminder.HOURS in then)
    return button(f"{sign} {t.plain(_NAMES[kind])}", data)
