"""The money in each ticket, and tickets that end before their performance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Executable, bindparam, delete, exists, func, insert, or_, select, tuple_, update

from domain.money import Money
from domain.payments.model import RefundLine, TicketPayment
from domain.ticketing.model import ClaimKind, HandOn, Ticket, TicketState
from storage.base import Insert, Store, both, words
from storage.repositories.tickets import HAND_ONS, TICKETS, ticket_of
from storage.tables.admission import admission
from storage.tables.base import UtcDateTime
from storage.tables.payments import charge, refund, refund_line, ticket_payment
from storage.tables.programme import performance
from storage.tables.ticketing import claim, hand_on, seat_change, ticket, ticket_credential, ticket_order

_p, _l, _t, _c = ticket_payment.c, refund_line.c, ticket.c, ticket_credential.c
_THESE = _t.id.in_(bindparam("ticket_ids", expanding=True))

_PAY = insert(ticket_payment)
_PAYMENTS = (
    select(_p.ticket_id, _p.charge_id, _p.amount_minor, charge.c.currency)
    .join(charge, charge.c.id == _p.charge_id)
    .where(_p.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
    .order_by(_p.charge_id, _p.ticket_id)
)
_ADD_LINES = insert(refund_line)
_REFUND_LINES = (
    select(_l.refund_id, _l.ticket_id, _l.amount_minor, _l.fee_minor, _l.tax_rate_bp, refund.c.currency)
    .join(refund, refund.c.id == _l.refund_id)
    .where(_l.refund_id == bindparam("refund_id"))
    .order_by(_l.ticket_id)
)
_PROVE = update(refund).where(refund.c.id == bindparam("of_refund"))

_LOCK_ORDERS = (
    select(ticket_order.c.id)
    .where(ticket_order.c.id.in_(select(_t.order_id).where(_THESE)))
    .order_by(ticket_order.c.id)
    .with_for_update()
)
_LOCK_TICKETS = TICKETS.where(_THESE).order_by(_t.id).with_for_update()
_END = (
    update(ticket)
    .where(_t.id.in_(bindparam("of_tickets", expanding=True)), _t.state == TicketState.VALID.value)
    .values(revision=_t.revision + 1, listed_at=None, offered_at=None)
)
_LIST = update(ticket).where(_t.id.in_(bindparam("of_tickets", expanding=True)))
_OFFERED = select(_t.id).where(
    _t.performance_id == bindparam("performance_id"),
    _t.place.in_(bindparam("places", expanding=True)),
    _t.listed_at.is_not(None),
    _t.offered_at.is_not(None),
)
# Those that wait for everything else to be sold, where everything else is.
_TAKEN = (
    select(func.count())
    .where(
        claim.c.performance_id == _t.performance_id,
        or_(claim.c.until.is_(None), claim.c.until > bindparam("now", type_=UtcDateTime)),
    )
    .scalar_subquery()
)
_WAITING = (
    select(_t.id)
    .join(performance, performance.c.id == _t.performance_id)
    .where(_t.listed_at.is_not(None), _t.offered_at.is_(None), _t.state == TicketState.VALID.value)
    .where(performance.c.ends_at > bindparam("now", type_=UtcDateTime), performance.c.capacity <= _TAKEN)
    .order_by(_t.performance_id, _t.place)  # as the index of listed tickets has them
    .limit(bindparam("most"))
)
_CLAIMANT = select(claim.c.order_id, claim.c.kind).where(
    claim.c.performance_id == bindparam("performance_id"), claim.c.place == bindparam("place")
)


def _seize(insert: Insert) -> Executable:
    seizing = insert(claim)
    kept = {name: seizing.excluded[name] for name in ("kind", "order_id", "block_id", "until")}
    return seizing.on_conflict_do_update(index_elements=[claim.c.performance_id, claim.c.place], set_=kept)


_SEIZE = both(_seize)
_EVER_IN = (
    select(admission.c.ticket_id)
    .where(admission.c.ticket_id.in_(bindparam("ticket_ids", expanding=True)), admission.c.undone_at.is_(None))
    .where(admission.c.outcome.in_(words("admitted", "re_admitted")))
    .distinct()
)
_BOUGHT = (
    TICKETS.join(ticket_order, ticket_order.c.id == _t.order_id)
    .where(ticket_order.c.buyer_id == bindparam("buyer"), ticket_order.c.performance_id == bindparam("of_performance"))
    .order_by(_t.id)
)
_ADD_CHANGE = insert(seat_change)
_CHANGED = select(seat_change.c.ticket_id).where(seat_change.c.order_id == bindparam("order_id"))
_LAST_TAKEN = (
    HAND_ONS.where(hand_on.c.ticket_id == bindparam("ticket_id"), hand_on.c.taker_id.is_not(None))
    .order_by(hand_on.c.id.desc())
    .limit(1)
)
_REVOKE = update(ticket_credential).where(
    _c.revoked_at.is_(None), _c.ticket_id.is_not(None), _c.ticket_id.in_(bindparam("of_tickets", expanding=True))
)
_OF_PARTY = exists().where(
    _t.order_id == ticket_order.c.id, _t.holder_id == ticket_order.c.buyer_id, _t.state == TicketState.VALID.value
)
_REVOKE_EMPTY = update(ticket_credential).where(
    _c.revoked_at.is_(None),
    _c.order_id.is_not(None),
    _c.order_id.in_(
        select(ticket_order.c.id).where(ticket_order.c.id.in_(bindparam("of_orders", expanding=True)), ~_OF_PARTY)
    ),
)
_RELEASE = delete(claim).where(
    claim.c.kind == "sale",
    tuple_(claim.c.performance_id, claim.c.place, claim.c.order_id).in_(bindparam("places", expanding=True)),
)
_OPEN_HAND_ONS = HAND_ONS.where(
    hand_on.c.ticket_id.in_(bindparam("ticket_ids", expanding=True)), hand_on.c.closed_at.is_(None)
).order_by(hand_on.c.ticket_id)


class TicketMoney(Store):
    """Implements ``domain.payments.ticket_money.TicketMoney``."""

    def pay_tickets(self, payments: Sequence[TicketPayment]) -> None:
        rows = [
            {"ticket_id": paid.ticket_id, "charge_id": paid.charge_id, "amount_minor": paid.amount.minor}
            for paid in payments
        ]
        if rows:
            self._execute(_PAY, rows)

    def ticket_payments(self, ticket_ids: Collection[int]) -> Sequence[TicketPayment]:
        rows = self._execute(_PAYMENTS, {"ticket_ids": sorted(ticket_ids)})
        return [TicketPayment(ticket_id, charge_id, Money(minor, of)) for ticket_id, charge_id, minor, of in rows]

    def add_refund_lines(self, lines: Sequence[RefundLine]) -> None:
        rows = [
            {
                "refund_id": line.refund_id,
                "ticket_id": line.ticket_id,
                "amount_minor": line.amount.minor,
                "fee_minor": line.fee.minor,
                "tax_rate_bp": line.tax_rate_bp,
            }
            for line in lines
        ]
        self._execute(_ADD_LINES, rows)

    def refund_lines(self, refund_id: int) -> Sequence[RefundLine]:
        return [
            RefundLine(of, ticket_id, Money(minor, currency), Money(fee, currency), rate)
            for of, ticket_id, minor, fee, rate, currency in self._execute(_REFUND_LINES, {"refund_id": refund_id})
        ]

    def prove_refund(self, refund_id: int, proof: str) -> None:
        self._execute(_PROVE, {"of_refund": refund_id, "proof": proof})


class EndingTickets(Store):
    """Implements ``domain.ticketing.ending.EndingTickets``."""

    def lock_tickets(self, ticket_ids: Collection[int]) -> Sequence[Ticket]:
        these = {"ticket_ids": sorted(ticket_ids)}
        self._execute(_LOCK_ORDERS, these).all()
        return [ticket_of(row) for row in self._execute(_LOCK_TICKETS, these)]

    def end_tickets(self, ticket_ids: Collection[int], state: TicketState) -> int:
        return self._execute(_END, {"of_tickets": sorted(ticket_ids), "state": state.value}).rowcount

    def revoke_ticket_codes(self, ticket_ids: Collection[int], why: str, now: datetime) -> None:
        self._execute(_REVOKE, {"of_tickets": sorted(ticket_ids), "revoked_at": now, "revoked_why": why})

    def revoke_empty_parties(self, order_ids: Collection[int], why: str, now: datetime) -> None:
        self._execute(_REVOKE_EMPTY, {"of_orders": sorted(order_ids), "revoked_at": now, "revoked_why": why})

    def release_places(self, tickets: Sequence[Ticket]) -> None:
        places = sorted((ticket.performance_id, ticket.place, ticket.order_id) for ticket in tickets)
        self._execute(_RELEASE, {"places": places})

    def ever_admitted(self, ticket_ids: Collection[int]) -> set[int]:
        return set(self._execute(_EVER_IN, {"ticket_ids": sorted(ticket_ids)}).scalars())

    def last_taken(self, ticket_id: int) -> HandOn | None:
        row = self._execute(_LAST_TAKEN, {"ticket_id": ticket_id}).first()
        return HandOn(*row) if row else None

    def tickets_bought(self, buyer_id: int, performance_id: int) -> Sequence[Ticket]:
        return [ticket_of(row) for row in self._execute(_BOUGHT, {"buyer": buyer_id, "of_performance": performance_id})]

    def list_tickets(self, ticket_ids: Collection[int], since: datetime | None) -> None:
        self._execute(_LIST, {"of_tickets": sorted(ticket_ids), "listed_at": since, "offered_at": None})

    def offer_listed(self, ticket_ids: Collection[int], since: datetime) -> None:
        self._execute(_LIST, {"of_tickets": sorted(ticket_ids), "offered_at": since})

    def offered_tickets(self, performance_id: int, places: Collection[int]) -> Sequence[int]:
        binds = {"performance_id": performance_id, "places": sorted(places)}
        return list(self._execute(_OFFERED, binds).scalars())

    def waiting_listings(self, now: datetime, limit: int) -> Sequence[int]:
        return list(self._execute(_WAITING, {"now": now, "most": limit}).scalars())

    def claimant(self, performance_id: int, place: int) -> tuple[int | None, ClaimKind] | None:
        row = self._execute(_CLAIMANT, {"performance_id": performance_id, "place": place}).first()
        return (row.order_id, ClaimKind(row.kind)) if row else None

    def seize_place(self, ticket: Ticket) -> None:
        row = {
            "performance_id": ticket.performance_id,
            "place": ticket.place,
            "kind": ClaimKind.SALE.value,
            "order_id": ticket.order_id,
            "block_id": None,
            "until": None,
        }
        self._execute(_SEIZE[self._dialect], row)

    def add_seat_change(self, order_id: int, ticket_ids: Collection[int]) -> None:
        self._execute(_ADD_CHANGE, [{"order_id": order_id, "ticket_id": id} for id in sorted(ticket_ids)])

    def changed_by(self, order_id: int) -> Sequence[int]:
        return sorted(self._execute(_CHANGED, {"order_id": order_id}).scalars())

    def open_hand_ons(self, ticket_ids: Collection[int]) -> Sequence[HandOn]:
        return [HandOn(*row) for row in self._execute(_OPEN_HAND_ONS, {"ticket_ids": sorted(ticket_ids)})]
