"""Notices: written by use cases, worked off by the courier."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, tuple_, update

from domain.notices import Lane, Notice
from storage.base import Store, both, word, words
from storage.tables.base import UtcDateTime
from storage.tables.messaging import notice


class NoticeState(StrEnum):
    DUE = "due"
    SENDING = "sending"  # leased by a courier
    SENT = "sent"
    UNREACHABLE = "unreachable"
    DEAD = "dead"
    UNKNOWN = "unknown"  # the courier died in the middle of sending a courtesy


_n = notice.c
_NOW = bindparam("now", type_=UtcDateTime)
_OPEN = _n.state.in_(words("due", "sending"))  # the partial index's own words
_RAN_OUT = _n.lease_until <= _NOW

_ADD = both(lambda insert: insert(notice).on_conflict_do_nothing(index_elements=[_n.dedupe_key]))
_GIVE_UP = (
    update(notice)
    .where(_OPEN, _n.state == word("sending"), _n.lane >= int(Lane.COURTESY), _RAN_OUT)
    .values(state=NoticeState.UNKNOWN.value, settled_at=_NOW, lease_until=None)
)
_NOT_BUSY = _n.person_id.not_in(bindparam("busy", expanding=True))
_earlier = notice.alias("earlier")
_e = _earlier.c
#: Not in the words of the partial index: statistics know nothing of a thousand that have just come, and PostgreSQL
#: would go through all that is due for each of them, instead of through what that one person has.
_state = _e.state.concat("")
#: The same person's, and before this one in line.
_OVERTAKEN = exists().where(
    _e.person_id == _n.person_id,
    _e.due_at <= _NOW,
    or_(_state == word("due"), and_(_state == word("sending"), _e.lease_until <= _NOW)),
    tuple_(_e.lane, _e.due_at, _e.id) < tuple_(_n.lane, _n.due_at, _n.id),
)
_NEXT = (
    select(_n.id)
    .where(_OPEN, _n.due_at <= _NOW, or_(_n.state == word("due"), _RAN_OUT), _NOT_BUSY, ~_OVERTAKEN)
    .order_by(_n.lane, _n.due_at, _n.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(notice)
    .where(_n.id.in_(_NEXT.scalar_subquery()))
    .values(state=NoticeState.SENDING.value, attempts=_n.attempts + 1)
    .returning(_n.id, _n.person_id, _n.kind, _n.params, _n.lane, _n.due_at, _n.attempts)
)
_LEASED = update(notice).where(
    _n.id == bindparam("of_notice"), _n.epoch == bindparam("of_epoch"), _n.state == word("sending")
)
_PROLONG = update(notice).where(
    _n.id.in_(bindparam("notices", expanding=True)), _n.epoch == bindparam("of_epoch"), _n.state == word("sending")
)
_COUNTS = select(_n.state, func.count()).group_by(_n.state)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice to be sent now. ``attempts`` counts this one too."""

    id: int
    person_id: int
    kind: str
    params: dict[str, Any]
    lane: int
    due_at: datetime
    attempts: int


class NoticeStore(Store):
    def add(self, notices: Sequence[Notice], now: datetime) -> None:
        """Leaves out those whose dedupe key is there already."""
        rows = [
            {
                "person_id": new.person_id,
                "kind": new.kind.value,
                "params": dict(new.params),
                "dedupe_key": new.dedupe_key,
                "lane": int(new.lane),
                "due_at": new.due_at or now,
                "state": NoticeState.DUE.value,
            }
            for new in notices
        ]
        if rows:
            self._execute(_ADD[self._dialect], rows)

    def lease_due(
        self, now: datetime, lease_until: datetime, epoch: int, limit: int, busy: Collection[int] = ()
    ) -> list[NoticeRow]:
        """What is to be sent now, most urgent lane first, one a person and none of those who are ``busy``.
        ``epoch`` is that of the courier's own lease.

        A send whose lease ran out has an unknown fate: it is leased again for safety and tickets; a courtesy is
        settled as unknown, since twice is worse than never.
        """
        self._execute(_GIVE_UP, {"now": now})
        binds = {"now": now, "lease_until": lease_until, "epoch": epoch, "most": limit, "busy": list(busy)}
        leased = [NoticeRow(*row) for row in self._execute(_LEASE, binds)]
        return sorted(leased, key=lambda row: (row.lane, row.due_at, row.id))

    def settle(
        self,
        notice_id: int,
        epoch: int,
        state: NoticeState,
        now: datetime,
        message_id: int | None = None,
        error: str = "",
    ) -> bool:
        """False, and nothing changed, where another courier has taken the notice over."""
        return self._set(
            notice_id,
            epoch,
            state=state.value,
            settled_at=now,
            message_id=message_id,
            last_error=error,
            lease_until=None,
        )

    def postpone(
        self, notice_id: int, epoch: int, due_at: datetime, error: str = "", attempts: int | None = None
    ) -> bool:
        """Back among the due ones, for later; ``attempts`` where this one does not count. False as in ``settle``."""
        change: dict[str, Any] = {"state": NoticeState.DUE.value, "due_at": due_at, "last_error": error}
        if attempts is not None:
            change["attempts"] = attempts
        return self._set(notice_id, epoch, lease_until=None, **change)

    def prolong(self, notice_ids: Sequence[int], epoch: int, lease_until: datetime) -> None:
        """Those of them that are still being sent under this epoch are ours for longer."""
        if notice_ids:
            self._execute(_PROLONG, {"notices": list(notice_ids), "of_epoch": epoch, "lease_until": lease_until})

    def counts(self) -> dict[str, int]:
        """How many in each state."""
        return dict(self._execute(_COUNTS).all())

    def _set(self, notice_id: int, epoch: int, **change: Any) -> bool:
        return self._execute(_LEASED, {"of_notice": notice_id, "of_epoch": epoch, **change}).rowcount > 0
