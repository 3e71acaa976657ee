"""Selling at the window: a customer comes, places are held for them, and let go if nothing comes of it.

The clerk acts, the buyer is a person without a name. The places are held by the very use cases of the chat, so window
and chat cannot have one place both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import NotFound, NotOnSale, Stale
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance
from domain.ticketing.back_to_block import back_to_block
from domain.ticketing.holding import HoldBest, HoldPlaces, close_unpaid
from domain.ticketing.model import Order, OrderState
from domain.ticketing.window_model import CHANNEL, Contact, WindowSale

_MOST_NAME, _MOST_PHONE, _MOST_MAIL = 80, 32, 120


@dataclass(frozen=True, slots=True)
class BeginSale:
    """The next customer. What was not finished with the last one is let go. Gives the sale's id.

    Raises NotAllowed, NotFound, NotOnSale: the window sells until the performance is over.
    """

    clerk_id: int
    performance_id: int
    block_id: int | None = None

    def __call__(self, tx: Tx) -> int:
        performance = performance_for(tx, clerk(tx, self.clerk_id), self.performance_id)
        state = performance.sale_state(tx.now, at_window=True)
        if state != "open":
            raise NotOnSale(state, performance_id=performance.id)
        before = tx.window.open_sale(self.clerk_id, lock=True)
        if before is not None and self.block_id is None and not tx.window.has_ordered(before.buyer_id):
            tx.window.move_sale(before.id, performance.id)
            return before.id
        if before is not None:
            _stop(tx, before)
        buyer_id = tx.window.add_walk_in(tx.now)
        sale_id = tx.window.add_sale(self.clerk_id, performance.id, buyer_id, tx.now, block_id=self.block_id)
        tx.audit(self.clerk_id, "window.opened", "window_sale", sale_id, performance=performance.id)
        return sale_id


@dataclass(frozen=True, slots=True)
class HoldAtWindow:
    """Holds for the customer of a sale. Gives the order's id. Raises NotFound for another clerk's sale, and whatever
    holding raises."""

    clerk_id: int
    sale_id: int
    hold: HoldPlaces | HoldBest

    def __call__(self, tx: Tx) -> int:
        sale = own_sale(tx, self.clerk_id, self.sale_id, lock=True)
        if (self.hold.buyer_id, self.hold.performance_id) != (sale.buyer_id, sale.performance_id):
            raise NotFound
        if sale.closed_at is not None:
            raise Stale
        order_id = replace(self.hold, channel=CHANNEL)(tx)
        tx.audit(self.clerk_id, "window.held", "order", order_id)
        return order_id


@dataclass(frozen=True, slots=True)
class StopSale:
    """Nothing comes of it: what is held goes back, at once. Stopping twice is stopping once.

    Gives the performance's id. Raises NotFound.
    """

    clerk_id: int
    sale_id: int

    def __call__(self, tx: Tx) -> int:
        sale = own_sale(tx, self.clerk_id, self.sale_id, lock=True)
        if sale.closed_at is None:
            _stop(tx, sale)
        return sale.performance_id


@dataclass(frozen=True, slots=True)
class LeaveContact:
    """The customer leaves a name, a telephone or an address, as they like; what is empty stays as it was.

    Gives the order's id. Raises NotFound.
    """

    clerk_id: int
    order_id: int
    name: str = ""
    phone: str = ""
    mail: str = ""

    def __call__(self, tx: Tx) -> int:
        order = order_at_window(tx, self.clerk_id, self.order_id)
        put_contact(tx, order.buyer_id, self.name, self.phone, self.mail)
        tx.audit(self.clerk_id, "contact.left", "person", order.buyer_id)
        return order.id


def put_contact(tx: Tx, person_id: int, name: str = "", phone: str = "", mail: str = "") -> None:
    known = tx.window.contact(person_id) or Contact(person_id)
    tx.window.put_contact(
        Contact(
            person_id,
            name[:_MOST_NAME] or known.name,
            phone[:_MOST_PHONE] or known.phone,
            mail[:_MOST_MAIL] or known.mail,
        ),
        tx.now,
    )


def clerk(tx: Tx, person_id: int) -> Actor:
    """Raises NotAllowed for whoever works at no window, NotFound for whoever is gone."""
    actor = actor_of(tx, person_id)
    actor.require(Role.BOX_OFFICE)
    return actor


def performance_for(tx: Tx, actor: Actor, performance_id: int) -> Performance:
    """Raises NotFound for one of a house where this clerk does not sell just as for none."""
    performance = tx.programme.performance(performance_id)
    if performance is None or not actor.may(Role.BOX_OFFICE, performance.venue_id):
        raise NotFound
    return performance


def own_sale(tx: Tx, clerk_id: int, sale_id: int, *, lock: bool = False) -> WindowSale:
    """Raises NotAllowed, NotFound: for another clerk's sale just as for none."""
    actor = clerk(tx, clerk_id)
    sale = tx.window.sale(sale_id, lock=lock)
    if sale is None or sale.clerk_id != clerk_id:
        raise NotFound
    performance_for(tx, actor, sale.performance_id)
    return sale


def order_at_window(tx: Tx, clerk_id: int, order_id: int, *, lock: bool = False) -> Order:
    """An order that this clerk may touch: of their own sale, or reserved in their house; a manager may touch every sale
    of the window. Raises NotAllowed, NotFound."""
    actor = clerk(tx, clerk_id)
    order = tx.ticketing.order(order_id, lock=lock)
    if order is None:
        raise NotFound
    performance = performance_for(tx, actor, order.performance_id)
    if order.state is OrderState.RESERVED:
        return order
    sale = tx.window.sale_of_order(order.id)
    if sale is None:
        if tx.window.reservation(order.id) is None or order.state is not OrderState.PAID:
            raise NotFound
    elif sale.clerk_id != clerk_id and not actor.may(Role.MANAGER, performance.venue_id):
        raise NotFound
    return order


def _stop(tx: Tx, sale: WindowSale) -> None:
    tx.window.close_sale(sale.id, tx.now)
    for order in tx.ticketing.unpaid_orders(sale.buyer_id, lock=True):
        places = [line.place for line in tx.ticketing.lines(order.id)]
        close_unpaid(tx, order, OrderState.LET_GO if order.is_live(tx.now) else OrderState.EXPIRED, sale.clerk_id)
        back_to_block(tx, sale.block_id, places)
    tx.audit(sale.clerk_id, "window.stopped", "window_sale", sale.id)
