"""Screens of surveys, cases and actions: in every language, with names and words made to be difficult."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.feedback.answering import Sheet
from domain.feedback.model import (
    Call,
    CallState,
    Case,
    CaseKind,
    CaseReason,
    CaseState,
    Channel,
    Reply,
    Response,
    Value,
)
from domain.feedback.survey_file import parse_survey
from domain.improvement.model import Action, ActionState, Source
from domain.text import LocalText
from handlers.feedback.case_views import answered_notice, case_notice, case_screen, cases_screen, reply_screen
from handlers.feedback.queries import CaseFacts, CasesFacts, SheetFacts, VisitFacts
from handlers.feedback.views import invitation_screen, question_screen, thanks_screen
from handlers.improvement.queries import ActionFacts, ActionsFacts, NewFacts
from handlers.improvement.routes import in_languages
from handlers.improvement.views import action_screen, actions_screen, new_screen, tell_screen, we_did_notice
from handlers.ticketing.queries import Showing
from handlers.ui.i18n import LOCALES, texts
from tests.support.screens import HOSTILE, check
from tests.support.survey import survey_document
from tests.support.ticketing import hostile_showing

NOW = datetime(2027, 3, 2, 2, 0, tzinfo=UTC)
SURVEY = parse_survey(survey_document())


def sheet(words: str, *, entry: bool, anonymous: bool, answers: dict[str, Value]) -> Sheet:
    channel = Channel.PAPER if entry else Channel.CHAT
    call = Call(1, 1, 1, 4711, NOW + timedelta(days=1), CallState.BEGUN, anonymous)
    return Sheet(SURVEY, Response(4711, 1, 1, channel), answers | {"words": words}, None if entry else call)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("words", HOSTILE)
def test_every_question_and_the_end(locale: str, words: str) -> None:
    t, about = texts(locale), hostile_showing(words)
    given: dict[str, Value] = {"recommend": 2, "staff": 1, "conduct": ("usher",), "better": ("queue",)}
    for entry, anonymous in ((False, False), (False, True), (True, False)):
        filled = sheet(words, entry=entry, anonymous=anonymous, answers=given)
        for number in (*range(5), None):
            check(question_screen(t, SheetFacts(filled, about, entry, number, True, NOW)))
        check(thanks_screen(t, SURVEY, entry=entry))
    for state in (None, *CallState):
        check(invitation_screen(t, VisitFacts(about, SURVEY, state, state is not CallState.DONE, False, NOW)))


def case_facts(words: str, about: Showing, state: CaseState, name: str) -> CaseFacts:
    case = Case(1, 4711, 1, 1, CaseKind.CONDUCT, CaseReason.SAID, "staff", state, NOW)
    action = Action(1, 1, words[:500], 2, NOW, 2, NOW)
    answers: dict[str, Value] = {"recommend": 2, "staff": 1, "conduct": ("usher",), "words": words}
    replies = tuple((Reply(n, 1, n % 2 or None, words, NOW), name) for n in range(6))
    response = Response(4711, 1, 1, Channel.CHAT)
    return CaseFacts(case, about, SURVEY, response, answers, replies, name, True, (action,) * 4, True, NOW)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("words", HOSTILE)
def test_every_screen_of_cases_and_actions(locale: str, words: str) -> None:
    t, about = texts(locale), hostile_showing(words)
    for state in CaseState:
        facts = case_facts(words, about, state, words)
        for screen in (case_screen(t, facts), case_notice(t, facts), reply_screen(t, facts)):
            check(screen)
        check(cases_screen(t, CasesFacts(((facts.case, about),) * 8, NOW)))
    check(answered_notice(t, about, Reply(1, 1, 2, words, NOW), closed=False))
    for action_state in ActionState:
        told = LocalText.of(en=words)
        action = Action(1, 1, words[:500], 2, NOW, 2, NOW, action_state, words[:500], told)
        done = ActionFacts(action, words, Source.CASE, 1, 1, 3, True, action_state is ActionState.OPEN, "UTC", NOW)
        for screen in (action_screen(t, done), tell_screen(t, done), we_did_notice(t, action)):
            check(screen)
        check(actions_screen(t, ActionsFacts(((action, words),) * 7, "UTC", NOW)))
        check(new_screen(t, NewFacts(Source.CASE, 1, (action,) * 7, "UTC", NOW)))


def test_lines_are_told_in_the_language_they_are_written_in() -> None:
    told = in_languages("我们修好了电梯。\nThe lift works again.")
    assert dict(told) == {"zh_Hans": "我们修好了电梯。", "en": "The lift works again."}
    assert in_languages("The lift.").best("zh_Hans") == "The lift."
