"""The steps of a sale, for tests that need many: hold, pay, hand on, stand at the door."""

from __future__ import annotations

from itertools import count

from domain.admission.scanning import TakeDoorPost
from domain.codes import CodeKind, Opened
from domain.money import Money
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, somebody

PRICE = Money(2500, "EUR")
_charges = count(1)


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
