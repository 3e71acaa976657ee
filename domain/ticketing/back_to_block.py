"""Places that came out of a block and were not paid for go back into it: they are its owner's until it is released."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ports import Tx
from domain.ticketing.model import ClaimKind


def back_to_block(tx: Tx, block_id: int | None, places: Sequence[int]) -> None:
    """What is free still of them. Nothing where the block is over."""
    block = tx.window.block(block_id, lock=True) if block_id is not None else None
    if block is None or block.released_at is not None or (block.release_at and block.release_at <= tx.now):
        return
    kind = ClaimKind.BLOCK
    tx.ticketing.claim(block.performance_id, places, kind, block_id=block.id, until=block.release_at, now=tx.now)
