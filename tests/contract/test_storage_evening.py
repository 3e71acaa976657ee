"""The evening in the database: who is to be reminded, whose card is behind, gates and numbers. The same on both."""

from __future__ import annotations

from datetime import timedelta

from domain.admission.evening_model import ItemKind, RunEntry, VisitStage
from domain.admission.scanning import Scan, UndoAdmission
from domain.ports import Tx
from domain.programme.model import Gate, RunState
from domain.programme.quiet import QuietHours, Reminder
from domain.text import LocalText
from domain.ticketing.handing_on import AcceptTicket, OfferTicket
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.selling import buy, code_of, people, seated_house, usher_at


async def test_the_run_is_a_log_that_can_be_undone(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    (person,) = await people(uow, 1)

    def say(tx: Tx) -> tuple[int, int]:
        first = RunEntry(0, house.performance_id, RunState.OPEN, RunState.SCHEDULED, None, tx.now, person)
        second = RunEntry(0, house.performance_id, RunState.HELD, RunState.OPEN, tx.now, tx.now, person, "medical")
        return tx.evening.add_run_entry(first), tx.evening.add_run_entry(second)

    first, second = await uow.write(say)
    entries = await uow.read(lambda tx: tx.evening.run_entries(house.performance_id))
    assert [(entry.id, entry.state, entry.before, entry.reason) for entry in entries] == [
        (first, RunState.OPEN, RunState.SCHEDULED, ""),
        (second, RunState.HELD, RunState.OPEN, "medical"),
    ]
    await uow.write(lambda tx: tx.evening.undo_run_entry(second, person, tx.now))
    assert [entry.id for entry in await uow.read(lambda tx: tx.evening.run_entries(house.performance_id))] == [first]


async def test_turnout_counts_people_by_their_first_way_in(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(seated_house)
    (buyer,) = await people(uow, 1)
    tickets = await buy(uow, house, buyer, 1, 2, 3, 4)
    usher = await usher_at(uow, house)
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert performance is not None
    clock.advance(performance.doors_at - clock.now())
    await uow.write(Scan(usher, await code_of(uow, tickets[0])))
    began = clock.advance(timedelta(minutes=10))
    clock.advance(timedelta(minutes=1))
    await uow.write(Scan(usher, await code_of(uow, tickets[1])))
    slip = await uow.write(Scan(usher, await code_of(uow, tickets[2])))
    await uow.write(UndoAdmission(usher, slip["admission_id"]))
    turnout = await uow.read(lambda tx: tx.evening.turnout(house.performance_id, began))
    assert (turnout.expected, turnout.admitted, turnout.late) == (4, 2, 1)
    assert turnout.gates == ((house.gate_id, 2),)
    never = await uow.read(lambda tx: tx.evening.turnout(house.performance_id, None))
    assert (never.admitted, never.late) == (2, 0)


async def test_who_is_to_be_reminded(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(seated_house)
    anna, ben, carl, dora = await people(uow, 4)
    first, _ = await buy(uow, house, anna, 1, 2)
    await buy(uow, house, ben, 3)
    await buy(uow, house, carl, 4)
    due = clock.advance(timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    await buy(uow, house, dora, 5)  # later than it was due
    hand_on = await uow.write(OfferTicket(anna, first))
    await uow.write(AcceptTicket(dora, hand_on))
    await uow.write(lambda tx: tx.evening.put_choice(ben, {Reminder.HOURS}))
    await uow.write(lambda tx: tx.people.set_reachable(carl, False))

    async def found(kind: Reminder) -> list[int]:
        return list(await uow.read(lambda tx: tx.evening.to_remind(house.performance_id, kind, due, "x:")))

    assert await found(Reminder.DAY) == [anna]
    assert await found(Reminder.HOURS) == [anna, ben]
    assert await uow.read(lambda tx: tx.evening.choice(ben)) == {Reminder.HOURS}
    assert await uow.read(lambda tx: tx.evening.choice(anna)) == set(Reminder)
    assert await uow.write(lambda tx: tx.evening.put_quiet(QuietHours(60, 120)))
    assert not await uow.write(lambda tx: tx.evening.put_quiet(QuietHours(60, 120)))
    assert await uow.read(lambda tx: tx.evening.quiet()) == QuietHours(60, 120)


async def test_whose_card_is_behind(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    anna, ben = await people(uow, 2)
    first, _ = await buy(uow, house, anna, 1, 2)

    async def behind(shown: str, *, new: bool = True) -> list[tuple[int, int, bool]]:
        rows = await uow.read(lambda tx: tx.evening.behind(house.performance_id, shown, new=new, limit=9))
        return [(row.person_id, row.tickets, row.visit_id is not None) for row in rows]

    async def follow(shown: str) -> None:
        def work(tx: Tx) -> None:
            visitors = tx.evening.behind(house.performance_id, shown, new=True, limit=9)
            tx.evening.put_visits(house.performance_id, shown, VisitStage.SEAT, visitors)

        await uow.write(work)

    assert await behind("a") == [(anna, 2, False)]
    assert await behind("a", new=False) == []
    await follow("a")
    assert await behind("a") == []
    assert await behind("b", new=False) == [(anna, 2, True)]
    hand_on = await uow.write(OfferTicket(anna, first))
    await uow.write(AcceptTicket(ben, hand_on))
    assert await behind("a") == [(anna, 1, True), (ben, 1, False)]
    await follow("a")
    assert await behind("a") == []
    visit = await uow.read(lambda tx: tx.evening.visit_of(ben, house.performance_id))
    assert visit is not None
    assert await uow.read(lambda tx: tx.evening.visit(visit.id)) == visit
    await check_invariants(uow)


async def test_a_closed_gate_sends_everybody_on_and_there_are_no_chains(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    (person,) = await people(uow, 1)

    def more(tx: Tx) -> tuple[int, int]:
        text = LocalText.of(en="Gate")
        made = [tx.programme.put_gate(Gate(0, house.venue_id, key, text, text, text)) for key in "BC"]
        return made[0], made[1]

    second, third = await uow.write(more)

    async def gate_of_all() -> int | None:
        hall = await uow.read(lambda tx: tx.programme.hall(house.hall_id))
        assert hall is not None
        return hall.gate_of("Stalls")

    await uow.write(lambda tx: tx.evening.close_gate(house.gate_id, second, person, tx.now))
    assert await gate_of_all() == second
    await uow.write(lambda tx: tx.evening.close_gate(second, third, person, tx.now))
    assert await gate_of_all() == third
    assert await uow.read(lambda tx: tx.evening.own_gates(house.hall_id)) == {"*": house.gate_id}
    assert await uow.write(lambda tx: tx.evening.open_gate(house.gate_id))
    assert not await uow.write(lambda tx: tx.evening.open_gate(house.gate_id))
    assert await gate_of_all() == house.gate_id


async def test_numbers_of_tags_go_on(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    (person,) = await people(uow, 1)

    def keep(tx: Tx) -> int:
        return tx.evening.keep_item(house.performance_id, ItemKind.BAG, None, person, tx.now).id

    first = await uow.write(keep)
    await uow.write(lambda tx: tx.evening.return_item(first, person, tx.now))
    await uow.write(keep)
    kept = await uow.read(lambda tx: tx.evening.kept_items(house.performance_id))
    assert [item.number for item in kept] == [2]
