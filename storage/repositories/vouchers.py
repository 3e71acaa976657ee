"""Vouchers and what orders use of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, and_, bindparam, delete, func, insert, or_, select, update

from domain.errors import Contended
from domain.money import Money
from domain.payments.accounts_model import Scope
from domain.payments.voucher_model import Voucher, VoucherRules, VoucherSale, VoucherUse
from domain.payments.voucher_ports import VoucherSum
from storage.base import AnyRow, Store, both, words
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.payments import journal_entry, refund
from storage.tables.ticketing import ticket_order
from storage.tables.vouchers import voucher, voucher_rules, voucher_sale, voucher_use
from storage.tables.window import drawer

_v, _u, _s, _o, _j = voucher.c, voucher_use.c, voucher_sale.c, ticket_order.c, journal_entry.c
_COUNTS = _o.state.in_(words("held", "paying", "reserved", "paid"))

_RULES = select(voucher_rules.c.months, voucher_rules.c.amounts, voucher_rules.c.currency)
_ADD_RULES = both(lambda insert: insert(voucher_rules).on_conflict_do_nothing())
_SET_RULES = update(voucher_rules)
_ADD = both(lambda insert: insert(voucher).on_conflict_do_nothing(index_elements=[_v.code]).returning(_v.id))
_ALL = select(
    _v.id,
    _v.code,
    _v.amount_minor,
    _v.currency,
    _v.holder_id,
    _v.made_by,
    _v.reason,
    _v.charge_id,
    _v.valid_until,
    _v.created_at,
)
_ONE = _ALL.where(_v.id == bindparam("voucher_id"))
_ONE_LOCKED = _ONE.with_for_update()
_BY_CODE = _ALL.where(_v.code == bindparam("code")).with_for_update()
_BOUGHT = _ALL.where(_v.charge_id == bindparam("charge_id"))
_OF_CHARGE = _ALL.join(voucher_use, _u.voucher_id == _v.id).where(_u.charge_id == bindparam("charge_id"))
_NEWEST = _ALL.order_by(_v.id.desc()).limit(bindparam("most"))
_OF_HOLDER = _NEWEST.where(_v.holder_id == bindparam("holder_id"))
_GIVEN = _NEWEST.where(_v.charge_id.is_(None))
_SET = update(voucher).where(_v.id == bindparam("of_voucher"))
_PROLONG = _SET.where(_v.valid_until < bindparam("until", type_=UtcDateTime)).values(
    valid_until=bindparam("until", type_=UtcDateTime)
)
_FORGET = update(voucher).where(_v.holder_id == bindparam("of_holder"))

_USED = (
    select(func.coalesce(func.sum(_u.amount_minor), 0))
    .join(ticket_order, _o.id == _u.order_id)
    .where(_u.voucher_id == bindparam("voucher_id"), _o.id != bindparam("but_order"), _COUNTS)
)
_BACK = (
    select(func.coalesce(func.sum(refund.c.amount_minor), 0))
    .join(voucher_use, _u.charge_id == refund.c.charge_id)
    .where(_u.voucher_id == bindparam("voucher_id"))
)
_SPENT = select(_USED.scalar_subquery() - _BACK.scalar_subquery())
_USES = (
    select(_u.order_id, _u.voucher_id, _u.amount_minor, _o.currency, _u.charge_id)
    .join(ticket_order, _o.id == _u.order_id)
    .where(_u.order_id == bindparam("order_id"))
    .order_by(_u.voucher_id)
)
_ADD_USE = insert(voucher_use)
_DROP = delete(voucher_use).where(_u.order_id == bindparam("order_id"))
_THIS_ORDER = update(ticket_order).where(_o.id == bindparam("of_order"))
_LESS = _THIS_ORDER.values(
    total_minor=_o.total_minor - bindparam("minor", type_=BigInt),
    voucher_minor=_o.voucher_minor + bindparam("minor", type_=BigInt),
    revision=_o.revision + 1,
)
_WHOLE = _THIS_ORDER.values(total_minor=_o.total_minor + _o.voucher_minor, voucher_minor=0, revision=_o.revision + 1)
_CHARGED = update(voucher_use).where(_u.order_id == bindparam("of_order"), _u.voucher_id == bindparam("of_voucher"))
_ASK_SALE = both(lambda insert: insert(voucher_sale).on_conflict_do_nothing().returning(_s.id))
_SALES = select(_s.id, _s.buyer_id, _s.amount_minor, _s.currency, _s.charge_id)
_SALE = _SALES.where(_s.id == bindparam("sale_id"))
_SALE_LOCKED = _SALE.with_for_update()
_SALE_UNPAID = _SALES.where(
    _s.buyer_id == bindparam("buyer_id"),
    _s.currency == bindparam("currency"),
    _s.amount_minor == bindparam("minor"),
    _s.charge_id.is_(None),
)
_PAY_SALE = update(voucher_sale).where(_s.id == bindparam("of_sale"))
_OPEN = (
    select(_j.currency, func.sum(_j.amount_minor))
    .select_from(journal_entry.outerjoin(drawer, drawer.c.id == _j.drawer_id))
    .where(_j.voucher_id.is_not(None), _j.at < bindparam("start", type_=UtcDateTime))
    .where(
        or_(
            drawer.c.venue_id.in_(bindparam("venue_ids", expanding=True, type_=BigInt)),
            and_(drawer.c.venue_id.is_(None), bindparam("houseless", type_=Boolean)),
        )
    )
    .group_by(_j.currency)
    .order_by(_j.currency)
)


class Vouchers(Store):
    """Implements ``domain.payments.voucher_ports.VouchersRepository``."""

    def voucher_rules(self) -> VoucherRules:
        row = self._execute(_RULES).first()
        return VoucherRules(row.months, tuple(row.amounts), row.currency) if row else VoucherRules()

    def put_voucher_rules(self, rules: VoucherRules) -> None:
        row = {"months": rules.months, "amounts": list(rules.amounts), "currency": rules.currency}
        self._execute(_ADD_RULES[self._dialect], {"id": 1, **row})
        self._execute(_SET_RULES, row)

    def add_voucher(self, voucher: Voucher) -> int:
        row = {
            "code": voucher.code,
            "amount_minor": voucher.amount.minor,
            "currency": voucher.amount.currency,
            "holder_id": voucher.holder_id,
            "made_by": voucher.made_by,
            "reason": voucher.reason,
            "charge_id": voucher.charge_id,
            "valid_until": voucher.valid_until,
            "created_at": voucher.created_at,
        }
        voucher_id = self._execute(_ADD[self._dialect], row).scalar_one_or_none()
        if voucher_id is None:
            raise Contended(reason="voucher")
        return int(voucher_id)

    def voucher(self, voucher_id: int, *, lock: bool = False) -> Voucher | None:
        row = self._execute(_ONE_LOCKED if lock else _ONE, {"voucher_id": voucher_id}).first()
        return _voucher(row) if row else None

    def voucher_by_code(self, code: str) -> Voucher | None:
        row = self._execute(_BY_CODE, {"code": code}).first()
        return _voucher(row) if row else None

    def vouchers_of(self, holder_id: int, limit: int) -> Sequence[Voucher]:
        return [_voucher(row) for row in self._execute(_OF_HOLDER, {"holder_id": holder_id, "most": limit})]

    def vouchers_given(self, limit: int) -> Sequence[Voucher]:
        return [_voucher(row) for row in self._execute(_GIVEN, {"most": limit})]

    def keep_voucher(self, voucher_id: int, holder_id: int) -> None:
        self._execute(_SET, {"of_voucher": voucher_id, "holder_id": holder_id})

    def forget_vouchers(self, holder_id: int) -> None:
        self._execute(_FORGET, {"of_holder": holder_id, "holder_id": None})

    def voucher_spent(self, voucher_id: int, *, but_order: int = 0) -> int:
        return int(self._execute(_SPENT, {"voucher_id": voucher_id, "but_order": but_order}).scalar_one())

    def voucher_uses(self, order_id: int) -> Sequence[VoucherUse]:
        return [
            VoucherUse(row.order_id, row.voucher_id, Money(row.amount_minor, row.currency), row.charge_id)
            for row in self._execute(_USES, {"order_id": order_id})
        ]

    def use_voucher(self, use: VoucherUse, now: datetime) -> None:
        row = {"order_id": use.order_id, "voucher_id": use.voucher_id, "amount_minor": use.amount.minor, "at": now}
        self._execute(_ADD_USE, row)
        self._execute(_LESS, {"of_order": use.order_id, "minor": use.amount.minor})

    def drop_vouchers(self, order_id: int) -> None:
        self._execute(_DROP, {"order_id": order_id})
        self._execute(_WHOLE, {"of_order": order_id})

    def charge_voucher(self, use: VoucherUse, charge_id: int) -> None:
        change = {"of_order": use.order_id, "of_voucher": use.voucher_id, "charge_id": charge_id}
        self._execute(_CHARGED, change)

    def voucher_bought(self, charge_id: int) -> Voucher | None:
        row = self._execute(_BOUGHT, {"charge_id": charge_id}).first()
        return _voucher(row) if row else None

    def voucher_of_charge(self, charge_id: int) -> Voucher | None:
        row = self._execute(_OF_CHARGE, {"charge_id": charge_id}).first()
        return _voucher(row) if row else None

    def prolong_voucher(self, voucher_id: int, until: datetime) -> None:
        self._execute(_PROLONG, {"of_voucher": voucher_id, "until": until})

    def ask_voucher_sale(self, buyer_id: int, amount: Money, now: datetime) -> int:
        row = {"buyer_id": buyer_id, "amount_minor": amount.minor, "currency": amount.currency, "asked_at": now}
        made = self._execute(_ASK_SALE[self._dialect], row).scalar_one_or_none()
        if made is not None:
            return int(made)
        binds = {"buyer_id": buyer_id, "currency": amount.currency, "minor": amount.minor}
        standing = self._execute(_SALE_UNPAID, binds).first()
        if standing is None:  # paid at this very moment
            raise Contended(reason="voucher_sale")
        return int(standing.id)

    def voucher_sale(self, voucher_sale_id: int, *, lock: bool = False) -> VoucherSale | None:
        row = self._execute(_SALE_LOCKED if lock else _SALE, {"sale_id": voucher_sale_id}).first()
        return _sale(row) if row else None

    def pay_voucher_sale(self, voucher_sale_id: int, charge_id: int) -> None:
        self._execute(_PAY_SALE, {"of_sale": voucher_sale_id, "charge_id": charge_id})

    def vouchers_open(self, scope: Scope) -> Sequence[VoucherSum]:
        binds = {"start": scope.start, "venue_ids": list(scope.venue_ids), "houseless": scope.houseless}
        return [VoucherSum(currency, int(minor)) for currency, minor in self._execute(_OPEN, binds)]


def _voucher(row: AnyRow) -> Voucher:
    id, code, minor, currency, *rest = row
    return Voucher(id, code, Money(minor, currency), *rest)


def _sale(row: AnyRow) -> VoucherSale:
    id, buyer_id, minor, currency, charge_id = row
    return VoucherSale(id, buyer_id, Money(minor, currency), charge_id)
