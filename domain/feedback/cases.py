"""Answering those who were unhappy: by the house, and back again, without a name where they want none."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import BadInput, NotFound, Stale
from domain.feedback.model import WORDS_MOST, CaseState
from domain.feedback.sight import case_for, tell_handlers
from domain.notices import Notice, NoticeKind
from domain.ports import Tx


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """The house answers; whoever listens hears it in their chat. Gives how many that are.

    Raises NotAllowed, NotFound, Stale for a closed one, BadInput without words or listeners.
    """

    by: int
    case_id: int
    text: str

    def __call__(self, tx: Tx) -> int:
        case = case_for(tx, self.by, self.case_id, lock=True)
        if case.state is CaseState.CLOSED:
            raise Stale
        listeners = tx.feedback.listeners(case.id)
        if not listeners:
            raise BadInput("nobody_listens")
        reply_id = tx.feedback.add_reply(case.id, self.by, _words(self.text), tx.now)
        tx.feedback.set_case(case.id, CaseState.ANSWERED, self.by, tx.now)
        tx.audit(self.by, "case.answered", "case", case.id)
        for person_id, _ in listeners:
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.CASE_ANSWERED,
                    dedupe_key=f"case_answered:{reply_id}:{person_id}",
                    params={"reply_id": reply_id},
                )
            )
        return len(listeners)


@dataclass(frozen=True, slots=True)
class WriteBack:
    """Whoever the case is about answers the house; their name stays where it was. Gives the case's id.

    Raises NotFound, Stale for a closed one, BadInput without words.
    """

    person_id: int
    case_id: int
    text: str

    def __call__(self, tx: Tx) -> int:
        case = tx.feedback.case(self.case_id, lock=True)
        hidden = dict(tx.feedback.listeners(self.case_id)).get(self.person_id)
        if case is None or hidden is None:
            raise NotFound
        if case.state is CaseState.CLOSED:
            raise Stale
        reply_id = tx.feedback.add_reply(case.id, None, _words(self.text), tx.now)
        tx.feedback.set_case(case.id, CaseState.OPEN, None, tx.now)
        tx.audit(None, "case.written_back", "case", case.id)
        tell_handlers(tx, case.id, case.venue_id, case.kind, f"case_back:{reply_id}")
        return case.id


@dataclass(frozen=True, slots=True)
class CloseCase:
    """It is settled. Closing twice is once. Gives the case's id. Raises NotAllowed, NotFound."""

    by: int
    case_id: int

    def __call__(self, tx: Tx) -> int:
        case = case_for(tx, self.by, self.case_id, lock=True)
        if case.state is not CaseState.CLOSED:
            tx.feedback.set_case(case.id, CaseState.CLOSED, self.by, tx.now)
            tx.audit(self.by, "case.closed", "case", case.id)
        return case.id


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise BadInput("no_words")
    if len(words) > WORDS_MOST:
        raise BadInput("words_too_long", most=WORDS_MOST)
    return words
