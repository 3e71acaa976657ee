"""The ``blocked`` cell: which places are set aside, and why.

``Stalls/A/1-4,7 = house; Box 1 = promoter; Balcony/B = technical: sound desk``. Without seats a number of places:
``20 = house`` sets the last twenty aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.programme.cells import CellFault, plain, prose, whole, word
from domain.programme.model import Seat, SeatingPlan
from domain.programme.search import folded_name
from domain.ticketing.model import BlockReason

REASON_WORDS: Mapping[str, BlockReason] = {
    "自留": BlockReason.HOUSE,
    "技术": BlockReason.TECHNICAL,
    "主办方": BlockReason.PROMOTER,
    "团体": BlockReason.GROUP,
    "陪同": BlockReason.COMPANION,
}


@dataclass(frozen=True, slots=True)
class BlockDraft:
    """Places to set aside. ``places`` are ascending."""

    places: tuple[int, ...]
    reason: BlockReason
    note: str = ""


def read_blocks(text: str, plan: SeatingPlan | None, capacity: int) -> tuple[BlockDraft, ...]:
    """Raises CellFault. No place may be named twice."""
    blocks: list[BlockDraft] = []
    seen: set[int] = set()
    for part in filter(None, (part.strip() for part in re.split(r"[;\n]", plain(text)))):
        where, equals, why = part.partition("=")
        if not equals:
            raise CellFault("bad_block", part=part)
        reason, _, note = why.partition(":")
        places = places_in(where.strip(), plan) if plan else _last(where, capacity, len(seen))
        if seen & set(places):
            raise CellFault("double_block", part=part)
        seen.update(places)
        blocks.append(BlockDraft(places, word(reason, BlockReason, REASON_WORDS), prose(note, most=200)))
    return tuple(blocks)


def _last(where: str, capacity: int, before: int) -> tuple[int, ...]:
    count = whole(where, least=1, most=max(1, capacity - before))
    last = capacity - before
    return tuple(range(last - count + 1, last + 1))


def places_in(where: str, plan: SeatingPlan) -> tuple[int, ...]:
    """Of ``zone``, ``zone/row`` or ``zone/row/seats``, ascending; where a zone has several names (``池座 Stalls``), one
    will do. Raises CellFault."""
    zone, _, rest = where.partition("/")
    row, _, numbers = rest.partition("/")
    called = _zone_called(zone, plan)
    if called is None:
        raise CellFault("unknown_zone", name=zone.strip(), known=", ".join(plan.zones))
    in_zone = [found for found in plan.rows if found.zone == called]
    chosen = [found for found in in_zone if not rest or _alike(found.label, row)]
    if not chosen:
        raise CellFault("unknown_row", zone=zone.strip(), name=row.strip())
    seats = [seat for found in chosen for seat in found.seats]
    if not numbers.strip():
        return tuple(sorted(seat.place for seat in seats))
    return tuple(sorted({seat.place for part in numbers.split(",") for seat in _numbered(part.strip(), seats)}))


def _zone_called(said: str, plan: SeatingPlan) -> str | None:
    """Whole words of its name that no other zone has."""
    exact = [zone for zone in plan.zones if _alike(zone, said)]
    words = f" {folded_name(said)} "
    found = exact or [zone for zone in plan.zones if words.strip() and words in f" {folded_name(zone)} "]
    return found[0] if len(found) == 1 else None


def _numbered(part: str, row: list[Seat]) -> Iterator[Seat]:
    """A seat's number, or a range of them; of a row numbered 1, 3, 5 … the range takes what there is."""
    by_number = {folded_name(seat.number): seat for seat in row}
    if folded_name(part) in by_number:
        yield by_number[folded_name(part)]
        return
    first, dash, last = (end.strip() for end in part.partition("-"))
    for end in (first, last) if dash else (part,):
        if folded_name(end) not in by_number:
            raise CellFault("unknown_seat", zone=row[0].zone, in_row=row[0].row, name=end)
    if not (first.isdecimal() and last.isdecimal()):
        raise CellFault("bad_range", part=part)
    inside = [seat for seat in row if seat.number.isdecimal() and int(first) <= int(seat.number) <= int(last)]
    if not inside:
        raise CellFault("bad_range", part=part)
    yield from inside


def _alike(one: str, other: str) -> bool:
    return folded_name(one) == folded_name(other)
