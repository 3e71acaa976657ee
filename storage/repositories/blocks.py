"""Blocks as the window works with them; claims are made and dropped in ``claims``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from domain.ticketing.model import BlockReason
from domain.ticketing.window_model import Block
from storage.base import AnyRow, Store
from storage.tables.base import UtcDateTime
from storage.tables.ticketing import block, claim

_b, _c = block.c, claim.c
_NOW = bindparam("now", type_=UtcDateTime)
_BLOCKS = select(
    _b.id, _b.performance_id, _b.reason, _b.note, _b.owner_id, _b.created_at, _b.release_at, _b.released_at
)
_BLOCK = _BLOCKS.where(_b.id == bindparam("block_id"))
_STANDING = _BLOCKS.where(_b.performance_id == bindparam("performance_id"), _b.released_at.is_(None)).order_by(
    _b.id.desc()
)
_DUE = (
    _BLOCKS.where(_b.released_at.is_(None), _b.release_at <= _NOW)
    .order_by(_b.release_at, _b.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_PLACES = (
    select(_c.block_id, _c.place)
    .where(_c.block_id.in_(bindparam("block_ids", expanding=True)))
    .order_by(_c.block_id, _c.place)
)
_SET_RELEASE = update(block).where(_b.id == bindparam("of_block"), _b.released_at.is_(None))
_SET_UNTIL = update(claim).where(_c.block_id == bindparam("of_block"))
_FREE = delete(claim).where(_c.block_id == bindparam("of_block"), _c.place.in_(bindparam("places", expanding=True)))


class Blocks(Store):
    def block(self, block_id: int, *, lock: bool = False) -> Block | None:
        rows = self._execute(_BLOCK.with_for_update() if lock else _BLOCK, {"block_id": block_id}).all()
        return next(iter(self._with_places(rows)), None)

    def blocks(self, performance_id: int) -> Sequence[Block]:
        return self._with_places(self._execute(_STANDING, {"performance_id": performance_id}).all())

    def due_blocks(self, now: datetime, limit: int) -> Sequence[Block]:
        return self._with_places(self._execute(_DUE, {"now": now, "most": limit}).all())

    def set_release(self, block_id: int, release_at: datetime) -> None:
        if self._execute(_SET_RELEASE, {"of_block": block_id, "release_at": release_at}).rowcount:
            self._execute(_SET_UNTIL, {"of_block": block_id, "until": release_at})

    def free_from_block(self, block_id: int, places: Collection[int]) -> None:
        self._execute(_FREE, {"of_block": block_id, "places": sorted(places)})

    def _with_places(self, rows: Sequence[AnyRow]) -> list[Block]:
        places: dict[int, list[int]] = {row.id: [] for row in rows}
        if places:
            for block_id, place in self._execute(_PLACES, {"block_ids": sorted(places)}):
                places[block_id].append(place)
        return [_block(row, places[row.id]) for row in rows]


def _block(row: AnyRow, places: list[int]) -> Block:
    id, performance_id, reason, note, owner_id, created_at, release_at, released_at = row
    why = BlockReason(reason)
    return Block(id, performance_id, why, note, owner_id, created_at, release_at, released_at, tuple(places))
