"""A clerk at the window of a small house, for tests that need one."""

from __future__ import annotations

from domain.payments.drawer import OpenDrawer
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from domain.ticketing.window import BeginSale, HoldAtWindow
from domain.ticketing.window_paying import TakeCash
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, somebody


async def clerk_at(uow: UnitOfWork, house: SmallHouse, *, float_minor: int | None = 10_000) -> int:
    """A new person with the role, with an open drawer unless ``float_minor`` is None."""

    def join(tx: Tx) -> int:
        clerk_id = somebody(tx, "Clerk")
        tx.people.grant(clerk_id, Grant(Role.BOX_OFFICE, house.venue_id), None, tx.now)
        return clerk_id

    clerk_id = await uow.write(join)
    if float_minor is not None:
        await uow.write(OpenDrawer(clerk_id, house.venue_id, float_minor))
    return clerk_id


async def holds_at_window(uow: UnitOfWork, house: SmallHouse, clerk_id: int, *places: int) -> int:
    """The next customer wants these places. Gives the order's id."""
    sale_id = await uow.write(BeginSale(clerk_id, house.performance_id))
    sale = await uow.read(lambda tx: tx.window.sale(sale_id))
    assert sale is not None
    wishes = tuple(Wish(place, house.concession_id) for place in places)
    hold = HoldPlaces(sale.buyer_id, house.performance_id, wishes)
    return await uow.write(HoldAtWindow(clerk_id, sale_id, hold))


async def sells_for_cash(uow: UnitOfWork, house: SmallHouse, clerk_id: int, *places: int) -> int:
    """Gives the order's id."""
    order_id = await holds_at_window(uow, house, clerk_id, *places)
    await uow.write(TakeCash(clerk_id, order_id, 10**8))
    return order_id
