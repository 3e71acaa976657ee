"""Blocks: the house's own places, made and released by hand or by the clock, and sold from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import BadInput, NotFound, NotOnSale, Stale
from domain.people.model import Actor, Role
from domain.ports import Tx
from domain.programme.blocked import places_in
from domain.programme.cells import CellFault
from domain.programme.model import Performance, SeatingPlan
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import BlockReason
from domain.ticketing.party import tariff_of
from domain.ticketing.watching import block_places
from domain.ticketing.window import BeginSale, HoldAtWindow, clerk, performance_for
from domain.ticketing.window_model import Block

_MOST_TEXT, _MOST_NOTE = 500, 200
#: "Stalls row 5 1-10", "池座 5排 1-10": as people say it, before it becomes ``Stalls/5/1-10``.
_SAID = re.compile(
    r"(?P<zone>.+?)[\s,，]+(?:row\s*(?P<row>[^\s,，]+)|(?P<pai>[^\s,，]+?)\s*排)(?:[\s,，]+(?:seats?\s*)?(?P<seats>.+?)[座号]*)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class BlockPlaces:
    """Sets places aside. ``where``: ``Stalls/5/1-10``, ``Stalls row 5 1-10``, ``Stalls`` for a whole zone, several with
    ``;`` between; without numbered seats a number of places. ``chosen``: those seats of the plan, with or without such
    words. Gives the block's id.

    All or none: raises SeatTaken with what is held or sold. Raises NotAllowed, NotFound, and BadInput with what of the
    text cannot be read.
    """

    clerk_id: int
    performance_id: int
    where: str
    reason: BlockReason
    note: str = ""
    release_at: datetime | None = None
    chosen: tuple[int, ...] = ()

    def __call__(self, tx: Tx) -> int:
        performance = performance_for(tx, clerk(tx, self.clerk_id), self.performance_id)
        plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
        if performance.sale_state(tx.now) in ("past", "cancelled"):
            raise NotOnSale(performance.sale_state(tx.now), performance_id=performance.id)
        if self.release_at is not None and self.release_at <= tx.now:
            raise BadInput("release_past")
        places = self._places(tx, performance, plan)
        note = " ".join(self.note.split())[:_MOST_NOTE]
        return block_places(tx, performance.id, places, self.reason, note, self.clerk_id, self.release_at)

    def _places(self, tx: Tx, performance: Performance, plan: SeatingPlan | None) -> Sequence[int]:
        """Of places without numbers the last free ones: those whom the search for the best reaches last."""
        if plan is not None:
            strange = {place for place in self.chosen if not 0 < place <= len(plan.seats)}
            if strange:
                raise BadInput("bad_places", said=str(min(strange)))
            try:
                said = read_places(self.where[:_MOST_TEXT], plan) if self.where.strip() or not self.chosen else ()
            except CellFault as fault:
                raise BadInput("bad_places", said=_blamed(fault, self.where)) from None
            return sorted({*said, *self.chosen})
        wanted = self.where.strip()
        if not wanted.isdecimal() or not 0 < int(wanted[:6]) <= performance.capacity:
            raise BadInput("bad_places", said=wanted[:40])
        taken = tx.ticketing.taken(performance.id, tx.now)
        free = [place for place in range(performance.capacity, 0, -1) if place not in taken]
        if len(free) < int(wanted):
            raise BadInput("bad_places", said=wanted)
        return free[: int(wanted)]


@dataclass(frozen=True, slots=True)
class ReleaseBlock:
    """What is left of it is on sale again. Gives the performance's id. Releasing twice is releasing once."""

    clerk_id: int
    block_id: int

    def __call__(self, tx: Tx) -> int:
        block = block_for(tx, clerk(tx, self.clerk_id), self.block_id, lock=True)
        if block.released_at is None:
            _release(tx, block, self.clerk_id)
        return block.performance_id


@dataclass(frozen=True, slots=True)
class ReleaseDueBlocks:
    """The clock's part. Gives how many; sales never wait for it: a claim whose end has come is anybody's."""

    limit: int = 100

    def __call__(self, tx: Tx) -> int:
        due = tx.window.due_blocks(tx.now, self.limit)
        for block in due:
            _release(tx, block, None)
        return len(due)


@dataclass(frozen=True, slots=True)
class SellFromBlock:
    """Begins a sale of the block's first ``count`` places, at the usual price. Gives the order's id.

    The purchase limit holds. What comes to nothing goes back into the block. Raises NotAllowed, NotFound, Stale.
    """

    clerk_id: int
    block_id: int
    count: int

    def __call__(self, tx: Tx) -> int:
        block = block_for(tx, clerk(tx, self.clerk_id), self.block_id, lock=True)
        performance = tx.programme.performance(block.performance_id)
        tariff = tariff_of(performance, tx.programme.concessions()) if performance else None
        if performance is None or tariff is None or block.released_at or not 0 < self.count <= len(block.places):
            raise Stale
        sale_id = BeginSale(self.clerk_id, performance.id, block.id)(tx)
        sale = tx.window.sale(sale_id)
        assert sale is not None
        # What the customer before did not take may have come back into this very block.
        block = block_for(tx, clerk(tx, self.clerk_id), self.block_id)
        places = block.places[: self.count]
        tx.window.free_from_block(block.id, places)
        plan = tx.programme.plan(performance.plan_id) if performance.plan_id is not None else None
        wishes = tariff.wishes(tariff.party_of(len(places)), plan, places)
        return HoldAtWindow(self.clerk_id, sale_id, HoldPlaces(sale.buyer_id, performance.id, wishes))(tx)


def block_for(tx: Tx, actor: Actor, block_id: int, *, lock: bool = False) -> Block:
    """Raises NotFound for one of a house where this clerk does not sell just as for none."""
    block = tx.window.block(block_id, lock=lock)
    performance = tx.programme.performance(block.performance_id) if block else None
    if block is None or performance is None or not actor.may(Role.BOX_OFFICE, performance.venue_id):
        raise NotFound
    return block


def read_places(text: str, plan: SeatingPlan) -> tuple[int, ...]:
    """Raises CellFault for what is not there or cannot be read."""
    places: set[int] = set()
    for part in filter(None, (part.strip() for part in re.split(r"[;；\n]", text))):
        spoken = _SAID.fullmatch(part) if "/" not in part else None
        if spoken is not None:
            ends = (spoken["zone"], spoken["row"] or spoken["pai"], spoken["seats"])
            part = "/".join(end for end in ends if end)
        places.update(places_in(part.replace("–", "-").replace("，", ","), plan))
    if not places:
        raise CellFault("bad_block", part=text)
    return tuple(sorted(places))


def _blamed(fault: CellFault, text: str) -> str:
    """The word that is to blame, as far as it is known."""
    return str(fault.params.get("name") or fault.params.get("part") or text)[:40]


def _release(tx: Tx, block: Block, actor_id: int | None) -> None:
    tx.ticketing.release_block(block.id, tx.now)
    tx.audit(actor_id, "places.released", "block", block.id, performance=block.performance_id)
