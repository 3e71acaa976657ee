"""Surveys and answers. A survey is a list of questions in order; some are asked only after certain answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import BadInput
from domain.text import LocalText

#: Whoever is asked may answer this long; afterwards the survey is closed.
OPEN_FOR = timedelta(days=14)
#: A performance that ended longer ago is not asked about any more: nobody remembers the seat.
ASK_WITHIN = timedelta(hours=72)
#: A person is asked at most once in this time.
ASK_EVERY = timedelta(days=7)
#: How long answering may take in all.
MOST_SECONDS = 120
WORDS_MOST = 2000


class Stage(StrEnum):
    """What of the visit a question is about, in the order in which it is lived through."""

    WHOLE = "whole"
    TICKETING = "ticketing"
    WAY_IN = "way_in"
    SEAT = "seat"
    PERFORMANCE = "performance"
    STAFF = "staff"
    WAY_OUT = "way_out"


class QuestionKind(StrEnum):
    SCALE = "scale"  # 1 to 5, with words at both ends
    STARS = "stars"  # 1 to 5
    NPS = "nps"  # 0 to 10: would you recommend us
    SINGLE = "single"
    MULTIPLE = "multiple"
    TEXT = "text"
    MEDIA = "media"  # a photo or a voice message


#: What an answer takes, in seconds; the sum of a survey is held against ``MOST_SECONDS``.
SECONDS: Mapping[QuestionKind, int] = {
    QuestionKind.SCALE: 7,
    QuestionKind.STARS: 6,
    QuestionKind.NPS: 8,
    QuestionKind.SINGLE: 8,
    QuestionKind.MULTIPLE: 12,
    QuestionKind.TEXT: 25,
    QuestionKind.MEDIA: 15,
}
#: The least and the most of what is a number.
BOUNDS: Mapping[QuestionKind, tuple[int, int]] = {
    QuestionKind.SCALE: (1, 5),
    QuestionKind.STARS: (1, 5),
    QuestionKind.NPS: (0, 10),
}


class Channel(StrEnum):
    """How an answer came to us."""

    CHAT = "chat"
    PAPER = "paper"
    PHONE = "phone"


class CaseKind(StrEnum):
    """Whom a case concerns, and so who may see it: a later kind is seen by fewer people."""

    SERVICE = "service"  # the box office and the manager
    CONDUCT = "conduct"  # how somebody of the staff behaved: the manager alone
    MANAGER = "manager"  # how the manager behaved: the owner alone

    @property
    def rank(self) -> int:
        return list(CaseKind).index(self)


class CaseReason(StrEnum):
    LOW = "low"  # a low score
    ALARM = "alarm"  # a word of alarm
    SAID = "said"  # the person chose it: a complaint


class CaseState(StrEnum):
    OPEN = "open"  # somebody waits for an answer
    ANSWERED = "answered"
    CLOSED = "closed"


class CallState(StrEnum):
    ASKED = "asked"
    BEGUN = "begun"
    DONE = "done"
    CLOSED = "closed"  # the time to answer ran out, and nothing was answered


#: A number, the keys of options, words or a file's reference; None: the person went past the question.
Value = int | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    text: LocalText
    case: CaseKind | None = None  # choosing it is a complaint


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only where an earlier question was answered so."""

    question: str
    at_most: int | None = None
    at_least: int | None = None
    any_of: tuple[str, ...] = ()

    def holds(self, value: Value) -> bool:
        if isinstance(value, int):
            low = self.at_least is None or value >= self.at_least
            return low and (self.at_most is None or value <= self.at_most)
        return isinstance(value, tuple) and bool(set(value) & set(self.any_of))


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: QuestionKind
    stage: Stage
    text: LocalText
    options: tuple[Option, ...] = ()
    ends: tuple[LocalText, LocalText] = (LocalText(), LocalText())  # what the least and the most of a scale mean
    low: int | None = None  # that much or less opens a case
    only_if: Condition | None = None

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def accept(self, value: Value) -> Value:
        """The value as it is kept. Raises BadInput for what is no answer to this question."""
        if value is None:
            return None
        match self.kind:
            case QuestionKind.SCALE | QuestionKind.STARS | QuestionKind.NPS:
                least, most = BOUNDS[self.kind]
                if isinstance(value, int) and least <= value <= most:
                    return value
            case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
                known = [option.key for option in self.options]
                single = self.kind is QuestionKind.SINGLE
                if isinstance(value, tuple) and set(value) <= set(known) and (len(value) == 1 or not single):
                    return tuple(key for key in known if key in value)
            case QuestionKind.TEXT | QuestionKind.MEDIA:
                if isinstance(value, str) and value.strip():
                    if len(value) > WORDS_MOST:
                        raise BadInput("words_too_long", most=WORDS_MOST)
                    return value.strip()
        raise BadInput("no_answer")


@dataclass(frozen=True, slots=True)
class Alarm:
    """A word that opens a case wherever it is written; ``word`` is folded."""

    word: str
    kind: CaseKind


@dataclass(frozen=True, slots=True)
class Survey:
    """``hotline`` and ``link`` are offered wherever somebody is asked. ``id`` 0: not stored yet."""

    id: int
    key: str
    intro: LocalText
    questions: tuple[Question, ...]
    alarms: tuple[Alarm, ...] = ()
    hotline: str = ""
    link: str = ""

    def index(self, key: str) -> int | None:
        return next((number for number, question in enumerate(self.questions) if question.key == key), None)

    def path(self, answers: Mapping[str, Value]) -> list[int]:
        """The questions that somebody with these answers is asked, by their place in the survey."""
        asked: set[str] = set()
        numbers = []
        for number, question in enumerate(self.questions):
            wanted = question.only_if
            if wanted is None or (wanted.question in asked and wanted.holds(answers.get(wanted.question))):
                asked.add(question.key)
                numbers.append(number)
        return numbers

    def next(self, answers: Mapping[str, Value]) -> int | None:
        """The first question on the path that has no answer yet; None: that was all."""
        return next((n for n in self.path(answers) if self.questions[n].key not in answers), None)

    def concern(self, question: Question, value: Value) -> tuple[CaseKind, CaseReason] | None:
        """What an answer calls for: the gravest thing that it says."""
        found: list[tuple[CaseKind, CaseReason]] = []
        if isinstance(value, int) and question.low is not None and value <= question.low:
            found.append((CaseKind.SERVICE, CaseReason.LOW))
        if isinstance(value, tuple):
            kinds = [option.case for option in question.options if option.key in value and option.case is not None]
            found += [(kind, CaseReason.SAID) for kind in kinds]
        if isinstance(value, str) and question.kind is QuestionKind.TEXT:
            found += [(alarm.kind, CaseReason.ALARM) for alarm in self.alarms if says(value, alarm.word)]
        return max(found, key=lambda concern: concern[0].rank, default=None)


def says(text: str, word: str) -> bool:
    """Whether the word stands in the text: Chinese anywhere, others as whole words, or with ``*`` as a beginning."""
    stem = word.rstrip("*")
    if not stem.isascii():
        return stem in text.casefold()
    end = "" if stem != word else r"(?![^\W\d_])"
    return re.search(r"(?<![^\W\d_])" + re.escape(stem) + end, text.casefold()) is not None


@dataclass(frozen=True, slots=True)
class Media:
    """A photo or a voice message, by the messenger's file id."""

    is_photo: bool
    file_id: str

    @property
    def value(self) -> str:
        """As it is kept among the answers."""
        return f"{'photo' if self.is_photo else 'voice'}:{self.file_id}"

    @classmethod
    def of(cls, value: object) -> Media | None:
        """None for what is no such value."""
        kind, _, file_id = value.partition(":") if isinstance(value, str) else ("", "", "")
        return cls(kind == "photo", file_id) if file_id and kind in ("photo", "voice") else None


@dataclass(frozen=True, slots=True)
class Call:
    """That a person was asked about a performance, once. ``response_id`` is the only link from answers to a person;
    it is cut when an anonymous survey ends."""

    person_id: int
    performance_id: int
    survey_id: int
    response_id: int | None
    closes_at: datetime
    state: CallState
    anonymous: bool

    def is_open(self, now: datetime) -> bool:
        return now < self.closes_at and self.state in (CallState.ASKED, CallState.BEGUN)


@dataclass(frozen=True, slots=True)
class Response:
    """One filled-in survey. It holds neither a name nor a time: those who answer without a name must stay so."""

    id: int
    survey_id: int
    performance_id: int
    channel: Channel
    entered_by: int | None = None  # the member of staff who typed a paper form or a call
    done: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody was unhappy and is to be answered. ``question``: whose answer opened it."""

    id: int
    response_id: int
    performance_id: int
    venue_id: int
    kind: CaseKind
    reason: CaseReason
    question: str
    state: CaseState
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """``by`` None: by whoever the case is about; their name stands nowhere."""

    id: int
    case_id: int
    by: int | None
    text: str
    at: datetime


def unfold(value: object) -> Value:
    """A value as JSON has kept it."""
    return tuple(str(key) for key in value) if isinstance(value, Sequence) and not isinstance(value, str) else value  # type: ignore[return-value]
