"""Money that goes astray between the messenger, the provider and the house: every charge's ledger balances."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.emulator import TEST_PROVIDER_TOKEN
from domain.payments.model import Refund, RefundState
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.tables.payments import charge, refund
from tests.faults.stalling import LoopClock
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def invoiced(evening: Evening, person: Person) -> None:
    await evening.at(person, evening.theatre.concert_id)
    await person.presses("· A ·")
    await person.presses("Pay")


async def late_money(evening: Evening) -> Person:
    """Anna's bank takes its time; her places are gone to Zoe when the money comes. Gives Anna."""
    anna, zoe = await evening.guest(), await evening.guest(7777, "Zoe")
    await invoiced(evening, anna)
    order = await unpaid(evening, anna)
    paying = await consented(evening, anna)
    evening.clock.advance(timedelta(minutes=11))
    wishes = tuple(Wish(place, evening.theatre.full_id) for place in order)
    await evening.house.foyer.uow.write(HoldPlaces(await evening.id_of(zoe), evening.theatre.concert_id, wishes))
    assert (await paying)["status"] == "paid"
    await evening.house.settle()
    assert any("We are sorry." in text_of(message) for message in await anna.received())
    return anna


async def consented(evening: Evening, person: Person, message: int = -1) -> asyncio.Task[Any]:
    """They have pressed Pay under an invoice, and the house has agreed; the word of the money is still on its way."""
    invoices = [m["message_id"] for m in await person.messages() if "invoice" in m]
    body = {"user": person.id, "message_id": invoices[message]}
    paying = asyncio.create_task(evening.house.post("/client/pay", body))
    async with asyncio.timeout(10):
        while not await evening.house.take_updates():
            await asyncio.wait([paying], timeout=0.01)
        await evening.house.foyer.receiver.finish()
        await asyncio.wait([paying])
    return paying


async def unpaid(evening: Evening, person: Person) -> list[int]:
    """The places of their unpaid order."""
    person_id = await evening.id_of(person)

    def look(tx: Tx) -> list[int]:
        order = tx.ticketing.unpaid_order(person_id, evening.theatre.concert_id)
        assert order is not None
        return [line.place for line in tx.ticketing.lines(order.id)]

    return await evening.house.foyer.uow.read(look)


async def refunds(evening: Evening) -> list[str]:
    def states(connection: Connection) -> list[str]:
        return list(connection.execute(select(refund.c.state).order_by(refund.c.id)).scalars())

    return await evening.house.foyer.uow._database.read(states)


async def tick(evening: Evening) -> list[str]:
    """The clock's turn; gives the refunds' states, the ledger balanced."""
    await evening.house.foyer.ticks.refund()
    await evening.house.settle()
    await check_invariants(evening.house.foyer.uow)
    return await refunds(evening)


async def settled_by_provider(evening: Evening, status: str) -> None:
    """The provider decides what it has kept waiting."""
    headers = {"Authorization": f"Bearer {TEST_PROVIDER_TOKEN}"}
    async with evening.house.http.get(f"{evening.house.base}/provider/charges", headers=headers) as response:
        (charge,) = (await response.json())["charges"]
    url = f"{evening.house.base}/provider/refunds?charge={charge['id']}"
    async with evening.house.http.get(url, headers=headers) as response:
        (waiting,) = (await response.json())["refunds"]
    body = {"status": status}
    url = f"{evening.house.base}/provider/refunds/{waiting['id']}/settle"
    async with evening.house.http.post(url, json=body) as response:
        assert response.status == 200


async def script(evening: Evening, outcome: str) -> None:
    url = f"{evening.house.base}/provider/script"
    async with evening.house.http.post(url, json={"refunds": outcome, "times": 1}) as response:
        assert response.status == 200


async def test_late_money_goes_back(evening: Evening) -> None:
    anna = await late_money(evening)
    assert await tick(evening) == [RefundState.CONFIRMED]
    assert "on the way back" in await anna.sees()
    assert await tick(evening) == [RefundState.CONFIRMED]
    assert await evening.tickets_of(anna) == []


@pytest.mark.parametrize(
    ("status", "state"), [("succeeded", RefundState.CONFIRMED), ("failed", RefundState.FAILED)], ids=["well", "badly"]
)
async def test_a_refund_that_is_kept_waiting_ends(evening: Evening, status: str, state: RefundState) -> None:
    await script(evening, "pending")
    await late_money(evening)
    assert await tick(evening) == [RefundState.SUBMITTED]
    evening.clock.advance(timedelta(minutes=2))
    assert await tick(evening) == [RefundState.SUBMITTED]
    await settled_by_provider(evening, status)
    evening.clock.advance(timedelta(hours=1))
    assert await tick(evening) == [state]


async def test_a_refund_that_fails_is_a_task_for_somebody(evening: Evening) -> None:
    owner = await evening.guest(900, "Olga")
    await script(evening, "fail")
    await late_money(evening)
    assert await tick(evening) == [RefundState.FAILED]
    await owner.says("/tasks")
    assert any("1,360" in text_of(message) for message in await owner.received())


@pytest.mark.parametrize("error", ["drop", "drop_before", 500])
async def test_the_provider_is_asked_again_until_it_answers_and_pays_back_once(
    evening: Evening, error: str | int
) -> None:
    await late_money(evening)
    await evening.house.post("/client/faults", {"method": "provider.refund", "error": error})
    assert await tick(evening) != [RefundState.FAILED]
    evening.clock.advance(timedelta(minutes=2))
    assert await tick(evening) == [RefundState.CONFIRMED]
    assert await paid_back(evening) == [136000]


async def paid_back(evening: Evening) -> list[int]:
    """What the provider has given back, charge by charge."""
    headers = {"Authorization": f"Bearer {TEST_PROVIDER_TOKEN}"}
    async with evening.house.http.get(f"{evening.house.base}/provider/charges", headers=headers) as response:
        return [charge["amount_refunded"] for charge in (await response.json())["charges"]]


async def test_two_invoices_of_one_order_paid_at_once(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both were agreed to before either was paid: one gives the tickets, the other goes back."""
    anna = await evening.guest()
    await invoiced(evening, anna)
    await anna.presses("💳")
    invoices = [m["message_id"] for m in await anna.messages() if "invoice" in m]
    clock, house = LoopClock(monkeypatch), evening.house
    bodies = [{"user": anna.id, "message_id": invoice, "delay": 60} for invoice in invoices]
    paying = [asyncio.create_task(house.post("/client/pay", body)) for body in bodies]
    asked = 0
    async with asyncio.timeout(10):
        while asked < len(bodies):
            asked += await house.take_updates()
            await asyncio.wait(paying, timeout=0.01)
        await house.foyer.receiver.finish()
    clock.jump(clock.now() + 61)
    async with asyncio.timeout(10):
        await asyncio.wait(paying)
    assert [task.result()["status"] for task in paying] == ["paid", "paid"]
    await house.settle()
    assert len(await evening.tickets_of(anna)) == 2
    assert await tick(evening) == [RefundState.CONFIRMED]
    assert sorted(await paid_back(evening)) == [0, 136000]


async def test_money_whose_news_was_lost_is_found(evening: Evening) -> None:
    anna = await evening.guest()
    await invoiced(evening, anna)
    await pays_unheard(evening, anna)
    assert await evening.tickets_of(anna) == []
    assert await evening.house.foyer.ticks.reconcile() == 1
    await evening.house.settle()
    assert len(await evening.tickets_of(anna)) == 2
    assert await evening.house.foyer.ticks.reconcile() == 0
    assert await balance(evening) == {"captured": 136000, "known": 136000}
    await check_invariants(evening.house.foyer.uow)


async def test_late_money_that_reconciliation_finds_before_telegram_tells_of_it(evening: Evening) -> None:
    anna, zoe = await evening.guest(), await evening.guest(7777, "Zoe")
    await invoiced(evening, anna)
    wishes = tuple(Wish(place, evening.theatre.full_id) for place in await unpaid(evening, anna))
    await consented(evening, anna)
    evening.clock.advance(timedelta(minutes=11))
    await evening.house.foyer.uow.write(HoldPlaces(await evening.id_of(zoe), evening.theatre.concert_id, wishes))
    assert await evening.house.foyer.ticks.reconcile() == 1
    await evening.house.settle()
    said = [text_of(message) for message in await anna.received()]
    assert sum("We are sorry." in text for text in said) == 2  # at once, and with the refund
    assert not any("no longer there" in text for text in said)
    assert await tick(evening) == [RefundState.CONFIRMED]


async def test_without_reconciliation_lost_money_stays_lost(evening: Evening) -> None:
    """Negative control. Defence: the tick that asks the provider."""
    anna = await evening.guest()
    await invoiced(evening, anna)
    await pays_unheard(evening, anna)
    evening.clock.advance(timedelta(minutes=11))
    await evening.house.foyer.ticks.expire_orders()
    await tick(evening)
    assert await evening.tickets_of(anna) == []
    assert await balance(evening) == {"captured": 136000, "known": 0}


async def pays_unheard(evening: Evening, person: Person) -> None:
    """The money is taken and Telegram never says so."""
    invoice = next(m["message_id"] for m in reversed(await person.messages()) if "invoice" in m)
    body = {"user": person.id, "message_id": invoice, "lost": True}
    paying = asyncio.create_task(evening.house.post("/client/pay", body))
    async with asyncio.timeout(10):
        while not paying.done():
            await evening.house.settle()
            await asyncio.wait([paying], timeout=0.01)
    assert paying.result()["status"] == "paid"


async def balance(evening: Evening) -> dict[str, int]:
    headers = {"Authorization": f"Bearer {TEST_PROVIDER_TOKEN}"}
    async with evening.house.http.get(f"{evening.house.base}/provider/charges", headers=headers) as response:
        captured = sum(told["amount"] for told in (await response.json())["charges"])

    def known(connection: Connection) -> int:
        return int(connection.execute(select(func.coalesce(func.sum(charge.c.amount_minor), 0))).scalar_one())

    return {"captured": captured, "known": await evening.house.foyer.uow._database.read(known)}


async def test_without_the_key_a_refund_that_was_made_is_taken_for_failed(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: the refund's idempotency key, the same at each attempt."""
    anna, keys = await late_money(evening), count()
    monkeypatch.setattr(Refund, "idempotency_key", property(lambda _: f"key-{next(keys)}"))
    await evening.house.post("/client/faults", {"method": "provider.refund", "error": "drop"})
    await tick(evening)
    evening.clock.advance(timedelta(minutes=2))
    # Asked under another key, the provider says that there is nothing left to give back: a task for a false alarm.
    assert await tick(evening) == [RefundState.FAILED]
    assert await paid_back(evening) == [136000]
    assert await evening.tickets_of(anna) == []
