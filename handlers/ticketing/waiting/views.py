"""The screens of the waiting list."""

from __future__ import annotations

from domain.ticketing.waiting_ports import WaitingState
from handlers.ticketing.changes.callbacks import pack_chosen
from handlers.ticketing.queries import OrderFacts
from handlers.ticketing.views.order import order_summary
from handlers.ticketing.waiting.callbacks import ChooseWaiting, JoinLine, LeaveLine, OpenWaiting, RefuseOffer, TakeOffer
from handlers.ticketing.waiting.queries import WaitingFacts
from handlers.ticketing.wording import back, bold, escaped, label, listed, title_of, today_in, way, when, word
from handlers.ui.callbacks import OpenOrder, OpenPerformance
from handlers.ui.i18n import Texts
from handlers.ui.screen import Row, Screen, button, grid

_CATEGORIES_MOST = 6


def wish_screen(
    t: Texts, facts: WaitingFacts, count: int, chosen: frozenset[int], hours: int, special: int = 0
) -> Screen:
    """How many together, in which categories, until when."""
    lines = [
        *_head(t, facts),
        "",
        t("When seats come free they are offered to who has waited longest and whom they fit."),
        t("You are told here, and they are kept for you until you say yes or no: two hours, less shortly before."),
        "",
        bold(_wish(t, facts, count, [facts.categories[index] for index in sorted(chosen)], special)),
        escaped(_until(t, facts, hours)),
    ]
    performance_id = facts.showing.performance.id

    def to(
        count: int = count, chosen: frozenset[int] = chosen, hours: int = hours, special: int = special
    ) -> ChooseWaiting:
        mask = pack_chosen(chosen)
        return ChooseWaiting(performance_id=performance_id, count=count, chosen=mask, hours=hours, special=special)

    size = [button("−", to(count=count - 1))] if count > max(1, special) else []
    size.append(button(_together(t, count), to()))
    if count < facts.most:
        size.append(button("+", to(count=count + 1)))
    rows: list[Row] = [tuple(size)]
    places = ("", t.plain("Wheelchair place"), t.plain("Wheelchair and companion"))
    rows += [
        (button(("✓ " if each == special else "♿ ") + places[each], to(special=0 if each == special else each)),)
        for each in range(1, min(facts.special, facts.most) + 1)
    ]
    if len(facts.priced) > 1:
        rows += grid(
            (
                button(
                    label(("✓ " if index in chosen else "") + word(facts.categories[index])),
                    to(chosen=chosen ^ {index}),
                )
                for index in facts.priced[:_CATEGORIES_MOST]
            ),
            3,
        )
    if len(facts.hours) > 1:
        rows.append(
            tuple(button(("✓ " if each == hours else "") + _hours(t, each), to(hours=each)) for each in facts.hours)
        )
    mask = pack_chosen(chosen)
    join = JoinLine(performance_id=performance_id, count=count, chosen=mask, hours=hours, special=special)
    rows.append((button("🕐 " + t.plain("Stand in line"), join),))
    rows.append(way(t, back(t, OpenPerformance(performance_id=performance_id))))
    return Screen("\n".join(lines), tuple(rows), here=to().pack())


def standing_screen(t: Texts, facts: WaitingFacts) -> Screen:
    """One's place in line, or what is offered."""
    standing = facts.standing
    assert standing is not None
    performance_id = facts.showing.performance.id
    lines = [*_head(t, facts), ""]
    rows: list[Row] = []
    if standing.state is WaitingState.OFFERED and standing.order_id is not None:
        lines.append(bold(t("Seats are offered to you.")))
        rows.append((button("🪑 " + t.plain("Look at them"), OpenOrder(order_id=standing.order_id)),))
        rows.append(_answers(t, standing.order_id))
    else:
        lines.append(bold(t("You are number {place} in line.", place=facts.ahead + 1)))
    special = standing.wheelchair + standing.companion
    lines.append(escaped(_wish(t, facts, standing.seats, list(standing.categories), special)))
    until = t.when(standing.until, facts.showing.venue.timezone, today=today_in(facts.now, facts.showing.venue))
    lines.append(t("At the latest {when}.", when=until))
    lines.append(t("Who waits for fewer seats may be served before you when only those are free."))
    if standing.state is WaitingState.WAITING:
        refresh = button("⟳ " + t.plain("Refresh"), OpenWaiting(performance_id=performance_id))
        rows.append((refresh, button("✕ " + t.plain("Leave the line"), LeaveLine(performance_id=performance_id))))
    rows.append(way(t, back(t, OpenPerformance(performance_id=performance_id))))
    return Screen("\n".join(lines), tuple(rows), here=OpenWaiting(performance_id=performance_id).pack())


def offer_screen(t: Texts, facts: OrderFacts) -> Screen:
    """Told by itself: these seats are kept for you."""
    assert facts.order.until is not None
    venue = facts.showing.venue
    until = t.when(facts.order.until, venue.timezone, today=today_in(facts.now, venue))
    lines = [
        bold("🎉 " + t.plain("Seats have come free for you!")),
        order_summary(t, facts),
        "",
        "⏱ " + t("They are kept for you until {when}. After that the next in line is asked.", when=until),
    ]
    return Screen("\n".join(lines), (_answers(t, facts.order.id), way(t)))


def left_note(t: Texts) -> str:
    return t.plain("You are not in line any more.")


def _answers(t: Texts, order_id: int) -> Row:
    yes = button("✅ " + t.plain("Take them"), TakeOffer(order_id=order_id))
    return (yes, button("✕ " + t.plain("No, thanks"), RefuseOffer(order_id=order_id)))


def _head(t: Texts, facts: WaitingFacts) -> list[str]:
    showing = facts.showing
    date = when(t, showing.performance, showing.venue, facts.now)
    return [
        bold("🕐 " + t.plain("Waiting list")),
        escaped(title_of(t, showing.event.title)),
        escaped(f"🗓 {date}"),
    ]


def _together(t: Texts, count: int) -> str:
    """Not one text with a plural: Chinese has none, and one seat is not together with anything."""
    return t.plain("1 seat") if count == 1 else t.plain("{count} seats together", count=count)


def _wish(t: Texts, facts: WaitingFacts, count: int, categories: list[str], special: int) -> str:
    """Plain."""
    seats = _together(t, count)
    if special:
        seats += " · ♿ " + (t.plain("Wheelchair and companion") if special > 1 else t.plain("Wheelchair place"))
    if not facts.categories:
        return seats
    where = listed(t, [word(name) for name in categories[:_CATEGORIES_MOST]]) or t.plain("any price")
    return f"{seats} · {where}"


def _until(t: Texts, facts: WaitingFacts, hours: int) -> str:
    venue = facts.showing.venue
    at = t.when(facts.until(hours), venue.timezone, today=today_in(facts.now, venue))
    return t.plain("At the latest {when}.", when=at)


def _hours(t: Texts, hours: int) -> str:
    if not hours:
        return t.plain("to the last")
    if hours < 24:
        return t.plain_plural("{count} h before", "{count} h before", hours)
    return t.plain_plural("{count} day before", "{count} days before", hours // 24)
