"""Lists: what the house file says of them, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from domain.people.lists import ListRun, Tick
from domain.programme.house_upkeep import parse_checklist
from storage.base import AnyRow, Store
from storage.tables.base import UtcDateTime
from storage.tables.lists import list_run, list_tick, venue_upkeep

_u, _r, _t = venue_upkeep.c, list_run.c, list_tick.c
_UPKEEP = select(_u.document).where(_u.venue_id == bindparam("at_venue"))
_UPKEEP_LOCKED = _UPKEEP.with_for_update()
_SET_UPKEEP = update(venue_upkeep).where(_u.venue_id == bindparam("at_venue"))
_RUN = select(list_run).where(_r.id == bindparam("of_run"))
_RUN_LOCKED = _RUN.with_for_update()
_AT = select(list_run).where(_r.venue_id == bindparam("at_venue")).order_by(_r.slot.desc(), _r.id.desc())
_LATEST = _AT.where(_r.list_key == bindparam("of_key")).limit(1)
_SINCE = _AT.where(_r.slot >= bindparam("since", type_=UtcDateTime))
_LATE = (
    select(list_run)
    .where(_r.ended_at.is_(None), _r.told_at.is_(None), _r.due_at <= bindparam("at", type_=UtcDateTime))
    .order_by(_r.due_at, _r.id)
    .limit(bindparam("most"))
    .with_for_update()
)
_ADD = insert(list_run).returning(_r.id)
_SET = update(list_run).where(_r.id == bindparam("of_run"))
_TICKS = select(list_tick).where(_t.run_id.in_(bindparam("runs", expanding=True))).order_by(_t.at)
_UNTICK = delete(list_tick).where(_t.run_id == bindparam("of_run"), _t.item == bindparam("of_item"))


class ListRepository(Store):
    """Implements ``domain.people.list_ports.ListRepository``."""

    def upkeep_of(self, venue_id: int, *, lock: bool = False) -> Mapping[str, Any]:
        found = self._execute(_UPKEEP_LOCKED if lock else _UPKEEP, {"at_venue": venue_id})
        return dict(found.scalar_one_or_none() or {})

    def put_upkeep(self, venue_id: int, document: Mapping[str, Any]) -> bool:
        stored = self._execute(_UPKEEP, {"at_venue": venue_id}).scalar_one_or_none()
        if stored == document:
            return False
        if stored is None:
            self._execute(insert(venue_upkeep), {"venue_id": venue_id, "document": dict(document)})
        else:
            self._execute(_SET_UPKEEP, {"at_venue": venue_id, "document": dict(document)})
        return True

    def run(self, run_id: int, *, lock: bool = False) -> ListRun | None:
        found = self._runs(self._execute(_RUN_LOCKED if lock else _RUN, {"of_run": run_id}))
        return found[0] if found else None

    def latest(self, venue_id: int, key: str) -> ListRun | None:
        found = self._runs(self._execute(_LATEST, {"at_venue": venue_id, "of_key": key}))
        return found[0] if found else None

    def runs_since(self, venue_id: int, slot: datetime) -> Sequence[ListRun]:
        return self._runs(self._execute(_SINCE, {"at_venue": venue_id, "since": slot}))

    def late(self, at: datetime, most: int) -> Sequence[ListRun]:
        return self._runs(self._execute(_LATE, {"at": at, "most": most}))

    def put(self, run: ListRun) -> int:
        row = {
            "venue_id": run.venue_id,
            "list_key": run.checklist.key,
            "slot": run.slot,
            "document": run.checklist.as_document(),
            "due_at": run.due_at,
            "told_at": run.told_at,
            "ended_at": run.ended_at,
        }
        if run.id == 0:
            return int(self._execute(_ADD, row).scalar_one())
        self._execute(_SET, {"of_run": run.id, **row})
        return run.id

    def tick(self, run_id: int, tick: Tick) -> None:
        row = {"run_id": run_id, "item": tick.item, "by_id": tick.by_id, "at": tick.at, "photo": tick.photo}
        self._execute(insert(list_tick), row)

    def untick(self, run_id: int, item: str) -> None:
        self._execute(_UNTICK, {"of_run": run_id, "of_item": item})

    def _runs(self, rows: Iterable[AnyRow]) -> list[ListRun]:
        found = list(rows)
        if not found:
            return []
        ticks: dict[int, dict[str, Tick]] = {row.id: {} for row in found}
        for row in self._execute(_TICKS, {"runs": list(ticks)}):
            ticks[row.run_id][row.item] = Tick(row.item, row.by_id, row.at, row.photo)
        return [
            ListRun(
                row.id,
                row.venue_id,
                parse_checklist(row.document),
                row.slot,
                row.due_at,
                row.told_at,
                row.ended_at,
                ticks[row.id],
            )
            for row in found
        ]
