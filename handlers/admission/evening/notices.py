"""What the evening tells by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.admission.evening.callbacks import OpenReport
from handlers.admission.evening.queries import report_facts
from handlers.admission.evening.reminders import reminder, reservation_ends
from handlers.admission.evening.views import report_text
from handlers.admission.evening.visit_cards import doors_open, gate_changed
from handlers.ticketing.wording import home
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen, button


def show_report(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where the end was taken back."""
    facts = report_facts(tx, params["performance_id"])
    if facts is None:
        return []
    kept = button("🗒 " + t.plain("Reports"), OpenReport(performance_id=facts.showing.performance.id))
    return [Screen(report_text(t, facts), ((kept, home(t)),))]


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.SHOW_REPORT: show_report,
    NoticeKind.DOORS_OPEN: doors_open,
    NoticeKind.GATE_CHANGED: gate_changed,
    NoticeKind.REMINDER: reminder,
    NoticeKind.RESERVATION_ENDS: reservation_ends,
}
