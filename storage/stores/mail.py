"""Mails, as the mailer works them off: leased, sent, settled under the epoch of its own lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select, update

from storage.base import Store, word, words
from storage.tables.base import UtcDateTime
from storage.tables.mail import mail


class MailState(StrEnum):
    DUE = "due"
    SENDING = "sending"  # leased by a mailer
    SENT = "sent"  # the server has taken it over
    DEAD = "dead"  # refused for good, or tried for too long
    VOID = "void"  # nothing to say any more


_m = mail.c
_NOW = bindparam("now", type_=UtcDateTime)
_OPEN = _m.state.in_(words("due", "sending"))  # the partial index's own words
_RAN_OUT = _m.lease_until <= _NOW
_COUNT_UNKNOWN = (
    update(mail)
    .where(_OPEN, _m.state == word("sending"), _RAN_OUT)
    .values(state=word("due"), unknown=_m.unknown + 1, lease_until=None)
)
_NEXT = (
    select(_m.id)
    .where(_OPEN, _m.state == word("due"), _m.due_at <= _NOW)
    .order_by(_m.due_at, _m.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(mail)
    .where(_m.id.in_(_NEXT.scalar_subquery()))
    .values(state=word("sending"), attempts=_m.attempts + 1)
    .returning(_m.id, _m.person_id, _m.kind, _m.params, _m.asked_at, _m.attempts)
)
_LEASED = update(mail).where(
    _m.id == bindparam("of_mail"), _m.epoch == bindparam("of_epoch"), _m.state == word("sending")
)
_LOST = _LEASED.values(unknown=_m.unknown + 1)
_COUNTS = select(_m.state, func.count()).group_by(_m.state)
_UNKNOWN = select(func.coalesce(func.sum(_m.unknown), 0))


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail to be sent now. ``attempts`` counts this one too."""

    id: int
    person_id: int
    kind: str
    params: dict[str, Any]
    asked_at: datetime
    attempts: int


class MailStore(Store):
    def lease_due(self, now: datetime, lease_until: datetime, epoch: int, limit: int) -> list[MailRow]:
        """What is to be sent now, oldest first. One whose lease ran out has an unknown fate: that is counted, and it
        is sent again, since tickets twice are better than no tickets. ``epoch``: that of the mailer's own lease."""
        self._execute(_COUNT_UNKNOWN, {"now": now})
        binds = {"now": now, "lease_until": lease_until, "epoch": epoch, "most": limit}
        return sorted((MailRow(*row) for row in self._execute(_LEASE, binds)), key=lambda row: row.id)

    def prolong(self, mail_id: int, epoch: int, lease_until: datetime) -> bool:
        """False where another mailer has taken it over, or it is void: then it must not be sent."""
        return self._set(mail_id, epoch, lease_until=lease_until)

    def settle(self, mail_id: int, epoch: int, state: MailState, now: datetime, error: str = "") -> bool:
        """False, and nothing changed, where another mailer has taken it over, or it is void."""
        return self._set(mail_id, epoch, state=state.value, settled_at=now, last_error=error, lease_until=None)

    def postpone(self, mail_id: int, epoch: int, due_at: datetime, error: str, *, unknown: bool = False) -> bool:
        """Back among the due ones, for later. False as in ``settle``."""
        change = {"state": MailState.DUE.value, "due_at": due_at, "last_error": error, "lease_until": None}
        return self._set(mail_id, epoch, unknown=unknown, **change)

    def counts(self) -> dict[str, int]:
        """How many in each state."""
        return dict(self._execute(_COUNTS).all())

    def unknown(self) -> int:
        """How many attempts there were whose fate nobody knows."""
        return int(self._execute(_UNKNOWN).scalar_one())

    def _set(self, mail_id: int, epoch: int, *, unknown: bool = False, **change: Any) -> bool:
        statement = _LOST if unknown else _LEASED
        return self._execute(statement, {"of_mail": mail_id, "of_epoch": epoch, **change}).rowcount > 0
