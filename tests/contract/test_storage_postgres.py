"""What only a server can do: deadlock, stall, lose the line, lock rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, and_, exists, or_, select, text, tuple_, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from domain.codes import Keyring
from storage.base import word
from storage.database import open_database, parse_url
from storage.stores import cards, notices
from storage.tables.messaging import lease, notice
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import PostgresTemplate
from tests.support.house import somebody
from tests.support.proxy import Line, line_to

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres_url(postgres_template: PostgresTemplate) -> str:
    return postgres_template.fresh()


@pytest.fixture
async def line(postgres_url: str) -> AsyncIterator[Line]:
    async with line_to(postgres_url) as line:
        yield line


@pytest.fixture
def lock_timeout() -> timedelta:
    return timedelta(seconds=5)  # more than the server takes to look for deadlocks


@pytest.fixture
async def uow(lock_timeout: timedelta, line: Line, clock: FakeClock, keyring: Keyring) -> AsyncIterator[UnitOfWork]:
    database = open_database(line.url, pool_size=4, statement_timeout=timedelta(seconds=3), lock_timeout=lock_timeout)
    yield UnitOfWork(database, clock, keyring)
    line.open.set()
    await database.dispose()


async def test_a_deadlock_is_tried_again(uow: UnitOfWork) -> None:
    """Two transactions lock the same two rows in opposite orders. The defence is the retry on 40P01."""
    for name in "ab":
        await uow.write(lambda tx, name=name: tx.leases.acquire(name, "us", tx.now, tx.now))  # type: ignore[misc]
    runs = 0

    def touch(first: str, second: str) -> Callable[[StorageTx], None]:
        def work(tx: StorageTx) -> None:
            nonlocal runs
            runs += 1
            for name in (first, second):
                change = update(lease).where(lease.c.name == name).values(epoch=lease.c.epoch + 1)
                tx._connection.execute(change)
                tx._connection.execute(text("SELECT pg_sleep(0.05)"))

        return work

    await asyncio.gather(uow.write(touch("a", "b")), uow.write(touch("b", "a")))
    epochs = await uow.read(lambda tx: tx._connection.execute(select(lease.c.epoch)).scalars().all())
    assert epochs == [3, 3]
    assert runs > 2


async def test_a_stalled_server_is_noticed(uow: UnitOfWork, line: Line) -> None:
    await uow.write(somebody)
    line.open.clear()
    begun = time.monotonic()
    with pytest.raises((TimeoutError, DBAPIError)):
        await uow.write(somebody)
    assert time.monotonic() - begun < 5
    line.open.set()
    assert await uow.write(somebody)


async def test_a_caller_who_gives_up_need_not_wait_for_the_server(uow: UnitOfWork, line: Line) -> None:
    await uow.write(somebody)
    line.open.clear()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(uow.write(somebody), 0.3)
    assert time.monotonic() - begun < 1
    line.open.set()


async def test_a_commit_whose_answer_is_lost_is_found_by_its_effect(uow: UnitOfWork, line: Line) -> None:
    line.swallow_answer_to = b"COMMIT"
    person_id = await uow.write(somebody, handled=(1, 0))
    people = await uow.read(lambda tx: tx._connection.execute(text("SELECT id FROM person")).scalars().all())
    assert people == [person_id]


async def test_a_commit_whose_answer_is_lost_is_told_where_no_effect_tells(uow: UnitOfWork, line: Line) -> None:
    line.swallow_answer_to = b"COMMIT"
    with pytest.raises(DBAPIError) as caught:
        await uow.write(somebody)
    assert caught.value.connection_invalidated
    assert await uow.write(somebody)


async def test_a_server_that_was_restarted_is_found_again(uow: UnitOfWork, line: Line) -> None:
    await asyncio.gather(*(uow.write(somebody) for _ in range(4)))
    line.cut()
    assert await uow.write(somebody, handled=(1, 0))
    assert await uow.write(somebody)


@pytest.mark.parametrize("lock_timeout", [timedelta(seconds=0.2)])
async def test_a_lock_that_is_not_let_go_is_told(uow: UnitOfWork) -> None:
    await uow.write(lambda tx: tx.leases.acquire("a", "us", tx.now, tx.now))
    locked, enough = asyncio.Event(), asyncio.Event()

    async def hog() -> None:
        async with uow._database._writers.begin() as connection:  # type: ignore[attr-defined]
            await connection.execute(select(lease).with_for_update())
            locked.set()
            await enough.wait()

    hogging = asyncio.create_task(hog())
    await locked.wait()
    with pytest.raises(DBAPIError, match="lock timeout"):
        await uow.write(lambda tx: tx.leases.clear())
    enough.set()
    await hogging


def test_names_that_other_tools_use_are_understood() -> None:
    assert str(parse_url("postgres://me@host/foyer?sslmode=require")) == "postgresql://me@host/foyer?ssl=require"


class _Plan(Executable, ClauseElement):
    """How the server would go about a query."""

    inherit_cache = False

    def __init__(self, query: ClauseElement) -> None:
        self.query = query


@compiles(_Plan)
def _explain(plan: _Plan, compiler: SQLCompiler, **given: Any) -> str:
    return "EXPLAIN " + compiler.process(plan.query, **given)


@pytest.mark.parametrize(
    ("query", "due"), [(notices._NEXT, "ix_notice_due"), (cards._NEXT, "ix_card_behind")], ids=["notices", "cards"]
)
async def test_what_is_due_is_not_gone_through_again_for_each_of_it(
    uow: UnitOfWork, query: ClauseElement, due: str
) -> None:
    """Ten thousand reminders come at once, and the statistics know of none: each look would take seconds."""

    def plan(tx: StorageTx) -> str:
        tx._connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # these tables are empty
        binds = {"now": tx.now, "most": 20, "busy": [1]}
        return "\n".join(tx._connection.execute(_Plan(query), binds).scalars())  # type: ignore[call-overload]

    said = await uow.write(plan)
    assert said.count(due) == 1, said


async def test_in_the_words_of_the_index_it_is(uow: UnitOfWork) -> None:
    """Negative control. Defence: who is before somebody is asked in words that are not the partial index's."""
    n, e, now = notice.c, notice.alias("earlier").c, notices._NOW
    waits = or_(e.state == word("due"), and_(e.state == word("sending"), e.lease_until <= now))
    before = tuple_(e.lane, e.due_at, e.id) < tuple_(n.lane, n.due_at, n.id)
    overtaken = exists().where(e.person_id == n.person_id, e.due_at <= now, waits, before)
    query = select(n.id).where(notices._OPEN, n.due_at <= now, ~overtaken).order_by(n.lane, n.due_at, n.id).limit(20)

    def plan(tx: StorageTx) -> str:
        tx._connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join(tx._connection.execute(_Plan(query), {"now": tx.now}).scalars())  # type: ignore[call-overload]

    assert (await uow.write(plan)).count("ix_notice_due") == 2
