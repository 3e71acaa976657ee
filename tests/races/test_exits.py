"""Out and in by several gates at once: what happens is what could have happened one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import bindparam, update

from domain.admission.model import Admission, DoorMode
from domain.admission.scanning import Scan, SetDoorMode
from domain.codes import Opened
from storage.repositories import admission as repository
from storage.repositories.admission import AdmissionRepository
from storage.tables.admission import admission
from storage.unit_of_work import UnitOfWork
from tests.races.test_door import house_with_tickets
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants, violations
from tests.support.selling import usher_at

TICKETS = 20
OUT, IN = DoorMode.OUT, DoorMode.IN


def allowed_histories(modes: Collection[DoorMode]) -> set[tuple[str, ...]]:
    """What each gate may say of a ticket that is inside, in whatever order they come."""
    histories = set()
    for order in permutations(range(len(modes))):
        inside, said = True, [""] * len(modes)
        for gate in order:
            if list(modes)[gate] is OUT:
                said[gate], inside = ("left" if inside else "not_in"), False
            else:
                said[gate], inside = ("already_in" if inside else "re_admitted"), True
        histories.add(tuple(said))
    return histories


async def everybody_inside(uow: UnitOfWork, clock: FakeClock) -> tuple[SmallHouse, list[Opened]]:
    house, codes = await house_with_tickets(uow, clock, TICKETS)
    usher = await usher_at(uow, house)
    for code in codes:
        assert (await uow.write(Scan(usher, code)))["outcome"] == "admitted"
    clock.advance(timedelta(minutes=1))
    return house, codes


async def gates_at_once(
    uow: UnitOfWork, house: SmallHouse, codes: list[Opened], modes: Collection[DoorMode]
) -> set[tuple[str, ...]]:
    """Each ticket is scanned by all gates at the same moment; gives what they said, gate by gate."""
    ushers = [await usher_at(uow, house) for _ in modes]
    for usher, mode in zip(ushers, modes, strict=True):
        await uow.write(SetDoorMode(usher, mode))
    said = set()
    for code in codes:
        found = await asyncio.gather(*(uow.write(Scan(usher, code)) for usher in ushers))
        said.add(tuple(one["outcome"] for one in found))
    return said


async def test_out_by_two_gates_and_in_by_a_third(uow: UnitOfWork, clock: FakeClock) -> None:
    """Defences: ``leave`` ends a line only while it says inside; the index ``uq_admission_inside``."""
    house, codes = await everybody_inside(uow, clock)
    assert await gates_at_once(uow, house, codes, (OUT, OUT, IN)) <= allowed_histories((OUT, OUT, IN))
    await check_invariants(uow)


async def test_back_in_by_two_gates_without_an_exit(uow: UnitOfWork, clock: FakeClock) -> None:
    house, codes = await everybody_inside(uow, clock)
    clock.advance(timedelta(minutes=1))
    ushers = [await usher_at(uow, house) for _ in range(3)]
    for usher in ushers:
        await uow.write(SetDoorMode(usher, DoorMode.RE_ADMIT))
    for code in codes:
        found = await asyncio.gather(*(uow.write(Scan(usher, code)) for usher in ushers))
        assert sorted(one["outcome"] for one in found) == ["already_in", "already_in", "re_admitted"]
    assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == TICKETS
    await check_invariants(uow)


async def test_the_line_alone_keeps_the_count(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With gates that take everybody for inside, as two of them do who look at the same moment."""
    house, codes = await everybody_inside(uow, clock)
    _believe_everybody_inside(monkeypatch)
    assert await gates_at_once(uow, house, codes, (OUT, OUT)) <= allowed_histories((OUT, OUT))
    await check_invariants(uow)


async def test_without_it_people_leave_twice(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: ``leave`` that ends a line whatever it says."""
    house, codes = await everybody_inside(uow, clock)
    _believe_everybody_inside(monkeypatch)
    careless = update(admission).where(admission.c.id == bindparam("of_admission"))
    monkeypatch.setattr(repository, "_LEAVE_INSIDE", careless)
    assert not await gates_at_once(uow, house, codes, (OUT, OUT)) <= allowed_histories((OUT, OUT))
    wrong = await violations(uow)
    assert any(fault.startswith("nobody goes out more often") for fault in wrong), wrong


Expected = Mapping[int, tuple[int | None, Admission | None]]


def _believe_everybody_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    look = AdmissionRepository.expected_at

    def expected_at(self: AdmissionRepository, hall_id: int, ticket_ids: Collection[int]) -> Expected:
        return {
            ticket_id: (gate_id, entry and replace(entry, inside=True, left_at=None))
            for ticket_id, (gate_id, entry) in look(self, hall_id, ticket_ids).items()
        }

    monkeypatch.setattr(AdmissionRepository, "expected_at", expected_at)
