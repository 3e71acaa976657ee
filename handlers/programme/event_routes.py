"""One event, its days and its performances."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.ticketing.watching import WatchSales
from handlers.programme.callbacks import OpenAbout, OpenEventDay, OpenShowing, Watch
from handlers.programme.event_queries import EventCard, EventDay, ShowingCard, event_of
from handlers.programme.event_views import about_screen, day_screen, event_screen, showing_screen
from handlers.ui.callbacks import OpenEvent, OpenEvents
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="programme.event")

#: Kept in the conversation: the list that an event's card leads back to.
ORIGIN = "programme.origin"


@router.callback_query(OpenEvent.filter())
@allowed(EVERYBODY)
async def open_event(query: CallbackQuery, callback_data: OpenEvent, talk: Talk) -> None:
    await show_event(talk, callback_data.event_id, callback_data.page)


@router.callback_query(OpenAbout.filter())
@allowed(EVERYBODY)
async def open_about(query: CallbackQuery, callback_data: OpenAbout, talk: Talk) -> None:
    await talk.show(about_screen(talk.t, await talk.read(lambda tx: event_of(tx, callback_data.event_id))))


@router.callback_query(OpenEventDay.filter())
@allowed(EVERYBODY)
async def open_day(query: CallbackQuery, callback_data: OpenEventDay, talk: Talk) -> None:
    day = EventDay(callback_data.event_id, callback_data.day, callback_data.page)
    await talk.show(day_screen(talk.t, await talk.read(day)))


@router.callback_query(OpenShowing.filter())
@allowed(EVERYBODY)
async def open_showing(query: CallbackQuery, callback_data: OpenShowing, talk: Talk) -> None:
    await show_showing(talk, callback_data.performance_id)


@router.callback_query(Watch.filter())
@allowed(EVERYBODY)
async def watch(query: CallbackQuery, callback_data: Watch, talk: Talk) -> None:
    on = await talk.write(WatchSales(talk.actor.person_id, callback_data.performance_id, callback_data.on))
    told = talk.t.plain("We will tell you.") if on else talk.t.plain("We will not tell you.")
    await talk.toast(told)
    await show_showing(talk, callback_data.performance_id)


async def show_event(talk: Talk, event_id: int, page: int = 0) -> None:
    origin = str(talk.conversation.data.get(ORIGIN) or OpenEvents().pack())
    card = await talk.read(EventCard(event_id, page))
    await talk.show(event_screen(talk.t, card, talk.links, origin))


async def show_showing(talk: Talk, performance_id: int) -> None:
    facts = await talk.read(ShowingCard(talk.actor.person_id, performance_id))
    await talk.show(showing_screen(talk.t, facts, talk.links))
