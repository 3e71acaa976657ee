"""Persons, roles, invitations, the door, tasks; what is known about a person, and forgetting it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.admission.model import Admission, DoorPost, Outcome
from domain.notices import Notice, NoticeKind
from domain.people.model import INVITATION_LASTS, AccountSeen, Grant, Invitation, Role
from domain.ports import Tx
from storage.repositories.records import ABOUT
from storage.stores.conversations import Conversation
from storage.tables import metadata
from storage.tables.messaging import inbox_update
from storage.tables.people import account, person
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.contract.test_storage_sales import Sale, sell
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house, somebody

ADA = AccountSeen("telegram", "4711", "Ada", "ada_l", "en")


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(small_house)


@pytest.fixture
async def ada_id(uow: UnitOfWork) -> int:
    return await uow.write(lambda tx: tx.people.add_person(ADA, tx.now))


class TestPeople:
    async def test_an_actor_is_read_as_they_are_now(self, uow: UnitOfWork, house: SmallHouse, ada_id: int) -> None:
        assert await uow.read(lambda tx: tx.people.actor_by_account("telegram", "0")) is None
        found = await uow.read(lambda tx: tx.people.actor_by_account("telegram", "4711"))
        assert found is not None
        actor, seen = found
        assert seen == ADA
        assert (actor.person_id, actor.display_name, actor.locale, actor.informed) == (ada_id, "Ada", None, False)
        assert actor.grants == ()

        def change(tx: Tx) -> None:
            tx.people.set_locale(ada_id, "zh_Hans")
            tx.people.set_informed(ada_id, tx.now)
            tx.people.refresh_account(ada_id, replace(ADA, display_name="Ada L.", username="", language_code="zh"))
            tx.people.grant(ada_id, Grant(Role.USHER, house.venue_id), None, tx.now)
            tx.people.grant(ada_id, Grant(Role.MANAGER), ada_id, tx.now)

        await uow.write(change)
        changed = await uow.read(lambda tx: tx.people.actor(ada_id))
        assert changed is not None
        assert (changed.display_name, changed.locale, changed.language_code) == ("Ada L.", "zh_Hans", "zh")
        assert changed.informed
        assert changed.grants == (Grant(Role.USHER, house.venue_id), Grant(Role.MANAGER))
        assert await uow.read(lambda tx: tx.people.grants(ada_id)) == changed.grants
        found = await uow.read(lambda tx: tx.people.actor_by_account("telegram", "4711"))
        assert found is not None
        assert found[0] == changed

    async def test_a_person_needs_no_account(self, uow: UnitOfWork, ada_id: int) -> None:
        await uow.write(lambda tx: tx._connection.execute(account.delete()).rowcount)
        actor = await uow.read(lambda tx: tx.people.actor(ada_id))
        assert actor is not None
        assert actor.language_code == ""
        assert await uow.read(lambda tx: tx.people.external_id(ada_id, "telegram")) is None

    async def test_a_role_is_held_once(self, uow: UnitOfWork, house: SmallHouse, ada_id: int) -> None:
        """The defence is the partial unique index ``uq_role_grant_standing``, which takes no venue for a venue."""
        for grant in (Grant(Role.USHER), Grant(Role.USHER, house.venue_id)):
            granted = await asyncio.gather(
                *(uow.write(lambda tx, g=grant: tx.people.grant(ada_id, g, None, tx.now)) for _ in range(5))  # type: ignore[misc]
            )
            assert sorted(granted) == [False] * 4 + [True]
        assert await uow.write(lambda tx: tx.people.revoke(ada_id, Grant(Role.USHER), tx.now))
        assert not await uow.write(lambda tx: tx.people.revoke(ada_id, Grant(Role.USHER), tx.now))
        assert await uow.read(lambda tx: tx.people.grants(ada_id)) == (Grant(Role.USHER, house.venue_id),)
        assert await uow.write(lambda tx: tx.people.grant(ada_id, Grant(Role.USHER), None, tx.now))

    async def test_holders(self, uow: UnitOfWork, house: SmallHouse, ada_id: int) -> None:
        bob_id = await uow.write(somebody)
        for person_id, grant in (
            (ada_id, Grant(Role.MANAGER, house.venue_id)),
            (ada_id, Grant(Role.OWNER)),
            (bob_id, Grant(Role.USHER)),
        ):
            await uow.write(lambda tx, p=person_id, g=grant: tx.people.grant(p, g, None, tx.now))  # type: ignore[misc]
        assert await uow.read(lambda tx: tx.people.holders_of([Role.MANAGER, Role.OWNER])) == [ada_id]
        assert await uow.read(lambda tx: tx.people.holders_of([Role.STAGE])) == []

    async def test_reachable_again_by_writing(self, uow: UnitOfWork, ada_id: int) -> None:
        async def reachable() -> bool:
            return await uow.read(lambda tx: bool(tx._connection.execute(select(account.c.reachable)).scalar_one()))

        assert await reachable()
        await uow.write(lambda tx: tx.people.set_reachable(ada_id, False))
        assert not await reachable()
        await uow.write(lambda tx: tx.people.refresh_account(ada_id, ADA))
        assert await reachable()

    async def test_an_invitation_from_making_to_decision(
        self, uow: UnitOfWork, clock: FakeClock, house: SmallHouse, ada_id: int
    ) -> None:
        made = await uow.write(lambda tx: tx.people.add_invitation(Role.USHER, house.venue_id, ada_id, tx.now))
        assert made == Invitation(made.id, Role.USHER, house.venue_id, ada_id, clock.now() + INVITATION_LASTS)
        assert await uow.read(lambda tx: tx.people.invitation(made.id)) == made
        bob_id = await uow.write(somebody)
        await uow.write(lambda tx: tx.people.use_invitation(made.id, bob_id, tx.now))
        await uow.write(lambda tx: tx.people.decide_invitation(made.id, ada_id, False, tx.now))
        decided = await uow.write(lambda tx: tx.people.invitation(made.id, lock=True))
        assert decided == replace(made, used_by=bob_id, decided_at=clock.now(), confirmed=False)
        assert await uow.read(lambda tx: tx.people.invitation(0)) is None


class TestDoor:
    def line(self, tx: Tx, sale: Sale, usher_id: int, ticket_id: int, outcome: Outcome) -> Admission:
        performance_id, gate_id = sale.house.performance_id, sale.house.gate_id
        inside = outcome is Outcome.ADMITTED
        return Admission(0, performance_id, ticket_id, None, gate_id, usher_id, tx.now, outcome, inside)

    async def test_a_post_is_taken_and_left(self, uow: UnitOfWork, house: SmallHouse, ada_id: int) -> None:
        other = await uow.write(small_house)
        assert await uow.read(lambda tx: tx.admission.door_post(ada_id)) is None
        for performance_id, gate_id in ((house.performance_id, house.gate_id), (other.performance_id, None)):
            post = await uow.write(
                lambda tx, p=performance_id, g=gate_id: (  # type: ignore[misc]
                    tx.admission.take_door_post(DoorPost(ada_id, p, g, tx.now)),
                    tx.admission.door_post(ada_id),
                )[1]
            )
            assert post is not None
            assert (post.performance_id, post.gate_id) == (performance_id, gate_id)
        await uow.write(lambda tx: tx.admission.leave_door_post(ada_id))
        assert await uow.read(lambda tx: tx.admission.door_post(ada_id)) is None

    async def test_let_in_once_whoever_scans_at_the_same_moment(
        self, uow: UnitOfWork, house: SmallHouse, ada_id: int
    ) -> None:
        """The defence is the partial unique index ``uq_admission_inside``."""
        sale = await uow.write(lambda tx: sell(tx, house, 1, 2))

        def scan(backwards: bool) -> Callable[[Tx], Sequence[int | None]]:
            ids = sale.ticket_ids[::-1] if backwards else sale.ticket_ids
            return lambda tx: tx.admission.log([self.line(tx, sale, ada_id, id, Outcome.ADMITTED) for id in ids])

        results = await asyncio.gather(*(uow.write(scan(number % 2 == 0)) for number in range(10)))
        written = [id for result in results for id in result if id is not None]
        assert len(written) == 2
        assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == 2
        standing = await uow.read(lambda tx: tx.admission.standing(sale.ticket_ids))
        assert {line.id for line in standing.values()} == set(written)

    async def test_ids_come_in_the_order_given(self, uow: UnitOfWork, house: SmallHouse, ada_id: int) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1, 2))
        first, second = sale.ticket_ids
        await uow.write(lambda tx: tx.admission.log([self.line(tx, sale, ada_id, second, Outcome.ADMITTED)]))
        lines = [(second, Outcome.ADMITTED), (first, Outcome.ADMITTED), (second, Outcome.ALREADY_IN)]
        ids = await uow.write(lambda tx: tx.admission.log([self.line(tx, sale, ada_id, *line) for line in lines]))
        assert [id is None for id in ids] == [True, False, False]
        (refused,) = [id for id in ids[2:] if id is not None]
        stored = await uow.write(lambda tx: tx.admission.admission(refused, lock=True))
        assert stored is not None
        assert (stored.ticket_id, stored.outcome, stored.inside) == (second, Outcome.ALREADY_IN, False)

    async def test_an_undone_line_lets_in_again(self, uow: UnitOfWork, house: SmallHouse, ada_id: int) -> None:
        sale = await uow.write(lambda tx: sell(tx, house, 1))
        (ticket_id,) = sale.ticket_ids

        def admit(tx: Tx) -> int | None:
            return tx.admission.log([self.line(tx, sale, ada_id, ticket_id, Outcome.ADMITTED)])[0]

        admitted = await uow.write(admit)
        assert admitted is not None
        assert await uow.write(lambda tx: tx.admission.undo(admitted, ada_id, tx.now))
        assert not await uow.write(lambda tx: tx.admission.undo(admitted, ada_id, tx.now))
        assert await uow.read(lambda tx: tx.admission.standing([ticket_id])) == {}
        assert await uow.write(admit) not in (None, admitted)

    async def test_a_code_that_is_no_ticket_is_a_line_too(
        self, uow: UnitOfWork, house: SmallHouse, ada_id: int
    ) -> None:
        def forged(tx: Tx) -> Admission:
            return Admission(0, house.performance_id, None, None, None, ada_id, tx.now, Outcome.FORGED, False)

        ids = await uow.write(lambda tx: tx.admission.log([forged(tx), forged(tx)]))
        assert None not in ids
        assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == 0


async def test_a_cause_has_one_task(uow: UnitOfWork, ada_id: int, clock: FakeClock) -> None:
    due_at = clock.now() + timedelta(days=2)
    task_id = await uow.write(lambda tx: tx.records.add_task("refund_by_hand", "refund", 7, due_at, tx.now))
    assert task_id is not None
    assert await uow.write(lambda tx: tx.records.add_task("refund_by_hand", "refund", 7, due_at, tx.now)) is None
    (task,) = await uow.read(lambda tx: tx.records.open_tasks(9))
    assert (task.id, task.kind, task.subject, task.subject_id) == (task_id, "refund_by_hand", "refund", 7)
    assert (task.due_at, task.done_at) == (due_at, None)
    assert await uow.write(lambda tx: tx.records.finish_task(task_id, ada_id, tx.now))
    assert not await uow.write(lambda tx: tx.records.finish_task(task_id, ada_id, tx.now))
    assert await uow.read(lambda tx: tx.records.open_tasks(9)) == []


class TestOnePerson:
    """What is known about a person, and forgetting it."""

    @pytest.fixture
    async def sale(self, uow: UnitOfWork, house: SmallHouse) -> Sale:
        """Somebody with a history: a purchase, a chat, a role, notices sent and to be sent."""

        def live(tx: StorageTx) -> Sale:
            sale = sell(tx, house, 1, 2)
            who = sale.buyer_id
            chat_id = int(tx.people.external_id(who, "telegram") or 0)
            tx.people.set_locale(who, "zh_Hans")
            tx.people.grant(who, Grant(Role.USHER), None, tx.now)
            tx.audit(who, "order.paid", "order", sale.order_id)
            tx.notify(Notice(who, NoticeKind.TICKETS_ISSUED, f"tickets:{sale.order_id}"))
            tx.cards.want(who, "ticket", sale.ticket_ids[0], tx.now)
            tx.conversations.put(Conversation(chat_id, data={"name": "Ada"}))
            handled, _waiting = tx.inbox.add(1, [(1, chat_id, "one of Ada's texts"), (2, chat_id, "/forget")], tx.now)
            tx.inbox.bury(handled.inbox_id)
            tx.ticketing.watch_sales(who, house.performance_id, tx.now)
            return sale

        return await uow.write(live)

    def test_no_table_about_persons_is_left_out_of_an_export(self) -> None:
        pointing = {
            table.name for table in metadata.sorted_tables for key in table.foreign_keys if key.column.table is person
        }
        assert pointing <= {table.name for table in ABOUT}

    async def test_an_export_has_everything_and_nobody_elses(
        self, uow: UnitOfWork, house: SmallHouse, sale: Sale
    ) -> None:
        stranger = await uow.write(lambda tx: sell(tx, house, 3))
        export = await uow.read(lambda tx: tx.records.export_person(sale.buyer_id))
        json.dumps(export)
        assert [row["locale"] for row in export["person"]] == ["zh_Hans"]
        assert [row["place"] for row in export["ticket"]] == [1, 2]
        assert [row["place"] for row in export["order_line"]] == [1, 2]
        assert [row["data"] for row in export["conversation"]] == [{"name": "Ada"}]
        assert len(export["inbox_update"]) == 2
        assert [row["dedupe_key"] for row in export["notice"]] == [f"tickets:{sale.order_id}"]
        assert all(row["id"] != stranger.order_id for row in export["ticket_order"])

    async def test_nothing_personal_is_left(self, uow: UnitOfWork, house: SmallHouse, sale: Sale) -> None:
        who = sale.buyer_id
        before = await uow.read(lambda tx: tx.records.export_person(who))
        (account_before,) = before["account"]

        def erase(tx: StorageTx) -> None:
            tx.records.forget_messages(who)
            tx.people.erase(who, tx.now)

        await uow.write(erase)
        after = await uow.read(lambda tx: tx.records.export_person(who))
        gone = ("account", "conversation", "notice", "card", "sales_watch", "inbox_update")
        assert {name: after[name] for name in gone} == {name: [] for name in gone}
        (left,) = after["person"]
        assert (left["display_name"], left["locale"]) == ("", None)
        assert left["erased_at"]
        # The ledger keeps its numbers.
        kept = ("ticket_order", "order_line", "ticket", "audit_entry")
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        assert await uow.read(lambda tx: tx.people.actor(who)) is None
        assert await uow.read(lambda tx: tx.people.grants(who)) == ()
        # Whoever comes with the same account is somebody new.
        seen = AccountSeen("telegram", account_before["external_id"], "Ada")
        assert await uow.read(lambda tx: tx.people.actor_by_account(*_key(seen))) is None
        assert await uow.write(lambda tx: tx.people.add_person(seen, tx.now)) != who

    async def test_updates_are_forgotten_and_yet_not_handled_twice(self, uow: UnitOfWork, sale: Sale) -> None:
        chat_id = int(await uow.read(lambda tx: tx.people.external_id(sale.buyer_id, "telegram")) or 0)
        await uow.write(lambda tx: tx.records.forget_messages(sale.buyer_id))

        def rows(tx: StorageTx) -> list[tuple[object, ...]]:
            columns = (inbox_update.c.update_id, inbox_update.c.chat_id, inbox_update.c.payload)
            return [tuple(row) for row in tx._connection.execute(select(*columns).order_by(inbox_update.c.id))]

        # The one that asks to be forgotten is still being handled.
        assert await uow.read(rows) == [(1, 0, None), (2, chat_id, "/forget")]
        again = await uow.write(lambda tx: tx.inbox.add(1, [(1, chat_id, "one of Ada's texts")], tx.now))
        assert again == []


def _key(seen: AccountSeen) -> tuple[str, str]:
    return seen.channel, seen.external_id
