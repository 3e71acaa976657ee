"""The screens of a sale at the window: what is on, the customer's order, the money, the ticket on paper."""

from __future__ import annotations

from collections.abc import Sequence

from domain.money import Money
from domain.ticketing.model import OrderState
from handlers.payments.vouchers.callbacks import AskVoucherAtWindow
from handlers.programme.words import access_lines, facts_of, latecomers, price_range
from handlers.ticketing.faces import spaced
from handlers.ticketing.maps import free_text
from handlers.ticketing.members.callbacks import AskMemberAtWindow
from handlers.ticketing.promotions.callbacks import AskCodeAtWindow
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.views.order import order_summary
from handlers.ticketing.window.callbacks import (
    AskCard,
    AskCash,
    AskContact,
    AskReason,
    AskReservation,
    AskVoid,
    BeginAtWindow,
    ClaimTicket,
    GiveCash,
    OpenDrawerScreen,
    OpenSold,
    OpenWindowOrder,
    PrintTickets,
    StopAtWindow,
    TakeFree,
    Void,
)
from handlers.ticketing.window.queries import OnSale, WindowFacts, WindowOrderFacts
from handlers.ticketing.window.sums import likely_given
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    escaped,
    home,
    label,
    minutes_left,
    name_of,
    seat_text,
    short_title,
    title_of,
    today_in,
    way,
    when,
)
from handlers.ui.callbacks import OpenPerformance, OpenWindow
from handlers.ui.i18n import Html, Texts, clean_name
from handlers.ui.paper import PaperSize
from handlers.ui.screen import Button, Row, Screen, button, grid, opens_page

_TITLE_MOST = 26


def window_screen(t: Texts, facts: WindowFacts, page: str | None = None) -> Screen:
    """What is on, the next first, with what people ask at a counter. ``page``: the window's own, where telephones reach
    it."""
    lines: list[str] = [bold("🏪 " + t.plain("Window")), drawer_line(t, facts.drawer)]
    rows: list[Row] = [(opens_page("🖥 " + t.plain("Sell on a page"), page),)] if page else []
    if facts.unfinished is not None and facts.unfinished.until is not None:
        lines.append("⏱ " + t("The last customer’s places are still held: go on, or begin anew."))
        rows.append((button("⏱ " + t.plain("Go on with it"), OpenWindowOrder(order_id=facts.unfinished.id)),))
    if not facts.items:
        lines += ["", t("Nothing is on.")]
    for item in facts.items:
        lines += ["", *item_lines(t, facts, item)]
        if item.state == "open":
            rows.append((_item_button(t, facts, item),))
    turn = []
    if facts.page:
        turn.append(button("‹", OpenWindow(page=facts.page - 1)))
    if facts.more:
        turn.append(button("›", OpenWindow(page=facts.page + 1)))
    rows += [tuple(turn)] if turn else []
    tools = [button("💰 " + t.plain("Drawer"), OpenDrawerScreen()), button("🧾 " + t.plain("Last sales"), OpenSold())]
    if facts.reserves:
        tools.insert(0, button("🔎 " + t.plain("Reservation"), AskReservation()))
    here = OpenWindow(page=facts.page).pack()
    return Screen("\n".join(lines), (*rows, tuple(tools), (home(t),)), here=here)


def window_order_screen(t: Texts, facts: WindowOrderFacts) -> Screen:
    """Held for the customer, reserved in the chat, sold, or over."""
    order = facts.order.order
    here = OpenWindowOrder(order_id=order.id).pack()
    lines = [bold(_heading(t, facts)), order_summary(t, facts.order), *_who(t, facts)]
    if order.state is OrderState.PAID:
        receipt = facts.order.receipt
        lines += [t("Receipt no. {number}", number=receipt)] if receipt is not None else []
        lines += [] if facts.papers else [t("All of it was taken back or is in a chat by now.")]
        rows = (*(_prints(t, facts) if facts.papers else ()), *_after(t, facts))
        return Screen("\n".join(lines), rows, here=here)
    if not facts.order.is_live:
        lines.append(t("The time is over and the seats were given back."))
        again = button("↻ " + t.plain("Begin anew"), BeginAtWindow(performance_id=order.performance_id))
        return Screen("\n".join(lines), ((again,), _way(t)), here=here)
    lines.append(_until(t, facts))
    return Screen("\n".join(lines), (*_ways_to_pay(t, facts), *_otherwise(t, facts), _way(t)), here=here)


def cash_screen(t: Texts, facts: WindowOrderFacts) -> Screen:
    """Awaits text."""
    order = facts.order.order
    lines = [
        bold("💵 " + t("To pay: {sum}", sum=t.money(order.total))),
        t("What does the customer give? Press it, or type the sum."),
    ]
    given = [button(t.money(sum_), GiveCash(order_id=order.id, given=sum_.minor)) for sum_ in likely_given(order.total)]
    to_order = back(t, OpenWindowOrder(order_id=order.id))
    return Screen("\n".join(lines), (*grid(given, 2), way(t, to_order)), here=AskCash(order_id=order.id).pack())


def change_note(t: Texts, change: Money) -> Html:
    """Above the order that has been sold."""
    return bold("💵 " + t("Change: {sum}", sum=t.money(change))) if change else bold(t("No change: the sum was exact."))


def card_screen(t: Texts, facts: WindowOrderFacts) -> Screen:
    """Awaits text."""
    order = facts.order.order
    lines = [
        bold("💳 " + t("To pay: {sum}", sum=t.money(order.total))),
        t("Take it at the terminal. Then type the number of its slip."),
    ]
    return Screen(
        "\n".join(lines),
        (way(t, back(t, OpenWindowOrder(order_id=order.id))),),
        here=AskCard(order_id=order.id).pack(),
    )


def reason_screen(t: Texts, facts: WindowOrderFacts) -> Screen:
    """Awaits text."""
    order = facts.order.order
    lines = [
        bold("🎁 " + t.plain("Complimentary tickets")),
        t("They would cost {sum}. Type the reason: it stays on record.", sum=t.money(order.total)),
    ]
    return Screen(
        "\n".join(lines),
        (way(t, back(t, OpenWindowOrder(order_id=order.id))),),
        here=AskReason(order_id=order.id).pack(),
    )


def contact_screen(t: Texts, facts: WindowOrderFacts) -> Screen:
    """Awaits text."""
    order = facts.order.order
    lines = [
        bold("👤 " + t.plain("How to reach the customer")),
        t("Only if they like: type a name, a telephone number or a mail address, one at a time."),
        *_who(t, facts),
    ]
    return Screen(
        "\n".join(lines),
        (way(t, back(t, OpenWindowOrder(order_id=order.id))),),
        here=AskContact(order_id=order.id).pack(),
    )


def void_screen(t: Texts, facts: WindowOrderFacts) -> Screen:
    order = facts.order.order
    lines = [
        bold("↩ " + t.plain("Take the papers back")),
        order_summary(t, facts.order),
        "",
        t(
            "The tickets are void and the places free again. Cash goes back out of your drawer at once;"
            " what came by the terminal becomes a task for a manager. Keep the papers."
        ),
    ]
    yes = button("↩ " + t.plain("Yes, take them back"), Void(order_id=order.id))
    to_order = back(t, OpenWindowOrder(order_id=order.id))
    return Screen("\n".join(lines), ((yes,), way(t, to_order)), here=AskVoid(order_id=order.id).pack())


def search_screen(t: Texts) -> Screen:
    """Awaits text."""
    lines = [bold("🔎 " + t.plain("Reservation")), t("Type the code, the name or the last digits of the telephone.")]
    return Screen("\n".join(lines), (way(t, back(t, OpenWindow())),), here=AskReservation().pack())


def orders_screen(t: Texts, heading: str, found: Sequence[WindowOrderFacts], nothing: Html, here: str) -> Screen:
    """Orders to choose from."""
    rows: list[Row] = []
    lines: list[str] = [bold(heading)]
    for facts in found:
        order, showing = facts.order, facts.order.showing
        title = short_title(t, showing.event.title, _TITLE_MOST)
        who = clean_name(facts.name or (facts.contact.name if facts.contact else ""))
        places = t.plain_plural("{count} place", "{count} places", len(order.lines))
        parts = [who, places, title] if who else [title, places, t.money(order.order.total)]
        rows.append((button(label(" · ".join(parts)), OpenWindowOrder(order_id=order.order.id)),))
    if not found:
        lines.append(nothing)
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenWindow()))), here=here)


def claim_screen(t: Texts, facts: TicketFacts, credential_id: int) -> Screen:
    """Whoever holds the paper may make it theirs."""
    showing = facts.showing
    lines = [
        bold("🎟 " + t.plain("A ticket bought at the window")),
        bold(title_of(t, showing.event.title)),
        escaped("🗓 " + when(t, showing.performance, showing.venue, facts.now)),
        escaped("🪑 " + seat_text(t, name_of(t, showing.hall, facts.line))),
        "",
        t("Make it yours? Then we can tell you here if anything changes. Your paper stays good for the door."),
    ]
    yes = button("✅ " + t.plain("Yes, it is mine"), ClaimTicket(credential_id=credential_id))
    return Screen("\n".join(lines), ((yes,), (home(t),)))


def drawer_line(t: Texts, due: Money | None) -> Html:
    """``due``: what should lie in the clerk's own; None where none is open."""
    if due is None:
        return Html("💰 " + t("No drawer is open: no cash until you open one."))
    return Html("💰 " + t("In your drawer: {sum}", sum=t.money(due)))


def item_lines(t: Texts, facts: WindowFacts, item: OnSale) -> list[str]:
    """The title, the date, and what people ask."""
    showing = item.showing
    prices = [price.amount for price in showing.performance.prices]
    access = access_lines(t, [showing.performance.access])
    known = [facts_of(t, showing.event), *access, price_range(t, prices)]
    lines = [
        bold(title_of(t, showing.event.title)),
        escaped("🗓 " + when(t, showing.performance, showing.venue, facts.now)),
        escaped(clipped(" · ".join(part for part in known if part), 300)),
        latecomers(t, showing.performance.latecomers),
    ]
    return [*lines, _state_line(t, item)]


def _state_line(t: Texts, item: OnSale) -> Html:
    if item.state == "open":
        return escaped("🪑 " + free_text(t, item.left))
    if item.state == "before":
        return t("Sales have not opened yet.")
    return t("This performance is cancelled.")


def _item_button(t: Texts, facts: WindowFacts, item: OnSale) -> Button:
    showing = item.showing
    at = t.when(showing.performance.starts_at, showing.venue.timezone, today=today_in(facts.now, showing.venue))
    text = f"{at} · {short_title(t, showing.event.title, _TITLE_MOST)} · {item.left}"
    return button(label(text), BeginAtWindow(performance_id=showing.performance.id))


def _heading(t: Texts, facts: WindowOrderFacts) -> str:
    state = facts.order.order.state
    if state is OrderState.PAID:
        return "✅ " + t.plain("Sold")
    return "🏪 " + (t.plain("At the window") if facts.at_window else t.plain("Reserved in the chat"))


def _who(t: Texts, facts: WindowOrderFacts) -> list[Html]:
    contact = facts.contact
    said = [facts.name, *((contact.name, contact.phone, contact.mail) if contact else ())]
    names = [clean_name(part) for part in said if part]
    code = [bold(spaced(facts.order.code))] if facts.order.code else []
    return [Html("👤 " + " · ".join([*code, *(escaped(name) for name in names)]))] if names or code else []


def _until(t: Texts, facts: WindowOrderFacts) -> Html:
    order, venue = facts.order.order, facts.order.showing.venue
    assert order.until is not None
    if order.state is OrderState.RESERVED:
        until = t.when(order.until, venue.timezone, today=today_in(facts.order.now, venue))
        return Html("⏱ " + t("Reserved until {when}.", when=until))
    minutes = minutes_left(order.until, facts.order.now)
    time = t.time(order.until, venue.timezone)
    return Html("⏱ " + t("Held until {time} ({minutes} min).", time=time, minutes=minutes))


def _ways_to_pay(t: Texts, facts: WindowOrderFacts) -> tuple[Row, ...]:
    order = facts.order.order
    if not order.total:
        return ((button("✅ " + t.plain("Give the tickets"), TakeFree(order_id=order.id)),),)
    amount = t.money(order.total)
    card = button("💳 " + t.plain("Terminal {sum}", sum=amount), AskCard(order_id=order.id))
    if not facts.drawer:
        return ((card,), (button("💰 " + t.plain("Open a drawer for cash"), OpenDrawerScreen()),))
    return ((button("💵 " + t.plain("Cash {sum}", sum=amount), AskCash(order_id=order.id)), card),)


def _otherwise(t: Texts, facts: WindowOrderFacts) -> tuple[Row, ...]:
    order = facts.order.order
    ahead: Row = (button("🎁 " + t.plain("Voucher"), AskVoucherAtWindow(order_id=order.id)),)
    plain = facts.order.promotion is None and order.total and not (order.voucher or order.member)
    if facts.order.takes_codes and plain and order.state is OrderState.HELD:
        ahead = (button("🏷 " + t.plain("Promotion code"), AskCodeAtWindow(order_id=order.id)), *ahead)
    present = button("💝 " + t.plain("Complimentary"), AskReason(order_id=order.id))
    contact = button("👤 " + t.plain("Name, phone"), AskContact(order_id=order.id))
    if not facts.at_window:
        return ((*ahead, present),) if order.total else ()
    other = button("🪑 " + t.plain("Other seats"), OpenPerformance(performance_id=order.performance_id))
    stop = button("✕ " + t.plain("Let go"), StopAtWindow(order_id=order.id))
    member = (button("⭐ " + t.plain("Members’ price"), AskMemberAtWindow(order_id=order.id)),)
    less = (*((member,) if facts.takes_members else ()), ahead, (present, contact)) if order.total else ((contact,),)
    return (*less, (other, stop))


def _prints(t: Texts, facts: WindowOrderFacts) -> tuple[Row, ...]:
    """A reservation's tickets are in the chat; who has none is given paper."""
    names = ((PaperSize.ROLL, t.plain("80 mm")), (PaperSize.A6, "A6"), (PaperSize.A4, "A4"))
    order_id = facts.order.order.id
    return (tuple(button("🖨 " + name, PrintTickets(order_id=order_id, size=size)) for size, name in names),)


def _after(t: Texts, facts: WindowOrderFacts) -> tuple[Row, ...]:
    order = facts.order.order
    following = button("▶ " + t.plain("Next customer"), BeginAtWindow(performance_id=order.performance_id))
    contact = button("👤 " + t.plain("Name, phone"), AskContact(order_id=order.id))
    if not facts.at_window:
        return ((following,), _way(t))
    taken = ((button("↩ " + t.plain("Take back"), AskVoid(order_id=order.id)),),) if facts.papers else ()
    return ((following, contact), *taken, _way(t))


def _way(t: Texts) -> Row:
    return way(t, button("🏪 " + t.plain("Window"), OpenWindow()))
