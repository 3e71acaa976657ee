"""The living ticket card: from the seat to the way out; the short word beside it; the way there as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from domain.admission.evening_model import VisitStage
from domain.notices import CardKind
from domain.ports import Tx
from domain.programme.model import Gate
from handlers.admission.evening.callbacks import ShowWay
from handlers.admission.evening.reminders import tickets_button
from handlers.admission.evening.visit_queries import VisitFacts, visit_facts
from handlers.ticketing.maps import map_areas
from handlers.ticketing.ticket_queries import TicketFacts
from handlers.ticketing.wording import (
    bold,
    clipped,
    escaped,
    home,
    name_of,
    seats_texts,
    title_of,
    way,
    when,
    word,
    zone_text,
)
from handlers.ui.i18n import N_, Texts
from handlers.ui.notices import CardRenderer
from handlers.ui.pictures import AreaRole, HallOverview, HallRegion, MapArea
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Outgoing, Row, Screen, button, grid

#: Buttons that another area gives somebody at a stage of their evening; none where there is nothing to do.
VisitAction = Callable[[Tx, Texts, VisitFacts], Sequence[Button]]

#: Who is there so long before the start is in their seat in time.
_IN_TIME = timedelta(minutes=20)
_DIRECTIONS_MOST = 300
_GATES_MOST = 3
_HERE, _ELSEWHERE = "#c8553d", "#dcdad4"
_OVER = frozenset({VisitStage.AFTER, VisitStage.CANCELLED, VisitStage.GONE})
_HEADS: Mapping[VisitStage, str] = {
    VisitStage.SEAT: N_("🎟 Your seat"),
    VisitStage.SET_OUT: N_("🧭 Time to set out"),
    VisitStage.DOORS: N_("🚪 The doors are open"),
    VisitStage.RUNNING: N_("🎭 It has begun"),
    VisitStage.INTERVAL: N_("⏸ Interval"),
    VisitStage.WAY_OUT: N_("🌙 The way out"),
    VisitStage.AFTER: N_("💬 How was it?"),
    VisitStage.CANCELLED: N_("⛔ It does not take place"),
    VisitStage.GONE: N_("🎟 You hold no ticket for this any more"),
}


def visit_cards(actions: Mapping[VisitStage, Sequence[VisitAction]]) -> Mapping[CardKind, CardRenderer]:
    """``actions``: what can be done at a stage, beside what the card itself offers."""

    def card(tx: Tx, t: Texts, visit_id: int) -> Screen | None:
        facts = visit_facts(tx, visit_id)
        if facts is None:
            return None
        offered = [offer for action in actions.get(facts.stage, ()) for offer in action(tx, t, facts)]
        return visit_card(t, facts, offered)

    return {CardKind.VISIT: card}


def visit_card(t: Texts, facts: VisitFacts, actions: Sequence[Button] = ()) -> Screen:
    """Its buttons open screens of their own; it keeps itself."""
    showing, now = facts.showing, facts.tickets[0].now if facts.tickets else None
    date = (
        when(t, showing.performance, showing.venue, now)
        if now
        else t.long_day(showing.performance.starts_at, showing.venue.timezone)
    )
    lines: list[str] = [
        bold(t.plain(_HEADS[facts.stage])),
        bold(title_of(t, showing.event.title)),
        escaped(f"🗓 {date}"),
        *_said(t, facts),
    ]
    rows: list[Row] = list(grid(actions, 1))
    if facts.tickets and facts.stage not in _OVER:
        shows_way = facts.stage in (VisitStage.SET_OUT, VisitStage.DOORS, VisitStage.WAY_OUT) and facts.plan is not None
        rows.append((tickets_button(t, facts.tickets), *((_way_button(t, facts),) if shows_way else ())))
    return Screen("\n".join(lines), (*rows, (home(t),)), pinned=facts.stage not in _OVER)


def doors_open(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where they are inside, or it was taken back."""
    facts = visit_facts(tx, params["visit_id"])
    if facts is None or facts.stage is not VisitStage.DOORS or facts.all_inside:
        return []
    return [_nudge(t, facts, t.plain("🚪 The doors are open"))]


def gate_changed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = visit_facts(tx, params["visit_id"])
    if facts is None or facts.stage is not VisitStage.DOORS or facts.all_inside:
        return []
    return [_nudge(t, facts, t.plain("🚧 Please use another gate"))]


def way_screen(t: Texts, facts: VisitFacts) -> Screen:
    """What the picture shows, the caption says too."""
    lines = [bold("🗺 " + t.plain("The way to your seat")), *_gates(t, facts)]
    rows: tuple[Row, ...] = ((tickets_button(t, facts.tickets),), way(t))
    here = ShowWay(performance_id=facts.showing.performance.id).pack()
    return Screen("\n".join(lines), rows, picture=_picture(t, facts), here=here)


def _nudge(t: Texts, facts: VisitFacts, head: str) -> Screen:
    lines = [bold(head), escaped(title_of(t, facts.showing.event.title)), *_gates(t, facts)]
    rows: tuple[Row, ...] = ((tickets_button(t, facts.tickets),), (home(t),))
    return Screen("\n".join(lines), rows, picture=_picture(t, facts))


def _said(t: Texts, facts: VisitFacts) -> list[str]:
    performance, zone = facts.showing.performance, facts.showing.venue.timezone
    doors = "🚪 " + t("Doors open at {time}", time=t.time(performance.doors_at, zone))
    match facts.stage:
        case VisitStage.SEAT:
            return [doors, *_seats(t, facts.tickets)]
        case VisitStage.SET_OUT:
            be_there = t.time(performance.starts_at - _IN_TIME, zone)
            return [doors, t("Leave so that you are here by {time}.", time=be_there), *_gates(t, facts)]
        case VisitStage.DOORS if facts.all_inside:
            return [t("You are in. Enjoy the evening!"), *_seats(t, facts.tickets)]
        case VisitStage.DOORS:
            return _gates(t, facts)
        case VisitStage.RUNNING if not facts.all_inside:
            late = t("Not inside yet? Come to your gate and show the ticket: the staff let you in when it can be done.")
            return [late, *_gates(t, facts)]
        case VisitStage.INTERVAL:
            return [t("Keep your ticket at hand: it lets you in again."), *_seats(t, facts.tickets)]
        case VisitStage.WAY_OUT:
            return [t("Thank you for coming. You go out the way you came in:"), *_gates(t, facts)]
        case VisitStage.AFTER:
            return [t("Thank you for coming.")]
        case VisitStage.CANCELLED:
            return [t("What becomes of your money stands under “My tickets”.")]
        case VisitStage.GONE:
            return []
    return _seats(t, facts.tickets)


def _seats(t: Texts, tickets: Sequence[TicketFacts]) -> list[str]:
    names = [name_of(t, facts.showing.hall, facts.line) for facts in tickets]
    return [escaped(f"🪑 {seats}") for seats in seats_texts(t, names, 4)]


def _gates(t: Texts, facts: VisitFacts) -> list[str]:
    """Each gate with the seats that it is for, and the ways to it."""
    by_gate: dict[int, list[TicketFacts]] = {}
    for found in facts.tickets:
        by_gate.setdefault(found.gate.id if found.gate else 0, []).append(found)
    lines: list[str] = []
    for tickets in list(by_gate.values())[:_GATES_MOST]:
        gate = tickets[0].gate
        if gate is not None:
            lines += ["🚪 " + bold(t("Gate: {gate}", gate=word(t.of(gate.name)))), *_ways(t, gate)]
        lines += _seats(t, tickets)
    return lines


def _ways(t: Texts, gate: Gate) -> list[str]:
    directions, step_free = (clipped(t.of(text), _DIRECTIONS_MOST) for text in (gate.directions, gate.step_free))
    lines = ["➡️ " + escaped(directions)] if directions else []
    return [*lines, *(["♿ " + escaped(step_free)] if step_free else [])]


def _way_button(t: Texts, facts: VisitFacts) -> Button:
    return button("🗺 " + t.plain("The way"), ShowWay(performance_id=facts.showing.performance.id))


def _picture(t: Texts, facts: VisitFacts) -> HallOverview | None:
    """The hall from above with one's own zones in colour, and the gate at the door that bears its name."""
    plan, hall = facts.plan, facts.showing.hall
    if plan is None:
        return None
    mine = {found.line.zone: found.gate for found in facts.tickets}
    gates = {gate.id: gate for gate in mine.values() if gate is not None}
    regions = tuple(
        HallRegion(
            name=zone_text(t, hall, zone),
            rows=tuple(
                tuple((seat.x, seat.y) for seat in row) for _, row in groupby(plan.by_zone[zone], lambda s: s.row)
            ),
            free=None,
            note=t.plain("Your seats") if zone in mine else "",
            colours=(_HERE if zone in mine else _ELSEWHERE,),
        )
        for zone in plan.zones
    )
    names = " · ".join(word(t.of(gate.name)) for gate in gates.values())
    areas = tuple(_marked(t, area, list(gates.values())) for area in map_areas(t, plan))
    title = f"🚪 {names}" if names else clipped(title_of(t, facts.showing.event.title), 60)
    return HallOverview(title.removeprefix("🚪 "), regions, _way_line(t, facts), areas)


def _way_line(t: Texts, facts: VisitFacts) -> str:
    zones = dict.fromkeys(zone_text(t, facts.showing.hall, found.line.zone) for found in facts.tickets)
    return "→ " + " · ".join(list(zones)[:3])


def _marked(t: Texts, area: MapArea, gates: Sequence[Gate]) -> MapArea:
    for gate in gates:
        called = {gate.key.casefold(), *(name.casefold() for name in gate.name.values())}
        if area.role is AreaRole.DOOR and any(name and name in area.text.casefold() for name in called):
            return MapArea(AreaRole.DOOR, f"➜ {word(t.of(gate.name))}", area.outline)
    return area
