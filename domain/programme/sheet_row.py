"""One row of a sheet under reading: cells by column, faults collected instead of raised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from domain.errors import SheetFault
from domain.programme.cells import CellFault
from domain.programme.columns import Column, Heading

_T = TypeVar("_T")

#: What says something of the event and not of one performance.
EVENT_COLUMNS = frozenset(
    (
        Column.KIND,
        Column.TITLE,
        Column.SUMMARY,
        Column.DESCRIPTION,
        Column.DURATION,
        Column.AGE_FROM,
        Column.SPOKEN_LANGUAGE,
        Column.POSTER,
    )
)


class RowReader:
    """``ok`` tells whether anything in this row was refused so far."""

    def __init__(
        self, number: int, cells: Mapping[str, str], headings: Sequence[Heading], faults: list[SheetFault]
    ) -> None:
        self.number = number
        self.ok = True
        self._cells = cells
        self._headings = headings
        self._faults = faults
        self._by_column = {heading.column: heading for heading in headings}

    def text(self, column: StrEnum) -> str:
        """The trimmed cell, '' where the sheet has no such column."""
        heading = self._by_column.get(column)
        return self._cell(heading) if heading else ""

    def several(self, column: StrEnum) -> Iterator[tuple[Heading, str]]:
        """The filled cells of columns that come in several: texts by language, prices."""
        for heading in self._headings:
            if heading.column is column and (text := self._cell(heading)):
                yield heading, text

    def read(self, column: StrEnum, parse: Callable[[str], _T], empty: _T | None = None) -> _T | None:
        """The parsed cell; ``empty`` where nothing stands there. A refused cell is a fault and gives None."""
        text = self.text(column)
        return self.attempt(column, parse, text) if text else empty

    def require(self, column: StrEnum, parse: Callable[[str], _T]) -> _T | None:
        if not self.text(column):
            self.refuse(column, "empty")
            return None
        return self.read(column, parse)

    def attempt(self, at: StrEnum | Heading, parse: Callable[[str], _T], text: str) -> _T | None:
        try:
            return parse(text)
        except CellFault as fault:
            self.refuse(at, fault.reason, **fault.params)
            return None

    def refuse(self, at: StrEnum | Heading, reason: str, **params: Any) -> None:
        self._faults.append(SheetFault(self.number, self.written(at), reason, **params))
        self.ok = False

    def written(self, at: StrEnum | Heading) -> str:
        """A heading as the sheet spells it."""
        heading = at if isinstance(at, Heading) else self._by_column.get(at)
        return heading.written if heading else str(at)

    def check_repeats(self, first: RowReader) -> None:
        """What this row says of the event must be empty or equal to what its first row says."""
        for heading in self._headings:
            text = self._cell(heading)
            if heading.column in EVENT_COLUMNS and text and text != first._cell(heading):
                self.refuse(heading, "differs", first=first.number)

    def _cell(self, heading: Heading) -> str:
        return self._cells.get(heading.written, "").strip()
