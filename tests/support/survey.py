"""A short survey for tests: a recommendation, stars with a branch into a complaint, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.feedback.model import CallState, CaseKind, CaseReason, Channel, Response
from domain.ports import Tx


def survey_document(**changes: Any) -> dict[str, Any]:
    """As a survey file says it. ``changes``: whole entries of the document."""

    def text(en: str, zh: str) -> dict[str, str]:
        return {"en": en, "zh_Hans": zh}

    document: dict[str, Any] = {
        "key": "visit",
        "intro": text("Tell us.", "告诉我们。"),
        "contact": {"hotline": "+86 21 1234 5678", "link": "https://example.org/feedback"},
        "alarm": {"service": ["受伤", "injur*", "fire"], "conduct": ["骚扰", "harass*"]},
        "question": [
            {"key": "recommend", "kind": "nps", "low": 3, "text": text("Recommend us?", "推荐我们吗？")},
            {"key": "staff", "kind": "stars", "stage": "staff", "low": 2, "text": text("The staff?", "工作人员？")},
            {
                "key": "conduct",
                "kind": "single",
                "stage": "staff",
                "only_if": {"question": "staff", "at_most": 2},
                "text": text("Who was it?", "是谁？"),
                "option": [
                    {"key": "nobody", "text": text("Nobody", "没有人")},
                    {"key": "usher", "text": text("An usher", "引座员"), "case": "conduct"},
                    {"key": "manager", "text": text("The manager", "经理"), "case": "manager"},
                ],
            },
            {
                "key": "better",
                "kind": "multiple",
                "only_if": {"question": "recommend", "at_most": 8},
                "text": text("What could be better?", "哪里可以更好？"),
                "option": [
                    {"key": "queue", "text": text("Queues", "排队")},
                    {"key": "toilets", "text": text("Toilets", "洗手间")},
                ],
            },
            {"key": "words", "kind": "text", "text": text("Anything else?", "还有吗？")},
        ],
    }
    return document | changes


def unhappy(tx: Tx, person_id: int, performance_id: int, venue_id: int) -> int:
    """This person was asked, has begun to answer, and was not content. Gives the case's id."""
    survey_id, _ = tx.feedback.add_survey("visit", survey_document(), tx.now)
    tx.feedback.add_call(person_id, performance_id, survey_id, tx.now + timedelta(days=14), None)
    response = Response(4711, survey_id, performance_id, Channel.CHAT)
    tx.feedback.add_response(response)
    call = tx.feedback.call(person_id, performance_id)
    assert call is not None
    tx.feedback.set_call(replace(call, state=CallState.BEGUN, response_id=response.id))
    case_id = tx.feedback.add_case(response, venue_id, CaseKind.SERVICE, CaseReason.LOW, "recommend", tx.now)
    tx.audit(None, "case.opened", "case", case_id)
    tx.feedback.listen(case_id, person_id, hidden=False)
    return case_id
