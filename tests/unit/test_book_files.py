"""Cells that could be formulas, texts that are no XML, numbers with and without a point."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta, timezone

import pytest
from openpyxl import load_workbook

from bot.adapters.book_files import CsvFile, XlsxFile, decimal, safe
from domain.errors import BadInput
from domain.payments.accounts_model import Month
from handlers.payments.accounts_book import Amount, Cell, Rate, Sheet

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "|x", "%x", "'=1")
AT = datetime(2026, 11, 28, 19, 45, tzinfo=timezone(timedelta(hours=8)))
ROW: list[Cell] = [7, AT, "<Tom & Jerry>", Amount(-1250, "EUR"), Amount(680, "JPY"), Amount(5, "XTR"), Rate(700), None]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"
    table, book = written([[text]])
    assert not table[1][0].lstrip().startswith(("=", "+", "-", "@", "|", "%"))
    for sheet in ("Short", "Long"):
        cell = book[sheet]["A2"]
        assert cell.data_type == "s"
        assert str(cell.value).startswith("'")


def test_what_is_written_is_read_again() -> None:
    table, book = written([ROW])
    assert table[1] == ["7", "2026-11-28 19:45", "<Tom & Jerry>", "-12.50", "680", "5", "7.00", ""]
    wanted = (7, datetime(2026, 11, 28, 19, 45), "<Tom & Jerry>", -12.5, 680, 5, 7, None)  # noqa: DTZ001
    for sheet in ("Short", "Long"):
        (found,) = book[sheet].iter_rows(min_row=2, values_only=True)
        assert found == wanted
        assert book[sheet]["A1"].font.bold
        assert book[sheet]["D2"].number_format == "0.00"


def test_what_no_file_can_hold_is_left_out() -> None:
    table, book = written([["a\x00b\x0bc\ud800"]])
    assert table[1] == ["abc"]
    assert book["Long"]["A2"].value == book["Short"]["A2"].value == "abc"


def test_decimals() -> None:
    assert [decimal(minor, 2) for minor in (0, 5, -5, 100, -12345)] == ["0.00", "0.05", "-0.05", "1.00", "-123.45"]
    assert decimal(-12345, 3) == "-12.345"


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "26-1", "9999-12", "2026-11-01"])
def test_no_month(text: str) -> None:
    with pytest.raises(BadInput):
        Month.parse(text)


def test_a_month_is_as_long_as_its_clocks_say() -> None:
    start, end = Month.parse("2027-03").bounds("Europe/Berlin")
    assert end - start == timedelta(days=31, hours=-1)
    assert (str(Month(2026, 1).before), str(Month(2026, 12).after)) == ("2025-12", "2027-01")


def written(rows: list[list[Cell]]) -> tuple[list[list[str]], object]:
    headings = ["heading"] * len(rows[0])
    short = Sheet("Short", headings, rows)
    table, workbook = io.BytesIO(), io.BytesIO()
    plain, xlsx = CsvFile(table), XlsxFile(workbook)
    plain.begin(headings)
    xlsx.begin(headings, sheets_before=1)
    for file in (plain, xlsx):
        file.write(rows)
        file.finish("Long", [short])
    lines = list(csv.reader(io.StringIO(table.getvalue().decode("utf-8-sig"))))
    return lines, load_workbook(io.BytesIO(workbook.getvalue()))
