"""A report of feedback on A4: figures beside those before, bars, themes, people's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bot.adapters.flow import Piece, lay_out
from bot.adapters.fonts import Type, clean, fit
from bot.adapters.pdf import A4, MM, Pdf
from handlers.feedback.report_paper import ReportPaper, ReportRow, ReportSection

_EDGE, _TOP, _BOTTOM = 15 * MM, 38 * MM, 18 * MM
_WIDTH = A4[0] - 2 * _EDGE
_LABEL = 62 * MM
_BAR = (66 * MM, 40 * MM)  # where it begins after the edge, and how long 100 is
#: Right ends of the cells after the edge, by how many there are.
_ENDS = {2: (124 * MM, _WIDTH), 3: (140 * MM, 160 * MM, _WIDTH)}
_ROW, _LEADING, _SPACE = 7 * MM, 5 * MM, 4 * MM
_TEXT, _BOLD, _SMALL = Type(34), Type(38, bold=True), Type(28)
_GREY, _PALE, _INK, _MARK = "#666666", "#e6e3dc", "#2f6f73", "#c8553d"


def print_report(paper: ReportPaper) -> bytes:
    """PDF, upright A4."""
    pdf = Pdf(paper.title, paper.locale, _texts(paper))
    lay_out(pdf, _pieces(pdf, paper), partial(_frame, pdf, paper), top=_TOP, bottom=_BOTTOM)
    return pdf.finish()


def _pieces(pdf: Pdf, paper: ReportPaper) -> Iterator[Piece]:
    for section in paper.sections:
        yield _head(pdf, section)
        for row in section.rows:
            yield Piece(_ROW, partial(_row, pdf, row))
        yield Piece(_SPACE, lambda top: None)
    if paper.quotes:
        yield _head(pdf, ReportSection(paper.quotes_heading, (), ()))
    for about, words in paper.quotes:
        lines = tuple(_TEXT.wrap(clean(words), _WIDTH, 12)) or ("",)
        yield Piece(_LEADING * (len(lines) + 1) + 2 * MM, partial(_quote, pdf, about, lines))


def _head(pdf: Pdf, section: ReportSection) -> Piece:
    return Piece(_LEADING * (2.6 if section.headings else 1.6), partial(_heading, pdf, section), needs=3 * _ROW)


def _heading(pdf: Pdf, section: ReportSection, top: float) -> None:
    with pdf.reading("H2"):
        pdf.line(_BOLD, (_EDGE, top + _LEADING), _BOLD.ellipsis(section.heading, _WIDTH))
    if not section.headings:
        return
    begins = _LABEL
    for text, end in zip(section.headings, _ENDS[len(section.headings)], strict=True):
        pdf.line(_SMALL, (_EDGE + end, top + 2.1 * _LEADING), _SMALL.ellipsis(text, end - begins), _GREY, "r")
        begins = end + 2 * MM


def _row(pdf: Pdf, row: ReportRow, top: float) -> None:
    baseline = top + _LEADING * 0.8
    with pdf.reading():
        pdf.line(_TEXT, (_EDGE, baseline), _TEXT.ellipsis(row.label, _LABEL))
        for text, end in zip(row.cells, _ENDS[len(row.cells)], strict=True):
            pdf.line(_TEXT, (_EDGE + end, baseline), text, align="r")
    if row.bar is not None:
        _bar(pdf, row.bar, baseline)
    pdf.rule((_EDGE, top + _ROW - 1.2 * MM), (A4[0] - _EDGE, top + _ROW - 1.2 * MM), _PALE)


def _bar(pdf: Pdf, bar: tuple[float, float | None], baseline: float) -> None:
    """What it was before is a mark across it."""
    begins, length = _EDGE + _BAR[0], _BAR[1]
    at, height = baseline - 3 * MM, 3 * MM
    pdf.box((begins, at), (length, height), _PALE, fill=True)
    value, before = bar
    pdf.box((begins, at), (length * min(max(value, 0), 100) / 100, height), _INK, fill=True)
    if before is not None:
        pdf.box((begins + length * min(max(before, 0), 100) / 100 - 3, at - 6), (6, height + 12), _MARK, fill=True)


def _quote(pdf: Pdf, about: str, lines: Sequence[str], top: float) -> None:
    with pdf.reading():
        pdf.line(_SMALL, (_EDGE, top + _LEADING * 0.7), about, _GREY)
        for number, text in enumerate(lines, start=1):
            pdf.line(_TEXT, (_EDGE, top + _LEADING * (0.7 + number)), text)


def _frame(pdf: Pdf, paper: ReportPaper, page: int, pages: int) -> None:
    pdf.block(fit(paper.title, _WIDTH, (52, 34), bold=True), (_EDGE, 13 * MM), kind="H1")
    pdf.block(fit(paper.about, _WIDTH, (32, 22)), (_EDGE, 23 * MM))
    pdf.rule((_EDGE, 31 * MM), (A4[0] - _EDGE, 31 * MM))
    said = paper.page_text.format(page=page, pages=pages)
    width = pdf.line(_SMALL, (A4[0] - _EDGE, A4[1] - 10 * MM), said, align="r")
    pdf.line(_SMALL, (_EDGE, A4[1] - 10 * MM), _SMALL.ellipsis(paper.note, _WIDTH - width - 6 * MM), _GREY)


def _texts(paper: ReportPaper) -> Sequence[str]:
    return [
        paper.title,
        paper.about,
        paper.note,
        paper.page_text,
        paper.quotes_heading,
        "0123456789+-±%()=n /–…",
        *(text for quote in paper.quotes for text in quote),
        *(text for section in paper.sections for text in (section.heading, *section.headings)),
        *(text for section in paper.sections for row in section.rows for text in (row.label, *row.cells)),
    ]
