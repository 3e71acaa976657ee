"""What the window's page shows, as JSON: the chat's own words and offers, without its markup."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from statistics import median
from typing import Any

from domain.programme.model import Seat, SeatingPlan
from domain.ticketing.model import OrderState
from domain.ticketing.party import Party, Tariff
from handlers.payments.vouchers.callbacks import AskVoucherAtWindow
from handlers.ticketing.callbacks import ANY_CATEGORY
from handlers.ticketing.maps import category_colours, free_text, map_areas, price_order
from handlers.ticketing.members.callbacks import AskMemberAtWindow
from handlers.ticketing.packing import fits, pack_party
from handlers.ticketing.picks import Picks
from handlers.ticketing.promotions.callbacks import AskCodeAtWindow
from handlers.ticketing.queries import SaleFacts
from handlers.ticketing.views.hall import picks_price
from handlers.ticketing.views.performance import Stepper, best_offers, places_offer, showing_head, steppers
from handlers.ticketing.window.callbacks import (
    AskCard,
    AskCash,
    AskContact,
    AskReason,
    AskVoid,
    OpenDrawerScreen,
    PrintTickets,
    StopAtWindow,
    TakeFree,
)
from handlers.ticketing.window.queries import OnSale, WindowFacts, WindowOrderFacts
from handlers.ticketing.window.sums import likely_given
from handlers.ticketing.window.views import drawer_line, item_lines, window_order_screen
from handlers.ticketing.wording import KIND_SIGNS, kind_text, name_of, party_text, seats_texts, word, zone_text
from handlers.ui.callbacks import OpenPerformance
from handlers.ui.i18n import Texts
from handlers.ui.plain import plain, plain_lines, unsigned
from handlers.ui.screen import Screen

Json = dict[str, Any]
#: What fills a seat of which the plan says no colour.
_NO_COLOUR = "#cccccc"


def window(t: Texts, facts: WindowFacts) -> Json:
    return {
        "items": [_item(t, facts, item) for item in facts.items],
        "page": facts.page,
        "more": facts.more,
        "drawer": plain(drawer_line(t, facts.drawer)),
        "unfinished": facts.unfinished.id if facts.unfinished else None,
        "reserves": facts.reserves,
    }


def hall(t: Texts, facts: SaleFacts) -> Json:
    """The plan, once for a performance: seats as lists, since there are thousands. No plan: places without numbers."""
    said = plain(showing_head(t, facts.showing, facts)).splitlines()
    title, *lines = said[1:] if facts.sale_id is not None else said  # a sale's begins with "At the window"
    lines = lines[:-1] if facts.state == "open" else lines  # how many are free is said with the sale, and changes
    found = {"performance_id": facts.performance.id, "title": title, "lines": lines, "plan": None}
    if facts.plan is None:
        return found
    return found | {"plan": _plan(t, facts, facts.plan)}


def sale(t: Texts, facts: SaleFacts, party: Party | None, picks: Picks) -> Json:
    """How it stands now: who comes, what is free, what is offered, what the chosen seats cost."""
    tariff = facts.tariff
    stands = {
        "sale_id": facts.sale_id,
        "state": facts.state,
        "free": free_text(t, facts.free),
        "taken": sorted(facts.taken),
        "order_id": facts.order.id if facts.order else None,
        "most": facts.most,
    }
    if tariff is None or facts.state != "open":
        return stands | {"party": "", "people": "", "steps": [], "offers": [], "chosen": None}
    party = tariff.known(party) if party else tariff.party_of(min(2, max(facts.most, 1)))
    if party.size > max(facts.most, 1):
        party = tariff.party_of(max(1, facts.most))
    return stands | {
        "party": pack_party(party),
        "people": party_text(t, tariff, party),
        "steps": [_stepper(one) for one in steppers(t, facts, tariff, party)],
        "offers": _offers(t, facts, tariff, party),
        "chosen": _chosen(t, facts, tariff, party, picks),
    }


def order(t: Texts, facts: WindowOrderFacts) -> Json:
    """Held, reserved, sold, or over: what the chat's screen says, and which of its buttons there are."""
    screen = window_order_screen(t, facts)
    heading, *lines = plain(screen.text).splitlines()
    found, live = facts.order.order, facts.order.is_live
    held = live and found.state is OrderState.HELD
    prefixes = _prefixes(screen)
    return {
        "order_id": found.id,
        "performance_id": found.performance_id,
        "state": found.state.value if live or not found.state.is_unpaid else OrderState.EXPIRED.value,
        "heading": heading,
        "lines": [line for line in (lines[:-1] if held else lines) if line],  # the page counts the minutes itself
        "total": t.money(found.total),
        "seconds": int((found.until - facts.order.now).total_seconds()) if found.until and held else None,
        "given": [{"text": t.money(each), "minor": each.minor} for each in likely_given(found.total)],
        "papers": facts.papers,
        "drawer_at": facts.order.showing.venue.id if OpenDrawerScreen.__prefix__ in prefixes else None,
        "can": {
            "cash": AskCash.__prefix__ in prefixes,
            "card": AskCard.__prefix__ in prefixes,
            "free": TakeFree.__prefix__ in prefixes,
            "code": AskCodeAtWindow.__prefix__ in prefixes,
            "voucher": AskVoucherAtWindow.__prefix__ in prefixes,
            "member": AskMemberAtWindow.__prefix__ in prefixes,
            "complimentary": AskReason.__prefix__ in prefixes,
            "contact": AskContact.__prefix__ in prefixes,
            "other": OpenPerformance.__prefix__ in prefixes,
            "stop": StopAtWindow.__prefix__ in prefixes,
            "print": PrintTickets.__prefix__ in prefixes,
            "void": AskVoid.__prefix__ in prefixes,
        },
    }


def orders(t: Texts, found: Sequence[WindowOrderFacts], screen: Screen) -> list[Json]:
    """Several to choose from, called as in the chat."""
    labels = [row[0].text for row in screen.keyboard[: len(found)]]
    return [{"order_id": one.order.order.id, "text": text} for one, text in zip(found, labels, strict=True)]


def _item(t: Texts, facts: WindowFacts, item: OnSale) -> Json:
    title, *lines = plain_lines(item_lines(t, facts, item))
    capacity = item.showing.performance.capacity
    return {
        "performance_id": item.showing.performance.id,
        "title": title,
        "lines": lines,
        "open": item.state == "open",
        "blocks": item.state not in ("past", "cancelled"),
        "full": round(1 - item.left / capacity, 3) if capacity and item.state == "open" else None,
    }


def _plan(t: Texts, facts: SaleFacts, plan: SeatingPlan) -> Json:
    showing, colours = facts.showing, category_colours(plan)
    names = [category.name for category in plan.categories]
    order = price_order(plan, facts)
    zones = {zone: index for index, zone in enumerate(plan.zones)}
    return {
        "zones": [zone_text(t, showing.hall, zone) for zone in plan.zones],
        "pitch": _pitch(plan),
        "categories": [
            {
                "text": _category_text(t, facts, name),
                "colour": colours.get(name, _NO_COLOUR),
                "rank": order.index(name) if name in order else None,
            }
            for name in names
        ],
        "seats": [_seat(seat, zones, names) for seat in plan.seats],
        "kinds": {kind.value: unsigned(kind_text(t, kind)) for kind in KIND_SIGNS},
        "areas": [
            {
                "role": area.role.value,
                "text": area.text,
                "points": [[round(x, 1), round(y, 1)] for x, y in area.outline],
            }
            for area in map_areas(t, plan)
        ],
    }


def _seat(seat: Seat, zones: dict[str, int], names: list[str]) -> list[Any]:
    """place, x, y, zone, row, number, category, kind."""
    category = names.index(seat.category) if seat.category in names else None
    x, y = round(seat.x, 1), round(seat.y, 1)
    return [seat.place, x, y, zones[seat.zone], word(seat.row), word(seat.number), category, seat.kind.value]


def _pitch(plan: SeatingPlan) -> float:
    """How far neighbours in a row are apart, as a rule."""
    gaps = [hypot(a.x - b.x, a.y - b.y) for row in plan.rows for a, b in pairwise(row.seats)]
    return round(median(gaps), 2) if gaps else 1.0


def _category_text(t: Texts, facts: SaleFacts, name: str) -> str:
    price = facts.performance.price(name, facts.tariff.usual.id) if facts.tariff else None
    return f"{word(name)} {t.money(price.amount)}" if price else word(name)


def _stepper(one: Stepper) -> Json:
    """A step that cannot be taken is null."""
    steps = {"fewer": one.fewer, "more": one.more}
    said = {name: pack_party(party) if party and fits(party) else None for name, party in steps.items()}
    return {"what": unsigned(one.what), "count": one.count, "price": one.price, **said}


def _offers(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party) -> list[Json]:
    if facts.plan is None:
        text = places_offer(t, facts, tariff, party)
        return [{"category": ANY_CATEGORY, "text": text}] if text else []
    index = {category.name: at for at, category in enumerate(facts.plan.categories)}
    return [
        {"category": index[name] if name else ANY_CATEGORY, "text": text}
        for name, text in best_offers(t, facts, tariff, party)
    ]


def _chosen(t: Texts, facts: SaleFacts, tariff: Tariff, party: Party, picks: Picks) -> Json | None:
    """Seats chosen on the map, and those that somebody else has taken meanwhile."""
    if facts.plan is None or not (picks.places or picks.gone):
        return None
    plan, found = facts.plan, facts.showing.hall
    price = picks_price(facts, tariff, party, picks)
    gone = [name_of(t, found, plan.seat(place)) for place in picks.gone]
    return {
        "places": list(picks.places),
        "seats": seats_texts(t, [name_of(t, found, plan.seat(place)) for place in picks.places]),
        "text": t.plain_plural("Take this seat", "Take these {count}", len(picks.places)),
        "price": t.money(price) if price else "",
        "gone": t.plain("Just taken by somebody else: {seats}", seats=t.plain("; ").join(seats_texts(t, gone)))
        if gone
        else "",
    }


def _prefixes(screen: Screen) -> frozenset[str]:
    """Which buttons the chat has at this moment."""
    return frozenset(item.data.partition(":")[0] for row in screen.keyboard for item in row if item.data)
