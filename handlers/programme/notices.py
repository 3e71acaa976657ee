"""What the programme tells by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.programme.callbacks import OpenShowing
from handlers.programme.windows import local_day
from handlers.ticketing.wording import bold, home, title_of
from handlers.ui.callbacks import OpenPerformance
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen, button


def sales_open(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where sales are over again by the time it is sent."""
    performance = tx.programme.performance(params["performance_id"])
    event = tx.programme.event(performance.event_id) if performance else None
    venue = tx.programme.venue(performance.venue_id) if performance else None
    if performance is None or event is None or venue is None or performance.sale_state(tx.now) != "open":
        return []
    when = t.when(performance.starts_at, venue.timezone, today=local_day(tx.now, venue.timezone))
    lines = ["🔔 " + bold(t("Sales are open.")), t("{title}, {when}", title=title_of(t, event.title), when=when)]
    choose = button("🎟 " + t.plain("Choose places"), OpenPerformance(performance_id=performance.id))
    details = button(t.plain("Details"), OpenShowing(performance_id=performance.id))
    return [Screen("\n".join(lines), ((choose,), (details, home(t))))]


NOTICES: Mapping[NoticeKind, Renderer] = {NoticeKind.SALES_OPEN: sales_open}
