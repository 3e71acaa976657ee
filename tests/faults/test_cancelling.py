"""The job that follows a cancellation is killed at any moment and goes on: each holder is told once, each refund asked
for once."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.moving import CancelPerformance
from storage.unit_of_work import UnitOfWork
from tests.faults.cancelling import LATER, ONE_TRANSACTION
from tests.support.clock import FakeClock
from tests.support.house import somebody
from tests.support.invariants import check_invariants
from tests.support.selling import buy, people, seated_house

BUYERS, LEAST_KILLS = 10, 6
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.faults.cancelling"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate()


async def runs(
    process: subprocess.Popen[str], database_url: str, change_id: int, after: int, without: str = ""
) -> bool:
    """Whether it was killed; else it came to its end."""
    assert process.stdin is not None
    assert process.stdout is not None
    order = {"database_url": database_url, "change_id": change_id, "after": after, "without": without}
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    told: dict[str, bool] = json.loads(await asyncio.to_thread(process.stdout.readline))
    assert not told["failed"]
    return told["killed"]


async def cancelled_house(uow: UnitOfWork) -> int:
    """Ten people with two tickets each. Gives the change's id."""
    house = await uow.write(seated_house)
    for number, buyer in enumerate(await people(uow, BUYERS)):
        await buy(uow, house, buyer, 2 * number + 1, 2 * number + 2)

    def manager(tx: Tx) -> int:
        person_id = somebody(tx, "Manager")
        tx.people.grant(person_id, Grant(Role.MANAGER, house.venue_id), None, tx.now)
        return person_id

    return await uow.write(CancelPerformance(await uow.write(manager), house.performance_id))


async def rows(uow: UnitOfWork, sql: str) -> list[Any]:
    return await uow._database.read(lambda connection: list(connection.execute(text(sql)).scalars()))


async def test_killed_at_any_moment_it_tells_each_holder_once_and_asks_for_each_refund_once(
    uow: UnitOfWork, database_url: str, clock: FakeClock, process: subprocess.Popen[str]
) -> None:
    """Defence: a piece of the job and the mark that it is done are one transaction."""
    change_id = await cancelled_house(uow)
    chance, kills = random.Random(7), 0
    # Ever longer lives, so that it comes to its end; a third of the pieces are cut in the middle.
    while await runs(process, database_url, change_id, chance.randint(3, 24) + 4 * kills):
        kills += 1
    assert kills >= LEAST_KILLS
    clock.advance(LATER - clock.now())
    told = Counter(await rows(uow, "SELECT person_id FROM notice WHERE kind = 'run_changed'"))
    assert len(told) == BUYERS
    assert set(told.values()) == {1}
    asked = Counter(await rows(uow, "SELECT charge_id FROM refund"))
    assert len(asked) == BUYERS
    assert set(asked.values()) == {1}
    assert await rows(uow, "SELECT id FROM ticket WHERE state = 'valid'") == []
    assert await rows(uow, "SELECT state FROM run_change") == ["done"]
    # Whoever was killed between submitting and settling has left refunds that the next tick asks about again.
    assert set(await rows(uow, "SELECT state FROM refund")) <= {"confirmed", "requested"}
    await check_invariants(uow)
    print(f"{kills} kills")  # noqa: T201


async def test_where_telling_and_marking_are_two_transactions_somebody_is_told_twice(
    uow: UnitOfWork, database_url: str, process: subprocess.Popen[str]
) -> None:
    """Negative control."""
    change_id = await cancelled_house(uow)
    lives = iter(range(8, 400, 3))
    while await runs(process, database_url, change_id, next(lives), ONE_TRANSACTION):
        pass
    told = Counter(await rows(uow, "SELECT person_id FROM notice WHERE kind = 'run_changed'"))
    assert max(told.values()) > 1
