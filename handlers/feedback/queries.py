"""What the screens of feedback show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import NotFound
from domain.feedback.answering import ENTERS, Sheet, open_sheet, require_enters
from domain.feedback.model import CallState, Case, CaseKind, Media, QuestionKind, Reply, Response, Survey, Value
from domain.feedback.sight import SEES, case_for
from domain.feedback.timing import is_over
from domain.improvement.model import Action, Source
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.ports import PerformanceFilter
from handlers.ticketing.queries import Showing, showing_of, showings_of

CASES_SHOWN = 8
_ENTRY_BACK = timedelta(days=14)
_ENTRIES_SHOWN = 8
_VISITS_SHOWN = 4


@dataclass(frozen=True)
class HomeFacts:
    """``visits``: surveys that wait for this person. ``draft``: the form that they are typing for somebody."""

    visits: tuple[Showing, ...]
    wants: bool
    survey: Survey | None
    enters: bool
    sees_cases: bool
    manages: bool
    draft: Response | None


@dataclass(frozen=True, slots=True)
class LookAtFeedback:
    person_id: int

    def __call__(self, tx: Tx) -> HomeFacts:
        actor = actor_of(tx, self.person_id)
        calls = tx.feedback.calls_of(self.person_id, tx.now)[:_VISITS_SHOWN]
        showings = showings_of(tx, [call.performance_id for call in calls]) if calls else {}
        enters = any(actor.may(role) for role in ENTERS)
        return HomeFacts(
            visits=tuple(showings[call.performance_id] for call in calls),
            wants=not tx.feedback.wants_none(self.person_id),
            survey=tx.feedback.current_survey(),
            enters=enters,
            sees_cases=actor.may(Role.BOX_OFFICE),
            manages=actor.may(Role.MANAGER),
            draft=tx.feedback.draft_of(self.person_id) if enters else None,
        )


@dataclass(frozen=True)
class VisitFacts:
    """``state`` None: not asked yet. ``early``: it is not over."""

    showing: Showing
    survey: Survey
    state: CallState | None
    is_open: bool
    early: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class LookAtVisit:
    """Raises NotFound for who was not there, and for a house that asks nobody."""

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> VisitFacts:
        if not tx.feedback.was_admitted(self.person_id, self.performance_id):
            raise NotFound
        showing = showing_of(tx, self.performance_id)
        call = tx.feedback.call(self.person_id, self.performance_id)
        survey = tx.feedback.survey(call.survey_id) if call else tx.feedback.current_survey()
        if survey is None:
            raise NotFound
        early = not is_over(showing.performance, tx.now) and tx.now < showing.performance.ends_at
        return VisitFacts(
            showing, survey, call.state if call else None, call.is_open(tx.now) if call else not early, early, tx.now
        )


@dataclass(frozen=True)
class SheetFacts:
    """``number``: the question that is shown; None: that was all. ``has_case``: somebody will want to answer."""

    sheet: Sheet
    showing: Showing
    entry: bool
    number: int | None
    has_case: bool
    now: datetime

    @property
    def path(self) -> list[int]:
        return self.sheet.survey.path(self.sheet.answers)


@dataclass(frozen=True, slots=True)
class FindQuestion:
    """``number`` -1: the next without an answer. Raises NotFound, Stale."""

    person_id: int
    performance_id: int
    entry: bool
    number: int = -1

    def __call__(self, tx: Tx) -> SheetFacts:
        sheet = open_sheet(tx, self.person_id, self.performance_id, self.entry, lock=False)
        path = sheet.survey.path(sheet.answers)
        number = self.number if self.number in path else sheet.survey.next(sheet.answers)
        has_case = tx.feedback.case_of(sheet.response.id) is not None
        return SheetFacts(sheet, showing_of(tx, self.performance_id), self.entry, number, has_case, tx.now)


@dataclass(frozen=True)
class EntryFacts:
    showings: tuple[Showing, ...]
    draft: Response | None
    now: datetime


@dataclass(frozen=True, slots=True)
class FindEntries:
    """The last performances where this member of staff may type forms. Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> EntryFacts:
        actor = actor_of(tx, self.by)
        if not any(actor.may(role) for role in ENTERS):
            actor.require(Role.BOX_OFFICE)
        lately = PerformanceFilter(starts_from=tx.now - _ENTRY_BACK, starts_before=tx.now)
        found = [
            performance.id
            for performance in tx.programme.performances(lately, limit=500)
            if any(actor.may(role, performance.venue_id) for role in ENTERS)
        ][-_ENTRIES_SHOWN:]
        showings = showings_of(tx, found) if found else {}
        return EntryFacts(tuple(showings[id] for id in reversed(found)), tx.feedback.draft_of(self.by), tx.now)


@dataclass(frozen=True, slots=True)
class FindEntry:
    """A performance that a form may be about. Raises NotAllowed, NotFound."""

    by: int
    performance_id: int

    def __call__(self, tx: Tx) -> Showing:
        require_enters(tx, self.by, tx.programme.performance(self.performance_id))
        return showing_of(tx, self.performance_id)


@dataclass(frozen=True)
class CasesFacts:
    cases: tuple[tuple[Case, Showing], ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class FindCases:
    """Those that this person may see, who waits first. Raises NotAllowed."""

    by: int

    def __call__(self, tx: Tx) -> CasesFacts:
        actor = actor_of(tx, self.by)
        actor.require(Role.BOX_OFFICE)
        found: list[Case] = []
        for kind in CaseKind:
            venues = [venue.id for venue in tx.programme.venues() if actor.may(SEES[kind], venue.id)]
            found += tx.feedback.cases(venues, [kind], CASES_SHOWN) if venues else []
        found.sort(key=lambda case: (case.state == "answered", case.opened_at, case.id))
        shown = found[:CASES_SHOWN]
        showings = showings_of(tx, [case.performance_id for case in shown]) if shown else {}
        return CasesFacts(tuple((case, showings[case.performance_id]) for case in shown), tx.now)


@dataclass(frozen=True)
class CaseFacts:
    """``name``, ``locale``: of whoever is answered, '' for nobody or one without a name; ``heard``: an answer reaches
    somebody."""

    case: Case
    showing: Showing
    survey: Survey
    response: Response
    answers: Mapping[str, Value]
    replies: tuple[tuple[Reply, str], ...]
    name: str
    heard: bool
    actions: tuple[Action, ...]
    manages: bool
    now: datetime
    locale: str = ""

    def media(self) -> dict[int, Media]:
        """Photos and voice messages, by the question."""
        return {
            number: media
            for number, question in enumerate(self.survey.questions)
            if question.kind is QuestionKind.MEDIA and (media := Media.of(self.answers.get(question.key)))
        }


@dataclass(frozen=True, slots=True)
class FindCase:
    """Raises NotAllowed, NotFound."""

    by: int
    case_id: int

    def __call__(self, tx: Tx) -> CaseFacts:
        case = case_for(tx, self.by, self.case_id)
        response = tx.feedback.response(case.response_id)
        survey = tx.feedback.survey(response.survey_id) if response else None
        if response is None or survey is None:
            raise NotFound
        listeners = tx.feedback.listeners(case.id)
        named = [actor for id, hidden in listeners if not hidden and (actor := tx.people.actor(id))]
        authors = {reply.by: tx.people.actor(reply.by) for reply in tx.feedback.replies(case.id) if reply.by}
        replies = [
            (reply, actor.display_name if (actor := authors.get(reply.by or 0)) else "")
            for reply in tx.feedback.replies(case.id)
        ]
        return CaseFacts(
            case=case,
            showing=showing_of(tx, case.performance_id),
            survey=survey,
            response=response,
            answers=tx.feedback.answers(response.id),
            replies=tuple(replies),
            name=named[0].display_name if named else "",
            heard=bool(listeners),
            actions=tuple(tx.improvement.actions_of(Source.CASE, case.id)),
            manages=actor_of(tx, self.by).may(Role.MANAGER, case.venue_id),
            now=tx.now,
            locale=(named[0].locale or "") if named else "",
        )


@dataclass(frozen=True, slots=True)
class FindOwnCase:
    """The performance that a case is about in which this person waits for an answer. Raises NotFound."""

    person_id: int
    case_id: int

    def __call__(self, tx: Tx) -> Showing:
        case = tx.feedback.case(self.case_id)
        if case is None or self.person_id not in dict(tx.feedback.listeners(case.id)):
            raise NotFound
        return showing_of(tx, case.performance_id)
