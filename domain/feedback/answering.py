"""Answering a survey: in the chat about one's own visit, or by staff for a paper form or a call.

Who answered what stands in no audit row: the record says that a survey of a performance was begun and finished.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.errors import BadInput, NotFound, Stale
from domain.feedback.model import (
    OPEN_FOR,
    Call,
    CallState,
    CaseKind,
    CaseReason,
    Channel,
    Question,
    QuestionKind,
    Response,
    Survey,
    Value,
)
from domain.feedback.sight import tell_handlers
from domain.feedback.timing import is_over
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Performance

#: Who may type paper forms and calls.
ENTERS = (Role.BOX_OFFICE, Role.FLOOR, Role.USHER)
#: Numbers of responses are drawn, not counted: their order would tell who answered when.
_NUMBERS = 2**47


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is being filled in: the person's own survey (``call``), or a form that they type for somebody else."""

    survey: Survey
    response: Response
    answers: Mapping[str, Value]
    call: Call | None = None

    @property
    def anonymous(self) -> bool:
        return self.call is not None and self.call.anonymous


@dataclass(frozen=True, slots=True)
class BeginSurvey:
    """Who was let in may say how it was, asked or not, once. Gives the performance's id; beginning twice is once.

    Raises NotFound for who was not there, Stale before the end and for what is answered or closed.
    """

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance(self.performance_id)
        if performance is None or not tx.feedback.was_admitted(self.person_id, performance.id):
            raise NotFound
        if not is_over(performance, tx.now) and tx.now < performance.ends_at:
            raise Stale(reason="not_over")
        call = tx.feedback.call(self.person_id, performance.id, lock=True) or self._comes(tx, performance)
        if not call.is_open(tx.now):
            raise Stale(reason="survey_closed")
        if call.response_id is None:
            response = Response(_number(), call.survey_id, performance.id, Channel.CHAT)
            tx.feedback.add_response(response)
            tx.feedback.set_call(replace(call, state=CallState.BEGUN, response_id=response.id))
            tx.audit(None, "survey.begun", "performance", performance.id)
        return performance.id

    def _comes(self, tx: Tx, performance: Performance) -> Call:
        survey = tx.feedback.current_survey()
        if survey is None:
            raise NotFound
        tx.feedback.add_call(self.person_id, performance.id, survey.id, tx.now + OPEN_FOR, None)
        call = tx.feedback.call(self.person_id, performance.id, lock=True)
        assert call is not None
        return call


@dataclass(frozen=True, slots=True)
class Answer:
    """Keeps one answer as it is given; None goes past the question. Gives the performance's id.

    What an earlier answer has made pointless is forgotten. A low score, a complaint or a word of alarm opens a case.
    Raises NotFound, Stale where the survey is closed, BadInput for what is no answer.
    """

    person_id: int
    performance_id: int
    entry: bool
    question: int
    value: Value

    def __call__(self, tx: Tx) -> int:
        sheet = open_sheet(tx, self.person_id, self.performance_id, self.entry)
        if self.question not in sheet.survey.path(sheet.answers):
            raise Stale
        question = sheet.survey.questions[self.question]
        value = question.accept(self.value)
        tx.feedback.put_answer(sheet.response.id, question, value)
        answers = {**sheet.answers, question.key: value}
        left = {sheet.survey.questions[number].key for number in sheet.survey.path(answers)}
        tx.feedback.drop_answers(sheet.response.id, sorted(answers.keys() - left))
        concern = sheet.survey.concern(question, value)
        if concern is not None:
            _open_case(tx, sheet, question, *concern)
        return self.performance_id


@dataclass(frozen=True, slots=True)
class Choose:
    """Ticks an option of several, or takes the tick away. Gives the performance's id. Raises as ``Answer``."""

    person_id: int
    performance_id: int
    entry: bool
    question: int
    option: str

    def __call__(self, tx: Tx) -> int:
        sheet = open_sheet(tx, self.person_id, self.performance_id, self.entry)
        if not 0 <= self.question < len(sheet.survey.questions):
            raise Stale
        question = sheet.survey.questions[self.question]
        if question.kind is not QuestionKind.MULTIPLE or question.option(self.option) is None:
            raise BadInput("no_answer")
        given = sheet.answers.get(question.key)
        ticked = set(given) if isinstance(given, tuple) else set()
        ticked ^= {self.option}
        value = tuple(sorted(ticked)) or None
        return Answer(self.person_id, self.performance_id, self.entry, self.question, value)(tx)


@dataclass(frozen=True, slots=True)
class HideName:
    """From now on without a name: when the survey ends, nothing leads from the answers to the person any more.

    Gives the performance's id. Raises NotFound, Stale.
    """

    person_id: int
    performance_id: int
    hidden: bool = True

    def __call__(self, tx: Tx) -> int:
        sheet = open_sheet(tx, self.person_id, self.performance_id, entry=False)
        assert sheet.call is not None
        tx.feedback.set_call(replace(sheet.call, anonymous=self.hidden))
        case = tx.feedback.case_of(sheet.response.id)
        if case is not None:
            tx.feedback.stop_listening(sheet.response.id, self.person_id)
            if not self.hidden:
                tx.feedback.listen(case.id, self.person_id, hidden=False)
        return self.performance_id


@dataclass(frozen=True, slots=True)
class FinishSurvey:
    """That was all: nothing can be changed afterwards. Gives the performance's id; finishing twice is once.

    An anonymous one is cut from its person here. ``reachable``: they want to hear the house's answer all the same;
    until the case is closed Foyer knows where to bring it, and nobody else does.
    """

    person_id: int
    performance_id: int
    entry: bool = False
    reachable: bool = False

    def __call__(self, tx: Tx) -> int:
        if not self.entry:
            call = tx.feedback.call(self.person_id, self.performance_id, lock=True)
            if call is not None and call.state is CallState.DONE:
                return self.performance_id
        sheet = open_sheet(tx, self.person_id, self.performance_id, self.entry)
        if sheet.survey.next(sheet.answers) is not None:
            raise Stale
        tx.feedback.finish_response(sheet.response.id)
        if sheet.call is not None:
            cut = sheet.call.anonymous
            case = tx.feedback.case_of(sheet.response.id)
            if case is not None and cut and self.reachable:
                tx.feedback.listen(case.id, self.person_id, hidden=True)
            response_id = None if cut else sheet.response.id
            tx.feedback.set_call(replace(sheet.call, state=CallState.DONE, response_id=response_id))
        by = self.person_id if self.entry else None
        tx.audit(by, "survey.entered" if self.entry else "survey.finished", "performance", self.performance_id)
        return self.performance_id


@dataclass(frozen=True, slots=True)
class BeginEntry:
    """Staff take a paper form or a call. Gives the performance's id; a form that was begun goes on.

    Raises NotAllowed, NotFound, Stale before the start, BadInput where another form is not finished.
    """

    by: int
    performance_id: int
    channel: Channel

    def __call__(self, tx: Tx) -> int:
        performance = tx.programme.performance(self.performance_id)
        require_enters(tx, self.by, performance)
        survey = tx.feedback.current_survey()
        if performance is None or survey is None or self.channel is Channel.CHAT:
            raise NotFound
        if tx.now < performance.starts_at:
            raise Stale(reason="not_over")
        draft = tx.feedback.draft_of(self.by, lock=True)
        if draft is not None and (draft.performance_id != performance.id or draft.channel is not self.channel):
            raise BadInput("form_open")
        if draft is None:
            response = Response(_number(), survey.id, performance.id, self.channel, self.by)
            tx.feedback.add_response(response)
            tx.audit(self.by, "survey.entry_begun", "performance", performance.id, channel=self.channel.value)
        return performance.id


@dataclass(frozen=True, slots=True)
class DropEntry:
    """The form that this clerk is typing is thrown away, unless it has opened a case: then it is finished as it is.

    Gives whether there was one.
    """

    by: int

    def __call__(self, tx: Tx) -> bool:
        draft = tx.feedback.draft_of(self.by, lock=True)
        if draft is None:
            return False
        if tx.feedback.case_of(draft.id) is not None:
            tx.feedback.finish_response(draft.id)
        else:
            tx.feedback.drop_response(draft.id)
        tx.audit(self.by, "survey.entry_dropped", "performance", draft.performance_id)
        return True


def open_sheet(tx: Tx, person_id: int, performance_id: int, entry: bool, *, lock: bool = True) -> Sheet:
    """What this person is filling in about this performance. Raises NotFound, Stale where it is closed."""
    call = None
    if entry:
        response = tx.feedback.draft_of(person_id, lock=lock)
        if response is None or response.performance_id != performance_id:
            raise NotFound
        require_enters(tx, person_id, tx.programme.performance(performance_id))
    else:
        call = tx.feedback.call(person_id, performance_id, lock=lock)
        if call is None:
            raise NotFound
        if not call.is_open(tx.now) or call.response_id is None:
            raise Stale(reason="survey_closed")
        response = tx.feedback.response(call.response_id)
        assert response is not None
    survey = tx.feedback.survey(response.survey_id)
    assert survey is not None
    return Sheet(survey, response, tx.feedback.answers(response.id), call)


def require_enters(tx: Tx, person_id: int, performance: Performance | None) -> None:
    """Raises NotAllowed for who works nowhere, NotFound for who works elsewhere."""
    actor = actor_of(tx, person_id)
    if not any(actor.may(role) for role in ENTERS):
        actor.require(Role.BOX_OFFICE)
    if performance is None or not any(actor.may(role, performance.venue_id) for role in ENTERS):
        raise NotFound


def _open_case(tx: Tx, sheet: Sheet, question: Question, kind: CaseKind, reason: CaseReason) -> None:
    """One case a survey; what is graver raises it, and then fewer people see it."""
    performance = tx.programme.performance(sheet.response.performance_id)
    assert performance is not None
    case = tx.feedback.case_of(sheet.response.id)
    if case is None:
        case_id = tx.feedback.add_case(sheet.response, performance.venue_id, kind, reason, question.key, tx.now)
        tx.audit(None, "case.opened", "case", case_id, kind=kind.value)
        if sheet.call is not None and not sheet.call.anonymous:
            tx.feedback.listen(case_id, sheet.call.person_id, hidden=False)
    elif kind.rank > case.kind.rank:
        case_id = case.id
        tx.feedback.raise_case(case.id, kind, reason, question.key)
        tx.audit(None, "case.raised", "case", case.id, kind=kind.value)
    else:
        return
    tell_handlers(tx, case_id, performance.venue_id, kind, f"case:{case_id}:{kind.value}")


def _number() -> int:
    return secrets.randbelow(_NUMBERS) + 1
