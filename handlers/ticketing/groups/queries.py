"""What the screens of groups, presents and shared links show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.ports import Tx
from domain.ticketing.group_ports import Handout
from domain.ticketing.groups import group_block
from domain.ticketing.handing_out import takeable, to_give
from domain.ticketing.holding import own_order
from domain.ticketing.model import OrderState
from domain.ticketing.window_model import Block
from handlers.ticketing.queries import Showing, house_name, showing_of


@dataclass(frozen=True)
class GroupFacts:
    """``count``: how many may be taken, those that this leader has not paid yet among them."""

    block: Block
    showing: Showing
    count: int
    now: datetime


@dataclass(frozen=True, slots=True)
class FindGroup:
    """Behind a block's link. Raises NotFound, LinkSpent."""

    person_id: int
    block_id: int

    def __call__(self, tx: Tx) -> GroupFacts:
        block = group_block(tx, self.block_id)
        own = tx.ticketing.buying(self.person_id, block.performance_id, tx.now).unpaid
        mine = own is not None and tx.ticketing.block_of_group(own.id) == block.id
        count = len(block.places) + (len(tx.ticketing.lines(own.id)) if own is not None and mine else 0)
        return GroupFacts(block, showing_of(tx, block.performance_id), count, tx.now)


@dataclass(frozen=True)
class HandoutFacts:
    """``left``: tickets that are the giver's still, or (for who takes) that they would get."""

    order_id: int
    handout: Handout | None
    showing: Showing
    left: int
    now: datetime
    house: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FindOwnHandout:
    """Of one's own paid order. Raises NotFound."""

    giver_id: int
    order_id: int

    def __call__(self, tx: Tx) -> HandoutFacts:
        order = own_order(tx, self.giver_id, self.order_id)
        if order.state is not OrderState.PAID:
            raise NotFound
        left = len(to_give(tx, order.id, self.giver_id))
        handout = tx.ticketing.handout_of(order.id)
        return HandoutFacts(order.id, handout, showing_of(tx, order.performance_id), left, tx.now, house_name(tx))


@dataclass(frozen=True, slots=True)
class FindHandedOut:
    """Behind a link that somebody has opened. Raises NotFound, LinkSpent."""

    taker_id: int
    handout_id: int

    def __call__(self, tx: Tx) -> HandoutFacts:
        handout = tx.ticketing.handout(self.handout_id)
        order = tx.ticketing.order(handout.order_id) if handout else None
        if handout is None or order is None:
            raise NotFound
        left = len(takeable(tx, handout, self.taker_id))
        return HandoutFacts(order.id, handout, showing_of(tx, order.performance_id), left, tx.now, house_name(tx))


@dataclass(frozen=True, slots=True)
class TakenBefore:
    """A ticket that this person has by a link already, or None."""

    person_id: int
    handout_id: int

    def __call__(self, tx: Tx) -> int | None:
        handout = tx.ticketing.handout(self.handout_id)
        tickets = tx.ticketing.tickets_of_order(handout.order_id) if handout else ()
        return next((ticket.id for ticket in tickets if ticket.holder_id == self.person_id), None)


@dataclass(frozen=True, slots=True)
class OwnHandout:
    """The order, where the link that somebody has opened is their own."""

    person_id: int
    handout_id: int

    def __call__(self, tx: Tx) -> int | None:
        handout = tx.ticketing.handout(self.handout_id)
        return handout.order_id if handout is not None and handout.giver_id == self.person_id else None
