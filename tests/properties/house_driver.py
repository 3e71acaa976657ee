"""The real house that the machine works on: each step is a use case that is checked from all sides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import select

from domain.codes import Keyring
from domain.errors import Rejected
from domain.ports import Work
from storage.database import Database, open_database
from storage.tables.admission import admission
from storage.tables.messaging import notice
from storage.tables.people import role_grant
from storage.tables.records import audit_entry
from storage.tables.ticketing import claim, ticket, ticket_order
from storage.unit_of_work import UnitOfWork
from tests.properties.house_model import House
from tests.support.clock import FakeClock
from tests.support.dump import dump
from tests.support.invariants import check_invariants

T = TypeVar("T")

KEYRING = Keyring({"k": b"a secret of the tests, of no use elsewhere"})

Audit = tuple[int | None, str, str, int]  # actor, action, subject, subject id
Told = tuple[int, str]  # person, kind


class HouseDriver(RuleBasedStateMachine):
    """Subclasses give ``fresh`` (the URL of an empty database); their first step sets ``model`` and ``updates``."""

    fresh: ClassVar[Callable[[], str]]
    model: House
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

    def do(self, work: Work[Any], refusal: type[Rejected] | None = None) -> Any:
        """One use case as a step of an update. Gives its outcome; None where it is refused, as it should be."""
        self.steps += 1
        thorough = self.steps % 6 == 0
        handled = (self.updates.pop(), 0)
        before = self.run(dump(self.uow)) if thorough else None
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

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        c, o, t, a, g = claim.c, ticket_order.c, ticket.c, admission.c, role_grant.c

        def rows(connection: Any, *columns: Any) -> list[Any]:
            return [tuple(row) for row in connection.execute(select(*columns))]

        def everything(connection: Any) -> None:
            claims = {
                place: (order, block, until)
                for place, order, block, until in rows(connection, c.place, c.order_id, c.block_id, c.until)
            }
            assert claims == {
                place: (*((owner[1], None) if owner[0] == "order" else (None, owner[1])), until)
                for place, (owner, until) in ((place, (x.owner, x.until)) for place, x in self.model.claims.items())
            }
            orders = {id: rest for id, *rest in rows(connection, o.id, o.buyer_id, o.state, o.total_minor)}
            assert orders == {id: [x.buyer, x.state, x.total] for id, x in self.model.orders.items()}
            tickets = {id: rest for id, *rest in rows(connection, t.id, t.order_id, t.place, t.holder_id, t.state)}
            assert tickets == {id: [x.order, x.place, x.holder, x.state] for id, x in self.model.tickets.items()}
            listed = {id for id, since in rows(connection, t.id, t.listed_at) if since is not None}
            assert listed == {id for id, ticket in self.model.tickets.items() if ticket.listed}
            inside = {id for id, stands in rows(connection, a.id, a.inside) if stands}
            assert inside == {id for id, entry in self.model.entries.items() if entry.inside}
            roles = {
                person: role for person, role, gone in rows(connection, g.person_id, g.role, g.revoked_at) if not gone
            }
            assert roles == {**self.model.roles, self.model.owner: "owner"}

        self.run(self.database.read(everything))
        if self.steps % 10 == 0:
            self.run(check_invariants(self.uow))
