"""Only one of us: lease rows for poller, courier, scheduler and chats, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Executable, bindparam, case, delete, exists, or_, select, update

from storage.base import Insert, Store, both, word
from storage.tables.base import UtcDateTime
from storage.tables.messaging import inbox_update, lease

_l = lease.c
_NOW = bindparam("now", type_=UtcDateTime)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_FREE = bindparam("free", type_=UtcDateTime)


def chat_lease(chat_id: int) -> str:
    return f"chat:{chat_id}"


def _acquire(insert: Insert) -> Executable:
    taking = insert(lease)
    same = _l.holder == taking.excluded.holder
    return taking.on_conflict_do_update(
        index_elements=[_l.name],
        set_={
            "holder": taking.excluded.holder,
            "until": taking.excluded.until,
            "epoch": case((same, _l.epoch), else_=_l.epoch + 1),
        },
        where=or_(same, _l.until <= _NOW),
    ).returning(_l.epoch)


_ACQUIRE = both(_acquire)
_THIS = (
    _l.name == bindparam("of_name"),
    _l.holder == bindparam("of_holder"),
    _l.epoch == bindparam("of_epoch"),
)
_RENEW = update(lease).where(*_THIS)
_SOMETHING_WAITS = exists().where(inbox_update.c.state == word("new"), inbox_update.c.chat_id == bindparam("chat_id"))
_LEAVE_CHAT = (
    update(lease)
    .where(*_THIS)
    .values(until=case((_SOMETHING_WAITS, bindparam("prolonged", type_=UtcDateTime)), else_=_FREE))
    .returning(_l.until > _FREE)
)
_FREE_ALL = update(lease)
_PURGE = delete(lease).where(
    _l.name.startswith(bindparam("prefix"), autoescape=False), _l.until < bindparam("before", type_=UtcDateTime)
)
_HELD = select(_l.epoch).where(_l.name == bindparam("name"), _l.holder == bindparam("holder"), _l.until > _NOW)


class LeaseStore(Store):
    """Rows are freed, not deleted: the epoch of a name only grows, so that a late writer is told apart."""

    def acquire(self, name: str, holder: str, until: datetime, now: datetime) -> int | None:
        """Takes a lease that is free, has run out or is the holder's own; gives its epoch, None while another has it.

        The epoch grows with every change of the holder.
        """
        row = {"name": name, "holder": holder, "epoch": 1, "until": until, "now": now}
        return self._execute(_ACQUIRE[self._dialect], row).scalar_one_or_none()

    def renew(self, name: str, holder: str, epoch: int, until: datetime) -> bool:
        """False once another holder has taken over."""
        return self._set_until(name, holder, epoch, until)

    def release(self, name: str, holder: str, epoch: int) -> bool:
        """Frees the lease at once; False if it was lost already."""
        return self._set_until(name, holder, epoch, _LONG_AGO)

    def leave_chat(self, chat_id: int, holder: str, epoch: int, until: datetime) -> bool | None:
        """Frees a chat's lease, or, where updates wait in the chat, prolongs it and gives True. None if it was lost."""
        ours = {"of_name": chat_lease(chat_id), "of_holder": holder, "of_epoch": epoch}
        waits = {"chat_id": chat_id, "prolonged": until, "free": _LONG_AGO}
        return self._execute(_LEAVE_CHAT, {**ours, **waits}).scalar_one_or_none()

    def held_epoch(self, name: str, holder: str, now: datetime) -> int | None:
        """The epoch of a lease that the holder has and that has not run out."""
        return self._execute(_HELD, {"name": name, "holder": holder, "now": now}).scalar_one_or_none()

    def clear(self) -> None:
        """Frees all: for a process that knows that it is alone, at its start."""
        self._execute(_FREE_ALL, {"until": _LONG_AGO})

    def purge(self, prefix: str, before: datetime) -> int:
        """Forgets names with this prefix whose leases ended before then; gives how many.

        Their epochs begin anew: only for names whose epochs nobody keeps, such as those of chats.
        """
        return self._execute(_PURGE, {"prefix": prefix, "before": before}).rowcount

    def _set_until(self, name: str, holder: str, epoch: int, until: datetime) -> bool:
        change = {"of_name": name, "of_holder": holder, "of_epoch": epoch, "until": until}
        return self._execute(_RENEW, change).rowcount > 0
