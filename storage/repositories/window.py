"""The window: sales without a name, reservations, presents, contacts, papers that came into a chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Executable, bindparam, delete, exists, func, insert, or_, select, update

from domain.errors import Contended
from domain.ticketing.model import OrderState
from domain.ticketing.window_model import Contact, Reservation, WindowRules, WindowSale
from storage.base import Insert, both, word
from storage.repositories.blocks import Blocks
from storage.tables.base import UtcDateTime
from storage.tables.people import person
from storage.tables.programme import performance
from storage.tables.ticketing import order_line, ticket_order
from storage.tables.window import complimentary, contact, paper_claim, reservation, window_rules, window_sale

_s, _o, _l, _r, _c = window_sale.c, ticket_order.c, order_line.c, reservation.c, contact.c

_RULES = select(*(column for column in window_rules.c if column.name != "id"))
_PUT_RULES = update(window_rules)
_ADD_RULES = insert(window_rules)

_ADD_WALK_IN = insert(person).returning(person.c.id)
_IS_WALK_IN = select(exists().where(_s.buyer_id == bindparam("person_id")))
_ADD_SALE = both(lambda insert: insert(window_sale).on_conflict_do_nothing().returning(_s.id))
_SALES = select(_s.id, _s.clerk_id, _s.performance_id, _s.buyer_id, _s.opened_at, _s.closed_at, _s.block_id)
_SALE = _SALES.where(_s.id == bindparam("sale_id"))
_OPEN_SALE = _SALES.where(_s.clerk_id == bindparam("clerk_id"), _s.closed_at.is_(None))
_SALE_OF_ORDER = _SALES.join(ticket_order, _o.buyer_id == _s.buyer_id).where(_o.id == bindparam("order_id"))
_HAS_ORDERED = select(exists().where(_o.buyer_id == bindparam("person_id")))
_SET_SALE = update(window_sale).where(_s.id == bindparam("of_sale"))
_LAST_SOLD = (
    select(_o.id)
    .join(window_sale, _s.buyer_id == _o.buyer_id)
    .where(_s.clerk_id == bindparam("clerk_id"), _o.state == OrderState.PAID.value)
    .order_by(_s.id.desc())
    .limit(bindparam("most"))
)

_WAIVE_ORDER = update(ticket_order).where(_o.id == bindparam("of_order")).values(total_minor=0)
_WAIVE_LINES = update(order_line).where(_l.order_id == bindparam("of_order")).values(price_minor=0)
_ADD_COMPLIMENTARY = insert(complimentary)
_COUNT_COMPLIMENTARY = (
    select(func.count())
    .select_from(
        complimentary.join(ticket_order, _o.id == complimentary.c.order_id).join(order_line, _l.order_id == _o.id)
    )
    .where(complimentary.c.clerk_id == bindparam("clerk_id"), _o.performance_id == bindparam("performance_id"))
)

_ADD_RESERVATION = both(lambda insert: insert(reservation).on_conflict_do_nothing().returning(_r.order_id))
_RESERVATION = select(_r.order_id, _r.code, _r.made_at).where(_r.order_id == bindparam("order_id"))
_RESERVED = (
    select(_o.id, performance.c.venue_id)
    .join(reservation, _r.order_id == _o.id)
    .join(performance, performance.c.id == _o.performance_id)
    .join(person, person.c.id == _o.buyer_id)
    .outerjoin(contact, _c.person_id == _o.buyer_id)
    .where(_o.state == word("reserved"))
    .order_by(performance.c.starts_at, _o.id)
    .limit(bindparam("most"))
)

_CONTACT = select(_c.person_id, _c.name, _c.phone, _c.mail).where(_c.person_id == bindparam("person_id"))


def _put_contact(insert: Insert) -> Executable:
    adding = insert(contact)
    changed = {name: adding.excluded[name] for name in ("name", "phone", "mail", "left_at")}
    return adding.on_conflict_do_update(index_elements=[_c.person_id], set_=changed)


_PUT_CONTACT = both(_put_contact)
_LEFT_FOR = select(paper_claim.c.giver_id).where(paper_claim.c.taker_id == bindparam("person_id"))
_FORGET_CONTACT = delete(contact).where(
    or_(_c.person_id == bindparam("person_id"), _c.person_id.in_(_LEFT_FOR.scalar_subquery()))
)
_OVER = (
    select(_s.buyer_id)
    .join(performance, performance.c.id == _s.performance_id)
    .where(performance.c.ends_at < bindparam("over_before", type_=UtcDateTime))
)
_PURGE_CONTACTS = delete(contact).where(_c.person_id.in_(_OVER))
_ADD_CLAIMED = insert(paper_claim)


class WindowRepository(Blocks):
    """Implements ``domain.ticketing.window_ports.WindowRepository``."""

    def rules(self) -> WindowRules:
        found = self._execute(_RULES).first()
        return WindowRules(*found) if found else WindowRules()

    def put_rules(self, rules: WindowRules) -> bool:
        found = self._execute(_RULES).first()
        if found is not None and WindowRules(*found) == rules:
            return False
        self._execute(_PUT_RULES if found else _ADD_RULES, asdict(rules) if found else {"id": 1, **asdict(rules)})
        return True

    def add_walk_in(self, now: datetime) -> int:
        return int(self._execute(_ADD_WALK_IN, {"display_name": "", "created_at": now}).scalar_one())

    def is_walk_in(self, person_id: int) -> bool:
        return bool(self._execute(_IS_WALK_IN, {"person_id": person_id}).scalar_one())

    def add_sale(
        self, clerk_id: int, performance_id: int, buyer_id: int, now: datetime, *, block_id: int | None = None
    ) -> int:
        row = {
            "clerk_id": clerk_id,
            "performance_id": performance_id,
            "buyer_id": buyer_id,
            "block_id": block_id,
            "opened_at": now,
        }
        sale_id = self._execute(_ADD_SALE[self._dialect], row).scalar_one_or_none()
        if sale_id is None:
            raise Contended(reason="window_sale")
        return int(sale_id)

    def sale(self, sale_id: int, *, lock: bool = False) -> WindowSale | None:
        found = self._execute(_SALE.with_for_update() if lock else _SALE, {"sale_id": sale_id}).first()
        return WindowSale(*found) if found else None

    def open_sale(self, clerk_id: int, *, lock: bool = False) -> WindowSale | None:
        found = self._execute(_OPEN_SALE.with_for_update() if lock else _OPEN_SALE, {"clerk_id": clerk_id}).first()
        return WindowSale(*found) if found else None

    def sale_of_order(self, order_id: int) -> WindowSale | None:
        found = self._execute(_SALE_OF_ORDER, {"order_id": order_id}).first()
        return WindowSale(*found) if found else None

    def has_ordered(self, buyer_id: int) -> bool:
        return bool(self._execute(_HAS_ORDERED, {"person_id": buyer_id}).scalar_one())

    def move_sale(self, sale_id: int, performance_id: int) -> None:
        self._execute(_SET_SALE, {"of_sale": sale_id, "performance_id": performance_id})

    def close_sale(self, sale_id: int, now: datetime) -> None:
        self._execute(_SET_SALE, {"of_sale": sale_id, "closed_at": now})

    def last_sold(self, clerk_id: int, limit: int) -> Sequence[int]:
        return self._execute(_LAST_SOLD, {"clerk_id": clerk_id, "most": limit}).scalars().all()

    def waive(self, order_id: int) -> None:
        self._execute(_WAIVE_ORDER, {"of_order": order_id})
        self._execute(_WAIVE_LINES, {"of_order": order_id})

    def add_complimentary(self, order_id: int, clerk_id: int, reason: str, value_minor: int, now: datetime) -> None:
        row = {"clerk_id": clerk_id, "reason": reason, "value_minor": value_minor, "given_at": now}
        self._execute(_ADD_COMPLIMENTARY, {"order_id": order_id, **row})

    def count_complimentary(self, clerk_id: int, performance_id: int) -> int:
        binds = {"clerk_id": clerk_id, "performance_id": performance_id}
        return int(self._execute(_COUNT_COMPLIMENTARY, binds).scalar_one())

    def add_reservation(self, order_id: int, code: str, now: datetime) -> None:
        row = {"order_id": order_id, "code": code, "made_at": now}
        if self._execute(_ADD_RESERVATION[self._dialect], row).first() is None:
            raise Contended(reason="reservation_code")

    def reservation(self, order_id: int) -> Reservation | None:
        found = self._execute(_RESERVATION, {"order_id": order_id}).first()
        return Reservation(*found) if found else None

    def find_reserved(self, *, code: str, name: str, phone: str, limit: int) -> Sequence[tuple[int, int]]:
        ways = [_r.code == code] if code else []
        if name:
            ways += [column.icontains(name, autoescape=True) for column in (person.c.display_name, _c.name)]
        if phone:
            ways.append(_c.phone.like(f"%{phone}"))
        if not ways:
            return []
        rows = self._execute(_RESERVED.where(or_(*ways)), {"most": limit})
        return [(order_id, venue_id) for order_id, venue_id in rows]

    def contact(self, person_id: int) -> Contact | None:
        found = self._execute(_CONTACT, {"person_id": person_id}).first()
        return Contact(*found) if found else None

    def put_contact(self, contact: Contact, now: datetime) -> None:
        self._execute(_PUT_CONTACT[self._dialect], {**asdict(contact), "left_at": now})

    def forget_contact(self, person_id: int) -> None:
        self._execute(_FORGET_CONTACT, {"person_id": person_id})

    def purge_contacts(self, over_before: datetime) -> int:
        return self._execute(_PURGE_CONTACTS, {"over_before": over_before}).rowcount

    def add_claimed(self, ticket_id: int, giver_id: int, taker_id: int, now: datetime) -> None:
        row = {"ticket_id": ticket_id, "giver_id": giver_id, "taker_id": taker_id, "at": now}
        self._execute(_ADD_CLAIMED, row)
