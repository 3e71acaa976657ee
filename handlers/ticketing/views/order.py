"""The order: which seats, what they cost, until when they are yours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from domain.money import Money
from domain.payments.together import may_be_shared
from domain.ticketing.model import OrderLine, OrderState
from handlers.payments.callbacks import Confirm, Pay, ShareHold
from handlers.payments.vouchers.callbacks import AskVoucher, TakeOffVouchers
from handlers.ticketing.callbacks import GiveBack, Keep, Prolong, TakeAgain
from handlers.ticketing.faces import spaced
from handlers.ticketing.groups.callbacks import OpenHandout
from handlers.ticketing.maps import order_map
from handlers.ticketing.members.callbacks import PayAsMember
from handlers.ticketing.promotions.callbacks import AskCode
from handlers.ticketing.queries import OrderFacts
from handlers.ticketing.window.callbacks import LeavePhone, PayReserved, ReserveOrder
from handlers.ticketing.wording import (
    are_together,
    back,
    bold,
    clipped,
    concession_text,
    escaped,
    kind_text,
    minutes_left,
    name_of,
    seats_texts,
    title_of,
    today_in,
    way,
    when,
    word,
    zone_text,
)
from handlers.ui.callbacks import OpenOrder, OpenPerformance, OpenTickets
from handlers.ui.i18n import Html, Texts
from handlers.ui.pictures import SeatMap
from handlers.ui.screen import Row, Screen, button, grid

_PRICE_LINES_MOST = 6


def order_screen(t: Texts, facts: OrderFacts) -> Screen:
    """As it stands now: held, being paid, paid, or over."""
    here = OpenOrder(order_id=facts.order.id).pack()
    if facts.order.state is OrderState.PAID:
        return _paid(t, facts, here)
    if not facts.is_live:
        return _over(t, facts, here)
    text = f"{order_summary(t, facts)}\n{_until(t, facts)}"
    if facts.order.credit is not None:
        text += "\n" + t("Until this is settled your old seats stay yours. You can also keep them.")
    return Screen(text, (*_actions(t, facts), _way(t, facts)), picture=_map(t, facts), here=here)


def price_groups(t: Texts, facts: OrderFacts) -> list[tuple[str, int, Money]]:
    """What is the same in kind and price, together: (what, how many, for each), plain."""

    def key(line: OrderLine) -> tuple[int, str, int]:
        return line.concession_id, line.category, line.price.minor

    groups = []
    for _, same in groupby(sorted(facts.lines, key=key), key=key):
        lines = list(same)
        what = concession_text(t, facts.concessions.get(lines[0].concession_id))
        category = word(lines[0].category)
        groups.append((f"{what} · {category}" if category else what, len(lines), lines[0].price))
    return groups


def price_lines(t: Texts, facts: OrderFacts) -> Sequence[tuple[str, Money]]:
    """For the invoice: what, and what all of it costs; of a change of seats the difference, of vouchers the rest."""
    if facts.order.voucher:
        return [(t.plain("What the voucher leaves to pay"), facts.order.total)]
    if facts.order.credit is not None:
        return [(t.plain("The difference for other seats"), facts.order.total)]
    return _whole_prices(t, facts)


def _whole_prices(t: Texts, facts: OrderFacts) -> Sequence[tuple[str, Money]]:
    return [
        (t.plain("{count} × {what}", count=count, what=what), Money(each.minor * count, each.currency))
        for what, count, each in price_groups(t, facts)
    ]


def order_summary(t: Texts, facts: OrderFacts) -> str:
    """HTML: what for, where, which places, what they cost."""
    return f"{_head(t, facts)}\n{_seats(t, facts)}\n\n{_prices(t, facts)}"


def _head(t: Texts, facts: OrderFacts) -> str:
    showing = facts.showing
    date = when(t, showing.performance, showing.venue, facts.now)
    place = f"{word(t.of(showing.hall.name))} · {clipped(t.of(showing.venue.name), 48)}"
    return f"{bold(title_of(t, showing.event.title))}\n{escaped(f'🗓 {date}')}\n{escaped(f'📍 {place}')}"


def _seats(t: Texts, facts: OrderFacts) -> str:
    names = [name_of(t, facts.showing.hall, line) for line in facts.lines]
    lines = [escaped(f"🪑 {text}") for text in seats_texts(t, names)]
    kinds = Counter(kind_text(t, line.seat_kind) for line in facts.lines)
    lines += [escaped(f"{kind} ×{count}") for kind, count in sorted(kinds.items()) if kind]
    special = any(line.seat_kind in ("wheelchair", "companion") for line in facts.lines)
    if facts.plan is not None and not special and not are_together(names):
        lines.append(t("Not all beside each other: nothing together was left."))
    return "\n".join(lines)


def _prices(t: Texts, facts: OrderFacts) -> str:
    credit, total = facts.order.credit, facts.order.total
    if credit is not None:
        price = Money.total((line.price for line in facts.lines), total.currency)
        lines = [*(f"{what}  {t.money(sum_)}" for what, sum_ in _whole_prices(t, facts))]
        lines.append(t.plain("Paid for your old seats: {sum}", sum=t.money(credit)))
        if price < credit:
            last = t("You get {sum} back.", sum=t.money(credit - price))
        else:
            last = _due(t, facts) if total else t("Nothing is to be paid.")
        return "\n".join([*map(escaped, lines), bold(last)])
    if not facts.order.costs:
        return "\n".join([*_promotion(t, facts), bold(t("Free of charge"))])
    lines = [escaped(f"{what}  {t.money(sum_)}") for what, sum_ in _whole_prices(t, facts)]
    if len(lines) > _PRICE_LINES_MOST:
        rest = len(lines) - _PRICE_LINES_MOST
        lines = [*lines[:_PRICE_LINES_MOST], t.plural("… and {count} more", "… and {count} more", rest)]
    total = facts.order.total
    if not facts.order.voucher:
        return "\n".join([*lines, *_promotion(t, facts), bold(t("Total {sum}", sum=t.money(total)))])
    voucher = Money(facts.order.voucher, total.currency)
    ahead = ["🎁 " + t("By voucher: {sum}", sum=t.money(voucher)), bold(_due(t, facts))]
    return "\n".join([*lines, *_promotion(t, facts), t("Total {sum}", sum=t.money(total + voucher)), *ahead])


def _due(t: Texts, facts: OrderFacts) -> Html:
    total = t.money(facts.order.total)
    if facts.order.state is OrderState.PAID:
        return t("Paid: {sum}", sum=total)
    return t("To pay: {sum}", sum=total)


def _promotion(t: Texts, facts: OrderFacts) -> list[str]:
    """The prices above are what is left to pay; this says of how much more."""
    if facts.member is not None:
        tier, less = facts.member
        return [
            t(
                "⭐ Members’ price, {tier}: {sum} less",
                tier=word(tier),
                sum=t.money(Money(less, facts.order.total.currency)),
            )
        ]
    if facts.promotion is None:
        return []
    code, off = facts.promotion
    return [t("🏷 {code}: {sum} less", code=word(code), sum=t.money(Money(off, facts.order.total.currency)))]


def _until(t: Texts, facts: OrderFacts) -> str:
    assert facts.order.until is not None
    until = bold(t.time(facts.order.until, facts.showing.venue.timezone))
    minutes = minutes_left(facts.order.until, facts.now)
    if facts.order.state is OrderState.RESERVED:
        return _reserved(t, facts)
    if facts.order.state is OrderState.PAYING:
        return "💳 " + t(
            "Being paid. The seats are kept for you until {time} ({minutes} min).", time=until, minutes=minutes
        )
    return "⏱ " + t("Yours until {time} ({minutes} min).", time=until, minutes=minutes)


def _reserved(t: Texts, facts: OrderFacts) -> str:
    assert facts.order.until is not None
    venue = facts.showing.venue
    until = t.when(facts.order.until, venue.timezone, today=today_in(facts.now, venue))
    lines = (
        bold("🏪 " + t("Reserved: pay at the window until {when}.", when=until)),
        t("Say your name there, or this code: {code}", code=bold(spaced(facts.code))),
        t("After that the seats go back to others."),
    )
    return "\n".join(lines)


def _actions(t: Texts, facts: OrderFacts) -> tuple[Row, ...]:
    order = facts.order
    if order.total:
        first = button("💳 " + t.plain("Pay {sum}", sum=t.money(order.total)), Pay(order_id=order.id))
    else:
        said = t.plain("Pay by voucher") if order.voucher else t.plain("Confirm the booking")
        said = said if order.credit is None else t.plain("Change the seats")
        first = button("✅ " + said, Confirm(order_id=order.id))
    if order.state is OrderState.RESERVED:
        return _reserved_actions(t, facts)
    refresh = button("⟳ " + t.plain("Refresh"), OpenOrder(order_id=order.id))
    if order.state is OrderState.PAYING:
        return ((first,), (refresh,))
    longer = (button("⏱ " + t.plain("More time"), Prolong(order_id=order.id)),) if facts.can_prolong else ()
    other = "🪑 " + t.plain("Other seats") if facts.plan else "👥 " + t.plain("Change the number")
    again = button(other, OpenPerformance(performance_id=order.performance_id))
    if order.credit is not None:
        keep = button("✕ " + t.plain("Keep the old seats"), GiveBack(order_id=order.id))
        return ((first,), (*longer, refresh), (keep,))
    release = button("✕ " + t.plain("Let go"), GiveBack(order_id=order.id))
    at_window = button("🏪 " + t.plain("Pay at the window"), ReserveOrder(order_id=order.id))
    ways = ((first,), (at_window,)) if facts.reserve_until else ((first,),)
    if may_be_shared(order, facts.lines):
        ways = (*ways, (button("👥 " + t.plain("Each pays their own"), ShareHold(order_id=order.id)),))
    ways = (*ways, *_less(t, facts))
    return (*ways, (*longer, refresh), (again, release))


def _less(t: Texts, facts: OrderFacts) -> tuple[Row, ...]:
    """What makes it cost less, or was paid ahead. Codes come before vouchers: they change the price."""
    order = facts.order
    row = []
    if facts.may_member and facts.promotion is None:
        row.append(button("⭐ " + t.plain("Members’ price"), PayAsMember(order_id=order.id)))
    if facts.takes_codes and facts.promotion is None and order.total and not (order.voucher or order.member):
        row.append(button("🏷 " + t.plain("Promotion code"), AskCode(order_id=order.id)))
    if order.total:
        row.append(button("🎁 " + t.plain("Voucher"), AskVoucher(order_id=order.id)))
    if order.voucher:
        row.append(button("✕ " + t.plain("Without the voucher"), TakeOffVouchers(order_id=order.id)))
    return tuple(grid(row, 2))


def _reserved_actions(t: Texts, facts: OrderFacts) -> tuple[Row, ...]:
    order_id = facts.order.id
    here = button("💳 " + t.plain("Pay here instead"), PayReserved(order_id=order_id))
    phone = button("📞 " + t.plain("Leave a telephone"), LeavePhone(order_id=order_id))
    release = button("✕ " + t.plain("Let go"), GiveBack(order_id=order_id))
    return ((here,), (phone,), (release,))


def _paid(t: Texts, facts: OrderFacts, here: str) -> Screen:
    said = t.plain("Paid. Thank you!") if facts.order.costs else t.plain("It is yours. Enjoy!")
    lines: list[str] = [bold(f"✅ {said}")]
    lines.append(t.plural("Your ticket comes in a moment.", "Your tickets come in a moment.", len(facts.lines)))
    text = f"{' '.join(lines)}\n\n{_head(t, facts)}\n{_seats(t, facts)}"
    if facts.order.costs:
        text += f"\n\n{_prices(t, facts)}"
    if facts.receipt is not None:
        text += "\n" + t("Receipt no. {number}", number=facts.receipt)
    keep = button("📎 " + t.plain("Keep a copy"), Keep(performance_id=facts.order.performance_id))
    give = button("🎁 " + t.plain("A present, or for a group"), OpenHandout(order_id=facts.order.id))
    rows = ((button("🎟 " + t.plain("My tickets"), OpenTickets()), keep), (give,), way(t))
    return Screen(text, rows, here=here)


def _over(t: Texts, facts: OrderFacts, here: str) -> Screen:
    order = facts.order
    said: Html
    if order.state is OrderState.LET_GO:
        said = t("You gave these seats back.")
    else:
        said = t("The time to pay is over and the seats were given back.")
    text = f"{_head(t, facts)}\n{_seats(t, facts)}\n\n{said}"
    if order.credit is not None:
        still = t("Your old seats are still yours.")
        return Screen(f"{text}\n{still}", ((button("🎟 " + t.plain("My tickets"), OpenTickets()),), way(t)), here=here)
    if facts.showing.performance.sale_state(facts.now) != "open":
        return Screen(text, (_way(t, facts),), here=here)
    again = button("↻ " + t.plain("Take the same again"), TakeAgain(order_id=order.id))
    other = button("🪑 " + t.plain("Choose others"), OpenPerformance(performance_id=order.performance_id))
    return Screen(text, ((again,), (other,), _way(t, facts)), here=here)


def _way(t: Texts, facts: OrderFacts) -> Row:
    return way(t, back(t, OpenPerformance(performance_id=facts.order.performance_id)))


def _map(t: Texts, facts: OrderFacts) -> SeatMap | None:
    """The zone of the first seat."""
    if facts.plan is None or not facts.lines or facts.lines[0].zone not in facts.plan.by_zone:
        return None
    mine = {line.place for line in facts.lines}
    zone, title = facts.lines[0].zone, title_of(t, facts.showing.event.title)
    date = when(t, facts.showing.performance, facts.showing.venue, facts.now)
    heading = f"{zone_text(t, facts.showing.hall, zone)} · {clipped(title, 60)}"
    return order_map(t, facts.plan, zone, mine, facts.taken, heading, date)
