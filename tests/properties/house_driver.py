"""The real house that the machine works on: each step is a use case that is checked from all sides."""

from __future__ import annotations

import asyncio
import os
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test
from sqlalchemy import func, select

from domain.codes import Keyring
from domain.errors import Rejected
from domain.ports import Work
from storage.database import Database, open_database
from storage.tables.messaging import notice
from storage.tables.records import audit_entry
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.dump import dump
from tests.support.invariants import check_invariants

T = TypeVar("T")

KEYRING = Keyring({"k": b"a secret of the tests, of no use elsewhere"})

Audit = tuple[int | None, str, str, int]  # actor, action, subject, subject id
Told = tuple[int, str]  # person, kind
Rows = Callable[..., list[Any]]  # columns → rows

MOST_STEPS = 40


class HouseDriver(RuleBasedStateMachine):
    """Subclasses give ``fresh`` (the URL of an empty database); their first step sets ``updates``."""

    fresh: ClassVar[Callable[[], str]]
    #: Numbers of stored updates, each for one step.
    updates: list[int]

    def __init__(self) -> None:
        super().__init__()
        self.url = type(self).fresh()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.steps = 0
        self.audits = self.notices = 0  # the last ones seen
        self.open()

    def open(self) -> None:
        async def opened() -> Database:
            return open_database(self.url, pool_size=2)

        self.database = self.runner.run(opened())
        self.uow = UnitOfWork(self.database, self.clock, KEYRING)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    def read(self, work: Work[T]) -> T:
        return self.run(self.uow.read(work))

    def teardown(self) -> None:
        try:
            self.run(check_invariants(self.uow))
        finally:
            self.run(self.database.dispose())
            self.runner.close()

    def store_updates(self, tx: StorageTx) -> None:
        stored = tx.inbox.add(1, [(number, 1, "{}") for number in range(MOST_STEPS * 30)], tx.now)
        self.updates = [update.inbox_id for update in stored]

    def do(self, work: Work[Any], refusal: type[Rejected] | None = None) -> Any:
        """One use case as a step of an update. Gives its outcome; None where it is refused, as it should be."""
        self.steps += 1
        thorough = self.steps % 6 == 0
        handled = (self.updates.pop(), 0)
        before = self.run(dump(self.uow)) if thorough and refusal is not None else None
        outcome, refused = self.run(self._attempt(work, handled))
        assert type(refused) is (refusal or type(None)), f"{work}: {refused!r} {outcome}, not {refusal}"
        if refused is not None:
            assert before is None or self.run(dump(self.uow)) == before
            self.saw()
        elif thorough:
            after = self.run(dump(self.uow))
            assert self.run(self.uow.write(work, handled=handled, replay=True)) == outcome
            assert self.run(dump(self.uow)) == after
        return outcome

    async def _attempt(self, work: Work[Any], handled: tuple[int, int]) -> tuple[Any, Rejected | None]:
        try:
            return await self.uow.write(work, handled=handled), None
        except Rejected as refused:
            return None, refused

    def caught_up(self) -> None:
        """What is on record so far was looked at, or is none of this test's business."""
        newest = select(
            select(func.max(audit_entry.c.id)).scalar_subquery(), select(func.max(notice.c.id)).scalar_subquery()
        )
        row = self.run(self.database.read(lambda connection: connection.execute(newest).one()))
        self.audits, self.notices = row[0] or 0, row[1] or 0

    def saw(self, *audits: Audit, told: Sequence[Told] = ()) -> None:
        """These are on record since the last look, and these notices were written; nothing else."""
        a, n = audit_entry.c, notice.c

        def new(connection: Any) -> tuple[list[Any], list[Any]]:
            on_record = select(a.id, a.actor_id, a.action, a.subject, a.subject_id).where(a.id > self.audits)
            written = select(n.id, n.person_id, n.kind).where(n.id > self.notices)
            return list(connection.execute(on_record)), list(connection.execute(written))

        on_record, written = self.run(self.database.read(new))
        found = sorted(repr(tuple(row[1:])) for row in on_record)
        assert sorted(map(repr, audits)) == found, f"on record: {found}, not: {audits}"
        assert sorted(told) == sorted(tuple(row[1:]) for row in written)
        self.audits = max([row[0] for row in on_record], default=self.audits)
        self.notices = max([row[0] for row in written], default=self.notices)

    # What stands

    @abstractmethod
    def compare(self, rows: Rows) -> None:
        """Holds the database against the model."""

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "updates"):
            return
        self.run(self.database.read(lambda connection: self.compare(partial(_rows, connection))))
        if self.steps % 10 == 0:
            self.run(check_invariants(self.uow))


def _rows(connection: Any, *columns: Any) -> list[Any]:
    return [tuple(row) for row in connection.execute(select(*columns))]


def run_machine(machine: type[HouseDriver], template: Any, tmp_path: Path, examples: int) -> None:
    """Each example has a database of its own. ``template``: gives empty ones, see tests/support/databases.py."""

    def fresh() -> str:
        on_disk = isinstance(template, SqliteTemplate)
        return str(template.fresh(Path(mkdtemp(dir=tmp_path))) if on_disk else template.fresh())

    run_state_machine_as_test(
        type("Machine", (machine,), {"fresh": staticmethod(fresh)}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=MOST_STEPS,
            deadline=None,
            derandomize=bool(os.environ.get("CI")),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
