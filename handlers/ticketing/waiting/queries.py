"""What the screens of the waiting list show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ports import Tx
from domain.programme.model import SeatingPlan, SeatKind
from domain.ticketing.waiting_ports import Waiting
from handlers.ticketing.queries import OrderFacts, Showing, plan_of, showing_of

#: How long before the start somebody may want to know at the latest; 0: as long as seats are sold.
HOURS = (0, 2, 24, 72)


@dataclass(frozen=True)
class WaitingFacts:
    """``categories``: the plan's, in its order; ``priced``: the numbers of those that are sold. ``ahead``: how many
    others are before them. ``most``: how many seats the person may still buy. ``special``: the hall has a wheelchair
    place (1), and companions' as well (2)."""

    showing: Showing
    categories: tuple[str, ...]
    priced: tuple[int, ...]
    standing: Waiting | None
    ahead: int
    most: int
    now: datetime
    special: int = 0

    @property
    def hours(self) -> tuple[int, ...]:
        """Those that are not over yet."""
        left = self.showing.performance.sales_close_at - self.now
        return tuple(hours for hours in HOURS if left > timedelta(hours=hours))

    def until(self, hours: int) -> datetime:
        performance = self.showing.performance
        return performance.starts_at - timedelta(hours=hours) if hours else performance.sales_close_at


@dataclass(frozen=True, slots=True)
class FindWaiting:
    """Raises NotFound."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> WaitingFacts:
        showing = showing_of(tx, self.performance_id)
        performance, plan = showing.performance, plan_of(tx, showing.performance)
        names = tuple(category.name for category in plan.categories) if plan else ()
        sold = {price.category for price in performance.prices}
        standing = tx.ticketing.standing(self.person_id, performance.id)
        bought = tx.ticketing.buying(self.person_id, performance.id, tx.now).bought
        return WaitingFacts(
            showing=showing,
            categories=names,
            priced=tuple(index for index, name in enumerate(names) if name in sold),
            standing=standing,
            ahead=tx.ticketing.ahead_of(standing) if standing else 0,
            most=max(0, performance.purchase_limit - bought),
            now=tx.now,
            special=_special(plan),
        )


def _special(plan: SeatingPlan | None) -> int:
    kinds = {seat.kind for seat in plan.seats} if plan else set()
    if SeatKind.WHEELCHAIR not in kinds:
        return 0
    return 2 if SeatKind.COMPANION in kinds else 1


def is_offer(tx: Tx, order: OrderFacts) -> bool:
    """Whether the order came from the line."""
    return tx.ticketing.waiting_of_offer(order.order.id) is not None
