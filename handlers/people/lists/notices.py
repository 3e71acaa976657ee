"""What managers hear about lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.people.lists.queries import facts_of
from handlers.people.lists.views import unfinished_notice
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def list_unfinished(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it has been finished since."""
    run = tx.lists.run(params["run_id"])
    return [] if run is None or run.is_done else [unfinished_notice(t, facts_of(tx, run))]


NOTICES: Mapping[NoticeKind, Renderer] = {NoticeKind.LIST_UNFINISHED: list_unfinished}
