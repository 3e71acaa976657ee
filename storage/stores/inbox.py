"""Updates that came in, and the effects that handling them had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.base import Store, both, word
from storage.tables.base import UtcDateTime
from storage.tables.messaging import effect, inbox_update

_u = inbox_update.c
_NEW = _u.state == word("new")

_ADD = both(
    lambda insert: (
        insert(inbox_update)
        .on_conflict_do_nothing(index_elements=[_u.bot_id, _u.update_id])
        .returning(_u.id, _u.update_id, _u.chat_id)
    )
)
_PENDING = (
    select(_u.id, _u.update_id, _u.chat_id, _u.payload, _u.attempts)
    .where(_NEW, _u.chat_id == bindparam("chat_id"))
    .order_by(_u.id)
    .limit(bindparam("most"))
)
_CHATS = select(_u.chat_id).where(_NEW).group_by(_u.chat_id).order_by(func.min(_u.id)).limit(bindparam("most"))
_CHATS_BEFORE = _CHATS.where(_u.received_at < bindparam("before", type_=UtcDateTime))
_SET = update(inbox_update).where(_u.id == bindparam("of_update"))
_FAIL = _SET.values(attempts=_u.attempts + 1).returning(_u.attempts)
_BEFORE = bindparam("before", type_=UtcDateTime)
_PURGE = delete(inbox_update).where(_u.received_at < _BEFORE, _u.state == word("done"))
_DEAD_BEFORE = bindparam("dead_before", type_=UtcDateTime)
_PURGE_DEAD = delete(inbox_update).where(_u.received_at < _DEAD_BEFORE, _u.state == word("dead"))
_PURGE_EFFECTS = delete(effect).where(effect.c.at < _BEFORE)

_OUTCOME = select(effect.c.outcome).where(
    effect.c.inbox_id == bindparam("inbox_id"), effect.c.step == bindparam("step")
)
_ADD_EFFECT = insert(effect)


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """``payload`` is the update's JSON text; ``attempts`` counts the times that handling it has failed."""

    inbox_id: int
    update_id: int
    chat_id: int
    payload: str = ""
    attempts: int = 0


class InboxStore(Store):
    def add(self, bot_id: int, updates: Sequence[tuple[int, int, str]], now: datetime) -> list[StoredUpdate]:
        """Stores (update id, chat id, payload); gives those that were not known yet, in the order of arrival."""
        rows = [
            {
                "bot_id": bot_id,
                "update_id": update_id,
                "chat_id": chat_id,
                "payload": payload,
                "received_at": now,
                "state": "new",
            }
            for update_id, chat_id, payload in updates
        ]
        if not rows:
            return []
        return sorted((StoredUpdate(*row) for row in self._execute(_ADD[self._dialect], rows)), key=_by_arrival)

    def pending(self, chat_id: int, limit: int) -> list[StoredUpdate]:
        """What waits in a chat, in the order of arrival."""
        return [StoredUpdate(*row) for row in self._execute(_PENDING, {"chat_id": chat_id, "most": limit})]

    def chats_pending(self, limit: int, before: datetime | None = None) -> list[int]:
        """Chats in which something waits (that came before then), the longest waiting first."""
        if before is None:
            return list(self._execute(_CHATS, {"most": limit}).scalars())
        return list(self._execute(_CHATS_BEFORE, {"most": limit, "before": before}).scalars())

    def finish(self, inbox_id: int) -> None:
        """The update is handled; its payload is taken away."""
        self._execute(_SET, {"of_update": inbox_id, "state": "done", "payload": None})

    def forget_chat(self, inbox_id: int) -> None:
        """Its number stays for duplicates; that it came from this chat does not."""
        self._execute(_SET, {"of_update": inbox_id, "chat_id": 0})

    def fail(self, inbox_id: int) -> int:
        """Counts a failure; gives how many there were. Raises NoResultFound for an update that is gone."""
        return int(self._execute(_FAIL, {"of_update": inbox_id}).scalar_one())

    def bury(self, inbox_id: int) -> None:
        """A dead letter: it is not tried again, and keeps its payload for whoever looks into it."""
        self._execute(_SET, {"of_update": inbox_id, "state": "dead"})

    def purge(self, before: datetime, dead_before: datetime | None = None) -> int:
        """Deletes handled updates that came, and effects that were had, before then, and dead letters that came before
        ``dead_before``; gives how many updates.

        Telegram may deliver an update again for 24 h: keep at least twice that.
        """
        self._execute(_PURGE_EFFECTS, {"before": before})
        purged = self._execute(_PURGE, {"before": before}).rowcount
        if dead_before is not None:
            purged += self._execute(_PURGE_DEAD, {"dead_before": dead_before}).rowcount
        return purged

    def outcome(self, inbox_id: int, step: int) -> tuple[Any] | None:
        """What handling had as its outcome, in a tuple since that may be None; None where it had no effect yet."""
        row = self._execute(_OUTCOME, {"inbox_id": inbox_id, "step": step}).first()
        return (row[0],) if row else None

    def add_effect(self, inbox_id: int, step: int, outcome: Any, now: datetime) -> None:
        """Raises IntegrityError where the effect is there already."""
        self._execute(_ADD_EFFECT, {"inbox_id": inbox_id, "step": step, "outcome": outcome, "at": now})


def _by_arrival(update: StoredUpdate) -> int:
    return update.inbox_id
