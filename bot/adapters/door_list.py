"""The door's list on A4: three columns of lines with boxes to tick, the header on each page, by torchlight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.fonts import Type, fit
from bot.adapters.pdf import A4, MM, Pdf
from handlers.admission.door_list import DoorList, ListEntry

_EDGE = 12 * MM
_TOP = 30 * MM
_BOTTOM = 18 * MM
_COLUMNS, _GAP = 3, 6 * MM
_WIDTH = (A4[0] - 2 * _EDGE - (_COLUMNS - 1) * _GAP) / _COLUMNS
_STEP = 7 * MM
_LINES = int((A4[1] - _TOP - _BOTTOM) / _STEP)  # a column
_BOX = 4 * MM
_KEY, _TEXT, _HEADING, _SMALL = Type(36, bold=True), Type(36), Type(34, bold=True), Type(28)

#: A heading, or an entry to tick.
Line = str | ListEntry


def print_door_list(paper: DoorList) -> bytes:
    """PDF, upright A4."""
    pages = list(_pages(_lines(paper)))
    columns = _Columns.fitting([entry for section in paper.sections for entry in section.entries])
    pdf = Pdf(paper.title, paper.locale, _texts(paper))
    for number, page in enumerate(pages, start=1):
        pdf.add_page(A4)
        _frame(pdf, paper, number, len(pages))
        for column, lines in enumerate(page):
            left = _EDGE + column * (_WIDTH + _GAP)
            for row, line in enumerate(lines):
                _draw(pdf, line, columns, left, _TOP + row * _STEP + _STEP * 0.7)
    return pdf.finish()


@dataclass(frozen=True, slots=True)
class _Columns:
    """The same for all lines: how wide the keys are, and the face of what stands beside them."""

    key: float
    face: Type

    @classmethod
    def fitting(cls, entries: Sequence[ListEntry]) -> _Columns:
        key = min(max((_KEY.width(entry.key) for entry in entries), default=0.0), _WIDTH / 2)
        room = _WIDTH - _BOX - 5 * MM - key
        fits = all(_TEXT.width(entry.text) <= room for entry in entries)
        return cls(key, _TEXT if fits else _SMALL)


def _lines(paper: DoorList) -> Iterator[Line]:
    for section in paper.sections:
        if section.heading:
            yield section.heading
        yield from section.entries


def _pages(lines: Iterator[Line]) -> Iterator[list[list[Line]]]:
    """Columns a page. A heading never stands last in a column; one row that goes on has its heading again."""
    columns: list[list[Line]] = [[]]
    heading = ""
    for line in lines:
        room = _LINES - len(columns[-1]) - (1 if isinstance(line, str) else 0)
        if room <= 0:
            columns.append([heading] if heading and not isinstance(line, str) else [])
        heading = line if isinstance(line, str) else heading
        columns[-1].append(line)
    for start in range(0, len(columns), _COLUMNS):
        yield columns[start : start + _COLUMNS]


def _frame(pdf: Pdf, paper: DoorList, page: int, pages: int) -> None:
    width = A4[0] - 2 * _EDGE
    title, about = paper.header
    pdf.block(fit(title, width, (52, 36), bold=True), (_EDGE, 10 * MM), kind="H1")
    pdf.block(fit(about, width, (32, 22)), (_EDGE, 18 * MM))
    pdf.rule((_EDGE, 24 * MM), (A4[0] - _EDGE, 24 * MM))
    said = paper.page_text.format(page=page, pages=pages)
    pdf.line(_SMALL, (A4[0] - _EDGE, A4[1] - 10 * MM), said, align="r")


def _draw(pdf: Pdf, line: Line, columns: _Columns, left: float, baseline: float) -> None:
    if isinstance(line, str):
        pdf.line(_HEADING, (left, baseline), _HEADING.ellipsis(line, _WIDTH))
        pdf.rule((left, baseline + 12), (left + _WIDTH, baseline + 12), "#888888")
        return
    top = baseline - _BOX + 4
    pdf.box((left, top), (_BOX, _BOX))
    if line.ticked:
        pdf.box((left + 8, top + 8), (_BOX - 16, _BOX - 16), fill=True)
    with pdf.reading():
        right = left + _BOX + 2 * MM
        pdf.line(_KEY, (right, baseline), _KEY.ellipsis(line.key, columns.key))
        right += columns.key + 3 * MM
        pdf.line(columns.face, (right, baseline), columns.face.ellipsis(line.text, left + _WIDTH - right))


def _texts(paper: DoorList) -> Sequence[str]:
    entries = [entry for section in paper.sections for entry in section.entries]
    return [
        *paper.header,
        paper.page_text,
        "0123456789…...",
        *(section.heading for section in paper.sections),
        *(text for entry in entries for text in (entry.key, entry.text)),
    ]
