"""The demo's programme through the importers, on both databases; and a performance that moves to another plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.commands.imports import check_programme
from bot.demo.house import DemoHouse, demo_documents
from domain.errors import SheetFault
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.ports import Tx
from domain.programme.house_file import parse_house
from domain.programme.model import Performance, RunState, SeatingPlan
from domain.programme.plan_file import parse_plan
from domain.programme.programme_file import SheetRow
from domain.programme.usecases import ImportHouse, ImportPlan, ImportProgramme, MovePerformanceToPlan
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.unit_of_work import UnitOfWork
from tests.support.clock import START, FakeClock
from tests.support.house import somebody

MOONLIGHT = "moonlight-0304-1930"


@pytest.fixture(scope="module")
def demo() -> DemoHouse:
    return demo_documents(date(2027, 3, 1))


@pytest.fixture
def clock() -> FakeClock:
    assert date(2027, 3, 1) == START.date()
    return FakeClock()


async def import_rows(uow: UnitOfWork, rows: Sequence[SheetRow]) -> dict[str, Any]:
    total: dict[str, Any] = {"new": 0, "changed": 0, "same": 0, "not_blocked": []}
    draft = await check_programme(uow, rows)
    for chunk in draft.chunks(20):
        outcome = await uow.write(ImportProgramme(chunk))
        total = {key: total[key] + outcome[key] for key in total}
    return total


@pytest.fixture
async def house(uow: UnitOfWork, demo: DemoHouse) -> UnitOfWork:
    await uow.write(ImportHouse(parse_house(demo.house)))
    for hall, plan in demo.plans.items():
        await uow.write(ImportPlan(hall, parse_plan(plan)))
    outcome = await import_rows(uow, demo.programme_rows)
    assert (outcome["changed"], outcome["same"], outcome["not_blocked"]) == (0, 0, [])
    assert outcome["new"] == 60, "14 events, 46 performances"
    return uow


async def performance_of(uow: UnitOfWork, key: str) -> Performance:
    found = await uow.read(lambda tx: tx.programme.performance_by_key(key))
    assert found is not None
    return found


async def buy(uow: UnitOfWork, performance: Performance, *places: int) -> int:
    """The order, paid at the window."""
    concession = performance.prices[0].concession_id

    def work(tx: Tx) -> int:
        wishes = tuple(Wish(place, concession) for place in places)
        buyer_id = somebody(tx)
        order_id = HoldPlaces(buyer_id, performance.id, wishes, channel="window")(tx)
        order = tx.ticketing.order(order_id)
        assert order is not None
        CapturePayment(Captured("window", f"charge-{order_id}", "", order_id, order.total, buyer_id))(tx)
        return order_id

    return await uow.write(work)


def changed(rows: Sequence[SheetRow], performance: str, **cells: str) -> list[SheetRow]:
    return [
        replace(row, cells={**row.cells, **cells}) if row.cells["performance"] == performance else row for row in rows
    ]


async def test_a_sheet_twice_is_a_sheet_once(house: UnitOfWork, demo: DemoHouse) -> None:
    outcome = await import_rows(house, demo.programme_rows)
    assert outcome == {"new": 0, "changed": 0, "same": 60, "not_blocked": []}
    moonlight = await performance_of(house, MOONLIGHT)
    assert moonlight.revision == 1
    plan = await house.read(lambda tx: tx.programme.plan(moonlight.plan_id or 0))
    assert plan is not None
    blocked = await house.read(lambda tx: tx.programme.blocked_places(moonlight.id))
    labels = {(plan.seat(place).zone, plan.seat(place).row) for place in blocked}
    assert labels == {("池座 Stalls", "H"), ("池座 Stalls", "V"), ("包厢 Boxes", "L6")}
    assert len(blocked) == 5 + 7 + 5


async def test_a_changed_row_changes_one_performance_and_what_people_did_stays(
    house: UnitOfWork, demo: DemoHouse
) -> None:
    before = await performance_of(house, MOONLIGHT)
    await house.write(lambda tx: tx.programme.set_run_state(before.id, RunState.OPEN, tx.now))
    rows = changed(demo.programme_rows, MOONLIGHT, **{"starts_at": "2027-03-04 20:00", "price:A:full": "500"})
    outcome = await import_rows(house, rows)
    assert (outcome["new"], outcome["changed"]) == (0, 1)
    after = await performance_of(house, MOONLIGHT)
    assert after.starts_at == before.starts_at + timedelta(minutes=30)
    assert (after.revision, after.run_state) == (before.revision + 2, RunState.OPEN)
    assert after.prices[0].amount.minor == 50_000


async def test_a_block_on_a_sold_seat_is_told_and_the_seat_stays_sold(house: UnitOfWork, demo: DemoHouse) -> None:
    performance = await performance_of(house, "square-circle-0323-1930")
    await buy(house, performance, 1, 2)
    rows = changed(demo.programme_rows, performance.key, blocked="池座 Stalls/A/1-4 = house")
    outcome = await import_rows(house, rows)
    assert [places for _, places in outcome["not_blocked"]] == [[1, 2]]
    assert await house.read(lambda tx: tx.programme.blocked_places(performance.id)) == {3, 4}


async def test_nothing_of_a_faulty_sheet_is_written(house: UnitOfWork, demo: DemoHouse) -> None:
    rows = changed(demo.programme_rows, MOONLIGHT, hall="studio")
    rows = changed(rows, "winter-folk-0319-1830", starts_at="soon", **{"price:A:full": "480"})
    with pytest.raises(ExceptionGroup) as refused:
        await check_programme(house, rows)
    reasons = {(f.column, f.reason) for f in refused.value.exceptions if isinstance(f, SheetFault)}
    assert {("hall", "hall_changed"), ("starts_at", "not_a_time")} <= reasons


def without_row_a(plan: dict[str, Any]) -> dict[str, Any]:
    """The second version of a hall: row A of the stalls is gone, row B is relabelled, all places shift."""
    stalls, *others = plan["zones"]
    rows = [{**row, "row_number": "BB"} if row["row_number"] == "B" else row for row in stalls["rows"][1:]]
    return {**plan, "zones": [{**stalls, "rows": rows}, *others]}


async def new_version(uow: UnitOfWork, demo: DemoHouse) -> tuple[int, SeatingPlan]:
    plan = parse_plan(without_row_a(demo.plans["concert-hall"]))
    outcome = await uow.write(ImportPlan("concert-hall", plan))
    assert outcome["new"]
    return outcome["plan_id"], plan


async def test_a_performance_keeps_its_version_until_it_is_moved(house: UnitOfWork, demo: DemoHouse) -> None:
    plan_id, _ = await new_version(house, demo)
    await import_rows(house, demo.programme_rows)
    performance = await performance_of(house, MOONLIGHT)
    assert performance.plan_id != plan_id
    assert performance.capacity == 1265


async def test_moving_takes_every_seat_along(house: UnitOfWork, demo: DemoHouse) -> None:
    performance = await performance_of(house, MOONLIGHT)
    old = parse_plan(demo.plans["concert-hall"])
    first_of_b = old.by_label["池座 Stalls", "B", "1"].place
    # Neighbours whose numbers are given up and taken over in the same move.
    order_id = await buy(house, performance, first_of_b, first_of_b + 1, first_of_b + 28)
    plan_id, new = await new_version(house, demo)
    outcome = await house.write(MovePerformanceToPlan(performance.id, plan_id))
    assert (outcome["moved"], outcome["lost"], outcome["unpriced"]) == (True, [], [])
    lines = await house.read(lambda tx: tx.ticketing.lines(order_id))
    guids = [old.seat(place).guid for place in (first_of_b, first_of_b + 1, first_of_b + 28)]
    assert sorted(new.seat(line.place).guid for line in lines) == sorted(guids)
    assert {line.row for line in lines} == {"BB", "C"}
    tickets = await house.read(lambda tx: tx.ticketing.tickets_of_order(order_id))
    assert {(ticket.order_line_id, ticket.place) for ticket in tickets} == {(line.id, line.place) for line in lines}
    assert {ticket.revision for ticket in tickets} == {2}, "so that their pictures are drawn anew"
    blocked = await house.read(lambda tx: tx.programme.blocked_places(performance.id))
    assert len(blocked) == 17
    assert {new.seat(place).row for place in blocked} == {"H", "V", "L6"}
    taken = await house.read(lambda tx: tx.ticketing.taken(performance.id, tx.now))
    assert taken == blocked | {line.place for line in lines}
    moved = await performance_of(house, MOONLIGHT)
    assert (moved.plan_id, moved.capacity, moved.revision) == (plan_id, len(new.seats), performance.revision + 1)
    again = await house.write(MovePerformanceToPlan(performance.id, plan_id))
    assert (again["moved"], again["relabelled"]) == (True, [])


async def test_nobody_loses_a_seat_by_a_move(house: UnitOfWork, demo: DemoHouse) -> None:
    performance = await performance_of(house, MOONLIGHT)
    await buy(house, performance, 1, 2)
    plan_id, _ = await new_version(house, demo)
    outcome = await house.write(MovePerformanceToPlan(performance.id, plan_id))
    assert (outcome["moved"], outcome["lost"]) == (False, [1, 2])
    assert (await performance_of(house, MOONLIGHT)).plan_id == performance.plan_id
