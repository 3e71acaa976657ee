"""What several calls of the window's page answer with."""

from __future__ import annotations

from bot.mini_app import fields
from bot.mini_app.pages import Json, Visit
from domain.errors import BadInput
from handlers.ticketing.window import page_views as views
from handlers.ticketing.window.page_drawer_views import bar
from handlers.ticketing.window.page_queries import FindDue
from handlers.ticketing.window.queries import FindWindowOrder
from handlers.ui.plain import plain

#: Characters that a field may have.
TEXT_MOST = 250
_PLACES_MOST = 1000


def me(visit: Visit) -> int:
    return visit.session.person_id


async def order_answer(visit: Visit, order_id: int, said: str = "") -> Json:
    facts = await visit.read(FindWindowOrder(me(visit), order_id))
    due = await visit.read(FindDue(me(visit)))
    return {"order": views.order(visit.t, facts), "said": plain(said), "bar": bar(visit.t, due)}


def chosen_places(visit: Visit, capacity: int) -> tuple[int, ...]:
    """Ascending. Raises BadInput for what is no place among so many."""
    said = visit.body.get("places") or []
    if not isinstance(said, list) or len(said) > _PLACES_MOST:
        raise BadInput("form")
    places = tuple(sorted({fields.number(place) for place in said}))
    if places and places[-1] > capacity:
        raise BadInput("form")
    return places
