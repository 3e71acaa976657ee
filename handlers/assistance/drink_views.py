"""The menu, one's order, the desk's queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.assistance.drinks import MOST_OF_ONE, total_of
from domain.assistance.model import DrinkState, MenuItem
from domain.money import Money, included_tax
from handlers.assistance.callbacks import (
    AddStock,
    ChooseDrink,
    DeskDrinks,
    DeskDrop,
    DrinkAtDesk,
    DrinkHanded,
    DrinkQueue,
    DrinkQueues,
    DrinkReady,
    DropDrinks,
    OpenDrinks,
    OpenMenu,
    OpenStock,
    OpenStockItem,
    PayDrinks,
    SetSoldOut,
)
from handlers.assistance.drink_queries import DrinksFacts, ItemFacts, MenuFacts, QueueFacts
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, clipped, escaped, label, title_of, way, word
from handlers.ui.i18n import N_, Texts
from handlers.ui.screen import Button, Row, Screen, button, grid

_CLOSED: Mapping[str, str] = {
    "early": N_("You can order from two hours before the doors open."),
    "late": N_("Orders for the interval are closed. The desk still serves you in person."),
    "cancelled": N_("The performance is cancelled."),
}
_STATES: Mapping[DrinkState, str] = {
    DrinkState.NEW: N_("🥂 Ordered"),
    DrinkState.READY: N_("✅ Ready to be fetched"),
    DrinkState.HANDED: N_("Handed out. Enjoy it!"),
    DrinkState.CANCELLED: N_("Cancelled"),
}
_NOT_YET = N_("Not ordered yet")
_ORDERS_MOST = 2
_MORE = (1, 6, 12, 24)


def menu_screen(t: Texts, facts: MenuFacts, *, invoice: bool) -> Screen:
    """``invoice``: the chat takes money in this currency."""
    to = facts.showing.performance.id
    lines: list[str] = [
        bold("🥂 " + t.plain("A drink for the interval")),
        escaped(title_of(t, facts.showing.event.title)),
        "",
    ]
    rows: list[Row] = []
    if not facts.items:
        lines.append(t("There is no menu at this house."))
    elif facts.state != "open":
        lines.append(t(_CLOSED[facts.state]))
    else:
        lines += [_item_line(t, facts, item) for item in facts.items]
        rows += [_chosen(t, facts, item) for item in facts.items if facts.wanted.get(item.id)]
        rows += grid([_more(t, facts, item) for item in facts.items if item.left(1) and item.id not in facts.wanted], 2)
        rows += _to_order(t, facts, invoice=invoice)
    orders = [
        button(
            label(f"{t.plain('Number {number}', number=order.number or 0)} · {t.plain(_STATES[order.state])}"),
            OpenDrinks(drinks_id=order.id),
        )
        for order in facts.orders[:_ORDERS_MOST]
        if order.state in _STATES
    ]
    rows += grid(orders, 2)
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenMenu(performance_id=to).pack())


def drinks_screen(t: Texts, facts: DrinksFacts) -> Screen:
    """One's own order; also its card."""
    order = facts.order
    head = t.plain(_STATES.get(order.state, _NOT_YET))
    lines: list[str] = [bold(head)]
    if order.number is not None and order.state in (DrinkState.NEW, DrinkState.READY):
        lines.append(bold(t.plain("Pick-up number {number}", number=order.number)))
        where = clipped(t.of(facts.pick_up), 200)
        lines += [escaped("📍 " + where)] if where else []
    lines += ["", *_lines(t, facts), *_receipt(t, facts)]
    rows: list[Row] = []
    if order.state is DrinkState.NEW:
        lines.append(t("You hear from us in the interval, as soon as it is ready."))
        rows.append((button(t.plain("Cancel the order"), DropDrinks(drinks_id=order.id)),))
    elif order.state is DrinkState.CANCELLED and order.charge_id is not None:
        lines.append(t("We have asked for your money to be returned."))
    again = button("🥂 " + t.plain("Menu"), OpenMenu(performance_id=order.performance_id))
    return Screen("\n".join(lines), (*rows, way(t, again)), here=OpenDrinks(drinks_id=order.id).pack())


def ready_notice(t: Texts, facts: DrinksFacts) -> Screen:
    where = clipped(t.of(facts.pick_up), 200)
    lines = [bold("🥂 " + t.plain("Number {number} is ready", number=facts.order.number or 0))]
    lines += [escaped("📍 " + where)] if where else []
    if facts.order.charge_id is None:
        lines.append(t("Please pay {sum} at the desk.", sum=t.money(_total(facts))))
    return Screen("\n".join(lines), (way(t, button(t.plain("My order"), OpenDrinks(drinks_id=facts.order.id))),))


def evenings_screen(t: Texts, showings: Sequence[Showing]) -> Screen:
    lines = [bold("🥂 " + t.plain("The desk")), t("For which performance?") if showings else t("Nothing is on today.")]
    rows = [
        (
            button(
                label(
                    f"{t.time(each.performance.starts_at, each.venue.timezone)} {title_of(t, each.event.title)}",
                ),
                DrinkQueue(performance_id=each.performance.id),
            ),
        )
        for each in showings
    ]
    return Screen("\n".join(lines), (*rows, way(t)), here=DrinkQueues().pack())


def queue_screen(t: Texts, facts: QueueFacts) -> Screen:
    to = facts.showing.performance.id
    lines: list[str] = [
        bold("🥂 " + t.plain("The desk")),
        escaped(title_of(t, facts.showing.event.title)),
        t("New: {new} · ready: {ready}", new=facts.new, ready=facts.ready),
    ]
    rows: list[Row] = []
    for each in facts.queue:
        sign = "✅" if each.order.state is DrinkState.READY else "🆕"
        paid = "" if each.order.charge_id else " 💰"
        what = ", ".join(f"{line.count}× {word(t.of(item.name))}" for item, line in each.lines)
        rows.append((button(label(f"{sign} {each.order.number}{paid} {what}"), DrinkAtDesk(drinks_id=each.order.id)),))
    stock = button("📦 " + t.plain("What there is"), OpenStock(performance_id=to))
    refresh = button("🔄 " + t.plain("Refresh"), DrinkQueue(performance_id=to))
    rows += [(refresh, stock)]
    return Screen("\n".join(lines), (*rows, way(t, back(t, DrinkQueues()))), here=DrinkQueue(performance_id=to).pack())


def desk_screen(t: Texts, facts: DrinksFacts) -> Screen:
    order = facts.order
    lines: list[str] = [
        bold(t.plain("Number {number}", number=order.number or 0)),
        t(_STATES.get(order.state, _NOT_YET)),
        "",
        *_lines(t, facts),
    ]
    paid = order.charge_id is not None
    lines += _receipt(t, facts)
    lines.append("✅ " + t("Paid") if paid else "💰 " + bold(t.plain("To be paid: {sum}", sum=t.money(_total(facts)))))
    rows: list[Row] = []
    if order.state is DrinkState.NEW:
        rows.append((button("✅ " + t.plain("Ready"), DrinkReady(drinks_id=order.id)),))
    if order.state in (DrinkState.NEW, DrinkState.READY):
        if paid:
            rows.append((_hand(t.plain("Handed out"), order.id, ""),))
        else:
            cash, card = t.plain("Handed out, paid in cash"), t.plain("Handed out, paid by card")
            rows += [(_hand(cash, order.id, "cash"),), (_hand(card, order.id, "terminal"),)]
        rows.append((button("🗑 " + t.plain("Cancel the order"), DeskDrop(drinks_id=order.id)),))
    queue = back(t, DrinkQueue(performance_id=order.performance_id))
    return Screen("\n".join(lines), (*rows, way(t, queue)), here=DrinkAtDesk(drinks_id=order.id).pack())


def stock_screen(t: Texts, facts: QueueFacts) -> Screen:
    to = facts.showing.performance.id
    lines: list[str] = [bold("📦 " + t.plain("What there is"))]
    lines.append(t("Tap what is sold out, there again, or to be counted."))
    things: list[Button] = []
    for item in facts.items:
        left = "" if item.stock is None else " " + t.plain("({count} left)", count=item.stock)
        named = label(f"{_sign(item)} {word(t.of(item.name))}{left}")
        things.append(button(named, OpenStockItem(performance_id=to, menu_id=item.id)))
    again = way(t, back(t, DrinkQueue(performance_id=to)))
    return Screen("\n".join(lines), (*grid(things, 2), again), here=OpenStock(performance_id=to).pack())


def item_screen(t: Texts, facts: ItemFacts) -> Screen:
    """Awaits a number."""
    item, to = facts.item, facts.performance_id
    left = t("Not counted: there is always more.") if item.stock is None else t("{count} left.", count=item.stock)
    lines: list[str] = [bold(f"{_sign(item)} {word(t.of(item.name))}"), t("Sold out.") if item.sold_out else left]
    lines += ["", t("Have more come? Tap how many. Or count what stands there, without what is ordered, and write it.")]
    add = [button(f"+{more}", AddStock(performance_id=to, menu_id=item.id, count=more)) for more in _MORE]
    toggle = SetSoldOut(performance_id=to, menu_id=item.id, no_more=not item.sold_out)
    said = "✅ " + t.plain("There again") if item.sold_out else "⛔ " + t.plain("Sold out")
    again = way(t, back(t, OpenStock(performance_id=to)))
    here = OpenStockItem(performance_id=to, menu_id=item.id).pack()
    return Screen("\n".join(lines), (tuple(add), (button(said, toggle),), again), here=here)


def _sign(item: MenuItem) -> str:
    return "✅" if item.left(1) else "⛔"


def _receipt(t: Texts, facts: DrinksFacts) -> list[str]:
    """A row of numbers of its own, beside that of the tickets."""
    return [] if facts.receipt is None else [t("Receipt no. {number}", number=f"D{facts.receipt}")]


def _hand(text: str, drinks_id: int, paid_by: str) -> Button:
    return button("🤝 " + text, DrinkHanded(drinks_id=drinks_id, paid_by=paid_by))


def _total(facts: DrinksFacts) -> Money:
    return total_of([line for _, line in facts.lines])


def _item_line(t: Texts, facts: MenuFacts, item: MenuItem) -> str:
    count = facts.wanted.get(item.id, 0)
    chosen = f"{count}× " if count else ""
    line = f"{chosen}{word(t.of(item.name))} · {t.money(item.price)}"
    text = str(bold(line) if count else escaped(line))
    if not item.left(1):
        text += " · " + t("sold out")
    allergens = clipped(t.of(item.allergens), 120)
    return text + (" " + t("({what})", what=allergens) if allergens else "")


def _chosen(t: Texts, facts: MenuFacts, item: MenuItem) -> Row:
    to, count = facts.showing.performance.id, facts.wanted[item.id]
    less = button(label(f"− {word(t.of(item.name))}"), ChooseDrink(performance_id=to, menu_id=item.id, count=count - 1))
    more = count + 1
    return (less, _more(t, facts, item)) if item.left(MOST_OF_ONE) >= more else (less,)


def _more(t: Texts, facts: MenuFacts, item: MenuItem) -> Button:
    to, count = facts.showing.performance.id, facts.wanted.get(item.id, 0)
    return button(
        label(f"＋ {word(t.of(item.name))}"), ChooseDrink(performance_id=to, menu_id=item.id, count=count + 1)
    )


def _to_order(t: Texts, facts: MenuFacts, *, invoice: bool) -> list[Row]:
    if facts.cart is None or not facts.wanted:
        return []
    prices = {item.id: item.price for item in facts.items}
    minor = sum(prices[item_id].minor * count for item_id, count in facts.wanted.items() if item_id in prices)
    total = t.money(Money(minor, facts.showing.venue.currency))
    rows: list[Row] = []
    if invoice:
        rows.append((button("💳 " + t.plain("Pay {sum} here", sum=total), PayDrinks(drinks_id=facts.cart.id)),))
    desk = t.plain("Order, pay {sum} at the desk", sum=total)
    return [*rows, (button("🏪 " + desk, DeskDrinks(drinks_id=facts.cart.id)),)]


def _lines(t: Texts, facts: DrinksFacts) -> list[str]:
    if not facts.lines:
        return []
    lines: list[str] = [
        escaped(f"{line.count}× {word(t.of(item.name))} · {t.money(line.total)}") for item, line in facts.lines
    ]
    total = _total(facts)
    tax = sum(included_tax(line.total.minor, line.tax_rate_bp) for _, line in facts.lines)
    said = t("Total {sum}, of it tax {tax}", sum=t.money(total), tax=t.money(Money(tax, total.currency)))
    return [*lines, bold(said)]
