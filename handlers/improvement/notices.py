"""What people hear about improvement actions: who does them, and those whose words led to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.improvement.model import ActionState
from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.improvement.queries import ActionFacts, FindAction
from handlers.improvement.views import due_notice, given_notice, we_did_notice
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def action_given(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = _open(tx, params)
    return [given_notice(t, facts)] if facts else []


def action_due(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = _open(tx, params)
    return [due_notice(t, facts)] if facts else []


def we_did(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing to who wants to hear nothing more."""
    action = tx.improvement.action(params["action_id"])
    if action is None or not action.told or tx.feedback.wants_none(params["person_id"]):
        return []
    return [we_did_notice(t, action)]


def _open(tx: Tx, params: Mapping[str, Any]) -> ActionFacts | None:
    """None where it is done, or somebody else's by the time it is sent."""
    action = tx.improvement.action(params["action_id"])
    if action is None or action.state is not ActionState.OPEN or action.owner_id != params["person_id"]:
        return None
    return FindAction(action.owner_id, action.id)(tx)


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.ACTION_GIVEN: action_given,
    NoticeKind.ACTION_DUE: action_due,
    NoticeKind.ACTION_OVERDUE: action_due,
    NoticeKind.WE_DID: we_did,
}
