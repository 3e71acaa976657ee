"""How somebody would like to pay, and where to pay then."""

from __future__ import annotations

from collections.abc import Sequence

from domain.payments.checkout import TITLE_MOST
from domain.payments.checkout_model import Checkout, Way
from handlers.payments.callbacks import Pay, PayBy
from handlers.ticketing.queries import OrderFacts
from handlers.ticketing.wording import back, bold, clipped, title_of, way
from handlers.ui.callbacks import OpenOrder
from handlers.ui.i18n import N_, Texts
from handlers.ui.pictures import PayCode
from handlers.ui.screen import Row, Screen, button, link

#: What a button for the messenger's own invoice carries in place of a way.
INVOICE = "invoice"
WAYS: dict[Way, str] = {
    Way.STRIPE: N_("💳 Card and more (Stripe)"),
    Way.WECHATPAY: N_("💚 WeChat Pay: scan a code"),
    Way.WECHATPAY_H5: N_("💚 WeChat Pay on this phone"),
    Way.ALIPAY: N_("💙 Alipay"),
}
HOW: dict[Way, str] = {
    Way.STRIPE: N_("Pay on Stripe's page, then come back here."),
    Way.WECHATPAY: N_("Scan this code with WeChat on another phone (Discover → Scan)."),
    Way.WECHATPAY_H5: N_("The link opens your browser, and WeChat from there. Then come back here."),
    Way.ALIPAY: N_("The link opens Alipay. Pay there, then come back here."),
}


def ways_screen(t: Texts, facts: OrderFacts, ways: Sequence[Way], *, invoice: bool) -> Screen:
    """``invoice``: the messenger's own is one of them."""
    order_id = facts.order.id
    rows: list[Row] = []
    if invoice:
        rows.append((button("🧾 " + t.plain("Invoice in Telegram"), PayBy(order_id=order_id, way=INVOICE)),))
    rows += [(button(t.plain(WAYS[one]), PayBy(order_id=order_id, way=one.value)),) for one in ways]
    ask = t("How would you like to pay?")
    text = f"{_head(t, facts)}\n\n{ask}\n{_until(t, facts)}"
    return Screen(text, (*rows, _way(t, facts)), here=OpenOrder(order_id=order_id).pack())


def checkout_screen(t: Texts, facts: OrderFacts, checkout: Checkout, *, others: bool) -> Screen:
    """``others``: there are other ways to pay."""
    rows, picture = where_to_pay(t, checkout)
    if others:
        rows.append((button("↩ " + t.plain("Another way to pay"), Pay(order_id=facts.order.id)),))
    tickets = t("The tickets come here by themselves as soon as the payment has arrived.")
    text = f"{_head(t, facts)}\n\n{t(HOW[checkout.way])}\n{tickets}\n{_until(t, facts)}"
    return Screen(text, (*rows, _way(t, facts)), picture=picture, here=OpenOrder(order_id=facts.order.id).pack())


def where_to_pay(t: Texts, checkout: Checkout) -> tuple[list[Row], PayCode | None]:
    """The code that another phone scans, or else the button that leads there."""
    sum_ = t.money(checkout.amount)
    if checkout.way is Way.WECHATPAY:
        return [], PayCode(title=checkout.title, amount=sum_, payload=checkout.address, hint=t.plain("WeChat Pay"))
    return [(link("👉 " + t.plain("Pay {sum}", sum=sum_), checkout.address),)], None


def checkout_title(t: Texts, facts: OrderFacts) -> str:
    """What the provider's page and the person's statement of account call it; plain."""
    showing = facts.showing
    date = t.when(showing.performance.starts_at, showing.venue.timezone)  # "today" would age
    name = clipped(t.of(showing.event.title), TITLE_MOST - len(date) - 3)
    return f"{name} · {date}"[:TITLE_MOST]


def _head(t: Texts, facts: OrderFacts) -> str:
    total = t("Total {sum}", sum=t.money(facts.order.total))
    return f"{bold(title_of(t, facts.showing.event.title))}\n{bold(total)}"


def _until(t: Texts, facts: OrderFacts) -> str:
    if facts.order.until is None:
        return ""
    until = bold(t.time(facts.order.until, facts.showing.venue.timezone))
    return "⏱ " + t("Your seats are kept until {time}.", time=until)


def _way(t: Texts, facts: OrderFacts) -> Row:
    return way(t, back(t, OpenOrder(order_id=facts.order.id)))
