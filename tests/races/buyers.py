"""A process full of buyers: told on its standard input whom to be, it says on its output what became of them.

Run as ``python -m tests.races.buyers``. It opens the database as any process of the house does; ``without`` names the
one defence that is taken out of it, for the negative control.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from domain.codes import Keyring
from domain.errors import Rejected
from domain.ticketing.holding import HoldBest
from domain.ticketing.model import ClaimKind
from storage.database import open_database
from storage.repositories.claims import Claims
from storage.tables.ticketing import claim
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.selling import PRICE, captured


@dataclass(frozen=True, slots=True)
class Rush:
    """Everybody holds the best place there is, and pays for it."""

    database_url: str
    performance_id: int
    concession_id: int
    buyer_ids: Sequence[int]
    without: str = ""


async def rush(uow: UnitOfWork, orders: Rush) -> Counter[str]:
    """How often each came about: ``sold``, a refusal's code, or an error in its own words."""

    async def buyer(buyer_id: int) -> str:
        try:
            order_id = await uow.write(HoldBest(buyer_id, orders.performance_id, ((orders.concession_id, 1),)))
            paid = await uow.write(captured(order_id, buyer_id, PRICE.minor, charge=f"of-{buyer_id}"))
        except Rejected as refused:
            return refused.code
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "sold" if paid["fate"] == "tickets" else str(paid["fate"])

    return Counter(await asyncio.gather(*map(buyer, orders.buyer_ids)))


def take_out_begin_immediate() -> None:
    """SQLite's writer begins as a driver would: the lock is asked for at the first write."""
    original = Connection.exec_driver_sql

    def deferred(self: Connection, statement: str, *rest: Any, **options: Any) -> Any:
        return original(self, "BEGIN" if statement == "BEGIN IMMEDIATE" else statement, *rest, **options)

    Connection.exec_driver_sql = deferred  # type: ignore[method-assign]


def take_out_the_claim_key() -> None:
    """Claims as one would write them without a key to conflict with: a look, then the inserts."""

    def look_then_insert(
        self: Claims,
        performance_id: int,
        places: Collection[int],
        kind: ClaimKind,
        *,
        order_id: int | None = None,
        block_id: int | None = None,
        until: datetime | None,
        now: datetime,
    ) -> set[int]:
        free = set(places) - self.taken(performance_id, now)
        for place in sorted(free):
            row = {"performance_id": performance_id, "place": place, "kind": kind.value, "order_id": order_id}
            self._execute(insert(claim), {**row, "block_id": block_id, "until": until})
        return free

    Claims.claim = look_then_insert  # type: ignore[method-assign]


DEFENCES: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "begin immediate": take_out_begin_immediate,
    "claim key": take_out_the_claim_key,
}


async def main() -> None:
    orders = Rush(**json.loads(sys.stdin.readline()))
    DEFENCES[orders.without]()
    database = open_database(orders.database_url)
    uow = UnitOfWork(database, FakeClock(), Keyring({"k": b"a secret of the tests, of no use elsewhere"}))
    await uow.read(lambda tx: tx.programme.performance(orders.performance_id))
    print("ready", flush=True)  # noqa: T201 - the parent reads it
    sys.stdin.readline()
    outcomes = await rush(uow, orders)
    await database.dispose()
    print(json.dumps(outcomes), flush=True)  # noqa: T201


async def in_processes(*rushes: Rush) -> Counter[str]:
    """A process for each, all let off at once; their outcomes added up."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.races.buyers", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        for _ in rushes
    ]
    try:
        async with asyncio.timeout(120):
            for process, orders in zip(processes, rushes, strict=True):
                _say(process, json.dumps(asdict(orders)))
            for process in processes:
                assert process.stdout is not None
                assert await process.stdout.readline() == b"ready\n"
            for process in processes:
                _say(process, "go")
            told = [(await process.communicate())[0] for process in processes]
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    return sum((Counter(json.loads(outcomes)) for outcomes in told), Counter())


def _say(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())


if __name__ == "__main__":
    asyncio.run(main())
