"""Who is inside where, counted as people; who waits; who holds what. The same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert

from domain.admission.finding import EnterTicked, LookUp
from domain.admission.house import LetLatecomersIn, SayRun
from domain.admission.model import DoorCounts, DoorMode, ZoneCount
from domain.admission.scanning import Scan, SetDoorMode, TakeDoorPost, UndoAdmission
from domain.ports import Tx
from domain.programme.model import LatecomersPolicy, RunState
from storage.tables.window import contact
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants
from tests.support.selling import buy, code_of, people, seated_house, usher_at


async def open_house(uow: UnitOfWork, clock: FakeClock, latecomers: LatecomersPolicy) -> tuple[SmallHouse, list[int]]:
    """Doors are open; five tickets of one person, seats 1 to 5 of row 1."""

    def furnish(tx: Tx) -> SmallHouse:
        house = seated_house(tx)
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, latecomers=latecomers))
        return house

    house = await uow.write(furnish)
    (buyer,) = await people(uow, 1)
    tickets = await buy(uow, house, buyer, 1, 2, 3, 4, 5)
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert performance is not None
    clock.advance(performance.doors_at - clock.now())
    return house, tickets


async def test_people_are_counted_not_scans(uow: UnitOfWork, clock: FakeClock) -> None:
    house, tickets = await open_house(uow, clock, LatecomersPolicy.ANY_TIME)
    by_gate, anywhere = await usher_at(uow, house), await usher_at(uow, house)
    await uow.write(TakeDoorPost(anywhere, house.performance_id, None))
    codes = [await code_of(uow, ticket) for ticket in tickets]

    async def counts() -> DoorCounts:
        return await uow.read(lambda tx: tx.admission.door_counts(house.performance_id))

    assert await counts() == DoorCounts((ZoneCount("Stalls", 0, 5),), (), out=0, waiting=0)
    for code in codes[:3]:
        await uow.write(Scan(by_gate, code))
        await uow.write(Scan(anywhere, code))  # already in: a scan, and nobody more
    last = await uow.write(Scan(anywhere, codes[3]))
    seen = await counts()
    assert (seen.inside, seen.expected, seen.out) == (4, 5, 0)
    assert dict(seen.gates) == {house.gate_id: 3, None: 1}
    await uow.write(UndoAdmission(anywhere, last["admission_id"]))
    clock.advance(timedelta(minutes=1))
    await uow.write(SetDoorMode(anywhere, DoorMode.OUT))
    await uow.write(Scan(anywhere, codes[0]))
    gone = await uow.write(Scan(anywhere, codes[1]))
    seen = await counts()
    assert (seen.inside, seen.out, seen.zones) == (1, 2, (ZoneCount("Stalls", 1, 5),))
    clock.advance(timedelta(minutes=1))
    assert (await uow.write(Scan(by_gate, codes[0])))["outcome"] == "re_admitted"
    await uow.write(UndoAdmission(anywhere, gone["admission_id"]))
    seen = await counts()
    assert (seen.inside, seen.out) == (3, 0)
    assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == 3
    await check_invariants(uow)


async def test_those_waiting_are_those_told_to_and_not_let_in_since(uow: UnitOfWork, clock: FakeClock) -> None:
    house, tickets = await open_house(uow, clock, LatecomersPolicy.AT_BREAK)
    usher = await usher_at(uow, house)
    codes = [await code_of(uow, ticket) for ticket in tickets]
    await uow.write(Scan(usher, codes[0]))
    await uow.write(SetDoorMode(usher, DoorMode.OUT))
    await uow.write(Scan(usher, codes[0]))
    await uow.write(SetDoorMode(usher, DoorMode.IN))
    await uow.write(SayRun(usher, house.performance_id, RunState.STARTED))
    clock.advance(timedelta(minutes=1))
    assert (await uow.write(Scan(usher, codes[0])))["outcome"] == "late_wait"  # went out, and comes back too late
    assert (await uow.write(Scan(usher, codes[1])))["outcome"] == "late_wait"

    async def waiting() -> list[int]:
        return [id for id, _ in await uow.read(lambda tx: tx.admission.waiting(house.performance_id))]

    assert await waiting() == tickets[:2]
    assert await uow.write(LetLatecomersIn(usher, house.performance_id)) == 1  # one holder
    assert (await uow.write(Scan(usher, codes[1])))["outcome"] == "admitted"
    assert await waiting() == tickets[:1]
    assert await uow.write(LetLatecomersIn(usher, house.performance_id)) == 1  # pressed twice: told once
    assert (await uow.write(Scan(usher, codes[0])))["outcome"] == "re_admitted"
    assert await waiting() == []
    await check_invariants(uow)


async def test_ticks_are_entered_once(uow: UnitOfWork, clock: FakeClock) -> None:
    house, tickets = await open_house(uow, clock, LatecomersPolicy.NONE)
    usher = await usher_at(uow, house)
    await uow.write(Scan(usher, await code_of(uow, tickets[0])))
    await uow.write(SayRun(usher, house.performance_id, RunState.STARTED))
    entered = EnterTicked(usher, house.performance_id, tuple(tickets[:3]))
    assert await uow.write(entered) == tickets[1:3]  # they are in, late or not
    assert await uow.write(entered) == []
    found = await uow.read(lambda tx: tx.admission.entries(tickets))
    assert [found[ticket].channel for ticket in tickets[:3]] == ["scan", "paper", "paper"]
    await check_invariants(uow)


async def test_a_guest_is_found_by_what_was_left_at_the_window(uow: UnitOfWork, clock: FakeClock) -> None:
    house, tickets = await open_house(uow, clock, LatecomersPolicy.ANY_TIME)
    usher = await usher_at(uow, house)
    guests = await uow.read(lambda tx: tx.admission.guests(house.performance_id))
    assert [(guest.ticket_id, guest.row, guest.number, guest.holder) for guest in guests[:2]] == [
        (tickets[0], "1", "1", "Ada"),
        (tickets[1], "1", "2", "Ada"),
    ]
    holder = await uow.read(lambda tx: tx.ticketing.ticket(tickets[0]))
    assert holder is not None
    left = {
        "person_id": holder.holder_id,
        "name": "Mr. Ho",
        "phone": "+49 30 901820",
        "mail": "",
        "left_at": clock.now(),
    }
    await uow._database.write(lambda connection: connection.execute(insert(contact), left))
    assert await uow.write(LookUp(usher, house.performance_id, "030 901820")) == tickets
    assert await uow.write(LookUp(usher, house.performance_id, "1: 3")) == [tickets[2]]
    last = await uow.read(lambda tx: tx.admission.guest(tickets[4]))
    assert last is not None
    assert last.contacts == ("+49 30 901820",)
