"""Pieces one under the other on upright A4 pages; none is torn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.adapters.pdf import A4, Pdf

#: Is told the number of the page and how many there are.
Frame = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """``needs``: the height of what must not be torn from it as well. ``draw`` is told its upper edge."""

    height: float
    draw: Callable[[float], None]
    needs: float = 0.0


def lay_out(pdf: Pdf, pieces: Iterable[Piece], frame: Frame, *, top: float, bottom: float) -> None:
    """``top``, ``bottom``: the margins that the frame has for itself."""
    pages = list(_pages(pieces, A4[1] - top - bottom))
    for number, page in enumerate(pages, start=1):
        pdf.add_page(A4)
        frame(number, len(pages))
        at = top
        for piece in page:
            piece.draw(at)
            at += piece.height


def _pages(pieces: Iterable[Piece], room: float) -> Iterator[list[Piece]]:
    """One at least."""
    page: list[Piece] = []
    left = room
    for piece in pieces:
        if page and piece.height + piece.needs > left:
            yield page
            page, left = [], room
        page.append(piece)
        left -= piece.height
    yield page
