"""Fills the demo's performances as an audience would: in twos, threes and fours, side by side, one at a time alone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from bot.demo.people import Resident
from bot.dispatcher import CHANNEL
from domain.errors import Rejected
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment, PayNothing
from domain.people.model import AccountSeen
from domain.people.usecases import ComeIn
from domain.ports import Tx
from domain.programme.model import Performance, SeatingPlan, SeatKind
from domain.ticketing.handing_on import reissue
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.unit_of_work import UnitOfWork

_PARTIES = (2, 2, 2, 1, 4, 3, 2, 1)


async def sell(uow: UnitOfWork, fill: Mapping[str, float]) -> int:
    """``fill``: performance key → the part of its places to be sold, 0 to 1. Gives how many tickets were.

    A performance that has sold any is left as it is, so that this can be done again after an interruption.
    """
    return sum([await uow.write(partial(_fill, key=key, part=part)) for key, part in fill.items()])


async def give_tickets(uow: UnitOfWork, key: str, residents: Sequence[Resident]) -> None:
    """They come tonight, in twos. Bought at the window in their name: nobody is written to before they say hello."""
    await uow.write(partial(_give, key=key, residents=residents))


def _give(tx: Tx, key: str, residents: Sequence[Resident]) -> None:
    performance = tx.programme.performance_by_key(key)
    if performance is None or performance.plan_id is None:
        return
    plan = tx.programme.plan(performance.plan_id)
    taken = tx.ticketing.taken(performance.id, tx.now)
    free = [place for place in range(1, performance.capacity + 1) if place not in taken]
    pairs = (party for party in _parties(free, plan, random.Random(key)) if len(party) >= 2)
    for two in zip(residents[::2], residents[1::2], strict=False):
        buyer_id = _buy(tx, performance, plan, next(pairs, [])[:2], f"{key}-for-{two[0].id}")
        if buyer_id is None:
            return
        for resident, ticket in zip(two, tx.ticketing.tickets_of_holder(buyer_id), strict=True):
            known = tx.people.actor_by_account(CHANNEL, str(resident.id))
            person_id = ComeIn(AccountSeen(CHANNEL, str(resident.id), resident.name, "", resident.language_code))(tx)
            if known is None:  # not reachable until they have written to the bot, as with Telegram
                tx.people.set_reachable(person_id, False)
            reissue(tx, ticket.id, "handed_on", holder_id=person_id)


def _fill(tx: Tx, key: str, part: float) -> int:
    performance = tx.programme.performance_by_key(key)
    if performance is None or performance.sale_state(tx.now) != "open" or tx.ticketing.count_tickets(performance.id):
        return 0
    plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
    taken = tx.ticketing.taken(performance.id, tx.now)
    free = [place for place in range(1, performance.capacity + 1) if place not in taken]
    wanted = round(len(free) * part)
    dice = random.Random(key)
    sold = 0
    for number, party in enumerate(_parties(free, plan, dice)):
        if sold >= wanted:
            break
        party = party[: wanted - sold]
        if _buy(tx, performance, plan, party, f"{key}-{number}") is not None:
            sold += len(party)
    return sold


def _parties(free: Sequence[int], plan: SeatingPlan | None, dice: random.Random) -> Iterator[list[int]]:
    """The free places, cut into neighbours of one row, in an order that favours the front but is not strict."""
    runs: list[list[int]] = []
    last = None
    size = 0
    for place in free:
        seat = plan.seat(place) if plan else None
        row = (seat.zone, seat.row, seat.category, seat.kind) if seat else None
        if not runs or row != last or len(runs[-1]) >= size or place != runs[-1][-1] + 1:
            size = dice.choice(_PARTIES)
            runs.append([])
        runs[-1].append(place)
        last = row
    order = sorted(range(len(runs)), key=lambda index: index / len(runs) + dice.random() * 0.8)
    return (runs[index] for index in order)


def _buy(tx: Tx, performance: Performance, plan: SeatingPlan | None, places: Sequence[int], name: str) -> int | None:
    """Gives the buyer, None where nobody could buy them."""
    if not places:
        return None
    category = plan.seat(places[0]).category if plan else ""
    prices = [price for price in performance.prices if price.category == category]
    alone = plan is not None and plan.seat(places[0]).kind is SeatKind.COMPANION
    if not prices or alone:
        return None
    buyer_id = tx.people.add_person(AccountSeen("window", name, ""), tx.now)
    wishes = tuple(Wish(place, prices[0].concession_id) for place in places[: performance.purchase_limit])
    try:
        order_id = HoldPlaces(buyer_id, performance.id, wishes, channel="window")(tx)
    except Rejected:
        return None
    order = tx.ticketing.order(order_id)
    assert order is not None
    if order.total:
        CapturePayment(Captured("terminal", name, "", order_id, order.total, buyer_id))(tx)
    else:
        PayNothing(buyer_id, order_id)(tx)
    return buyer_id
