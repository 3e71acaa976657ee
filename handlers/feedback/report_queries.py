"""What the reports of feedback show: a performance, an event, a month, each against what was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import NotFound
from domain.feedback.figures import Figures, Scope
from domain.feedback.model import CaseKind, Channel, Media, QuestionKind
from domain.feedback.ports import Comment
from domain.payments.accounts_model import Month
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Event, Venue
from handlers.ticketing.queries import Showing, showing_of, showings_of

SHOWN = 5
COMMENTS_MOST = 2000
_BEFORE_EVENT = timedelta(days=90)
PERFORMANCE, EVENT, MONTH = "performance", "event", "month"


@dataclass(frozen=True)
class ReportsFacts:
    """The last performances that people have said something about, and their month."""

    showings: tuple[Showing, ...]
    months: tuple[Month, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindReports:
    """Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> ReportsFacts:
        venues = _venues(tx, self.by)
        ids = tx.feedback.performances_with_answers(Scope(tuple(venue.id for venue in venues)), SHOWN)
        showings = showings_of(tx, ids) if ids else {}
        this = Month.of(tx.now, venues[0].timezone)
        return ReportsFacts(tuple(showings[id] for id in ids), (this, this.before), tx.now)


@dataclass(frozen=True)
class ReportFacts:
    """``before``: the same figures of what it is compared with."""

    by: str
    value: str
    showing: Showing | None
    event: Event | None
    month: Month | None
    figures: Figures
    before: Figures
    comments: tuple[Comment, ...]
    now: datetime

    def words(self) -> list[str]:
        return [comment.text for comment in self.comments if comment.text]


@dataclass(frozen=True, slots=True)
class FindReport:
    """Raises NotAllowed, NotFound, BadInput('month')."""

    viewer_id: int
    by: str
    value: str

    def __call__(self, tx: Tx) -> ReportFacts:
        venues = _venues(tx, self.viewer_id)
        ids = tuple(venue.id for venue in venues)
        showing, event, month = None, None, None
        if self.by == PERFORMANCE:
            showing = showings_of(tx, [_number(self.value)]).get(_number(self.value))
            if showing is None or showing.venue.id not in ids:
                raise NotFound
            scope = Scope(ids, performance_id=showing.performance.id)
            before = Scope(ids, end=showing.performance.starts_at, event_id=showing.event.id)
        elif self.by == EVENT:
            event = tx.programme.event(_number(self.value))
            scope = Scope(ids, event_id=_number(self.value))
            known = tx.feedback.performances_with_answers(scope, 500)
            if event is None or not known:
                raise NotFound
            first = min(performance.starts_at for performance in tx.programme.performances_by_id(known).values())
            before = Scope(ids, start=first - _BEFORE_EVENT, end=first)
        elif self.by == MONTH:
            month = Month.parse(self.value)
            scope = _of_month(ids, month, venues[0].timezone)
            before = _of_month(ids, month.before, venues[0].timezone)
        else:
            raise NotFound
        return ReportFacts(
            self.by,
            self.value,
            showing,
            event,
            month,
            tx.feedback.figures(scope),
            tx.feedback.figures(before),
            tuple(tx.feedback.comments(scope, COMMENTS_MOST)),
            tx.now,
        )


@dataclass(frozen=True)
class MediaFacts:
    media: Media
    showing: Showing


@dataclass(frozen=True, slots=True)
class FindMedia:
    """What came with an answer, as far as reports go: of a complaint about somebody it stands in its case alone.

    Raises NotAllowed, NotFound.
    """

    by: int
    response_id: int
    question: str

    def __call__(self, tx: Tx) -> MediaFacts:
        ids = {venue.id for venue in _venues(tx, self.by)}
        response = tx.feedback.response(self.response_id)
        if response is None or not (response.done or response.channel is Channel.CHAT):
            raise NotFound
        showing = showing_of(tx, response.performance_id)
        case = tx.feedback.case_of(response.id)
        survey = tx.feedback.survey(response.survey_id)
        number = survey.index(self.question) if survey is not None else None
        if showing.venue.id not in ids or survey is None or number is None:
            raise NotFound
        media = Media.of(tx.feedback.answers(response.id).get(self.question))
        complaint = case is not None and case.kind is not CaseKind.SERVICE
        if media is None or complaint or survey.questions[number].kind is not QuestionKind.MEDIA:
            raise NotFound
        return MediaFacts(media, showing)


def _venues(tx: Tx, person_id: int) -> list[Venue]:
    """Where this person manages. Raises NotAllowed."""
    actor = actor_of(tx, person_id)
    actor.require(Role.MANAGER)
    return [venue for venue in tx.programme.venues() if actor.may(Role.MANAGER, venue.id)]


def _of_month(venue_ids: tuple[int, ...], month: Month, zone: str) -> Scope:
    """From its first midnight to the next month's, by the venue's clock."""
    start, end = month.bounds(zone)
    return Scope(venue_ids, start, end)


def _number(value: str) -> int:
    """Raises NotFound for what no button of ours says."""
    if not (value.isascii() and value.isdecimal()):
        raise NotFound
    return int(value)
