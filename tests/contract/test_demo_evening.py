"""Whoever starts the demo has an evening before them, at whatever hour that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo import people, run
from bot.demo.house import SOON_EVENT, demo_documents
from bot.dispatcher import CHANNEL
from domain.ports import Tx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    return sqlite_template.fresh(tmp_path)


@pytest.fixture
def clock() -> FakeClock:
    """09:32 in the demo's house: its exhibition lets in at ten."""
    return FakeClock(datetime(2027, 3, 1, 1, 32, tzinfo=UTC))


async def test_an_exhibition_that_opens_soon_does_not_take_the_evening_away(uow: UnitOfWork, clock: FakeClock) -> None:
    now = clock.now().astimezone(run.VENUE_TIME)
    documents = demo_documents(now.date())
    shown = [row for row in documents.programme_rows if row.cells["event"] in (SOON_EVENT, "ink-and-light")]
    assert any(row.cells["starts_at"] == "2027-03-01 10:00" for row in shown)
    await run.bring_in(uow, replace(documents, programme_rows=shown))
    await run.open_doors(uow, now)
    await run.open_doors(uow, now)

    def tickets(tx: Tx) -> list[int]:
        found = [tx.people.actor_by_account(CHANNEL, str(resident.id)) for resident in people.audience()]
        return [len(tx.ticketing.tickets_of_holder(one[0].person_id)) if one else 0 for one in found]

    assert await uow.read(tickets) == [1, 1]
