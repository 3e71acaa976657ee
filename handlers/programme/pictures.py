"""The poster of an event: the house's own, else one that is made for it."""

from __future__ import annotations

from domain.programme.model import Event
from handlers.programme.words import kind_name, one_line
from handlers.ui.i18n import Texts
from handlers.ui.pictures import Picture, Poster, UploadedPoster


def poster_of(t: Texts, event: Event, house: str) -> Picture:
    """No date stands on it: the picture stays the same from one date to the next and is sent from Telegram's store."""
    drawn = Poster(
        title=one_line(t.of(event.title), 80),
        kind=event.kind,
        seed=event.key,
        kind_text=kind_name(t, event.kind),
        house=one_line(house, 60),
    )
    return UploadedPoster(event.poster, instead=drawn) if event.poster else drawn
