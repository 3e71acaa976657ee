"""The poster that is made for an event."""

from __future__ import annotations

from domain.programme.model import Event
from handlers.programme.words import kind_name, one_line
from handlers.ui.i18n import Texts
from handlers.ui.pictures import Picture, Poster


def poster_of(t: Texts, event: Event, house: str) -> Picture:
    """No date stands on it: the picture stays the same from one date to the next and is sent from Telegram's store."""
    return Poster(
        title=one_line(t.of(event.title), 80),
        kind=event.kind,
        seed=event.key,
        kind_text=kind_name(t, event.kind),
        house=one_line(house, 60),
    )
