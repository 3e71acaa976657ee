"""Seats as people write them: "F12", "row 5: 1-8", "Stalls 5/12", "5排1-8座". No seat is looked up here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.programme.search import folded

#: Chinese and full-width signs, and every dash, as one sign each.
_SIGNS = str.maketrans(
    {"：": ":", "，": ",", "、": ",", "；": ";", "–": "-", "—": "-", "~": "-", "至": "-", "到": "-", "排": ":"}
)
#: Words that say what a number is; what follows a row is its seats.
_ROW = re.compile(r"\brow\b|第")
_SEATS = re.compile(r"[\s,:]*\bseats?\b")
_RANGES = r"(?P<seats>[^\W_]+(?:-[^\W_]+)?(?:[, ]+[^\W_]+(?:-[^\W_]+)?)*)"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<zone>.*?[^a-z0-9])??(?P<row>[a-z0-9]+|[^\W_]) ?: ?{_RANGES}",  # "stalls 5: 1-8, 10", "池座5: 3"
        r"(?P<zone>.+ )?(?P<row>[a-z]{1,2}) ?/? ?(?P<seats>\d{1,3})",  # "f12", "stalls f 12"
        r"(?P<zone>.+ )?(?P<row>\d{1,3}) ?/ ?(?P<seats>\d{1,3})",  # "5/12"
        r"(?P<zone>)(?P<row>)(?P<seats>\d+(?:-\d+)?(?:[, ]+\d+(?:-\d+)?)*)",  # "12", "1-8, 12": numbered places
    )
)


@dataclass(frozen=True, slots=True)
class SeatRange:
    """Seats ``first`` to ``last`` of a row. Folded words; ``zone`` and ``row`` are empty where they were not said."""

    zone: str
    row: str
    first: str
    last: str

    def holds(self, zones: Iterable[str], row: str, number: str) -> bool:
        """``zones``: the names that the seat's zone goes by."""
        if folded(row) != self.row or (self.zone and not any(folded(name).startswith(self.zone) for name in zones)):
            return False
        if self.first == self.last:
            return folded(number) == self.first
        ends = (self.first, number, self.last)
        if not all(end.isdecimal() for end in ends):
            return False
        first, seat, last = map(int, ends)
        return first <= seat <= last


def parse_seats(text: str) -> tuple[SeatRange, ...]:
    """What one line says; nothing where it names no seats."""
    line = _SEATS.sub(": ", _ROW.sub(" ", folded(text).translate(_SIGNS)))
    line = re.sub(r"[: ]*:[: ]*", ": ", re.sub(r" *- *", "-", " ".join(line.split()))).strip(" .;,座号")
    for shape in _SHAPES:
        if found := shape.fullmatch(line.removeprefix(": ")):
            zone = (found["zone"] or "").strip(" ,")
            return tuple(_range(zone, found["row"], said) for said in re.split("[, ]+", found["seats"]))
    return ()


def _range(zone: str, row: str, said: str) -> SeatRange:
    first, _, last = said.partition("-")
    return SeatRange(zone, row, first, last or first)
