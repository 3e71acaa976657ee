"""A group with one payer: a block of kind "group" has a link; its leader pays for all, or for those who come.

The deadline is the block's own: until it is released the places wait, for the leader alone. What is not paid by then is
on sale again; what the leader lets go before goes back into the block.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import BadInput, LinkSpent, NotFound, NotOnSale, PaymentUnderWay, Stale
from domain.ports import Tx
from domain.ticketing.group_ports import CHANNEL
from domain.ticketing.holding import close_unpaid
from domain.ticketing.model import BlockReason, OrderState
from domain.ticketing.party import tariff_of
from domain.ticketing.setting_aside import lines_for, open_order
from domain.ticketing.window_model import Block


@dataclass(frozen=True, slots=True)
class TakeGroupPlaces:
    """The leader takes ``count`` of the block's places, to be paid until it is released. Gives the order's id.

    Asked again with another number, the order is made anew. The house's limit for one person does not hold: the house
    has set these places aside for them. Raises NotFound, LinkSpent, NotOnSale, PaymentUnderWay, Stale, BadInput.
    """

    leader_id: int
    block_id: int
    count: int

    def __call__(self, tx: Tx) -> int:
        block = group_block(tx, self.block_id)
        performance = tx.programme.performance(block.performance_id)
        tariff = tariff_of(performance, tx.programme.concessions()) if performance else None
        if performance is None or tariff is None:
            raise NotFound
        if (state := performance.sale_state(tx.now)) != "open":
            raise NotOnSale(state, performance_id=performance.id)
        # Whoever buys locks their own orders first.
        own = tx.ticketing.buying(self.leader_id, performance.id, tx.now, lock=True).unpaid
        block = group_block(tx, self.block_id, lock=True)
        others = [order_id for order_id in tx.ticketing.unpaid_of_group(block.id) if own is None or own.id != order_id]
        if others:
            raise LinkSpent("used")
        if own is not None:
            if own.is_live(tx.now) and tx.ticketing.block_of_group(own.id) != block.id:
                raise BadInput("own_hold")
            if own.is_live(tx.now) and own.state is OrderState.PAYING:
                raise PaymentUnderWay
            if own.is_live(tx.now) and len(tx.ticketing.lines(own.id)) == self.count:
                return own.id
            close_unpaid(tx, own, OrderState.LET_GO if own.is_live(tx.now) else OrderState.EXPIRED, self.leader_id)
            block = group_block(tx, self.block_id)
        if not 0 < self.count <= len(block.places):
            raise Stale
        places = block.places[: self.count]
        tx.window.free_from_block(block.id, places)
        plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
        wishes = tariff.wishes(tariff.party_of(len(places)), plan, places)
        lines = lines_for(performance, plan, wishes)
        assert block.release_at is not None
        order_id = open_order(
            tx,
            performance,
            self.leader_id,
            lines,
            channel=CHANNEL,
            until=min(block.release_at, performance.sales_close_at),
            held_since=tx.now,
        )
        tx.ticketing.add_group_order(order_id, block.id)
        return order_id


def group_block(tx: Tx, block_id: int, *, lock: bool = False) -> Block:
    """Raises NotFound for any other block, LinkSpent where its time is over."""
    block = tx.window.block(block_id, lock=lock)
    if block is None or block.reason is not BlockReason.GROUP or block.release_at is None:
        raise NotFound
    if block.released_at is not None or block.release_at <= tx.now:
        raise LinkSpent("expired")
    return block
