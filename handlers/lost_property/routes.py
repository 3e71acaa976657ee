"""Lost property: the audience asks, the staff record, match and hand out."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound, Stale
from domain.lost_property.usecases import (
    AskForLost,
    CloseLoss,
    DisposeFind,
    MatchLoss,
    NotTheirs,
    RecordFind,
    ReturnFind,
    WithdrawLoss,
)
from handlers.lost_property.callbacks import (
    AskLost,
    DropLoss,
    GiveUpLoss,
    HandOutFind,
    ItIs,
    ItIsNot,
    NewFind,
    OpenAsked,
    OpenFind,
    OpenLoss,
    PlaceUnknown,
    ThrowAway,
)
from handlers.lost_property.queries import (
    FindAsked,
    FindFind,
    FindKept,
    FindLoss,
    FindOwn,
    FindOwnLoss,
    VenueToFindAt,
)
from handlers.lost_property.views import (
    asked_screen,
    document_screen,
    find_screen,
    finds_screen,
    loss_screen,
    own_loss_screen,
    own_screen,
    record_screen,
    what_screen,
    where_screen,
)
from handlers.people.shifts.queries import STAFF
from handlers.ticketing.wording import escaped
from handlers.ui.callbacks import OpenFinds, OpenLost
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, AwaitsPhoto, allowed
from handlers.ui.screen import Screen
from handlers.ui.talk import Talk

router = Router(name="lost_property")

WHAT, WHERE = "lost.what", "lost.where"
FOUND, FOUND_AT, KEPT_AT, SHOWN = "lost.found", "lost.found_at", "lost.kept_at", "lost.shown"
#: Kept in the conversation: what is being asked for, or recorded, or handed out.
_ASKING, _FINDING, _HANDING = "lost.asking", "lost.finding", "lost.handing"
_MOST = 400  # of what is kept of a text until it is judged


@router.message(Command("lost"))
@allowed(EVERYBODY)
async def command_lost(message: Message, talk: Talk) -> None:
    await show_lost(talk)


@router.callback_query(OpenLost.filter())
@allowed(EVERYBODY)
async def open_lost(query: CallbackQuery, talk: Talk) -> None:
    await show_lost(talk)


@router.callback_query(AskLost.filter())
@allowed(EVERYBODY)
async def ask(query: CallbackQuery, callback_data: AskLost, talk: Talk) -> None:
    talk.conversation.data[_ASKING] = {"performance_id": callback_data.performance_id}
    await talk.show(what_screen(talk.t, callback_data.performance_id))
    talk.conversation.await_text(WHAT)


@router.message(Awaits(WHAT))
@allowed(EVERYBODY)
async def what_written(message: Message, talk: Talk) -> None:
    about = _kept(talk, _ASKING)
    about["what"] = (message.text or "")[:_MOST]
    await talk.show(where_screen(talk.t, about["what"], about["performance_id"]))
    talk.conversation.await_text(WHERE)


@router.message(Awaits(WHERE))
@allowed(EVERYBODY)
async def where_written(message: Message, talk: Talk) -> None:
    await _ask(talk, (message.text or "")[:_MOST])


@router.callback_query(PlaceUnknown.filter())
@allowed(EVERYBODY)
async def where_unknown(query: CallbackQuery, talk: Talk) -> None:
    await _ask(talk, "")


@router.callback_query(OpenLoss.filter())
@allowed(EVERYBODY)
async def open_loss(query: CallbackQuery, callback_data: OpenLoss, talk: Talk) -> None:
    """The use of the staff is judged by the query."""
    await _show_loss(talk, callback_data.loss_id, own=callback_data.own)


@router.callback_query(DropLoss.filter())
@allowed(EVERYBODY)
async def drop_loss(query: CallbackQuery, callback_data: DropLoss, talk: Talk) -> None:
    await talk.write(WithdrawLoss(talk.actor.person_id, callback_data.loss_id))
    await show_lost(talk)


@router.message(Command("found"))
@allowed(STAFF)
async def command_found(message: Message, talk: Talk) -> None:
    await _show_finds(talk)


@router.callback_query(OpenFinds.filter())
@allowed(STAFF)
async def open_finds(query: CallbackQuery, callback_data: OpenFinds, talk: Talk) -> None:
    await _show_finds(talk, callback_data.page)


@router.callback_query(OpenAsked.filter())
@allowed(STAFF)
async def open_asked(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(asked_screen(talk.t, await talk.read(FindAsked(talk.actor.person_id))))


@router.callback_query(GiveUpLoss.filter())
@allowed(STAFF)
async def give_up(query: CallbackQuery, callback_data: GiveUpLoss, talk: Talk) -> None:
    await _show_loss(talk, await talk.write(CloseLoss(talk.actor.person_id, callback_data.loss_id)), own=False)


@router.callback_query(NewFind.filter())
@allowed(STAFF)
async def new_find(query: CallbackQuery, callback_data: NewFind, talk: Talk) -> None:
    venue_id = await talk.read(VenueToFindAt(talk.actor.person_id, callback_data.venue_id))
    talk.conversation.data[_FINDING] = {"venue_id": venue_id}
    await _ask_find(talk, 0)


@router.message(AwaitsPhoto(FOUND))
@allowed(STAFF)
async def find_photographed(message: Message, talk: Talk) -> None:
    """The photo stays with Telegram; what is kept is where it lies there."""
    assert message.photo is not None
    about = _kept(talk, _FINDING)
    about["photo"] = message.photo[-1].file_id
    if message.caption:
        about["what"] = message.caption[:_MOST]
    await _ask_find(talk, 1 if message.caption else 0)


@router.message(Awaits(FOUND))
@allowed(STAFF)
async def find_written(message: Message, talk: Talk) -> None:
    _kept(talk, _FINDING)["what"] = (message.text or "")[:_MOST]
    await _ask_find(talk, 1)


@router.message(Awaits(FOUND_AT))
@allowed(STAFF)
async def place_written(message: Message, talk: Talk) -> None:
    _kept(talk, _FINDING)["place"] = (message.text or "")[:_MOST]
    await _ask_find(talk, 2)


@router.message(Awaits(KEPT_AT))
@allowed(STAFF)
async def storage_written(message: Message, talk: Talk) -> None:
    about = _kept(talk, _FINDING)
    try:
        found = RecordFind(talk.actor.person_id, storage=(message.text or "")[:_MOST], **about)
        find_id = await talk.write(found)
    except BadInput as error:
        await _ask_find(talk, 0, error)
        return
    talk.conversation.data.pop(_FINDING, None)
    await _show_find(talk, find_id, talk.t("Kept. Write the number {number} on it.", number=find_id))


@router.callback_query(OpenFind.filter())
@allowed(STAFF)
async def open_find(query: CallbackQuery, callback_data: OpenFind, talk: Talk) -> None:
    await _show_find(talk, callback_data.find_id)


@router.callback_query(ItIs.filter())
@allowed(STAFF)
async def it_is(query: CallbackQuery, callback_data: ItIs, talk: Talk) -> None:
    matched = MatchLoss(talk.actor.person_id, callback_data.loss_id, callback_data.find_id)
    await _show_find(talk, await talk.write(matched), talk.t("They are told where to fetch it."))


@router.callback_query(ItIsNot.filter())
@allowed(STAFF)
async def it_is_not(query: CallbackQuery, callback_data: ItIsNot, talk: Talk) -> None:
    await _show_loss(talk, await talk.write(NotTheirs(talk.actor.person_id, callback_data.loss_id)), own=False)


@router.callback_query(HandOutFind.filter())
@allowed(STAFF)
async def hand_out(query: CallbackQuery, callback_data: HandOutFind, talk: Talk) -> None:
    await _ask_document(talk, callback_data.find_id)


@router.message(Awaits(SHOWN))
@allowed(STAFF)
async def document_written(message: Message, talk: Talk) -> None:
    find_id = talk.conversation.data.get(_HANDING)
    if not isinstance(find_id, int):
        raise NotFound
    try:
        await talk.write(ReturnFind(talk.actor.person_id, find_id, message.text or ""))
    except BadInput as error:
        await _ask_document(talk, find_id, error)
        return
    await _show_find(talk, find_id)


@router.callback_query(ThrowAway.filter())
@allowed(STAFF)
async def throw_away(query: CallbackQuery, callback_data: ThrowAway, talk: Talk) -> None:
    await _show_find(talk, await talk.write(DisposeFind(talk.actor.person_id, callback_data.find_id)))


async def show_lost(talk: Talk) -> None:
    await talk.show(own_screen(talk.t, await talk.read(FindOwn(talk.actor.person_id))))


async def _ask(talk: Talk, place: str) -> None:
    about = _kept(talk, _ASKING)
    if "what" not in about:
        raise Stale
    performance_id = about["performance_id"]
    try:
        asked = AskForLost(talk.actor.person_id, about["what"], place, performance_id or None)
        loss_id = await talk.write(asked)
    except BadInput as error:
        await talk.show(_noted(talk, what_screen(talk.t, performance_id), error))
        talk.conversation.await_text(WHAT)
        return
    talk.conversation.data.pop(_ASKING, None)
    await _show_loss(talk, loss_id, own=True)


async def _ask_find(talk: Talk, step: int, error: BadInput | None = None) -> None:
    await talk.show(_noted(talk, record_screen(talk.t, step, _kept(talk, _FINDING)["venue_id"]), error))
    talk.conversation.await_text((FOUND, FOUND_AT, KEPT_AT)[step])


async def _ask_document(talk: Talk, find_id: int, error: BadInput | None = None) -> None:
    facts = await talk.read(FindFind(talk.actor.person_id, find_id))
    await talk.show(_noted(talk, document_screen(talk.t, facts), error))
    talk.conversation.data[_HANDING] = find_id
    talk.conversation.await_text(SHOWN)


async def _show_finds(talk: Talk, page: int = 0) -> None:
    await talk.show(finds_screen(talk.t, await talk.read(FindKept(talk.actor.person_id, page))))


async def _show_find(talk: Talk, find_id: int, note: str = "") -> None:
    screen = find_screen(talk.t, await talk.read(FindFind(talk.actor.person_id, find_id)))
    await talk.show(screen.with_note(note) if note else screen)


async def _show_loss(talk: Talk, loss_id: int, *, own: bool) -> None:
    person_id = talk.actor.person_id
    if own:
        await talk.show(own_loss_screen(talk.t, await talk.read(FindOwnLoss(person_id, loss_id))))
    else:
        await talk.show(loss_screen(talk.t, await talk.read(FindLoss(person_id, loss_id))))


def _noted(talk: Talk, screen: Screen, error: BadInput | None) -> Screen:
    return screen.with_note("⚠️ " + escaped(sentence(error, talk.t))) if error else screen


def _kept(talk: Talk, name: str) -> dict[str, Any]:
    """What the flow has gathered. Raises Stale."""
    about = talk.conversation.data.get(name)
    if not isinstance(about, dict):
        raise Stale
    return about
