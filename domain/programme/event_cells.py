"""The cells of a row that describe the event."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from domain.programme import cells
from domain.programme.columns import KIND_WORDS, TEXTS, Column
from domain.programme.model import Event, EventKind
from domain.programme.sheet_row import EVENT_COLUMNS, RowReader
from domain.text import LocalText

#: An event's card is one message of at most 1,024 characters with a picture; the long text has a message of its own.
_MOST = {Column.TITLE: 120, Column.SUMMARY: 300, Column.DESCRIPTION: 2_500}
_MOST_MINUTES = 24 * 60


def says_event(reader: RowReader) -> bool:
    """Whether the row describes its event at all."""
    single = (column for column in EVENT_COLUMNS if column not in TEXTS)
    return any(reader.text(column) for column in single) or any(any(reader.several(column)) for column in TEXTS)


def read_event(reader: RowReader, stored: Event | None, posters: Callable[[str], str]) -> Event | None:
    """None where something was refused. ``posters``: see ``parse_programme``."""
    key = reader.require(Column.EVENT, cells.key)
    kind = reader.require(Column.KIND, partial(cells.word, words=EventKind, others=KIND_WORDS))
    title, summary, description = (_texts(reader, column) for column in TEXTS)
    if not title:
        reader.refuse(Column.TITLE, "no_title")
    duration = reader.require(Column.DURATION, partial(cells.whole, least=1, most=_MOST_MINUTES))
    age_from = reader.read(Column.AGE_FROM, partial(cells.whole, least=0, most=99), 0)
    language = reader.read(Column.SPOKEN_LANGUAGE, cells.language, "")
    poster = reader.read(Column.POSTER, posters, "")
    if not reader.ok or key is None or kind is None or duration is None:
        return None
    if age_from is None or language is None or poster is None:
        return None
    return Event(
        id=stored.id if stored else 0,
        key=key,
        kind=kind,
        title=title,
        summary=summary,
        description=description,
        duration_minutes=duration,
        age_from=age_from,
        spoken_language=language,
        poster=poster,
    )


def _texts(reader: RowReader, column: Column) -> LocalText:
    parse = partial(cells.prose, most=_MOST[column])
    found = {heading.locale: reader.attempt(heading, parse, text) or "" for heading, text in reader.several(column)}
    return LocalText.of(found)
