"""An incident's timeline on A4: time, who, what; the review after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.adapters.flow import Piece, lay_out
from bot.adapters.fonts import Block, Type, clean, fit
from bot.adapters.pdf import A4, MM, Pdf
from handlers.incidents.timeline import TimelinePaper

_EDGE, _TOP, _BOTTOM = 15 * MM, 42 * MM, 18 * MM
_WIDTH = A4[0] - 2 * _EDGE
_WHEN, _WHO = 44 * MM, 34 * MM  # widths of the columns; what was done has the rest
_GAP, _LEADING = 3 * MM, 5 * MM
_TEXT, _BOLD, _SMALL = Type(34), Type(34, bold=True), Type(28)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row, or (``when`` empty) a heading with its text."""

    when: str
    who: str
    text: tuple[str, ...]
    heading: str = ""

    @property
    def height(self) -> float:
        return _LEADING * (len(self.text) + bool(self.heading)) + 2 * MM


def print_timeline(paper: TimelinePaper) -> bytes:
    """PDF, upright A4."""
    pdf = Pdf(paper.title, paper.locale, _texts(paper))
    pieces = (Piece(line.height, partial(_draw, pdf, line)) for line in _lines(paper))
    lay_out(pdf, pieces, partial(_frame, pdf, paper), top=_TOP, bottom=_BOTTOM)
    return pdf.finish()


def _lines(paper: TimelinePaper) -> Iterator[_Line]:
    room = _WIDTH - _WHEN - _WHO - 2 * _GAP
    for when, who, what in paper.lines:
        yield _Line(when, who, _wrapped(what, room))
    for heading, text in paper.after:
        yield _Line("", "", _wrapped(text, _WIDTH), heading)


def _wrapped(text: str, width: float) -> tuple[str, ...]:
    return tuple(_TEXT.wrap(clean(text), width, 30)) or ("",)


def _frame(pdf: Pdf, paper: TimelinePaper, page: int, pages: int) -> None:
    title, about, times = paper.header
    pdf.block(fit(title, _WIDTH, (52, 36), bold=True), (_EDGE, 12 * MM), kind="H1")
    pdf.block(fit(about, _WIDTH, (32, 22)), (_EDGE, 21 * MM))
    pdf.block(_small(times), (_EDGE, 28 * MM))
    pdf.rule((_EDGE, 37 * MM), (A4[0] - _EDGE, 37 * MM))
    said = paper.page_text.format(page=page, pages=pages)
    pdf.line(_SMALL, (A4[0] - _EDGE, A4[1] - 10 * MM), said, align="r")


def _small(text: str) -> Block:
    return fit(text, _WIDTH, (28, 20), most=2)


def _draw(pdf: Pdf, line: _Line, top: float) -> None:
    baseline = top + _LEADING * 0.7
    with pdf.reading():
        if line.heading:
            pdf.line(_BOLD, (_EDGE, baseline), line.heading)
            baseline += _LEADING
        elif line.when:
            pdf.line(_TEXT, (_EDGE, baseline), _TEXT.ellipsis(line.when, _WHEN))
            pdf.line(_TEXT, (_EDGE + _WHEN + _GAP, baseline), _TEXT.ellipsis(line.who, _WHO))
        left = _EDGE if line.heading else _EDGE + _WHEN + _WHO + 2 * _GAP
        for number, text in enumerate(line.text):
            pdf.line(_TEXT, (left, baseline + number * _LEADING), text)


def _texts(paper: TimelinePaper) -> Sequence[str]:
    return [
        paper.title,
        *paper.header,
        paper.page_text,
        "0123456789…...",
        *(text for line in paper.lines for text in line),
        *(text for pair in paper.after for text in pair),
    ]
