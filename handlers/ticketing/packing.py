"""A party inside callback data: ``1.2-3.1_1.0`` is two of concession 1, one of 3, and one wheelchair place.

Ids are written to base 36: callback data has 64 bytes.
"""

from __future__ import annotations

import re

from domain.errors import Stale
from domain.ticketing.party import Party

#: Leaves room for the longest prefix, a performance, a place and a page.
MOST = 36

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIR = r"[0-9a-z]{1,8}\.[0-9]{1,2}"
_PARTY = re.compile(rf"((?:{_PAIR}(?:-{_PAIR})*)?)(?:_([0-9]{{1,2}})\.([0-9]{{1,2}}))?")


def pack_party(party: Party) -> str:
    people = "-".join(f"{_base36(id)}.{count}" for id, count in party.people)
    special = f"_{party.wheelchair}.{party.companion}" if party.wheelchair or party.companion else ""
    return people + special


def unpack_party(packed: str) -> Party:
    """Raises Stale for what no button of ours says."""
    match = _PARTY.fullmatch(packed)
    if match is None:
        raise Stale
    counts: dict[int, int] = {}
    for pair in filter(None, match[1].split("-")):
        id, count = pair.split(".")
        counts[int(id, 36)] = int(count)
    people = tuple((id, count) for id, count in sorted(counts.items()) if count)
    return Party(people, int(match[2] or 0), int(match[3] or 0))


def fits(party: Party) -> bool:
    return len(pack_party(party)) <= MOST


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
