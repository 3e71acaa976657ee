"""A drink for the interval: the cart, the desk's queue, and the money.

Stock is taken when something is ordered, or when its payment begins, and given back when neither comes to anything.
There is one ledger: a drink paid here is a charge with its lines of journal, as a ticket is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from domain.assistance.model import DrinkLine, DrinkOrder, DrinkState, MenuItem
from domain.errors import BadInput, Contended, NotFound, NotOnSale, PaymentRefused, PaymentUnderWay, Stale
from domain.money import Money, included_tax
from domain.notices import CardKind, Notice, NoticeKind
from domain.payments.drawer import drawer_for
from domain.payments.giving_back import request_refund
from domain.payments.model import Captured, Charge, ChargeFate, JournalEntry
from domain.people.model import Actor, Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance, RunState
from domain.ticketing.model import TicketState

MOST_OF_ONE = 9
MOST_LINES = 4
MOST_MORE = 1000
OPENS_BEFORE = timedelta(hours=2)  # the doors
PAYING_LASTS = timedelta(minutes=10)
_A_TICK = 50
_WAITS = (DrinkState.NEW, DrinkState.READY)
#: While these hold, people sit in the dark: they hear of their drink in the interval.
_DARK = frozenset({RunState.CLEARED, RunState.STARTED, RunState.HELD})


@dataclass(frozen=True, slots=True)
class PutInCart:
    """So many of one thing are wanted; 0 takes it out. Gives the cart's id.

    Raises NotFound without a ticket, Stale('drinks_closed'), NotOnSale('drink_sold_out'), PaymentUnderWay, BadInput.
    """

    person_id: int
    performance_id: int
    item_id: int
    count: int

    def __call__(self, tx: Tx) -> int:
        performance = bar_of(tx, self.person_id, self.performance_id)
        item = tx.assistance.item(self.item_id)
        if item is None or item.venue_id != performance.venue_id:
            raise NotFound
        if not 0 <= self.count <= MOST_OF_ONE:
            raise BadInput("too_many", most=MOST_OF_ONE)
        if self.count > item.left(MOST_OF_ONE):
            raise NotOnSale("drink_sold_out")
        cart = tx.assistance.cart_of(self.person_id, performance.id)
        if cart is None:
            new = DrinkOrder(0, performance.venue_id, performance.id, self.person_id, DrinkState.CART, tx.now)
            cart = replace(new, id=tx.assistance.put_drink(new))
        if cart.state is DrinkState.PAYING:
            raise PaymentUnderWay
        lines = [line for line in tx.assistance.drink_lines(cart.id) if line.item_id != item.id]
        if self.count:
            lines.append(DrinkLine(item.id, self.count, item.price, item.tax_rate_bp))
        if len(lines) > MOST_LINES:
            raise BadInput("too_many", most=MOST_LINES)
        tx.assistance.put_drink_lines(cart.id, lines)
        return cart.id


@dataclass(frozen=True, slots=True)
class OrderDrinks:
    """To be paid at the desk. Gives the order's id. Raises as ``PutInCart`` does, and Stale for an empty cart."""

    person_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_drinks(tx, self.person_id, self.order_id)
        if order.state in _WAITS:
            return order.id
        if order.state is DrinkState.PAYING:
            raise PaymentUnderWay
        if order.state is not DrinkState.CART:
            raise Stale
        bar_of(tx, self.person_id, order.performance_id)
        _take_stock(tx, order, _priced(tx, order))
        _ordered(tx, order, None)
        return order.id


@dataclass(frozen=True, slots=True)
class BeginDrinkPayment:
    """The last look before the money moves; sets the stock aside. Gives the order's id.

    Raises PaymentRefused (order, payer, amount, paid, drinks).
    """

    payer_id: int
    order_id: int
    amount: Money

    def __call__(self, tx: Tx) -> int:
        order = tx.assistance.drink(self.order_id, lock=True)
        if order is None:
            raise PaymentRefused("order")
        if order.person_id != self.payer_id:
            raise PaymentRefused("payer")
        if order.state not in (DrinkState.CART, DrinkState.PAYING):
            raise PaymentRefused("paid" if order.charge_id else "order")
        try:
            bar_of(tx, self.payer_id, order.performance_id)
            lines = _priced(tx, order)
            if total_of(lines) != self.amount:
                raise PaymentRefused("amount")
            if order.state is DrinkState.CART:
                _take_stock(tx, order, lines)
        except (NotFound, Stale, NotOnSale):
            raise PaymentRefused("drinks") from None
        tx.assistance.put_drink(replace(order, state=DrinkState.PAYING, until=tx.now + PAYING_LASTS))
        tx.audit(self.payer_id, "drinks.paying", "drinks", order.id)
        return order.id


@dataclass(frozen=True, slots=True)
class CaptureDrinks:
    """The money has come: a place in the desk's queue, or the money back. Gives the order's id, or 0.

    ``captured.order_id`` is the drinks'. The same charge told again gives what was made of it.
    """

    captured: Captured

    def __call__(self, tx: Tx) -> int:
        captured = self.captured
        order = tx.assistance.drink(captured.order_id, lock=True)
        lines = tx.assistance.drink_lines(order.id) if order else ()
        charge = _charge(tx, captured, self._fate(order, lines))
        if charge is None:
            known = tx.payments.charge_by_provider(captured.provider, captured.provider_charge_id)
            if known is None:
                raise Contended(reason="charge")
            bought = tx.assistance.drink_of_charge(known.id)
            return bought.id if bought else 0
        if order is not None and charge.fate is ChargeFate.DRINKS and order.state is DrinkState.CART:
            try:  # its time ran out, what it is for may be there still
                bar_of(tx, order.person_id, order.performance_id)
                _take_stock(tx, order, lines)
            except (NotFound, Stale, NotOnSale):
                charge = replace(charge, fate=ChargeFate.LATE)
                tx.payments.set_fate(charge.id, charge.fate)
        if order is None or charge.fate is not ChargeFate.DRINKS:
            astray = JournalEntry(tx.now, "charge", charge.provider, charge.amount, charge_id=charge.id)
            tx.payments.write_journal([astray])
            request_refund(tx, charge, charge.fate.value)
            return 0
        _book(tx, order, lines, charge)
        _ordered(tx, order, charge.id)
        return order.id

    def _fate(self, order: DrinkOrder | None, lines: Sequence[DrinkLine]) -> ChargeFate:
        if order is None:
            return ChargeFate.UNKNOWN
        if self.captured.payer_id not in (None, order.person_id):
            return ChargeFate.PAYER
        if order.charge_id is not None:
            return ChargeFate.DUPLICATE
        if order.state not in (DrinkState.CART, DrinkState.PAYING):
            return ChargeFate.LATE
        return ChargeFate.DRINKS if lines and total_of(lines) == self.captured.amount else ChargeFate.AMOUNT


@dataclass(frozen=True, slots=True)
class CancelDrinks:
    """Before they are ready, by whoever ordered; until they are handed out, by the desk. What was paid goes back.

    Gives the order's id; twice is once. Raises NotFound, PaymentUnderWay, Stale where they are ready or gone.
    """

    by: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = tx.assistance.drink(self.order_id, lock=True)
        actor = actor_of(tx, self.by)
        if order is None or not (order.person_id == self.by or may_serve(actor, order.venue_id)):
            raise NotFound
        if order.state is DrinkState.CANCELLED:
            return order.id
        if order.state is DrinkState.PAYING:
            raise PaymentUnderWay
        if order.state not in (_WAITS if may_serve(actor, order.venue_id) else (DrinkState.NEW,)):
            raise Stale
        _cancel(tx, order, self.by)
        return order.id


@dataclass(frozen=True, slots=True)
class MakeReady:
    """It stands there. Gives the order's id; twice is once. Raises NotAllowed, NotFound, Stale."""

    by: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = drinks_at_desk(tx, self.by, self.order_id)
        if order.state is DrinkState.READY:
            return order.id
        if order.state is not DrinkState.NEW:
            raise Stale
        ready = replace(order, state=DrinkState.READY)
        tx.assistance.put_drink(ready)
        tx.audit(self.by, "drinks.ready", "drinks", order.id)
        _tell_ready(tx, ready)
        tx.card_changed(CardKind.DRINKS, order.id)
        return order.id


@dataclass(frozen=True, slots=True)
class HandOutDrinks:
    """It is fetched. ``method``: how it was paid just now, cash (into the drawer of who hands it out) or terminal; ''
    where it is paid already. Gives the order's id; twice is once.

    Raises NotAllowed, NotFound, Stale, BadInput('drinks_unpaid', 'no_drawer', 'drawer_currency').
    """

    by: int
    order_id: int
    method: str = ""

    def __call__(self, tx: Tx) -> int:
        order = drinks_at_desk(tx, self.by, self.order_id)
        if order.state is DrinkState.HANDED:
            return order.id
        if order.state not in _WAITS:
            raise Stale
        if order.charge_id is None:
            order = replace(order, charge_id=self._take(tx, order))
        tx.assistance.put_drink(replace(order, state=DrinkState.HANDED, ended_at=tx.now, ended_by=self.by))
        tx.audit(self.by, "drinks.handed", "drinks", order.id)
        tx.card_changed(CardKind.DRINKS, order.id)
        return order.id

    def _take(self, tx: Tx, order: DrinkOrder) -> int:
        if self.method not in ("cash", "terminal"):
            raise BadInput("drinks_unpaid")
        lines = tx.assistance.drink_lines(order.id)
        total = total_of(lines)
        drawer = drawer_for(tx, self.by, total.currency) if self.method == "cash" else None
        if self.method == "cash" and drawer is None:
            raise BadInput("no_drawer")
        drawer_id = drawer.id if drawer else None
        captured = Captured(self.method, f"drinks:{order.id}", "", order.id, total, None, self.by, drawer_id)
        charge = _charge(tx, captured, ChargeFate.DRINKS)
        if charge is None:
            raise Contended(reason="charge")
        _book(tx, order, lines, charge, self.by, drawer_id)
        return charge.id


@dataclass(frozen=True, slots=True)
class SetStock:
    """Sold out, or back: ``stock`` None where there is no counting. Gives the item's id. Raises NotAllowed, NotFound,
    BadInput."""

    by: int
    item_id: int
    sold_out: bool
    stock: int | None = None

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.by)
        require_desk(actor)
        item = tx.assistance.item(self.item_id)
        if item is None or not may_serve(actor, item.venue_id):
            raise NotFound
        if self.stock is not None and not 0 <= self.stock <= 10**6:
            raise BadInput("too_many", most=10**6)
        item = _locked(tx, item)
        tx.assistance.put_item(replace(item, sold_out=self.sold_out, stock=self.stock))
        tx.audit(self.by, "drinks.stock", "menu_item", item.id, sold_out=int(self.sold_out))
        return item.id


@dataclass(frozen=True, slots=True)
class ChangeStock:
    """So many more are there, or it is sold out or back, whatever is being ordered meanwhile. Gives the item's id.

    What was not counted is counted from ``more`` on. Raises NotAllowed, NotFound, BadInput.
    """

    by: int
    item_id: int
    more: int = 0
    sold_out: bool | None = None

    def __call__(self, tx: Tx) -> int:
        actor = actor_of(tx, self.by)
        require_desk(actor)
        item = tx.assistance.item(self.item_id)
        if item is None or not may_serve(actor, item.venue_id):
            raise NotFound
        if not 0 <= self.more <= MOST_MORE:
            raise BadInput("too_many", most=MOST_MORE)
        item = _locked(tx, item)
        stock = (item.stock or 0) + self.more if self.more else item.stock
        sold_out = item.sold_out and not self.more if self.sold_out is None else self.sold_out
        tx.assistance.put_item(replace(item, sold_out=sold_out, stock=stock))
        tx.audit(self.by, "drinks.stock", "menu_item", item.id, sold_out=int(sold_out))
        return item.id


@dataclass(frozen=True, slots=True)
class TendDrinks:
    """The clock's: payments that ran out, cancelled performances, who waits to hear that it is ready. Gives how
    many."""

    def __call__(self, tx: Tx) -> int:
        due = tx.assistance.drinks_due(tx.now, _A_TICK)
        for order_id in due:
            order = tx.assistance.drink(order_id, lock=True)
            performance = tx.programme.performance(order.performance_id) if order else None
            if order is None or performance is None:
                continue
            if order.state is DrinkState.PAYING and order.until is not None and order.until <= tx.now:
                _give_stock_back(tx, order)
                tx.assistance.put_drink(replace(order, state=DrinkState.CART, until=None))
            elif order.state in _WAITS and performance.run_state is RunState.CANCELLED:
                _cancel(tx, order, None)
            elif order.state is DrinkState.READY:
                _tell_ready(tx, order)
        return len(due)


def bar_state(tx: Tx, performance: Performance) -> str:
    """open | early | late | cancelled: what people say of the performance decides, the printed time only before."""
    if performance.run_state is RunState.CANCELLED:
        return "cancelled"
    if performance.run_state in (RunState.INTERVAL, RunState.ENDED) or tx.now >= performance.ends_at:
        return "late"
    if any(entry.state is RunState.INTERVAL for entry in tx.evening.run_entries(performance.id)):
        return "late"
    return "open" if tx.now >= performance.doors_at - OPENS_BEFORE else "early"


def bar_of(tx: Tx, person_id: int, performance_id: int) -> Performance:
    """The performance, if this person may order for it now. Raises NotFound, Stale('drinks_closed')."""
    performance = tx.programme.performance(performance_id)
    if performance is None or not holds_ticket(tx, person_id, performance_id):
        raise NotFound
    if bar_state(tx, performance) != "open":
        raise Stale(reason="drinks_closed")
    return performance


def holds_ticket(tx: Tx, person_id: int, performance_id: int) -> bool:
    return any(
        ticket.performance_id == performance_id and ticket.state is TicketState.VALID
        for ticket in tx.ticketing.tickets_of_holder(person_id)
    )


def may_serve(actor: Actor, venue_id: int) -> bool:
    return actor.may(Role.FLOOR, venue_id) or actor.may(Role.BOX_OFFICE, venue_id)


def require_desk(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not actor.may(Role.BOX_OFFICE):
        actor.require(Role.FLOOR)


def drinks_at_desk(tx: Tx, by: int, order_id: int) -> DrinkOrder:
    """Locked. Raises NotAllowed, NotFound."""
    actor = actor_of(tx, by)
    require_desk(actor)
    order = tx.assistance.drink(order_id, lock=True)
    if order is None or not may_serve(actor, order.venue_id):
        raise NotFound
    return order


def own_drinks(tx: Tx, person_id: int, order_id: int) -> DrinkOrder:
    """Locked. Raises NotFound."""
    order = tx.assistance.drink(order_id, lock=True)
    if order is None or order.person_id != person_id:
        raise NotFound
    return order


def total_of(lines: Sequence[DrinkLine]) -> Money:
    return Money.total((line.total for line in lines), lines[0].price.currency)


def drinks_to_pay(tx: Tx, person_id: int, order_id: int) -> tuple[DrinkOrder, Sequence[DrinkLine]]:
    """For an invoice. Raises NotFound, Stale, NotOnSale."""
    order = tx.assistance.drink(order_id)
    if order is None or order.person_id != person_id:
        raise NotFound
    if order.state not in (DrinkState.CART, DrinkState.PAYING):
        raise Stale
    bar_of(tx, person_id, order.performance_id)
    return order, _priced(tx, order, keep=False)


def _priced(tx: Tx, order: DrinkOrder, *, keep: bool = True) -> list[DrinkLine]:
    """The cart at what the menu says now. Raises Stale where it is empty, NotOnSale where something is gone."""
    menu = {item.id: item for item in tx.assistance.menu(order.venue_id)}
    lines = []
    for line in tx.assistance.drink_lines(order.id):
        item = menu[line.item_id]
        if order.state is DrinkState.PAYING:
            lines.append(line)
            continue
        if line.count > item.left(MOST_OF_ONE):
            raise NotOnSale("drink_sold_out")
        lines.append(DrinkLine(item.id, line.count, item.price, item.tax_rate_bp))
    if not lines:
        raise Stale
    if keep:
        tx.assistance.put_drink_lines(order.id, lines)
    return lines


def _take_stock(tx: Tx, order: DrinkOrder, lines: Sequence[DrinkLine]) -> None:
    """Raises NotOnSale where somebody has had the last of it."""
    tx.assistance.lock_desk(order.venue_id)
    for line in lines:
        item = _item(tx, line)
        if line.count > item.left(line.count):
            raise NotOnSale("drink_sold_out")
        if item.stock is not None:
            tx.assistance.put_item(replace(item, stock=item.stock - line.count))


def _give_stock_back(tx: Tx, order: DrinkOrder) -> None:
    tx.assistance.lock_desk(order.venue_id)
    for line in tx.assistance.drink_lines(order.id):
        item = _item(tx, line)
        if item.stock is not None:
            tx.assistance.put_item(replace(item, stock=item.stock + line.count))


def _item(tx: Tx, line: DrinkLine) -> MenuItem:
    item = tx.assistance.item(line.item_id)
    assert item is not None, "what was ever on the menu is kept"
    return item


def _locked(tx: Tx, item: MenuItem) -> MenuItem:
    """As it is once nobody else counts."""
    tx.assistance.lock_desk(item.venue_id)
    return tx.assistance.item(item.id) or item


def _ordered(tx: Tx, order: DrinkOrder, charge_id: int | None) -> None:
    tx.assistance.lock_desk(order.venue_id)
    number = tx.assistance.next_number(order.performance_id)
    tx.assistance.put_drink(replace(order, state=DrinkState.NEW, number=number, charge_id=charge_id, until=None))
    tx.audit(order.person_id, "drinks.ordered", "drinks", order.id)
    tx.show_card(order.person_id, CardKind.DRINKS, order.id)


def _cancel(tx: Tx, order: DrinkOrder, by: int | None) -> None:
    _give_stock_back(tx, order)
    tx.assistance.put_drink(replace(order, state=DrinkState.CANCELLED, ended_at=tx.now, ended_by=by))
    tx.audit(by, "drinks.cancelled", "drinks", order.id)
    tx.card_changed(CardKind.DRINKS, order.id)
    charge = tx.payments.charge(order.charge_id) if order.charge_id is not None else None
    if charge is not None:
        request_refund(tx, charge, "drinks")


def _tell_ready(tx: Tx, order: DrinkOrder) -> None:
    """Once, and not while they sit in the dark: then the clock does it in the interval."""
    performance = tx.programme.performance(order.performance_id)
    if order.told_at is not None or performance is None or performance.run_state in _DARK:
        return
    tx.assistance.put_drink(replace(order, told_at=tx.now))
    params = {"order_id": order.id}
    tx.notify(Notice(order.person_id, NoticeKind.DRINKS_READY, dedupe_key=f"drinks_ready:{order.id}", params=params))


def _charge(tx: Tx, captured: Captured, fate: ChargeFate) -> Charge | None:
    """None where it is known already."""
    charge = Charge(
        id=0,
        provider=captured.provider,
        provider_charge_id=captured.provider_charge_id,
        channel_charge_id=captured.channel_charge_id,
        order_id=None,
        payer_id=captured.payer_id,
        amount=captured.amount,
        captured_at=tx.now,
        fate=fate,
    )
    charge_id = tx.payments.add_charge(charge)
    if charge_id is None:
        return None
    tx.audit(captured.payer_id or captured.clerk_id, "charge.captured", "charge", charge_id)
    return replace(charge, id=charge_id)


def _book(
    tx: Tx,
    order: DrinkOrder,
    lines: Sequence[DrinkLine],
    charge: Charge,
    clerk_id: int | None = None,
    drawer_id: int | None = None,
) -> None:
    """One entry per tax rate, and a receipt."""
    tx.assistance.add_drink_receipt(order.id, tx.now)
    entry = JournalEntry(
        at=tx.now,
        kind="charge",
        method=charge.provider,
        amount=charge.amount,
        performance_id=order.performance_id,
        charge_id=charge.id,
        clerk_id=clerk_id,
        drawer_id=drawer_id,
    )
    entries = []
    for rate, group in groupby(sorted(lines, key=lambda line: line.tax_rate_bp), key=lambda line: line.tax_rate_bp):
        amount = Money.total((line.total for line in group), charge.amount.currency)
        tax = included_tax(amount.minor, rate)
        entries.append(replace(entry, amount=amount, tax_rate_bp=rate, tax_minor=tax))
    tx.payments.write_journal(entries)
