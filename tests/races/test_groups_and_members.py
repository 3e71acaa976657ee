"""A group's one link that many open, a leader who thinks again meanwhile, and a membership that many orders draw on.

Defences: the link's row, the ticket's row and the membership's row are locked before anybody counts (PostgreSQL), the
one writer (SQLite), and late money counts again what made it cheaper. Each has its negative control.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.ports import Tx
from domain.programme.returns import ReturnPolicy
from domain.ticketing import claiming_again
from domain.ticketing.blocking import BlockPlaces
from domain.ticketing.cancelling import CancelTickets
from domain.ticketing.group_ports import HandoutKind
from domain.ticketing.groups import TakeGroupPlaces
from domain.ticketing.handing_out import HandOut, TakeHandout
from domain.ticketing.holding import ExpireOrders, LetGo
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.members import UseMembership
from domain.ticketing.members_at_window import UseMembershipAtWindow
from domain.ticketing.model import BlockReason
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.promotions import UsePromotion
from storage.repositories.admission import AdmissionRepository
from storage.repositories.ticketing import TicketingRepository
from storage.unit_of_work import UnitOfWork
from tests.races.meanwhile import Meanwhile
from tests.races.test_together import outcome
from tests.support.clock import FakeClock
from tests.support.databases import PostgresTemplate
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants, violations
from tests.support.selling import PRICE, buy, captured, hold, people, seated_house
from tests.support.window import clerk_at, holds_at_window

ROUNDS = 4
EACH = 2  # a member's places
TIER_BROKEN = "members' prices are taken off, and no more often"


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    await uow.write(lambda tx: tx.programme.put_return_policy(ReturnPolicy(cancel_hours=0)))
    return await uow.write(seated_house)


async def all_at_once(*works: Awaitable[Any], first: int = 0, in_turn: bool = False) -> list[str]:
    """``first``: who arrives first; what was made of each, in the order given."""
    turned = [outcome(work) for work in (*works[first:], *works[:first])]
    found = [await work for work in turned] if in_turn else await asyncio.gather(*turned)
    return [*found[len(works) - first :], *found[: len(works) - first]]


async def group_of(uow: UnitOfWork, house: SmallHouse, *places: int) -> tuple[int, tuple[int, ...], int]:
    """The leader, their tickets, and the link for those who come with them."""
    (leader,) = await people(uow, 1)
    tickets = tuple(await buy(uow, house, leader, *places))

    def order_of(tx: Tx) -> int:
        ticket = tx.ticketing.ticket(tickets[0])
        assert ticket is not None
        return ticket.order_id

    order_id = await uow.read(order_of)
    return leader, tickets, await uow.write(HandOut(leader, order_id, HandoutKind.GROUP))


async def holders(uow: UnitOfWork, tickets: tuple[int, ...]) -> list[int]:
    def work(tx: Tx) -> list[int]:
        return [ticket.holder_id for ticket in tx.ticketing.lock_tickets(tickets)]

    return await uow.write(work)


async def test_all_open_the_groups_link_at_once(uow: UnitOfWork, house: SmallHouse) -> None:
    """Three seats for four friends, one of whom has two phones; the leader's own stays theirs."""
    for round_ in range(ROUNDS):
        leader, tickets, link = await group_of(uow, house, *range(4 * round_ + 1, 4 * round_ + 5))
        ben, *others = await people(uow, 4)
        works = [uow.write(TakeHandout(friend, link)) for friend in (ben, ben, *others)]
        found = await all_at_once(*works, first=round_)
        assert sorted(found[2:] + found[:1]) == ["used", "yes", "yes", "yes"], found
        assert found[0] == found[1]
        now = await holders(uow, tickets)
        assert (len(set(now)), now.count(leader)) == (4, 1)
    await check_invariants(uow)


async def test_the_leader_gives_all_back_while_a_friend_takes_a_seat(uow: UnitOfWork, house: SmallHouse) -> None:
    seen = set()
    for round_ in range(ROUNDS):
        leader, tickets, link = await group_of(uow, house, 2 * round_ + 1, 2 * round_ + 2)
        (ben,) = await people(uow, 1)
        works = (uow.write(CancelTickets(leader, tickets)), uow.write(TakeHandout(ben, link)))
        found = await all_at_once(*works, first=round_ % 2, in_turn=round_ < 2)
        assert found.count("yes") == 1, found
        seen.add(found.index("yes"))
    assert len(seen) == 2, "the order of arrival never mattered"
    await check_invariants(uow)


async def test_two_would_lead_and_one_thinks_again(uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
    """One of two who open the leader's link leads; they take more, or let go, while the other tries again."""
    clerk = await clerk_at(uow, house)
    for round_ in range(ROUNDS):
        until = clock.now() + timedelta(days=1)
        blocked = BlockPlaces(clerk, house.performance_id, f"Stalls/{round_ + 1}", BlockReason.GROUP, release_at=until)
        block_id = await uow.write(blocked)
        pair = await people(uow, 2)
        found = await all_at_once(
            *(uow.write(TakeGroupPlaces(person, block_id, 6)) for person in pair), first=round_ % 2
        )
        assert sorted(found) == ["used", "yes"]
        leader, other = pair if found[0] == "yes" else reversed(pair)
        (order_id,) = await uow.read(lambda tx, id=block_id: tx.ticketing.unpaid_of_group(id))  # type: ignore[misc]
        again = LetGo(leader, order_id) if round_ % 2 else TakeGroupPlaces(leader, block_id, 8)
        works = (uow.write(again), uow.write(TakeGroupPlaces(other, block_id, 9)))
        found = await all_at_once(*works, first=round_ // 2)
        assert found[0] == "yes"
        assert found[1] == "used" or (round_ % 2 and found[1] == "yes"), found
        unpaid = await uow.read(lambda tx, id=block_id: tx.ticketing.unpaid_of_group(id))  # type: ignore[misc]
        assert len(unpaid) <= 1
    await check_invariants(uow)


async def member_of(uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> tuple[int, int]:
    """Somebody whose membership makes two places of a performance cheaper; and the membership."""
    (member,) = await people(uow, 1)

    def work(tx: Tx) -> int:
        tier_id = tx.ticketing.add_tier(MemberTier(0, house.venue_id, "Friends", 20, {}, EACH), member, tx.now)
        until = clock.now() + timedelta(days=99)
        id = tx.ticketing.add_membership(tier_id, f"M-{tier_id}", until, member, tx.now)
        tx.ticketing.take_membership(id, member, tx.now)
        tx.audit(member, "tier.added", "member_tier", tier_id)
        tx.audit(member, "membership.granted", "membership", id)
        tx.audit(member, "membership.taken", "membership", id)
        return id

    return member, await uow.write(work)


async def cheaper(uow: UnitOfWork, order_ids: Sequence[int]) -> int:
    """Places at a member's price."""

    def work(tx: Tx) -> int:
        return sum(line.price < PRICE for order_id in order_ids for line in tx.ticketing.lines(order_id))

    return await uow.read(work)


async def test_a_membership_is_used_in_the_chat_and_at_two_windows(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    member, membership = await member_of(uow, house, clock)
    own = await uow.write(hold(house, member, 1, 2))
    clerks = [await clerk_at(uow, house) for _ in range(2)]
    orders = [await holds_at_window(uow, house, clerk, 3 + 2 * n, 4 + 2 * n) for n, clerk in enumerate(clerks)]
    sales = list(zip(clerks, orders, strict=True))
    works = [uow.write(UseMembershipAtWindow(clerk, order_id, membership)) for clerk, order_id in sales]
    found = await all_at_once(uow.write(UseMembership(member, own)), *works)
    assert found.count("yes") == 1, found
    assert set(found) <= {"yes", "member_used_up", "member_has_all"}
    assert await cheaper(uow, (own, *orders)) == EACH
    await check_invariants(uow)


async def late_money(uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> str:
    """The member's hold runs out, the window uses their membership, then the money of the first comes after all."""
    member, membership = await member_of(uow, house, clock)
    own = await uow.write(hold(house, member, 1, 2))
    await uow.write(UseMembership(member, own))
    clock.advance(timedelta(minutes=11))
    await uow.write(ExpireOrders())
    clerk = await clerk_at(uow, house)
    order_id = await holds_at_window(uow, house, clerk, 3, 4)
    await uow.write(UseMembershipAtWindow(clerk, order_id, membership))
    return await outcome(uow.write(captured(own, member, 2 * PRICE.minor * 80 // 100)))


async def test_late_money_at_a_price_that_somebody_else_has_by_now_goes_back(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    assert await late_money(uow, house, clock) == "late"
    await check_invariants(uow)


async def test_without_counting_again_late_money_has_the_price_twice(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming_again, "_costs_the_same_still", lambda tx, order, lines: True)
    assert await late_money(uow, house, clock) == "tickets"
    assert any(fault.startswith(TIER_BROKEN) for fault in await violations(uow))


async def test_late_money_with_a_code_that_is_used_up_by_now_goes_back(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    """And comes in where the code is good still."""
    ada, ben, carl = await people(uow, 3)

    def add(tx: Tx) -> None:
        until = clock.now() + timedelta(days=9)
        for code in ("ONCE", "MORE"):
            id = tx.ticketing.add_promotion(Promotion(0, house.venue_id, code, 20, 0, "EUR", 1, 1, until), ada, tx.now)
            tx.audit(ada, "promotion.added", "promotion", id or 0)

    await uow.write(add)
    first, second = await uow.write(hold(house, ada, 1)), await uow.write(hold(house, carl, 2))
    await uow.write(UsePromotion(ada, first, "ONCE"))
    await uow.write(UsePromotion(carl, second, "MORE"))
    clock.advance(timedelta(minutes=11))
    await uow.write(ExpireOrders())
    await uow.write(UsePromotion(ben, await uow.write(hold(house, ben, 3)), "ONCE"))
    price = PRICE.minor * 80 // 100
    assert await outcome(uow.write(captured(first, ada, price))) == "late"
    assert await outcome(uow.write(captured(second, carl, price))) == "tickets"
    await check_invariants(uow)


class TestOnPostgres:
    """What SQLite's one writer excludes: somebody in between a look and a write."""

    pytestmark = pytest.mark.postgres

    @pytest.fixture
    def database_url(self, postgres_template: PostgresTemplate) -> str:
        return postgres_template.fresh()

    async def two_take(self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile) -> tuple[str, str]:
        _, _, link = await group_of(uow, house, 1, 2, 3)
        ben, carl = await people(uow, 2)
        meanwhile.after(AdmissionRepository, "standing", lambda: outcome(uow.write(TakeHandout(carl, link))))
        return await outcome(uow.write(TakeHandout(ben, link))), await meanwhile.done()

    async def test_who_opens_the_link_meanwhile_gets_the_next_seat(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile
    ) -> None:
        assert await self.two_take(uow, house, meanwhile) == ("yes", "yes")
        await check_invariants(uow)

    async def test_without_the_links_lock_one_is_sent_away_from_a_free_seat(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look = TicketingRepository.handout
        monkeypatch.setattr(TicketingRepository, "handout", lambda self, id, *, lock=False: look(self, id))
        assert sorted(await self.two_take(uow, house, meanwhile)) == ["NotFound", "yes"]

    async def taken_meanwhile(self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile) -> tuple[str, str]:
        """A friend takes a seat just after the leader's return has looked."""
        leader, tickets, link = await group_of(uow, house, 1, 2)
        (ben,) = await people(uow, 1)
        meanwhile.after(TicketingRepository, "ever_admitted", lambda: outcome(uow.write(TakeHandout(ben, link))))
        return await outcome(uow.write(CancelTickets(leader, tickets))), await meanwhile.done()

    async def test_a_friend_waits_for_the_leaders_return(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile
    ) -> None:
        assert (await self.taken_meanwhile(uow, house, meanwhile))[0] == "yes"
        await check_invariants(uow)

    async def test_without_the_tickets_lock_a_seat_is_paid_back_and_taken(
        self, uow: UnitOfWork, house: SmallHouse, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look = TicketingRepository.ticket

        def only_looks(self: TicketingRepository, ids: Any) -> list[Any]:
            return [ticket for id in sorted(ids) if (ticket := look(self, id)) is not None]

        monkeypatch.setattr(TicketingRepository, "lock_tickets", only_looks)
        assert await self.taken_meanwhile(uow, house, meanwhile) == ("yes", "yes")

    async def both_use(
        self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock, meanwhile: Meanwhile
    ) -> tuple[str, str]:
        """The clerk uses the membership just after the member's own order has counted its places."""
        member, membership = await member_of(uow, house, clock)
        own = await uow.write(hold(house, member, 1, 2))
        clerk = await clerk_at(uow, house)
        order_id = await holds_at_window(uow, house, clerk, 3, 4)
        use = UseMembershipAtWindow(clerk, order_id, membership)
        meanwhile.after(TicketingRepository, "set_prices", lambda: outcome(uow.write(use)))
        return await outcome(uow.write(UseMembership(member, own))), await meanwhile.done()

    async def test_the_window_counts_after_the_chat(
        self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock, meanwhile: Meanwhile
    ) -> None:
        assert await self.both_use(uow, house, clock, meanwhile) == ("yes", "member_has_all")
        await check_invariants(uow)

    async def test_without_the_memberships_lock_both_have_all_its_places(
        self,
        uow: UnitOfWork,
        house: SmallHouse,
        clock: FakeClock,
        meanwhile: Meanwhile,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        look = TicketingRepository.membership
        monkeypatch.setattr(TicketingRepository, "membership", lambda self, id, *, lock=False: look(self, id))
        assert await self.both_use(uow, house, clock, meanwhile) == ("yes", "yes")
        assert any(fault.startswith(TIER_BROKEN) for fault in await violations(uow))
