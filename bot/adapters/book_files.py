"""A table of any length as a file, row by row: CSV as Excel reads it, and the long sheet of a workbook.

openpyxl makes the workbook with its styles and its short sheets. A sheet with a row for every line of a month is
written as XML at once (ECMA-376 part 1, 18.3.1): a hundred thousand rows take openpyxl most of a minute.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from handlers.payments.accounts_book import Amount, Cell, CellRow, Rate, Sheet
from handlers.ui.i18n import minor_digits

_WHEN = "yyyy-mm-dd hh:mm"
_WIDTH = 16
#: What a spreadsheet takes for a formula at the beginning of a cell (OWASP, "CSV Injection").
_FORMULA = re.compile(r"[\s']*[=+\-@|%]")
#: Not in XML 1.0, whatever it is written as.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

digits = cache(minor_digits)


def safe(text: str) -> str:
    """A text that stays a text in every spreadsheet."""
    text = _NOT_XML.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def decimal(minor: int, places: int) -> str:
    """``-1250`` with two places is ``-12.50``."""
    if not places:
        return str(minor)
    whole, part = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{places}}"


class CsvFile:
    """UTF-8 with the mark by which Excel knows it. Numbers have a point, times are ISO 8601 without a zone."""

    def __init__(self, target: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._text)

    def begin(self, headings: Sequence[str]) -> None:
        self._csv.writerow([safe(heading) for heading in headings])

    def write(self, rows: Iterable[CellRow]) -> None:
        self._csv.writerows([self._cell(cell) for cell in row] for row in rows)

    def finish(self, name: str, sheets: Sequence[Sheet]) -> None:
        """One table is all that such a file holds."""
        self._text.flush()
        self._text.detach()

    def _cell(self, cell: Cell) -> str | int:
        match cell:
            case None:
                return ""
            case Amount(minor, currency):
                return decimal(minor, digits(currency))
            case Rate(bp):
                return decimal(bp, 2)
            case datetime():
                return f"{cell:%Y-%m-%d %H:%M}"
            case str():
                return safe(cell)
        return cell


class XlsxFile:
    """The long sheet comes last, and is written first: ``begin``, ``write`` as often as need be, ``finish``."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = ZipFile(target, "w", ZIP_DEFLATED, compresslevel=3)
        self._book = Workbook(write_only=True)
        self._styles: dict[str, int] = {}
        self._long: IO[bytes] | None = None
        self._sheets = 0

    def begin(self, headings: Sequence[str], *, sheets_before: int = 4) -> None:
        self._sheets = sheets_before
        bold, width = self._style("", bold=True), len(headings)
        self._long = self._zip.open(self._member(), "w", force_zip64=True)
        self._put(
            f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetViews>'
            '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            f'</sheetView></sheetViews><cols><col min="1" max="{width}" width="{_WIDTH}" customWidth="1"/></cols>'
            "<sheetData>"
        )
        self._put(f"<row>{''.join(_text(heading, bold) for heading in headings)}</row>")

    def write(self, rows: Iterable[CellRow]) -> None:
        when, rate = self._style(_WHEN), self._style("0.00")
        parts: list[str] = []
        for row in rows:
            parts.append("<row>")
            for cell in row:
                if cell is None or cell == "":
                    parts.append("<c/>")
                elif isinstance(cell, Amount):
                    places = digits(cell.currency)
                    parts.append(f'<c s="{self._style(_places(places))}"><v>{decimal(cell.minor, places)}</v></c>')
                elif isinstance(cell, str):
                    parts.append(_text(cell, 0))
                elif isinstance(cell, datetime):
                    parts.append(f'<c s="{when}"><v>{_serial(cell)}</v></c>')
                elif isinstance(cell, Rate):
                    parts.append(f'<c s="{rate}"><v>{decimal(cell.bp, 2)}</v></c>')
                else:
                    parts.append(f"<c><v>{cell}</v></c>")
            parts.append("</row>")
        self._put("".join(parts))

    def finish(self, name: str, sheets: Sequence[Sheet]) -> None:
        """``name``: of the long sheet."""
        assert self._long is not None
        assert len(sheets) == self._sheets
        self._put("</sheetData></worksheet>")
        self._long.close()
        for sheet in sheets:
            self._add(sheet)
        self._book.create_sheet(name)
        made = io.BytesIO()
        self._book.save(made)
        with ZipFile(made) as short:
            for member in short.namelist():
                if member != self._member():
                    self._zip.writestr(member, short.read(member))
        self._zip.close()

    def _member(self) -> str:
        return f"xl/worksheets/sheet{self._sheets + 1}.xml"

    def _put(self, xml: str) -> None:
        assert self._long is not None
        self._long.write(xml.encode())

    def _add(self, sheet: Sheet) -> None:
        made = self._book.create_sheet(sheet.name)
        made.freeze_panes = "A2"
        for number in range(len(sheet.headings)):
            made.column_dimensions[chr(ord("A") + number)].width = _WIDTH
        made.append([self._cell(made, heading, bold=True) for heading in sheet.headings])
        for row in sheet.rows:
            made.append([self._cell(made, cell) for cell in row])

    def _cell(self, sheet: Any, cell: Cell, *, bold: bool = False) -> Any:
        match cell:
            case Amount(minor, currency):
                places = digits(currency)
                return _styled(sheet, float(decimal(minor, places)), _places(places))
            case Rate(bp):
                return _styled(sheet, bp / 100, "0.00")
            case datetime():
                return _styled(sheet, cell.replace(tzinfo=None), _WHEN)
            case str():
                return _styled(sheet, safe(cell), "", bold=bold)
        return cell

    def _style(self, number_format: str, *, bold: bool = False) -> int:
        """The style's number in the workbook, whoever comes to use it first."""
        known = self._styles.get(number_format)
        if known is None:
            known = int(_styled(self._book.create_sheet("styles"), None, number_format, bold=bold).style_id)
            del self._book["styles"]
            self._styles[number_format] = known
        return known


def _styled(sheet: Any, value: Any, number_format: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if number_format:
        cell.number_format = number_format
    if bold:
        cell.font = Font(bold=True)
    return cell


def _text(text: str, style: int) -> str:
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(safe(text))}</t></is></c>'


def _places(places: int) -> str:
    return f"0.{'0' * places}" if places else "0"


def _serial(local: datetime) -> str:
    passed = local.replace(tzinfo=None) - _EPOCH
    return f"{passed.days + passed.seconds / 86400:.10f}"
