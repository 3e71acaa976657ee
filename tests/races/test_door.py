"""Everybody is let in once, however many ushers see the same ticket."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import insert

from domain.admission.model import Admission
from domain.admission.scanning import Scan, UndoAdmission
from domain.codes import CodeKind, Opened
from domain.errors import Stale
from storage.repositories import admission as repository
from storage.repositories.admission import AdmissionRepository
from storage.tables.admission import admission
from storage.unit_of_work import UnitOfWork
from tests.races.defences import without_index
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants, violations
from tests.support.selling import buy, people, usher_at

USHERS, TICKETS = 20, 500
INDEX = "uq_admission_inside"


async def house_with_tickets(uow: UnitOfWork, clock: FakeClock, number: int) -> tuple[SmallHouse, list[Opened]]:
    """The doors are open; the codes of that many tickets, ten a buyer."""
    house = await uow.write(lambda tx: small_house(tx, capacity=number))
    buyers = await people(uow, number // 10)
    bought = (buy(uow, house, buyer, *range(1 + 10 * i, 11 + 10 * i)) for i, buyer in enumerate(buyers))
    tickets = [ticket for of_one in await asyncio.gather(*bought) for ticket in of_one]
    standing = await uow.read(lambda tx: tx.ticketing.standing_credentials(tickets))
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert performance is not None
    clock.advance(performance.doors_at - clock.now())
    return house, [Opened(CodeKind.TICKET, standing[ticket].id) for ticket in tickets]


async def everybody_scans(uow: UnitOfWork, house: SmallHouse, codes: Sequence[Opened]) -> Counter[str]:
    """Every usher scans every ticket, all in nearly the same order, so that they keep meeting."""
    ushers = [await usher_at(uow, house) for _ in range(USHERS)]
    found: Counter[str] = Counter()

    async def usher(usher_id: int) -> None:
        chance = random.Random(usher_id)
        for _, code in sorted((index + chance.random() * 3, code) for index, code in enumerate(codes)):
            found[(await uow.write(Scan(usher_id, code)))["outcome"]] += 1

    await asyncio.gather(*map(usher, ushers))
    return found


async def wrong_with(found: Counter[str], uow: UnitOfWork, house: SmallHouse, tickets: int) -> list[str]:
    inside = await uow.read(lambda tx: tx.admission.count_inside(house.performance_id))
    wrong = [f"{found['admitted']} admitted, {inside} inside"] if (found["admitted"], inside) != (tickets,) * 2 else []
    return wrong + await violations(uow)


async def test_20_scanners_and_the_same_500_tickets(uow: UnitOfWork, clock: FakeClock) -> None:
    """Defence: the partial unique index ``uq_admission_inside``."""
    house, codes = await house_with_tickets(uow, clock, TICKETS)
    found = await everybody_scans(uow, house, codes)
    assert not await wrong_with(found, uow, house, TICKETS)
    assert found == {"admitted": TICKETS, "already_in": (USHERS - 1) * TICKETS}


async def test_the_index_alone_keeps_the_door(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the look before, which on SQLite's one writer would be enough by itself."""
    _blind(monkeypatch)
    house, codes = await house_with_tickets(uow, clock, 20)
    assert not await wrong_with(await everybody_scans(uow, house, codes), uow, house, 20)


async def test_without_the_index_people_are_let_in_twice(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    if uow._database.dialect == "sqlite":
        _blind(monkeypatch)  # else the one writer's look is a second defence
    plain = insert(admission).returning(admission.c.id)
    monkeypatch.setattr(repository, "_LOG", {"sqlite": plain, "postgresql": plain})
    async with without_index(uow, INDEX):
        house, codes = await house_with_tickets(uow, clock, 20)
        wrong = await wrong_with(await everybody_scans(uow, house, codes), uow, house, 20)
    assert any(fault.startswith("a ticket is inside once:") for fault in wrong), wrong


async def test_many_undo_the_same_admission(uow: UnitOfWork, clock: FakeClock) -> None:
    house, codes = await house_with_tickets(uow, clock, 10)
    usher = await usher_at(uow, house)
    for round in range(20):
        admitted = await uow.write(Scan(usher, codes[0]))
        assert admitted["outcome"] == "admitted", f"round {round}"
        undone = (uow.write(UndoAdmission(usher, admitted["admission_id"])) for _ in range(8))
        outcomes = await asyncio.gather(*undone, return_exceptions=True)
        assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False] + [True] * 7
        clock.advance(timedelta(seconds=1))
    await check_invariants(uow)


Expected = Mapping[int, tuple[int | None, Admission | None]]


def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    def sees_nobody(self: AdmissionRepository, hall_id: int, ticket_ids: Sequence[int]) -> Expected:
        return dict.fromkeys(ticket_ids, (None, None))

    monkeypatch.setattr(AdmissionRepository, "expected_at", sees_nobody)
    monkeypatch.setattr(AdmissionRepository, "entries", lambda self, ticket_ids: {})
