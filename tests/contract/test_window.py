"""The window's use cases and what storage keeps of them, on both databases."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.codes import CodeKind
from domain.errors import (
    BadInput,
    HoldEnded,
    LimitExceeded,
    LinkSpent,
    NotAllowed,
    NotFound,
    NotOnSale,
    PaymentRefused,
    Rejected,
    SeatTaken,
    Stale,
)
from domain.payments.drawer import CloseDrawer, OpenDrawer, PayOut, SignForDrawer, expected
from domain.payments.paying import BeginPayment, OrderToPay
from domain.people.model import Grant, Role
from domain.people.usecases import actor_of
from domain.ports import Tx, Work
from domain.programme.cells import CellFault
from domain.programme.house_file import parse_house
from domain.programme.usecases import ImportHouse
from domain.records.usecases import ForgetMe
from domain.ticketing.blocking import BlockPlaces, ReleaseBlock, ReleaseDueBlocks, SellFromBlock, read_places
from domain.ticketing.claiming import ClaimPaper
from domain.ticketing.holding import ExpireOrders, LetGo
from domain.ticketing.model import BlockReason, OrderState
from domain.ticketing.reserving import GivePhone, LookUpReservations, PayHere, Reserve
from domain.ticketing.window import BeginSale, LeaveContact, StopSale
from domain.ticketing.window_model import WindowRules
from domain.ticketing.window_paying import GiveComplimentary, TakeCard, TakeCash, TakeNothing, VoidSale
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, hold, people, seated_house
from tests.support.ticketing import plan as drawn
from tests.support.window import clerk_at, holds_at_window, sells_for_cash

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "house.toml"
RULES = WindowRules(reserve=True, complimentary_most=2)


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    await uow.write(lambda tx: tx.window.put_rules(RULES))
    return await uow.write(seated_house)


async def refused(uow: UnitOfWork, work: Work[Any], refusal: type[Rejected], reason: str = "") -> None:
    with pytest.raises(refusal) as error:
        await uow.write(work)
    assert not reason or error.value.params.get("reason") == reason


async def due_in_drawer(uow: UnitOfWork, clerk_id: int) -> int:
    def due(tx: Tx) -> int:
        drawer = tx.drawers.open_of(clerk_id)
        assert drawer is not None
        return expected(tx, drawer).minor

    return await uow.read(due)


async def manager_of(uow: UnitOfWork, house: SmallHouse) -> int:
    (manager,) = await people(uow, 1)
    await uow.write(lambda tx: tx.people.grant(manager, Grant(Role.MANAGER, house.venue_id), None, tx.now))
    return manager


class TestSales:
    async def test_cash_goes_into_the_clerks_drawer(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await holds_at_window(uow, house, clerk, 1, 2)
        sold = await uow.write(TakeCash(clerk, order_id, 6000))
        assert sold == {"order_id": order_id, "change_minor": 6000 - 2 * PRICE.minor}
        assert await due_in_drawer(uow, clerk) == 10_000 + 2 * PRICE.minor
        (entry,) = await uow.read(lambda tx: tx.payments.journal(order_id=order_id))
        assert (entry.kind, entry.method, entry.clerk_id) == ("charge", "cash", clerk)
        assert entry.drawer_id is not None
        tickets = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
        assert [ticket.place for ticket in tickets] == [1, 2]
        assert await uow.read(lambda tx: tx.payments.receipt_number(order_id)) is not None
        await check_invariants(uow)

    async def test_no_cash_without_a_drawer_and_none_too_little(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house, float_minor=None)
        order_id = await holds_at_window(uow, house, clerk, 1)
        await refused(uow, TakeCash(clerk, order_id, PRICE.minor), BadInput, "no_drawer")
        await uow.write(OpenDrawer(clerk, house.venue_id, 0))
        await refused(uow, OpenDrawer(clerk, house.venue_id, 0), BadInput, "drawer_open")
        await refused(uow, TakeCash(clerk, order_id, PRICE.minor - 1), BadInput, "not_enough")
        await uow.write(TakeCash(clerk, order_id, PRICE.minor))
        await refused(uow, TakeCash(clerk, order_id, PRICE.minor), Stale)
        await check_invariants(uow)

    async def test_a_terminals_reference_counts_once(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house, float_minor=None)
        first = await holds_at_window(uow, house, clerk, 1)
        assert await uow.write(TakeCard(clerk, first, " 0817 42 ")) == first
        second = await holds_at_window(uow, house, clerk, 2)
        await refused(uow, TakeCard(clerk, second, "081742"), BadInput, "reference_used")
        await refused(uow, TakeCard(clerk, second, "  "), BadInput, "bad_reference")
        await uow.write(TakeCard(clerk, second, "081743"))
        await check_invariants(uow)

    async def test_what_is_stopped_midway_is_let_go(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await holds_at_window(uow, house, clerk, 1)
        sale = await uow.read(lambda tx: tx.window.open_sale(clerk))
        assert sale is not None
        assert await uow.write(StopSale(clerk, sale.id)) == house.performance_id
        await uow.write(StopSale(clerk, sale.id))
        await refused(uow, TakeCash(clerk, order_id, PRICE.minor), HoldEnded)
        await buy(uow, house, (await people(uow, 1))[0], 1)
        await check_invariants(uow)

    async def test_the_next_customer_lets_go_of_the_last_ones_places(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        first = await holds_at_window(uow, house, clerk, 1)
        await holds_at_window(uow, house, clerk, 1)
        order = await uow.read(lambda tx: tx.ticketing.order(first))
        assert order is not None
        assert order.state is OrderState.LET_GO
        await check_invariants(uow)

    async def test_a_look_leaves_no_persons_behind(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        first = await uow.write(BeginSale(clerk, house.performance_id))
        assert await uow.write(BeginSale(clerk, house.performance_id)) == first

    async def test_the_chats_seat_is_taken_at_the_window(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        (guest,) = await people(uow, 1)
        await uow.write(hold(house, guest, 1))
        with pytest.raises(SeatTaken):
            await holds_at_window(uow, house, clerk, 1)

    async def test_the_window_sells_when_the_chat_has_closed(
        self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock
    ) -> None:
        clerk = await clerk_at(uow, house)
        clock.advance(timedelta(days=7, minutes=10))
        (guest,) = await people(uow, 1)
        await refused(uow, hold(house, guest, 2), NotOnSale)
        await sells_for_cash(uow, house, clerk, 1)
        clock.advance(timedelta(minutes=80))
        await refused(uow, BeginSale(clerk, house.performance_id), NotOnSale)
        await check_invariants(uow)

    async def test_another_clerks_sale_is_the_same_as_none(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk, other = await clerk_at(uow, house), await clerk_at(uow, house)
        order_id = await holds_at_window(uow, house, clerk, 1)
        sale = await uow.read(lambda tx: tx.window.open_sale(clerk))
        assert sale is not None
        for order in (order_id, 987_654):
            await refused(uow, TakeCash(other, order, PRICE.minor), NotFound)
            await refused(uow, TakeCard(other, order, "1"), NotFound)
            await refused(uow, TakeNothing(other, order), NotFound)
            await refused(uow, GiveComplimentary(other, order, "a friend"), NotFound)
            await refused(uow, LeaveContact(other, order, "Ada"), NotFound)
        await refused(uow, StopSale(other, sale.id), NotFound)
        manager = await manager_of(uow, house)
        await uow.write(TakeCard(manager, order_id, "7"))

    async def test_a_chats_order_is_no_order_of_the_window(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        (guest,) = await people(uow, 1)
        order_id = await uow.write(hold(house, guest, 1))
        await refused(uow, TakeCash(clerk, order_id, PRICE.minor), NotFound)


class TestBringingBack:
    async def test_cash_goes_back_out_of_the_drawer(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk, other = await clerk_at(uow, house), await clerk_at(uow, house)
        order_id = await sells_for_cash(uow, house, clerk, 1, 2)
        await refused(uow, VoidSale(other, order_id), NotFound)
        await uow.write(VoidSale(clerk, order_id))
        assert await due_in_drawer(uow, clerk) == 10_000
        assert await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now)) == set()
        assert not await uow.read(lambda tx: tx.records.open_tasks(5))
        await refused(uow, VoidSale(clerk, order_id), Stale)
        await uow.write(CloseDrawer(clerk, 10_000))
        await check_invariants(uow)

    async def test_no_cash_back_without_a_drawer(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await sells_for_cash(uow, house, clerk, 1)
        await uow.write(CloseDrawer(clerk, 12_500))
        await refused(uow, VoidSale(clerk, order_id), BadInput, "no_drawer")
        await uow.write(OpenDrawer(clerk, house.venue_id, 0))
        await refused(uow, VoidSale(clerk, order_id), BadInput, "too_little")

    async def test_what_came_by_the_terminal_is_a_task(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await holds_at_window(uow, house, clerk, 1)
        await uow.write(TakeCard(clerk, order_id, "1"))
        await uow.write(VoidSale(clerk, order_id))
        assert [task.kind for task in await uow.read(lambda tx: tx.records.open_tasks(5))] == ["refund_by_hand"]
        await check_invariants(uow)

    async def test_a_present_ends_and_what_is_in_a_chat_stays(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        present = await holds_at_window(uow, house, clerk, 1)
        await uow.write(GiveComplimentary(clerk, present, "press"))
        await uow.write(VoidSale(clerk, present))
        order_id = await sells_for_cash(uow, house, clerk, 2, 3)
        first, _ = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
        codes = await uow.read(lambda tx: tx.ticketing.standing_credentials([first.id]))
        (ada,) = await people(uow, 1)
        await uow.write(ClaimPaper(ada, codes[first.id].id))
        await uow.write(VoidSale(clerk, order_id))
        assert await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now)) == {2}
        assert await due_in_drawer(uow, clerk) == 10_000 + PRICE.minor
        await check_invariants(uow)


class TestPresents:
    async def test_a_present_costs_nothing_and_has_its_reason(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await holds_at_window(uow, house, clerk, 1, 2)
        await refused(uow, GiveComplimentary(clerk, order_id, "  "), BadInput, "no_reason")
        await uow.write(GiveComplimentary(clerk, order_id, "press"))
        (entry,) = await uow.read(lambda tx: tx.payments.journal(order_id=order_id))
        assert (entry.kind, entry.amount.minor, entry.clerk_id) == ("complimentary", 0, clerk)
        assert len(await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))) == 2
        await check_invariants(uow)

    async def test_a_clerk_gives_few_a_manager_many(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        await uow.write(GiveComplimentary(clerk, await holds_at_window(uow, house, clerk, 1), "press"))
        more = await holds_at_window(uow, house, clerk, 2, 3)
        await refused(uow, GiveComplimentary(clerk, more, "press"), LimitExceeded)
        await uow.write(GiveComplimentary(await manager_of(uow, house), more, "press"))
        await check_invariants(uow)


class TestReservations:
    async def test_from_the_chat_to_the_window(self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
        clerk = await clerk_at(uow, house)
        (ada,) = await people(uow, 1)
        order_id = await uow.write(hold(house, ada, 1, 2))
        assert await uow.write(Reserve(ada, order_id)) == await uow.write(Reserve(ada, order_id)) == order_id
        order = await uow.read(lambda tx: tx.ticketing.order(order_id))
        assert order is not None
        assert (order.state, order.until) == (OrderState.RESERVED, clock.now() + timedelta(hours=24))
        await refused(uow, BeginPayment(ada, order_id, order.total), PaymentRefused, "reserved")
        await refused(uow, OrderToPay(ada, order_id), Stale)
        await uow.write(GivePhone(ada, order_id, "+49 30 1234-567"))
        reservation = await uow.read(lambda tx: tx.window.reservation(order_id))
        assert reservation is not None
        for said in (reservation.code.lower(), "aDa", "1234567", "030 1234567"[3:]):
            assert await uow.write(LookUpReservations(clerk, said)) == [order_id], said
        for said in ("Eve", "99999", "%%", "__"):
            assert await uow.write(LookUpReservations(clerk, said)) == [], said
        clock.advance(timedelta(hours=23))
        await uow.write(ExpireOrders())
        await uow.write(TakeCash(clerk, order_id, 5000))
        tickets = await uow.read(lambda tx: tx.ticketing.tickets_of_holder(ada))
        assert [ticket.place for ticket in tickets] == [1, 2]
        assert await uow.write(LookUpReservations(clerk, "Ada")) == []
        await check_invariants(uow)

    async def test_it_is_let_go_at_its_time(self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
        (ada,) = await people(uow, 1)
        order_id = await uow.write(hold(house, ada, 1))
        await uow.write(Reserve(ada, order_id))
        clock.advance(timedelta(hours=24))
        assert await uow.write(ExpireOrders()) == 1
        assert await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now)) == set()
        await check_invariants(uow)

    async def test_it_is_the_persons_one_order_until_they_pay_here(self, uow: UnitOfWork, house: SmallHouse) -> None:
        (ada,) = await people(uow, 1)
        order_id = await uow.write(hold(house, ada, 1))
        await uow.write(Reserve(ada, order_id))
        paid_here = await uow.write(PayHere(ada, order_id))
        assert paid_here != order_id
        orders = await uow.read(lambda tx: tx.ticketing.unpaid_orders(ada))
        assert [(order.id, order.state) for order in orders] == [(paid_here, OrderState.HELD)]
        await uow.write(Reserve(ada, paid_here))
        await uow.write(LetGo(ada, paid_here))
        await check_invariants(uow)

    async def test_only_where_the_house_allows_it(self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
        (ada,) = await people(uow, 1)
        order_id = await uow.write(hold(house, ada, 1))
        await uow.write(lambda tx: tx.window.put_rules(WindowRules()))
        await refused(uow, Reserve(ada, order_id), Stale)
        await uow.write(lambda tx: tx.window.put_rules(RULES))
        await uow.write(LetGo(ada, order_id))
        clock.advance(timedelta(days=6, hours=23, minutes=30))  # less than an hour before it begins
        await refused(uow, Reserve(ada, await uow.write(hold(house, ada, 1))), Stale)

    async def test_only_clerks_of_the_house_find_it(self, uow: UnitOfWork, house: SmallHouse) -> None:
        elsewhere = await clerk_at(uow, await uow.write(small_house))
        ada, stranger = await people(uow, 2)
        order_id = await uow.write(hold(house, ada, 1))
        await uow.write(Reserve(ada, order_id))
        assert await uow.write(LookUpReservations(elsewhere, "Ada")) == []
        await refused(uow, TakeCash(elsewhere, order_id, PRICE.minor), NotFound)
        await refused(uow, LookUpReservations(stranger, "Ada"), NotAllowed)
        await refused(uow, LookUpReservations(elsewhere, "x"), BadInput, "too_short")


class TestPapers:
    async def test_the_paper_comes_into_one_chat(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await sells_for_cash(uow, house, clerk, 1, 2)
        await uow.write(LeaveContact(clerk, order_id, name="Ada"))
        ada, eve = await people(uow, 2)
        first, second = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
        codes = await uow.read(lambda tx: tx.ticketing.standing_credentials([first.id, second.id]))
        assert await uow.write(ClaimPaper(ada, codes[first.id].id)) == first.id
        assert await uow.write(ClaimPaper(ada, codes[first.id].id)) == first.id
        await refused(uow, ClaimPaper(eve, codes[first.id].id), LinkSpent)
        await uow.write(ClaimPaper(eve, codes[second.id].id))
        standing = await uow.read(lambda tx: tx.ticketing.standing_credentials([first.id]))
        assert standing == {first.id: codes[first.id]}
        await check_invariants(uow)
        assert await uow.read(lambda tx: tx.window.contact(first.holder_id)) is not None
        await uow.write(ForgetMe(ada))
        assert await uow.read(lambda tx: tx.window.contact(first.holder_id)) is None

    async def test_a_ticket_of_the_chat_is_not_claimed(self, uow: UnitOfWork, house: SmallHouse) -> None:
        ada, eve = await people(uow, 2)
        (ticket_id,) = await buy(uow, house, ada, 1)
        codes = await uow.read(lambda tx: tx.ticketing.standing_credentials([ticket_id]))
        await refused(uow, ClaimPaper(eve, codes[ticket_id].id), LinkSpent)
        assert codes[ticket_id].kind == CodeKind.TICKET

    async def test_contacts_do_not_stay_for_ever(self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
        clerk = await clerk_at(uow, house)
        order_id = await sells_for_cash(uow, house, clerk, 1)
        await uow.write(LeaveContact(clerk, order_id, phone="+49301234567"))
        assert await uow.write(lambda tx: tx.window.purge_contacts(tx.now)) == 0
        clock.advance(timedelta(days=8))
        assert await uow.write(lambda tx: tx.window.purge_contacts(tx.now)) == 1


class TestDrawers:
    async def test_a_day_at_the_window(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk, other = await clerk_at(uow, house), await clerk_at(uow, house)
        await sells_for_cash(uow, house, clerk, 1, 2)
        await uow.write(TakeCard(clerk, await holds_at_window(uow, house, clerk, 3), "1"))
        await uow.write(PayOut(clerk, 1200, "paper for the printer"))
        await refused(uow, PayOut(clerk, 10**6, "too much"), BadInput, "too_little")
        await refused(uow, PayOut(clerk, 100, " "), BadInput, "no_reason")
        assert await due_in_drawer(uow, clerk) == 10_000 + 5000 - 1200
        drawer_id = await uow.write(CloseDrawer(clerk, 13_700))
        drawer = await uow.read(lambda tx: tx.drawers.drawer(drawer_id))
        assert drawer is not None
        assert drawer.difference is not None
        assert drawer.difference.minor == -100
        assert [task.kind for task in await uow.read(lambda tx: tx.records.open_tasks(5))] == ["drawer_differs"]
        await refused(uow, CloseDrawer(clerk, 13_700), BadInput, "no_drawer")
        await refused(uow, PayOut(clerk, 100, "late"), BadInput, "no_drawer")
        await refused(uow, SignForDrawer(clerk, drawer_id), NotAllowed)
        await uow.write(SignForDrawer(other, drawer_id))
        await refused(uow, SignForDrawer(await manager_of(uow, house), drawer_id), Stale)
        await check_invariants(uow)

    async def test_nobody_elses_drawer(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk, elsewhere = await clerk_at(uow, house), await clerk_at(uow, await uow.write(small_house))
        await refused(uow, OpenDrawer(elsewhere, house.venue_id, 0), NotFound)
        drawer_id = await uow.write(CloseDrawer(clerk, 10_000))
        await refused(uow, SignForDrawer(elsewhere, drawer_id), NotFound)
        (stranger,) = await people(uow, 1)
        await refused(uow, SignForDrawer(stranger, drawer_id), NotAllowed)
        await refused(uow, OpenDrawer(stranger, house.venue_id, 0), NotAllowed)
        actor = await uow.read(lambda tx: actor_of(tx, clerk))
        assert actor.may(Role.BOX_OFFICE, house.venue_id)


class TestBlocks:
    @pytest.mark.parametrize(
        ("where", "places"),
        [
            ("Stalls/2/1-3", (11, 12, 13)),
            ("Stalls row 2 1-3", (11, 12, 13)),
            ("stalls, row 2, seats 1-2,5", (11, 12, 15)),
            ("Stalls 2排 1-3座", (11, 12, 13)),
            ("Stalls/5", tuple(range(41, 51))),
            ("Stalls/1/1; Stalls row 5 10", (1, 50)),
            ("Stalls", tuple(range(1, 51))),
        ],
    )
    async def test_places_are_named_as_people_do(
        self, uow: UnitOfWork, house: SmallHouse, where: str, places: tuple[int, ...]
    ) -> None:
        clerk = await clerk_at(uow, house)
        block_id = await uow.write(BlockPlaces(clerk, house.performance_id, where, BlockReason.GROUP, "school"))
        (block,) = await uow.read(lambda tx: tx.window.blocks(house.performance_id))
        assert (block.id, block.places, block.note, block.owner_id) == (block_id, places, "school", clerk)
        await check_invariants(uow)

    async def test_what_cannot_be_read_is_said(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        for where in ("Balcony/1", "Stalls/9/1", "Stalls/1/77", "", "row", "/" * 900):
            await refused(
                uow, BlockPlaces(clerk, house.performance_id, where, BlockReason.HOUSE), BadInput, "bad_places"
            )
        strange = BlockPlaces(clerk, house.performance_id, "", BlockReason.HOUSE, chosen=(1, 51))
        await refused(uow, strange, BadInput, "bad_places")

    @pytest.mark.parametrize(
        ("where", "place"), [("Stalls/1/1", 1), ("池座/1/2", 2), ("池座 stalls/1/3", 3), ("left 1排 1", 11)]
    )
    def test_one_name_of_a_zone_with_several_will_do(self, where: str, place: int) -> None:
        plan = drawn(("池座 Stalls", "楼座 Circle left", "楼座 Circle right"), rows=1)
        assert read_places(where, plan) == (place,)
        for strange in ("Circle/1/1", "Stall/1/1", "楼座/1/1", "/1/1"):
            with pytest.raises(CellFault):
                read_places(strange, plan)

    async def test_words_and_chosen_seats_are_one_block(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        for where, chosen in (("Stalls/1/1-2", (2, 30)), ("", (50, 49))):
            await uow.write(BlockPlaces(clerk, house.performance_id, where, BlockReason.HOUSE, chosen=chosen))
        blocks = await uow.read(lambda tx: tx.window.blocks(house.performance_id))
        assert [block.places for block in blocks] == [(49, 50), (1, 2, 30)]

    async def test_made_and_released(self, uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
        clerk = await clerk_at(uow, house)
        await sells_for_cash(uow, house, clerk, 1)
        await refused(uow, BlockPlaces(clerk, house.performance_id, "Stalls/1", BlockReason.TECHNICAL), SeatTaken)
        release_at = clock.now() + timedelta(hours=1)
        blocked = BlockPlaces(clerk, house.performance_id, "Stalls/2", BlockReason.HOUSE, release_at=release_at)
        block_id = await uow.write(blocked)
        clock.advance(timedelta(minutes=59))
        assert await uow.write(ReleaseDueBlocks()) == 0
        clock.advance(timedelta(minutes=1))
        (ada,) = await people(uow, 1)
        await uow.write(hold(house, ada, 11))  # nobody waits for the tick
        assert await uow.write(ReleaseDueBlocks()) == 1
        assert await uow.write(ReleaseBlock(clerk, block_id)) == house.performance_id
        taken = await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now))
        assert taken == {1, 11}
        await check_invariants(uow)

    async def test_places_without_numbers_are_blocked_by_the_number(self, uow: UnitOfWork) -> None:
        house = await uow.write(small_house)
        clerk = await clerk_at(uow, house)
        await uow.write(BlockPlaces(clerk, house.performance_id, "3", BlockReason.PROMOTER))
        (block,) = await uow.read(lambda tx: tx.window.blocks(house.performance_id))
        assert block.places == (48, 49, 50)

    async def test_sold_from_and_back_again(self, uow: UnitOfWork, house: SmallHouse) -> None:
        clerk = await clerk_at(uow, house)
        block_id = await uow.write(BlockPlaces(clerk, house.performance_id, "Stalls/2", BlockReason.GROUP))
        order_id = await uow.write(SellFromBlock(clerk, block_id, 3))
        await uow.write(TakeCash(clerk, order_id, 10_000))
        await uow.write(SellFromBlock(clerk, block_id, 2))
        sale = await uow.read(lambda tx: tx.window.open_sale(clerk))
        assert sale is not None
        await uow.write(StopSale(clerk, sale.id))
        block = await uow.read(lambda tx: tx.window.block(block_id))
        assert block is not None
        assert block.places == tuple(range(14, 21))
        await refused(uow, SellFromBlock(clerk, block_id, 11), Stale)
        elsewhere = await clerk_at(uow, await uow.write(small_house))
        await refused(uow, SellFromBlock(elsewhere, block_id, 1), NotFound)
        await refused(uow, ReleaseBlock(elsewhere, block_id), NotFound)
        await check_invariants(uow)


class TestRules:
    async def test_they_come_with_the_house_file(self, uow: UnitOfWork) -> None:
        document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
        assert await uow.read(lambda tx: tx.window.rules()) == WindowRules()
        await uow.write(ImportHouse(parse_house(document)))
        assert await uow.read(lambda tx: tx.window.rules()) == WindowRules(True, 24, 60, 4)
        del document["window"]
        await uow.write(ImportHouse(parse_house(document)))
        assert (await uow.read(lambda tx: tx.window.rules())).reserve, "what is not spoken of stays"

    @pytest.mark.parametrize(
        "wrong", [{"reserve": "yes"}, {"reserve_hours": 0}, {"complimentary": 1.5}, {"reserve": 1}]
    )
    def test_a_wrong_one_is_refused_with_its_path(self, wrong: dict[str, object]) -> None:
        document = tomllib.loads(EXAMPLE.read_text(encoding="utf-8")) | {"window": wrong}
        with pytest.raises(BadInput) as error:
            parse_house(document)
        assert str(error.value.params["path"]).startswith("window.")
