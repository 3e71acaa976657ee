"""Finds and losses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, insert, or_, select, update

from domain.lost_property.model import Find, FindState, Loss, LossState
from storage.base import AnyRow, Store
from storage.tables.base import UtcDateTime
from storage.tables.lost_property import find, loss

_f, _l = find.c, loss.c
_FIND = select(find).where(_f.id == bindparam("of_id"))
_FIND_LOCKED = _FIND.with_for_update()
_VENUES = bindparam("venues", expanding=True, type_=BigInteger)
_KEPT = select(find).where(_f.state == "kept", _f.venue_id.in_(_VENUES)).order_by(_f.id.desc()).limit(bindparam("most"))
_LOSS = select(loss).where(_l.id == bindparam("of_id"))
_LOSS_LOCKED = _LOSS.with_for_update()
_OPEN = select(loss).where(_l.state == "open", _l.venue_id.in_(_VENUES)).order_by(_l.id).limit(bindparam("most"))
_OLD = _OPEN.where(_l.asked_at < bindparam("before", type_=UtcDateTime)).with_for_update()
_NOT_CLOSED = select(loss).where(_l.state != "closed")
_OF_PERSON = _NOT_CLOSED.where(_l.person_id == bindparam("of_person")).order_by(_l.id.desc())
_FOR = _NOT_CLOSED.where(_l.find_id == bindparam("of_find")).order_by(_l.id)
_FOR_LOCKED = _FOR.with_for_update()
_ADD_FIND, _ADD_LOSS = insert(find).returning(_f.id), insert(loss).returning(_l.id)
_SET_FIND = update(find).where(_f.id == bindparam("of_id"))
_SET_LOSS = update(loss).where(_l.id == bindparam("of_id"))
_FORGET_SEEN = (
    update(find)
    .where(_f.id.in_(select(_l.find_id).where(_l.person_id == bindparam("of_person"), _l.find_id.is_not(None))))
    .values(id_seen="")
)
_FORGET_LOSSES = update(loss).where(_l.person_id == bindparam("of_person"))
_BEFORE = bindparam("before", type_=UtcDateTime)
_PURGE_FINDS = (
    update(find)
    .where(_f.venue_id == bindparam("at_venue"), _f.ended_at < _BEFORE, or_(_f.photo != "", _f.id_seen != ""))
    .values(photo="", id_seen="")
)
_PURGE_LOSSES = (
    update(loss)
    .where(_l.venue_id == bindparam("at_venue"), _l.ended_at < _BEFORE, or_(_l.what != "", _l.place != ""))
    .values(what="", place="")
)


class LostPropertyRepository(Store):
    """Implements ``domain.lost_property.ports.LostPropertyRepository``."""

    def find(self, find_id: int, *, lock: bool = False) -> Find | None:
        row = self._execute(_FIND_LOCKED if lock else _FIND, {"of_id": find_id}).first()
        return _find(row) if row else None

    def kept(self, venue_ids: Collection[int], most: int) -> Sequence[Find]:
        return [_find(row) for row in self._execute(_KEPT, {"venues": sorted(venue_ids), "most": most})]

    def put_find(self, find: Find) -> int:
        row = {**asdict(find), "state": find.state.value}
        del row["id"]
        if find.id == 0:
            return int(self._execute(_ADD_FIND, row).scalar_one())
        self._execute(_SET_FIND, {"of_id": find.id, **row})
        return find.id

    def loss(self, loss_id: int, *, lock: bool = False) -> Loss | None:
        row = self._execute(_LOSS_LOCKED if lock else _LOSS, {"of_id": loss_id}).first()
        return _loss(row) if row else None

    def open_losses(self, venue_ids: Collection[int], most: int) -> Sequence[Loss]:
        return [_loss(row) for row in self._execute(_OPEN, {"venues": sorted(venue_ids), "most": most})]

    def losses_of(self, person_id: int) -> Sequence[Loss]:
        return [_loss(row) for row in self._execute(_OF_PERSON, {"of_person": person_id})]

    def losses_for(self, find_id: int, *, lock: bool = False) -> Sequence[Loss]:
        return [_loss(row) for row in self._execute(_FOR_LOCKED if lock else _FOR, {"of_find": find_id})]

    def put_loss(self, loss: Loss) -> int:
        row = {**asdict(loss), "state": loss.state.value}
        del row["id"]
        if loss.id == 0:
            return int(self._execute(_ADD_LOSS, row).scalar_one())
        self._execute(_SET_LOSS, {"of_id": loss.id, **row})
        return loss.id

    def losses_before(self, asked_before: datetime, venue_id: int, most: int) -> Sequence[Loss]:
        binds = {"before": asked_before, "venues": [venue_id], "most": most}
        return [_loss(row) for row in self._execute(_OLD, binds)]

    def forget_person(self, person_id: int, now: datetime) -> None:
        self._execute(_FORGET_SEEN, {"of_person": person_id})
        gone = {"what": "", "place": "", "state": LossState.CLOSED.value, "ended_at": now}
        self._execute(_FORGET_LOSSES, {"of_person": person_id, **gone})

    def purge(self, ended_before: datetime, venue_id: int) -> int:
        binds = {"at_venue": venue_id, "before": ended_before}
        return sum(self._execute(purge, binds).rowcount for purge in (_PURGE_FINDS, _PURGE_LOSSES))


def _find(row: AnyRow) -> Find:
    return Find(**{**row._mapping, "state": FindState(row.state)})


def _loss(row: AnyRow) -> Loss:
    return Loss(**{**row._mapping, "state": LossState(row.state)})
