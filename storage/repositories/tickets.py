"""Tickets, their credentials, and the offers by which they change hands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from domain.codes import CodeKind
from domain.errors import Contended
from domain.ticketing.model import HandOn, Ticket, TicketCredential, TicketState
from storage.base import AnyRow, Store, both
from storage.tables.base import UtcDateTime
from storage.tables.programme import performance
from storage.tables.ticketing import hand_on, ticket, ticket_credential

_t, _c, _h = ticket.c, ticket_credential.c, hand_on.c

_ADD_TICKETS = both(
    lambda insert: (
        insert(ticket)
        .on_conflict_do_nothing(index_elements=[_t.performance_id, _t.short_code])
        .returning(_t.order_line_id, _t.id)
    )
)
TICKETS = select(
    _t.id,
    _t.order_line_id,
    _t.order_id,
    _t.performance_id,
    _t.place,
    _t.holder_id,
    _t.state,
    _t.short_code,
    _t.revision,
    _t.listed_at,
    _t.offered_at,
)
_TICKET = TICKETS.where(_t.id == bindparam("ticket_id"))
_TICKET_LOCKED = _TICKET.with_for_update()
_BY_CREDENTIAL = TICKETS.where(
    _t.id == select(_c.ticket_id).where(_c.id == bindparam("credential_id")).scalar_subquery()
)
_BY_SHORT_CODE = TICKETS.where(
    _t.performance_id == bindparam("performance_id"), _t.short_code == bindparam("short_code")
)
_ELSEWHERE = (
    TICKETS.join(performance, performance.c.id == _t.performance_id)
    .where(_t.short_code == bindparam("short_code"), performance.c.ends_at > bindparam("ends_after", type_=UtcDateTime))
    .order_by(performance.c.starts_at, performance.c.id)
    .limit(1)
)
_OF_ORDER = TICKETS.where(_t.order_id == bindparam("order_id")).order_by(_t.place)
# FOR KEY SHARE: shared among ushers, and waited for by the FOR UPDATE of whoever hands the ticket on.
_BY_CREDENTIAL, _BY_SHORT_CODE, _OF_ORDER_AT_DOOR = (
    found.with_for_update(read=True, key_share=True) for found in (_BY_CREDENTIAL, _BY_SHORT_CODE, _OF_ORDER)
)
_OF_HOLDER = (
    TICKETS.join(performance, performance.c.id == _t.performance_id)
    .where(_t.holder_id == bindparam("holder_id"))
    .order_by(performance.c.starts_at, performance.c.id, _t.place)
)
_OF_HOLDER_TO_COME = _OF_HOLDER.where(performance.c.ends_at > bindparam("ends_after", type_=UtcDateTime))
_COUNT = select(func.count()).where(
    _t.performance_id == bindparam("performance_id"), _t.state == TicketState.VALID.value
)
_SET_TICKET = update(ticket).where(_t.id == bindparam("of_ticket")).values(revision=_t.revision + 1)

_ADD_CREDENTIALS = insert(ticket_credential)
_CREDENTIALS = select(_c.id, _c.kind, _c.ticket_id, _c.order_id, _c.key_id, _c.revoked_at, _c.revoked_why)
_CREDENTIAL = _CREDENTIALS.where(_c.id == bindparam("credential_id"))
_STANDING = _CREDENTIALS.where(
    _c.revoked_at.is_(None), _c.ticket_id.is_not(None), _c.ticket_id.in_(bindparam("ticket_ids", expanding=True))
)
_PARTY = _CREDENTIALS.where(_c.revoked_at.is_(None), _c.order_id.is_not(None), _c.order_id == bindparam("of_order"))
_REVOKE = update(ticket_credential).where(_c.revoked_at.is_(None))
_REVOKE_TICKET = _REVOKE.where(_c.ticket_id.is_not(None), _c.ticket_id == bindparam("of_ticket"))
_REVOKE_PARTY = _REVOKE.where(_c.order_id.is_not(None), _c.order_id == bindparam("of_order"))

_ADD_HAND_ON = insert(hand_on).returning(_h.id)
HAND_ONS = select(_h.id, _h.ticket_id, _h.giver_id, _h.expires_at, _h.taker_id, _h.closed_at)
_HAND_ON = HAND_ONS.where(_h.id == bindparam("hand_on_id"))
_HAND_ON_LOCKED = _HAND_ON.with_for_update()
_OPEN_HAND_ON = HAND_ONS.where(_h.ticket_id == bindparam("ticket_id"), _h.closed_at.is_(None))
_CLOSE_HAND_ON = update(hand_on).where(_h.id == bindparam("of_hand_on"))


class Tickets(Store):
    def add_tickets(self, tickets: Sequence[Ticket], now: datetime) -> Sequence[int]:
        rows = [
            {
                "order_line_id": new.order_line_id,
                "order_id": new.order_id,
                "performance_id": new.performance_id,
                "place": new.place,
                "holder_id": new.holder_id,
                "state": new.state.value,
                "short_code": new.short_code,
                "issued_at": now,
            }
            for new in tickets
        ]
        if not rows:
            return []
        ids: dict[int, int] = dict(self._execute(_ADD_TICKETS[self._dialect], rows).all())
        if len(ids) != len(rows):
            raise Contended(reason="short_code")
        return [ids[new.order_line_id] for new in tickets]

    def ticket(self, ticket_id: int, *, lock: bool = False) -> Ticket | None:
        row = self._execute(_TICKET_LOCKED if lock else _TICKET, {"ticket_id": ticket_id}).first()
        return ticket_of(row) if row else None

    def ticket_by_credential(self, credential_id: int) -> Ticket | None:
        row = self._execute(_BY_CREDENTIAL, {"credential_id": credential_id}).first()
        return ticket_of(row) if row else None

    def ticket_by_short_code(self, performance_id: int, short_code: str) -> Ticket | None:
        binds = {"performance_id": performance_id, "short_code": short_code}
        row = self._execute(_BY_SHORT_CODE, binds).first()
        return ticket_of(row) if row else None

    def ticket_elsewhere(self, short_code: str, ends_after: datetime) -> Ticket | None:
        row = self._execute(_ELSEWHERE, {"short_code": short_code, "ends_after": ends_after}).first()
        return ticket_of(row) if row else None

    def tickets_of_order(self, order_id: int, *, at_door: bool = False) -> Sequence[Ticket]:
        found = self._execute(_OF_ORDER_AT_DOOR if at_door else _OF_ORDER, {"order_id": order_id})
        return [ticket_of(row) for row in found]

    def tickets_of_holder(self, holder_id: int, ends_after: datetime | None = None) -> Sequence[Ticket]:
        if ends_after is None:
            rows = self._execute(_OF_HOLDER, {"holder_id": holder_id})
        else:
            rows = self._execute(_OF_HOLDER_TO_COME, {"holder_id": holder_id, "ends_after": ends_after})
        return [ticket_of(row) for row in rows]

    def count_tickets(self, performance_id: int) -> int:
        return self._execute(_COUNT, {"performance_id": performance_id}).scalar_one()

    def set_ticket(
        self,
        ticket_id: int,
        *,
        holder_id: int | None = None,
        state: TicketState | None = None,
        short_code: str | None = None,
    ) -> None:
        change: dict[str, Any] = {"of_ticket": ticket_id}
        if holder_id is not None:
            change["holder_id"] = holder_id
        if state is not None:
            change["state"] = state.value
        if short_code is not None:
            change["short_code"] = short_code
        self._execute(_SET_TICKET, change)

    def add_credentials(
        self, ticket_ids: Sequence[int], key_id: str, now: datetime, *, party_of: int | None = None
    ) -> None:
        new = {"key_id": key_id, "created_at": now}
        rows = [{"kind": CodeKind.TICKET.value, "ticket_id": id, "order_id": None, **new} for id in ticket_ids]
        if party_of is not None:
            rows.append({"kind": CodeKind.PARTY.value, "ticket_id": None, "order_id": party_of, **new})
        self._execute(_ADD_CREDENTIALS, rows)

    def credential(self, credential_id: int) -> TicketCredential | None:
        row = self._execute(_CREDENTIAL, {"credential_id": credential_id}).first()
        return TicketCredential(*row) if row else None

    def standing_credentials(self, ticket_ids: Collection[int]) -> Mapping[int, TicketCredential]:
        if not ticket_ids:
            return {}
        rows = self._execute(_STANDING, {"ticket_ids": sorted(ticket_ids)})
        found = (TicketCredential(*row) for row in rows)
        return {credential.ticket_id: credential for credential in found if credential.ticket_id is not None}

    def party_credential(self, order_id: int) -> TicketCredential | None:
        row = self._execute(_PARTY, {"of_order": order_id}).first()
        return TicketCredential(*row) if row else None

    def revoke_credentials(
        self, now: datetime, why: str, *, ticket_id: int | None = None, order_id: int | None = None
    ) -> None:
        """One ticket's credential, or the party credential of an order, or both."""
        change = {"revoked_at": now, "revoked_why": why}
        if ticket_id is not None:
            self._execute(_REVOKE_TICKET, {**change, "of_ticket": ticket_id})
        if order_id is not None:
            self._execute(_REVOKE_PARTY, {**change, "of_order": order_id})

    def add_hand_on(self, ticket_id: int, giver_id: int, now: datetime, expires_at: datetime) -> int:
        row = {"ticket_id": ticket_id, "giver_id": giver_id, "created_at": now, "expires_at": expires_at}
        return int(self._execute(_ADD_HAND_ON, row).scalar_one())

    def hand_on(self, hand_on_id: int, *, lock: bool = False) -> HandOn | None:
        row = self._execute(_HAND_ON_LOCKED if lock else _HAND_ON, {"hand_on_id": hand_on_id}).first()
        return HandOn(*row) if row else None

    def open_hand_on(self, ticket_id: int) -> HandOn | None:
        row = self._execute(_OPEN_HAND_ON, {"ticket_id": ticket_id}).first()
        return HandOn(*row) if row else None

    def close_hand_on(self, hand_on_id: int, now: datetime, taker_id: int | None) -> None:
        self._execute(_CLOSE_HAND_ON, {"of_hand_on": hand_on_id, "closed_at": now, "taker_id": taker_id})


def ticket_of(row: AnyRow) -> Ticket:
    id, line_id, order_id, performance_id, place, holder_id, state, code, revision, listed_at, offered_at = row
    return Ticket(
        id=id,
        order_line_id=line_id,
        order_id=order_id,
        performance_id=performance_id,
        place=place,
        holder_id=holder_id,
        state=TicketState(state),
        short_code=code,
        revision=revision,
        listed=listed_at is not None,
        offered=offered_at is not None,
    )
