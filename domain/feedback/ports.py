"""What feedback needs from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.feedback.figures import Figures, Scope
from domain.feedback.model import (
    Call,
    Case,
    CaseKind,
    CaseReason,
    CaseState,
    Media,
    Question,
    Reply,
    Response,
    Survey,
    Value,
)


@dataclass(frozen=True, slots=True)
class Comment:
    """Somebody's words, or ``media`` and none. ``score``: how satisfied they were on the whole, 0 to 100; None: they
    did not say. ``question``: its key."""

    response_id: int
    performance_id: int
    stage: str
    text: str
    score: int | None
    question: str = ""
    media: Media | None = None


class FeedbackRepository(Protocol):
    # Surveys
    def add_survey(self, key: str, document: Mapping[str, Any], now: datetime) -> tuple[int, bool]:
        """The version's id, and whether it is new: the same content as the newest is the same version."""

    def survey(self, survey_id: int) -> Survey | None: ...

    def current_survey(self) -> Survey | None:
        """The newest version; None for a house that asks nobody."""

    # Asking
    def to_ask(
        self, ended_after: datetime, over_before: datetime, asked_before: datetime, limit: int
    ) -> Sequence[tuple[int, int]]:
        """(performance, person) of who was let in, can be written to, has not been asked about it, was asked about
        nothing since ``asked_before`` and has not said no; the earliest first. Of performances that were to end after
        ``ended_after`` and are over: people said so, or they were to end by ``over_before``."""

    def take_turn(self, person_id: int, now: datetime, asked_before: datetime) -> bool:
        """This person is asked now. False if they said no, or were asked since ``asked_before``: judged and kept in
        one statement, whoever comes at the same moment."""

    def was_admitted(self, person_id: int, performance_id: int) -> bool: ...

    def wants_none(self, person_id: int) -> bool: ...

    def want(self, person_id: int, wants: bool, now: datetime) -> bool:
        """False if it was so already."""

    # Answering
    def add_call(
        self, person_id: int, performance_id: int, survey_id: int, closes_at: datetime, asked_at: datetime | None
    ) -> bool:
        """``asked_at`` None: they came by themselves. False if they have been asked already."""

    def call(self, person_id: int, performance_id: int, *, lock: bool = False) -> Call | None: ...

    def calls_of(self, person_id: int, now: datetime) -> Sequence[Call]:
        """Those that are open, the newest first."""

    def set_call(self, call: Call) -> None:
        """State, anonymity and the link to the answers."""

    def calls_to_close(self, now: datetime, limit: int) -> Sequence[Call]: ...

    def add_response(self, response: Response) -> None: ...

    def response(self, response_id: int) -> Response | None: ...

    def draft_of(self, clerk_id: int, *, lock: bool = False) -> Response | None:
        """The form that this clerk is typing."""

    def finish_response(self, response_id: int) -> None: ...

    def drop_response(self, response_id: int) -> None:
        """A form that was begun by mistake, with its answers."""

    def answers(self, response_id: int) -> Mapping[str, Value]: ...

    def put_answer(self, response_id: int, question: Question, value: Value) -> None: ...

    def drop_answers(self, response_id: int, questions: Sequence[str]) -> None: ...

    # Cases
    def add_case(
        self,
        response: Response,
        venue_id: int,
        kind: CaseKind,
        reason: CaseReason,
        question: str,
        now: datetime,
    ) -> int: ...

    def case(self, case_id: int, *, lock: bool = False) -> Case | None: ...

    def case_of(self, response_id: int) -> Case | None: ...

    def raise_case(self, case_id: int, kind: CaseKind, reason: CaseReason, question: str) -> None: ...

    def set_case(self, case_id: int, state: CaseState, by: int | None, now: datetime) -> None: ...

    def cases(self, venue_ids: Sequence[int], kinds: Sequence[CaseKind], limit: int) -> Sequence[Case]:
        """Those that are not closed: who waits first, then the oldest."""

    def add_reply(self, case_id: int, by: int | None, text: str, now: datetime) -> int: ...

    def reply(self, reply_id: int) -> Reply | None: ...

    def replies(self, case_id: int) -> Sequence[Reply]: ...

    def listen(self, case_id: int, person_id: int, *, hidden: bool) -> None:
        """They hear what is answered. ``hidden``: nobody else learns who that is, and it ends with the case."""

    def stop_listening(self, response_id: int, person_id: int) -> None: ...

    def listeners(self, case_id: int) -> Sequence[tuple[int, bool]]:
        """(person, hidden)."""

    def cut_listeners(self) -> int:
        """Forgets who listened in hiding to what is closed and led to nothing that is still to be done, and what was
        sent to them about it."""

    def speakers(self, kind: str, source_id: int) -> Sequence[int]:
        """The persons behind an answer or a case who can still be told."""

    # Reports
    def figures(self, scope: Scope) -> Figures:
        """Added up by the database; cheap for a season."""

    def comments(self, scope: Scope, limit: int) -> Sequence[Comment]:
        """The newest first, without those that belong to a complaint about somebody."""

    def performances_with_answers(self, scope: Scope, limit: int) -> Sequence[int]:
        """The latest first."""

    def forget(self, person_id: int) -> None:
        """Cuts every link, and takes what the person wrote or sent; scores stay, nobody's."""
