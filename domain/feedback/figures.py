"""What answers say when they are added up. Every number here is a sum or a count: no single person is in it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.feedback.model import BOUNDS, Channel, QuestionKind, Stage

#: Of fewer answers than that the margin is said beside the score: it says more about chance than about the house.
FEW = 100
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Scope:
    """Which performances: those of these venues that begin in [``start``, ``end``), or of one event, or one alone."""

    venue_ids: tuple[int, ...]
    start: datetime | None = None
    end: datetime | None = None
    event_id: int | None = None
    performance_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """So many answers with this score, of this kind of question, stage and channel."""

    kind: QuestionKind
    stage: Stage
    channel: Channel
    score: int
    count: int


@dataclass(frozen=True, slots=True)
class Score:
    """``value``: 0 to 100 for satisfaction, -100 to 100 for an NPS. ``margin``: half of the 95 % interval."""

    value: float
    margin: float
    n: int

    @property
    def is_vague(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Figures:
    """``asked``: persons who were asked; ``answered`` of them began to answer. ``entered``: paper forms and calls.

    ``cases``: how many were opened, and how many of those wait.
    """

    asked: int
    answered: int
    entered: int
    cases: int
    cases_open: int
    nps: Score | None
    satisfaction: Score | None
    stages: tuple[tuple[Stage, Score], ...]
    channels: tuple[tuple[Channel, Score], ...]

    @property
    def rate(self) -> float | None:
        """The response rate, 0 to 1; None where nobody was asked."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Counts:
    asked: int
    answered: int
    entered: int
    cases: int
    cases_open: int


def add_up(counts: Counts, tallies: Collection[Tally]) -> Figures:
    rated = [tally for tally in tallies if tally.kind is not QuestionKind.NPS]
    stages = ((stage, _mean(tally for tally in rated if tally.stage is stage)) for stage in Stage)
    channels = ((channel, _mean(tally for tally in rated if tally.channel is channel)) for channel in Channel)
    return Figures(
        asked=counts.asked,
        answered=counts.answered,
        entered=counts.entered,
        cases=counts.cases,
        cases_open=counts.cases_open,
        nps=nps(tally for tally in tallies if tally.kind is QuestionKind.NPS),
        satisfaction=_mean(rated),
        stages=tuple((stage, score) for stage, score in stages if score is not None),
        channels=tuple((channel, score) for channel, score in channels if score is not None),
    )


def nps(tallies: Iterable[Tally]) -> Score | None:
    """Promoters (9, 10) less detractors (0 to 6), in hundredths of all (Reichheld 2003)."""
    sides = [((tally.score >= 9) - (tally.score <= 6), tally.count) for tally in tallies]
    return _score([(100.0 * side, count) for side, count in sides])


def _mean(tallies: Iterable[Tally]) -> Score | None:
    """On a line from the worst answer (0) to the best (100), whatever the scale."""
    values = []
    for tally in tallies:
        least, most = BOUNDS[tally.kind]
        values.append((100.0 * (tally.score - least) / (most - least), tally.count))
    return _score(values)


def _score(values: Collection[tuple[float, int]]) -> Score | None:
    n = sum(count for _, count in values)
    if not n:
        return None
    mean = sum(value * count for value, count in values) / n
    variance = sum(count * (value - mean) ** 2 for value, count in values) / n
    return Score(mean, _Z * math.sqrt(variance / n), n)
