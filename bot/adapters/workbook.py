"""A few short sheets as a workbook."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from bot.adapters.book_files import safe
from handlers.ui.files import Tables

_WIDTH = 24


def workbook(content: Tables) -> bytes:
    """XLSX. A text stays a text, whatever it begins with."""
    book = Workbook(write_only=True)
    for table in content.tables:
        sheet = book.create_sheet(table.name[:31])
        sheet.freeze_panes = "A2"
        for number in range(len(table.headings)):
            sheet.column_dimensions[chr(ord("A") + number)].width = _WIDTH
        heads = [WriteOnlyCell(sheet, safe(heading)) for heading in table.headings]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in table.rows:
            sheet.append([safe(cell) if isinstance(cell, str) else cell for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
