"""What every way of setting places aside has in common: snapshots of seats and prices, the order and its claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import BadInput, SeatTaken
from domain.money import Money
from domain.ports import Tx
from domain.programme.model import Performance, SeatingPlan, SeatKind
from domain.ticketing.model import ClaimKind, Order, OrderLine, OrderState, Wish


@dataclass(frozen=True, slots=True)
class Instead:
    """The tickets that an order takes the place of, and what they were paid.

    ``elsewhere``: they are of another performance, so they leave no room within this one's limit.
    """

    ticket_ids: tuple[int, ...]
    credit: Money
    elsewhere: bool = False

    @property
    def room(self) -> int:
        return 0 if self.elsewhere else len(self.ticket_ids)


def open_order(
    tx: Tx,
    performance: Performance,
    buyer_id: int,
    lines: Sequence[OrderLine],
    *,
    channel: str,
    until: datetime,
    held_since: datetime,
    instead: Instead | None = None,
) -> int:
    """A held order with its claims. Gives its id. Raises SeatTaken with what is gone."""
    total = Money.total((line.price for line in lines), lines[0].price.currency)
    if instead is not None:
        total = max(total - instead.credit, Money(0, total.currency))
    order = Order(
        id=0,
        performance_id=performance.id,
        buyer_id=buyer_id,
        channel=channel,
        state=OrderState.HELD,
        total=total,
        created_at=held_since,
        until=until,
        paid_at=None,
        revision=1,
        credit=instead.credit if instead else None,
    )
    order_id = tx.ticketing.add_order(order)
    places = [line.place for line in lines]
    won = tx.ticketing.claim(performance.id, places, ClaimKind.HOLD, order_id=order_id, until=until, now=tx.now)
    if len(won) != len(places):
        raise SeatTaken(sorted(set(places) - won))
    tx.ticketing.add_lines([replace(line, order_id=order_id) for line in lines])
    if instead is not None:
        tx.ticketing.add_seat_change(order_id, instead.ticket_ids)
    tx.audit(buyer_id, "order.held", "order", order_id, performance=performance.id)
    return order_id


def lines_for(performance: Performance, plan: SeatingPlan | None, wishes: Sequence[Wish]) -> list[OrderLine]:
    """Snapshots in place order, unstored. Raises BadInput for a party that cannot sit so."""
    places = [wish.place for wish in wishes]
    if not places or len(set(places)) != len(places) or not all(1 <= p <= performance.capacity for p in places):
        raise BadInput("places")
    lines = [_line(performance, plan, wish) for wish in sorted(wishes, key=lambda wish: wish.place)]
    if len({line.price.currency for line in lines}) != 1:
        raise BadInput("currency")
    kinds = [line.seat_kind for line in lines]
    if kinds.count(SeatKind.COMPANION) > kinds.count(SeatKind.WHEELCHAIR):
        raise BadInput("companion_alone")
    return lines


def _line(performance: Performance, plan: SeatingPlan | None, wish: Wish) -> OrderLine:
    seat = plan.seat(wish.place) if plan else None
    category = seat.category if seat else ""
    price = performance.price(category, wish.concession_id)
    if price is None:
        raise BadInput("concession")
    policy_snapshot: Mapping[str, object] = {
        "latecomers": performance.latecomers.value,
        "returns": performance.return_policy.snapshot(),
    }
    return OrderLine(
        id=0,
        order_id=0,
        place=wish.place,
        zone=seat.zone if seat else "",
        row=seat.row if seat else "",
        number=seat.number if seat else str(wish.place),
        seat_kind=(seat.kind if seat else SeatKind.STANDARD).value,
        category=category,
        concession_id=wish.concession_id,
        price=price.amount,
        tax_rate_bp=price.tax_rate_bp,
        policy=policy_snapshot,
    )
