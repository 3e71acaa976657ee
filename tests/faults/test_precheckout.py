"""The pre-checkout while the database stalls: answered within 8 s, and never yes without a live claim."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import LabeledPrice

from bot import receiver
from domain.ports import Tx
from domain.ticketing.holding import ExpireOrders, HoldPlaces
from domain.ticketing.model import OrderState, Wish
from handlers.payments import precheckout
from handlers.payments.payload import payload_of
from tests.faults.stalling import LoopClock, Stall
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

WITHIN = 8.0  # s, from receipt
BUSY = "The house is very busy. You were not charged; please press Pay again in a moment."
EVERYTHING, WRITES = frozenset({"read", "write"}), frozenset({"write"})


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def about_to_pay(evening: Evening, id: int = 1001, name: str = "Anna") -> Person:
    person = await evening.guest(id, name)
    await evening.at(person, evening.theatre.concert_id)
    await person.presses("· A ·")
    await person.presses("Pay")
    return person


async def asked(evening: Evening, person: Person, **how: Any) -> asyncio.Task[Any]:
    """They press Pay, and Telegram's question has come to the house."""
    invoice = next(m["message_id"] for m in reversed(await person.messages()) if "invoice" in m)
    body = {"user": person.id, "message_id": invoice, **how}
    paying = asyncio.create_task(evening.house.post("/client/pay", body))
    async with asyncio.timeout(10):
        while not await evening.house.take_updates():
            await asyncio.wait([paying], timeout=0.01)
    return paying


async def answered(evening: Evening, paying: asyncio.Task[Any]) -> dict[str, Any]:
    async with asyncio.timeout(10):
        await evening.house.foyer.receiver.finish()
        told: dict[str, Any] = await paying
    await evening.house.settle()
    return told


async def order_of(evening: Evening, person: Person) -> tuple[OrderState, int]:
    """The state of their newest order, and how many claims it has."""
    person_id = await evening.id_of(person)

    def look(tx: Tx) -> tuple[OrderState, int]:
        order = tx.ticketing.unpaid_order(person_id, evening.theatre.concert_id)
        if order is None:
            return OrderState.PAID, len(tx.ticketing.tickets_of_holder(person_id))
        others = tx.ticketing.taken(evening.theatre.concert_id, tx.now, but_order=order.id)
        return order.state, len(tx.ticketing.taken(evening.theatre.concert_id, tx.now)) - len(others)

    return await evening.house.foyer.uow.read(look)


@pytest.mark.parametrize(
    ("seconds", "what"),
    [(0.0, EVERYTHING), (7.0, EVERYTHING), (7.0, WRITES), (9.0, WRITES), (30.0, EVERYTHING)],
    ids=["0", "7 all", "7 writes", "9 writes", "30 all"],
)
async def test_it_is_answered_in_time_however_long_the_database_stalls(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, seconds: float, what: frozenset[str]
) -> None:
    anna = await about_to_pay(evening)
    clock, stall = LoopClock(monkeypatch), Stall(evening.house.foyer.uow, what)
    stall.begin()
    began = clock.now()
    paying = await asked(evening, anna)
    clock.jump(began + min(seconds, WITHIN))
    if seconds < WITHIN:
        stall.end()
        told = await answered(evening, paying)
        assert told["status"] == "paid"
        assert await order_of(evening, anna) == (OrderState.PAID, 2)
    else:
        async with asyncio.timeout(10):
            told = await paying
        assert (told["status"], told["error"]) == ("refused", BUSY)
        assert clock.now() - began < WITHIN + 1.0
        clock.jump(began + seconds)
        stall.end()
        await evening.house.settle()
        assert (await anna.pays())["status"] == "paid"
    await check_invariants(evening.house.foyer.uow)
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_hold_that_ends_during_the_stall_is_a_no(evening: Evening) -> None:
    anna = await about_to_pay(evening)
    stall = Stall(evening.house.foyer.uow, WRITES)
    stall.begin()
    paying = await asked(evening, anna)
    evening.clock.advance(timedelta(minutes=11))
    stall.end()
    told = await answered(evening, paying)
    assert told["status"] == "refused"
    assert "given back" in told["error"]
    await check_invariants(evening.house.foyer.uow)


async def test_a_yes_means_that_the_places_are_kept(evening: Evening) -> None:
    """The money is on its way for nine minutes; the clock does its part meanwhile."""
    anna = await about_to_pay(evening)
    evening.clock.advance(timedelta(minutes=9))
    paying = await asked(evening, anna, outcome="abandoned")
    assert (await answered(evening, paying))["status"] == "abandoned"
    evening.clock.advance(timedelta(minutes=9))
    assert await evening.house.foyer.uow.write(ExpireOrders()) == 0
    assert await order_of(evening, anna) == (OrderState.PAYING, 2)
    evening.clock.advance(timedelta(minutes=2))
    assert await evening.house.foyer.uow.write(ExpireOrders()) == 1
    await evening.house.settle()
    assert "seats were given back" in await anna.sees()
    await check_invariants(evening.house.foyer.uow)


async def test_the_house_dies_between_keeping_the_places_and_saying_so(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram hears nothing; they press Pay again, and it is the same order."""
    anna = await about_to_pay(evening)
    clock = LoopClock(monkeypatch)
    await evening.house.post("/client/faults", {"method": "answerPreCheckoutQuery", "error": "drop_before"})
    paying = await asked(evening, anna)
    await evening.house.foyer.receiver.finish()
    assert await order_of(evening, anna) == (OrderState.PAYING, 2)
    clock.jump(clock.now() + 11)
    assert (await answered(evening, paying))["status"] == "timeout"
    assert (await anna.pays())["status"] == "paid"
    assert len(await evening.tickets_of(anna)) == 2
    await check_invariants(evening.house.foyer.uow)


async def test_a_pre_checkout_that_is_told_of_again_too_late_is_no_fault_of_ours(
    evening: Evening, caplog: pytest.LogCaptureFixture
) -> None:
    anna = await about_to_pay(evening)
    fault = {"method": "answerPreCheckoutQuery", "error": 400, "description": "Bad Request: query is too old"}
    await evening.house.post("/client/faults", fault)
    paying = await asked(evening, anna, outcome="abandoned")
    await evening.house.foyer.receiver.finish()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    paying.cancel()


async def test_another_payer_is_refused(evening: Evening) -> None:
    """An invoice without the parameter that keeps strangers away, as an older release might have sent it."""
    anna, eve = await about_to_pay(evening), await evening.guest(1004, "Eve")
    person_id = await evening.id_of(anna)
    order = await evening.house.foyer.uow.read(
        lambda tx: tx.ticketing.unpaid_order(person_id, evening.theatre.concert_id)
    )
    assert order is not None
    await evening.house.foyer.bot.send_invoice(
        eve.id,
        title="Anna's",
        description="Anna's seats",
        payload=payload_of(order.id),
        provider_token=evening.house.foyer.settings.payment_token.get_secret_value(),
        currency=order.total.currency,
        prices=[LabeledPrice(label="Seats", amount=order.total.minor)],
    )
    told = await eve.pays()
    assert (told["status"], told["error"]) == (
        "refused",
        "This invoice was made for somebody else. Only they can pay it.",
    )
    assert await order_of(evening, anna) == (OrderState.HELD, 2)


async def test_without_the_deadline_telegram_hears_nothing(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control. Defence: ``ANSWER_WITHIN``."""
    anna = await about_to_pay(evening)
    monkeypatch.setattr(receiver, "ANSWER_WITHIN", 60.0)
    clock, stall = LoopClock(monkeypatch), Stall(evening.house.foyer.uow, EVERYTHING)
    stall.begin()
    paying = await asked(evening, anna)
    clock.jump(clock.now() + 11)
    async with asyncio.timeout(10):
        assert (await paying)["status"] == "timeout"
    stall.end()
    await evening.house.settle()


async def test_without_the_last_look_money_is_taken_for_places_that_are_gone(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: ``begin``, which keeps the places before the yes."""

    async def nothing(*_: Any) -> int:
        return 0

    monkeypatch.setattr(precheckout, "begin", nothing)
    anna, eve = await about_to_pay(evening), await evening.guest(1004, "Eve")
    anna_id, eve_id = await evening.id_of(anna), await evening.id_of(eve)
    uow, concert_id = evening.house.foyer.uow, evening.theatre.concert_id

    def wanted(tx: Tx) -> tuple[Wish, ...]:
        order = tx.ticketing.unpaid_order(anna_id, concert_id)
        assert order is not None
        return tuple(Wish(line.place, line.concession_id) for line in tx.ticketing.lines(order.id))

    places = await uow.read(wanted)
    evening.clock.advance(timedelta(minutes=11))
    await uow.write(ExpireOrders())
    await uow.write(HoldPlaces(eve_id, concert_id, places))
    assert (await anna.pays())["status"] == "paid"
    assert await evening.tickets_of(anna) == []
    assert any("We are sorry." in text_of(message) for message in await anna.received())
