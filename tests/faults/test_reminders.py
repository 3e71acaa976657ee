"""A thousand reminders through restarts, deaths in the middle of a send, and a messenger that wants to be left alone.

``FOYER_TEST_RESTARTS`` says how many restarts (108 with 1,000 reminders, as the house promises); the default keeps the
suite short. ``FOYER_TEST_STORM`` says how many sends go through the storm (10,000).
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from telegram.error import RetryAfter

from bot import courier as courier_module
from bot.courier import LEASE, Courier
from bot.scheduler import Ticks
from bot.sender import Sender
from domain.notices import LANES, Lane, Notice, NoticeKind
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from handlers.ui.screen import Screen
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.screens import FakeLinks

RESTARTS = int(os.environ.get("FOYER_TEST_RESTARTS", "9"))
REMINDERS = RESTARTS * 1000 // 108
STORM = int(os.environ.get("FOYER_TEST_STORM", "1000"))
EACH_HALT = 5  # s that the messenger asks for
HALTS_EVERY = 23  # calls


@dataclass
class Phones:
    """Stands for the sender: counts what arrives where. ``storm``: the clock, where it now and then asks for peace."""

    arrived: Counter[int] = field(default_factory=Counter)
    order: list[int] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    storm: FakeClock | None = None
    calls: int = 0
    too_early: int = 0
    _peace_until: Any = None

    async def send(self, chat_id: int, outgoing: object) -> int:
        if self.storm is not None:
            self._weather(self.storm)
        await asyncio.sleep(0)
        self.arrived[chat_id] += 1
        self.order.append(chat_id)
        self.news.set()
        return len(self.order)

    def _weather(self, clock: FakeClock) -> None:
        now = clock.advance(timedelta(seconds=1 / 25))
        self.calls += 1
        if self._peace_until is not None and now < self._peace_until:
            self.too_early += 1
        if self.calls % HALTS_EVERY == 0:
            self._peace_until = now + timedelta(seconds=EACH_HALT)
            raise RetryAfter(EACH_HALT)


@pytest.fixture(autouse=True)
def look_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not the courier looks whether it can be; else the tests would wait for that."""
    monkeypatch.setattr(courier_module, "_LONGEST_SLEEP", 0.005)


def a_courier(uow: UnitOfWork, phones: Phones, clock: FakeClock, holder: str) -> Courier:
    courier = Courier(uow, cast(Sender, phones), FakeLinks(), clock, holder, chat_interval=0.0)  # type: ignore[arg-type]
    uow.on_commit[:] = [courier.woken]
    return courier


async def reminded(uow: UnitOfWork, clock: FakeClock, count: int) -> list[int]:
    """So many persons with a ticket for a performance in two hours; two processes find at the same moment that they are
    to be reminded. Gives their chats."""

    def furnish(tx: Tx) -> tuple[SmallHouse, list[int]]:
        house = small_house(tx, capacity=count)
        chats = []
        for place in range(1, count + 1):
            person_id = somebody(tx)
            order_id = HoldPlaces(person_id, house.performance_id, (Wish(place, house.concession_id),))(tx)
            order = tx.ticketing.order(order_id)
            assert order is not None
            CapturePayment(Captured("test", f"charge-{order_id}", "", order_id, order.total, person_id))(tx)
            chats.append(int(tx.people.external_id(person_id, "telegram") or 0))
        return house, chats

    _, chats = await uow.write(furnish)
    phones = Phones()
    while await a_courier(uow, phones, clock, "before").work_off():  # the tickets themselves
        pass
    clock.advance(timedelta(days=7, hours=-1))
    ticks = [Ticks(uow, cast(Any, None), holder) for holder in ("one", "two")]
    await asyncio.gather(*(tick.remind() for tick in ticks))
    return chats


async def fates(uow: UnitOfWork) -> Counter[str]:
    counts = await uow.read(lambda tx: tx.notices.counts())
    return Counter(counts)


async def restarted(uow: UnitOfWork, clock: FakeClock, phones: Phones, count: int) -> None:
    """Two processes, one of them always being replaced, until everything is sent."""
    old = a_courier(uow, phones, clock, "0")
    running = asyncio.create_task(old.run())
    for number in range(1, RESTARTS + 1):
        new = a_courier(uow, phones, clock, str(number))
        following = asyncio.create_task(new.run())
        phones.news.clear()
        if sum(phones.arrived.values()) < count * number // (RESTARTS + 1):
            await asyncio.wait_for(phones.news.wait(), 30)
        old.stop()
        await running
        old, running = new, following
    while (await fates(uow))["due"]:
        phones.news.clear()
        await asyncio.sleep(0)
    old.stop()
    await running


async def test_restarts_lose_and_double_nothing(uow: UnitOfWork, clock: FakeClock) -> None:
    chats = await reminded(uow, clock, REMINDERS)
    before, phones = await fates(uow), Phones()
    await restarted(uow, clock, phones, REMINDERS)
    assert phones.arrived == Counter(chats)
    assert (await fates(uow)) == Counter({"sent": before["sent"] + REMINDERS})
    await check_invariants(uow)


async def test_without_a_lease_two_couriers_double(uow: UnitOfWork, clock: FakeClock) -> None:
    """Negative control. Defences: the courier's lease, and that of each row."""
    chats = await reminded(uow, clock, 20)
    rows = await uow.write(lambda tx: tx.notices.lease_due(tx.now, tx.now + LEASE, 1, 50))
    phones = Phones()
    for holder in "ab":
        courier = a_courier(uow, phones, clock, holder)
        for row in rows:
            await courier._deliver(row, 1)
    assert phones.arrived == Counter(dict.fromkeys(chats, 2))


async def killed_while_sending(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, count: int
) -> Phones:
    """Every other send is the last thing that its process does; the next one comes when its leases have run out. The
    same with real processes and kill -9: test_kill.py, "before the courier settles"."""
    phones, deaths = Phones(), [0]
    settle: Callable[..., Any] = Courier._settle

    async def or_die(self: Courier, row: Any, *args: Any, **more: Any) -> None:
        if row.id % 2:
            deaths[0] += 1
            return
        await settle(self, row, *args, **more)

    monkeypatch.setattr(Courier, "_settle", or_die)
    await a_courier(uow, phones, clock, "dies").work_off()
    monkeypatch.setattr(Courier, "_settle", settle)
    assert deaths[0] >= count // 2 - 1
    clock.advance(2 * LEASE)
    while await a_courier(uow, phones, clock, "lives").work_off():
        pass
    return phones


async def test_killed_in_the_window_a_reminder_comes_at_most_once(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = await reminded(uow, clock, 40)
    before = await fates(uow)
    phones = await killed_while_sending(uow, clock, monkeypatch, 40)
    assert phones.arrived == Counter(chats)
    after = await fates(uow) - before
    assert after["unknown"] + after["sent"] == 40  # every unknown fate is counted
    assert after["unknown"] >= 19


async def test_what_is_no_courtesy_would_come_twice(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: a courtesy whose fate is unknown is not sent again."""
    monkeypatch.setitem(cast(Any, LANES), NoticeKind.REMINDER, Lane.TICKETS)
    chats = await reminded(uow, clock, 40)
    phones = await killed_while_sending(uow, clock, monkeypatch, 40)
    assert set(phones.arrived) == set(chats)
    assert max(phones.arrived.values()) == 2


async def through_the_storm(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> tuple[Phones, set[int]]:
    """Gives what arrived, and the chats that safety was for."""
    monkeypatch.setattr(courier_module, "NOTICES", {kind: lambda *_: [Screen("x")] for kind in NoticeKind})
    monkeypatch.setitem(cast(Any, LANES), NoticeKind.APOLOGY, Lane.SAFETY)

    def fill(tx: Tx) -> set[int]:
        urgent = set()
        for number in range(STORM):
            person_id = somebody(tx)
            kind = NoticeKind.APOLOGY if number % 10 == 9 else NoticeKind.SALES_OPEN
            tx.notify(Notice(person_id, kind, f"storm:{number}"))
            if kind is NoticeKind.APOLOGY:
                urgent.add(int(tx.people.external_id(person_id, "telegram") or 0))
        return urgent

    urgent = await uow.write(fill)
    phones = Phones(storm=clock)
    courier = a_courier(uow, phones, clock, "storm")
    for _ in range(2 * STORM):  # simulated time: whenever the courier waits, it is later
        if not await courier.work_off():
            if not (await fates(uow))["due"]:
                break
            clock.advance(timedelta(seconds=1))
    return phones, urgent


async def test_in_a_storm_none_goes_before_its_time_each_once_safety_first(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones, urgent = await through_the_storm(uow, clock, monkeypatch)
    assert phones.too_early == 0
    assert len(phones.arrived) == STORM
    assert set(phones.arrived.values()) == {1}
    # While the last of them are in hand, a free hand may already bring what matters less.
    assert set(phones.order[: len(urgent) - courier_module._HANDS]) <= urgent
    assert urgent <= set(phones.order[: len(urgent) + courier_module._HANDS])
    assert await fates(uow) == Counter({"sent": STORM})


async def test_without_the_halt_it_goes_on_hammering(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: on 429 the whole courier halts."""
    monkeypatch.setattr(Courier, "halt", lambda *_: None)  # nor does it look again before it sends
    phones, _ = await through_the_storm(uow, clock, monkeypatch)
    assert phones.too_early > STORM / 10
