"""Incidents in the database: what a house has written down, one draft a person, who is told, what is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import NotFound, Stale
from domain.incidents.announcing import CarryAnnouncement, ConsentAnnouncement, ProposeAnnouncement, StopAnnouncement
from domain.incidents.handling import SayIncident, TakeIncident
from domain.incidents.model import AnnouncementState, IncidentKind, IncidentState, Severity, Template
from domain.incidents.paging import WatchIncidents, rules_of
from domain.incidents.places import Spot
from domain.incidents.reporting import BeginIncident, SendIncident
from domain.people.model import Grant, Role
from domain.ports import Tx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import buy, people


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(small_house)


async def staff(uow: UnitOfWork, house: SmallHouse, *roles: Role) -> list[int]:
    def join(tx: Tx) -> list[int]:
        found = [somebody(tx, role.value.title()) for role in roles]
        for person_id, role in zip(found, roles, strict=True):
            tx.people.grant(person_id, Grant(role, house.venue_id), None, tx.now)
        return found

    return await uow.write(join)


async def test_what_the_house_writes_down_decides_who_is_paged_and_when(
    uow: UnitOfWork, house: SmallHouse, clock: FakeClock
) -> None:
    document = {
        "kind": {"other": {"severity": 2, "also": ["stage"]}},
        "severity": {"2": {"step": [{"roles": ["floor"]}, {"after_seconds": 40, "roles": ["manager"]}]}},
    }
    assert await uow.write(lambda tx: tx.incidents.put_rules_document(document))
    assert not await uow.write(lambda tx: tx.incidents.put_rules_document(document))
    rules = await uow.read(rules_of)
    assert rules.kinds[IncidentKind.OTHER].severity is Severity.S2
    usher, floor, stage, safety, manager = await staff(
        uow, house, Role.USHER, Role.FLOOR, Role.STAGE, Role.SAFETY, Role.MANAGER
    )
    incident_id = await uow.write(BeginIncident(usher, IncidentKind.OTHER))
    await uow.write(SendIncident(usher, incident_id, Spot(house.venue_id, gate_id=house.gate_id)))
    assert set(await uow.read(lambda tx: tx.incidents.involved(incident_id))) == {usher, floor, stage}
    clock.advance(timedelta(seconds=39))
    assert await uow.write(WatchIncidents()) == 0
    clock.advance(timedelta(seconds=1))
    assert await uow.write(WatchIncidents()) == 1
    assert set(await uow.read(lambda tx: tx.incidents.involved(incident_id))) == {usher, floor, stage, manager}
    assert not await uow.read(lambda tx: tx.incidents.any_due(tx.now + timedelta(days=1)))
    assert safety not in await uow.read(lambda tx: tx.incidents.involved(incident_id))
    await check_invariants(uow)


async def test_a_person_has_one_report_in_hand_and_an_incident_one_who_has_it(
    uow: UnitOfWork, house: SmallHouse
) -> None:
    usher, one, two, manager = await staff(uow, house, Role.USHER, Role.SAFETY, Role.SAFETY, Role.MANAGER)
    first = await uow.write(BeginIncident(usher, IncidentKind.FIRE))
    assert await uow.write(BeginIncident(usher, IncidentKind.CROWD)) == first
    elsewhere = await uow.write(small_house)
    with pytest.raises(NotFound):
        await uow.write(SendIncident(usher, first, Spot(elsewhere.venue_id)))
    assert await uow.write(SendIncident(usher, first)) == await uow.write(SendIncident(usher, first)) == first
    await uow.write(TakeIncident(one, first))
    with pytest.raises(Stale):
        await uow.write(TakeIncident(two, first))
    await uow.write(TakeIncident(two, first, instead_of=one))
    await uow.write(SayIncident(manager, first, IncidentState.RESOLVED))
    with pytest.raises(Stale):
        await uow.write(SayIncident(two, first, IncidentState.ON_SCENE))
    incident = await uow.read(lambda tx: tx.incidents.incident(first))
    assert incident is not None
    assert (incident.kind, incident.state, incident.taker_id) == (IncidentKind.CROWD, IncidentState.RESOLVED, two)
    await check_invariants(uow)


async def test_an_announcement_reaches_each_holder_once_and_none_after_it_is_stopped(
    uow: UnitOfWork, house: SmallHouse
) -> None:
    anna, bert, carl = await people(uow, 3)
    for place, guest in enumerate((anna, bert, carl), start=1):
        await buy(uow, house, guest, place)
    one, two = await staff(uow, house, Role.MANAGER, Role.MANAGER)
    asked = await uow.write(ProposeAnnouncement(one, house.performance_id, Template.APOLOGY))
    assert await uow.write(ProposeAnnouncement(one, house.performance_id, Template.APOLOGY)) == asked
    assert await uow.write(CarryAnnouncement(asked)) == 0  # nobody has agreed
    await uow.write(ConsentAnnouncement(two, asked))
    assert await uow.write(CarryAnnouncement(asked, limit=2)) == 2
    progress = await uow.read(lambda tx: tx.incidents.progress(f"announcement:{asked}:"))
    assert (progress.written, progress.sent) == (2, 0)
    await uow.write(StopAnnouncement(one, asked))
    assert await uow.write(CarryAnnouncement(asked, limit=2)) == 0
    stopped = await uow.read(lambda tx: tx.incidents.announcement(asked))
    assert stopped is not None
    assert stopped.state is AnnouncementState.STOPPED
    assert await uow.read(lambda tx: tx.incidents.wheelchairs_inside(house.performance_id)) == []
    await check_invariants(uow)
