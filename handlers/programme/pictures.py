"""The poster of an event: the house's own, or one that is made for it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.programme.model import Event
from handlers.programme.words import kind_name, one_line
from handlers.ui.i18n import Texts
from handlers.ui.pictures import Picture, Poster


@dataclass(frozen=True)
class UploadedPoster(Picture):
    """A picture that the house brought, by its content hash in the picture store."""

    content_hash: str


def poster_of(t: Texts, event: Event, house: str) -> Picture:
    if event.poster:
        return UploadedPoster(event.poster)
    return Poster(
        title=one_line(t.of(event.title), 80),
        kind=event.kind,
        seed=event.key,
        kind_text=kind_name(t, event.kind),
        house=one_line(house, 60),
    )
