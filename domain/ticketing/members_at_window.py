"""Members' prices at the window: the clerk finds the membership by what the customer says or shows."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import BadInput, NotFound
from domain.ports import Tx
from domain.ticketing.member_ports import Membership
from domain.ticketing.members import check_may_cost_less, take_off
from domain.ticketing.window import order_at_window

#: So many of a telephone's last digits are enough to look for.
_LEAST_DIGITS = 4
_MOST_SAID = 40
_MOST_FOUND = 6


@dataclass(frozen=True, slots=True)
class LookUpMembers:
    """A member's number in the house's list, or the last digits of the telephone that they have left. Gives memberships
    that are good in the order's house; whose was shown is on record.

    Raises NotAllowed, NotFound, BadInput('too_short').
    """

    clerk_id: int
    order_id: int
    said: str

    def __call__(self, tx: Tx) -> list[int]:
        order = order_at_window(tx, self.clerk_id, self.order_id)
        said = "".join(self.said.split())[:_MOST_SAID]
        if not said:
            raise BadInput("too_short")
        digits = "".join(filter(str.isdecimal, said))
        phone = digits if len(digits) >= _LEAST_DIGITS and not any(char.isalpha() for char in said) else ""
        venue_id = _venue_of(tx, order.performance_id)
        found = tx.ticketing.find_memberships(venue_id, said, phone, _MOST_FOUND)
        good = [membership.id for membership in found if membership.stands(tx.now)]
        for membership_id in good:
            tx.audit(self.clerk_id, "membership.looked_up", "membership", membership_id)
        return good


@dataclass(frozen=True, slots=True)
class UseMembershipAtWindow:
    """As ``UseMembership``, by the clerk for the customer of a sale. The membership need not be in anybody's chat; its
    places for the performance are counted wherever they were bought. Gives the order's id; the same one twice is once.

    Raises NotAllowed, NotFound, HoldEnded, Stale, and BadInput with member_over, member_has_all, member_no_less,
    member_or_code, member_already.
    """

    clerk_id: int
    order_id: int
    membership_id: int

    def __call__(self, tx: Tx) -> int:
        order = order_at_window(tx, self.clerk_id, self.order_id, lock=True)
        membership = tx.ticketing.membership(self.membership_id)
        if membership is None or membership.tier.venue_id != _venue_of(tx, order.performance_id):
            raise NotFound
        used = tx.ticketing.member_of_order(order.id)
        if used is not None:
            if used[0].id == membership.id:
                return order.id
            raise BadInput("member_already")
        if tx.window.sale_of_order(order.id) is None:
            raise NotFound  # reserved in a chat, where its buyer says that they are a member
        check_may_cost_less(tx, order)
        if not membership.stands(tx.now):
            raise BadInput("member_over")
        left = take_off(tx, order, membership, self.clerk_id)
        if left is not None:
            raise BadInput("member_has_all" if left <= 0 else "member_no_less")
        return order.id


def memberships_to_choose(tx: Tx, clerk_id: int, order_id: int, ids: tuple[int, ...]) -> list[Membership]:
    """Those of them that this clerk may use for the order. Raises NotAllowed, NotFound."""
    order = order_at_window(tx, clerk_id, order_id)
    venue_id = _venue_of(tx, order.performance_id)
    found = (tx.ticketing.membership(id) for id in ids)
    return [one for one in found if one is not None and one.tier.venue_id == venue_id]


def _venue_of(tx: Tx, performance_id: int) -> int:
    performance = tx.programme.performance(performance_id)
    if performance is None:
        raise NotFound
    return performance.venue_id
