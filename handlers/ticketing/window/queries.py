"""What the window's screens show. Whoever reads is a clerk here and now, or reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import NotFound
from domain.money import Money
from domain.payments.drawer import Drawer, drawer_of_house, expected
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import SeatingPlan, Venue
from domain.programme.ports import PerformanceFilter
from domain.ticketing.blocking import block_for
from domain.ticketing.claiming import may_be_claimed
from domain.ticketing.model import Order, OrderState, TicketState
from domain.ticketing.window import clerk, order_at_window, performance_for
from domain.ticketing.window_model import Block, Contact
from handlers.programme.queries import house_zone
from handlers.programme.windows import local_day
from handlers.ticketing.paper import PrintFacts, print_facts
from handlers.ticketing.queries import FindOrder, OrderFacts, Showing, plan_of, showing_of, showings_of
from handlers.ticketing.ticket_queries import TicketFacts, facts_of_tickets

SHOWN = 5
_SOLD_SHOWN = 6
_UNSIGNED_SHOWN = 4


@dataclass(frozen=True)
class OnSale:
    showing: Showing
    left: int
    state: str


@dataclass(frozen=True)
class WindowFacts:
    """``unfinished``: what the last customer holds."""

    items: tuple[OnSale, ...]
    page: int
    more: bool
    today: date
    drawer: Money | None
    unfinished: Order | None
    reserves: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class LookAtWindow:
    """What is on in the houses where this clerk sells, what is next first. Raises NotAllowed."""

    clerk_id: int
    page: int = 0

    def __call__(self, tx: Tx) -> WindowFacts:
        actor = clerk(tx, self.clerk_id)
        here = [venue for venue in tx.programme.venues() if actor.may(Role.BOX_OFFICE, venue.id)]
        wanted = PerformanceFilter(ends_after=tx.now, venue_id=here[0].id if len(here) == 1 else None)
        page = min(max(self.page, 0), 1000)
        found = tx.programme.performances(wanted, limit=SHOWN + 1, offset=page * SHOWN)
        at_home = {venue.id for venue in here}
        shown = [performance for performance in found[:SHOWN] if performance.venue_id in at_home]
        showings = showings_of(tx, [performance.id for performance in shown])
        taken = tx.ticketing.count_taken([performance.id for performance in shown], tx.now)
        drawer, sale = tx.drawers.open_of(self.clerk_id), tx.window.open_sale(self.clerk_id)
        unpaid = tx.ticketing.unpaid_orders(sale.buyer_id) if sale else ()
        return WindowFacts(
            items=tuple(
                OnSale(showings[p.id], p.capacity - taken[p.id], p.sale_state(tx.now, at_window=True)) for p in shown
            ),
            page=page,
            more=len(found) > SHOWN,
            today=local_day(tx.now, house_zone(here)),
            drawer=expected(tx, drawer) if drawer else None,
            unfinished=next((order for order in unpaid if order.is_live(tx.now)), None),
            reserves=tx.window.rules().reserve,
            now=tx.now,
        )


@dataclass(frozen=True)
class WindowOrderFacts:
    """``name``: of a reservation's buyer, or what the customer has left."""

    order: OrderFacts
    at_window: bool  # a sale of the window; else a reservation
    name: str
    contact: Contact | None
    drawer: bool
    papers: int = 0  # tickets that are with the customer still, and good
    takes_members: bool = False  # the house has members' prices, and the order could take one


@dataclass(frozen=True, slots=True)
class FindWindowOrder:
    """Raises NotAllowed, NotFound."""

    clerk_id: int
    order_id: int

    def __call__(self, tx: Tx) -> WindowOrderFacts:
        order = order_at_window(tx, self.clerk_id, self.order_id)
        buyer = tx.people.actor(order.buyer_id)
        return WindowOrderFacts(
            order=FindOrder(order.buyer_id, order.id)(tx),
            at_window=tx.window.is_walk_in(order.buyer_id),
            name=buyer.display_name if buyer else "",
            contact=tx.window.contact(order.buyer_id),
            drawer=tx.drawers.open_of(self.clerk_id) is not None,
            takes_members=_takes_members(tx, order),
            papers=sum(
                ticket.state is TicketState.VALID and ticket.holder_id == order.buyer_id
                for ticket in tx.ticketing.tickets_of_order(order.id)
            ),
        )


def _takes_members(tx: Tx, order: Order) -> bool:
    plain = order.credit is None and not (order.member or order.voucher) and order.total.minor > 0
    if not (plain and order.state is OrderState.HELD and order.is_live(tx.now)):
        return False
    performance = tx.programme.performance(order.performance_id)
    free = tx.ticketing.promotion_of_order(order.id) is None
    return performance is not None and free and bool(tx.ticketing.tiers([performance.venue_id], 1))


@dataclass(frozen=True, slots=True)
class FindSaleOfOrder:
    """The sale that an order belongs to. Raises NotAllowed, NotFound, also for a reservation of the chat."""

    clerk_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order_at_window(tx, self.clerk_id, self.order_id)
        sale = tx.window.sale_of_order(self.order_id)
        if sale is None:
            raise NotFound
        return sale.id


@dataclass(frozen=True, slots=True)
class FindPrints:
    """The tickets of a sale that are with the customer still. Raises NotAllowed, NotFound."""

    clerk_id: int
    order_id: int

    def __call__(self, tx: Tx) -> PrintFacts:
        order = order_at_window(tx, self.clerk_id, self.order_id)
        tickets = [t for t in tx.ticketing.tickets_of_order(order.id) if t.holder_id == order.buyer_id]
        facts = print_facts(tx, tickets)
        if not facts.tickets:
            raise NotFound
        return facts


@dataclass(frozen=True, slots=True)
class FindOrders:
    """Several orders at once, for a list; those that this clerk may not see are left out."""

    clerk_id: int
    order_ids: tuple[int, ...]

    def __call__(self, tx: Tx) -> list[WindowOrderFacts]:
        found = []
        for order_id in self.order_ids:
            try:
                found.append(FindWindowOrder(self.clerk_id, order_id)(tx))
            except NotFound:
                continue
        return found


@dataclass(frozen=True, slots=True)
class FindLastSold:
    clerk_id: int

    def __call__(self, tx: Tx) -> list[WindowOrderFacts]:
        clerk(tx, self.clerk_id)
        return FindOrders(self.clerk_id, tuple(tx.window.last_sold(self.clerk_id, _SOLD_SHOWN)))(tx)


@dataclass(frozen=True)
class DrawerFacts:
    """``due``: what should lie in it. ``cash`` and ``card``: how many sales, and their sum."""

    drawer: Drawer
    venue: Venue
    clerk: str
    due: Money
    cash: tuple[int, Money]
    card: tuple[int, Money]
    pay_outs: tuple[tuple[Money, str], ...]
    signer: str


@dataclass(frozen=True)
class DrawersFacts:
    """``own``: the clerk's open one. ``unsigned``: closed by others. ``venues``: where one may be opened."""

    own: DrawerFacts | None
    unsigned: tuple[DrawerFacts, ...]
    waiting: int  # the clerk's own, that nobody has signed for yet
    venues: tuple[Venue, ...]


@dataclass(frozen=True, slots=True)
class LookAtDrawers:
    """Raises NotAllowed."""

    clerk_id: int

    def __call__(self, tx: Tx) -> DrawersFacts:
        actor = clerk(tx, self.clerk_id)
        venues = tuple(venue for venue in tx.programme.venues() if actor.may(Role.BOX_OFFICE, venue.id))
        own = tx.drawers.open_of(self.clerk_id)
        unsigned = tx.drawers.unsigned([venue.id for venue in venues], 50)
        others = [drawer for drawer in unsigned if drawer.clerk_id != self.clerk_id][:_UNSIGNED_SHOWN]
        return DrawersFacts(
            own=drawer_facts(tx, own) if own else None,
            unsigned=tuple(drawer_facts(tx, drawer) for drawer in others),
            waiting=sum(drawer.clerk_id == self.clerk_id for drawer in unsigned),
            venues=venues,
        )


@dataclass(frozen=True, slots=True)
class FindDrawer:
    """Raises NotAllowed, NotFound."""

    clerk_id: int
    drawer_id: int

    def __call__(self, tx: Tx) -> DrawerFacts:
        return drawer_facts(tx, drawer_of_house(tx, actor_of(tx, self.clerk_id), self.drawer_id))


def drawer_facts(tx: Tx, drawer: Drawer) -> DrawerFacts:
    venue = tx.programme.venue(drawer.venue_id)
    assert venue is not None
    currency = drawer.opening.currency
    sums = {method: tx.drawers.sales(drawer.id, method) for method in ("cash", "terminal")}
    cash, card = ((count, Money(minor, currency)) for count, minor in sums.values())
    clerk_actor = tx.people.actor(drawer.clerk_id)
    signer = tx.people.actor(drawer.signed_by) if drawer.signed_by is not None else None
    return DrawerFacts(
        drawer=drawer,
        venue=venue,
        clerk=clerk_actor.display_name if clerk_actor else "",
        due=drawer.expected if drawer.expected is not None else expected(tx, drawer),
        cash=cash,
        card=card,
        pay_outs=tuple(tx.drawers.pay_outs(drawer.id)),
        signer=signer.display_name if signer else "",
    )


@dataclass(frozen=True)
class BlocksFacts:
    showing: Showing
    plan: SeatingPlan | None
    blocks: tuple[Block, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindBlocks:
    """Raises NotAllowed, NotFound."""

    clerk_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> BlocksFacts:
        performance = performance_for(tx, clerk(tx, self.clerk_id), self.performance_id)
        return _blocks(tx, performance.id, tx.window.blocks(performance.id))


@dataclass(frozen=True, slots=True)
class FindBlock:
    """Raises NotAllowed, NotFound."""

    clerk_id: int
    block_id: int

    def __call__(self, tx: Tx) -> BlocksFacts:
        block = block_for(tx, clerk(tx, self.clerk_id), self.block_id)
        return _blocks(tx, block.performance_id, [block])


def _blocks(tx: Tx, performance_id: int, blocks: Sequence[Block]) -> BlocksFacts:
    showing = showing_of(tx, performance_id)
    return BlocksFacts(showing, plan_of(tx, showing.performance), tuple(blocks), tx.now)


@dataclass(frozen=True, slots=True)
class FindClaimable:
    """The ticket behind a paper's code that this person could make theirs; None where there is none."""

    person_id: int
    credential_id: int

    def __call__(self, tx: Tx) -> TicketFacts | None:
        credential = tx.ticketing.credential(self.credential_id)
        if credential is None or credential.ticket_id is None or credential.revoked_at is not None:
            return None
        ticket = tx.ticketing.ticket(credential.ticket_id)
        if ticket is None or not may_be_claimed(tx, ticket):
            return None
        return facts_of_tickets(tx, [ticket])[0]


def is_paid(facts: WindowOrderFacts) -> bool:
    return facts.order.order.state is OrderState.PAID
