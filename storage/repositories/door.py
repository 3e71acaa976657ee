"""What the house knows of its door beside the log: who is inside where, who waits, who holds what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, exists, func, select, update

from domain.admission.model import DoorCounts, Guest, ZoneCount
from domain.ticketing.model import Ticket, TicketState
from storage.base import AnyRow, Store, word, words
from storage.repositories.tickets import TICKETS, ticket_of
from storage.tables.admission import admission
from storage.tables.mail import mail_address
from storage.tables.messaging import card
from storage.tables.people import account, person
from storage.tables.programme import performance
from storage.tables.ticketing import order_line, ticket, ticket_order
from storage.tables.window import contact

_a, _t, _l = admission.c, ticket.c, order_line.c
_OF_PERFORMANCE = _t.performance_id == bindparam("performance_id")
_VALID = _t.state == word(TicketState.VALID.value)
_SET_LATECOMERS = update(performance).where(performance.c.id == bindparam("of_performance"))

# By way of the tickets: the log of all evenings is long, one evening's tickets are few.
_INSIDE = and_(_a.ticket_id == _t.id, _a.inside)
_ENTERED = and_(_a.ticket_id == _t.id, _a.undone_at.is_(None), _a.outcome.in_(words("admitted", "re_admitted")))
_BY_ZONE = (
    select(_l.zone, func.count(_a.id), func.sum(case((_VALID, 1), else_=0)))
    .select_from(ticket.join(order_line, _l.id == _t.order_line_id).outerjoin(admission, _INSIDE))
    .where(_OF_PERFORMANCE)
    .group_by(_l.zone)
    .order_by(func.min(_l.place))
)
_BY_GATE = (
    select(_a.gate_id, func.count(_a.id))
    .select_from(ticket.join(admission, _INSIDE))
    .where(_OF_PERFORMANCE)
    .group_by(_a.gate_id)
    .order_by(_a.gate_id)
)
_OUT = select(func.count(_t.id)).where(
    _OF_PERFORMANCE, exists().where(_ENTERED, _a.left_at.is_not(None)), ~exists().where(_INSIDE)
)
_later = admission.alias("later")
_LET_IN_SINCE = and_(
    _later.c.ticket_id == _t.id,
    _later.c.at >= _a.at,  # not by id: what was judged without a network comes into the log later
    _later.c.undone_at.is_(None),
    _later.c.outcome.in_(words("admitted", "re_admitted")),
)
_TOLD_TO_WAIT = and_(
    _a.ticket_id == _t.id, _a.outcome == word("late_wait"), ~exists().where(_LET_IN_SINCE).correlate(ticket, admission)
)
_WAITING = select(_t.id, _t.holder_id).where(_OF_PERFORMANCE, _VALID, exists().where(_TOLD_TO_WAIT)).order_by(_t.id)

_holder, _buyer = person.alias("holder"), person.alias("buyer")
_contact, _buyer_contact = contact.alias("of_holder"), contact.alias("of_buyer")
_USERNAME = (
    select(account.c.username).where(account.c.person_id == _t.holder_id).order_by(account.c.id).limit(1)
).scalar_subquery()
_GUESTS: Select[Any] = (
    select(
        _t.id,
        _t.order_id,
        _t.place,
        _l.zone,
        _l.row,
        _l.number,
        _t.short_code,
        _l.concession_id,
        _t.state,
        # Who bought at the window has no name but the one they left there.
        func.coalesce(func.nullif(_holder.c.display_name, ""), _contact.c.name, ""),
        _buyer.c.display_name,
        func.coalesce(_USERNAME, ""),
        _contact.c.phone,
        _contact.c.mail,
        _buyer_contact.c.phone,
        _buyer_contact.c.mail,
        mail_address.c.address,
    )
    .select_from(
        ticket.join(order_line, _l.id == _t.order_line_id)
        .join(ticket_order, ticket_order.c.id == _t.order_id)
        .join(_holder, _holder.c.id == _t.holder_id)
        .join(_buyer, _buyer.c.id == ticket_order.c.buyer_id)
        .outerjoin(_contact, _contact.c.person_id == _t.holder_id)
        .outerjoin(_buyer_contact, _buyer_contact.c.person_id == ticket_order.c.buyer_id)
        .outerjoin(mail_address, mail_address.c.person_id == _t.holder_id)
    )
    .order_by(_t.place, _t.id)
)
_GUEST = _GUESTS.where(_t.id == bindparam("ticket_id"))
_GUESTS = _GUESTS.where(_OF_PERFORMANCE)
_AT_DOOR = (
    TICKETS.where(_OF_PERFORMANCE, _t.id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(_t.id)
    .with_for_update(read=True, key_share=True)
)
_WATCHED = (
    select(card.c.subject_id, card.c.person_id)
    .where(card.c.kind == "door", card.c.state == "live")
    .order_by(card.c.subject_id, card.c.person_id)
)


class Door(Store):
    def set_latecomers(self, performance_id: int, until: datetime | None) -> None:
        self._execute(_SET_LATECOMERS, {"of_performance": performance_id, "latecomers_until": until})

    def door_counts(self, performance_id: int) -> DoorCounts:
        binds = {"performance_id": performance_id}
        zones = tuple(ZoneCount(zone, inside, expected) for zone, inside, expected in self._execute(_BY_ZONE, binds))
        return DoorCounts(
            zones=zones,
            gates=tuple((gate_id, inside) for gate_id, inside in self._execute(_BY_GATE, binds)),
            out=self._execute(_OUT, binds).scalar_one(),
            waiting=len(self.waiting(performance_id)),
        )

    def waiting(self, performance_id: int) -> Sequence[tuple[int, int]]:
        return [
            (ticket_id, holder) for ticket_id, holder in self._execute(_WAITING, {"performance_id": performance_id})
        ]

    def guests(self, performance_id: int) -> Sequence[Guest]:
        rows = self._execute(_GUESTS, {"performance_id": performance_id})
        return [_guest(row) for row in rows]

    def tickets_at_door(self, performance_id: int, ticket_ids: Collection[int]) -> Sequence[Ticket]:
        binds = {"performance_id": performance_id, "ticket_ids": sorted(ticket_ids)}
        return [ticket_of(row) for row in self._execute(_AT_DOOR, binds)] if ticket_ids else []

    def guest(self, ticket_id: int) -> Guest | None:
        row = self._execute(_GUEST, {"ticket_id": ticket_id}).first()
        return _guest(row) if row else None

    def door_watchers(self) -> Sequence[tuple[int, int]]:
        return [(performance_id, person_id) for performance_id, person_id in self._execute(_WATCHED)]


def _guest(row: AnyRow) -> Guest:
    id, order_id, place, zone, row_label, number, short_code, concession_id, state, holder, buyer, username, *left = row
    return Guest(
        ticket_id=id,
        order_id=order_id,
        place=place,
        zone=zone,
        row=row_label,
        number=number,
        short_code=short_code,
        concession_id=concession_id,
        state=TicketState(state),
        holder=holder,
        buyer=buyer,
        username=username,
        contacts=tuple(dict.fromkeys(filter(None, left))),
    )
