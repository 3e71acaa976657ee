"""Help, drinks and enquiries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Executable,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.assistance.model import (
    DrinkLine,
    DrinkOrder,
    DrinkState,
    Enquiry,
    EnquiryState,
    EnquiryWord,
    HelpKind,
    HelpRequest,
    HelpState,
    MenuItem,
)
from domain.errors import Contended
from domain.money import Money
from domain.text import LocalText
from storage.base import AnyRow, Store, both, words
from storage.tables.assistance import (
    assistance_house,
    drink_line,
    drink_order,
    drink_receipt,
    enquiry,
    enquiry_word,
    help_request,
    menu_item,
)
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.people import role_grant
from storage.tables.programme import performance

_h, _m, _d, _l, _e, _w = (
    help_request.c,
    menu_item.c,
    drink_order.c,
    drink_line.c,
    enquiry.c,
    enquiry_word.c,
)
_g = role_grant.c
_WHO, _ID = bindparam("who", type_=BigInt), bindparam("of_id", type_=BigInt)
_PERFORMANCE, _VENUE = bindparam("of_performance", type_=BigInt), bindparam("of_venue", type_=BigInt)
_VENUES = bindparam("venue_ids", expanding=True, type_=BigInt)
_STATES = bindparam("states", expanding=True, type_=String)
_NOW, _SINCE, _UNTIL = (bindparam(name, type_=UtcDateTime) for name in ("now", "since", "until"))
_MOST = bindparam("most", type_=Integer)

_HOUSE = select(assistance_house.c.document).where(assistance_house.c.venue_id == _VENUE)
_PUT_HOUSE = both(
    lambda insert: (putting := insert(assistance_house)).on_conflict_do_update(
        index_elements=[assistance_house.c.venue_id], set_={"document": putting.excluded.document}
    )
)
_LOCK_DESK = select(assistance_house.c.venue_id).where(assistance_house.c.venue_id == _VENUE).with_for_update()

_HELP = select(help_request).where(_h.id == _ID)
_OPEN_HELP = _h.state.in_(words("asked", "coming", "here"))
_OPEN_HELP_OF = select(help_request).where(_h.person_id == _WHO, _h.performance_id == _PERFORMANCE, _OPEN_HELP)
_ASKED_SINCE = select(func.count()).select_from(help_request).where(_h.person_id == _WHO, _h.asked_at > _SINCE)
_WORKS_THERE = exists().where(
    _g.person_id == _h.taken_by, _g.revoked_at.is_(None), or_(_g.venue_id.is_(None), _g.venue_id == _h.venue_id)
)
_HELP_DUE = (
    select(help_request)
    .where(
        or_(
            and_(_h.page_due_at.is_not(None), _h.page_due_at <= _NOW),
            and_(_OPEN_HELP, _h.taken_by.is_not(None), ~_WORKS_THERE),
        )
    )
    .order_by(_h.page_due_at, _h.id)
    .limit(_MOST)
    .with_for_update()
)
_HELP_AT = select(help_request).where(_h.venue_id.in_(_VENUES), _OPEN_HELP).order_by(_h.asked_at, _h.id).limit(_MOST)

_MENU = select(menu_item).where(_m.venue_id == _VENUE).order_by(_m.rank, _m.id)
_ITEM = select(menu_item).where(_m.id == _ID)
_DRINK = select(drink_order).where(_d.id == _ID)
_DRINK_OF_CHARGE = select(drink_order).where(_d.charge_id == _ID)
_CART = select(drink_order).where(
    _d.person_id == _WHO, _d.performance_id == _PERFORMANCE, _d.state.in_(words("cart", "paying"))
)
_DRINKS_OF = (
    select(drink_order)
    .where(_d.person_id == _WHO, _d.performance_id == _PERFORMANCE, _d.number.is_not(None))
    .order_by(_d.id.desc())
)
_LINES = select(drink_line).where(_l.order_id == _ID).order_by(_l.item_id)
_RECEIPT = select(drink_receipt.c.id).where(drink_receipt.c.order_id == _ID)
_NO_LINES = delete(drink_line).where(_l.order_id == _ID)
_LAST_NUMBER = select(func.coalesce(func.max(_d.number), 0)).where(_d.performance_id == _PERFORMANCE)
_QUEUE = (
    select(drink_order)
    .where(_d.performance_id == _PERFORMANCE, _d.state.in_(_STATES))
    .order_by(_d.number, _d.id)
    .limit(_MOST)
)
_DRINKS_DUE = (
    select(_d.id)
    .join(performance, performance.c.id == _d.performance_id)
    .where(
        _d.state.in_(words("paying", "new", "ready")),
        or_(
            and_(_d.state == "paying", _d.until <= _NOW),
            and_(_d.state != "paying", performance.c.run_state == "cancelled"),
            and_(
                _d.state == "ready",
                _d.told_at.is_(None),
                performance.c.run_state.not_in(words("cleared", "started", "held")),
            ),
        ),
    )
    .order_by(_d.id)
    .limit(_MOST)
)

_ENQUIRY = select(enquiry).where(_e.id == _ID)
_OPEN_ENQUIRY = select(enquiry).where(_e.person_id == _WHO, _e.state.in_(words("waiting", "taken")))
_ENQUIRIES = (
    select(enquiry).where(_e.venue_id.in_(_VENUES), _e.state.in_(_STATES)).order_by(_e.asked_at, _e.id).limit(_MOST)
)
_WORD = select(enquiry_word).where(_w.id == _ID)
_WORDS = select(enquiry_word).where(_w.enquiry_id == _ID).order_by(_w.id)
_BETWEEN = (
    select(_e.answerable_at, _e.answered_at)
    .where(_e.venue_id == _VENUE, _e.asked_at >= _SINCE, _e.asked_at < _UNTIL)
    .order_by(_e.id)
)
_OWN_ENQUIRIES = select(_e.id).where(_e.person_id == _WHO)
_FORGET = (
    update(help_request).where(_h.person_id == _WHO).values(words="", voice=""),
    delete(drink_line).where(
        _l.order_id.in_(select(_d.id).where(_d.person_id == _WHO, _d.state == DrinkState.CART.value))
    ),
    delete(drink_order).where(_d.person_id == _WHO, _d.state == DrinkState.CART.value),
    # A whole talk goes: what the house wrote speaks of them too.
    delete(enquiry_word).where(_w.enquiry_id.in_(_OWN_ENQUIRIES)),
)
_END = (
    update(help_request)
    .where(_h.person_id == _WHO, _OPEN_HELP)
    .values(state=HelpState.CANCELLED.value, page_due_at=None, ended_at=_NOW),
    update(enquiry)
    .where(_e.person_id == _WHO, _e.state != EnquiryState.CLOSED.value)
    .values(state=EnquiryState.CLOSED.value, closed_at=_NOW),
)


def _adding(table: Table) -> Mapping[str, Executable]:
    """Nothing where a unique index has one already."""
    return both(lambda insert: insert(table).on_conflict_do_nothing().returning(table.c.id))


_ADD = {table.name: _adding(table) for table in (help_request, menu_item, drink_order, enquiry, enquiry_word)}


class AssistanceRepository(Store):
    """Implements ``domain.assistance.ports.AssistanceRepository``."""

    def assistance_of(self, venue_id: int) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self._execute(_HOUSE, {"of_venue": venue_id}).scalar_one_or_none()
        return found

    def put_assistance(self, venue_id: int, document: Mapping[str, Any]) -> bool:
        if self.assistance_of(venue_id) == document:
            return False
        self._execute(_PUT_HOUSE[self._dialect], {"venue_id": venue_id, "document": document})
        return True

    def lock_desk(self, venue_id: int) -> None:
        self._execute(_LOCK_DESK, {"of_venue": venue_id}).all()

    def put_help(self, request: HelpRequest) -> int:
        row = {**asdict(request), "kind": request.kind.value, "state": request.state.value}
        return self._put(help_request, row)

    def help(self, request_id: int, *, lock: bool = False) -> HelpRequest | None:
        row = self._execute(_HELP.with_for_update() if lock else _HELP, {"of_id": request_id}).first()
        return _help(row) if row else None

    def open_help_of(self, person_id: int, performance_id: int) -> HelpRequest | None:
        row = self._execute(_OPEN_HELP_OF, {"who": person_id, "of_performance": performance_id}).first()
        return _help(row) if row else None

    def help_asked_since(self, person_id: int, since: datetime) -> int:
        return int(self._execute(_ASKED_SINCE, {"who": person_id, "since": since}).scalar_one())

    def help_due(self, now: datetime, limit: int) -> Sequence[HelpRequest]:
        return [_help(row) for row in self._execute(_HELP_DUE, {"now": now, "most": limit})]

    def open_help(self, venue_ids: Sequence[int], limit: int) -> Sequence[HelpRequest]:
        return [_help(row) for row in self._execute(_HELP_AT, {"venue_ids": list(venue_ids), "most": limit})]

    def menu(self, venue_id: int) -> Sequence[MenuItem]:
        return [_item(row) for row in self._execute(_MENU, {"of_venue": venue_id})]

    def item(self, item_id: int) -> MenuItem | None:
        row = self._execute(_ITEM, {"of_id": item_id}).first()
        return _item(row) if row else None

    def put_item(self, item: MenuItem) -> int:
        row = {
            "id": item.id,
            "venue_id": item.venue_id,
            "key": item.key,
            "rank": item.rank,
            "name": dict(item.name),
            "price_minor": item.price.minor,
            "currency": item.price.currency,
            "tax_rate_bp": item.tax_rate_bp,
            "allergens": dict(item.allergens),
            "stock": item.stock,
            "sold_out": item.sold_out,
            "offered": item.offered,
        }
        return self._put(menu_item, row)

    def drink(self, order_id: int, *, lock: bool = False) -> DrinkOrder | None:
        row = self._execute(_DRINK.with_for_update() if lock else _DRINK, {"of_id": order_id}).first()
        return _drink(row) if row else None

    def drink_of_charge(self, charge_id: int) -> DrinkOrder | None:
        row = self._execute(_DRINK_OF_CHARGE, {"of_id": charge_id}).first()
        return _drink(row) if row else None

    def cart_of(self, person_id: int, performance_id: int) -> DrinkOrder | None:
        row = self._execute(_CART, {"who": person_id, "of_performance": performance_id}).first()
        return _drink(row) if row else None

    def drinks_of(self, person_id: int, performance_id: int) -> Sequence[DrinkOrder]:
        return [_drink(row) for row in self._execute(_DRINKS_OF, {"who": person_id, "of_performance": performance_id})]

    def put_drink(self, order: DrinkOrder) -> int:
        return self._put(drink_order, {**asdict(order), "state": order.state.value})

    def add_drink_receipt(self, order_id: int, now: datetime) -> None:
        self._execute(insert(drink_receipt), {"order_id": order_id, "issued_at": now})

    def drink_receipt(self, order_id: int) -> int | None:
        return self._execute(_RECEIPT, {"of_id": order_id}).scalar_one_or_none()

    def drink_lines(self, order_id: int) -> Sequence[DrinkLine]:
        return [
            # ``count`` is also what a row is asked for as a tuple.
            DrinkLine(row.item_id, row._mapping["count"], Money(row.price_minor, row.currency), row.tax_rate_bp)
            for row in self._execute(_LINES, {"of_id": order_id})
        ]

    def put_drink_lines(self, order_id: int, lines: Sequence[DrinkLine]) -> None:
        self._execute(_NO_LINES, {"of_id": order_id})
        rows = [
            {
                "order_id": order_id,
                "item_id": line.item_id,
                "count": line.count,
                "price_minor": line.price.minor,
                "currency": line.price.currency,
                "tax_rate_bp": line.tax_rate_bp,
            }
            for line in lines
        ]
        if rows:
            self._execute(insert(drink_line), rows)

    def next_number(self, performance_id: int) -> int:
        return int(self._execute(_LAST_NUMBER, {"of_performance": performance_id}).scalar_one()) + 1

    def queue(self, performance_id: int, states: Sequence[DrinkState], limit: int) -> Sequence[DrinkOrder]:
        binds = {"of_performance": performance_id, "states": [state.value for state in states], "most": limit}
        return [_drink(row) for row in self._execute(_QUEUE, binds)]

    def drinks_due(self, now: datetime, limit: int) -> Sequence[int]:
        return self._execute(_DRINKS_DUE, {"now": now, "most": limit}).scalars().all()

    def put_enquiry(self, asked: Enquiry) -> int:
        return self._put(enquiry, {**asdict(asked), "state": asked.state.value})

    def enquiry(self, enquiry_id: int, *, lock: bool = False) -> Enquiry | None:
        row = self._execute(_ENQUIRY.with_for_update() if lock else _ENQUIRY, {"of_id": enquiry_id}).first()
        return _enquiry(row) if row else None

    def open_enquiry_of(self, person_id: int) -> Enquiry | None:
        row = self._execute(_OPEN_ENQUIRY, {"who": person_id}).first()
        return _enquiry(row) if row else None

    def enquiries(self, venue_ids: Sequence[int], states: Sequence[EnquiryState], limit: int) -> Sequence[Enquiry]:
        binds = {"venue_ids": list(venue_ids), "states": [state.value for state in states], "most": limit}
        return [_enquiry(row) for row in self._execute(_ENQUIRIES, binds)]

    def add_word(self, word: EnquiryWord) -> int:
        return self._put(enquiry_word, asdict(word))

    def word(self, word_id: int) -> EnquiryWord | None:
        row = self._execute(_WORD, {"of_id": word_id}).first()
        return EnquiryWord(*row) if row else None

    def words(self, enquiry_id: int) -> Sequence[EnquiryWord]:
        return [EnquiryWord(*row) for row in self._execute(_WORDS, {"of_id": enquiry_id})]

    def enquiries_between(
        self, venue_id: int, since: datetime, until: datetime
    ) -> Sequence[tuple[datetime, datetime | None]]:
        binds = {"of_venue": venue_id, "since": since, "until": until}
        return [(row[0], row[1]) for row in self._execute(_BETWEEN, binds)]

    def forget_assistance(self, person_id: int, now: datetime) -> None:
        for forget in _FORGET:
            self._execute(forget, {"who": person_id})
        for end in _END:
            self._execute(end, {"who": person_id, "now": now})

    def _put(self, table: Table, row: dict[str, Any]) -> int:
        """Inserts where the id is 0, updates otherwise. Raises Contended where somebody was faster."""
        id = int(row.pop("id"))
        if id:
            self._execute(update(table).where(table.c.id == _ID), {"of_id": id, **row})
            return id
        added = self._execute(_ADD[table.name][self._dialect], row).scalar_one_or_none()
        if added is None:
            raise Contended(reason=table.name)
        return int(added)


def _help(row: AnyRow) -> HelpRequest:
    return HelpRequest(**{**row._mapping, "kind": HelpKind(row.kind), "state": HelpState(row.state)})


def _item(row: AnyRow) -> MenuItem:
    return MenuItem(
        id=row.id,
        venue_id=row.venue_id,
        key=row.key,
        rank=row.rank,
        name=LocalText.of(row.name),
        price=Money(row.price_minor, row.currency),
        tax_rate_bp=row.tax_rate_bp,
        allergens=LocalText.of(row.allergens),
        stock=row.stock,
        sold_out=row.sold_out,
        offered=row.offered,
    )


def _drink(row: AnyRow) -> DrinkOrder:
    return DrinkOrder(**{**row._mapping, "state": DrinkState(row.state)})


def _enquiry(row: AnyRow) -> Enquiry:
    return Enquiry(**{**row._mapping, "state": EnquiryState(row.state)})
