"""The card by which a colleague signs for a drawer."""

from __future__ import annotations

from collections.abc import Mapping

from domain.notices import CardKind
from domain.ports import Tx
from handlers.ticketing.window.drawer_views import drawer_card
from handlers.ticketing.window.queries import drawer_facts
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer
from handlers.ui.screen import Screen


def drawer(tx: Tx, t: Texts, drawer_id: int) -> Screen | None:
    found = tx.drawers.drawer(drawer_id)
    return drawer_card(t, drawer_facts(tx, found)) if found is not None and found.closed_at is not None else None


CARDS: Mapping[CardKind, CardRenderer] = {CardKind.DRAWER: drawer}
