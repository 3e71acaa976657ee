"""Free seats go to who has waited longest and whom they fit, before anybody else can have them.

``serve_queue`` runs in the clock's tick, and in the transaction of everybody who is about to hold places: so there is
no moment between a seat's coming free and the line's being asked. An offer is an order like any other, in state
``held`` with its claims, and a deadline of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from domain.errors import Contended, SeatTaken
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.programme.model import Performance, SeatingPlan, SeatKind
from domain.ticketing import policy
from domain.ticketing.best_seats import best_together
from domain.ticketing.model import OrderState
from domain.ticketing.party import Tariff, tariff_of
from domain.ticketing.setting_aside import lines_for, open_order
from domain.ticketing.waiting_ports import Waiting, WaitingState

#: What ``Order.channel`` says of an offer.
CHANNEL = "waiting"


def serve_queue(tx: Tx, performance: Performance, plan: SeatingPlan | None) -> int:
    """Closes what is over and offers what is free, the first in line first. Gives how many offers were made."""
    queue = tx.ticketing.queue(performance.id)
    if not queue:
        return 0
    tariff = tariff_of(performance, tx.programme.concessions())
    until = offer_until(performance, tx.now)
    if performance.sale_state(tx.now) != "open" or tariff is None or until is None:
        end_queue(tx, [each for each in queue if not each.has_live_offer(tx.now)])
        return 0
    in_line = [each for each in queue if not each.has_live_offer(tx.now) and not _settle(tx, each)]
    return _offer(tx, tariff, plan, in_line, until) if in_line else 0


def end_queue(tx: Tx, queue: Sequence[Waiting]) -> None:
    """Nothing more comes for these."""
    for each in queue:
        if each.order_id is not None:
            tx.ticketing.end_offer(each.order_id, tx.now)
        state = WaitingState.SERVED if each.order_state is OrderState.PAID else WaitingState.OVER
        tx.ticketing.set_waiting(each.id, state, tx.now)
        tx.audit(None, f"waiting.{state.value}", "waiting", each.id)


def free_for(tx: Tx, tariff: Tariff, plan: SeatingPlan | None) -> set[int]:
    """Places that nobody has and that have a price."""
    performance = tariff.performance
    free = set(range(1, performance.capacity + 1)) - tx.ticketing.taken(performance.id, tx.now)
    if plan is None:
        return free
    priced = {(price.category, price.concession_id) for price in performance.prices}
    special = {SeatKind.WHEELCHAIR: tariff.wheelchair.id, SeatKind.COMPANION: tariff.companion.id}
    seats = map(plan.seat, free)
    return {seat.place for seat in seats if (seat.category, special.get(seat.kind, tariff.usual.id)) in priced}


def places_for(
    plan: SeatingPlan | None,
    free: Collection[int],
    seats: int,
    categories: Sequence[str],
    wheelchair: int = 0,
    companion: int = 0,
) -> Sequence[int] | None:
    """The best places beside each other, in the first of these price categories that has any; None for none."""
    if len(free) < seats:
        return None
    if plan is None:
        return sorted(free)[:seats]
    for category in categories or (None,):
        choice = best_together(plan, sorted(free), seats, category=category, wheelchair=wheelchair, companion=companion)
        if choice is not None and choice.together:
            return choice.places
    return None


def offer_until(performance: Performance, now: datetime) -> datetime | None:
    """Until when an offer made now stands; None where sales end too soon for one."""
    left = performance.sales_close_at - now
    lasts = min(policy.WAITING_OFFER_LASTS, max(policy.HOLD_LASTS, left / policy.WAITING_OFFER_SHARE))
    return now + lasts if lasts <= left else None


def _settle(tx: Tx, waiting: Waiting) -> bool:
    """Whether they are not in line any more: the offer was bought or is over, or their own time has come."""
    if waiting.order_id is None and tx.now < waiting.until:
        return False
    end_queue(tx, [waiting])
    return True


def _offer(tx: Tx, tariff: Tariff, plan: SeatingPlan | None, in_line: Sequence[Waiting], until: datetime) -> int:
    performance, made = tariff.performance, 0
    free = free_for(tx, tariff, plan)
    in_vain: dict[object, int] = {}  # what of → the fewest together for which nothing was found
    for waiting in in_line:
        special = waiting.wheelchair, waiting.companion
        if waiting.seats >= in_vain.get((waiting.categories, special), waiting.seats + 1):
            continue
        places = places_for(plan, free, waiting.seats, waiting.categories, *special)
        if places is None:
            in_vain[waiting.categories, special] = waiting.seats
            continue
        buying = tx.ticketing.buying(waiting.person_id, performance.id, tx.now, lock=True)
        if buying.unpaid is not None:
            continue  # they hold others just now; one order at a time
        if buying.bought + waiting.seats > performance.purchase_limit:
            end_queue(tx, [waiting])
            continue
        wishes = tariff.wishes(tariff.party_of(waiting.seats - sum(special)), plan, places)
        lines = lines_for(performance, plan, wishes)
        try:
            order_id = open_order(
                tx, performance, waiting.person_id, lines, channel=CHANNEL, until=until, held_since=tx.now
            )
        except SeatTaken:
            # Somebody took one of them between our look and our claim: look again.
            raise Contended(over=f"performance:{performance.id}") from None
        tx.ticketing.add_offer(waiting.id, order_id, tx.now)
        tx.ticketing.set_waiting(waiting.id, WaitingState.OFFERED)
        tx.audit(None, "waiting.offered", "order", order_id, waiting=waiting.id)
        tx.notify(
            Notice(
                waiting.person_id,
                NoticeKind.SEATS_OFFERED,
                dedupe_key=f"offered:{order_id}",
                params={"order_id": order_id},
            )
        )
        free -= set(places)
        made += 1
    return made
