"""Shifts: whom a page goes to, with a plan and without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.people.model import Grant, Role
from domain.people.shifts import Shift
from domain.ports import Tx
from domain.records.usecases import ForgetMe
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants

HOUR = timedelta(hours=1)


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(small_house)


def staff(tx: Tx, name: str, role: Role, venue_id: int | None) -> int:
    person_id = somebody(tx, name)
    tx.people.grant(person_id, Grant(role, venue_id), None, tx.now)
    return person_id


def shift_of(tx: Tx, venue_id: int, person_id: int, role: Role, zones: tuple[str, ...] | None = None) -> Shift:
    """From an hour ago to in three hours."""
    start, end = tx.now - HOUR, tx.now + 3 * HOUR
    return Shift(0, venue_id, person_id, person_id, role, start, end, start, end, zones)


async def test_a_house_without_a_plan_pages_everybody_of_the_role(uow: UnitOfWork, house: SmallHouse) -> None:
    def arrange(tx: Tx) -> tuple[int, int, int]:
        other = small_house(tx)
        staff(tx, "Elsa", Role.FLOOR, other.venue_id)
        return (
            staff(tx, "Fay", Role.FLOOR, house.venue_id),
            staff(tx, "Gil", Role.FLOOR, None),
            staff(tx, "Mia", Role.MANAGER, house.venue_id),
        )

    fay, gil, mia = await uow.write(arrange)

    def paged(role: Role | None, zone: str | None = None) -> list[int]:
        return [one.person_id for one in tx.shifts.on_duty(house.venue_id, tx.now, role, zone)]

    tx: Tx

    def look(here: Tx) -> tuple[list[int], list[int], list[int], bool]:
        nonlocal tx
        tx = here
        standing_in = all(one.shift_id is None for one in tx.shifts.on_duty(house.venue_id, tx.now, Role.FLOOR))
        return paged(Role.FLOOR, "Stalls"), paged(Role.SAFETY), paged(None), standing_in

    assert await uow.read(look) == ([fay, gil], [mia], [fay, gil, mia], True)


async def test_a_plan_pages_those_on_duty_alone_and_always_somebody(uow: UnitOfWork, house: SmallHouse) -> None:
    def arrange(tx: Tx) -> dict[str, int]:
        names = {"Fay": Role.FLOOR, "Gil": Role.FLOOR, "Hal": Role.FLOOR, "Sol": Role.SAFETY, "Mia": Role.MANAGER}
        ids = {name: staff(tx, name, role, house.venue_id) for name, role in names.items()}
        ids["Max"] = staff(tx, "Max", Role.MANAGER, house.venue_id)
        fay = shift_of(tx, house.venue_id, ids["Fay"], Role.FLOOR, ("Stalls",))
        gil = replace(shift_of(tx, house.venue_id, ids["Gil"], Role.FLOOR), gate_id=house.gate_id, first_aider=True)
        tx.shifts.put(replace(fay, channel="3"))
        tx.shifts.put(gil)
        hal = shift_of(tx, house.venue_id, ids["Hal"], Role.FLOOR)
        tx.shifts.put(replace(hal, on_at=tx.now + HOUR))  # comes later
        tx.shifts.put(shift_of(tx, house.venue_id, ids["Mia"], Role.MANAGER))
        return ids

    ids = await uow.write(arrange)

    async def paged(role: Role | None, zone: str | None = None) -> set[str]:
        found = await uow.read(lambda tx: tx.shifts.on_duty(house.venue_id, tx.now, role, zone))
        return {one.name for one in found}

    assert await paged(Role.FLOOR) == {"Fay", "Gil"}
    assert await paged(Role.FLOOR, "Stalls") == {"Fay", "Gil"}
    assert await paged(Role.FLOOR, "Boxes") == {"Gil"}
    assert await paged(None) == {"Fay", "Gil", "Mia"}
    # Nobody of the safety team is in the house: the manager who is, not those at home.
    assert await paged(Role.SAFETY) == {"Mia"}

    mine = await uow.read(lambda tx: tx.shifts.duty_of(ids["Gil"], tx.now))
    assert mine is not None
    assert (mine.gate_id, mine.first_aider, mine.zones) == (house.gate_id, True, None)
    assert await uow.read(lambda tx: tx.shifts.duty_of(ids["Hal"], tx.now)) is None

    # Who has left the staff, or the house for good, is paged no more: then the zone is everybody's.
    await uow.write(lambda tx: tx.people.revoke(ids["Gil"], Grant(Role.FLOOR, house.venue_id), tx.now))
    assert await paged(Role.FLOOR, "Boxes") == {"Fay"}
    await uow.write(ForgetMe(ids["Fay"]))
    assert await paged(Role.FLOOR) == {"Mia"}
    await check_invariants(uow)


async def test_a_shift_is_stored_as_it_is(uow: UnitOfWork, house: SmallHouse, clock: FakeClock) -> None:
    def arrange(tx: Tx) -> Shift:
        ada = staff(tx, "Ada", Role.USHER, house.venue_id)
        shift = replace(
            shift_of(tx, house.venue_id, ada, Role.USHER, ("Stalls", "Boxes")),
            gate_id=house.gate_id, first_aider=True, channel="3", offered_at=tx.now, pages=1, page_due_at=tx.now,
            answered_at=tx.now,
        )  # fmt: skip
        return replace(shift, id=tx.shifts.put(shift))

    shift = await uow.write(arrange)
    assert await uow.read(lambda tx: tx.shifts.shift(shift.id)) == shift
    assert await uow.write(lambda tx: tx.shifts.pages_due(tx.now, 9)) == [shift]
    changed = replace(shift, off_at=shift.off_at + HOUR, page_due_at=None, zones=None)
    await uow.write(lambda tx: tx.shifts.put(changed))
    assert await uow.read(lambda tx: tx.shifts.of_person(shift.person_id, shift.ends_at)) == [changed]
    assert await uow.read(lambda tx: tx.shifts.of_venue(house.venue_id, shift.starts_at, shift.ends_at)) == [changed]
    assert await uow.read(lambda tx: tx.shifts.of_venue(house.venue_id, shift.ends_at, shift.ends_at + HOUR)) == []
    assert await uow.write(lambda tx: tx.shifts.pages_due(clock.now(), 9)) == []
