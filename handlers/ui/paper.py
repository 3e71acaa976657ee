"""What a sheet of paper shows, said without any PDF library; ``bot.adapters`` prints it.

As with pictures, every text is in the reader's language already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.ui.pictures import Fact, TicketFace


class PaperSize(StrEnum):
    A4 = "a4"  # three tickets a page, to be cut apart
    A6 = "a6"  # a page each
    ROLL = "roll"  # 80 mm wide, a piece each, as long as it has to be


class Paper:
    """Base of all that is printed. ``locale``: the reader's; ``title``: what a window or a screen reader calls it."""

    locale: str
    title: str


@dataclass(frozen=True)
class TicketPaper:
    """One ticket on paper: what its picture says, and ``details``: price, tax, order, receipt."""

    face: TicketFace
    details: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class TicketSheets(Paper):
    """``note`` stands under each ticket, ``code_text`` says in words what the QR is."""

    locale: str
    title: str
    tickets: tuple[TicketPaper, ...]
    size: PaperSize
    note: str
    code_text: str
