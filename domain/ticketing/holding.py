"""Setting seats aside, for a while: hold, prolong, let go, expire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import (
    BadInput,
    Contended,
    HoldEnded,
    LimitExceeded,
    NotEnoughTogether,
    NotFound,
    NotOnSale,
    PaymentUnderWay,
    SeatTaken,
    Stale,
)
from domain.money import Money
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.programme.model import Performance, SeatingPlan, SeatKind
from domain.ticketing import policy
from domain.ticketing.best_seats import best_together
from domain.ticketing.model import ClaimKind, Order, OrderLine, OrderState, Wish


@dataclass(frozen=True, slots=True)
class HoldPlaces:
    """These very places. Gives the order's id. Whoever is faster wins: SeatTaken names what is gone.

    Asking again replaces the person's own unpaid order for the performance; asking for the same changes nothing.
    """

    buyer_id: int
    performance_id: int
    wishes: tuple[Wish, ...]
    channel: str = "telegram"

    def __call__(self, tx: Tx) -> int:
        performance, plan = performance_on_sale(tx, self.performance_id)
        return _hold(tx, performance, plan, self.buyer_id, self.wishes, self.channel)


@dataclass(frozen=True, slots=True)
class HoldBest:
    """The best places together for a party: ``party`` counts people by concession.

    ``wheelchair`` and ``companion`` say how many of them need such a place; ``wheelchair_concession`` and
    ``companion_concession`` are what those pay. Raises NotEnoughTogether with how many are left.
    """

    buyer_id: int
    performance_id: int
    party: tuple[tuple[int, int], ...]  # (concession, how many)
    category: str | None = None
    zone: str | None = None
    wheelchair: int = 0
    companion: int = 0
    channel: str = "telegram"

    def __call__(self, tx: Tx) -> int:
        performance, plan = performance_on_sale(tx, self.performance_id)
        concessions = [concession for concession, count in self.party for _ in range(count)]
        if not concessions:
            raise BadInput("nobody")
        _check_limit(tx, performance, self.buyer_id, len(concessions))
        own = tx.ticketing.unpaid_order(self.buyer_id, performance.id)
        taken = tx.ticketing.taken(performance.id, tx.now, but_order=own.id if own else None)
        places = self._choose(performance, plan, taken, len(concessions))
        wishes = self._assign(places, concessions, plan)
        try:
            return _hold(tx, performance, plan, self.buyer_id, wishes, self.channel)
        except SeatTaken:
            # Somebody took one of them between our look and our claim: look again.
            raise Contended from None

    def _choose(self, performance: Performance, plan: SeatingPlan | None, taken: set[int], count: int) -> Sequence[int]:
        free = [place for place in range(1, performance.capacity + 1) if place not in taken]
        if plan is None:
            if len(free) < count:
                raise NotEnoughTogether(free=len(free), wanted=count)
            # Neighbours mean nothing here; spread the buyers so that they do not meet at the same numbers.
            start = (self.buyer_id * 7919) % len(free)
            return [free[(start + offset) % len(free)] for offset in range(count)]
        choice = best_together(
            plan,
            free,
            count,
            category=self.category,
            zone=self.zone,
            wheelchair=self.wheelchair,
            companion=self.companion,
        )
        if choice is None:
            raise NotEnoughTogether(free=len(free), wanted=count)
        return choice.places

    def _assign(self, places: Sequence[int], concessions: Sequence[int], plan: SeatingPlan | None) -> tuple[Wish, ...]:
        if plan is None:
            return tuple(Wish(place, concession) for place, concession in zip(places, concessions, strict=True))
        # Those who need a special place stand first in the party, in the order: wheelchair, companion, the rest.
        rank = {SeatKind.WHEELCHAIR: 0, SeatKind.COMPANION: 1}
        ordered = sorted(places, key=lambda place: (rank.get(plan.seat(place).kind, 2), place))
        return tuple(Wish(place, concession) for place, concession in zip(ordered, concessions, strict=True))


@dataclass(frozen=True, slots=True)
class ProlongHold:
    """Starts the ten minutes anew, up to half an hour in all. Raises LimitExceeded('prolong') at its end."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id, lock=True)
        if order.state is OrderState.PAYING:
            raise PaymentUnderWay
        if not order.is_live(tx.now) or order.until is None:
            raise HoldEnded(performance_id=order.performance_id)
        until = hold_until(order.created_at, tx.now)
        if until <= order.until:
            raise LimitExceeded("prolong", most=int(policy.HOLD_AT_MOST.total_seconds() // 60))
        if tx.ticketing.keep_claims(order.id, ClaimKind.HOLD, until) != len(tx.ticketing.lines(order.id)):
            raise HoldEnded(performance_id=order.performance_id)
        tx.ticketing.set_order(order.id, order.state, until=until)
        tx.audit(self.buyer_id, "order.prolonged", "order", order.id)
        return order.id


@dataclass(frozen=True, slots=True)
class LetGo:
    """The person gives the seats back before paying. Letting go twice is letting go once."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id, lock=True)
        if order.state in (OrderState.LET_GO, OrderState.EXPIRED):
            return order.performance_id
        if order.state is OrderState.PAYING and order.is_live(tx.now):
            raise PaymentUnderWay
        if order.state is OrderState.PAID:
            raise Stale
        close_unpaid(tx, order, OrderState.LET_GO if order.is_live(tx.now) else OrderState.EXPIRED, self.buyer_id)
        return order.performance_id


@dataclass(frozen=True, slots=True)
class ExpireOrders:
    """The clock's part: closes what was not paid in time. Gives how many; sales never wait for it."""

    limit: int = 200

    def __call__(self, tx: Tx) -> int:
        due = tx.ticketing.due_orders(tx.now, self.limit)
        for order in due:
            close_unpaid(tx, order, OrderState.EXPIRED, None)
            tx.notify(
                Notice(
                    order.buyer_id,
                    NoticeKind.HOLD_ENDED,
                    dedupe_key=f"hold_ended:{order.id}",
                    params={"order_id": order.id, "performance_id": order.performance_id},
                )
            )
        return len(due)


def performance_on_sale(tx: Tx, performance_id: int) -> tuple[Performance, SeatingPlan | None]:
    """Raises NotFound, NotOnSale."""
    performance = tx.programme.performance(performance_id)
    if performance is None:
        raise NotFound
    state = performance.sale_state(tx.now)
    if state != "open":
        raise NotOnSale(state, performance_id=performance.id)
    return performance, tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None


def own_order(tx: Tx, buyer_id: int, order_id: int, *, lock: bool = False) -> Order:
    """Raises NotFound: for somebody else's order just as for none."""
    order = tx.ticketing.order(order_id, lock=lock)
    if order is None or order.buyer_id != buyer_id:
        raise NotFound
    return order


def hold_until(held_since: datetime, now: datetime) -> datetime:
    return min(now + policy.HOLD_LASTS, held_since + policy.HOLD_AT_MOST)


def close_unpaid(tx: Tx, order: Order, state: OrderState, actor_id: int | None) -> None:
    tx.ticketing.set_order(order.id, state, closed_at=tx.now)
    tx.ticketing.release_claims(order.id)
    tx.audit(actor_id, f"order.{state.value}", "order", order.id)


def _hold(
    tx: Tx,
    performance: Performance,
    plan: SeatingPlan | None,
    buyer_id: int,
    wishes: Sequence[Wish],
    channel: str,
) -> int:
    lines = _lines(performance, plan, wishes)
    held_since = tx.now
    before = tx.ticketing.unpaid_order(buyer_id, performance.id, lock=True)
    # Counted under the lock: what was paid while we waited for it is counted too.
    _check_limit(tx, performance, buyer_id, len(lines))
    if before is not None:
        if before.is_live(tx.now):
            if before.state is OrderState.PAYING:
                raise PaymentUnderWay(order_id=before.id)
            if _same(tx.ticketing.lines(before.id), lines):
                return before.id
            held_since = before.created_at
        # A hold that ran out counts towards the cool-down, whoever notices it first: the clock or the next hold.
        close_unpaid(tx, before, OrderState.LET_GO if before.is_live(tx.now) else OrderState.EXPIRED, buyer_id)
    _check_cool_down(tx, performance, buyer_id)
    until = hold_until(held_since, tx.now)
    if until <= tx.now:
        raise LimitExceeded("prolong", most=int(policy.HOLD_AT_MOST.total_seconds() // 60))
    total = Money.total((line.price for line in lines), lines[0].price.currency)
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
    )
    order_id = tx.ticketing.add_order(order)
    places = [line.place for line in lines]
    won = tx.ticketing.claim(performance.id, places, ClaimKind.HOLD, order_id=order_id, until=until, now=tx.now)
    if len(won) != len(places):
        raise SeatTaken(sorted(set(places) - won))
    tx.ticketing.add_lines([_of_order(line, order_id) for line in lines])
    tx.audit(buyer_id, "order.held", "order", order_id, performance=performance.id)
    return order_id


def _lines(performance: Performance, plan: SeatingPlan | None, wishes: Sequence[Wish]) -> list[OrderLine]:
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
    policy_snapshot: Mapping[str, object] = {"latecomers": performance.latecomers.value}
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


def _of_order(line: OrderLine, order_id: int) -> OrderLine:
    return OrderLine(
        line.id,
        order_id,
        line.place,
        line.zone,
        line.row,
        line.number,
        line.seat_kind,
        line.category,
        line.concession_id,
        line.price,
        line.tax_rate_bp,
        line.policy,
    )


def _same(stored: Sequence[OrderLine], wanted: Sequence[OrderLine]) -> bool:
    return {(line.place, line.concession_id) for line in stored} == {
        (line.place, line.concession_id) for line in wanted
    }


def _check_limit(tx: Tx, performance: Performance, buyer_id: int, wanted: int) -> None:
    if wanted + tx.ticketing.count_bought(buyer_id, performance.id) > performance.purchase_limit:
        raise LimitExceeded("tickets", most=performance.purchase_limit)


def _check_cool_down(tx: Tx, performance: Performance, buyer_id: int) -> None:
    recent = tx.ticketing.recent_expiries(buyer_id, performance.id, tx.now - policy.COOL_DOWN_WITHIN)
    if len(recent) >= policy.COOL_DOWN_AFTER:
        over = recent[0] + policy.COOL_DOWN_LASTS
        if tx.now < over:
            minutes = int((over - tx.now).total_seconds() // 60) + 1
            raise LimitExceeded("cool_down", most=minutes)
