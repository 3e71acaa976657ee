"""What managers hear about tasks, and their digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.errors import NotAllowed
from domain.notices import NoticeKind
from domain.ports import Tx
from domain.records.digest_model import Period
from handlers.records.digest.queries import FindDigest
from handlers.records.digest.views import digest_screen
from handlers.records.queries import task_facts
from handlers.records.task_views import task_notice
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def task_due(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where somebody has done it by the time it is sent."""
    task = tx.records.task(params["task_id"])
    if task is None or task.done_at is not None:
        return []
    return [task_notice(t, task_facts(tx, task))]


def digest(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """As things stand when it is sent. Nothing to who manages nothing any more."""
    try:
        return [digest_screen(t, FindDigest(params["person_id"], Period(params["period"]))(tx))]
    except NotAllowed:
        return []


NOTICES: Mapping[NoticeKind, Renderer] = {NoticeKind.TASK_DUE: task_due, NoticeKind.DIGEST: digest}
