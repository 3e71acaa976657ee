"""What the door tells by itself: to those who wait, that they may come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import CardKind, NoticeKind
from domain.ports import Tx
from handlers.admission.evening import notices as evening
from handlers.admission.house_queries import house_of
from handlers.admission.house_views import door_card
from handlers.ticketing.queries import showing_of
from handlers.ticketing.wording import bold, escaped, home, title_of
from handlers.ui.callbacks import OpenTickets
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer, Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen, button


def latecomers_in(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where the doors are shut again by the time it is sent."""
    showing = showing_of(tx, params["performance_id"])
    until = showing.performance.latecomers_until
    if until is None or tx.now >= until:
        return []
    lines = [
        bold("🏃 " + t.plain("You can come in now.")),
        escaped(title_of(t, showing.event.title)),
        t(
            "Please go to the door and show your ticket. Latecomers are let in until {time}.",
            time=t.time(until, showing.venue.timezone),
        ),
    ]
    return [Screen("\n".join(lines), ((button("🎟 " + t.plain("My tickets"), OpenTickets()), home(t)),))]


def counted_door(tx: Tx, t: Texts, performance_id: int) -> Screen | None:
    return door_card(t, house_of(tx, performance_id))


NOTICES: Mapping[NoticeKind, Renderer] = {NoticeKind.LATECOMERS_IN: latecomers_in, **evening.NOTICES}
CARDS: Mapping[CardKind, CardRenderer] = {CardKind.DOOR: counted_door}
