"""Claims on places, and the house's blocks."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Executable,
    FromClause,
    Integer,
    String,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from domain.ticketing.model import BlockReason, ClaimKind
from storage.base import Insert, Store, both
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.ticketing import block, claim, order_line

_NOW = bindparam("now", type_=UtcDateTime)
_LIVE = or_(claim.c.until.is_(None), claim.c.until > _NOW)

_TAKEN = select(claim.c.place).where(claim.c.performance_id == bindparam("performance_id"), _LIVE)
_TAKEN_BY_OTHERS = _TAKEN.where(claim.c.order_id.is_distinct_from(bindparam("order_id")))
_COUNT_TAKEN = (
    select(claim.c.performance_id, func.count())
    .where(claim.c.performance_id.in_(bindparam("performance_ids", expanding=True)), _LIVE)
    .group_by(claim.c.performance_id)
)


def _claim(insert: Insert, places: FromClause, place: ColumnElement[int]) -> Executable:
    """Any number of places in one statement whose text never changes, so that it stays compiled and prepared."""
    wanted = (
        select(
            bindparam("performance_id", type_=BigInt),
            place,
            bindparam("kind", type_=String),
            bindparam("order_id", type_=BigInt),
            bindparam("block_id", type_=BigInt),
            bindparam("until", type_=UtcDateTime),
        )
        .select_from(places)
        .where(true())  # without it SQLite takes ON for a join
        .order_by(place)  # all who claim lock in the same order
    )
    adding = insert(claim).from_select(["performance_id", "place", "kind", "order_id", "block_id", "until"], wanted)
    return adding.on_conflict_do_update(
        index_elements=[claim.c.performance_id, claim.c.place],
        set_={name: adding.excluded[name] for name in ("kind", "order_id", "block_id", "until")},
        where=claim.c.until.is_not(None) & (claim.c.until <= _NOW),
    ).returning(claim.c.place)


_JSON_PLACES = func.json_each(bindparam("places", type_=String)).table_valued("value")
_ARRAY_PLACES = func.unnest(bindparam("places", type_=ARRAY(Integer))).table_valued("place").render_derived()
_CLAIM = {
    "sqlite": both(lambda insert: _claim(insert, _JSON_PLACES, _JSON_PLACES.c.value))["sqlite"],
    "postgresql": both(lambda insert: _claim(insert, _ARRAY_PLACES, _ARRAY_PLACES.c.place))["postgresql"],
}
_OF_ORDER = claim.c.order_id == bindparam("of_order")
_LINES = select(func.count()).where(order_line.c.order_id == bindparam("of_order")).scalar_subquery()
_KEEP = update(claim).where(_OF_ORDER).returning(_LINES)
_RELEASE = delete(claim).where(_OF_ORDER)

_ADD_BLOCK = insert(block).returning(block.c.id)
_END_BLOCK = update(block).where(block.c.id == bindparam("of_block"), block.c.released_at.is_(None))
_RELEASE_BLOCK = delete(claim).where(claim.c.block_id == bindparam("of_block"))


class Claims(Store):
    def taken(self, performance_id: int, now: datetime, *, but_order: int | None = None) -> set[int]:
        binds = {"performance_id": performance_id, "now": now}
        if but_order is None:
            return set(self._execute(_TAKEN, binds).scalars())
        return set(self._execute(_TAKEN_BY_OTHERS, {**binds, "order_id": but_order}).scalars())

    def count_taken(self, performance_ids: Collection[int], now: datetime) -> Mapping[int, int]:
        counts = dict.fromkeys(performance_ids, 0)
        rows = self._execute(_COUNT_TAKEN, {"performance_ids": sorted(counts), "now": now})
        counts.update(dict(rows.all()))
        return counts

    def claim(
        self,
        performance_id: int,
        places: Sequence[int],
        kind: ClaimKind,
        *,
        order_id: int | None = None,
        block_id: int | None = None,
        until: datetime | None,
        now: datetime,
    ) -> set[int]:
        wanted = sorted(set(places))
        won = self._execute(
            _CLAIM[self._dialect],
            {
                "performance_id": performance_id,
                "places": json.dumps(wanted) if self._dialect == "sqlite" else wanted,
                "kind": kind.value,
                "order_id": order_id,
                "block_id": block_id,
                "until": until,
                "now": now,
            },
        )
        return set(won.scalars())

    def keep_places(self, order_id: int, kind: ClaimKind, until: datetime | None) -> bool:
        kept = self._execute(_KEEP, {"of_order": order_id, "kind": kind.value, "until": until}).scalars().all()
        return bool(kept) and len(kept) == kept[0]

    def release_claims(self, order_id: int) -> None:
        self._execute(_RELEASE, {"of_order": order_id})

    def add_block(
        self,
        performance_id: int,
        reason: BlockReason,
        now: datetime,
        *,
        note: str = "",
        owner_id: int | None = None,
        release_at: datetime | None = None,
    ) -> int:
        row = {
            "performance_id": performance_id,
            "reason": reason.value,
            "note": note,
            "owner_id": owner_id,
            "created_at": now,
            "release_at": release_at,
        }
        return int(self._execute(_ADD_BLOCK, row).scalar_one())

    def release_block(self, block_id: int, now: datetime) -> None:
        self._execute(_END_BLOCK, {"of_block": block_id, "released_at": now})
        self._execute(_RELEASE_BLOCK, {"of_block": block_id})
