"""The question on the card that follows somebody's evening."""

from __future__ import annotations

from collections.abc import Sequence

from domain.ports import Tx
from handlers.admission.evening.visit_queries import VisitFacts
from handlers.ui.callbacks import OpenFeedback
from handlers.ui.i18n import Texts
from handlers.ui.screen import Button, button


def how_was_it(tx: Tx, t: Texts, facts: VisitFacts) -> Sequence[Button]:
    """When it is over, to who was let in and has not said it yet."""
    performance_id = facts.showing.performance.id
    call = tx.feedback.call(facts.person_id, performance_id)
    open_still = call.is_open(tx.now) if call else tx.feedback.current_survey() is not None
    if not open_still or not tx.feedback.was_admitted(facts.person_id, performance_id):
        return ()
    return (button("💬 " + t.plain("How was it?"), OpenFeedback(performance_id=performance_id)),)
