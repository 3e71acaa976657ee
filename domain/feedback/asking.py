"""Who is asked how it was: those who were let in, once a performance, once a week, unless they said no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.feedback.model import ASK_EVERY, ASK_WITHIN, OPEN_FOR, CallState
from domain.feedback.survey_file import parse_survey
from domain.feedback.timing import GRACE, ask_from
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.programme.model import RunState


@dataclass(frozen=True, slots=True)
class ImportSurvey:
    """A new version, or the one there is. What was answered stays with the version that was asked.

    ``document`` as it stands in the file. Raises BadInput.
    """

    document: Mapping[str, Any]

    def __call__(self, tx: Tx) -> dict[str, int]:
        survey = parse_survey(self.document)
        survey_id, new = tx.feedback.add_survey(survey.key, self.document, tx.now)
        if new:
            tx.audit(None, "survey.imported", "survey", survey_id)
        return {"survey_id": survey_id, "new": int(new), "questions": len(survey.questions)}


@dataclass(frozen=True, slots=True)
class AskForFeedback:
    """The clock's part: asks whoever is due. Gives how many were asked; 0 when there is nobody left."""

    limit: int = 500

    def __call__(self, tx: Tx) -> int:
        survey = tx.feedback.current_survey()
        if survey is None:
            return 0
        week_ago = tx.now - ASK_EVERY
        due = tx.feedback.to_ask(tx.now - ASK_WITHIN, tx.now - GRACE, week_ago, self.limit)
        performances = tx.programme.performances_by_id({performance_id for performance_id, _ in due})
        zones = {venue.id: venue.timezone for venue in tx.programme.venues()}
        asked, quiet = 0, tx.evening.quiet()
        for performance_id, person_id in due:
            performance = performances[performance_id]
            zone = zones[performance.venue_id]
            ended_at = performance.run_since if performance.run_state is RunState.ENDED else None
            if quiet.covers(tx.now, zone) or tx.now < ask_from(performance, zone, ended_at, quiet):
                continue
            if not tx.feedback.take_turn(person_id, tx.now, week_ago):
                continue
            if tx.feedback.add_call(person_id, performance_id, survey.id, tx.now + OPEN_FOR, tx.now):
                tx.audit(None, "survey.asked", "performance", performance_id)
                tx.notify(
                    Notice(
                        person_id,
                        NoticeKind.SURVEY,
                        dedupe_key=f"survey:{performance_id}:{person_id}",
                        params={"performance_id": performance_id, "person_id": person_id},
                    )
                )
                asked += 1
        return asked


@dataclass(frozen=True, slots=True)
class WantSurveys:
    """Asked after visits, or not any more. Gives what holds now. No survey goes out once a no is committed."""

    person_id: int
    wants: bool

    def __call__(self, tx: Tx) -> bool:
        if tx.feedback.want(self.person_id, self.wants, tx.now):
            action = "survey.wanted" if self.wants else "survey.declined"
            tx.audit(self.person_id, action, "person", self.person_id)
        return self.wants


@dataclass(frozen=True, slots=True)
class CloseSurveys:
    """The clock's part: surveys whose time is over, and links that are to be cut. Gives how many."""

    limit: int = 200

    def __call__(self, tx: Tx) -> int:
        due = tx.feedback.calls_to_close(tx.now, self.limit)
        for call in due:
            state = CallState.CLOSED if call.state is CallState.ASKED else CallState.DONE
            tx.feedback.set_call(replace(call, state=state, response_id=None if call.anonymous else call.response_id))
            if call.response_id is not None:
                tx.feedback.finish_response(call.response_id)
        return len(due) + tx.feedback.cut_listeners()
