"""The screens everybody meets: the first one, home, help, language; the answer to anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.records.digest_model import Period
from handlers.admission.evening.callbacks import OpenReminders, OpenStage
from handlers.assistance.callbacks import AskThis, DrinkQueues, EnquiryQueue, HelpQueue
from handlers.incidents.callbacks import OpenIncidents
from handlers.people.callbacks import PickLanguage
from handlers.people.commands import commands
from handlers.people.queries import HelpFacts, HomeFacts, NextTickets
from handlers.programme.words import one_line
from handlers.records.callbacks import OpenMyData
from handlers.records.digest.callbacks import OpenDigest
from handlers.ticketing.callbacks import OpenVisit
from handlers.ticketing.wording import bold, escaped, home, short_title, title_of, way
from handlers.ui.callbacks import (
    Home,
    OpenDoor,
    OpenEvents,
    OpenHelp,
    OpenLanguage,
    OpenLost,
    OpenOrder,
    OpenShifts,
    OpenStaff,
    OpenTicket,
    OpenTickets,
    OpenWindow,
)
from handlers.ui.i18n import LOCALES, OWN_NAMES, Html, Texts, clean_name, texts
from handlers.ui.screen import Button, Row, Screen, button, grid

_HOUSE_MOST = 80
_ADDRESS_MOST = 160
_VENUES_SHOWN = 4
_BUTTON_TITLE = 28


def first_screen(house: Mapping[str, str]) -> Screen:
    """Before a language is chosen: everything in all of them, and what is kept and why."""
    blocks = []
    for locale in LOCALES:
        t = texts(locale)
        blocks.append(f"{bold(_welcome(t, house))}\n{what_is_kept(t)}")
    return Screen("\n\n".join(blocks), (_languages(),))


def what_is_kept(t: Texts) -> Html:
    return t(
        "We keep your Telegram name, your orders and your tickets, so that your places are yours at the door and"
        " money can be given back. /mydata shows all of it, /forget erases it."
    )


def home_screen(t: Texts, facts: HomeFacts) -> Screen:
    name = clean_name(facts.name)
    lines: list[str] = [bold(_welcome(t, facts.house))]
    if name:
        lines.append(t("Good to see you, {name}.", name=name))
    rows: list[Row] = []
    if facts.hold is not None:
        hold, until = facts.hold, t.time(facts.hold.until, facts.hold.zone)
        lines += [
            "",
            "⏱ " + t("Places are kept for you: {title}, until {time}.", title=title_of(t, hold.title), time=until),
        ]
        words = t.plain_plural(
            "Continue: {count} place until {time}", "Continue: {count} places until {time}", hold.places, time=until
        )
        rows.append((button("⏱ " + words, OpenOrder(order_id=hold.order_id)),))
    if facts.next is not None:
        lines += ["", "🎟 " + _next_line(t, facts, facts.next)]
        rows.append((_next_button(t, facts.next),))
    if facts.hold is None and facts.next is None:
        lines.append(t("What would you like to do? You can also just write what you are looking for."))
    rows += grid(_staff_buttons(t, facts), 2)
    rows += [*main_rows(t), (_help(t), _language(t))]
    return Screen("\n".join(lines), tuple(rows), here=Home().pack())


def main_rows(t: Texts) -> list[Row]:
    return [
        (button("🎭 " + t.plain("What’s on"), OpenEvents()),),
        (button("🎟 " + t.plain("My tickets"), OpenTickets()),),
    ]


def help_screen(t: Texts, facts: HelpFacts, *, staff: bool) -> Screen:
    steps = [
        t("Tickets: open “What’s on”, choose a date and your places, and pay here in the chat."),
        t("At the door: show the QR code from “My tickets”. It also works without a network once it is open."),
        t("For somebody else: open the ticket and hand it on by a link."),
        t("Just write to me what you look for: a title, a name, a kind of event."),
    ]
    listed = [f"/{command} – {escaped(description)}" for command, description in commands(t.locale, staff)]
    contact: list[str] = [bold(t("Where to find us"))]
    for venue in facts.venues[:_VENUES_SHOWN]:
        parts = [one_line(t.of(venue.name), _HOUSE_MOST), one_line(t.of(venue.address), _ADDRESS_MOST)]
        contact.append(Html("📍 ") + escaped(" · ".join(filter(None, parts))))
    if facts.venues:
        contact.append(t("The box office there helps with everything that the chat cannot do."))
    blocks = [
        bold(t("How it works")),
        "\n".join(f"• {step}" for step in steps),
        "\n".join(listed),
        *(["\n".join(contact)] if facts.venues else []),
    ]
    reminders = button("⏰ " + t.plain("Reminders"), OpenReminders())
    ask = button("🙋 " + t.plain("Ask a person"), AskThis())
    lost = button("🧳 " + t.plain("I lost something"), OpenLost())
    rows = [*main_rows(t), (ask, lost), (_language(t), button(t.plain("My data"), OpenMyData())), (reminders, home(t))]
    return Screen("\n\n".join(blocks), tuple(rows), here=OpenHelp().pack())


def language_screen(t: Texts) -> Screen:
    lines = [bold("🌐 " + t.plain("Language")), what_is_kept(t)]
    return Screen("\n\n".join(lines), (_languages(chosen=t.locale), way(t)), here=OpenLanguage().pack())


def answer_screen(t: Texts, answer: str, first: Sequence[Button] = ()) -> Screen:
    """A friendly word and the main ways on. ``answer`` is HTML; ``first`` are buttons that fit what was said."""
    rows = [*((one,) for one in first), *main_rows(t), (_help(t), home(t))]
    return Screen(answer, tuple(rows), here=Home().pack())


def unknown_command_screen(t: Texts, *, staff: bool) -> Screen:
    lines: list[str] = [t("I do not know this command. These I know:"), ""]
    lines += [f"/{command} – {escaped(description)}" for command, description in commands(t.locale, staff)]
    return answer_screen(t, "\n".join(lines))


def not_ours_screen(t: Texts) -> Screen:
    """A code that looks like a ticket's and was not made here."""
    lines = [
        bold(t("This is not one of our codes.")),
        t("Perhaps a part of the link is missing. Open it again as you were sent it, or ask whoever sent it."),
    ]
    return answer_screen(t, "\n".join(lines))


def _welcome(t: Texts, house: Mapping[str, str]) -> Html:
    name = one_line(t.of(house), _HOUSE_MOST)
    return t("Welcome to {house}", house=name) if name else t("Welcome")


def _languages(chosen: str = "") -> Row:
    return tuple(
        button(("✓ " if locale == chosen else "") + OWN_NAMES[locale], PickLanguage(locale=locale))
        for locale in LOCALES
    )


def _next_line(t: Texts, facts: HomeFacts, following: NextTickets) -> Html:
    when = t.when(following.performance.starts_at, following.zone, today=facts.today)
    return t("Next for you: {title}, {when}.", title=title_of(t, following.event.title), when=when)


def _next_button(t: Texts, following: NextTickets) -> Button:
    count = len(following.ticket_ids)
    title = short_title(t, following.event.title, _BUTTON_TITLE)
    words = t.plain_plural("{count} ticket: {title}", "{count} tickets: {title}", count, title=title)
    if count == 1:
        return button("🎟 " + words, OpenTicket(ticket_id=following.ticket_ids[0]))
    return button("🎟 " + words, OpenVisit(performance_id=following.performance.id))


def _staff_buttons(t: Texts, facts: HomeFacts) -> Row:
    row = []
    if facts.works:
        row.append(button("🚨 " + t.plain("Incident"), OpenIncidents()))
        row.append(button("🙋 " + t.plain("Help at the seat") + _count(facts.calls), HelpQueue()))
    if facts.at_the_door:
        row.append(button("🚪 " + t.plain("Check tickets"), OpenDoor()))
    if facts.at_the_window:
        row.append(button("🏪 " + t.plain("Window"), OpenWindow()))
        row.append(button("💬 " + t.plain("Questions") + _count(facts.questions), EnquiryQueue()))
    if facts.serves:
        row.append(button("🥂 " + t.plain("Drinks"), DrinkQueues()))
    if facts.at_the_stage:
        row.append(button("🎬 " + t.plain("How it goes"), OpenStage()))
    if facts.works:
        row.append(button("🗓 " + t.plain("Shifts"), OpenShifts()))
    if facts.manages:
        row.append(button("📊 " + t.plain("Today"), OpenDigest(period=Period.DAY)))
        row.append(button("👥 " + t.plain("Team") + _count(facts.tasks), OpenStaff()))
    return tuple(row)


def _count(waiting: int) -> str:
    return f" ({waiting})" if waiting else ""


def _help(t: Texts) -> Button:
    return button(t.plain("Help"), OpenHelp())


def _language(t: Texts) -> Button:
    return button("🌐 " + t.plain("Language"), OpenLanguage())
