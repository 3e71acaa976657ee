"""Members' prices: the house has tiers, a manager grants memberships by link, and a member's places cost less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.errors import BadInput, HoldEnded, LinkSpent, NotFound, Stale
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance
from domain.ticketing.holding import own_order
from domain.ticketing.member_ports import MemberOffer, Membership, MemberTier
from domain.ticketing.model import Order, OrderState

MOST_AT_ONCE = 20
_MOST_NAME, _MOST_NUMBER = 40, 24


@dataclass(frozen=True, slots=True)
class AddTier:
    """A manager makes a tier. Gives its id. Raises NotAllowed, NotFound, BadInput('bad_code')."""

    by: int
    tier: MemberTier

    def __call__(self, tx: Tx) -> int:
        _managed(tx, self.by, self.tier.venue_id)
        tier = self.tier
        takes_off = (1 <= tier.percent <= 100 and not tier.prices) or (not tier.percent and bool(tier.prices))
        sound = all(minor >= 0 for minor in tier.prices.values()) and 1 <= tier.per_performance <= 100
        if not (0 < len(tier.name) <= _MOST_NAME and takes_off and sound):
            raise BadInput("bad_code")
        tier_id = tx.ticketing.add_tier(tier, self.by, tx.now)
        tx.audit(self.by, "tier.added", "member_tier", tier_id)
        return tier_id


@dataclass(frozen=True, slots=True)
class GrantMemberships:
    """One for each of the house's member numbers: whoever opens its link first has it. Gives their ids.

    Raises NotAllowed, NotFound, BadInput (bad_code, code_past, too_many).
    """

    by: int
    tier_id: int
    numbers: tuple[str, ...]
    valid_until: datetime

    def __call__(self, tx: Tx) -> list[int]:
        tier = _tier(tx, self.by, self.tier_id)
        if not self.numbers or any(not 0 < len(number) <= _MOST_NUMBER for number in self.numbers):
            raise BadInput("bad_code")
        if len(self.numbers) > MOST_AT_ONCE:
            raise BadInput("too_many", most=MOST_AT_ONCE)
        if self.valid_until <= tx.now:
            raise BadInput("code_past")
        ids = [
            tx.ticketing.add_membership(tier.id, number, self.valid_until, self.by, tx.now) for number in self.numbers
        ]
        for id in ids:
            tx.audit(self.by, "membership.granted", "membership", id)
        return ids


@dataclass(frozen=True, slots=True)
class EndMembership:
    """It takes nothing off any more; what has been paid stays so. Twice is once. Gives the tier's id."""

    by: int
    membership_id: int

    def __call__(self, tx: Tx) -> int:
        actor_of(tx, self.by).require(Role.MANAGER)
        membership = tx.ticketing.membership(self.membership_id, lock=True)
        if membership is None:
            raise NotFound
        _managed(tx, self.by, membership.tier.venue_id)
        if tx.ticketing.end_membership(membership.id, tx.now):
            tx.audit(self.by, "membership.ended", "membership", membership.id)
        return membership.tier.id


@dataclass(frozen=True, slots=True)
class TakeMembership:
    """Whoever opens its link first is the member. Gives its id; for them twice is once. Raises NotFound, LinkSpent."""

    person_id: int
    membership_id: int

    def __call__(self, tx: Tx) -> int:
        membership = tx.ticketing.membership(self.membership_id, lock=True)
        if membership is None:
            raise NotFound
        if membership.person_id == self.person_id:
            return membership.id
        check_membership(membership, tx.now)
        tx.ticketing.take_membership(membership.id, self.person_id, tx.now)
        tx.audit(self.person_id, "membership.taken", "membership", membership.id)
        return membership.id


@dataclass(frozen=True, slots=True)
class UseMembership:
    """The member's price for as many places of one's own held order as the tier allows for a performance, the dearest
    first. Gives the order's id; twice is once.

    Raises NotFound, HoldEnded, Stale, BadInput (no_member, member_used_up, member_or_code).
    """

    buyer_id: int
    order_id: int

    def __call__(self, tx: Tx) -> int:
        order = own_order(tx, self.buyer_id, self.order_id, lock=True)
        if tx.ticketing.member_of_order(order.id) is not None:
            return order.id
        check_may_cost_less(tx, order)
        membership = membership_for(tx, order)
        if membership is None:
            raise BadInput("no_member")
        left = take_off(tx, order, membership, self.buyer_id)
        if left is not None:
            raise BadInput("member_used_up" if left <= 0 else "no_member")
        return order.id


def check_may_cost_less(tx: Tx, order: Order) -> None:
    """Raises Stale, HoldEnded, BadInput('member_or_code') where no members' price goes with the order (any more)."""
    if order.state is not OrderState.HELD or order.credit is not None or order.voucher:
        raise Stale
    if not order.is_live(tx.now):
        raise HoldEnded(performance_id=order.performance_id)
    if tx.ticketing.promotion_of_order(order.id) is not None:
        raise BadInput("member_or_code")


def take_off(tx: Tx, order: Order, membership: Membership, actor_id: int) -> int | None:
    """The dearest places first. Where nothing is taken off: how many places the membership still has."""
    # One after another: a membership's places are counted under its lock.
    tx.ticketing.membership(membership.id, lock=True)
    left = membership.tier.per_performance - tx.ticketing.count_member_places(membership.id, order.performance_id)
    less = _less(tx, order, membership.tier, left)
    if not less:
        return left
    prices = {line.id: line.price.minor - less[line.id] for line in tx.ticketing.lines(order.id) if line.id in less}
    tx.ticketing.set_prices(order.id, prices)
    tx.ticketing.add_member_prices(order.id, membership.id, less)
    tx.audit(actor_id, "membership.used", "order", order.id, membership=membership.id)
    return None


def membership_for(tx: Tx, order: Order) -> Membership | None:
    """The buyer's that takes most off, of those that are good now in the order's house and make a place of it cheaper.
    One that is used up comes last."""
    performance = tx.programme.performance(order.performance_id)
    if performance is None:
        return None
    places = [(line.category, line.price.minor) for line in tx.ticketing.lines(order.id)]
    found = _offers(tx, order.buyer_id, performance)
    found = [(one, offer) for one, offer in found if any(offer.tier.less_of(*place) for place in places)]
    return max(found, key=lambda each: each[1].off(places), default=(None,))[0]


def offers_to_member(
    tx: Tx, person_id: int, performance: Performance, *, but_order: int = 0
) -> tuple[MemberOffer, ...]:
    """What the person's memberships offer for it now. ``but_order``: the order that other places would replace."""
    return tuple(offer for _, offer in _offers(tx, person_id, performance, but_order) if offer.left > 0)


def _offers(
    tx: Tx, person_id: int, performance: Performance, but_order: int = 0
) -> list[tuple[Membership, MemberOffer]]:
    found = []
    for one in tx.ticketing.memberships_of(person_id, performance.venue_id):
        if one.is_good(tx.now):
            had = tx.ticketing.count_member_places(one.id, performance.id, but_order=but_order)
            found.append((one, MemberOffer(one.tier, one.tier.per_performance - had)))
    return found


def is_still_member(tx: Tx, order: Order) -> bool:
    """Before an order at a member's price is paid: whether the membership is good still."""
    if not order.member:
        return True
    found = tx.ticketing.member_of_order(order.id)
    if found is None:
        return False
    if tx.window.sale_of_order(order.id) is not None:
        return found[0].stands(tx.now)  # its buyer is a person without a name; the clerk has seen the card
    return found[0].person_id == order.buyer_id and found[0].is_good(tx.now)


def check_membership(membership: Membership, now: datetime) -> None:
    """Raises LinkSpent where nobody can take it (any more)."""
    if membership.ended_at is not None:
        raise LinkSpent("withdrawn")
    if membership.person_id is not None:
        raise LinkSpent("used")
    if now >= membership.valid_until:
        raise LinkSpent("expired")


def _less(tx: Tx, order: Order, tier: MemberTier, most: int) -> Mapping[int, int]:
    by_line = {line.id: tier.less(line) for line in tx.ticketing.lines(order.id)}
    best = sorted((id for id, less in by_line.items() if less), key=lambda id: -by_line[id])
    return {id: by_line[id] for id in best[: max(0, most)]}


def _tier(tx: Tx, by: int, tier_id: int) -> MemberTier:
    actor_of(tx, by).require(Role.MANAGER)
    tier = tx.ticketing.tier(tier_id)
    if tier is None:
        raise NotFound
    _managed(tx, by, tier.venue_id)
    return tier


def _managed(tx: Tx, by: int, venue_id: int) -> None:
    actor = actor_of(tx, by)
    actor.require(Role.MANAGER)
    if tx.programme.venue(venue_id) is None or not actor.may(Role.MANAGER, venue_id):
        raise NotFound
