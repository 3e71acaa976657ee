"""What is told about lost property: the staff at the window, and whoever asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.lost_property.model import Loss, LossState
from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.lost_property.queries import loss_facts
from handlers.lost_property.views import asked_notice, closed_notice, found_notice
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def lost_asked(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    loss = _standing(tx, params, LossState.OPEN)
    return [asked_notice(t, loss_facts(tx, loss))] if loss else []


def lost_found(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    loss = _standing(tx, params, LossState.FOUND)
    return [found_notice(t, loss_facts(tx, loss))] if loss else []


def lost_closed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    loss = _standing(tx, params, LossState.CLOSED)
    return [closed_notice(t, loss_facts(tx, loss))] if loss else []


def _standing(tx: Tx, params: Mapping[str, Any], state: LossState) -> Loss | None:
    """None where something else has become of it by the time this is sent."""
    loss = tx.lost_property.loss(params["loss_id"])
    return loss if loss is not None and loss.state is state else None


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.LOST_ASKED: lost_asked,
    NoticeKind.LOST_FOUND: lost_found,
    NoticeKind.LOST_CLOSED: lost_closed,
}
