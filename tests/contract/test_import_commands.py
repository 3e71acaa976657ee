"""``foyer import-…`` as the office sees it: what it prints, and that a faulty file changes nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import typer

from bot.commands import imports
from bot.demo.house import demo_documents
from storage.unit_of_work import UnitOfWork

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


async def import_examples(uow: UnitOfWork) -> None:
    await imports.import_house(uow, EXAMPLES / "house.toml")
    await imports.import_plan(uow, EXAMPLES / "plan.json", "small-hall")
    await imports.import_programme(uow, EXAMPLES / "programme.csv")


async def test_an_office_can_start_from_the_examples(uow: UnitOfWork, capfd: pytest.CaptureFixture[str]) -> None:
    await import_examples(uow)
    first = capfd.readouterr().err
    assert "house.toml: 9 new, 0 changed, 0 as they were." in first
    assert "plan.json: 62 seats, a new version." in first
    assert "programme.csv: 7 new, 0 changed, 0 as they were." in first
    await import_examples(uow)
    second = capfd.readouterr().err
    assert "house.toml: 0 new, 0 changed, 9 as they were." in second
    assert "plan.json: 62 seats, nothing new, it is the version stored already." in second
    assert "programme.csv: 0 new, 0 changed, 7 as they were." in second


async def test_every_fault_is_a_line_with_row_and_column_and_nothing_is_written(
    uow: UnitOfWork, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await import_examples(uow)
    text = (EXAMPLES / "programme.csv").read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    broken = tmp_path / "broken.csv"
    wrong = lines[1].replace("quartet-1", "quartet-9").replace("2027-09-18 19:30", "next week")
    broken.write_text("\n".join([lines[0], *lines[2:], wrong]), encoding="utf-8")
    capfd.readouterr()
    with pytest.raises(typer.Exit) as ended:
        await imports.import_programme(uow, broken)
    assert ended.value.exit_code == 1
    said = capfd.readouterr().err
    assert "column starts_at: Write date and time like 2026-12-31 19:30." in said.replace("\n", " ")
    assert "broken.csv: nothing was imported." in said
    assert await uow.read(lambda tx: tx.programme.performance_by_key("quartet-9")) is None


async def test_a_plan_with_a_fault_names_its_path(
    uow: UnitOfWork, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await imports.import_house(uow, EXAMPLES / "house.toml")
    plan = demo_documents(date(2027, 3, 1)).plans["studio"]
    plan["zones"][0]["rows"][3]["seats"][1]["category"] = "Gold"
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(typer.Exit):
        await imports.import_plan(uow, tmp_path / "plan.json", "small-hall")
    said = capfd.readouterr().err.replace("\n", " ")
    assert "$.zones[0].rows[3].seats[1].category: There is no category “Gold” among the plan's categories." in said


async def test_a_house_with_a_fault_names_its_path(
    uow: UnitOfWork, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (EXAMPLES / "house.toml").read_text(encoding="utf-8")
    (tmp_path / "house.toml").write_text(text.replace("Asia/Shanghai", "Asia/Atlantis"), encoding="utf-8")
    with pytest.raises(typer.Exit):
        await imports.import_house(uow, tmp_path / "house.toml")
    assert "venue[0].timezone: “Asia/Atlantis” is no IANA time zone" in capfd.readouterr().err
