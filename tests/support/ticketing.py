"""Made-up sales, orders and tickets for the tests of views."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.money import Money
from domain.programme.model import (
    Area,
    Concession,
    Event,
    Gate,
    Hall,
    PlanCategory,
    Price,
    Seat,
    SeatingPlan,
    SeatKind,
)
from domain.text import LocalText
from domain.ticketing.model import Order, OrderLine, OrderState, Ticket, TicketCredential, TicketState
from domain.ticketing.party import tariff_of
from handlers.ticketing.queries import OrderFacts, SaleFacts, Showing
from handlers.ticketing.ticket_queries import PartyFacts, TicketFacts, Visit
from tests.support.programme import BIG, EVENT, HALL, NOW, PERFORMANCE, VENUE, hostile_event, local

FULL = Concession(1, "full", LocalText.of(en="full price", zh_Hans="全价"))
STUDENT = Concession(
    2,
    "student",
    LocalText.of(en="student", zh_Hans="学生"),
    needs_proof=True,
    proof=LocalText.of(en="a student card", zh_Hans="学生证"),
)
COMPANION = Concession(3, "companion", LocalText.of(en="companion", zh_Hans="陪同"))
CONCESSIONS = (FULL, STUDENT, COMPANION)
GATE = Gate(
    5,
    1,
    "B",
    LocalText.of(en="Gate B", zh_Hans="B 入口"),
    LocalText.of(en="Up the stairs on the left.", zh_Hans="左侧楼梯上楼。"),
    LocalText.of(en="Lift beside the cloakroom.", zh_Hans="衣帽间旁有电梯。"),
)
SHOWING = Showing(PERFORMANCE, EVENT, VENUE, replace(HALL, gates=(("*", GATE.id),)))
PRICES = tuple(
    Price(category, concession.id, Money(minor, "CNY"), 600)
    for category, full in (("A", 68000), ("B", 38000), ("C", 18000))
    for concession, minor in ((FULL, full), (STUDENT, full // 2), (COMPANION, 0))
)


def plan(
    zones: Sequence[str] = ("Stalls", "Circle", "Box 1"), *, rows: int = 6, seats: int = 10, row: str = ""
) -> SeatingPlan:
    """Zones of equal size, dearest first; the last zone has one row. Stalls row 1 begins with wheelchair places."""
    drawn: list[Seat] = []
    for z, zone in enumerate(zones):
        for r in range(1 if zone == zones[-1] and len(zones) > 1 else rows):
            for s in range(seats):
                kind = SeatKind.STANDARD
                if z == 0 and r == 0 and s < 4:
                    kind = SeatKind.COMPANION if s % 2 else SeatKind.WHEELCHAIR
                if z == 0 and r == 1 and s == 0:
                    kind = SeatKind.RESTRICTED
                place = len(drawn) + 1
                at = (30.0 * s, 40.0 * r + 400.0 * z)
                drawn.append(Seat(place, f"g{place}", zone, row or f"{r + 1}", f"{s + 1}", "ABC"[z % 3], kind, *at))
    categories = (PlanCategory("A", "#c0392b"), PlanCategory("B", "#e08e0b"), PlanCategory("C", "#2a7f9e"))
    stage = Area("rectangle", 0, -100, 300, 50, text="Stage")
    door = Area("text", 0, 0, text="Door 3", text_x=320, text_y=100)
    focus = {zone: (150.0, 100.0 + 400.0 * z) for z, zone in enumerate(zones)}
    return SeatingPlan("Hall", 400, 1500, categories, tuple(zones), tuple(drawn), (stage, door), focus=focus, id=1)


PLAN = plan()


def sale(
    *, taken: Collection[int] = (), seating: SeatingPlan | None = PLAN, event: Event = EVENT, **change: Any
) -> SaleFacts:
    """On sale, nothing held. Keywords that a performance has change it, others the facts."""
    fields = {name: change.pop(name) for name in list(change) if name in PERFORMANCE.__dataclass_fields__}
    capacity = len(seating.seats) if seating else 40
    base = {"capacity": capacity, "plan_id": 1 if seating else None, "prices": PRICES if seating else free_prices()}
    performance = replace(PERFORMANCE, **{**base, **fields})
    facts = SaleFacts(
        showing=replace(SHOWING, performance=performance, event=event),
        plan=seating,
        tariff=tariff_of(performance, CONCESSIONS),
        taken=frozenset(taken),
        bought=0,
        order=None,
        held=(),
        watching=False,
        now=NOW,
    )
    return replace(facts, **change)


def free_prices(minor: int = 0) -> tuple[Price, ...]:
    return (Price("", FULL.id, Money(minor, "CNY"), 600),)


def line(
    place: int = 1, *, seating: SeatingPlan | None = PLAN, concession: Concession = FULL, **change: Any
) -> OrderLine:
    seat = seating.seat(place) if seating else None
    category = seat.category if seat else ""
    price = next((p for p in PRICES if (p.category, p.concession_id) == (category, concession.id)), free_prices()[0])
    made = OrderLine(
        id=100 + place,
        order_id=3,
        place=place,
        zone=seat.zone if seat else "",
        row=seat.row if seat else "",
        number=seat.number if seat else str(place),
        seat_kind=(seat.kind if seat else SeatKind.STANDARD).value,
        category=category,
        concession_id=concession.id,
        price=price.amount,
        tax_rate_bp=600,
        policy={},
    )
    return replace(made, **change)


def order(lines: Sequence[OrderLine] = (), **change: Any) -> Order:
    made = Order(
        id=3,
        performance_id=PERFORMANCE.id,
        buyer_id=1,
        channel="telegram",
        state=OrderState.HELD,
        total=Money.total((line.price for line in lines), "CNY"),
        created_at=NOW,
        until=NOW + timedelta(minutes=9, seconds=30),
        paid_at=None,
        revision=1,
    )
    return replace(made, **change)


def order_facts(
    lines: Sequence[OrderLine] | None = None, *, seating: SeatingPlan | None = PLAN, event: Event = EVENT, **change: Any
) -> OrderFacts:
    """Keywords that an order has change it."""
    lines = [line(5), line(6)] if lines is None else lines
    made = order(lines, **{name: value for name, value in change.items() if name in Order.__dataclass_fields__})
    performance = replace(PERFORMANCE, prices=PRICES)
    concessions = {concession.id: concession for concession in CONCESSIONS}
    showing = replace(SHOWING, event=event, performance=performance)
    return OrderFacts(showing, seating, frozenset({1, 2}), made, tuple(lines), concessions, 1207, NOW)


def ticket(number: int = 1, **change: Any) -> Ticket:
    made = Ticket(200 + number, 100 + number, 3, PERFORMANCE.id, number, 1, TicketState.VALID, "QR47TK", 1)
    return replace(made, **change)


def ticket_facts(number: int = 5, *, count: int = 2, **change: Any) -> TicketFacts:
    made = ticket(number)
    facts = TicketFacts(
        ticket=made,
        line=line(number),
        showing=SHOWING,
        house=LocalText.of(en="The Foyer", zh_Hans="艺厅"),
        concession=FULL,
        gate=GATE,
        credential=TicketCredential(300 + number, "T", made.id, None, "k", None, None),
        admission=None,
        number=1,
        count=count,
        now=NOW,
        party=count > 1,
    )
    return replace(facts, **change)


def party_facts(tickets: Sequence[TicketFacts] | None = None) -> PartyFacts:
    tickets = [ticket_facts(5), ticket_facts(6, concession=STUDENT)] if tickets is None else tickets
    credential = TicketCredential(400, "P", None, 3, "k", None, None)
    return PartyFacts(order(), tickets[0].showing, tickets[0].house, tuple(tickets), credential, NOW)


def visit(count: int = 2) -> Visit:
    return Visit(SHOWING, tuple(ticket(number) for number in range(1, count + 1)))


def hostile_showing(text: str) -> Showing:
    """Everything that a house writes itself says this, and every id is as large as can be."""
    named = local(text)
    return Showing(
        performance=replace(PERFORMANCE, id=BIG, event_id=BIG, prices=PRICES, capacity=130),
        event=hostile_event(text),
        venue=replace(VENUE, id=BIG, name=named, address=named),
        hall=Hall(BIG, BIG, "h", named, (("*", BIG),), ((text, named),)),
    )


def hostile_gate(text: str) -> Gate:
    return Gate(BIG, BIG, "g", local(text), local(text), local(text))


def hostile_concession(text: str, id: int = 1) -> Concession:
    return Concession(id, f"k{id}", local(text), needs_proof=True, proof=local(text))


def hostile_ticket(text: str) -> TicketFacts:
    named = replace(line(5), zone=text, row=text, number=text, category=text)
    made = ticket(5, id=BIG, order_id=BIG, performance_id=BIG)
    return ticket_facts(
        line=named,
        ticket=made,
        showing=hostile_showing(text),
        house=local(text),
        gate=hostile_gate(text),
        concession=hostile_concession(text),
    )
