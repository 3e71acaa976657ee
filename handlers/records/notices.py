"""What managers hear about tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
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


NOTICES: Mapping[NoticeKind, Renderer] = {NoticeKind.TASK_DUE: task_due}
