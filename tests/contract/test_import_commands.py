"""``foyer import-…`` as the office sees it: what it prints, and that a faulty file changes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import typer
from PIL import Image

from bot.adapters.picture_store import PictureStore
from bot.commands import imports
from bot.demo.house import demo_documents
from domain.people.model import Grant, Role
from domain.ports import Tx
from storage.unit_of_work import UnitOfWork
from tests.support.house import somebody

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def pictures(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures")


async def import_examples(uow: UnitOfWork, pictures: PictureStore) -> None:
    await imports.import_house(uow, EXAMPLES / "house.toml")
    await imports.import_plan(uow, EXAMPLES / "plan.json", "small-hall")
    await imports.import_programme(uow, EXAMPLES / "programme.csv", pictures)


async def test_an_office_can_start_from_the_examples(
    uow: UnitOfWork, pictures: PictureStore, capfd: pytest.CaptureFixture[str]
) -> None:
    await import_examples(uow, pictures)
    first = capfd.readouterr().err
    assert "house.toml: 10 new, 0 changed, 0 as they were." in first
    assert "plan.json: 62 seats, a new version." in first
    assert "programme.csv: 7 new, 0 changed, 0 as they were." in first
    await import_examples(uow, pictures)
    second = capfd.readouterr().err
    assert "house.toml: 0 new, 0 changed, 10 as they were." in second
    assert "plan.json: 62 seats, nothing new, it is the version stored already." in second
    assert "programme.csv: 0 new, 0 changed, 7 as they were." in second


async def test_every_fault_is_a_line_with_row_and_column_and_nothing_is_written(
    uow: UnitOfWork, pictures: PictureStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await import_examples(uow, pictures)
    text = (EXAMPLES / "programme.csv").read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    broken = tmp_path / "broken.csv"
    wrong = lines[1].replace("quartet-1", "quartet-9").replace("2027-09-18 19:30", "next week")
    broken.write_text("\n".join([lines[0], *lines[2:], wrong]), encoding="utf-8")
    capfd.readouterr()
    with pytest.raises(typer.Exit) as ended:
        await imports.import_programme(uow, broken, pictures)
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
    astray = text + '\n[incidents.venue.riverbank]\nchannel = "3"\n'
    (tmp_path / "house.toml").write_text(astray, encoding="utf-8")
    with pytest.raises(typer.Exit):
        await imports.import_house(uow, tmp_path / "house.toml")
    said = capfd.readouterr().err.replace("\n", " ")
    assert "incidents.venue.riverbank: No venue has this key; known are: planetree" in said
    assert await uow.read(lambda tx: tx.programme.venues()) == []  # nothing of it is written


async def test_a_plan_of_shifts_is_taken_over_whole_or_not_at_all(
    uow: UnitOfWork, pictures: PictureStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await import_examples(uow, pictures)

    def staff(tx: Tx) -> int:
        (venue,) = tx.programme.venues()
        person_id = somebody(tx, "Fay")
        tx.people.grant(person_id, Grant(Role.FLOOR, venue.id), None, tx.now)
        return person_id

    fay = await uow.write(staff)
    week, heading = tmp_path / "week.csv", "person,role,starts_at,ends_at,gate,first_aider"
    good = "Fay,floor,2031-03-02 18:00,23:00,front,yes"
    capfd.readouterr()
    for told in ("1 new, 0 changed, 0 as they were, 0 withdrawn.", "0 new, 0 changed, 1 as they were, 0 withdrawn."):
        week.write_text(f"{heading}\n{good}\n", encoding="utf-8")
        await imports.import_shifts(uow, week)
        assert f"week.csv: {told}" in capfd.readouterr().err
    week.write_text(f"{heading}\nNobody,floor,2031-03-03 18:00,23:00,,\n{good}\n", encoding="utf-8")
    with pytest.raises(typer.Exit) as ended:
        await imports.import_shifts(uow, week)
    assert ended.value.exit_code == 1
    said = capfd.readouterr().err.replace("\n", " ")
    assert "row 2, column person" in said
    assert "week.csv: nothing was imported." in said
    (shift,) = await uow.read(lambda tx: tx.shifts.of_person(fay, tx.now))
    assert (shift.role, shift.first_aider) == (Role.FLOOR, True)


def picture(width: int = 640, height: int = 360, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#235").save(out, kind)
    return out.getvalue()


def with_posters(folder: Path, posters: Mapping[str, str]) -> Path:
    """The example sheet with a column ``poster``: by the key of a performance, the file that its row names."""
    rows = list(csv.DictReader((EXAMPLES / "programme.csv").read_text(encoding="utf-8-sig").splitlines()))
    path = folder / "programme.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "海报"])
        writer.writeheader()
        writer.writerows(row | {"海报": posters.get(row["performance"], "")} for row in rows)
    return path


async def test_posters_beside_the_sheet_are_checked_and_kept(
    uow: UnitOfWork, pictures: PictureStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await import_examples(uow, pictures)
    (tmp_path / "posters").mkdir()
    (tmp_path / "posters" / "quartet.png").write_bytes(picture())
    (tmp_path / "fox.jpg").write_bytes(picture(2000, 1000, "JPEG"))
    sheet = with_posters(
        tmp_path, {"quartet-1": "posters\\quartet.png", "quartet-2": "posters\\quartet.png", "fox-1": "fox.jpg"}
    )
    capfd.readouterr()
    for told in ("0 new, 2 changed, 5 as they were.", "0 new, 0 changed, 7 as they were."):
        await imports.import_programme(uow, sheet, pictures)
        assert told in capfd.readouterr().err

    async def kept(key: str) -> tuple[int, int] | None:
        event = await uow.read(lambda tx: tx.programme.event_by_key(key))
        data = pictures.get(event.poster) if event else None
        return Image.open(io.BytesIO(data)).size if data else None

    assert [await kept(key) for key in ("quartet", "fox", "leaves")] == [(640, 360), (1280, 640), None]
    await imports.import_programme(uow, with_posters(tmp_path, {"fox-1": "fox.jpg"}), pictures)
    assert [await kept(key) for key in ("quartet", "fox")] == [None, (1280, 640)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.png", None, "There is no file “none.png” beside the sheet."),
        (".", None, "Name a file in the sheet's folder"),
        ("../secret.png", None, "Name a file in the sheet's folder"),
        ("/etc/hostname", None, "Name a file in the sheet's folder"),
        ("C:\\posters\\a.png", None, "Name a file in the sheet's folder"),
        ("x" * 300, None, "The file cannot be read (File name too long)."),
        ("a.png", b"", "The file is empty"),
        ("a.png", b"words", "This is no picture that can be read"),
        ("a.png", b"\xff" * (10 * 2**20 + 1), "The file may have 10,485,760 bytes at most"),
        ("a.png", picture(9_000, 2_000), "9000 × 2000 pixels are too many"),
        ("a.png", picture(199, 400), "199 × 400 pixels are too few; at least 200"),
        ("a.png", picture(6_000, 250), "6000 × 250 pixels: the longer side may be at most 20 times the shorter."),
    ],
)
async def test_a_poster_that_will_not_do_is_told_with_row_and_column_and_nothing_is_kept(
    uow: UnitOfWork,
    pictures: PictureStore,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    await imports.import_house(uow, EXAMPLES / "house.toml")
    await imports.import_plan(uow, EXAMPLES / "plan.json", "small-hall")
    (tmp_path / "good.png").write_bytes(picture())
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(typer.Exit):
        await imports.import_programme(uow, with_posters(tmp_path, {"quartet-1": "good.png", "fox-1": name}), pictures)
    assert f"row 4, column 海报: {said}" in capfd.readouterr().err
    assert await uow.read(lambda tx: tx.programme.event_by_key("quartet")) is None
    assert not (tmp_path / "pictures").exists()
