"""The screens of vouchers."""

from __future__ import annotations

from collections.abc import Sequence

from domain.codes import CodeKind
from domain.money import Money
from domain.payments.checkout_model import Checkout, Way
from domain.payments.voucher_ports import VoucherLeft
from domain.programme.model import Venue
from handlers.payments.checkout_views import HOW, INVOICE, WAYS, where_to_pay
from handlers.payments.vouchers.callbacks import (
    AskAmounts,
    AskGiven,
    AskSale,
    AskVoucher,
    AskVoucherAtWindow,
    KeepThisVoucher,
    OpenVoucher,
    OpenVouchers,
    PayVoucher,
    PayVoucherBy,
    PutVoucher,
)
from handlers.payments.vouchers.queries import VoucherFacts, VouchersFacts
from handlers.ticketing.window.callbacks import OpenWindowOrder
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, last_day_text, way
from handlers.ui.callbacks import OpenEvents, OpenOrder
from handlers.ui.i18n import Texts
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Row, Screen, button, grid

_VENUES_MOST = 2


def vouchers_screen(t: Texts, facts: VouchersFacts, *, payable: bool) -> Screen:
    """One's own; what may be bought; for staff what they do with them. ``payable``: the chat takes this money."""
    lines: list[str] = [bold("🎁 " + t.plain("Vouchers"))]
    lines.append(t("A voucher pays for any tickets of the house, in part or whole. What is left stays on it."))
    rows: list[Row] = []
    for each in facts.own:
        text = f"🎁 {t.money(each.left)} · {spaced_code(each.voucher.code)}"
        rows.append((button(label(text), OpenVoucher(voucher_id=each.voucher.id)),))
    sold = [Money(minor, facts.rules.currency) for minor in facts.rules.amounts] if payable else []
    if sold:
        lines.append(t("Buy one here, good for {months} months:", months=facts.rules.months))
    elif not facts.own:
        lines.append(t("You can buy one at the window."))
    rows += grid([button(t.money(amount), PayVoucher(given=amount.minor)) for amount in sold], 3)
    tools: list[Button] = []
    for venues, text, data in (
        (facts.sells, "🏪 " + t.plain("Sell one at the window"), AskSale),
        (facts.manages, "💝 " + t.plain("Give one away"), AskGiven),
        (facts.manages[:1], "⚙️ " + t.plain("What is sold in the chat"), AskAmounts),
    ):
        for venue in venues[:_VENUES_MOST]:
            name = f" · {clipped(t.of(venue.name), 30)}" if len(venues) > 1 else ""
            tools.append(button(label(text + name), data(venue_id=venue.id)))
    rows += grid(tools, 2)
    return Screen("\n".join(lines), (*rows, (home(t),)), here=OpenVouchers().pack())


def voucher_ways_screen(t: Texts, amount: Money, months: int, ways: Sequence[Way], *, invoice: bool) -> Screen:
    """How to pay for a new one. ``invoice``: the messenger's own is one of the ways."""
    rows: list[Row] = []
    if invoice:
        by_invoice = PayVoucherBy(given=amount.minor, way=INVOICE)
        rows.append((button("🧾 " + t.plain("Invoice in Telegram"), by_invoice),))
    rows += [(button(t.plain(WAYS[one]), PayVoucherBy(given=amount.minor, way=one.value)),) for one in ways]
    lines = [
        bold("🎁 " + t("Voucher: {sum}", sum=t.money(amount))),
        t("For any tickets of the house. Good for {months} months.", months=months),
        "",
        t("How would you like to pay?"),
    ]
    here = PayVoucher(given=amount.minor).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenVouchers()))), here=here)


def voucher_checkout_screen(t: Texts, checkout: Checkout, *, others: bool) -> Screen:
    """Where to pay for a new one. ``others``: there are other ways."""
    given = checkout.amount.minor
    rows, picture = where_to_pay(t, checkout)
    if others:
        rows.append((button("↩ " + t.plain("Another way to pay"), PayVoucher(given=given)),))
    lines = [
        bold("🎁 " + t("Voucher: {sum}", sum=t.money(checkout.amount))),
        "",
        t(HOW[checkout.way]),
        t("The voucher comes here by itself as soon as the payment has arrived."),
    ]
    here = PayVoucher(given=given).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenVouchers()))), picture=picture, here=here)


def voucher_screen(t: Texts, facts: VoucherFacts, links: Links) -> Screen:
    voucher = facts.voucher
    lines: list[str] = [
        bold("🎁 " + t("Voucher: {sum}", sum=t.money(facts.left))),
        t("Code: {code}", code=bold(spaced_code(voucher.code))),
        t("Good until {when}.", when=last_day_text(t, voucher.valid_until, facts.zone)),
    ]
    if facts.left != voucher.amount:
        lines.append(t("It was made for {sum}.", sum=t.money(voucher.amount)))
    if facts.now >= voucher.valid_until:
        lines.append(bold(t("Its time is over.")))
    link = links.secret(CodeKind.VOUCHER, voucher.id)
    lines += [
        "",
        t("To give it to somebody, send them this link or the code. Whoever has it can spend it:"),
        escaped(link),
    ]
    rows: list[Row] = []
    if not facts.own:
        rows.append((button("📥 " + t.plain("Keep it with mine"), KeepThisVoucher(voucher_id=voucher.id)),))
    rows.append((button("🎭 " + t.plain("What’s on"), OpenEvents()),))
    here = OpenVoucher(voucher_id=voucher.id).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenVouchers()))), here=here)


def ask_voucher_screen(t: Texts, order_id: int, own: Sequence[VoucherLeft]) -> Screen:
    """Awaits text."""
    lines = [bold("🎁 " + t.plain("Voucher")), t("Choose one of yours, or type the code or paste the link.")]
    rows: list[Row] = [
        (
            button(
                label(f"🎁 {t.money(each.left)} · {spaced_code(each.voucher.code)}"),
                PutVoucher(order_id=order_id, voucher_id=each.voucher.id),
            ),
        )
        for each in own
    ]
    here = AskVoucher(order_id=order_id).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenOrder(order_id=order_id)))), here=here)


def ask_voucher_at_window_screen(t: Texts, order_id: int) -> Screen:
    """Awaits text."""
    lines = [bold("🎁 " + t.plain("Voucher")), t("Type the customer’s code.")]
    to_order = back(t, OpenWindowOrder(order_id=order_id))
    return Screen("\n".join(lines), (way(t, to_order),), here=AskVoucherAtWindow(order_id=order_id).pack())


def sale_screen(t: Texts, venue: Venue) -> Screen:
    """Awaits text."""
    lines = [
        bold("🏪 " + t.plain("Sell a voucher")),
        t("Take the money and type the sum. For a card add the number that the terminal has printed:"),
        "<code>200</code>",
        "<code>200 4711</code>",
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenVouchers())),), here=AskSale(venue_id=venue.id).pack())


def given_screen(t: Texts, venue: Venue) -> Screen:
    """Awaits text."""
    lines = [
        bold("💝 " + t.plain("Give a voucher away")),
        t("Type in one line: the sum, the last day, and what it is for. It stays on record."),
        "<code>50 2027-12-31 " + t("for the cold hall") + "</code>",
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenVouchers())),), here=AskGiven(venue_id=venue.id).pack())


def amounts_screen(t: Texts, venue: Venue) -> Screen:
    """Awaits text."""
    lines = [
        bold("⚙️ " + t.plain("What is sold in the chat")),
        t("Type in one line: for how many months a voucher is good, then up to six sums. Without sums none is sold."),
        "<code>36 200 500 1000</code>",
    ]
    return Screen("\n".join(lines), (way(t, back(t, OpenVouchers())),), here=AskAmounts(venue_id=venue.id).pack())


def spaced_code(code: str) -> str:
    """In fours, as it is read out."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
