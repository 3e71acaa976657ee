"""SQLite's writer thread: works share a commit, fail alone, and are answered after the commit, never before."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.database import AlreadyRunning, SqliteDatabase, open_database
from storage.tables.messaging import lease
from tests.support.clock import START
from tests.support.databases import SqliteTemplate
from tests.support.once import WRITER


@pytest.fixture
def path(sqlite_template: SqliteTemplate, tmp_path: Path) -> Path:
    return Path(sqlite_template.fresh(tmp_path).removeprefix("sqlite:///"))


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = open_database(f"sqlite:///{path}", lock_timeout=timedelta(seconds=1))
    assert isinstance(opened, SqliteDatabase)
    yield opened
    await opened.dispose()


def put(name: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(lease.insert(), {"name": name, "holder": "us", "epoch": 1, "until": START})
        return name

    return work


def committed(path: Path) -> set[str]:
    """What another process sees."""
    with closing(sqlite3.connect(path)) as other:
        return {name for (name,) in other.execute("SELECT name FROM lease")}


class Gate:
    """Holds the writer in one work, so that others queue up behind it."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.reached.set()
        assert self.open.wait(10)


async def held(database: SqliteDatabase) -> tuple[Gate, asyncio.Task[None]]:
    gate = Gate()
    task = asyncio.create_task(database.write(gate))
    await asyncio.to_thread(gate.reached.wait, 10)
    return gate, task


async def test_works_that_wait_share_one_commit(database: SqliteDatabase, path: Path) -> None:
    commits = 0

    @event.listens_for(database._writer._engine, "before_cursor_execute")
    def counted(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    gate, first = await held(database)
    works = [asyncio.create_task(database.write(put(f"n{number}"))) for number in range(40)]
    await asyncio.sleep(0)  # they stand in the queue now
    gate.open.set()
    assert await asyncio.gather(*works) == [f"n{number}" for number in range(40)]
    await first
    assert len(committed(path)) == 40
    assert commits == 2


async def test_a_failing_work_does_not_hurt_its_neighbours(database: SqliteDatabase, path: Path) -> None:
    def fails_late(connection: Connection) -> None:
        put("half")(connection)
        raise LookupError("no")

    gate, first = await held(database)
    works = [
        database.write(work) for work in (put("before"), fails_late, put("before"), put("after"), put("after too"))
    ]
    answers = asyncio.gather(*works, return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    before, late, again, after, after_too = await answers
    await first
    assert (before, after, after_too) == ("before", "after", "after too")
    assert isinstance(late, LookupError)
    assert isinstance(again, IntegrityError)
    assert committed(path) == {"before", "after", "after too"}


async def test_nothing_is_answered_before_the_commit(database: SqliteDatabase, path: Path) -> None:
    done_before_commit: list[bool] = []

    @event.listens_for(database._writer._engine, "before_cursor_execute")
    def look(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "COMMIT":
            done_before_commit.append(first.done() or second.done() or bool(committed(path)))

    gate, holding = await held(database)
    first, second = (asyncio.create_task(database.write(put(name))) for name in ("one", "two"))
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(holding, first, second)
    assert done_before_commit == [False, False]
    assert committed(path) == {"one", "two"}


async def test_a_commit_that_fails_fails_all_of_its_works(database: SqliteDatabase, path: Path) -> None:
    refuse = True

    @event.listens_for(database._writer._engine, "before_cursor_execute")
    def disk_full(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "COMMIT" and refuse:
            raise sqlite3.OperationalError("database or disk is full")

    gate, first = await held(database)
    works = asyncio.gather(*(database.write(put(name)) for name in ("one", "two")), return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    with pytest.raises(OperationalError, match="disk is full"):
        await first
    assert [type(answer) for answer in await works] == [OperationalError] * 2
    assert committed(path) == set()
    refuse = False
    assert await database.write(put("later")) == "later"  # the writer goes on
    assert committed(path) == {"later"}


async def test_another_process_that_writes_is_waited_for(database: SqliteDatabase, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        work = asyncio.create_task(database.write(put("mine")))
        done, _ = await asyncio.wait([work], timeout=0.1)
        assert not done
        other.execute("COMMIT")
        assert await work == "mine"


async def test_another_process_that_never_ends_is_told(database: SqliteDatabase, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await database.write(put("mine"))
        other.execute("ROLLBACK")
    assert await database.write(put("mine")) == "mine"


async def test_a_work_cancelled_while_it_waits_is_not_run(database: SqliteDatabase, path: Path) -> None:
    gate, first = await held(database)
    work = asyncio.create_task(database.write(put("gave up")))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    gate.open.set()
    await first
    assert committed(path) == set()


async def test_disposing_finishes_what_waits(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    works = [asyncio.create_task(database.write(put(f"n{number}"))) for number in range(200)]
    await asyncio.sleep(0)
    await database.dispose()
    assert len(await asyncio.gather(*works)) == 200
    assert len(committed(path)) == 200
    with pytest.raises(RuntimeError, match="closed"):
        await database.write(put("too late"))


async def test_what_is_answered_survives_the_loss_of_the_process(path: Path) -> None:
    """The defence is ``synchronous=FULL`` and answering after the commit."""
    script = (
        "import asyncio, os, sys\n"
        "from storage.database import open_database\n"
        "from tests.contract.test_storage_writer import put\n"
        "async def main():\n"
        "    database = open_database(sys.argv[1])\n"
        "    async def one(name):\n"
        "        os.write(1, (await database.write(put(name))).encode() + b'\\n')\n"
        "    await asyncio.gather(*(one(f'n{number}') for number in range(5000)))\n"
        "asyncio.run(main())\n"
    )
    child = subprocess.Popen(  # noqa: ASYNC220 - killed and reaped a few lines on
        [sys.executable, "-c", script, f"sqlite:///{path}"], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    answered = {child.stdout.readline().decode().strip() for _ in range(300)}
    child.kill()
    answered |= {line.decode().strip() for line in child.stdout if line.endswith(b"\n")}
    child.wait(10)
    assert len(answered) >= 300
    assert answered <= committed(path)


async def test_readers_see_what_is_committed_and_wait_for_nobody(database: SqliteDatabase) -> None:
    await database.write(put("seen"))
    gate, holding = await held(database)
    names = await database.read(lambda connection: connection.execute(select(lease.c.name)).scalars().all())
    assert names == ["seen"]
    gate.open.set()
    await holding


async def test_pragmas(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._WRITER", WRITER)  # as the house has them: other tests' are hasty
    database = open_database(f"sqlite:///{path}")

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await database.write(pragmas) == ["wal", 2, 1]
    assert await database.read(lambda c: c.exec_driver_sql("PRAGMA query_only").scalar_one()) == 1
    await database.dispose()


async def test_one_process_at_a_time(database: SqliteDatabase, path: Path) -> None:
    database.lock_process()
    database.lock_process()  # again is fine for who has it
    other = open_database(f"sqlite:///{path}")
    try:
        with pytest.raises(AlreadyRunning, match=r"another Foyer works with .*foyer\.db"):
            other.lock_process()
        await database.dispose()
        other.lock_process()
    finally:
        await other.dispose()


@pytest.mark.parametrize("url", ["mysql://somewhere/foyer", "foyer.db", "sqlite://", "sqlite:///:memory:", ""])
def test_a_url_of_another_kind_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///path/to/foyer\.db"):
        open_database(url)
