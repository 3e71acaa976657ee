"""Addresses and mails, as use cases see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from domain.ticketing.mail import MailAddress, MailKind, NewMail
from storage.base import Store, both, word, words
from storage.tables.base import UtcDateTime
from storage.tables.mail import calendar_copy, mail, mail_address

_a, _m = mail_address.c, mail.c
_ADDRESS = select(_a.address, _a.given_at, _a.tries, _a.confirmed_at).where(_a.person_id == bindparam("person_id"))
_ADDRESS_LOCKED = _ADDRESS.with_for_update()
_PUT = both(
    lambda insert: (put := insert(mail_address)).on_conflict_do_update(
        index_elements=[_a.person_id],
        set_={"address": put.excluded.address, "given_at": put.excluded.given_at, "tries": 0, "confirmed_at": None},
    )
)
_OF = _a.person_id == bindparam("of_person")
_SET = update(mail_address).where(_OF)
_TRY = update(mail_address).where(_OF).values(tries=_a.tries + 1)
_FORGET = delete(mail_address).where(_OF)

_OPEN = _m.state.in_(words("due", "sending"))
_MINE = _m.person_id == bindparam("of_person")
_KIND = _m.kind == bindparam("of_kind")
_ADD = insert(mail).returning(_m.id)
_WAITING = select(_m.id, _m.params).where(_OPEN, _MINE, _KIND).order_by(_m.id)
_COUNT = select(func.count()).where(_MINE, _KIND, _m.asked_at > bindparam("since", type_=UtcDateTime))
_VOID_ALL = (
    update(mail)
    .where(_OPEN, _MINE)
    .values(state=word("void"), settled_at=bindparam("now", type_=UtcDateTime), lease_until=None)
)
_VOID_KIND = _VOID_ALL.where(_KIND)
_SENT = select(_m.person_id, _m.params).where(
    _m.person_id.in_(bindparam("person_ids", expanding=True)),
    _m.kind.in_(words(MailKind.TICKETS.value, MailKind.CHANGED.value)),
    _m.state == word("sent"),
)
_GIVE_COPY = both(lambda insert: insert(calendar_copy).on_conflict_do_nothing())
_COPIES = select(calendar_copy.c.person_id).where(
    calendar_copy.c.performance_id == bindparam("of_performance"),
    calendar_copy.c.person_id.in_(bindparam("person_ids", expanding=True)),
)


class MailRepository(Store):
    """Implements ``domain.ticketing.mail.MailRepository``."""

    def __init__(self, connection: Connection, touch: Callable[[str], None]) -> None:
        super().__init__(connection)
        self._touch = touch

    def address(self, person_id: int, *, lock: bool = False) -> MailAddress | None:
        found = self._execute(_ADDRESS_LOCKED if lock else _ADDRESS, {"person_id": person_id}).first()
        return MailAddress(*found) if found else None

    def put_address(self, person_id: int, address: str, now: datetime) -> None:
        self._execute(_PUT[self._dialect], {"person_id": person_id, "address": address, "given_at": now})

    def confirm_address(self, person_id: int, now: datetime) -> None:
        self._execute(_SET, {"of_person": person_id, "confirmed_at": now})

    def count_try(self, person_id: int) -> None:
        self._execute(_TRY, {"of_person": person_id})

    def forget_address(self, person_id: int) -> bool:
        return self._execute(_FORGET, {"of_person": person_id}).rowcount > 0

    def add(self, mail: NewMail, now: datetime) -> int:
        row = {
            "person_id": mail.person_id,
            "kind": mail.kind.value,
            "params": dict(mail.params),
            "asked_at": now,
            "due_at": now,
            "state": "due",
        }
        self._touch("mails")
        return int(self._execute(_ADD, row).scalar_one())

    def waiting(self, person_id: int, kind: MailKind) -> Sequence[tuple[int, Mapping[str, Any]]]:
        rows = self._execute(_WAITING, {"of_person": person_id, "of_kind": kind.value})
        return [(mail_id, params) for mail_id, params in rows]

    def count_since(self, person_id: int, kind: MailKind, since: datetime) -> int:
        binds = {"of_person": person_id, "of_kind": kind.value, "since": since}
        return self._execute(_COUNT, binds).scalar_one()

    def who_was_sent(self, performance_id: int, person_ids: Collection[int]) -> set[int]:
        rows = self._execute(_SENT, {"person_ids": sorted(person_ids)})
        return {person_id for person_id, params in rows if params["performance_id"] == performance_id}

    def give_calendar(self, performance_id: int, person_id: int, now: datetime) -> None:
        row = {"performance_id": performance_id, "person_id": person_id, "given_at": now}
        self._execute(_GIVE_COPY[self._dialect], row)

    def who_has_calendar(self, performance_id: int, person_ids: Collection[int]) -> set[int]:
        binds = {"of_performance": performance_id, "person_ids": sorted(person_ids)}
        return set(self._execute(_COPIES, binds).scalars())

    def void(self, person_id: int, kind: MailKind | None, now: datetime) -> None:
        if kind is None:
            self._execute(_VOID_ALL, {"of_person": person_id, "now": now})
        else:
            self._execute(_VOID_KIND, {"of_person": person_id, "of_kind": kind.value, "now": now})
