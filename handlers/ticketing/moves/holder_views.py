"""What a holder is told of a performance that is moved or cancelled, and asked."""

from __future__ import annotations

from domain.programme.run_changes import Answer
from handlers.ticketing.moves.callbacks import (
    AskMoneyBack,
    KeepRun,
    OpenDates,
    OpenRunChange,
    TakeDate,
    TakeMoneyBack,
)
from handlers.ticketing.moves.queries import DatesFacts, RunChangeFacts
from handlers.ticketing.wording import back, bold, escaped, home, label, title_of, way, when
from handlers.ui.callbacks import OpenTickets
from handlers.ui.i18n import Texts
from handlers.ui.screen import Row, Screen, button


def run_change_screen(t: Texts, facts: RunChangeFacts) -> Screen:
    """Cancelled: another date or the money. Moved: the tickets are good, or one of these."""
    lines: list[str] = [*_what(t, facts), ""]
    if facts.reserved_until is not None:
        until = t.when(facts.reserved_until, facts.showing.venue.timezone)
        lines.append(
            t("What you have reserved is kept for the new time: please pay at the window until {when}.", when=until)
        )
    if not facts.tickets:
        lines.append(_nothing_held(t, facts))
        return Screen("\n".join(lines), ((button("🎟 " + t.plain("My tickets"), OpenTickets()), home(t)),))
    lines.append(t.plural("You have {count} ticket for it.", "You have {count} tickets for it.", facts.tickets))
    if facts.is_cancelled:
        lines.append(t("We are sorry. What would you like?"))
        if facts.change.refund_after is not None:
            after = t.when(facts.change.refund_after, facts.showing.venue.timezone)
            lines.append(t("If we hear nothing, the money goes back by itself after {when}.", when=after))
    else:
        lines.append(t("Your tickets are good for the new time. Is that all right?"))
        if facts.answer is Answer.KEEP:
            lines.append(bold("✅ " + t.plain("You keep them. See you then!")))
    change_id = facts.change.id
    rows: list[Row] = []
    if facts.newest:
        if not facts.is_cancelled and facts.answer is not Answer.KEEP:
            rows.append((button("✅ " + t.plain("Keep the tickets"), KeepRun(change_id=change_id)),))
        if not facts.others:
            rows.append((button("🗓 " + t.plain("Another date"), OpenDates(change_id=change_id)),))
        money = t.plain("Money back") if facts.paid else t.plain("Give them back")
        rows.append((button("💰 " + money, AskMoneyBack(change_id=change_id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenRunChange(change_id=change_id).pack())


def money_back_screen(t: Texts, facts: RunChangeFacts) -> Screen:
    lines: list[str] = [*_what(t, facts), ""]
    if facts.others:
        lines.append(t("The money goes back to whoever paid for the tickets."))
    elif facts.paid:
        lines.append(t("You get {sum} back, all that you paid. The house keeps nothing.", sum=t.money(facts.paid)))
    else:
        lines.append(t("They cost nothing, so nothing comes back."))
    lines.append(t("Your tickets are void at once. This cannot be undone."))
    yes = button("💰 " + t.plain("Yes, give them back"), TakeMoneyBack(change_id=facts.change.id))
    return Screen("\n".join(lines), ((yes,), _way(t, facts)), here="")


def gave_back_screen(t: Texts) -> Screen:
    lines = [
        bold("✅ " + t.plain("Your tickets are given back.")),
        t("What you paid is asked back for you; you are told when it is confirmed."),
    ]
    return Screen("\n".join(lines), ((button("🎟 " + t.plain("My tickets"), OpenTickets()), home(t)),))


def dates_screen(t: Texts, facts: DatesFacts) -> Screen:
    """The best seats together are chosen; other ones can be taken afterwards."""
    asked = facts.asked
    lines: list[str] = [*_what(t, asked), ""]
    rows: list[Row] = []
    if facts.dates:
        lines.append(t("Choose a date. We look for the best seats together; what you have paid counts."))
        lines.append(t("Your old tickets stay as they are until you confirm."))
    else:
        lines.append(t("There is no other date with enough free places."))
    for showing, free in facts.dates:
        places = t.plain_plural("{count} place free", "{count} places free", free)
        text = f"{when(t, showing.performance, showing.venue, asked.now)} · {places}"
        take = TakeDate(change_id=asked.change.id, performance_id=showing.performance.id)
        rows.append((button(label(text), take),))
    return Screen("\n".join(lines), (*rows, _way(t, asked)), here=OpenDates(change_id=asked.change.id).pack())


def _what(t: Texts, facts: RunChangeFacts) -> list[str]:
    showing, zone = facts.showing, facts.showing.venue.timezone
    title = escaped(title_of(t, showing.event.title))
    was = t.when(facts.change.was_at, zone)
    if facts.is_cancelled:
        return [bold("⛔ " + t.plain("This performance is cancelled.")), title, escaped(f"🗓 {was}")]
    at = f"{t.long_day(showing.performance.starts_at, zone)}, {t.time(showing.performance.starts_at, zone)}"
    return [
        bold("🗓 " + t.plain("This performance has a new time.")),
        title,
        t("Before: {when}", when=was),
        bold(t("Now: {when}", when=at)),
    ]


def _nothing_held(t: Texts, facts: RunChangeFacts) -> str:
    if facts.is_cancelled:
        return t("The seats that you held are given back. If money is under way for them, it comes back to you.")
    return t("If you hold seats for it, they are for the new time.")


def _way(t: Texts, facts: RunChangeFacts) -> Row:
    return way(t, back(t, OpenRunChange(change_id=facts.change.id)))
