"""Setting seats aside, for a while: hold, prolong, let go, expire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from domain.notices import Notice, NoticeKind
from domain.payments.together_model import tell_host
from domain.ports import Tx
from domain.programme.model import Performance, SeatingPlan, SeatKind
from domain.ticketing import policy
from domain.ticketing.back_to_block import back_to_block
from domain.ticketing.best_seats import best_together
from domain.ticketing.group_ports import CHANNEL as GROUP
from domain.ticketing.model import Buying, ClaimKind, Order, OrderLine, OrderState, Wish
from domain.ticketing.queueing import serve_queue
from domain.ticketing.setting_aside import Instead, lines_for, open_order
from domain.ticketing.window_model import CHANNEL as WINDOW


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
        performance, plan = performance_on_sale(tx, self.performance_id, at_window=self.channel == WINDOW)
        buying = _buying(tx, performance, self.buyer_id)
        return _hold(tx, performance, plan, self.buyer_id, buying, self.wishes, self.channel)


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
        performance, plan = performance_on_sale(tx, self.performance_id, at_window=self.channel == WINDOW)
        concessions = [concession for concession, count in self.party for _ in range(count)]
        if not concessions:
            raise BadInput("nobody")
        buying = _buying(tx, performance, self.buyer_id)
        _check_limit(performance, buying, len(concessions))
        own = buying.unpaid
        taken = tx.ticketing.taken(performance.id, tx.now, but_order=own.id if own else None)
        places = self._choose(performance, plan, taken, len(concessions))
        wishes = self._assign(places, concessions, plan)
        try:
            return _hold(tx, performance, plan, self.buyer_id, buying, wishes, self.channel)
        except SeatTaken:
            # Somebody took one of them between our look and our claim: look again.
            raise Contended(over=f"performance:{performance.id}") from None

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
        if order.state is OrderState.RESERVED:
            raise Stale
        if not order.is_live(tx.now) or order.until is None:
            raise HoldEnded(performance_id=order.performance_id)
        until = hold_until(order.created_at, tx.now)
        if until <= order.until:
            raise LimitExceeded("prolong", most=int(policy.HOLD_AT_MOST.total_seconds() // 60))
        if not tx.ticketing.keep_places(order.id, ClaimKind.HOLD, until):
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


def performance_on_sale(
    tx: Tx, performance_id: int, *, at_window: bool = False
) -> tuple[Performance, SeatingPlan | None]:
    """Who waits in line has been served first. Raises NotFound, NotOnSale."""
    performance = tx.programme.performance_on_sale(performance_id)
    if performance is None:
        raise NotFound
    state = performance.sale_state(tx.now, at_window=at_window)
    if state != "open":
        raise NotOnSale(state, performance_id=performance.id)
    plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
    serve_queue(tx, performance, plan)
    return performance, plan


def hold_instead(
    tx: Tx,
    performance: Performance,
    plan: SeatingPlan | None,
    buyer_id: int,
    wishes: Sequence[Wish],
    instead: Instead,
    channel: str = "telegram",
) -> int:
    """As ``HoldPlaces``, for tickets that are given back once the order is paid: they count towards the price and do
    not count towards the limit."""
    buying = _buying(tx, performance, buyer_id)
    return _hold(tx, performance, plan, buyer_id, buying, wishes, channel, instead)


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
    if order.channel == GROUP:
        places = [line.place for line in tx.ticketing.lines(order.id)]
        back_to_block(tx, tx.ticketing.block_of_group(order.id), places)
    tx.audit(actor_id, f"order.{state.value}", "order", order.id)
    tell_host(tx, order)


def _hold(
    tx: Tx,
    performance: Performance,
    plan: SeatingPlan | None,
    buyer_id: int,
    buying: Buying,
    wishes: Sequence[Wish],
    channel: str,
    instead: Instead | None = None,
) -> int:
    lines = lines_for(performance, plan, wishes)
    _check_limit(performance, buying, len(lines) - (instead.room if instead else 0))
    held_since, given_up, before = tx.now, list(buying.given_up), buying.unpaid
    if before is not None:
        if before.is_live(tx.now):
            if before.state is OrderState.PAYING:
                raise PaymentUnderWay(order_id=before.id)
            if before.state is OrderState.HELD:
                if instead is None and before.credit is None and _same(tx.ticketing.lines(before.id), lines):
                    return before.id
                held_since = before.created_at  # a reservation waits by its own clock
        # A hold that ran out counts towards the cool-down, whoever notices it first: the clock or the next hold.
        close_unpaid(tx, before, OrderState.LET_GO if before.is_live(tx.now) else OrderState.EXPIRED, buyer_id)
        if not before.is_live(tx.now):
            given_up.insert(0, tx.now)
    _check_cool_down(given_up, tx.now)
    until = hold_until(held_since, tx.now)
    if until <= tx.now:
        raise LimitExceeded("prolong", most=int(policy.HOLD_AT_MOST.total_seconds() // 60))
    return open_order(
        tx, performance, buyer_id, lines, channel=channel, until=until, held_since=held_since, instead=instead
    )


def _same(stored: Sequence[OrderLine], wanted: Sequence[OrderLine]) -> bool:
    return {(line.place, line.concession_id) for line in stored} == {
        (line.place, line.concession_id) for line in wanted
    }


def _buying(tx: Tx, performance: Performance, buyer_id: int) -> Buying:
    """Under the lock of the person's orders: what was paid while we waited for it is counted too. Seats that wait for
    friends to pay count as bought."""
    buying = tx.ticketing.buying(buyer_id, performance.id, tx.now - policy.COOL_DOWN_WITHIN, lock=True)
    if buying.unpaid is None and not buying.bought and not buying.given_up:
        return buying  # whoever shares seats has had an order here
    waiting = tx.payments.count_waiting(buyer_id, performance.id, tx.now)
    return replace(buying, bought=buying.bought + waiting)


def _check_limit(performance: Performance, buying: Buying, wanted: int) -> None:
    if wanted + buying.bought > performance.purchase_limit:
        raise LimitExceeded("tickets", most=performance.purchase_limit)


def _check_cool_down(given_up: Sequence[datetime], now: datetime) -> None:
    """``given_up``: newest first. What was let go counts as what ran out does: else a seat could be kept for ever by
    letting it go before its half hour is over, and holding it again."""
    if len(given_up) >= policy.COOL_DOWN_AFTER:
        over = given_up[0] + policy.COOL_DOWN_LASTS
        if now < over:
            minutes = int((over - now).total_seconds() // 60) + 1
            raise LimitExceeded("cool_down", most=minutes)
