"""What is said about money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import Money
from domain.payments.model import BY_HAND, Charge, ChargeFate
from domain.payments.voucher_model import PROVIDER as VOUCHER
from handlers.payments.queries import RefundFacts, ReturnedFacts
from handlers.ticketing.queries import OrderFacts, Showing
from handlers.ticketing.views.order import price_lines
from handlers.ticketing.wording import (
    bold,
    clipped,
    cut,
    escaped,
    home,
    name_of,
    seats_texts,
    title_of,
    when,
)
from handlers.ui.callbacks import OpenEvents, OpenPerformance, OpenTickets
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.screen import Row, Screen, button

#: Bot API limits of ``sendInvoice``, in characters.
TITLE_MOST = 32
DESCRIPTION_MOST = 255
_LABEL_MOST = 60

_WHY: dict[str, str] = {
    ChargeFate.LATE: N_("Your payment came after the time to pay was over, and the seats were gone by then."),
    ChargeFate.DUPLICATE: N_("This order had been paid already. You have your tickets; nothing is paid twice."),
    ChargeFate.PAYER: N_("This invoice was made for somebody else."),
    ChargeFate.AMOUNT: N_("The sum was not the one that was asked for."),
    ChargeFate.CHANGED: N_(
        "The tickets that you wanted to change were used or given away in the meantime, so nothing was exchanged."
    ),
    ChargeFate.DRINKS: N_("Your order of drinks is cancelled."),
    ChargeFate.UNKNOWN: N_("There is no order for this payment."),
}
#: Of what is no order of tickets.
_TOO_LATE = N_("Your payment came too late: what you had ordered was sold out by then, or orders were closed.")
_PAID_BEFORE = N_("This had been paid already; nothing is paid twice.")
_OF_NO_TICKETS: dict[str, str] = {ChargeFate.LATE: _TOO_LATE, ChargeFate.DUPLICATE: _PAID_BEFORE}
#: Of tickets: the refund's reason.
_GIVEN_BACK: dict[str, str] = {
    "cancelled": N_("You have cancelled tickets."),
    "resold": N_("Your seats have been sold again."),
    "cheaper": N_("Your new seats cost less."),
    "called_off": N_("The performance is cancelled."),
    "moved": N_("The new date does not suit you."),
}
_OTHERWISE = N_("Something is given back to you.")


@dataclass(frozen=True, slots=True)
class Invoice:
    """Plain texts within Telegram's limits."""

    title: str
    description: str
    lines: Sequence[tuple[str, Money]]


def invoice(t: Texts, facts: OrderFacts) -> Invoice:
    showing = facts.showing
    date = when(t, showing.performance, showing.venue, facts.now)
    seats = t.plain("; ").join(seats_texts(t, [name_of(t, showing.hall, line) for line in facts.lines], most=3))
    return Invoice(
        title=cut(title_of(t, showing.event.title), TITLE_MOST),
        description=cut(f"{date} · {clipped(t.of(showing.venue.name), 48)}\n{seats}", DESCRIPTION_MOST),
        lines=[(clipped(what, _LABEL_MOST), amount) for what, amount in price_lines(t, facts)],
    )


def returned_screen(t: Texts, facts: ReturnedFacts) -> Screen:
    """Straight after a payment that could not become tickets."""
    return Screen(returned_text(t, facts.charge, facts.charge.amount), _after(t, facts.charge, facts.showing))


def refunded_screen(t: Texts, facts: RefundFacts) -> Screen:
    if facts.charge.fate is ChargeFate.TICKETS:
        return _given_back_screen(t, facts)
    return Screen(returned_text(t, facts.charge, facts.refund.amount), _after(t, facts.charge, facts.showing))


def _given_back_screen(t: Texts, facts: RefundFacts) -> Screen:
    """Tickets that were good once: what for, how much comes back, what is kept."""
    sum_ = t.money(facts.refund.amount)
    lines: list[str] = [bold("💰 " + t.plain(_GIVEN_BACK.get(facts.refund.reason, _OTHERWISE)))]
    if facts.about is not None:
        date = t.when(facts.about.performance.starts_at, facts.about.venue.timezone)
        lines.append(escaped(f"{title_of(t, facts.about.event.title)} · {date}"))
    if facts.charge.provider == VOUCHER:
        lines.append(t("{sum} are back on your voucher.", sum=sum_))
    elif facts.charge.provider in BY_HAND:
        lines.append(t("You get {sum} back at the box office.", sum=sum_))
    else:
        lines.append(t("We have asked for your {sum} to be returned and tell you when it is confirmed.", sum=sum_))
    if facts.kept:
        lines.append(t("The house keeps {sum}.", sum=t.money(facts.kept)))
    return Screen("\n".join(lines), ((button("🎟 " + t.plain("My tickets"), OpenTickets()), home(t)),))


def confirmed_screen(t: Texts, facts: RefundFacts) -> Screen:
    text = t(
        "Your {sum} are on the way back. Your bank may take a few days to show it.", sum=t.money(facts.refund.amount)
    )
    return Screen(f"💳 {text}", ((home(t),),))


def returned_text(t: Texts, charge: Charge, amount: Money) -> str:
    """Why the money goes back; HTML."""
    of_no_tickets = _OF_NO_TICKETS.get(charge.fate) if charge.order_id is None else None
    why = t(of_no_tickets or _WHY.get(charge.fate, _OTHERWISE))
    # "Requested": nothing more is known before the provider confirms it.
    back = t("We have asked for your {sum} to be returned and tell you when it is confirmed.", sum=t.money(amount))
    sorry = bold(t("We are sorry.")) + " " if charge.fate is ChargeFate.LATE else ""
    return f"{sorry}{Html(why)}\n\n💳 {back}"


def _after(t: Texts, charge: Charge, showing: Showing | None) -> tuple[Row, ...]:
    rows: list[Row] = []
    if showing is not None:
        again = OpenPerformance(performance_id=showing.performance.id)
        rows.append((button("🪑 " + t.plain("The best that is left"), again),))
    if charge.fate is ChargeFate.DUPLICATE and charge.order_id is not None:
        rows.append((button("🎟 " + t.plain("My tickets"), OpenTickets()),))
    elif showing is None:
        rows.append((button("🎭 " + t.plain("What’s on"), OpenEvents()),))
    return (*rows, (home(t),))
