"""Tickets on paper: A4 with three to be cut apart, A6, and the 80 mm roll of a receipt printer.

Black on white throughout, for any printer; the code with its quiet zone is 44 mm wide or more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.door_list import print_door_list
from bot.adapters.fonts import Block, Type, clean, fit
from bot.adapters.pdf import A4, A6, MM, Pdf
from bot.adapters.report import print_report
from bot.adapters.timeline import print_timeline
from handlers.admission.door_list import DoorList
from handlers.feedback.report_paper import ReportPaper
from handlers.incidents.timeline import TimelinePaper
from handlers.ui.paper import Paper, PaperSize, TicketPaper, TicketSheets
from handlers.ui.pictures import Fact, RibbonTone

_GREY = "#555555"
_VOID_CODE = "#dcdcdc"
_CODE = 44 * MM
_A4_EDGE, _A6_EDGE = 14 * MM, 8 * MM
_A4_TICKETS = 3
_ROLL_WIDTH, _ROLL_EDGE = 80 * MM, 4 * MM  # a receipt printer leaves 4 mm at either side


def print_paper(paper: Paper) -> bytes:
    """PDF. Raises TypeError for a kind of paper that nobody prints, ValueError for a QR payload that does not go."""
    if isinstance(paper, TicketSheets):
        return print_tickets(paper)
    if isinstance(paper, DoorList):
        return print_door_list(paper)
    if isinstance(paper, TimelinePaper):
        return print_timeline(paper)
    if isinstance(paper, ReportPaper):
        return print_report(paper)
    raise TypeError(f"nobody prints {type(paper).__name__}")


def print_tickets(sheets: TicketSheets) -> bytes:
    """PDF. Raises ValueError for a QR payload that does not go (see ``qr``)."""
    pdf = Pdf(sheets.title, sheets.locale, _texts(sheets))
    for number, ticket in enumerate(sheets.tickets):
        match sheets.size:
            case PaperSize.A4:
                if number % _A4_TICKETS == 0:
                    pdf.add_page(A4)
                _strip(pdf, ticket, sheets, number % _A4_TICKETS)
            case PaperSize.A6:
                pdf.add_page(A6)
                _leaf(pdf, ticket, sheets)
            case PaperSize.ROLL:
                _piece(pdf, ticket, sheets)
    return pdf.finish()


@dataclass(frozen=True, slots=True)
class _Part:
    """Something in a column. ``draw`` is told its upper left corner."""

    height: float
    draw: Callable[[Pdf, float, float], None]


def _strip(pdf: Pdf, ticket: TicketPaper, sheets: TicketSheets, number: int) -> None:
    """A third of an A4 page: the words left, the code right; a line to cut along below."""
    height = A4[1] / _A4_TICKETS
    top, bottom = number * height + 10 * MM, (number + 1) * height
    beside = A4[0] - _A4_EDGE - _CODE
    width = beside - _A4_EDGE - 12 * MM
    _stack(pdf, _words(ticket, width), (_A4_EDGE, top))
    details = _row(ticket.details, width, (24, 34))
    details.draw(pdf, _A4_EDGE, bottom - 21 * MM)
    _stack(pdf, _code(ticket, sheets, _CODE, _CODE), (beside, top + 4 * MM))
    _note(sheets.note, A4[0] - 2 * _A4_EDGE, 2).draw(pdf, _A4_EDGE, bottom - 10 * MM)
    if number + 1 < _A4_TICKETS:
        pdf.rule((0, bottom), (A4[0], bottom), "#888888", dash=2 * MM)


def _leaf(pdf: Pdf, ticket: TicketPaper, sheets: TicketSheets) -> None:
    """An A6 page."""
    width = A6[0] - 2 * _A6_EDGE
    _stack(pdf, _words(ticket, width), (_A6_EDGE, _A6_EDGE))
    top = A6[1] - 17 * MM - _CODE - 8 * MM
    _stack(pdf, _code(ticket, sheets, _CODE, _CODE), (_A6_EDGE, top))
    beside = _A6_EDGE + _CODE + 3 * MM
    _stack(pdf, [_pair(fact, A6[0] - _A6_EDGE - beside) for fact in ticket.details], (beside, top + 4 * MM))
    _note(sheets.note, width, 3).draw(pdf, _A6_EDGE, A6[1] - 14 * MM)


def _piece(pdf: Pdf, ticket: TicketPaper, sheets: TicketSheets) -> None:
    """A piece of the roll, as long as its content; it is torn off below."""
    width = _ROLL_WIDTH - 2 * _ROLL_EDGE
    parts = [
        *_words(ticket, width),
        *_code(ticket, sheets, _CODE + 4 * MM, width),
        *(_spread(fact, width) for fact in ticket.details),
        _space(2 * MM),
        _note(sheets.note, width, 4),
    ]
    edge = 5 * MM
    pdf.add_page((_ROLL_WIDTH, max(_ROLL_WIDTH, sum(part.height for part in parts)) + 2 * edge))
    _stack(pdf, parts, (_ROLL_EDGE, edge))


def _words(ticket: TicketPaper, width: float) -> list[_Part]:
    """What a person reads, in the order in which they need it."""
    face = ticket.face
    party = fit(face.party, 160, (34, 24), bold=True)
    house = fit(face.house, width - party.width - 20, (34, 24))

    def head(pdf: Pdf, x: float, y: float) -> None:
        pdf.block(house, (x, y), _GREY)
        pdf.block(party, (x + width, y), align="r")

    parts = [_Part(60, head), _text(fit(face.title, width, (66, 38), most=2, height=150, bold=True), 42, kind="H1")]
    parts.append(_text(fit(face.date, width, (46, 30), bold=True), 32))
    parts.append(_text(fit(face.venue, width, (34, 24)), 44))
    parts.append(_row([fact for fact in face.facts if fact.value], width, (26, 66)))
    if face.ribbon:
        parts.append(_text(fit(face.ribbon.text, width, (56, 30), bold=True), 30))
    if face.concession:
        parts.append(_text(fit(face.concession, width, (40, 28), bold=True), 28))
    if face.step_free:
        parts.append(_text(fit(face.step_free, width, (30, 24), most=3, height=100), 28))
    return parts


def _code(ticket: TicketPaper, sheets: TicketSheets, side: float, width: float) -> list[_Part]:
    """The code in the middle of the width, and under it what can be read out instead. A void one is struck pale."""
    face = ticket.face
    void = face.ribbon is not None and face.ribbon.tone is RibbonTone.VOID

    def draw(pdf: Pdf, x: float, y: float) -> None:
        pdf.code(face.payload, (x + (width - side) / 2, y), side, sheets.code_text, _VOID_CODE if void else "#000000")

    spoken = fit("" if void else face.code, width, (52, 26), bold=True)
    return [_Part(side, draw), _text(spoken, 36, indent=width / 2, align="m")]


def _row(facts: Sequence[Fact], width: float, sizes: tuple[int, int]) -> _Part:
    """Small headings with their values below, beside each other, as wide as their words ask for. ``sizes``: of the
    headings and, at most, of the values."""
    if not facts:
        return _space(0)
    label, most = sizes
    gap = 44
    asked = [min(max(Type(most, bold=True).width(f.value), Type(label).width(f.label), 80), width / 2) for f in facts]
    share = min(1.0, (width - gap * (len(facts) - 1)) / sum(asked))
    cells = [
        (wish * share, fit(f.label, wish * share, (label, 18)), _value(f.value, wish * share, most))
        for wish, f in zip(asked, facts, strict=True)
    ]

    def draw(pdf: Pdf, x: float, y: float) -> None:
        for wide, heading, value in cells:
            with pdf.reading():
                pdf.block(heading, (x, y), _GREY)
                pdf.block(value, (x, y + label + 18))
            x += wide + gap

    return _Part(label + 18 + max(value.height for _, _, value in cells) + 38, draw)


def _value(text: str, width: float, most: int) -> Block:
    one = fit(text, width, (most, max(24, most // 2)), bold=True)
    if one.lines[0] == clean(text):
        return one
    return fit(text, width, (max(24, most // 2), 22), most=2, bold=True)


def _pair(fact: Fact, width: float) -> _Part:
    """A heading with its value below."""
    heading = fit(fact.label, width, (24, 18))
    value = fit(fact.value, width, (34, 20), most=2, bold=True)

    def draw(pdf: Pdf, x: float, y: float) -> None:
        with pdf.reading():
            pdf.block(heading, (x, y), _GREY)
            pdf.block(value, (x, y + 34))

    return _Part(34 + value.height + 28, draw)


def _spread(fact: Fact, width: float) -> _Part:
    """A heading left, its value right."""
    value = fit(fact.value, width * 0.66, (30, 20), bold=True)
    heading = fit(fact.label, width - value.width - 20, (30, 20))

    def draw(pdf: Pdf, x: float, y: float) -> None:
        with pdf.reading():
            pdf.block(heading, (x, y))
            pdf.block(value, (x + width, y), align="r")

    return _Part(48, draw)


def _note(text: str, width: float, most: int) -> _Part:
    return _text(fit(text, width, (24, 19), most=most), 10, ink=_GREY)


def _text(
    block: Block, below: float, *, indent: float = 0, align: str = "l", ink: str = "#000000", kind: str = "P"
) -> _Part:
    def draw(pdf: Pdf, x: float, y: float) -> None:
        pdf.block(block, (x + indent, y), ink, align, kind)

    return _Part(block.height + below, draw)


def _space(height: float) -> _Part:
    return _Part(height, lambda pdf, x, y: None)


def _stack(pdf: Pdf, parts: Sequence[_Part], at: tuple[float, float]) -> None:
    x, y = at
    for part in parts:
        part.draw(pdf, x, y)
        y += part.height


def _texts(sheets: TicketSheets) -> Iterator[str]:
    yield sheets.note
    for ticket in sheets.tickets:
        face = ticket.face
        yield from (face.house, face.title, face.date, face.venue, face.concession, face.step_free, face.party)
        yield from (face.code, face.ribbon.text if face.ribbon else "", *_words_of((*face.facts, *ticket.details)))


def _words_of(facts: Sequence[Fact]) -> Iterator[str]:
    for fact in facts:
        yield fact.label
        yield fact.value
