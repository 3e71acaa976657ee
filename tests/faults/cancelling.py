"""A process that forks another for each order, which carries on with a cancelled performance until it is killed.

Run as ``python -m tests.faults.cancelling``. An order is a line of JSON on the standard input: ``database_url``,
``change_id``, ``after`` (how many statements it has to live) and ``without`` (the defence that it does without). The
answer is a line that says whether it was killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, event

from domain.codes import Keyring
from domain.notices import Notice, NoticeKind
from domain.payments.model import RefundState
from domain.payments.refunding import DueRefunds, SettleRefund, SubmitRefund
from domain.programme.moving import CarryOn
from storage.database import open_database
from storage.repositories.run_changes import RunChanges
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import START, FakeClock

#: The cancellation was decided at the start; by now nobody has answered in time.
LATER = START + timedelta(days=8)
ONE_TRANSACTION = "telling and marking are one transaction"


async def carry_on(order: dict[str, Any]) -> None:
    """In small pieces, so that there are many moments to be killed at."""
    database = open_database(order["database_url"])
    keyring = Keyring({"k": b"a secret of the tests, of no use elsewhere"})
    uow = UnitOfWork(database, FakeClock(LATER), keyring)
    change_id = order["change_id"]
    event.listen(Engine, "before_cursor_execute", _mortal(order["after"]))
    if order["without"] == ONE_TRANSACTION:
        await _tell_and_mark_apart(uow, change_id)
    while await uow.write(CarryOn(change_id, holders=3, orders=2)):
        pass
    for refund, _ in await uow.read(DueRefunds()):
        if await uow.write(SubmitRefund(refund.id)):
            await uow.write(SettleRefund(refund.id, RefundState.CONFIRMED, f"provider-{refund.id}"))
    await database.dispose()


def _mortal(after: int) -> Any:
    left = [after]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


async def _tell_and_mark_apart(uow: UnitOfWork, change_id: int) -> None:
    """As somebody would who tells first and notes afterwards whom they have told; each telling has a key of its own."""
    mark = RunChanges.add_told

    def told(tx: StorageTx) -> Sequence[int]:
        change = tx.ticketing.run_change(change_id)
        assert change is not None
        persons = tx.ticketing.untold_holders(change_id, change.performance_id, 3)
        for person in persons:
            params = {"change_id": change_id, "person_id": person}
            tx.notify(Notice(person, NoticeKind.RUN_CHANGED, f"run:{uuid4()}", params))
        return persons

    while persons := await uow.write(told):
        await uow.write(lambda tx, persons=persons: mark(tx.ticketing, change_id, persons, tx.now))  # type: ignore[misc]


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            asyncio.run(carry_on(order))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        told = {"killed": os.WIFSIGNALED(status), "failed": os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0}
        print(json.dumps(told), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
