"""Finding an event."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.programme.callbacks import CalendarNote, OpenAccess, OpenCalendar, OpenKinds, OpenSearch
from handlers.programme.event_routes import ORIGIN
from handlers.programme.event_routes import router as event_router
from handlers.programme.queries import CalendarMonth, ChooseAccess, CountKinds, ListEvents, Listing
from handlers.programme.views import access_screen, calendar_screen, kinds_screen, list_screen, search_screen
from handlers.programme.windows import AccessWish
from handlers.programme.words import kind_called, kind_in
from handlers.ui.callbacks import OpenEvents
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="programme")
router.include_router(event_router)

SEARCH = "programme.search"
#: Of longer words only the beginning is looked for.
MOST_TEXT = 100
#: Kept in the conversation: the words searched for.
SEARCHED = "programme.searched"
_NO_WISH = AccessWish()


@router.message(Command("events"))
@allowed(EVERYBODY)
async def command_events(message: Message, talk: Talk) -> None:
    await show_list(talk, ListEvents())


@router.callback_query(OpenEvents.filter())
@allowed(EVERYBODY)
async def open_events(query: CallbackQuery, callback_data: OpenEvents, talk: Talk) -> None:
    searched = str(talk.conversation.data.get(SEARCHED, ""))
    if callback_data.by == "search" and not searched:
        await show_search(talk)
        return
    await show_list(talk, ListEvents(callback_data.by, callback_data.value, searched, callback_data.page))


@router.callback_query(OpenCalendar.filter())
@allowed(EVERYBODY)
async def open_calendar(query: CallbackQuery, callback_data: OpenCalendar, talk: Talk) -> None:
    await talk.show(calendar_screen(talk.t, await talk.read(CalendarMonth(callback_data.month))))


@router.callback_query(CalendarNote.filter())
@allowed(EVERYBODY)
async def note_on_calendar(query: CallbackQuery, callback_data: CalendarNote, talk: Talk) -> None:
    if callback_data.day:
        await talk.toast(talk.t.plain("Nothing is on that day."))


@router.callback_query(OpenKinds.filter())
@allowed(EVERYBODY)
async def open_kinds(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(kinds_screen(talk.t, await talk.read(CountKinds())))


@router.callback_query(OpenAccess.filter())
@allowed(EVERYBODY)
async def open_access(query: CallbackQuery, callback_data: OpenAccess, talk: Talk) -> None:
    await show_access(talk, AccessWish.of(callback_data.wish))


@router.callback_query(OpenSearch.filter())
@allowed(EVERYBODY)
async def open_search(query: CallbackQuery, talk: Talk) -> None:
    await show_search(talk)


@router.message(Awaits(SEARCH))
@allowed(EVERYBODY)
async def search_for(message: Message, talk: Talk) -> None:
    text = (message.text or "")[:MOST_TEXT]
    if not await show_found(talk, text):
        await show_list(talk, ListEvents("search", "", text))


async def show_search(talk: Talk) -> None:
    await talk.show(search_screen(talk.t))
    talk.conversation.await_text(SEARCH)


async def show_found(talk: Talk, text: str) -> bool:
    """What the programme has for somebody's words; False, and nothing shown, where it has nothing."""
    kind = kind_called(text)
    found = await talk.read(ListEvents("kind", kind.value) if kind else ListEvents("search", "", text[:MOST_TEXT]))
    if found.items:
        await _show(talk, found)
    return bool(found.items)


async def show_kind_in(talk: Talk, text: str) -> bool:
    """The kind of event that a sentence names; False, and nothing shown, where it names none or none is on."""
    kind = kind_in(text)
    found = await talk.read(ListEvents("kind", kind.value)) if kind else None
    if found is None or not found.items:
        return False
    await _show(talk, found)
    return True


async def show_access(talk: Talk, wish: AccessWish = _NO_WISH) -> None:
    await talk.show(access_screen(talk.t, await talk.read(ChooseAccess(wish))))


async def show_list(talk: Talk, wanted: ListEvents) -> None:
    await _show(talk, await talk.read(wanted))


async def _show(talk: Talk, found: Listing) -> None:
    screen = list_screen(talk.t, found)
    await talk.show(screen)
    talk.conversation.reset()
    talk.conversation.data[ORIGIN] = screen.here
    if found.by == "search":
        talk.conversation.data[SEARCHED] = found.search
