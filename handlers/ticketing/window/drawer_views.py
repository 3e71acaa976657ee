"""The drawer's screens: open it, pay out, count, sign."""

from __future__ import annotations

from domain.money import Money
from handlers.ticketing.window.callbacks import (
    AskCount,
    AskFloat,
    AskPayOut,
    OpenDrawerScreen,
    SignDrawer,
)
from handlers.ticketing.window.queries import DrawerFacts, DrawersFacts
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, way
from handlers.ui.callbacks import OpenWindow
from handlers.ui.i18n import Html, Texts, clean_name
from handlers.ui.screen import Row, Screen, button

_VENUES_MOST = 6
_PAY_OUTS_MOST = 5
_REASON_MOST = 60


def drawers_screen(t: Texts, facts: DrawersFacts) -> Screen:
    """The clerk's own drawer, and those that wait for a second signature."""
    lines: list[str] = [bold("💰 " + t.plain("Drawer"))]
    rows: list[Row] = []
    if facts.own is not None:
        lines += account_lines(t, facts.own)
        out = button("↗ " + t.plain("Pay out"), AskPayOut())
        rows.append((out, button("🧮 " + t.plain("Count and close"), AskCount())))
    else:
        lines.append(t("You have no open drawer. Open one with the float that lies in it."))
        for venue in facts.venues[:_VENUES_MOST]:
            several = len(facts.venues) > 1
            text = t.plain("Open: {venue}", venue=t.of(venue.name)) if several else t.plain("Open a drawer")
            rows.append((button(label("💰 " + text), AskFloat(venue_id=venue.id)),))
    if facts.waiting:
        lines += ["", t("What you have counted waits for a second signature.")]
    for drawer in facts.unsigned:
        lines += ["", *handed_over_lines(t, drawer)]
        text = t.plain("Sign for no. {number}", number=drawer.drawer.id)
        rows.append((button("✍️ " + text, SignDrawer(drawer_id=drawer.drawer.id)),))
    return Screen("\n".join(lines), (*rows, _way(t)), here=OpenDrawerScreen().pack())


def float_screen(t: Texts, venue_id: int) -> Screen:
    """Awaits text."""
    lines = [bold("💰 " + t.plain("Open a drawer")), t("How much lies in it now? Type the sum.")]
    return Screen("\n".join(lines), (way(t, back(t, OpenDrawerScreen())),), here=AskFloat(venue_id=venue_id).pack())


def pay_out_screen(t: Texts) -> Screen:
    """Awaits text."""
    lines = [
        bold("↗ " + t.plain("Pay out")),
        t("Type the sum and what it is for, such as: 12.50 paper for the printer"),
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenDrawerScreen())),), here=AskPayOut().pack())


def count_screen(t: Texts) -> Screen:
    """Awaits text. What should lie in it is not said: a count that knows its result is none."""
    lines = [
        bold("🧮 " + t.plain("Count and close")),
        t("Count everything that lies in the drawer, float included, and type the sum. This closes it."),
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenDrawerScreen())),), here=AskCount().pack())


def closed_screen(t: Texts, facts: DrawerFacts) -> Screen:
    lines = [
        bold("🧮 " + t("Drawer no. {number} is closed.", number=facts.drawer.id)),
        *_sums(t, facts),
        "",
        t("Your colleagues have been asked for the second signature."),
    ]
    return Screen("\n".join(lines), (_way(t),), here=OpenDrawerScreen().pack())


def drawer_card(t: Texts, facts: DrawerFacts) -> Screen:
    """For those who may sign; afterwards it says who did."""
    lines = handed_over_lines(t, facts)
    if facts.drawer.signed_at is not None:
        name = clean_name(facts.signer)
        lines.append(t("Signed for by {name}.", name=name) if name else t("Signed for."))
        return Screen("\n".join(lines), ((home(t),),))
    lines.append(t("Count it too. If the sum is right, sign for it."))
    sign = button("✍️ " + t.plain("I have counted, and sign"), SignDrawer(drawer_id=facts.drawer.id))
    return Screen("\n".join(lines), ((sign,), (home(t),)))


def account_lines(t: Texts, facts: DrawerFacts) -> list[str]:
    zone = facts.venue.timezone
    lines: list[str] = [
        t("No. {number}, open since {when}", number=facts.drawer.id, when=t.when(facts.drawer.opened_at, zone)),
        t("Float: {sum}", sum=t.money(facts.drawer.opening)),
        *_sales(t, facts),
    ]
    for amount, reason in facts.pay_outs[-_PAY_OUTS_MOST:]:
        lines.append(t("Paid out: {sum} – {reason}", sum=t.money(amount), reason=clipped(reason, _REASON_MOST)))
    return [*lines, bold(t("Should lie in it: {sum}", sum=t.money(facts.due)))]


def _sales(t: Texts, facts: DrawerFacts) -> list[Html]:
    (cash, cash_sum), (card, card_sum) = facts.cash, facts.card
    return [
        t.plural("Cash: {sum}, {count} sale", "Cash: {sum}, {count} sales", cash, sum=t.money(cash_sum)),
        t.plural("Terminal: {sum}, {count} sale", "Terminal: {sum}, {count} sales", card, sum=t.money(card_sum)),
    ]


def handed_over_lines(t: Texts, facts: DrawerFacts) -> list[Html]:
    name = clean_name(facts.clerk)
    return [
        bold("💰 " + t.plain("Drawer no. {number}, counted by {name}", number=facts.drawer.id, name=name)),
        *_sums(t, facts),
    ]


def _sums(t: Texts, facts: DrawerFacts) -> list[Html]:
    drawer = facts.drawer
    paid_out = Money(sum(amount.minor for amount, _ in facts.pay_outs), drawer.opening.currency)
    lines = [t("Float: {sum}", sum=t.money(drawer.opening)), *_sales(t, facts)]
    lines += [t("Paid out: {sum}", sum=t.money(paid_out))] if paid_out else []
    if drawer.counted is not None and drawer.difference is not None:
        lines.append(bold(t("Counted: {sum}", sum=t.money(drawer.counted))))
        lines.append(escaped(_difference(t, drawer.difference)))
    return lines


def _difference(t: Texts, difference: Money) -> str:
    if not difference:
        return "✅ " + t.plain("That is what should be there.")
    amount = t.money(Money(abs(difference.minor), difference.currency))
    if difference.minor > 0:
        return "⚠️ " + t.plain("{sum} too much", sum=amount)
    return "⚠️ " + t.plain("{sum} too little", sum=amount)


def _way(t: Texts) -> Row:
    return way(t, button("🏪 " + t.plain("Window"), OpenWindow()))
