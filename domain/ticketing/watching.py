""" "Tell me when sales open", and the house's own blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound, NotOnSale, SeatTaken
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.ticketing.model import BlockReason, ClaimKind


@dataclass(frozen=True, slots=True)
class WatchSales:
    """Gives True if the person is told from now on, False if that was switched off."""

    person_id: int
    performance_id: int
    on: bool = True

    def __call__(self, tx: Tx) -> bool:
        performance = tx.programme.performance(self.performance_id)
        if performance is None:
            raise NotFound
        if not self.on:
            if tx.ticketing.watches_sales(self.person_id, performance.id):
                tx.ticketing.unwatch_sales(self.person_id, performance.id)
                tx.audit(self.person_id, "sales.unwatched", "performance", performance.id)
            return False
        state = performance.sale_state(tx.now)
        if state != "before":
            raise NotOnSale(state, performance_id=performance.id)
        if tx.ticketing.watch_sales(self.person_id, performance.id, tx.now):
            tx.audit(self.person_id, "sales.watched", "performance", performance.id)
        return True


@dataclass(frozen=True, slots=True)
class TellSalesOpen:
    """The clock's part: tells those who asked, in the morning where it is night. Gives how many."""

    limit: int = 500

    def __call__(self, tx: Tx) -> int:
        due = tx.ticketing.watchers_due(tx.now, self.limit)
        mornings = {performance_id: _morning(tx, performance_id) for performance_id in {id for _, id in due}}
        for person_id, performance_id in due:
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.SALES_OPEN,
                    dedupe_key=f"sales_open:{performance_id}:{person_id}",
                    params={"performance_id": performance_id},
                    due_at=mornings[performance_id],
                )
            )
            tx.ticketing.unwatch_sales(person_id, performance_id)
        return len(due)


def _morning(tx: Tx, performance_id: int) -> datetime | None:
    """When the quiet hours are over; None where there are none now."""
    performance = tx.programme.performance(performance_id)
    venue = tx.programme.venue(performance.venue_id) if performance else None
    morning = tx.evening.quiet().over(tx.now, venue.timezone) if venue else tx.now
    return morning if morning > tx.now else None


def block_places(
    tx: Tx,
    performance_id: int,
    places: Sequence[int],
    reason: BlockReason,
    note: str = "",
    actor_id: int | None = None,
    release_at: datetime | None = None,
) -> int:
    """A block is a claim like any other: it cannot lie on a sold seat. Raises SeatTaken."""
    block_id = tx.ticketing.add_block(
        performance_id, reason, tx.now, note=note, owner_id=actor_id, release_at=release_at
    )
    kind = ClaimKind.BLOCK
    won = tx.ticketing.claim(performance_id, sorted(places), kind, block_id=block_id, until=release_at, now=tx.now)
    if len(won) != len(set(places)):
        raise SeatTaken(sorted(set(places) - won))
    tx.audit(actor_id, "places.blocked", "block", block_id, performance=performance_id)
    return block_id
