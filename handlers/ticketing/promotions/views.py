"""The screens of promotion codes."""

from __future__ import annotations

from domain.money import Money
from domain.programme.model import Venue
from domain.ticketing.promotion_ports import Promotion
from handlers.ticketing.promotions.callbacks import AskCode, AskCodeAtWindow, NewCode, OpenCode, OpenCodes, WithdrawCode
from handlers.ticketing.promotions.queries import CodeFacts, CodesFacts
from handlers.ticketing.window.callbacks import OpenWindowOrder
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    escaped,
    label,
    last_day_text,
    listed,
    title_of,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenOrder
from handlers.ui.i18n import Texts
from handlers.ui.screen import Row, Screen, button

#: What a manager types; the same in every language.
EXAMPLE = "SUMMER 20% 100 1 2027-08-31"
EXAMPLE_SUM = "SUMMER 50 100 1 2027-08-31 A B opera-1"
EXAMPLE_FROM = "SUMMER 20% 100 1 2027-06-01..2027-08-31"
_SHOWINGS_MOST = 5


def ask_code_screen(t: Texts, order_id: int) -> Screen:
    """Awaits text."""
    lines = [bold("🏷 " + t.plain("Promotion code")), t("Type the code. Capitals, spaces and dashes do not matter.")]
    return Screen(
        "\n".join(lines), (way(t, back(t, OpenOrder(order_id=order_id))),), here=AskCode(order_id=order_id).pack()
    )


def ask_code_at_window_screen(t: Texts, order_id: int) -> Screen:
    """Awaits text."""
    lines = [bold("🏷 " + t.plain("Promotion code")), t("Type the customer’s code.")]
    here = AskCodeAtWindow(order_id=order_id).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenWindowOrder(order_id=order_id))),), here=here)


def codes_screen(t: Texts, facts: CodesFacts) -> Screen:
    """For managers, the newest first."""
    lines = [bold("🏷 " + t.plain("Promotion codes"))]
    if not facts.codes:
        lines.append(t("There are none."))
    rows: list[Row] = []
    for promotion, used in facts.codes:
        sign = "⏳ " if promotion.is_early(facts.now) else "" if promotion.is_good(facts.now) else "⏹ "
        text = f"{sign}{word(promotion.code)} · {off_text(t, promotion)} · {used}/{promotion.uses}"
        rows.append((button(label(text), OpenCode(promotion_id=promotion.id)),))
    for venue in facts.venues[:3]:
        name = f" · {clipped(t.of(venue.name), 30)}" if len(facts.venues) > 1 else ""
        rows.append((button(label("＋ " + t.plain("New code") + name), NewCode(venue_id=venue.id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenCodes().pack())


def code_screen(t: Texts, facts: CodeFacts) -> Screen:
    promotion = facts.promotion
    until = last_day_text(t, promotion.valid_until, facts.venue.timezone)
    lines = [
        bold("🏷 " + word(promotion.code)),
        escaped(off_text(t, promotion)),
        t(
            "Used: {used} of {uses}, at most {own} for one person",
            used=facts.used,
            uses=promotion.uses,
            own=promotion.per_person,
        ),
        t("Good until {when}.", when=until),
    ]
    if promotion.categories:
        names = listed(t, [word(name) for name in promotion.categories[:8]])
        lines.append(t("Only for {what}.", what=names))
    for showing in facts.showings[:_SHOWINGS_MOST]:
        date = when(t, showing.performance, showing.venue, facts.now)
        lines.append(t("Only for {what}.", what=f"{title_of(t, showing.event.title)}, {date}"))
    if promotion.starts_at is not None:
        lines.append(t("Good from {when}.", when=t.long_day(promotion.starts_at, facts.venue.timezone)))
    rows: list[Row] = []
    if promotion.is_good(facts.now) or promotion.is_early(facts.now):
        rows.append((button("⏹ " + t.plain("Withdraw it"), WithdrawCode(promotion_id=promotion.id)),))
    else:
        lines.append(bold(t("It cannot be used any more.")))
    here = OpenCode(promotion_id=promotion.id).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenCodes()))), here=here)


def new_code_screen(t: Texts, venue: Venue) -> Screen:
    """Awaits text."""
    lines = [
        bold("🏷 " + t.plain("New code")),
        t("Type in one line: the code, a share or a sum, how often in all and for one person, and the last day."),
        f"<code>{EXAMPLE}</code>",
        t("After that, if it is not for everything: price categories, or keys of performances."),
        f"<code>{EXAMPLE_SUM}</code>",
        t("If it is good only from a day on, type both days:"),
        f"<code>{EXAMPLE_FROM}</code>",
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenCodes())),), here=NewCode(venue_id=venue.id).pack())


def off_text(t: Texts, promotion: Promotion) -> str:
    """Plain."""
    if promotion.percent:
        return t.plain("{percent} % off", percent=promotion.percent)
    return t.plain("{sum} off", sum=t.money(Money(promotion.minor, promotion.currency)))
