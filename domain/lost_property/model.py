"""A find, a loss, and the plain rules by which one may be the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.programme.search import folded

WORDS_MOST = 200
#: Words that say nothing of a thing. Shorter ones than three letters say nothing anyway.
_SILENT = frozenset(
    {"the", "and", "with", "for", "from", "was", "has", "had", "one", "our", "his", "her", "its", "not"}
    | {"near", "under", "left", "lost", "found"}
)
_LATIN = re.compile(r"[^\W\u4e00-\u9fff]{3,}")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class FindState(StrEnum):
    KEPT = "kept"
    RETURNED = "returned"
    DISPOSED = "disposed"


class LossState(StrEnum):
    OPEN = "open"
    FOUND = "found"  # a find may be it; whoever asked has been told
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Find:
    """``id`` is the number on its label. ``storage``: where it is kept; ``id_seen``: which document whoever fetched it
    has shown, never what stands in it."""

    id: int
    venue_id: int
    what: str
    place: str
    storage: str
    found_at: datetime
    found_by: int
    keep_until: datetime
    performance_id: int | None = None
    photo: str = ""
    state: FindState = FindState.KEPT
    ended_at: datetime | None = None
    ended_by: int | None = None
    id_seen: str = ""

    def may_go(self, now: datetime) -> bool:
        """The house has kept it long enough."""
        return self.state is FindState.KEPT and self.keep_until <= now


@dataclass(frozen=True, slots=True)
class Loss:
    """Somebody asks for something. ``place`` may be empty, ``performance_id`` None: they do not know."""

    id: int
    venue_id: int
    person_id: int
    what: str
    place: str
    asked_at: datetime
    performance_id: int | None = None
    state: LossState = LossState.OPEN
    find_id: int | None = None
    ended_at: datetime | None = None


def likeness(loss: Loss, find: Find) -> int:
    """0: nothing speaks for it. A word of the thing itself counts most, then the same performance, then the place; the
    place alone is no likeness."""
    if loss.venue_id != find.venue_id:
        return 0
    things = len(words_of(loss.what) & words_of(find.what))
    evening = loss.performance_id is not None and loss.performance_id == find.performance_id
    if not things and not evening:
        return 0
    return 3 * things + 2 * evening + len(words_of(loss.place) & words_of(find.place))


def likely_finds(loss: Loss, finds: Iterable[Find], most: int) -> list[Find]:
    """The likeliest first."""
    likely = [(likeness(loss, find), find) for find in finds]
    return [find for score, find in sorted(likely, key=lambda pair: (-pair[0], pair[1].id)) if score][:most]


def likely_losses(find: Find, losses: Iterable[Loss], most: int) -> list[Loss]:
    likely = [(likeness(loss, find), loss) for loss in losses]
    return [loss for score, loss in sorted(likely, key=lambda pair: (-pair[0], pair[1].id)) if score][:most]


def words_of(text: str) -> set[str]:
    """Words of three letters or more; of Chinese, which writes no spaces, each two neighbours."""
    plain = folded(text)
    pairs = {run[at : at + 2] for run in _HAN.findall(plain) for at in range(max(1, len(run) - 1))}
    return {word.removesuffix("s") for word in _LATIN.findall(plain)} - _SILENT | pairs
