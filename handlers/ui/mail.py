"""A mail, as a view makes it: neutral to the library that sends it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.ui.screen import Document


@dataclass(frozen=True, slots=True)
class Mail:
    """``text`` and ``html`` say the same; ``attached`` are made when it is sent."""

    to: str
    subject: str
    text: str
    html: str
    locale: str
    attached: tuple[Document, ...] = ()
