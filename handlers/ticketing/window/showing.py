"""Showing the window's screens that many routes lead to, and what the chat remembers of the customer."""

from __future__ import annotations

from handlers.ticketing.window.queries import FindWindowOrder, LookAtWindow
from handlers.ticketing.window.views import window_order_screen, window_screen
from handlers.ui.talk import Talk

#: Kept in the conversation: the sale that the clerk is in the middle of.
_SALE = "window.sale"


def sale_in(talk: Talk) -> int | None:
    found = talk.conversation.data.get(_SALE)
    return found if isinstance(found, int) else None


def begin_sale(talk: Talk, sale_id: int) -> None:
    talk.conversation.data[_SALE] = sale_id


def end_sale(talk: Talk) -> None:
    talk.conversation.data.pop(_SALE, None)


async def show_window(talk: Talk, page: int = 0) -> None:
    facts = await talk.read(LookAtWindow(talk.actor.person_id, page))
    await talk.show(window_screen(talk.t, facts, talk.links.page("window")))


async def show_window_order(talk: Talk, order_id: int, note: str = "") -> None:
    screen = window_order_screen(talk.t, await talk.read(FindWindowOrder(talk.actor.person_id, order_id)))
    await talk.show(screen.with_note(note) if note else screen)
