"""An alarm goes first, whatever waits: a queue of courtesies, a halt, a minute in which Telegram does not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain import notices
from domain.incidents.model import IncidentKind
from domain.incidents.paging import WatchIncidents
from domain.incidents.reporting import BeginIncident, SendIncident
from domain.notices import Lane, Notice, NoticeKind
from domain.people.model import Grant, Role
from domain.ports import Tx
from storage.tables.messaging import notice
from tests.support.clock import FakeClock
from tests.support.house import somebody
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

WAITING = 1000


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def courtesies(evening: Evening, most: int = WAITING) -> None:
    """They wait already; to people with no account, so that none of them is a message of the test's."""

    def wait(tx: Tx) -> None:
        crowd = [somebody(tx, "Guest") for _ in range(20)]
        for number in range(most):
            params = {"performance_id": evening.theatre.concert_id}
            tx.notify(Notice(crowd[number % 20], NoticeKind.SALES_OPEN, f"sales_open:test:{number}", params))

    await evening.house.foyer.uow.write(wait)


async def safety(evening: Evening, id: int = 2002, name: str = "Sam") -> Person:
    person = await evening.guest(id, name)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id
    await evening.house.foyer.uow.write(
        lambda tx: tx.people.grant(person_id, Grant(Role.SAFETY, venue_id), None, tx.now)
    )
    return person


async def usher(evening: Evening) -> int:
    return await evening.id_of(await evening.usher())


async def reported(evening: Evening, usher_id: int) -> None:
    """A second later than what waits."""
    evening.clock.advance(timedelta(seconds=1))
    await evening.house.foyer.uow.write(
        lambda tx: SendIncident(usher_id, BeginIncident(usher_id, IncidentKind.FIRE)(tx))(tx)
    )


async def taken_first(evening: Evening) -> tuple[list[str], list[str]]:
    """(notices, cards) that the courier takes up in its next look, by kind and in order."""
    foyer = evening.house.foyer
    leased = await foyer.uow.write(foyer.courier._lease)
    assert leased is not None
    kinds = [row.kind for row in leased[1]]
    return [kind for kind in kinds if kind != "incident"], [kind for kind in kinds if kind == "incident"]


async def test_an_alarm_overtakes_a_thousand_courtesies_and_a_full_house_that_is_told_to_leave(
    evening: Evening,
) -> None:
    await safety(evening)
    usher_id = await usher(evening)
    await courtesies(evening)

    def leave(tx: Tx) -> None:
        for number in range(50):
            tx.notify(Notice(somebody(tx), NoticeKind.EVACUATE, f"announcement:1:{number}", {"announcement_id": 1}))

    await evening.house.foyer.uow.write(leave)
    await reported(evening, usher_id)
    told, cards = await taken_first(evening)
    assert told[0] == "incident_alarm"
    assert set(told[1:]) == {"evacuate"}
    assert cards  # the reporter's state does not wait behind what waits


async def test_without_lanes_of_their_own_alarms_wait_in_line(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: the lane of a kind."""
    monkeypatch.setattr(notices, "LANES", dict.fromkeys(NoticeKind, Lane.COURTESY))
    await safety(evening)
    usher_id = await usher(evening)
    await courtesies(evening)
    await reported(evening, usher_id)
    told, _ = await taken_first(evening)
    assert "incident_alarm" not in told


async def test_an_alarm_is_first_after_a_halt(evening: Evening) -> None:
    sam, foyer = await safety(evening), evening.house.foyer
    usher_id = await usher(evening)
    await courtesies(evening, 60)
    foyer.courier.halt(30)
    await reported(evening, usher_id)
    assert await foyer.courier.work_off() == 0
    evening.clock.advance(timedelta(seconds=30))
    told, _ = await taken_first(evening)
    assert told[0] == "incident_alarm"
    assert not any("Fire or smoke" in text_of(message) for message in await sam.received())


async def test_an_incident_that_is_reported_while_telegram_does_not_answer_is_delivered_first(
    evening: Evening,
) -> None:
    """For a minute every call is answered by 502; courtesies wait meanwhile, and guests write on."""
    sam, anna, foyer = await safety(evening), await evening.guest(), evening.house.foyer
    usher_id = await usher(evening)
    anna_id = await evening.id_of(anna)
    await evening.house.post("/client/faults", {"method": "sendMessage", "error": 502, "times": 100_000})

    def report(tx: Tx) -> None:
        params = {"performance_id": evening.theatre.concert_id}
        tx.notify(Notice(anna_id, NoticeKind.SALES_OPEN, "sales_open:1:a", params))
        SendIncident(usher_id, BeginIncident(usher_id, IncidentKind.UNWELL)(tx))(tx)

    await foyer.uow.write(report)
    for _ in range(9):
        await foyer.courier.work_off()
        evening.clock.advance(timedelta(seconds=7))
        await foyer.uow.write(WatchIncidents())
    assert await alarms(evening) == [("due", 9), ("due", 0)]  # oftener than anything else is ever tried
    async with evening.house.http.delete(f"{evening.house.base}/client/faults") as answer:
        assert answer.status == 200
    evening.clock.advance(timedelta(seconds=1))
    told, _ = await taken_first(evening)
    assert told[0] == "incident_alarm"
    evening.clock.advance(timedelta(minutes=5))  # those leases run out: nobody sent them
    await evening.house.settle()
    assert sum("Unwell person" in text_of(message) for message in await sam.received()) == 2  # page and card


async def alarms(evening: Evening) -> list[tuple[str, int]]:
    """(state, attempts) of each."""
    rows = select(notice.c.state, notice.c.attempts).where(notice.c.kind == "incident_alarm").order_by(notice.c.id)
    found = await evening.house.foyer.database.read(lambda connection: connection.execute(rows).all())
    return [(state, attempts) for state, attempts in found]
