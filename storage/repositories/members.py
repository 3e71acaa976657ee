"""Memberships, groups with one payer, and tickets handed out by one link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Boolean, and_, bindparam, func, insert, or_, select, update

from domain.ticketing.group_ports import Handout, HandoutKind
from domain.ticketing.member_ports import Membership, MemberTier
from storage.base import AnyRow, Store, both, words
from storage.tables.ticketing import order_line, ticket_order
from storage.tables.vouchers import group_order, handout, member_price, member_tier, membership
from storage.tables.window import contact

_t, _m, _p, _o, _l = member_tier.c, membership.c, member_price.c, ticket_order.c, order_line.c
_g, _h = group_order.c, handout.c
_COUNTS = _o.state.in_(words("held", "paying", "reserved", "paid"))

_TIER = (_t.id, _t.venue_id, _t.name, _t.percent, _t.prices, _t.per_performance)
_ADD_TIER = insert(member_tier).returning(_t.id)
_ONE_TIER = select(*_TIER).where(_t.id == bindparam("tier_id"))
_HELD = (
    select(func.count())
    .where(_m.tier_id == _t.id, _m.person_id.is_not(None), _m.ended_at.is_(None))
    .correlate(member_tier)
    .scalar_subquery()
)
_TIERS = (
    select(*_TIER, _HELD)
    .where(_t.venue_id.in_(bindparam("venue_ids", expanding=True)))
    .order_by(_t.id.desc())
    .limit(bindparam("most"))
)
_ADD = insert(membership).returning(_m.id)
_MEMBERSHIPS = select(
    *_TIER, _m.id.label("membership_id"), _m.number, _m.person_id, _m.valid_until, _m.ended_at
).join_from(membership, member_tier, _t.id == _m.tier_id)
_ONE = _MEMBERSHIPS.where(_m.id == bindparam("membership_id_"))
_ONE_LOCKED = _ONE.with_for_update(of=membership)
_OF_TIER = (
    _MEMBERSHIPS.where(_m.tier_id == bindparam("tier_id"), _m.ended_at.is_(None))
    .order_by(_m.id.desc())
    .limit(bindparam("most"))
)
_OF_PERSON = _MEMBERSHIPS.where(
    _m.person_id == bindparam("person_id"), _t.venue_id == bindparam("venue_id"), _m.ended_at.is_(None)
).order_by(_m.id)
_BY_PHONE = select(contact.c.person_id).where(contact.c.phone.like(bindparam("phone_end")))
_FOUND = (
    _MEMBERSHIPS.where(
        _t.venue_id == bindparam("venue_id"),
        _m.ended_at.is_(None),
        or_(
            _m.number == bindparam("number"),
            func.lower(_m.number) == bindparam("lower"),
            and_(bindparam("by_phone", type_=Boolean), _m.person_id.in_(_BY_PHONE)),
        ),
    )
    .order_by(_m.id.desc())
    .limit(bindparam("most"))
)
_SET = update(membership).where(_m.id == bindparam("of_membership"))
_END = _SET.where(_m.ended_at.is_(None))
_PLACES = (
    select(func.count())
    .select_from(member_price)
    .join(ticket_order, _o.id == _p.order_id)
    .where(_p.membership_id == bindparam("membership_id"), _o.performance_id == bindparam("performance_id"), _COUNTS)
    .where(_o.id != bindparam("but_order"))
)
_ADD_PRICES = insert(member_price)
_MARK = update(ticket_order).where(_o.id == bindparam("of_order"))
_OF_ORDER = (
    select(_p.membership_id, func.sum(_p.off_minor))
    .where(_p.order_id == bindparam("order_id"))
    .group_by(_p.membership_id)
)

_ADD_GROUP = insert(group_order)
_BLOCK = select(_g.block_id).where(_g.order_id == bindparam("order_id"))
_UNPAID = (
    select(_g.order_id)
    .join(ticket_order, _o.id == _g.order_id)
    .where(_g.block_id == bindparam("block_id"), _o.state.in_(words("held", "paying", "reserved")))
    .order_by(_g.order_id)
)
_ADD_HANDOUT = both(lambda insert: insert(handout).on_conflict_do_nothing(index_elements=[_h.order_id]))
_HANDOUTS = select(_h.id, _h.order_id, _h.giver_id, _h.kind, _h.message, _h.created_at, _h.closed_at)
_HANDOUT = _HANDOUTS.where(_h.id == bindparam("handout_id"))
_HANDOUT_LOCKED = _HANDOUT.with_for_update()
_HANDOUT_OF = _HANDOUTS.where(_h.order_id == bindparam("order_id"))
_SET_HANDOUT = update(handout).where(_h.order_id == bindparam("of_order")).returning(_h.id)
_CLOSE = update(handout).where(_h.id == bindparam("of_handout"))
_FORGET = update(handout).where(_h.giver_id == bindparam("of_giver"))


class Members(Store):
    """Implements ``domain.ticketing.member_ports.Members`` and ``domain.ticketing.group_ports.Groups``."""

    def add_tier(self, tier: MemberTier, by: int, now: datetime) -> int:
        row = {
            "venue_id": tier.venue_id,
            "name": tier.name,
            "percent": tier.percent,
            "prices": dict(tier.prices),
            "per_performance": tier.per_performance,
            "created_by": by,
            "created_at": now,
        }
        return int(self._execute(_ADD_TIER, row).scalar_one())

    def tier(self, tier_id: int) -> MemberTier | None:
        row = self._execute(_ONE_TIER, {"tier_id": tier_id}).first()
        return MemberTier(*row) if row else None

    def tiers(self, venue_ids: Sequence[int], limit: int) -> Sequence[tuple[MemberTier, int]]:
        rows = self._execute(_TIERS, {"venue_ids": sorted(venue_ids), "most": limit})
        return [(MemberTier(*tier), count) for *tier, count in rows]

    def add_membership(self, tier_id: int, number: str, valid_until: datetime, by: int, now: datetime) -> int:
        row = {"tier_id": tier_id, "number": number, "valid_until": valid_until, "granted_by": by, "created_at": now}
        return int(self._execute(_ADD, row).scalar_one())

    def membership(self, membership_id: int, *, lock: bool = False) -> Membership | None:
        row = self._execute(_ONE_LOCKED if lock else _ONE, {"membership_id_": membership_id}).first()
        return _membership(row) if row else None

    def memberships(self, tier_id: int, limit: int) -> Sequence[Membership]:
        return [_membership(row) for row in self._execute(_OF_TIER, {"tier_id": tier_id, "most": limit})]

    def memberships_of(self, person_id: int, venue_id: int) -> Sequence[Membership]:
        rows = self._execute(_OF_PERSON, {"person_id": person_id, "venue_id": venue_id})
        return [_membership(row) for row in rows]

    def find_memberships(self, venue_id: int, number: str, phone: str, limit: int) -> Sequence[Membership]:
        binds = {"venue_id": venue_id, "number": number, "lower": number.lower(), "most": limit}
        rows = self._execute(_FOUND, binds | {"by_phone": bool(phone), "phone_end": f"%{phone}"})
        return [_membership(row) for row in rows]

    def take_membership(self, membership_id: int, person_id: int, now: datetime) -> None:
        self._execute(_SET, {"of_membership": membership_id, "person_id": person_id, "taken_at": now})

    def end_membership(self, membership_id: int, now: datetime) -> bool:
        return self._execute(_END, {"of_membership": membership_id, "ended_at": now}).rowcount > 0

    def count_member_places(self, membership_id: int, performance_id: int, *, but_order: int = 0) -> int:
        binds = {"membership_id": membership_id, "performance_id": performance_id, "but_order": but_order}
        return int(self._execute(_PLACES, binds).scalar_one())

    def add_member_prices(self, order_id: int, membership_id: int, less: Mapping[int, int]) -> None:
        rows = [
            {"order_line_id": line_id, "order_id": order_id, "membership_id": membership_id, "off_minor": minor}
            for line_id, minor in less.items()
        ]
        self._execute(_ADD_PRICES, rows)
        self._execute(_MARK, {"of_order": order_id, "member_minor": sum(less.values())})

    def member_of_order(self, order_id: int) -> tuple[Membership, int] | None:
        row = self._execute(_OF_ORDER, {"order_id": order_id}).first()
        found = self.membership(row[0]) if row else None
        return (found, int(row[1])) if row and found else None

    # Groups, and links for many tickets
    def add_group_order(self, order_id: int, block_id: int) -> None:
        self._execute(_ADD_GROUP, {"order_id": order_id, "block_id": block_id})

    def block_of_group(self, order_id: int) -> int | None:
        return self._execute(_BLOCK, {"order_id": order_id}).scalar_one_or_none()

    def unpaid_of_group(self, block_id: int) -> Sequence[int]:
        return self._execute(_UNPAID, {"block_id": block_id}).scalars().all()

    def put_handout(self, order_id: int, giver_id: int, kind: HandoutKind, message: str, now: datetime) -> int:
        row = {"giver_id": giver_id, "kind": kind.value, "message": message}
        self._execute(_ADD_HANDOUT[self._dialect], {"order_id": order_id, "created_at": now, **row})
        change = {"of_order": order_id, "closed_at": None, **row}
        return int(self._execute(_SET_HANDOUT, change).scalar_one())

    def handout(self, handout_id: int, *, lock: bool = False) -> Handout | None:
        row = self._execute(_HANDOUT_LOCKED if lock else _HANDOUT, {"handout_id": handout_id}).first()
        return _handout(row) if row else None

    def handout_of(self, order_id: int) -> Handout | None:
        row = self._execute(_HANDOUT_OF, {"order_id": order_id}).first()
        return _handout(row) if row else None

    def close_handout(self, handout_id: int, now: datetime) -> None:
        self._execute(_CLOSE, {"of_handout": handout_id, "closed_at": now})

    def forget_handouts(self, giver_id: int, now: datetime) -> None:
        self._execute(_FORGET, {"of_giver": giver_id, "message": "", "closed_at": now})


def _membership(row: AnyRow) -> Membership:
    *tier, id, number, person_id, valid_until, ended_at = row
    return Membership(id, MemberTier(*tier), number, person_id, valid_until, ended_at)


def _handout(row: AnyRow) -> Handout:
    id, order_id, giver_id, kind, message, created_at, closed_at = row
    return Handout(id, order_id, giver_id, HandoutKind(kind), message, created_at, closed_at)
