"""What people hear about feedback: the question how it was, the cases, the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.errors import NotAllowed, NotFound
from domain.feedback.model import CaseState
from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.feedback.case_views import answered_notice, case_notice
from handlers.feedback.queries import FindCase, LookAtVisit
from handlers.feedback.views import invitation_screen
from handlers.ticketing.queries import showing_of
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def survey(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing to who has said no since, or has answered by themselves."""
    if tx.feedback.wants_none(params["person_id"]):
        return []
    try:
        facts = LookAtVisit(params["person_id"], params["performance_id"])(tx)
    except NotFound:  # their admission was taken back since
        return []
    return [invitation_screen(t, facts)] if facts.is_open else []


def feedback_case(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing to whom it does not concern any more: it has become graver, or is settled."""
    try:
        facts = FindCase(params["person_id"], params["case_id"])(tx)
    except (NotAllowed, NotFound):
        return []
    return [case_notice(t, facts)] if facts.case.state is not CaseState.CLOSED else []


def case_answered(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    reply = tx.feedback.reply(params["reply_id"])
    case = tx.feedback.case(reply.case_id) if reply else None
    if reply is None or case is None:
        return []
    return [answered_notice(t, showing_of(tx, case.performance_id), reply, closed=case.state is CaseState.CLOSED)]


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.SURVEY: survey,
    NoticeKind.FEEDBACK_CASE: feedback_case,
    NoticeKind.CASE_ANSWERED: case_answered,
}
