"""From a sale or an order to the picture of a zone or of the whole hall."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from domain.programme.model import Area, Performance, Seat, SeatingPlan, SeatKind
from domain.programme.plan_focus import says_stage
from domain.ticketing.party import Tariff
from handlers.ticketing.queries import SaleFacts
from handlers.ticketing.wording import clipped, title_of, when, word, zone_text
from handlers.ui.i18n import Texts
from handlers.ui.pictures import (
    AreaRole,
    HallOverview,
    HallRegion,
    LegendEntry,
    MapArea,
    MapRow,
    MapSeat,
    SeatMap,
    SeatState,
    area_outline,
)

_DOOR_WORDS = ("door", "entrance", "gate", "exit", "入口", "出口", "门", "門", "eingang", "tür", "entrée", "entrada")
_TITLE_MOST = 60


def zone_map(
    t: Texts,
    facts: SaleFacts,
    zone: str,
    mine: Collection[int] = (),
    offered: Collection[int] = (),
    row: str = "",
) -> SeatMap:
    """Free, taken, mine and suggested seats of one zone, as the sale stands; one ``row`` may be marked."""
    assert facts.plan is not None

    def state(seat: Seat) -> SeatState:
        if seat.place in mine:
            return SeatState.MINE
        if not facts.is_priced(seat):
            return SeatState.NOT_FOR_THIS_SALE
        if seat.place in facts.taken:
            return SeatState.TAKEN
        return SeatState.OFFERED if seat.place in offered else SeatState.FREE

    seats = facts.plan.by_zone[zone]
    rows = _rows(facts.plan, seats, {seat.place: state(seat) for seat in seats}, row)
    free = sum(facts.is_free(seat) for seat in seats)
    return SeatMap(
        title=_heading(t, facts, zone),
        subtitle=f"{_when(t, facts)} · {free_text(t, free)}",
        rows=rows,
        areas=map_areas(t, facts.plan),
        legend=_legend(t, facts.plan, facts.performance, facts.tariff, rows),
    )


def order_map(
    t: Texts,
    plan: SeatingPlan,
    zone: str,
    mine: Collection[int],
    taken: Collection[int],
    title: str,
    subtitle: str,
) -> SeatMap:
    """Where one's own seats are."""

    def state(seat: Seat) -> SeatState:
        if seat.place in mine:
            return SeatState.MINE
        return SeatState.TAKEN if seat.place in taken else SeatState.FREE

    seats = plan.by_zone[zone]
    rows = _rows(plan, seats, {seat.place: state(seat) for seat in seats})
    return SeatMap(title, rows, subtitle, map_areas(t, plan), _state_legend(t, rows))


def hall_overview(t: Texts, facts: SaleFacts) -> HallOverview:
    """All zones, with how many seats are left in each."""
    plan = facts.plan
    assert plan is not None
    colours = category_colours(plan)
    regions = []
    for zone in plan.zones:
        seats = plan.by_zone[zone]
        sold = [seat for seat in seats if facts.is_priced(seat)]
        free = sum(seat.place not in facts.taken for seat in sold)
        categories = _by_price({seat.category for seat in sold}, facts.performance, facts.tariff)
        regions.append(
            HallRegion(
                name=zone_text(t, facts.showing.hall, zone),
                rows=tuple(tuple((s.x, s.y) for s in row) for _, row in groupby(seats, key=lambda seat: seat.row)),
                free=round(free / len(seats), 2) if seats else 0.0,
                note=free_text(t, free),
                colours=tuple(colours[category] for category in categories if category in colours),
            )
        )
    return HallOverview(
        title=clipped(title_of(t, facts.showing.event.title), _TITLE_MOST),
        regions=tuple(regions),
        subtitle=f"{_when(t, facts)} · {free_text(t, facts.free)}",
        areas=map_areas(t, plan),
        legend=_price_legend(t, plan, facts.performance, facts.tariff, {s.category for s in plan.seats}),
    )


def free_text(t: Texts, free: int) -> str:
    return t.plain_plural("{count} free", "{count} free", free) if free else t.plain("sold out")


def price_order(plan: SeatingPlan, facts: SaleFacts) -> list[str]:
    """Categories that are sold, the dearest first."""
    return _by_price({category.name for category in plan.categories}, facts.performance, facts.tariff)


def _by_price(names: Iterable[str], performance: Performance, tariff: Tariff | None) -> list[str]:
    if tariff is None:
        return []
    prices = {name: performance.price(name, tariff.usual.id) for name in names}
    priced = [(name, price) for name, price in prices.items() if price is not None]
    return [name for name, price in sorted(priced, key=lambda pair: (-pair[1].amount.minor, pair[0]))]


def _rows(
    plan: SeatingPlan, seats: Sequence[Seat], states: dict[int, SeatState], marked: str = ""
) -> tuple[MapRow, ...]:
    colours = category_colours(plan)
    return tuple(
        MapRow(
            word(label),
            tuple(
                MapSeat(s.place, s.x, s.y, word(s.number), colours.get(s.category, "#cccccc"), states[s.place], s.kind)
                for s in row
            ),
            marked=bool(marked) and label == marked,
        )
        for label, row in groupby(seats, key=lambda seat: seat.row)
    )


def map_areas(t: Texts, plan: SeatingPlan) -> tuple[MapArea, ...]:
    """Stage, doors and the rest, in the reader's words."""
    return tuple(_area(t, area) for area in plan.areas)


def _area(t: Texts, area: Area) -> MapArea:
    if says_stage(area):
        return MapArea(AreaRole.STAGE, t.plain("Stage"), area_outline(area))
    text = area.text.casefold()
    role = AreaRole.DOOR if any(known in text for known in _DOOR_WORDS) else AreaRole.OTHER
    return MapArea(role, word(area.text), area_outline(area))


def _legend(
    t: Texts, plan: SeatingPlan, performance: Performance, tariff: Tariff | None, rows: Sequence[MapRow]
) -> tuple[LegendEntry, ...]:
    zone = {plan.seat(seat.place).category for row in rows for seat in row.seats}
    return (*_price_legend(t, plan, performance, tariff, zone), *_state_legend(t, rows))


def _price_legend(
    t: Texts, plan: SeatingPlan, performance: Performance, tariff: Tariff | None, categories: Iterable[str]
) -> tuple[LegendEntry, ...]:
    colours, entries = category_colours(plan), []
    for category in _by_price(categories, performance, tariff):
        price = performance.price(category, tariff.usual.id) if tariff else None
        if price is not None:
            entries.append(LegendEntry(f"{word(category)} {t.money(price.amount)}", colours[category]))
    return tuple(entries)


def _state_legend(t: Texts, rows: Sequence[MapRow]) -> tuple[LegendEntry, ...]:
    """Only what is to be seen."""
    seats = [seat for row in rows for seat in row.seats]
    states = {seat.state for seat in seats}
    kinds = {seat.kind for seat in seats}
    colour = seats[0].colour if seats else "#cccccc"
    state_texts = {
        SeatState.TAKEN: t.plain("Taken"),
        SeatState.MINE: t.plain("Yours"),
        SeatState.OFFERED: t.plain("Suggested"),
        SeatState.NOT_FOR_THIS_SALE: t.plain("Not on sale"),
    }
    kind_texts = {
        SeatKind.WHEELCHAIR: t.plain("Wheelchair place"),
        SeatKind.COMPANION: t.plain("Companion seat"),
        SeatKind.RESTRICTED: t.plain("Restricted view"),
    }
    return (
        *(LegendEntry(text, colour, state) for state, text in state_texts.items() if state in states),
        *(LegendEntry(text, colour, kind=kind) for kind, text in kind_texts.items() if kind in kinds),
    )


def category_colours(plan: SeatingPlan) -> dict[str, str]:
    """Category → ``#rrggbb``."""
    return {category.name: category.colour for category in plan.categories}


def _heading(t: Texts, facts: SaleFacts, zone: str) -> str:
    title = clipped(title_of(t, facts.showing.event.title), _TITLE_MOST)
    several = facts.plan is not None and len(facts.plan.zones) > 1
    return f"{zone_text(t, facts.showing.hall, zone)} · {title}" if several else title


def _when(t: Texts, facts: SaleFacts) -> str:
    return when(t, facts.performance, facts.showing.venue, facts.now)
