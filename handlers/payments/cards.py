"""The card by which somebody sees which of their friends have paid."""

from __future__ import annotations

from collections.abc import Mapping

from domain.notices import CardKind
from domain.ports import Tx
from handlers.payments.together_queries import together_facts
from handlers.payments.together_views import together_card
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer
from handlers.ui.screen import Screen


def together(tx: Tx, t: Texts, order_id: int) -> Screen | None:
    order = tx.ticketing.order(order_id)
    facts = together_facts(tx, order) if order is not None else None
    return together_card(t, facts) if facts is not None and facts.seats else None


CARDS: Mapping[CardKind, CardRenderer] = {CardKind.TOGETHER: together}
