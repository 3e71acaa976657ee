"""CSV and XLSX as an office saves them, and files that mean harm."""

from __future__ import annotations

import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.adapters.documents import read_json, read_toml
from bot.adapters.sheets import read_sheet
from domain.errors import BadInput, SheetFault


def workbook(path: Path, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    book.create_sheet("notes").append(["not", "read"])
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_with_any_usual_delimiter_with_and_without_a_bom(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "programme.csv"
    lines = [["event", "title:zh", "price:A:full"], ["mahler", f'"马勒{delimiter}第五\n下半场"', "60"], ["x"]]
    path.write_text("\r\n".join(delimiter.join(line) for line in lines), encoding=encoding, newline="")
    assert [(row.number, dict(row.cells)) for row in read_sheet(path)] == [
        (2, {"event": "mahler", "title:zh": f"马勒{delimiter}第五\n下半场", "price:A:full": "60"}),
        (3, {"event": "x", "title:zh": "", "price:A:full": ""}),
    ]


def test_a_workbooks_cells_read_as_somebody_would_type_them(tmp_path: Path) -> None:
    row = ["mahler", datetime(2026, 12, 31, 19, 30), time(18, 45), 60.5, 90, 0.07, True, None, datetime(2026, 12, 31)]  # noqa: DTZ001
    headings = ["event", "starts_at", "doors_at", "price", "duration", "tax", "step_free", "empty", "day"]
    path = workbook(tmp_path / "p.xlsx", headings, row, formats={"F2": "0%", "I2": "yyyy-mm-dd"})
    [found] = list(read_sheet(path))
    assert list(found.cells.values()) == [
        "mahler", "2026-12-31 19:30", "18:45", "60.5", "90", "7%", "yes", "", "2026-12-31",
    ]  # fmt: skip


def test_a_cell_outside_the_headings_and_a_double_heading_are_faults(tmp_path: Path) -> None:
    with pytest.raises(SheetFault) as refused:
        list(read_sheet(workbook(tmp_path / "a.xlsx", ["event"], ["x", "stray"])))
    assert (refused.value.row, refused.value.reason) == (2, "cell_without_heading")
    with pytest.raises(SheetFault) as refused:
        list(read_sheet(workbook(tmp_path / "b.xlsx", ["event", "event"], ["x", "y"])))
    assert (refused.value.row, refused.value.column, refused.value.reason) == (1, "event", "double_column")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "活动".encode("gb18030"), "not_utf8"),
        ("a.csv", b"event\0,x", "not_a_sheet"),
        ("a.csv", b'event\n"unclosed', "broken_csv"),
        ("a.xlsx", b"no zip at all", "not_a_workbook"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as refused:
        list(read_sheet(tmp_path / name))
    assert refused.value.reason == reason


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", ["event"], ["x"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings2.xml", b"\0" * (101 * 2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(BadInput) as refused:
        list(read_sheet(path))
    assert refused.value.reason == "file_too_large"


def test_a_workbook_with_its_parts_missing_or_broken_is_refused(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", ["event"], ["x"])
    with zipfile.ZipFile(good) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name in parts:
        for broken in (None, b"", b"<a><b></a>", parts[name][: len(parts[name]) // 2]):
            path = tmp_path / "broken.xlsx"
            with zipfile.ZipFile(path, "w") as packed:
                for other, content in parts.items():
                    if other != name:
                        packed.writestr(other, content)
                    elif broken is not None:
                        packed.writestr(other, broken)
            try:
                rows = [row.number for row in read_sheet(path)]
            except BadInput:
                rows = []
            assert rows in ([], [2])


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "9" * 5000, '{"a": }'])
def test_json_that_is_none_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(BadInput) as refused:
        read_json(tmp_path / "plan.json")
    assert refused.value.reason == "not_json"
    assert refused.value.params["line"] == 1


def test_toml_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text("name = ")
    with pytest.raises(BadInput) as refused:
        read_toml(tmp_path / "house.toml")
    assert refused.value.reason == "not_toml"
