"""Read models of the menu, of one's order and of the desk's queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.assistance.drinks import (
    bar_state,
    drinks_to_pay,
    holds_ticket,
    may_serve,
    require_desk,
)
from domain.assistance.house import rules_of
from domain.assistance.model import DrinkLine, DrinkOrder, DrinkState, MenuItem
from domain.errors import NotFound
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.ports import PerformanceFilter
from domain.text import LocalText
from handlers.ticketing.queries import Showing, showing_of, showings_of

#: Shown of the queue; all of it is counted.
QUEUE_MOST = 8
_COUNTED_MOST = 500
_TONIGHT, _AFTER = timedelta(hours=12), timedelta(hours=2)
_EVENINGS_MOST = 8


@dataclass(frozen=True)
class MenuFacts:
    """``state``: open | early | late | cancelled; ``orders``: what was ordered already."""

    showing: Showing
    items: tuple[MenuItem, ...]
    state: str
    cart: DrinkOrder | None
    wanted: Mapping[int, int]
    orders: tuple[DrinkOrder, ...]


@dataclass(frozen=True, slots=True)
class FindMenu:
    """Raises NotFound without a ticket."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> MenuFacts:
        if not holds_ticket(tx, self.person_id, self.performance_id):
            raise NotFound
        showing = showing_of(tx, self.performance_id)
        items = tuple(item for item in tx.assistance.menu(showing.venue.id) if item.offered)
        cart = tx.assistance.cart_of(self.person_id, self.performance_id)
        wanted = {line.item_id: line.count for line in tx.assistance.drink_lines(cart.id)} if cart else {}
        orders = tuple(tx.assistance.drinks_of(self.person_id, self.performance_id))
        return MenuFacts(showing, items, bar_state(tx, showing.performance), cart, wanted, orders)


@dataclass(frozen=True)
class DrinksFacts:
    order: DrinkOrder
    lines: tuple[tuple[MenuItem, DrinkLine], ...]
    showing: Showing
    pick_up: LocalText
    receipt: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class FindDrinks:
    """One's own. Raises NotFound."""

    person_id: int
    drinks_id: int

    def __call__(self, tx: Tx) -> DrinksFacts:
        order = tx.assistance.drink(self.drinks_id)
        if order is None or order.person_id != self.person_id:
            raise NotFound
        return drinks_facts(tx, order)


@dataclass(frozen=True, slots=True)
class FindDrinksToPay:
    """Raises NotFound, Stale, NotOnSale."""

    person_id: int
    drinks_id: int

    def __call__(self, tx: Tx) -> DrinksFacts:
        order, lines = drinks_to_pay(tx, self.person_id, self.drinks_id)
        return drinks_facts(tx, order, lines)


@dataclass(frozen=True, slots=True)
class FindDrinksAtDesk:
    """Raises NotAllowed, NotFound."""

    by: int
    drinks_id: int

    def __call__(self, tx: Tx) -> DrinksFacts:
        actor = actor_of(tx, self.by)
        require_desk(actor)
        order = tx.assistance.drink(self.drinks_id)
        if order is None or not may_serve(actor, order.venue_id):
            raise NotFound
        return drinks_facts(tx, order)


@dataclass(frozen=True)
class QueueFacts:
    showing: Showing
    queue: tuple[DrinksFacts, ...]
    new: int
    ready: int
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class FindDrinkQueue:
    """Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> QueueFacts:
        actor = actor_of(tx, self.by)
        require_desk(actor)
        showing = showing_of(tx, self.performance_id)
        if not may_serve(actor, showing.venue.id):
            raise NotFound
        waiting = tx.assistance.queue(self.performance_id, [DrinkState.NEW, DrinkState.READY], _COUNTED_MOST)
        items = tuple(item for item in tx.assistance.menu(showing.venue.id) if item.offered)
        new = sum(order.state is DrinkState.NEW for order in waiting)
        shown = tuple(drinks_facts(tx, order) for order in waiting[:QUEUE_MOST])
        return QueueFacts(showing, shown, new, len(waiting) - new, items)


@dataclass(frozen=True)
class ItemFacts:
    item: MenuItem
    performance_id: int


@dataclass(frozen=True, slots=True)
class FindItem:
    """What there is of one thing, seen from a performance's queue. Raises NotAllowed, NotFound."""

    by: int
    performance_id: int
    item_id: int

    def __call__(self, tx: Tx) -> ItemFacts:
        actor = actor_of(tx, self.by)
        require_desk(actor)
        item = tx.assistance.item(self.item_id)
        if item is None or not item.offered or not may_serve(actor, item.venue_id):
            raise NotFound
        return ItemFacts(item, self.performance_id)


@dataclass(frozen=True, slots=True)
class FindEvenings:
    """What is on where this person serves. Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> Sequence[Showing]:
        actor = actor_of(tx, self.by)
        require_desk(actor)
        wanted = PerformanceFilter(starts_before=tx.now + _TONIGHT, ends_after=tx.now - _AFTER)
        found = tx.programme.performances(wanted, limit=_EVENINGS_MOST * 4)
        mine = [each.id for each in found if may_serve(actor, each.venue_id)][:_EVENINGS_MOST]
        showings = showings_of(tx, mine)
        return [showings[id] for id in mine]


def drinks_facts(tx: Tx, order: DrinkOrder, lines: Sequence[DrinkLine] | None = None) -> DrinksFacts:
    menu = {item.id: item for item in tx.assistance.menu(order.venue_id)}
    known = lines if lines is not None else tx.assistance.drink_lines(order.id)
    told = tuple((menu[line.item_id], line) for line in known)
    showing = showing_of(tx, order.performance_id)
    receipt = tx.assistance.drink_receipt(order.id)
    return DrinksFacts(order, told, showing, rules_of(tx, order.venue_id).pick_up, receipt, tx.now)
