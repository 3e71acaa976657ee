"""The inbox, on both databases: stored before anything, one chat in order, again until done, nobody held up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import GetMe
from sqlalchemy import select

from bot import inbox as inbox_module
from bot import turns as turns_module
from bot.inbox import CHAT_LEASE, MOST_ATTEMPTS, Inbox
from bot.turns import Turns
from domain.codes import Keyring
from domain.errors import LostLease
from domain.people.model import AccountSeen
from domain.people.usecases import ComeIn
from handlers.ui.conversation import Conversation
from storage.stores.inbox import StoredUpdate
from storage.tables.messaging import inbox_update
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock

Handle = Callable[[StoredUpdate, bool], Awaitable[Conversation | None]]


def update(update_id: int, chat_id: int = 7, text: str = "") -> dict[str, Any]:
    chat = {"id": chat_id, "type": "private"}
    return {"update_id": update_id, "message": {"message_id": update_id, "date": 0, "chat": chat, "text": text}}


def inbox(uow: UnitOfWork, keyring: Keyring, handle: Handle, holder: str = "one") -> Inbox:
    return Inbox(uow, keyring, bot_id=1, holder=holder, handle=handle, retry_wait=0.0)


class Recorder:
    """A handler that remembers; ``fails`` says what to raise for which update, each once."""

    def __init__(self, fails: dict[int, list[Exception]] | None = None) -> None:
        self.seen: list[tuple[int, bool]] = []
        self._fails = fails or {}

    async def __call__(self, stored: StoredUpdate, replay: bool) -> Conversation | None:
        self.seen.append((stored.update_id, replay))
        if self._fails.get(stored.update_id):
            raise self._fails[stored.update_id].pop()
        return None


async def states(uow: UnitOfWork, chat_id: int = 7) -> list[int]:
    return await uow.read(lambda tx: [item.update_id for item in tx.inbox.pending(chat_id, 100)])


async def rows(uow: UnitOfWork) -> list[tuple[str, str | None]]:
    found = select(inbox_update.c.state, inbox_update.c.payload).order_by(inbox_update.c.id)
    return await uow._database.read(lambda connection: [tuple(row) for row in connection.execute(found)])


async def test_a_chat_is_served_in_the_order_of_arrival(uow: UnitOfWork, keyring: Keyring) -> None:
    handle = Recorder()
    box = inbox(uow, keyring, handle)
    await box.accept([update(5), update(3), update(9)])
    await box.accept([update(1)])
    await box.idle()
    assert [number for number, _ in handle.seen] == [5, 3, 9, 1]
    assert await states(uow) == []


async def test_an_update_delivered_again_is_handled_once(uow: UnitOfWork, keyring: Keyring) -> None:
    handle = Recorder()
    box = inbox(uow, keyring, handle)
    await box.accept([update(5), update(5)])
    await box.idle()
    await box.accept([update(5)])
    await box.idle()
    assert handle.seen == [(5, False)]


async def test_an_update_stored_while_its_chat_is_finishing_is_not_forgotten(uow: UnitOfWork, keyring: Keyring) -> None:
    handle = Recorder()
    box = inbox(uow, keyring, handle)
    for number in range(40):  # each arrives at another moment of the one before
        await box.accept([update(number)])
        for _ in range(number):
            await asyncio.sleep(0)
    await box.idle()
    assert [number for number, _ in handle.seen] == list(range(40))


async def test_what_a_killed_process_left_is_handled_as_a_replay(uow: UnitOfWork, keyring: Keyring) -> None:
    async def never(_: StoredUpdate, __: bool) -> None:
        await asyncio.Event().wait()

    killed = inbox(uow, keyring, never)
    await killed.accept([update(5), update(6)])
    for task in list(killed._workers.values()):
        task.cancel()
    await uow.write(lambda tx: tx.leases.clear())
    handle = Recorder()
    box = inbox(uow, keyring, handle, "two")
    await box.recover()
    await box.idle()
    assert handle.seen == [(5, True), (6, True)]


async def test_a_poison_update_does_not_stop_its_chat(uow: UnitOfWork, keyring: Keyring) -> None:
    person_id = await uow.write(ComeIn(AccountSeen("telegram", "7", "Anna")))
    handle = Recorder({5: [RuntimeError("poison")] * MOST_ATTEMPTS})
    box = inbox(uow, keyring, handle)
    await box.accept([update(5), update(6)])
    await box.idle()
    assert handle.seen == [(5, False)] + [(5, True)] * (MOST_ATTEMPTS - 1) + [(6, False)]
    notices = await uow.write(lambda tx: tx.notices.lease_due(tx.now, tx.now + timedelta(1), 1, 10))
    assert [(notice.person_id, notice.kind) for notice in notices] == [(person_id, "apology")]
    kept = await rows(uow)
    assert [(state, payload is not None) for state, payload in kept] == [("dead", True), ("done", False)]


async def test_telegram_being_away_is_not_the_updates_fault(uow: UnitOfWork, keyring: Keyring) -> None:
    away: list[Exception] = [TelegramNetworkError(method=GetMe(), message="away")] * (MOST_ATTEMPTS + 3)
    handle = Recorder({5: away})
    box = inbox(uow, keyring, handle)
    await box.accept([update(5)])
    await box.idle()
    assert len(handle.seen) == MOST_ATTEMPTS + 4
    assert await states(uow) == []


class Moody:
    """Telegram fails at what is in ``fails``; each try of an update says so in ``tried``."""

    def __init__(self, *fails: int) -> None:
        self.fails = set(fails)
        self.tried: asyncio.Queue[int] = asyncio.Queue()
        self.done: list[int] = []

    async def __call__(self, stored: StoredUpdate, _: bool) -> Conversation:
        self.tried.put_nowait(stored.update_id)
        if stored.update_id in self.fails:
            raise TelegramServerError(method=GetMe(), message="Internal Server Error")
        self.done.append(stored.update_id)
        return Conversation(stored.chat_id)

    async def answered(self, update_id: int) -> None:
        while update_id not in self.done:
            await self.tried.get()

    async def try_again(self, update_id: int, times: int = 2) -> None:
        """Returns when the update has been tried so often from now on: all but the last try have been judged."""
        while not self.tried.empty():
            self.tried.get_nowait()
        while times:
            times -= await self.tried.get() == update_id


async def test_an_update_at_which_telegram_fails_for_ever_does_not_stop_its_chat(
    uow: UnitOfWork, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Moody(5)
    box = inbox(uow, keyring, handle)
    await box.accept([update(5), update(6)])
    for number in range(MOST_ATTEMPTS):
        await box.accept([update(100 + number, chat_id=8)])
        await handle.answered(100 + number)
        await handle.try_again(5)
    assert await states(uow) == [5, 6]  # it may pass within minutes
    monkeypatch.setattr("bot.inbox._OUTAGE", 0.0)  # the minutes are over
    async with asyncio.timeout(20):
        for number in range(MOST_ATTEMPTS - 1):
            await handle.try_again(5, MOST_ATTEMPTS)
            assert await states(uow) == [5, 6]  # a failure counts once for each time that another is answered
            await box.accept([update(200 + number, chat_id=8)])
            await handle.answered(200 + number)
        await box.idle()
    assert handle.done[-1] == 6
    assert [state for state, _ in await rows(uow)][:2] == ["dead", "done"]


async def test_an_outage_of_telegram_makes_no_dead_letters(
    uow: UnitOfWork, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Moody(5, 6, 7)
    box = inbox(uow, keyring, handle)
    monkeypatch.setattr("bot.inbox._OUTAGE", 0.0)  # it has lasted for hours
    async with asyncio.timeout(20):
        await box.accept([update(number, chat_id=number) for number in (4, 5, 6, 7)])  # one was still answered
        for number in (5, 6, 7):
            await handle.try_again(number, 2 * MOST_ATTEMPTS)
        handle.fails.clear()
        await box.idle()
    assert sorted(handle.done) == [4, 5, 6, 7]
    assert [state for state, _ in await rows(uow)] == ["done"] * 4


async def test_who_stops_while_telegram_is_away_leaves_the_update_to_the_next_start(
    uow: UnitOfWork, keyring: Keyring
) -> None:
    async def away(_: StoredUpdate, __: bool) -> None:
        raise TelegramNetworkError(method=GetMe(), message="away")

    box = inbox(uow, keyring, away)
    await box.accept([update(5), update(6)])
    async with asyncio.timeout(10):
        await box.stop()
    assert await states(uow) == [5, 6]
    handle = Recorder()
    after = inbox(uow, keyring, handle, "two")  # the lease was given back: it need not run out
    await after.recover()
    await after.idle()
    assert handle.seen == [(5, True), (6, True)]


async def test_telegram_is_left_alone_for_as_long_as_it_wants(
    uow: UnitOfWork, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("bot.inbox.asyncio.sleep", sleep)
    handle = Recorder({5: [TelegramRetryAfter(method=GetMe(), message="slowly", retry_after=12)]})
    box = inbox(uow, keyring, handle)
    await box.accept([update(5)])
    await box.idle()
    assert sum(slept) == 12
    assert max(slept) < CHAT_LEASE.total_seconds() / 3  # and renews the lease meanwhile
    assert len(handle.seen) == 2


async def test_a_slow_process_that_lost_the_chat_overwrites_nothing(
    uow: UnitOfWork, keyring: Keyring, clock: FakeClock
) -> None:
    gate = asyncio.Event()

    async def slow(stored: StoredUpdate, _: bool) -> Conversation:
        await gate.wait()
        return Conversation(stored.chat_id, here="old")

    async def quick(stored: StoredUpdate, _: bool) -> Conversation:
        return Conversation(stored.chat_id, here="new")

    frozen, other = inbox(uow, keyring, slow), inbox(uow, keyring, quick, "two")
    await frozen.accept([update(5)])
    clock.advance(CHAT_LEASE)
    await other.recover()
    await other.idle()
    workers = list(frozen._workers.values())
    gate.set()
    await asyncio.wait(workers)
    assert isinstance(workers[0].exception(), LostLease)
    assert (await uow.read(lambda tx: tx.conversations.get(7))).here == "new"
    await frozen.stop()


async def test_a_long_queue_keeps_its_chat(uow: UnitOfWork, keyring: Keyring, clock: FakeClock) -> None:
    """Ten updates of 20 s each take longer than one lease lasts."""

    async def handle(_: StoredUpdate, __: bool) -> None:
        clock.advance(timedelta(seconds=20))
        held = await uow.write(lambda tx: tx.leases.acquire("chat:7", "two", tx.now + CHAT_LEASE, tx.now))
        assert held is None

    box = inbox(uow, keyring, handle)
    await box.accept([update(number) for number in range(10)])
    await box.idle()
    assert [state for state, _ in await rows(uow)] == ["done"] * 10


async def test_another_process_takes_up_what_a_dead_one_left(
    uow: UnitOfWork, keyring: Keyring, clock: FakeClock
) -> None:
    async def never(_: StoredUpdate, __: bool) -> None:
        await asyncio.Event().wait()

    killed = inbox(uow, keyring, never)
    await killed.accept([update(5)])
    for task in list(killed._workers.values()):
        task.cancel()
    handle = Recorder()
    living = inbox(uow, keyring, handle, "two")
    await living.adopt()
    await living.idle()
    assert handle.seen == []  # not as long as it may be alive
    clock.advance(CHAT_LEASE + timedelta(seconds=1))
    await living.adopt()
    await living.idle()
    assert handle.seen == [(5, True)]


async def test_two_processes_never_serve_a_chat_at_once(uow: UnitOfWork, keyring: Keyring) -> None:
    busy: set[int] = set()
    met: list[int] = []
    order: list[int] = []

    async def handle(stored: StoredUpdate, _: bool) -> None:
        if stored.chat_id in busy:
            met.append(stored.update_id)
        busy.add(stored.chat_id)
        await asyncio.sleep(0)
        await uow.read(lambda tx: tx.inbox.chats_pending(1))
        busy.discard(stored.chat_id)
        order.append(stored.update_id)

    boxes = [inbox(uow, keyring, handle, name) for name in ("one", "two")]
    for number in range(60):
        await boxes[number % 2].accept([update(number, chat_id=number % 3)])
    await asyncio.gather(*(box.idle() for box in boxes))
    assert not met
    assert sorted(order) == list(range(60))
    for chat_id in range(3):
        mine = [number for number in order if number % 3 == chat_id]
        assert mine == sorted(mine)


async def test_a_dead_process_keeps_a_chat_no_longer_than_its_lease(
    uow: UnitOfWork, keyring: Keyring, clock: FakeClock
) -> None:
    await uow.write(lambda tx: tx.leases.acquire("chat:7", "dead", tx.now + CHAT_LEASE, tx.now))
    handle = Recorder()
    box = inbox(uow, keyring, handle)
    await box.accept([update(5)])
    assert handle.seen == []
    clock.advance(CHAT_LEASE)
    await box.idle()
    assert handle.seen == [(5, True)]  # whoever held the chat may have tried it


@pytest.mark.parametrize("text", ["https://t.me/x?start={}", "/start {}"])
async def test_no_secret_is_stored(uow: UnitOfWork, keyring: Keyring, text: str) -> None:
    from domain.codes import CodeKind

    code = keyring.seal(CodeKind.TICKET, 1)
    payloads = []

    async def handle(stored: StoredUpdate, _: bool) -> None:
        payloads.append(stored.payload)

    box = inbox(uow, keyring, handle)
    await box.accept([update(5, text=text.format(code))])
    await box.idle()
    assert code not in payloads[0]
    assert "~T1" in json.loads(payloads[0])["message"]["text"]


class Slow:
    """A handler that ends when it is told to; ``begun`` are the chats whose updates it has taken up, in order."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.go = asyncio.Event()
        self.news = asyncio.Event()

    async def __call__(self, stored: StoredUpdate, replay: bool) -> Conversation | None:
        self.begun.append(stored.chat_id)
        self.news.set()
        await self.go.wait()
        return None


async def test_an_alarm_goes_past_the_line(uow: UnitOfWork, keyring: Keyring) -> None:
    """Two are worked on at once; the report that comes last is taken up as the third."""
    handle = Slow()
    box = Inbox(uow, keyring, bot_id=1, holder="one", handle=handle, retry_wait=0.0, turns=Turns(2))
    await box.accept([update(number, chat_id=number) for number in range(1, 9)])
    await box.accept([update(9, chat_id=9, text="/incident")])
    while 9 not in handle.begun:
        handle.news.clear()
        await handle.news.wait()
    assert handle.begun == [1, 2, 9]
    handle.go.set()
    await box.idle()
    assert handle.begun == [1, 2, 9, *range(3, 9)]


async def test_without_telling_them_apart_an_alarm_waits_in_line(
    uow: UnitOfWork, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: what is urgent is known before its turn."""
    monkeypatch.setattr(turns_module, "is_urgent", lambda _: False)
    handle = Slow()
    handle.go.set()
    box = Inbox(uow, keyring, bot_id=1, holder="one", handle=handle, retry_wait=0.0, turns=Turns(2))
    await box.accept([*(update(number, chat_id=number) for number in range(1, 9)), update(9, 9, "/incident")])
    await box.idle()
    assert handle.begun == [*range(1, 10)]


async def test_who_waits_for_telegram_lends_their_turn(uow: UnitOfWork, keyring: Keyring) -> None:
    turns, slow = Turns(1), Slow()

    async def handle(stored: StoredUpdate, replay: bool) -> Conversation | None:
        with turns.lent():
            return await slow(stored, replay)

    box = Inbox(uow, keyring, bot_id=1, holder="one", handle=handle, retry_wait=0.0, turns=turns)
    await box.accept([update(number, chat_id=number) for number in (1, 2, 3)])
    while len(slow.begun) < 3:
        slow.news.clear()
        await slow.news.wait()
    slow.go.set()
    await box.idle()
    assert turns.line_up("{}").done()  # everything was given back


async def test_who_stops_leaves_the_line_as_it_is(
    uow: UnitOfWork, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "_LONGEST_WAIT", 0.01)
    handle = Slow()
    box = Inbox(uow, keyring, bot_id=1, holder="one", handle=handle, retry_wait=0.0, turns=Turns(1))
    await box.accept([update(1, chat_id=1), update(2, chat_id=2)])
    await handle.news.wait()
    stopping = asyncio.create_task(box.stop())
    await box._workers[2]
    handle.go.set()
    await stopping
    assert handle.begun == [1]
    assert await states(uow, 2) == [2]
