"""Cancelling, changing seats, resale: who may, until when, and that every charge still balances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.admission.model import DoorMode
from domain.admission.scanning import Scan, SetDoorMode, UndoAdmission
from domain.errors import ChangeRefused, LinkSpent, NotFound, PaymentRefused, Rejected, SeatTaken, Stale
from domain.money import Money
from domain.payments.paying import BeginPayment, PayNothing
from domain.ports import Tx
from domain.programme.model import PlanCategory, Price, Seat, SeatingPlan, SeatKind
from domain.programme.returns import Resale, ReturnPolicy
from domain.programme.usecases import MovePerformanceToPlan
from domain.ticketing.cancelling import CancelTickets, ReturnToGiver
from domain.ticketing.changing_seats import ChangeSeats
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from domain.ticketing.model import Ticket, TicketState, Wish
from domain.ticketing.resale import ListForResale, OfferListed, Unlist
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, captured, code_of, hold, people, usher_at

FEE = ReturnPolicy(fee_minor=100, fee_percent=10)  # of 25.00: 3.50
CHEAP, DEAR = 1500, 4000


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    """Four places: 1 and 2 cost 25.00, 3 costs 15.00, 4 costs 40.00 at another tax rate."""

    def make(tx: Tx) -> SmallHouse:
        tx.programme.put_return_policy(FEE)
        made = small_house(tx, capacity=4)
        seats = tuple(
            Seat(place, f"g{place}", "Stalls", "1", str(place), category, SeatKind.STANDARD, 20.0 * place, 0.0)
            for place, category in enumerate("AABC", start=1)
        )
        categories = tuple(PlanCategory(name, "#336699") for name in "ABC")
        plan = SeatingPlan("Hall", 400, 400, categories, ("Stalls",), seats, focus={"Stalls": (0.0, 0.0)})
        plan_id, _ = tx.programme.add_plan(made.hall_id, plan, tx.now)
        performance = tx.programme.performance(made.performance_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, plan_id=plan_id))
        prices = (("A", PRICE.minor, 700), ("B", CHEAP, 700), ("C", DEAR, 1900))
        tx.programme.put_prices(
            performance.id,
            [Price(category, made.concession_id, Money(minor, "EUR"), rate) for category, minor, rate in prices],
        )
        return made

    return await uow.write(make)


async def set_policy(uow: UnitOfWork, policy: ReturnPolicy) -> None:
    await uow.write(lambda tx: tx.programme.put_return_policy(policy))


def change(house: SmallHouse, buyer: int, ticket_id: int, place: int) -> ChangeSeats:
    return ChangeSeats(buyer, (ticket_id,), (Wish(place, house.concession_id),))


async def ticket(uow: UnitOfWork, ticket_id: int) -> Ticket:
    found = await uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert found is not None
    return found


async def tickets_of(uow: UnitOfWork, person_id: int) -> list[tuple[int, str]]:
    found = await uow.read(lambda tx: tx.ticketing.tickets_of_holder(person_id))
    return [(each.place, each.state.value) for each in found]


async def refunded(uow: UnitOfWork, person_id: int) -> list[tuple[str, int]]:
    def look(tx: Tx) -> list[tuple[str, int]]:
        data = tx.records.export_person(person_id)
        return [(row["reason"], row["amount_minor"]) for row in data["refund"]]

    return await uow.read(look)


async def test_the_snapshot_decides_and_not_what_the_house_says_now(uow: UnitOfWork, house: SmallHouse) -> None:
    (anna,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, anna, 1)
    await set_policy(uow, ReturnPolicy(cancel_hours=None, fee_percent=100))
    assert await uow.write(CancelTickets(anna, (ticket_id,)))
    assert await refunded(uow, anna) == [("cancelled", PRICE.minor - 350)]
    await check_invariants(uow)


async def test_nobody_cancels_for_money_what_was_handed_on(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, ben, zoe = await people(uow, 3)
    (ticket_id,) = await buy(uow, house, anna, 1)
    await uow.write(AcceptTicket(ben, await uow.write(OfferTicket(anna, ticket_id))))
    for person, refusal in ((anna, NotFound), (ben, ChangeRefused), (zoe, NotFound)):
        with pytest.raises(refusal):
            await uow.write(CancelTickets(person, (ticket_id,)))
    with pytest.raises(NotFound):
        await uow.write(ReturnToGiver(anna, ticket_id))
    assert await uow.write(ReturnToGiver(ben, ticket_id)) == ticket_id
    assert (await ticket(uow, ticket_id)).holder_id == anna
    assert await uow.write(CancelTickets(anna, (ticket_id,)))
    await check_invariants(uow)


@pytest.mark.parametrize(
    "act",
    [
        lambda house, person, ticket_id: CancelTickets(person, (ticket_id,)),
        lambda house, person, ticket_id: ListForResale(person, (ticket_id,)),
        lambda house, person, ticket_id: change(house, person, ticket_id, 2),
    ],
    ids=["cancel", "list", "change"],
)
async def test_whoever_came_in_has_used_the_ticket(
    uow: UnitOfWork,
    house: SmallHouse,
    clock: FakeClock,
    act: Callable[[SmallHouse, int, int], Callable[[Tx], object]],
) -> None:
    await set_policy(uow, ReturnPolicy(cancel_hours=0, change_hours=0, resale=Resale.ALWAYS, resale_hours=0))
    (anna,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, anna, 1)
    usher = await usher_at(uow, house)
    clock.advance(timedelta(days=7, minutes=-20))
    admitted = await uow.write(Scan(usher, await code_of(uow, ticket_id)))
    with pytest.raises(ChangeRefused, match="admitted"):
        await uow.write(act(house, anna, ticket_id))
    await uow.write(UndoAdmission(usher, admitted["admission_id"]))
    await uow.write(act(house, anna, ticket_id))
    await check_invariants(uow)


async def test_whoever_has_gone_out_again_hands_nothing_on(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    anna, ben = await people(uow, 2)
    (ticket_id,) = await buy(uow, house, anna, 1)
    usher = await usher_at(uow, house)
    clock.advance(timedelta(days=7, minutes=-20))
    link = await uow.write(OfferTicket(anna, ticket_id))
    code = await code_of(uow, ticket_id)
    admitted = await uow.write(Scan(usher, code))
    await uow.write(SetDoorMode(usher, DoorMode.OUT))
    left = await uow.write(Scan(usher, code))
    assert left["outcome"] == "left"
    with pytest.raises(Stale):
        await uow.write(OfferTicket(anna, ticket_id))
    with pytest.raises(LinkSpent, match="used"):
        await uow.write(AcceptTicket(ben, link))
    # It was somebody else's ticket: both are taken back, and nobody has come in with this one.
    await uow.write(UndoAdmission(usher, left["admission_id"]))
    await uow.write(UndoAdmission(usher, admitted["admission_id"]))
    assert await uow.write(AcceptTicket(ben, link)) == ticket_id
    await check_invariants(uow)


@pytest.mark.parametrize(("hours", "reason"), [(None, "never"), (168, "late")])
async def test_the_house_says_until_when(uow: UnitOfWork, house: SmallHouse, hours: int | None, reason: str) -> None:
    resale = Resale.NEVER if hours is None else Resale.ALWAYS
    await set_policy(uow, ReturnPolicy(cancel_hours=hours, change_hours=hours, resale=resale, resale_hours=hours or 0))
    (anna,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, anna, 1)
    uow._clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
    for act in (
        CancelTickets(anna, (ticket_id,)),
        ListForResale(anna, (ticket_id,)),
        change(house, anna, ticket_id, 2),
    ):
        with pytest.raises(ChangeRefused, match=reason):
            await uow.write(act)


async def test_an_equal_seat_costs_nothing(uow: UnitOfWork, house: SmallHouse) -> None:
    (anna,) = await people(uow, 1)
    (old,) = await buy(uow, house, anna, 1)
    code = await code_of(uow, old)
    order_id = await uow.write(change(house, anna, old, 2))
    assert await tickets_of(uow, anna) == [(1, "valid")]
    await check_invariants(uow)
    await uow.write(PayNothing(anna, order_id))
    assert await tickets_of(uow, anna) == [(1, "cancelled"), (2, "valid")]
    assert await refunded(uow, anna) == []
    usher = await usher_at(uow, house)
    assert (await uow.write(Scan(usher, code)))["outcome"] == "cancelled"
    await check_invariants(uow)


async def test_a_dearer_seat_is_paid_by_the_difference_and_comes_back_in_two_parts(
    uow: UnitOfWork, house: SmallHouse
) -> None:
    (anna,) = await people(uow, 1)
    (old,) = await buy(uow, house, anna, 1)
    order_id = await uow.write(change(house, anna, old, 4))
    outcome = await uow.write(captured(order_id, anna, DEAR - PRICE.minor))
    assert outcome["fate"] == "tickets"
    await check_invariants(uow)
    (new,) = await uow.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
    paid = await uow.read(lambda tx: tx.payments.ticket_payments([new.id]))
    assert [payment.amount.minor for payment in paid] == [PRICE.minor, DEAR - PRICE.minor]
    await uow.write(CancelTickets(anna, (new.id,)))
    assert sum(minor for _, minor in await refunded(uow, anna)) == DEAR - 500
    await check_invariants(uow)


async def test_a_cheaper_seat_gives_the_difference_back(uow: UnitOfWork, house: SmallHouse) -> None:
    (anna,) = await people(uow, 1)
    (old,) = await buy(uow, house, anna, 1)
    order_id = await uow.write(change(house, anna, old, 3))
    await uow.write(PayNothing(anna, order_id))
    assert await refunded(uow, anna) == [("cheaper", PRICE.minor - CHEAP)]
    await check_invariants(uow)


async def test_two_tickets_change_for_a_cheap_and_a_dear_seat(uow: UnitOfWork, house: SmallHouse) -> None:
    (anna,) = await people(uow, 1)
    first, second = await buy(uow, house, anna, 1, 2)
    wishes = tuple(Wish(place, house.concession_id) for place in (3, 4))
    order_id = await uow.write(ChangeSeats(anna, (first, second), wishes))
    await uow.write(captured(order_id, anna, CHEAP + DEAR - 2 * PRICE.minor))
    assert (await tickets_of(uow, anna))[2:] == [(3, "valid"), (4, "valid")]
    await check_invariants(uow)


async def test_somebody_faster_takes_nothing_away(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, ben = await people(uow, 2)
    (old,) = await buy(uow, house, anna, 1)
    await uow.write(hold(house, ben, 2))
    with pytest.raises(SeatTaken):
        await uow.write(change(house, anna, old, 2))
    assert await tickets_of(uow, anna) == [(1, "valid")]
    await check_invariants(uow)


@pytest.mark.parametrize("gone", ["cancelled", "handed on", "scanned"])
async def test_money_for_a_change_that_has_lost_its_ticket_goes_back(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock, gone: str
) -> None:
    await set_policy(uow, ReturnPolicy(cancel_hours=0, change_hours=0))
    anna, ben = await people(uow, 2)
    usher = await usher_at(uow, house)
    (old,) = await buy(uow, house, anna, 1)
    clock.advance(timedelta(days=7, minutes=-20))
    order_id = await uow.write(change(house, anna, old, 4))
    if gone == "cancelled":
        await uow.write(CancelTickets(anna, (old,)))
    elif gone == "handed on":
        await uow.write(AcceptTicket(ben, await uow.write(OfferTicket(anna, old))))
    else:
        await uow.write(Scan(usher, await code_of(uow, old)))
    outcome = await uow.write(captured(order_id, anna, DEAR - PRICE.minor))
    assert outcome["fate"] == "changed"
    assert ("changed", DEAR - PRICE.minor) in await refunded(uow, anna)
    await check_invariants(uow)


async def test_a_change_does_not_count_towards_the_limit(uow: UnitOfWork, house: SmallHouse) -> None:
    def of_one(tx: Tx) -> None:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, purchase_limit=1))

    await uow.write(of_one)
    (anna,) = await people(uow, 1)
    (old,) = await buy(uow, house, anna, 1)
    await uow.write(PayNothing(anna, await uow.write(change(house, anna, old, 2))))
    assert await uow.read(lambda tx: tx.ticketing.buying(anna, house.performance_id, tx.now).bought) == 1
    await check_invariants(uow)


async def sold_out(uow: UnitOfWork, house: SmallHouse, *, but: int = 0) -> tuple[int, int]:
    """Anna has place 1; somebody has the rest. Gives her and her ticket."""
    anna, rest = await people(uow, 2)
    (mine,) = await buy(uow, house, anna, 1)
    for place, minor in ((2, PRICE.minor), (3, CHEAP), (4, DEAR)):
        if place != but:
            await uow.write(captured(await uow.write(hold(house, rest, place)), rest, minor))
    return anna, mine


async def test_resale_waits_until_nothing_else_is_left(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, mine = await sold_out(uow, house, but=2)
    assert await uow.write(ListForResale(anna, (mine,))) == 0
    assert await uow.write(OfferListed()) == 0
    (ben,) = await people(uow, 1)
    with pytest.raises(SeatTaken):
        await uow.write(hold(house, ben, 1))
    await buy(uow, house, ben, 2)
    assert await uow.write(OfferListed()) == 1
    await check_invariants(uow)
    await buy(uow, house, ben, 1)
    assert await refunded(uow, anna) == [("resold", PRICE.minor - 350)]
    assert (await ticket(uow, mine)).state is TicketState.REFUNDED
    await check_invariants(uow)


async def test_the_seller_keeps_the_ticket_until_it_is_sold(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    anna, mine = await sold_out(uow, house)
    (ben,) = await people(uow, 1)
    assert await uow.write(ListForResale(anna, (mine,))) == 1
    order_id = await uow.write(hold(house, ben, 1))
    assert (await ticket(uow, mine)).state is TicketState.VALID
    with pytest.raises(ChangeRefused, match="being_sold"):
        await uow.write(Unlist(anna, mine))
    with pytest.raises(ChangeRefused, match="listed"):
        await uow.write(OfferTicket(anna, mine))
    clock.advance(timedelta(minutes=11))
    assert await uow.write(Unlist(anna, mine)) == mine
    with pytest.raises(Rejected):
        await uow.write(BeginPayment(ben, order_id, PRICE))
    assert (await uow.write(captured(order_id, ben, PRICE.minor)))["fate"] == "late"
    with pytest.raises(SeatTaken):
        await uow.write(hold(house, ben, 1))
    await check_invariants(uow)


async def test_the_seller_comes_in_while_the_buyer_pays(uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
    await set_policy(uow, ReturnPolicy(resale=Resale.ALWAYS, resale_hours=0))
    anna, mine = await sold_out(uow, house)
    usher = await usher_at(uow, house)
    (ben,) = await people(uow, 1)
    await uow.write(ListForResale(anna, (mine,)))
    clock.advance(timedelta(days=7, minutes=-20))
    order_id = await uow.write(hold(house, ben, 1))
    await uow.write(BeginPayment(ben, order_id, PRICE))
    assert (await uow.write(Scan(usher, await code_of(uow, mine))))["outcome"] == "admitted"
    await check_invariants(uow)
    with pytest.raises(PaymentRefused):
        await uow.write(BeginPayment(ben, order_id, PRICE))
    assert (await uow.write(captured(order_id, ben, PRICE.minor)))["fate"] == "late"
    assert not (await ticket(uow, mine)).listed
    await check_invariants(uow)


async def test_a_listed_ticket_can_still_be_cancelled(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, mine = await sold_out(uow, house)
    (ben,) = await people(uow, 1)
    await uow.write(ListForResale(anna, (mine,)))
    order_id = await uow.write(hold(house, ben, 1))
    await uow.write(CancelTickets(anna, (mine,)))
    assert (await uow.write(captured(order_id, ben, PRICE.minor)))["fate"] == "tickets"
    with pytest.raises(Stale):
        await uow.write(CancelTickets(anna, (mine,)))
    await check_invariants(uow)


async def test_the_hall_is_not_rebuilt_under_a_seat_that_is_offered(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, mine = await sold_out(uow, house)
    await uow.write(ListForResale(anna, (mine,)))

    def without_the_seat(tx: Tx) -> int:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        assert performance.plan_id is not None
        plan = tx.programme.plan(performance.plan_id)
        assert plan is not None
        kept = tuple(replace(seat, place=seat.place - 1) for seat in plan.seats[1:])
        return tx.programme.add_plan(house.hall_id, replace(plan, seats=kept), tx.now)[0]

    plan_id = await uow.write(without_the_seat)
    moved = await uow.write(MovePerformanceToPlan(house.performance_id, plan_id))
    assert moved["lost"] == [1]
    await check_invariants(uow)


async def test_one_can_change_into_a_seat_that_is_given_back(uow: UnitOfWork, house: SmallHouse) -> None:
    anna, mine = await sold_out(uow, house, but=2)
    (ben,) = await people(uow, 1)
    (other,) = await buy(uow, house, ben, 2)
    await uow.write(ListForResale(ben, (other,)))
    await uow.write(PayNothing(anna, await uow.write(change(house, anna, mine, 2))))
    assert await tickets_of(uow, anna) == [(1, "cancelled"), (2, "valid")]
    assert await refunded(uow, ben) == [("resold", PRICE.minor - 350)]
    await check_invariants(uow)
