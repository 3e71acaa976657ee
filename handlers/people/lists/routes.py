"""Lists: beginning them, one tap a tick, a photo where it is asked for."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound
from domain.people.list_keeping import BeginList, TickItem
from handlers.people.lists.callbacks import ListPhoto, OpenList, OpenLists, SetTick, StartList
from handlers.people.lists.queries import FindList, FindLists, ListFacts
from handlers.people.lists.views import list_screen, lists_screen, photo_screen, photo_wanted_screen
from handlers.people.shifts.queries import STAFF
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, AwaitsPhoto, allowed
from handlers.ui.talk import Talk

router = Router(name="people.lists")

PHOTO = "people.list_photo"
#: Kept in the conversation: the run and the item that a photo is to show.
_SHOWS = "people.list_item"


@router.message(Command("lists"))
@allowed(STAFF)
async def command_lists(message: Message, talk: Talk) -> None:
    await _show_lists(talk, 0)


@router.callback_query(OpenLists.filter())
@allowed(STAFF)
async def open_lists(query: CallbackQuery, callback_data: OpenLists, talk: Talk) -> None:
    await _show_lists(talk, callback_data.venue_id)


@router.callback_query(StartList.filter())
@allowed(STAFF)
async def start_list(query: CallbackQuery, callback_data: StartList, talk: Talk) -> None:
    begun = BeginList(talk.actor.person_id, callback_data.venue_id, callback_data.key)
    await _show(talk, await talk.write(begun))


@router.callback_query(OpenList.filter())
@allowed(STAFF)
async def open_list(query: CallbackQuery, callback_data: OpenList, talk: Talk) -> None:
    await _show(talk, callback_data.run_id)


@router.callback_query(SetTick.filter())
@allowed(STAFF)
async def set_tick(query: CallbackQuery, callback_data: SetTick, talk: Talk) -> None:
    run_id, number = callback_data.run_id, callback_data.number
    try:
        await talk.write(TickItem(talk.actor.person_id, run_id, number, callback_data.done))
    except BadInput:  # a photo is to show it
        await _ask_photo(talk, run_id, number)
        return
    await _show(talk, run_id)


@router.message(AwaitsPhoto(PHOTO))
@allowed(STAFF)
async def photo_sent(message: Message, talk: Talk) -> None:
    """The photo stays with Telegram; what is kept is where it lies there."""
    assert message.photo is not None
    run_id, number = _shown(talk)
    ticked = TickItem(talk.actor.person_id, run_id, number, done=True, photo=message.photo[-1].file_id)
    await _show(talk, await talk.write(ticked))


@router.message(Awaits(PHOTO))
@allowed(STAFF)
async def words_instead(message: Message, talk: Talk) -> None:
    await _ask_photo(talk, *_shown(talk), error=BadInput("list_photo"))


@router.callback_query(ListPhoto.filter())
@allowed(STAFF)
async def open_photo(query: CallbackQuery, callback_data: ListPhoto, talk: Talk) -> None:
    facts = await _item(talk, callback_data.run_id, callback_data.number)
    await talk.show(photo_screen(talk.t, facts, callback_data.number))


async def _ask_photo(talk: Talk, run_id: int, number: int, error: BadInput | None = None) -> None:
    screen = photo_wanted_screen(talk.t, await _item(talk, run_id, number), number)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_SHOWS] = [run_id, number]
    talk.conversation.await_text(PHOTO)


async def _show_lists(talk: Talk, venue_id: int) -> None:
    await talk.show(lists_screen(talk.t, await talk.read(FindLists(talk.actor.person_id, venue_id))))


async def _show(talk: Talk, run_id: int) -> None:
    await talk.show(list_screen(talk.t, await talk.read(FindList(talk.actor.person_id, run_id))))


async def _item(talk: Talk, run_id: int, number: int) -> ListFacts:
    """Raises NotFound."""
    facts = await talk.read(FindList(talk.actor.person_id, run_id))
    if not 0 <= number < len(facts.run.checklist.items):
        raise NotFound
    return facts


def _shown(talk: Talk) -> tuple[int, int]:
    """Raises NotFound."""
    about = talk.conversation.data.get(_SHOWS)
    if not isinstance(about, list) or len(about) != 2:
        raise NotFound
    return int(about[0]), int(about[1])
