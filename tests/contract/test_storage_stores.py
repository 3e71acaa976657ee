"""What the process keeps: inbox, leases, notices, cards, conversations, picture files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from domain.notices import Notice, NoticeKind
from storage.stores.cards import CardState
from storage.stores.conversations import Conversation
from storage.stores.notices import NoticeState
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import somebody

MINUTE = timedelta(minutes=1)
BOT, ALICE, BOB = 1, 501, 502


class TestInbox:
    async def test_an_update_is_stored_once(self, uow: UnitOfWork) -> None:
        updates = [(10, ALICE, "{1}"), (11, BOB, "{2}"), (10, ALICE, "{1}")]
        stored = await uow.write(lambda tx: tx.inbox.add(BOT, updates, tx.now))
        assert [(update.update_id, update.chat_id) for update in stored] == [(10, ALICE), (11, BOB)]
        again = await uow.write(lambda tx: tx.inbox.add(BOT, [*updates, (12, BOB, "{3}")], tx.now))
        assert [update.update_id for update in again] == [12]
        other_bot = await uow.write(lambda tx: tx.inbox.add(BOT + 1, updates[:1], tx.now))
        assert len(other_bot) == 1
        assert await uow.write(lambda tx: tx.inbox.add(BOT, [], tx.now)) == []

    async def test_the_order_is_that_of_arrival_not_of_numbers(self, uow: UnitOfWork) -> None:
        """Telegram restarts its numbers."""
        await uow.write(lambda tx: tx.inbox.add(BOT, [(900, ALICE, "a")], tx.now))
        await uow.write(lambda tx: tx.inbox.add(BOT, [(7, ALICE, "b"), (5, ALICE, "c"), (6, BOB, "d")], tx.now))
        pending = await uow.read(lambda tx: tx.inbox.pending(ALICE, 10))
        assert [update.payload for update in pending] == ["a", "b", "c"]
        assert await uow.read(lambda tx: tx.inbox.chats_pending(10)) == [ALICE, BOB]
        assert len(await uow.read(lambda tx: tx.inbox.pending(ALICE, 2))) == 2

    async def test_handled_failed_and_dead(self, uow: UnitOfWork, clock: FakeClock) -> None:
        first, second, third = await uow.write(
            lambda tx: tx.inbox.add(BOT, [(n, ALICE, f"payload {n}") for n in (1, 2, 3)], tx.now)
        )
        await uow.write(lambda tx: tx.inbox.finish(first.inbox_id))
        assert [await uow.write(lambda tx: tx.inbox.fail(second.inbox_id)) for _ in range(3)] == [1, 2, 3]
        await uow.write(lambda tx: tx.inbox.bury(third.inbox_id))
        (waiting,) = await uow.read(lambda tx: tx.inbox.pending(ALICE, 10))
        assert (waiting.inbox_id, waiting.attempts) == (second.inbox_id, 3)
        # Handled ones are known for as long as they may come again, without what they said.
        assert await uow.write(lambda tx: tx.inbox.add(BOT, [(1, ALICE, "payload 1")], tx.now)) == []
        assert await uow.write(lambda tx: tx.inbox.purge(tx.now)) == 0
        clock.advance(timedelta(hours=49))
        assert await uow.write(lambda tx: tx.inbox.purge(tx.now - timedelta(hours=48))) == 1
        assert len(await uow.read(lambda tx: tx.inbox.pending(ALICE, 10))) == 1

    async def test_effects_are_purged_with_their_updates(self, uow: UnitOfWork, clock: FakeClock) -> None:
        await uow.write(lambda tx: 1, handled=(1, 0))
        clock.advance(MINUTE)
        await uow.write(lambda tx: 2, handled=(2, 0))
        await uow.write(lambda tx: tx.inbox.purge(tx.now))
        assert await uow.read(lambda tx: (tx.inbox.outcome(1, 0), tx.inbox.outcome(2, 0))) == (None, (2,))


class TestLeases:
    async def test_two_holders(self, uow: UnitOfWork, clock: FakeClock) -> None:
        def acquire(holder: str) -> Callable[[StorageTx], int | None]:
            return lambda tx: tx.leases.acquire("courier", holder, tx.now + MINUTE, tx.now)

        assert await uow.write(acquire("a")) == 1
        assert await uow.write(acquire("b")) is None
        assert await uow.write(acquire("a")) == 1  # one's own
        clock.advance(MINUTE)
        assert await uow.read(lambda tx: tx.leases.held_epoch("courier", "a", tx.now)) is None
        assert await uow.write(acquire("b")) == 2
        assert await uow.write(acquire("a")) is None
        assert await uow.read(lambda tx: tx.leases.held_epoch("courier", "b", tx.now)) == 2

    async def test_renewing_and_releasing_need_the_epoch(self, uow: UnitOfWork, clock: FakeClock) -> None:
        epoch = await uow.write(lambda tx: tx.leases.acquire("poller", "a", tx.now + MINUTE, tx.now))
        assert epoch == 1
        assert await uow.write(lambda tx: tx.leases.renew("poller", "a", 1, tx.now + 3 * MINUTE))
        clock.advance(2 * MINUTE)
        assert await uow.write(lambda tx: tx.leases.acquire("poller", "b", tx.now + MINUTE, tx.now)) is None
        assert await uow.write(lambda tx: tx.leases.release("poller", "a", 1))
        assert await uow.write(lambda tx: tx.leases.acquire("poller", "b", tx.now + MINUTE, tx.now)) == 2
        assert not await uow.write(lambda tx: tx.leases.renew("poller", "a", 1, tx.now + MINUTE))
        assert not await uow.write(lambda tx: tx.leases.release("poller", "a", 1))
        assert not await uow.write(lambda tx: tx.leases.renew("poller", "b", 1, tx.now + MINUTE))

    async def test_a_chat_is_left_when_nothing_waits_there(self, uow: UnitOfWork) -> None:
        def leave(holder: str) -> Callable[[StorageTx], bool | None]:
            return lambda tx: tx.leases.leave_chat(7, holder, 1, tx.now + MINUTE)

        def take(holder: str) -> Callable[[StorageTx], int | None]:
            return lambda tx: tx.leases.acquire("chat:7", holder, tx.now + MINUTE, tx.now)

        await uow.write(take("a"))
        (waiting,) = await uow.write(lambda tx: tx.inbox.add(1, [(1, 7, "{}")], tx.now))
        assert await uow.write(leave("b")) is None
        assert await uow.write(leave("a")) is True
        assert await uow.write(take("b")) is None
        await uow.write(lambda tx: tx.inbox.finish(waiting.inbox_id))
        assert await uow.write(leave("a")) is False
        assert await uow.write(take("b")) == 2
        assert await uow.write(leave("a")) is None

    async def test_one_of_many(self, uow: UnitOfWork) -> None:
        taken = await asyncio.gather(
            *(
                uow.write(lambda tx, n=n: tx.leases.acquire("scheduler", f"p{n}", tx.now + MINUTE, tx.now))  # type: ignore[misc]
                for n in range(10)
            )
        )
        assert sorted(taken, key=bool) == [None] * 9 + [1]

    async def test_clearing_frees_all_and_forgets_no_epoch(self, uow: UnitOfWork) -> None:
        await uow.write(lambda tx: tx.leases.acquire("courier", "dead", tx.now + MINUTE, tx.now))
        await uow.write(lambda tx: tx.leases.clear())
        assert await uow.write(lambda tx: tx.leases.acquire("courier", "new", tx.now + MINUTE, tx.now)) == 2

    async def test_old_names_are_forgotten(self, uow: UnitOfWork, clock: FakeClock) -> None:
        for name in ("chat:1", "chat:2", "courier"):
            await uow.write(lambda tx, name=name: tx.leases.acquire(name, "us", tx.now + MINUTE, tx.now))  # type: ignore[misc]
        clock.advance(2 * MINUTE)
        await uow.write(lambda tx: tx.leases.acquire("chat:2", "us", tx.now + MINUTE, tx.now))
        assert await uow.write(lambda tx: tx.leases.purge("chat:", tx.now)) == 1


class TestNotices:
    async def write(self, uow: UnitOfWork, *kinds: NoticeKind, due_in: timedelta | None = None) -> int:
        """One each for as many persons; gives the first one's id."""

        def work(tx: StorageTx) -> int:
            people = [somebody(tx) for _ in kinds]
            due_at = tx.now + due_in if due_in else None
            for number, (person_id, kind) in enumerate(zip(people, kinds, strict=True)):
                tx.notify(Notice(person_id, kind, f"{person_id}:{number}", {"order_id": number}, due_at))
            return people[0]

        return await uow.write(work)

    async def lease(self, uow: UnitOfWork, epoch: int = 1, limit: int = 10) -> list[tuple[int, str]]:
        rows = await uow.write(lambda tx: tx.notices.lease_due(tx.now, tx.now + MINUTE, epoch, limit))
        return [(row.id, row.kind) for row in rows]

    async def test_the_urgent_lane_goes_first(self, uow: UnitOfWork, clock: FakeClock) -> None:
        await self.write(uow, NoticeKind.SALES_OPEN, NoticeKind.TICKETS_ISSUED)
        clock.advance(MINUTE)
        person_id = await self.write(uow, NoticeKind.MONEY_REFUNDED, NoticeKind.HOLD_ENDED)
        rows = await uow.write(lambda tx: tx.notices.lease_due(tx.now, tx.now + MINUTE, 1, 3))
        assert [row.kind for row in rows] == ["tickets_issued", "money_refunded", "sales_open"]
        second = rows[1]
        assert (second.person_id, second.params, second.lane, second.attempts) == (person_id, {"order_id": 0}, 1, 1)
        assert [kind for _, kind in await self.lease(uow)] == ["hold_ended"]
        assert await self.lease(uow) == []

    async def test_what_is_not_due_waits(self, uow: UnitOfWork, clock: FakeClock) -> None:
        await self.write(uow, NoticeKind.TICKETS_ISSUED, due_in=MINUTE)
        assert await self.lease(uow) == []
        clock.advance(MINUTE)
        assert len(await self.lease(uow)) == 1

    async def test_settled_once_and_for_all(self, uow: UnitOfWork, clock: FakeClock) -> None:
        await self.write(uow, NoticeKind.TICKETS_ISSUED, NoticeKind.MONEY_REFUNDED)
        (first, _), (second, _) = await self.lease(uow)
        assert await uow.write(lambda tx: tx.notices.settle(first, 1, NoticeState.SENT, tx.now, message_id=77))
        assert await uow.write(lambda tx: tx.notices.settle(second, 1, NoticeState.DEAD, tx.now, error="no text"))
        assert not await uow.write(lambda tx: tx.notices.settle(first, 1, NoticeState.DEAD, tx.now))
        clock.advance(timedelta(days=1))
        assert await self.lease(uow) == []
        assert await uow.read(lambda tx: tx.notices.counts()) == {"sent": 1, "dead": 1}

    async def test_a_lost_send_goes_again_unless_it_was_a_courtesy(self, uow: UnitOfWork, clock: FakeClock) -> None:
        await self.write(uow, NoticeKind.TICKETS_ISSUED, NoticeKind.SALES_OPEN)
        (ticket, _), (courtesy, _) = await self.lease(uow, epoch=1)
        clock.advance(MINUTE)  # the courier died
        assert await self.lease(uow, epoch=2) == [(ticket, "tickets_issued")]
        assert await uow.read(lambda tx: tx.notices.counts()) == {"sending": 1, "unknown": 1}
        # Should it only have been slow, it changes nothing any more.
        assert not await uow.write(lambda tx: tx.notices.settle(ticket, 1, NoticeState.SENT, tx.now))
        assert not await uow.write(lambda tx: tx.notices.settle(courtesy, 1, NoticeState.SENT, tx.now))
        assert not await uow.write(lambda tx: tx.notices.postpone(ticket, 1, tx.now))
        assert await uow.write(lambda tx: tx.notices.settle(ticket, 2, NoticeState.SENT, tx.now))

    async def test_a_postponed_courtesy_is_no_lost_one(self, uow: UnitOfWork, clock: FakeClock) -> None:
        await self.write(uow, NoticeKind.SALES_OPEN)
        ((courtesy, _),) = await self.lease(uow)
        assert await uow.write(lambda tx: tx.notices.postpone(courtesy, 1, tx.now + 5 * MINUTE, "retry after"))
        clock.advance(2 * MINUTE)
        assert await self.lease(uow) == []
        clock.advance(3 * MINUTE)
        assert await self.lease(uow) == [(courtesy, "sales_open")]

    async def test_two_couriers_lease_different_ones(self, uow: UnitOfWork) -> None:
        await self.write(uow, *[NoticeKind.TICKETS_ISSUED] * 40)
        leased = await asyncio.gather(*(self.lease(uow, epoch, limit=10) for epoch in range(1, 5)))
        ids = [id for rows in leased for id, _ in rows]
        assert len(ids) == len(set(ids)) >= 10

    async def test_one_a_person_and_none_of_those_who_are_busy(self, uow: UnitOfWork, clock: FakeClock) -> None:
        many = await uow.write(somebody)
        kinds = (NoticeKind.SALES_OPEN, NoticeKind.APOLOGY, NoticeKind.TICKETS_ISSUED)
        for number, kind in enumerate(kinds):
            await uow.write(partial(StorageTx.notify, notice=Notice(many, kind, f"many:{number}")))
            clock.advance(MINUTE)
        other = await self.write(uow, NoticeKind.HOLD_ENDED)
        assert [kind for _, kind in await self.lease(uow)] == ["apology", "hold_ended"]
        due = await uow.write(lambda tx: tx.notices.lease_due(tx.now, tx.now + MINUTE, 1, 10, {many, other}))
        assert due == []
        assert [kind for _, kind in await self.lease(uow)] == ["tickets_issued"]
        assert [kind for _, kind in await self.lease(uow)] == ["sales_open"]


class TestCards:
    async def test_several_changes_are_one_edit(self, uow: UnitOfWork, clock: FakeClock) -> None:
        person_id = await uow.write(somebody)
        for _ in range(3):
            await uow.write(lambda tx: tx.cards.want(person_id, "ticket", 9, tx.now))
        (card,) = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10))
        assert (card.person_id, card.kind, card.subject_id) == (person_id, "ticket", 9)
        assert (card.wanted_revision, card.message_id) == (3, None)
        assert await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10)) == []
        await uow.write(lambda tx: tx.cards.want(person_id, "ticket", 9, tx.now))  # while it is being sent
        assert await uow.write(lambda tx: tx.cards.settle(card.id, 1, card.wanted_revision, 4711))
        (card,) = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10))
        assert (card.wanted_revision, card.message_id) == (4, 4711)
        assert await uow.write(lambda tx: tx.cards.settle(card.id, 1, 4, 4711))
        clock.advance(timedelta(days=1))
        assert await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10)) == []

    async def test_a_courier_that_died_loses_its_cards(self, uow: UnitOfWork, clock: FakeClock) -> None:
        person_id = await uow.write(somebody)
        await uow.write(lambda tx: tx.cards.want(person_id, "ticket", 9, tx.now))
        (card,) = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10))
        clock.advance(MINUTE)
        (again,) = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 2, 10))
        assert (again.id, again.attempts) == (card.id, 2)
        assert not await uow.write(lambda tx: tx.cards.settle(card.id, 1, 1, 4711))
        assert await uow.write(lambda tx: tx.cards.postpone(card.id, 2, tx.now + MINUTE))
        assert await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 2, 10)) == []
        clock.advance(MINUTE)
        assert len(await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 2, 10))) == 1

    async def test_the_unreachable_are_tried_again_when_something_changes(self, uow: UnitOfWork) -> None:
        person_id = await uow.write(somebody)
        await uow.write(lambda tx: tx.cards.want(person_id, "ticket", 9, tx.now))
        (card,) = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10))
        await uow.write(lambda tx: tx.cards.settle(card.id, 1, 0, None, CardState.UNREACHABLE))
        assert await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10)) == []
        await uow.write(lambda tx: tx.cards.want(person_id, "ticket", 9, tx.now))
        assert len(await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10))) == 1

    async def test_one_a_person_and_none_of_those_who_are_busy(self, uow: UnitOfWork) -> None:
        many, other = await uow.write(somebody), await uow.write(somebody)

        def want(tx: StorageTx) -> None:
            for person_id, subject in ((many, 1), (many, 2), (other, 3)):
                tx.cards.want(person_id, "ticket", subject, tx.now)

        await uow.write(want)
        first = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10))
        assert [card.subject_id for card in first] == [1, 3]
        second = await uow.write(lambda tx: tx.cards.lease_behind(tx.now, tx.now + MINUTE, 1, 10, {many}))
        assert second == []


class TestConversations:
    async def test_where_a_chat_stands_is_kept(self, uow: UnitOfWork, clock: FakeClock) -> None:
        assert await uow.read(lambda tx: tx.conversations.get(ALICE)) == Conversation(ALICE)
        stands = Conversation(
            ALICE, "search:text", {"places": [1, 2], "name": "中"}, "e:7", 40, True, clock.now(), latest_message_id=40
        )
        await uow.write(lambda tx: tx.conversations.put(stands))
        assert await uow.read(lambda tx: tx.conversations.get(ALICE)) == stands
        await uow.write(lambda tx: tx.conversations.put(Conversation(ALICE)))
        stored = await uow.read(lambda tx: tx.conversations.get(ALICE))
        assert stored == Conversation(ALICE, latest_message_id=40)
        assert await uow.read(lambda tx: tx.conversations.get(BOB)) == Conversation(BOB)

    async def test_the_newest_message_has_the_highest_number(self, uow: UnitOfWork) -> None:
        for message_id in (10, 12, 11):
            await uow.write(lambda tx, id=message_id: tx.conversations.saw_message(ALICE, id))  # type: ignore[misc]
        await uow.write(lambda tx: tx.conversations.put(Conversation(ALICE, latest_message_id=11)))
        assert (await uow.read(lambda tx: tx.conversations.get(ALICE))).latest_message_id == 12


async def test_picture_files(uow: UnitOfWork) -> None:
    assert await uow.read(lambda tx: tx.picture_files.get(BOT, "abc")) is None
    for file_id in ("first", "second"):
        await uow.write(lambda tx, id=file_id: tx.picture_files.put(BOT, "abc", id, tx.now))  # type: ignore[misc]
    assert await uow.read(lambda tx: tx.picture_files.get(BOT, "abc")) == "second"
    assert await uow.read(lambda tx: tx.picture_files.get(BOT + 1, "abc")) is None


@pytest.mark.parametrize("number", [2**40, -(10**12)])
async def test_numbers_of_chats_are_large(uow: UnitOfWork, number: int) -> None:
    await uow.write(lambda tx: tx.conversations.saw_message(number, 1))
    await uow.write(lambda tx: tx.inbox.add(2**33, [(2**31, number, "{}")], tx.now))
    assert await uow.read(lambda tx: tx.inbox.chats_pending(1)) == [number]
