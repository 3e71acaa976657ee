"""Places that wait to be paid at the window, with a deadline of their own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from domain.codes import SHORT_ALPHABET, SHORT_LENGTH, clean_short_code
from domain.errors import BadInput, HoldEnded, PaymentUnderWay, Stale
from domain.people.model import Role
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces, own_order
from domain.ticketing.model import ClaimKind, OrderState, Wish
from domain.ticketing.window import clerk, put_contact

_MOST_FOUND = 8
_LEAST_DIGITS = 4
_LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Reserve:
    """From a hold to a reservation. Gives the order's id. Reserving twice is reserving once.

    It stays the person's one unpaid order. Raises NotFound, HoldEnded, PaymentUnderWay, and Stale where the house does
    not allow it (any more).
    """

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id, lock=True)
        if order.state is OrderState.RESERVED:
            return order.id
        if order.state is OrderState.PAYING:
            raise PaymentUnderWay
        performance = tx.programme.performance(order.performance_id)
        until = tx.window.rules().reserved_until(performance, tx.now) if performance else None
        if order.state is OrderState.PAID or not order.total or order.credit is not None or until is None:
            raise Stale
        if not order.is_live(tx.now) or not tx.ticketing.keep_places(order.id, ClaimKind.RESERVATION, until):
            raise HoldEnded(performance_id=order.performance_id)
        tx.ticketing.set_order(order.id, OrderState.RESERVED, until=until)
        code = "".join(secrets.choice(SHORT_ALPHABET) for _ in range(SHORT_LENGTH))
        tx.window.add_reservation(order.id, code, tx.now)
        tx.audit(self.buyer_id, "order.reserved", "order", order.id)
        return order.id


@dataclass(frozen=True, slots=True)
class PayHere:
    """The person would rather pay in the chat: the same places as a hold of ten minutes, in one step so that nobody
    comes between. Gives the new order's id. Raises NotFound, Stale, and what holding raises."""

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id)
        if order.state is not OrderState.RESERVED:
            raise Stale
        wishes = tuple(Wish(line.place, line.concession_id) for line in tx.ticketing.lines(order.id))
        return HoldPlaces(self.buyer_id, order.performance_id, wishes)(tx)


@dataclass(frozen=True, slots=True)
class GivePhone:
    """A telephone to be found by at the window. Gives the order's id. Raises NotFound, BadInput."""

    buyer_id: int
    order_id: int
    phone: str

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id)
        phone = clean_phone(self.phone)
        if phone is None:
            raise BadInput("bad_phone")
        put_contact(tx, self.buyer_id, phone=phone)
        tx.audit(self.buyer_id, "contact.left", "person", self.buyer_id)
        return order.id


@dataclass(frozen=True, slots=True)
class LookUpReservations:
    """What a customer says: a code, a name or a telephone. Gives orders that are reserved in this clerk's houses.

    Whose name was shown is on record. Raises NotAllowed, BadInput for what is too short to look for.
    """

    clerk_id: int
    said: str

    def __call__(self, tx: Tx) -> list[int]:
        actor = clerk(tx, self.clerk_id)
        said = " ".join(self.said.split())
        digits = "".join(filter(str.isdecimal, said))
        code = clean_short_code(said) or ""
        phone = digits if len(digits) >= _LEAST_DIGITS else ""
        name = said if len(said) >= _LEAST_LETTERS and not said.isdecimal() else ""
        if not (code or phone or name):
            raise BadInput("too_short")
        found = tx.window.find_reserved(code=code, name=name, phone=phone, limit=50)
        orders = [order_id for order_id, venue_id in found if actor.may(Role.BOX_OFFICE, venue_id)][:_MOST_FOUND]
        for order_id in orders:
            tx.audit(self.clerk_id, "reservation.looked_up", "order", order_id)
        return orders


def clean_phone(text: str) -> str | None:
    """Digits with a leading + where there was one; None for what is no telephone number."""
    kept = "".join(char for char in text if char.isdecimal() and char.isascii())
    plausible = 5 <= len(kept) <= 15 and not set(text) - set("0123456789+-()./ \u00a0")
    return ("+" if text.strip().startswith("+") else "") + kept if plausible else None
