"""The steps of a sale, for tests that need many: hold, pay, hand on, stand at the door."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from domain.admission.scanning import TakeDoorPost
from domain.codes import CodeKind, Opened
from domain.money import Money
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.model import PlanCategory, Price, Seat, SeatingPlan, SeatKind
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, small_house, somebody

PRICE = Money(2500, "EUR")
_charges = count(1)


def seated_house(tx: Tx, *, rows: int = 5, seats: int = 10) -> SmallHouse:
    """A small house whose places are seats of one zone and one category."""
    house = small_house(tx, capacity=rows * seats)
    drawn = tuple(
        Seat(
            row * seats + seat + 1,
            f"g{row}-{seat}",
            "Stalls",
            f"{row + 1}",
            f"{seat + 1}",
            "A",
            SeatKind.STANDARD,
            20.0 * seat,
            25.0 * row,
        )
        for row in range(rows)
        for seat in range(seats)
    )
    focus = {"Stalls": (10.0 * seats, 0.0)}
    plan = SeatingPlan("Hall", 400, 400, (PlanCategory("A", "#336699"),), ("Stalls",), drawn, focus=focus)
    plan_id, _ = tx.programme.add_plan(house.hall_id, plan, tx.now)
    performance = tx.programme.performance(house.performance_id)
    assert performance is not None
    tx.programme.put_performance(replace(performance, plan_id=plan_id))
    tx.programme.put_prices(performance.id, [Price("A", house.concession_id, PRICE, 700)])
    return house


def hold(house: SmallHouse, buyer_id: int, *places: int) -> HoldPlaces:
    return HoldPlaces(buyer_id, house.performance_id, tuple(Wish(place, house.concession_id) for place in places))


def captured(
    order_id: int, payer_id: int | None, minor: int, *, charge: str | None = None, provider: str = "test"
) -> CapturePayment:
    charge = charge or f"charge-{next(_charges)}"
    return CapturePayment(Captured(provider, charge, f"tg-{charge}", order_id, Money(minor, "EUR"), payer_id))


async def buy(uow: UnitOfWork, house: SmallHouse, buyer_id: int, *places: int) -> list[int]:
    """Gives the tickets' ids, in the order of their places."""
    order_id = await uow.write(hold(house, buyer_id, *places))
    outcome = await uow.write(captured(order_id, buyer_id, PRICE.minor * len(places)))
    assert outcome["fate"] == "tickets"
    return [ticket.id for ticket in await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))]


async def people(uow: UnitOfWork, number: int) -> list[int]:
    return await uow.write(lambda tx: [somebody(tx) for _ in range(number)])


async def usher_at(uow: UnitOfWork, house: SmallHouse) -> int:
    """A new person with the role, standing at the house's gate."""

    def join(tx: Tx) -> int:
        usher_id = somebody(tx, "Usher")
        tx.people.grant(usher_id, Grant(Role.USHER, house.venue_id), None, tx.now)
        return usher_id

    usher_id = await uow.write(join)
    await uow.write(TakeDoorPost(usher_id, house.performance_id, house.gate_id))
    return usher_id


async def code_of(uow: UnitOfWork, ticket_id: int) -> Opened:
    """What the ticket's QR opens to, as it stands now."""
    standing = await uow.read(lambda tx: tx.ticketing.standing_credentials([ticket_id]))
    return Opened(CodeKind.TICKET, standing[ticket_id].id)
