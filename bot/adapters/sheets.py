"""Reading the office's spreadsheets: CSV in UTF-8 and XLSX, as rows of text. Bounded, since files come from outside."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import BadInput, SheetFault
from domain.programme.programme_file import MOST_ROWS, SheetRow

MOST_BYTES = 20 * 2**20
#: An XLSX is a zip: this much it may unpack to.
MOST_UNPACKED = 100 * 2**20
MOST_COLUMNS = 200
MOST_CELL = 10_000
_DELIMITERS = ",;\t"


def read_sheet(path: Path) -> Iterator[SheetRow]:
    """The rows under the heading, one by one; of a workbook, those of its first sheet.

    Raises BadInput for a file that is no such thing, SheetFault for one whose rows do not fit their heading.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BadInput("file_too_large", most=MOST_BYTES // 2**20)
    rows = _xlsx_rows(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv_rows(path)
    return _under_headings(islice(rows, MOST_ROWS + 2))


def sheet_of(content: bytes, name: str) -> list[SheetRow]:
    """The rows of a sheet that was sent under this file name. Raises as ``read_sheet`` does."""
    with NamedTemporaryFile(suffix=Path(name).suffix) as file:
        file.write(content)
        file.flush()
        return list(read_sheet(Path(file.name)))


def _under_headings(rows: Iterator[Sequence[str]]) -> Iterator[SheetRow]:
    headings = [cell.strip() for cell in next(rows, [])]
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise SheetFault(1, heading, "double_column")
    for number, cells in enumerate(rows, start=2):
        for position, cell in enumerate(cells[len(headings) :], start=len(headings) + 1):
            if cell.strip():
                raise SheetFault(number, "", "cell_without_heading", position=position)
        for heading, cell in zip(headings, cells, strict=False):
            if len(cell) > MOST_CELL:
                raise SheetFault(number, heading, "too_long", most=MOST_CELL)
        padded = [*cells, *[""] * (len(headings) - len(cells))]
        yield SheetRow(number, {h: c for h, c in zip(headings, padded, strict=False) if h})


def _csv_rows(path: Path) -> Iterator[Sequence[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("not_utf8") from None
    if "\0" in text:
        raise BadInput("not_a_sheet")
    lines = text.splitlines(keepends=True)
    try:
        yield from csv.reader(lines, delimiter=_delimiter(lines[:1]), strict=True)
    except csv.Error as error:
        raise BadInput("broken_csv", why=str(error)) from None


def _delimiter(first_line: Sequence[str]) -> str:
    """The one that makes the most of the heading; Excel writes semicolons where commas are decimal."""
    return max(_DELIMITERS, key=lambda d: max((len(row) for row in csv.reader(first_line, delimiter=d)), default=0))


def _xlsx_rows(path: Path) -> Iterator[Sequence[str]]:
    try:
        with ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
                raise BadInput("file_too_large", most=MOST_UNPACKED // 2**20)
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, OSError):
        raise BadInput("not_a_workbook") from None
    try:
        if not book.worksheets:
            raise BadInput("not_a_workbook")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size need not be so
        yield from _worksheet_rows(sheet.iter_rows(max_col=MOST_COLUMNS))
    except (BadZipFile, KeyError, ValueError, SyntaxError, EOFError):
        raise BadInput("not_a_workbook") from None
    finally:
        book.close()


def _worksheet_rows(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[str]]:
    for row in rows:
        cells = [_text(cell.value, getattr(cell, "number_format", "")) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _text(value: Any, number_format: str) -> str:
    """A cell as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return (
            f"{value:%Y-%m-%d %H:%M}" if value.time() != time() or "h" in number_format.lower() else f"{value:%Y-%m-%d}"
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float) and "%" in number_format:
        return f"{round(value * 100, 6):g}%"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
