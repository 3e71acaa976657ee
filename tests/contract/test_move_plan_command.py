"""``foyer move-plan`` as the office sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.adapters.picture_store import PictureStore
from bot.commands import imports
from bot.commands.plans import move_plan
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import somebody

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PERFORMANCE = "quartet-1"


async def furnish(uow: UnitOfWork, tmp_path: Path) -> dict[str, Any]:
    await imports.import_house(uow, EXAMPLES / "house.toml")
    await imports.import_plan(uow, EXAMPLES / "plan.json", "small-hall")
    await imports.import_programme(uow, EXAMPLES / "programme.csv", PictureStore(tmp_path / "pictures"))
    plan: dict[str, Any] = json.loads((EXAMPLES / "plan.json").read_text())
    return plan


async def new_version(uow: UnitOfWork, plan: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text(json.dumps(plan))
    await imports.import_plan(uow, path, "small-hall")


async def test_a_sold_seat_that_is_gone_stops_the_move_and_is_named(
    uow: UnitOfWork, clock: FakeClock, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = await furnish(uow, tmp_path)
    performance = await uow.read(lambda tx: tx.programme.performance_by_key(PERFORMANCE))
    assert performance is not None
    assert performance.plan_id is not None
    row = plan["zones"][0]["rows"][0]
    gone = row["seats"].pop(1)
    stored = await uow.read(lambda tx: tx.programme.plan(performance.plan_id))  # type: ignore[arg-type]
    assert stored is not None
    seat = stored.by_guid[gone["seat_guid"]]
    price = next(price for price in performance.prices if price.category == seat.category)
    buyer_id = await uow.write(somebody)
    clock.advance(performance.sales_open_at - clock.now())
    order_id = await uow.write(HoldPlaces(buyer_id, performance.id, (Wish(seat.place, price.concession_id),)))
    await new_version(uow, plan, tmp_path)
    capfd.readouterr()
    with pytest.raises(typer.Exit):
        await move_plan(uow, PERFORMANCE)
    said = capfd.readouterr().err
    assert "Nothing was moved" in said
    assert f"{seat.zone}, row {seat.row}, seat {seat.number}" in said
    still = await uow.read(lambda tx: tx.programme.performance_by_key(PERFORMANCE))
    assert still is not None
    assert still.plan_id == performance.plan_id
    assert await uow.read(lambda tx: tx.ticketing.order(order_id)) is not None


async def test_a_move_that_costs_nobody_a_seat_is_made(
    uow: UnitOfWork, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = await furnish(uow, tmp_path)
    plan["zones"][0]["rows"][0]["seats"].pop(1)
    await new_version(uow, plan, tmp_path)
    capfd.readouterr()
    await move_plan(uow, PERFORMANCE)
    assert "on version 2" in capfd.readouterr().err
    moved = await uow.read(lambda tx: tx.programme.performance_by_key(PERFORMANCE))
    assert moved is not None
    assert moved.capacity == 61


async def test_an_unknown_performance_is_a_sentence(uow: UnitOfWork, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        await move_plan(uow, "nothing")
    assert "There is no performance nothing" in capfd.readouterr().err
