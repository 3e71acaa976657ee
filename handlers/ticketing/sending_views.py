"""Screens of keeping tickets: what there is, the address, the code that proves it."""

from __future__ import annotations

from domain.ticketing.mail import CODE_DIGITS, CODE_LASTS
from handlers.ticketing.callbacks import (
    ChangeAddress,
    DropAddress,
    Keep,
    KeepCalendar,
    KeepMail,
    KeepPaper,
    KeepPass,
    OpenVisit,
)
from handlers.ticketing.queries import Showing
from handlers.ticketing.sending_queries import KeepFacts
from handlers.ticketing.wording import back, bold, escaped, title_of, way, when
from handlers.ui.i18n import Html, Texts
from handlers.ui.ports import Offers
from handlers.ui.screen import Row, Screen, button


def keep_screen(t: Texts, facts: KeepFacts, offers: Offers) -> Screen:
    """Everything that a ticket can become, again and again."""
    performance_id = facts.showing.performance.id
    rows: list[Row] = [
        (
            button("🖨 " + t.plain("PDF"), KeepPaper(performance_id=performance_id)),
            button("📅 " + t.plain("Calendar"), KeepCalendar(performance_id=performance_id)),
        )
    ]
    if offers.wallet:
        rows.append((button("👛 " + t.plain("Apple Wallet"), KeepPass(performance_id=performance_id)),))
    lines = [*_head(t, facts), "", t.plural("Keep your ticket:", "Keep your {count} tickets, all in one:", facts.count)]
    if offers.mail:
        rows.append((button("✉️ " + t.plain("By mail"), KeepMail(performance_id=performance_id)),))
        if facts.address is not None and facts.address.confirmed_at is not None:
            lines.append("✉️ " + t("Mail goes to {address}.", address=bold(facts.address.address)))
            rows.append((button("✎ " + t.plain("Another address"), ChangeAddress(performance_id=performance_id)),))
    visit = OpenVisit(performance_id=performance_id)
    here = Keep(performance_id=performance_id).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, visit))), here=here)


def ask_address_screen(t: Texts, performance_id: int, *, has_one: bool, wrong: str = "") -> Screen:
    """``wrong``: what was the matter with what they wrote."""
    asked = t("Where shall your tickets go? Please write your e-mail address.")
    use = t("It is used for what you ask for and nothing else. /forget erases it.")
    lines = [*([escaped(f"⚠️ {wrong}"), ""] if wrong else []), f"✉️ {asked}", use]
    forget = ((button("🗑 " + t.plain("Forget my address"), DropAddress(performance_id=performance_id)),),)
    return Screen(
        "\n".join(lines),
        (*(forget if has_one else ()), way(t, back(t, Keep(performance_id=performance_id)))),
        here=ChangeAddress(performance_id=performance_id).pack(),
    )


def ask_code_screen(t: Texts, performance_id: int, address: str, wrong: str = "") -> Screen:
    minutes = int(CODE_LASTS.total_seconds()) // 60
    said = t("We are sending a code of {digits} figures to {address}.", digits=CODE_DIGITS, address=bold(address))
    asked = t("Please write it here within {minutes} minutes. So we know that the address is yours.", minutes=minutes)
    lines = [*([escaped(f"⚠️ {wrong}"), ""] if wrong else []), f"✉️ {said}", asked]
    other = button("✎ " + t.plain("Another address"), ChangeAddress(performance_id=performance_id))
    return Screen(
        "\n".join(lines),
        ((other,), way(t, back(t, Keep(performance_id=performance_id)))),
        here=Keep(performance_id=performance_id).pack(),
    )


def on_its_way_screen(t: Texts, facts: KeepFacts, address: str) -> Screen:
    said = t.plural(
        "Your ticket is on its way to {address}.",
        "Your {count} tickets are on their way to {address}.",
        facts.count,
        address=bold(address),
    )
    rest = t("If nothing comes within some minutes, please look among unwanted mail.")
    performance_id = facts.showing.performance.id
    lines = [*_head(t, facts), "", f"✉️ {said}", rest]
    other = button("✎ " + t.plain("Another address"), ChangeAddress(performance_id=performance_id))
    keep = Keep(performance_id=performance_id)
    return Screen("\n".join(lines), ((other,), way(t, back(t, keep))), here=keep.pack())


def why_not(t: Texts, outcome: str) -> str:
    """What ``ConfirmAddress`` gave, as a sentence; plain."""
    return {
        "wrong": t.plain("That is not the code. Please look at the newest mail from us."),
        "expired": t.plain("This code is too old. Please write your address again for a new one."),
        "tries": t.plain("Too many wrong codes. Please write your address again for a new one."),
    }[outcome]


def mail_failed_screen(t: Texts, showing: Showing | None, *, was_code: bool) -> Screen:
    """``was_code``: not even the code could be delivered."""
    if was_code:
        text: Html = t("The mail with your code could not be delivered. Is the address right?")
    else:
        text = t("The mail with your tickets could not be delivered. Here in the chat they are good as ever.")
    rows: tuple[Row, ...] = ()
    if showing is not None:
        performance_id = showing.performance.id
        rows = ((button("✎ " + t.plain("Another address"), ChangeAddress(performance_id=performance_id)),),)
        text = Html(f"{text}\n{escaped(title_of(t, showing.event.title))}")
    return Screen(f"✉️ {text}", (*rows, way(t)))


def _head(t: Texts, facts: KeepFacts) -> list[str]:
    showing = facts.showing
    return [
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {when(t, showing.performance, showing.venue, facts.now)}"),
    ]
