"""Money that is told of twice, comes late, from somebody else, or not as asked for: every charge's ledger balances."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint, insert

from bot.scheduler import Ticks
from domain.errors import LimitExceeded, Outside, PaymentRefused, ProviderRefused, ProviderUnavailable, SeatTaken
from domain.money import Money
from domain.payments.comparing import Reconcile
from domain.payments.model import REFUND_PATIENCE, RefundState
from domain.payments.paying import BeginPayment, CapturePayment, PayNothing
from domain.payments.ports import ProviderCharge
from domain.payments.refunding import SettleRefund
from domain.people.model import Grant, Role
from domain.programme.model import Price
from domain.ticketing import policy
from domain.ticketing.holding import ExpireOrders, LetGo
from storage.repositories import payments as repository
from storage.repositories.payments import PaymentsRepository
from storage.tables.payments import charge
from storage.unit_of_work import UnitOfWork
from tests.races.defences import without_constraint
from tests.support.clock import FakeClock
from tests.support.house import small_house
from tests.support.invariants import check_invariants, violations
from tests.support.provider import ScriptedProvider
from tests.support.selling import PRICE, captured, hold, people

ONE = PRICE.minor


@dataclass(frozen=True, slots=True)
class Held:
    buyer_id: int
    order_id: int
    total: int


async def held_orders(uow: UnitOfWork, number: int) -> list[Held]:
    """Orders of one to three places each."""
    house = await uow.write(lambda tx: small_house(tx, capacity=3 * number))
    found = []
    for index, buyer in enumerate(await people(uow, number)):
        places = range(3 * index + 1, 3 * index + 2 + index % 3)
        found.append(Held(buyer, await uow.write(hold(house, buyer, *places)), ONE * len(places)))
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_every_charges_ledger_balances(uow: UnitOfWork, clock: FakeClock, seed: int) -> None:
    """Defences: the order's row lock, the charge's unique key, refunds settled once."""
    chance = random.Random(seed)
    orders = await held_orders(uow, 24)
    (stranger,) = await people(uow, 1)
    told: list[CapturePayment] = []
    for order in orders:
        told += [captured(order.order_id, order.buyer_id, order.total)] * chance.choice((1, 2, 5))
        if chance.random() < 0.4:  # a second charge, by themselves or by another
            told.append(captured(order.order_id, chance.choice((order.buyer_id, stranger, None)), order.total))
        if chance.random() < 0.2:
            told.append(captured(order.order_id, order.buyer_id, order.total - 1))
        if chance.random() < 0.1:
            told.append(captured(order.order_id + 10_000, order.buyer_id, order.total))
    chance.shuffle(told)
    half = len(told) // 2
    await asyncio.gather(*(uow.write(each) for each in told[:half]))
    await check_invariants(uow)
    await asyncio.gather(*(attempt_let_go(uow, order) for order in chance.sample(orders, 6)))
    clock.advance(policy.HOLD_LASTS)
    expiring = [uow.write(ExpireOrders(limit=5)) for _ in range(6)]
    await asyncio.gather(*expiring, *(uow.write(each) for each in told[half:]))
    await check_invariants(uow)

    provider = ScriptedProvider()
    ticks = Ticks(uow, provider, "test")
    answers: list[RefundState | Outside] = [RefundState.SUBMITTED, ProviderUnavailable(), RefundState.CONFIRMED]
    for answer in (*answers, ProviderRefused(), RefundState.FAILED):
        provider.answer = answer
        await asyncio.gather(ticks.refund(), ticks.refund())
        await asyncio.gather(*(uow.write(each) for each in chance.sample(told, 5)))
        await check_invariants(uow)
        clock.advance(timedelta(minutes=5))
    assert await uow.read(lambda tx: tx.payments.due_refunds(tx.now + timedelta(days=9), 99)) == []


async def attempt_let_go(uow: UnitOfWork, order: Held) -> None:
    await asyncio.gather(uow.write(LetGo(order.buyer_id, order.order_id)), return_exceptions=True)


async def test_two_pay_for_one_order_at_once(uow: UnitOfWork) -> None:
    for order in await held_orders(uow, 10):
        (stranger,) = await people(uow, 1)
        payers = (order.buyer_id, stranger, order.buyer_id, None)
        told = (uow.write(captured(order.order_id, payer, order.total)) for payer in payers)
        fates = sorted(outcome["fate"] for outcome in await asyncio.gather(*told))
        assert fates.count("tickets") == 1
        assert set(fates) <= {"tickets", "duplicate", "payer"}
    await check_invariants(uow)


async def test_part_of_the_places_went_to_others_before_the_money_came(uow: UnitOfWork, clock: FakeClock) -> None:
    """What is left of a late order's places must be for others to take, at once."""
    house = await uow.write(small_house)
    slow, quick, third = await people(uow, 3)
    order_id = await uow.write(hold(house, slow, 1, 2, 3))
    clock.advance(policy.HOLD_LASTS)
    await uow.write(hold(house, quick, 2))
    late = await uow.write(captured(order_id, slow, 3 * ONE))
    assert late["fate"] == "late"
    await check_invariants(uow)
    await uow.write(hold(house, third, 1, 3))
    await uow.write(ExpireOrders())
    await check_invariants(uow)


async def test_late_money_buys_seats_that_nobody_has_taken_over(uow: UnitOfWork, clock: FakeClock) -> None:
    (order,) = await held_orders(uow, 1)
    clock.advance(policy.HOLD_LASTS * 2)
    assert (await uow.write(captured(order.order_id, order.buyer_id, order.total)))["fate"] == "tickets"
    await check_invariants(uow)


async def test_late_money_buys_seats_that_are_free_again(uow: UnitOfWork, clock: FakeClock) -> None:
    (order,) = await held_orders(uow, 1)
    clock.advance(policy.HOLD_LASTS)
    assert await uow.write(ExpireOrders()) == 1
    clock.advance(timedelta(minutes=5))
    assert (await uow.write(captured(order.order_id, order.buyer_id, order.total)))["fate"] == "tickets"
    await check_invariants(uow)


async def test_late_money_and_somebody_who_takes_a_seat_at_that_moment(uow: UnitOfWork, clock: FakeClock) -> None:
    """Defence: the claim's key. Either all seats are the payer's, or the money goes back and the rest stays free."""
    house = await uow.write(lambda tx: small_house(tx, capacity=60))
    fates: Counter[str] = Counter()
    for first in range(1, 61, 3):
        slow, quick = await people(uow, 2)
        order_id = await uow.write(hold(house, slow, first, first + 1, first + 2))
        clock.advance(policy.HOLD_LASTS)
        await uow.write(ExpireOrders())
        money = uow.write(captured(order_id, slow, 3 * ONE))
        taking = uow.write(hold(house, quick, first + 1))
        both = (money, taking) if first % 2 else (taking, money)
        done = await asyncio.gather(*both, return_exceptions=True)
        paid, taken = done if first % 2 else reversed(done)
        assert isinstance(paid, dict)
        assert isinstance(taken, SeatTaken) == (paid["fate"] == "tickets"), (paid, taken)
        fates[paid["fate"]] += 1
        free = 60 - len(await uow.read(lambda tx: tx.ticketing.taken(house.performance_id, tx.now)))
        assert free == 60 - 3 * fates["tickets"] - (0 if paid["fate"] == "tickets" else 1)
    assert set(fates) == {"tickets", "late"}
    await check_invariants(uow)


async def test_late_money_for_what_was_given_up_or_is_over_goes_back(uow: UnitOfWork, clock: FakeClock) -> None:
    given_up, over = await held_orders(uow, 2)
    await uow.write(LetGo(given_up.buyer_id, given_up.order_id))
    assert (await uow.write(captured(given_up.order_id, given_up.buyer_id, given_up.total)))["fate"] == "late"
    clock.advance(timedelta(days=60))
    await uow.write(ExpireOrders())
    assert (await uow.write(captured(over.order_id, over.buyer_id, over.total)))["fate"] == "late"
    await check_invariants(uow)


async def test_paying_and_expiring_at_once(uow: UnitOfWork, clock: FakeClock) -> None:
    orders = await held_orders(uow, 30)
    clock.advance(policy.HOLD_LASTS)
    paying = [uow.write(captured(order.order_id, order.buyer_id, order.total)) for order in orders]
    await asyncio.gather(*paying[:15], *(uow.write(ExpireOrders(limit=4)) for _ in range(8)), *paying[15:])
    await check_invariants(uow)


async def test_a_pre_checkout_says_yes_only_to_a_live_order(uow: UnitOfWork, clock: FakeClock) -> None:
    order, other = await held_orders(uow, 2)
    amount = Money(order.total, "EUR")
    assert await uow.write(BeginPayment(order.buyer_id, order.order_id, amount)) == order.order_id
    for wrong, reason in (
        (BeginPayment(other.buyer_id, order.order_id, amount), "payer"),
        (BeginPayment(order.buyer_id, order.order_id, Money(order.total, "CNY")), "amount"),
        (BeginPayment(order.buyer_id, order.order_id, Money(order.total + 1, "EUR")), "amount"),
        (BeginPayment(order.buyer_id, 987_654_321, amount), "order"),
    ):
        with pytest.raises(PaymentRefused) as refused:
            await uow.write(wrong)
        assert refused.value.reason == reason
    clock.advance(policy.PAYING_LASTS)
    with pytest.raises(PaymentRefused) as refused:
        await uow.write(BeginPayment(order.buyer_id, order.order_id, amount))
    assert refused.value.reason == "hold"
    await check_invariants(uow)


async def test_pressing_pay_again_and_again_keeps_no_seats_for_ever(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(small_house)
    buyer, next_one = await people(uow, 2)
    press = BeginPayment(buyer, await uow.write(hold(house, buyer, 1)), PRICE)
    for _ in range(5):  # to 40 minutes after the hold began
        await uow.write(press)
        clock.advance(timedelta(minutes=8))
    with pytest.raises(PaymentRefused):
        await uow.write(press)
    assert await uow.write(hold(house, next_one, 1))


async def test_letting_go_and_holding_again_keeps_no_seat_for_ever(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(small_house)
    (buyer,) = await people(uow, 1)
    for minutes in (1, 9, 9):  # to change one's mind, and once more, costs nothing
        order_id = await uow.write(hold(house, buyer, 1))
        clock.advance(timedelta(minutes=minutes))
        await uow.write(LetGo(buyer, order_id))
    with pytest.raises(LimitExceeded, match="cool_down"):
        await uow.write(hold(house, buyer, 1))
    clock.advance(policy.COOL_DOWN_LASTS)
    await uow.write(hold(house, buyer, 1))


async def test_to_choose_other_seats_is_to_give_nothing_up(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(small_house)
    (buyer,) = await people(uow, 1)
    for place in range(1, 8):
        order_id = await uow.write(hold(house, buyer, place))
        clock.advance(timedelta(minutes=1))
    assert (await uow.write(captured(order_id, buyer, ONE)))["fate"] == "tickets"
    for place in range(8, 10):
        await uow.write(LetGo(buyer, await uow.write(hold(house, buyer, place))))
        clock.advance(timedelta(minutes=1))
    await uow.write(hold(house, buyer, 10))


async def test_a_refund_that_stays_pending_becomes_a_task_and_may_still_be_confirmed(
    uow: UnitOfWork, clock: FakeClock
) -> None:
    (order,) = await held_orders(uow, 1)
    (manager,) = await people(uow, 1)
    await uow.write(lambda tx: tx.people.grant(manager, Grant(Role.MANAGER), None, tx.now))
    for _ in range(2):
        await uow.write(captured(order.order_id, order.buyer_id, order.total))
    provider = ScriptedProvider(RefundState.SUBMITTED)
    ticks = Ticks(uow, provider, "test")
    for _ in range(4):
        await ticks.refund()
        clock.advance(REFUND_PATIENCE / 2 + timedelta(minutes=1))
        await check_invariants(uow)
    (task,) = await uow.read(lambda tx: tx.records.open_tasks(9))
    assert task.kind == "refund_by_hand"
    provider.answer = RefundState.CONFIRMED
    await ticks.refund()
    assert list(provider.paid_back.values()) == [order.total]
    await check_invariants(uow)


async def test_reconciliation_finds_what_the_messenger_never_told(uow: UnitOfWork, clock: FakeClock) -> None:
    orders = await held_orders(uow, 6)
    provider = ScriptedProvider()
    ticks = Ticks(uow, provider, "test")
    for order in orders:
        money = Money(order.total, "EUR")
        provider.charges.append(ProviderCharge(f"c-{order.order_id}", order.order_id, money, clock.now(), 0))
    known = orders[0]
    await uow.write(captured(known.order_id, known.buyer_id, known.total, charge=f"c-{known.order_id}"))
    at_once = await asyncio.gather(ticks.reconcile(clock.now()), ticks.reconcile(clock.now()))
    assert max(at_once) == 5
    assert await ticks.reconcile(clock.now()) == 0
    assert all([await state(uow, order) == "paid" for order in orders])
    provider.charges = [replace(each, refunded_minor=1) for each in provider.charges[:1]]
    await ticks.reconcile(clock.now())  # somebody gave money back at the provider: a person has to look
    assert [task.kind for task in await uow.read(lambda tx: tx.records.open_tasks(9))] == ["refund_unknown"]
    await check_invariants(uow)


async def state(uow: UnitOfWork, order: Held) -> str:
    found = await uow.read(lambda tx: tx.ticketing.order(order.order_id))
    assert found is not None
    return found.state.value


async def test_an_order_that_costs_nothing_is_had_once(uow: UnitOfWork) -> None:
    house = await uow.write(small_house)
    free = Price("", house.concession_id, Money(0, "EUR"), 700)
    await uow.write(lambda tx: tx.programme.put_prices(house.performance_id, [free]))
    (buyer,) = await people(uow, 1)
    order_id = await uow.write(hold(house, buyer, 1, 2))
    done = await asyncio.gather(*(uow.write(PayNothing(buyer, order_id)) for _ in range(8)))
    assert set(done) == {order_id}
    await check_invariants(uow)


# Negative controls


async def test_without_the_settled_state_a_refund_is_booked_twice(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund_id = await one_refund(uow)
    original = PaymentsRepository.refund

    def never_settled(self: PaymentsRepository, refund_id: int, *, lock: bool = False) -> Any:
        found = original(self, refund_id, lock=lock)
        return replace(found, state=RefundState.REQUESTED) if found else None

    monkeypatch.setattr(PaymentsRepository, "refund", never_settled)
    for _ in range(2):
        await uow.write(SettleRefund(refund_id, RefundState.CONFIRMED))
    assert any(fault.startswith("a refund is in the journal once") for fault in await violations(uow))


async def one_refund(uow: UnitOfWork) -> int:
    (order,) = await held_orders(uow, 1)
    outcome = await uow.write(captured(order.order_id, order.buyer_id, order.total + 1))
    (refund,) = await uow.read(lambda tx: tx.payments.refunds_of_charge(outcome["charge_id"]))
    return refund.id


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_without_the_charges_key_a_charge_is_known_twice(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no order to lock, the key alone keeps two tellings of a charge apart."""
    key = next(item for item in charge.constraints if isinstance(item, UniqueConstraint))
    plain = insert(charge).returning(charge.c.id)
    monkeypatch.setattr(repository, "_ADD_CHARGE", {"postgresql": plain})
    async with without_constraint(uow, key):
        told = captured(987_654_321, None, ONE)
        await asyncio.gather(*(uow.write(told) for _ in range(8)))
        wrong = await violations(uow)
    assert any(fault.startswith("a provider's charge is known once") for fault in wrong), wrong


async def test_with_the_charges_key_it_is_known_once(uow: UnitOfWork) -> None:
    told = captured(987_654_321, None, ONE)
    outcomes = await asyncio.gather(*(uow.write(told) for _ in range(8)))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    await uow.write(Reconcile("test", ()))
    await check_invariants(uow)
