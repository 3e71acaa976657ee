"""Improvement actions and what led to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from domain.improvement.model import Action, ActionState, Source
from domain.text import LocalText
from storage.base import Store, both, word
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.improvement import improvement_action, improvement_source

_i, _s = improvement_action.c, improvement_source.c
_ACTION = bindparam("of_action", type_=BigInt)
_VENUES = _i.venue_id.in_(bindparam("venue_ids", expanding=True))
_MOST = bindparam("most", type_=BigInt)
_ALL = select(improvement_action)
_ONE = _ALL.where(_i.id == _ACTION)
_ONE_LOCKED = _ONE.with_for_update()
_OPEN = _ALL.where(_i.state == word("open")).order_by(_i.due_at, _i.id)
_OPEN_AT = _OPEN.where(_VENUES).limit(_MOST)
_OWNED = _OPEN.where(_i.owner_id == bindparam("of_owner")).limit(_MOST)
_DUE = _OPEN.where(_i.due_at <= bindparam("moment", type_=UtcDateTime))
_OVERDUE = _DUE.where(_VENUES)
_DUE_BEFORE = _DUE.limit(_MOST)
_ADD = insert(improvement_action).returning(_i.id)
_ADD_SOURCE = both(lambda insert: insert(improvement_source).on_conflict_do_nothing().returning(_s.id))
_SOURCES = select(_s.source, _s.source_id).where(_s.action_id == _ACTION).order_by(_s.id)
_OF_SOURCE = (
    _ALL.join(improvement_source, _s.action_id == _i.id)
    .where(_s.source == bindparam("of_source"), _s.source_id == bindparam("of_id", type_=BigInt))
    .order_by(_i.id)
)
_SET = update(improvement_action).where(_i.id == _ACTION)


class ImprovementRepository(Store):
    """Implements ``domain.improvement.ports.ImprovementRepository``."""

    def add_action(self, action: Action) -> int:
        row = {
            "venue_id": action.venue_id,
            "text": action.text,
            "owner_id": action.owner_id,
            "due_at": action.due_at,
            "opened_by": action.opened_by,
            "opened_at": action.opened_at,
            "state": action.state.value,
            "proof": action.proof,
            "told": dict(action.told),
        }
        return int(self._execute(_ADD, row).scalar_one())

    def add_source(self, action_id: int, source: Source, source_id: int) -> bool:
        row = {"action_id": action_id, "source": source.value, "source_id": source_id}
        return self._execute(_ADD_SOURCE[self._dialect], row).first() is not None

    def action(self, action_id: int, *, lock: bool = False) -> Action | None:
        row = self._execute(_ONE_LOCKED if lock else _ONE, {"of_action": action_id}).first()
        return _action(row) if row else None

    def sources(self, action_id: int) -> Sequence[tuple[Source, int]]:
        return [(Source(row[0]), row[1]) for row in self._execute(_SOURCES, {"of_action": action_id})]

    def actions_of(self, source: Source, source_id: int) -> Sequence[Action]:
        binds = {"of_source": source.value, "of_id": source_id}
        return [_action(row) for row in self._execute(_OF_SOURCE, binds)]

    def open_actions(self, venue_ids: Collection[int], limit: int) -> Sequence[Action]:
        binds = {"venue_ids": sorted(venue_ids), "most": limit}
        return [_action(row) for row in self._execute(_OPEN_AT, binds)]

    def owned(self, owner_id: int, limit: int) -> Sequence[Action]:
        return [_action(row) for row in self._execute(_OWNED, {"of_owner": owner_id, "most": limit})]

    def overdue(self, venue_ids: Collection[int], now: datetime) -> Sequence[Action]:
        return [_action(row) for row in self._execute(_OVERDUE, {"venue_ids": sorted(venue_ids), "moment": now})]

    def due_before(self, moment: datetime, limit: int) -> Sequence[Action]:
        return [_action(row) for row in self._execute(_DUE_BEFORE, {"moment": moment, "most": limit})]

    def assign(self, action_id: int, owner_id: int) -> None:
        self._execute(_SET, {"of_action": action_id, "owner_id": owner_id})

    def postpone(self, action_id: int, due_at: datetime) -> None:
        self._execute(_SET, {"of_action": action_id, "due_at": due_at})

    def end(self, action_id: int, state: ActionState, proof: str, told: LocalText, by: int, now: datetime) -> None:
        ended = {"state": state.value, "proof": proof, "told": dict(told), "ended_by": by, "ended_at": now}
        self._execute(_SET, {"of_action": action_id, **ended})


def _action(row: Any) -> Action:
    return Action(
        id=row.id,
        venue_id=row.venue_id,
        text=row.text,
        owner_id=row.owner_id,
        due_at=row.due_at,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        state=ActionState(row.state),
        proof=row.proof,
        told=LocalText.of(row.told),
        ended_at=row.ended_at,
    )
