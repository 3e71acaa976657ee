"""The unit of work: one transaction, effects once, tries again where the database or the domain asks for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from domain.errors import Contended, NotFound
from domain.notices import Notice, NoticeKind
from domain.people.model import AccountSeen
from domain.ports import Tx
from storage import unit_of_work
from storage.tables.people import account, person
from storage.tables.records import audit_entry
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import somebody


def count(tx: StorageTx, table: Any) -> int:
    return int(tx._connection.execute(select(func.count()).select_from(table)).scalar_one())


async def people(uow: UnitOfWork) -> int:
    return await uow.read(lambda tx: count(tx, person))


async def test_what_a_work_raises_takes_everything_back(uow: UnitOfWork) -> None:
    def work(tx: Tx) -> None:
        person_id = somebody(tx)
        tx.audit(person_id, "person.came", "person", person_id)
        tx.notify(Notice(person_id, NoticeKind.APOLOGY, "once"))
        raise NotFound

    with pytest.raises(NotFound):
        await uow.write(work)
    assert await people(uow) == 0
    assert await uow.read(lambda tx: count(tx, audit_entry)) == 0
    assert await uow.read(lambda tx: tx.notices.counts()) == {}


async def test_a_read_cannot_write(uow: UnitOfWork) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await uow.read(somebody)
    assert await people(uow) == 0


async def test_an_audit_row_and_a_notice_go_with_their_cause(uow: UnitOfWork, clock: FakeClock) -> None:
    def work(tx: Tx) -> int:
        person_id = somebody(tx)
        tx.audit(person_id, "order.held", "order", 7, performance=3)
        tx.audit(None, "order.expired", "order", 7)
        for _ in range(2):
            tx.notify(Notice(person_id, NoticeKind.HOLD_ENDED, "hold_ended:7", {"order_id": 7}))
        return person_id

    person_id = await uow.write(work)
    await uow.write(lambda tx: tx.notify(Notice(person_id, NoticeKind.HOLD_ENDED, "hold_ended:7")))
    rows = await uow.read(lambda tx: tx._connection.execute(select(audit_entry).order_by(audit_entry.c.id)).all())
    assert [tuple(row)[1:] for row in rows] == [
        (clock.now(), person_id, "order.held", "order", 7, {"performance": 3}),
        (clock.now(), None, "order.expired", "order", 7, {}),
    ]
    assert await uow.read(lambda tx: tx.notices.counts()) == {"due": 1}


async def test_an_effect_is_had_once(uow: UnitOfWork) -> None:
    first = await uow.write(somebody, handled=(1, 0))
    assert await uow.write(somebody, handled=(1, 0), replay=True) == first
    assert await uow.write(somebody, handled=(1, 0)) == first  # without looking first: the key decides
    assert await uow.write(somebody, handled=(1, 1)) != first  # the next step of the same update
    assert await people(uow) == 2


async def test_an_effect_is_had_once_when_all_come_at_the_same_time(uow: UnitOfWork) -> None:
    outcomes = await asyncio.gather(*(uow.write(somebody, handled=(1, 0)) for _ in range(10)))
    assert len(set(outcomes)) == 1
    assert await people(uow) == 1


async def test_a_refused_work_leaves_no_effect(uow: UnitOfWork) -> None:
    def refuse(tx: Tx) -> int:
        raise NotFound

    with pytest.raises(NotFound):
        await uow.write(refuse, handled=(1, 0))
    assert await uow.write(lambda tx: 7, handled=(1, 0), replay=True) == 7


@pytest.mark.parametrize("outcome", [None, True, 7, "word", [1, [2, None]], {"a": [1], "b": {"c": "中"}}])
async def test_an_outcome_comes_back_as_it_went(uow: UnitOfWork, outcome: object) -> None:
    assert await uow.write(lambda tx: outcome, handled=(1, 0)) == outcome
    assert await uow.write(somebody, handled=(1, 0), replay=True) == outcome


async def test_a_tuple_is_a_list_on_both_ways(uow: UnitOfWork) -> None:
    assert await uow.write(lambda tx: (1, (2,)), handled=(1, 0)) == [1, [2]]  # type: ignore[comparison-overlap]
    assert await uow.write(lambda tx: (), handled=(1, 0), replay=True) == [1, [2]]  # type: ignore[comparison-overlap]


async def test_a_contended_work_starts_again_with_nothing_left(uow: UnitOfWork) -> None:
    runs = 0

    def work(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        somebody(tx)
        if runs < 4:
            raise Contended
        return runs

    assert await uow.write(work) == 4
    assert await people(uow) == 1


async def test_who_is_contended_for_ever_is_told(uow: UnitOfWork) -> None:
    runs = 0

    def work(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        raise Contended

    with pytest.raises(Contended):
        await uow.write(work)
    assert runs == unit_of_work.TRIES


async def test_who_loses_a_race_for_a_unique_row_finds_the_winners(uow: UnitOfWork) -> None:
    """Two first updates of the same person come at once."""
    seen = AccountSeen("telegram", "4711", "Ada")

    def come_in(tx: Tx) -> int:
        found = tx.people.actor_by_account(seen.channel, seen.external_id)
        return found[0].person_id if found else tx.people.add_person(seen, tx.now)

    assert len(set(await asyncio.gather(*(uow.write(come_in) for _ in range(8))))) == 1
    assert await people(uow) == 1


async def test_what_stays_against_a_unique_index_is_told_with_its_cause(uow: UnitOfWork) -> None:
    seen = AccountSeen("telegram", "4711", "Ada")
    await uow.write(lambda tx: tx.people.add_person(seen, tx.now))
    with pytest.raises(Contended) as caught:
        await uow.write(lambda tx: tx.people.add_person(seen, tx.now))
    assert isinstance(caught.value.__cause__, IntegrityError)


async def test_a_broken_reference_is_no_race(uow: UnitOfWork) -> None:
    runs = 0

    def work(tx: StorageTx) -> None:
        nonlocal runs
        runs += 1
        tx.cards.want(person_id=12345, kind="ticket", subject_id=1, now=tx.now)

    with pytest.raises(IntegrityError):
        await uow.write(work)
    assert runs == 1


async def test_workers_are_woken_after_the_commit(uow: UnitOfWork) -> None:
    told: list[frozenset[str]] = []
    uow.on_commit.append(told.append)

    def work(tx: StorageTx) -> None:
        person_id = somebody(tx)
        tx.cards.want(person_id, "ticket", 1, tx.now)
        tx.notify(Notice(person_id, NoticeKind.APOLOGY, "once"))
        assert not told

    await uow.write(work)
    await uow.write(somebody)
    with pytest.raises(NotFound):
        await uow.write(_refuse_after_a_notice)
    assert told == [frozenset({"cards", "notices"}), frozenset()]


def _refuse_after_a_notice(tx: StorageTx) -> None:
    tx.cards.want(somebody(tx), "ticket", 1, tx.now)
    raise NotFound


async def test_the_time_of_a_transaction_is_the_clocks(uow: UnitOfWork, clock: FakeClock) -> None:
    before = await uow.write(lambda tx: tx.now)
    clock.advance(timedelta(minutes=3))
    assert await uow.write(lambda tx: tx.now) - before == timedelta(minutes=3)
    assert (await uow.read(lambda tx: tx.now)).utcoffset() == timedelta(0)


async def test_a_time_comes_back_in_utc(uow: UnitOfWork) -> None:
    tokyo = datetime(2027, 3, 28, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=9)))

    def put(tx: StorageTx) -> Any:
        person_id = somebody(tx)
        tx.people.set_informed(person_id, tokyo)
        informed_at = select(person.c.informed_at).where(person.c.id == person_id)
        return tx._connection.execute(informed_at).scalar_one()

    stored = await uow.write(put)
    assert stored == tokyo
    assert stored.tzinfo is UTC
    assert stored.microsecond == 123456


async def test_a_time_without_a_zone_is_refused(uow: UnitOfWork) -> None:
    naive = datetime(2027, 3, 28, 10, 30)  # noqa: DTZ001
    with pytest.raises(StatementError, match="without a zone"):
        await uow.write(lambda tx: tx.people.set_informed(1, naive))


async def test_a_number_is_never_given_out_twice(uow: UnitOfWork) -> None:
    """An old button must not hit a new object, not even after the newest was deleted."""

    def came_and_went(tx: StorageTx) -> int:
        person_id = somebody(tx)
        tx._connection.execute(account.delete())
        tx._connection.execute(person.delete())
        return person_id

    numbers = [await uow.write(came_and_went) for _ in range(3)]
    assert numbers == sorted(set(numbers))
