"""Reading a programme sheet: rows of text in, a checked draft out, or every fault that there is.

One row is one performance. What belongs to the event stands in its first row; further rows of the event leave it
empty or say the same. ``docs/programme.md`` describes the columns for the office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.errors import SheetFault
from domain.programme.blocked import BlockDraft
from domain.programme.catalogue import Catalogue
from domain.programme.cells import CellFault
from domain.programme.columns import Column, Heading, read_headings
from domain.programme.event_cells import read_event, says_event
from domain.programme.model import Event, Performance
from domain.programme.performance_cells import read_performance
from domain.programme.sheet_row import RowReader

MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """``number`` counts from 1 as the office's program does, the heading being row 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PerformanceDraft:
    """``performance.id`` is 0 for a new one; its ``event_id`` is filled in when the event is stored."""

    row: int
    event_key: str
    performance: Performance
    blocks: tuple[BlockDraft, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """A checked sheet. ``events`` have id 0 where they are new."""

    events: tuple[Event, ...]
    performances: tuple[PerformanceDraft, ...]

    def chunks(self, size: int) -> Iterator[ProgrammeDraft]:
        """Pieces of up to ``size`` performances, each with the events that it needs first."""
        unseen = {event.key: event for event in self.events}
        for start in range(0, len(self.performances), size):
            piece = self.performances[start : start + size]
            keys = dict.fromkeys(draft.event_key for draft in piece)
            yield ProgrammeDraft(tuple(unseen.pop(key) for key in keys if key in unseen), piece)


def no_posters(name: str) -> str:
    """For sheets that come without pictures. Raises CellFault."""
    raise CellFault("no_poster_file", name=name)


def parse_programme(
    rows: Sequence[SheetRow], catalogue: Catalogue, posters: Callable[[str], str] = no_posters
) -> ProgrammeDraft:
    """``posters`` gives the content hash of a picture by its file name and raises CellFault for one that will not do.

    Raises an ExceptionGroup of SheetFault with everything that is wrong, in the order of the sheet.
    """
    faults: list[SheetFault] = []
    rows = [row for row in rows if any(cell.strip() for cell in row.cells.values())]
    if not rows:
        faults.append(SheetFault(1, "", "no_rows"))
    if len(rows) > MOST_ROWS:
        faults.append(SheetFault(rows[MOST_ROWS].number, "", "too_many_rows", most=MOST_ROWS))
    headings = read_headings(rows[0].cells, faults) if rows else []
    draft = ProgrammeDraft((), ()) if faults else _read_rows(rows, headings, catalogue, posters, faults)
    if faults:
        raise ExceptionGroup("the sheet has faults", sorted(faults, key=lambda fault: fault.row))
    return draft


def keys_of(rows: Sequence[SheetRow], column: Column) -> set[str]:
    """What stands in a column: the keys that a Catalogue has to look up."""
    headings = [heading for heading in read_headings(rows[0].cells, []) if heading.column is column] if rows else []
    return {row.cells.get(heading.written, "").strip() for row in rows for heading in headings} - {""}


def _read_rows(
    rows: Sequence[SheetRow],
    headings: Sequence[Heading],
    catalogue: Catalogue,
    posters: Callable[[str], str],
    faults: list[SheetFault],
) -> ProgrammeDraft:
    readers = [RowReader(row.number, row.cells, headings, faults) for row in rows]
    events = _events(readers, catalogue, posters)
    drafts: list[PerformanceDraft] = []
    for reader in readers:
        event = events.get(reader.text(Column.EVENT))
        found = read_performance(reader, catalogue, event)
        if found is not None and event is not None:
            drafts.append(PerformanceDraft(reader.number, event.key, *found))
    by_number = {reader.number: reader for reader in readers}
    _check_once(drafts, by_number)
    _check_halls(drafts, by_number)
    return ProgrammeDraft(tuple(events.values()), tuple(drafts))


def _events(readers: Iterable[RowReader], catalogue: Catalogue, posters: Callable[[str], str]) -> dict[str, Event]:
    """Reads each event where it is first described; later rows may not say otherwise."""
    described: dict[str, RowReader] = {}
    found: dict[str, Event] = {}
    for reader in readers:
        key = reader.text(Column.EVENT)
        if not key:
            reader.refuse(Column.EVENT, "empty")
        elif key in described:
            reader.check_repeats(described[key])
        elif says_event(reader) or (key not in catalogue.events and key not in found):
            described[key] = reader
            event = read_event(reader, catalogue.events.get(key), posters)
            if event is not None:
                found[key] = event
        elif key in catalogue.events:
            found[key] = catalogue.events[key]
    return found


def _check_once(drafts: Sequence[PerformanceDraft], readers: Mapping[int, RowReader]) -> None:
    first: dict[str, int] = {}
    for draft in drafts:
        row = first.setdefault(draft.performance.key, draft.row)
        if row != draft.row:
            readers[draft.row].refuse(Column.PERFORMANCE, "double_performance", first=row)


def _check_halls(drafts: Sequence[PerformanceDraft], readers: Mapping[int, RowReader]) -> None:
    """Two seated showings cannot be in one hall at the same time."""
    by_hall: dict[int, list[PerformanceDraft]] = {}
    for draft in drafts:
        if draft.performance.plan_id is not None:
            by_hall.setdefault(draft.performance.hall_id, []).append(draft)
    for in_hall in by_hall.values():
        in_order = sorted(in_hall, key=lambda draft: draft.performance.starts_at)
        for one, other in pairwise(in_order):
            if other.performance.starts_at < one.performance.ends_at and one.performance.key != other.performance.key:
                later = max(one, other, key=lambda draft: draft.row)
                readers[later.row].refuse(Column.STARTS_AT, "hall_occupied", other=min(one.row, other.row))
