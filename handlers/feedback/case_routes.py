"""Cases: looking, answering, settling; and writing back."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound, Stale
from domain.feedback.cases import AnswerCase, CloseCase, WriteBack
from domain.people.model import Role
from handlers.feedback.callbacks import CaseMedia, OpenCases, ReplyCase, ReplyHouse, SettleCase
from handlers.feedback.case_views import (
    case_screen,
    cases_screen,
    media_voice,
    photo_screen,
    reply_screen,
    write_back_screen,
    written_back_screen,
)
from handlers.feedback.queries import FindCase, FindCases, FindOwnCase
from handlers.ticketing.wording import escaped
from handlers.ui.callbacks import OpenCase
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="feedback.cases")

#: The conduct of somebody is for managers alone; the use cases look at each case.
HANDLING = frozenset({Role.BOX_OFFICE})
REPLY, WRITE = "feedback.reply", "feedback.write"
#: Kept in the conversation while words are awaited.
_ABOUT = "feedback.case"


@router.message(Command("cases"))
@allowed(HANDLING)
async def command_cases(message: Message, talk: Talk) -> None:
    await _show_cases(talk)


@router.callback_query(OpenCases.filter())
@allowed(HANDLING)
async def open_cases(query: CallbackQuery, talk: Talk) -> None:
    await _show_cases(talk)


@router.callback_query(OpenCase.filter())
@allowed(HANDLING)
async def open_case(query: CallbackQuery, callback_data: OpenCase, talk: Talk) -> None:
    await _show_case(talk, callback_data.case_id)


@router.callback_query(CaseMedia.filter())
@allowed(HANDLING)
async def open_media(query: CallbackQuery, callback_data: CaseMedia, talk: Talk) -> None:
    """A photo takes the place of the case, a voice message comes below it."""
    facts = await talk.read(FindCase(talk.actor.person_id, callback_data.case_id))
    media = facts.media().get(callback_data.question)
    if media is None:
        raise Stale
    if media.is_photo:
        await talk.show(photo_screen(talk.t, facts, callback_data.question, media))
    else:
        await talk.play(media_voice(talk.t, facts, media))


@router.callback_query(ReplyCase.filter())
@allowed(HANDLING)
async def ask_reply(query: CallbackQuery, callback_data: ReplyCase, talk: Talk) -> None:
    await _ask_reply(talk, callback_data.case_id)


@router.message(Awaits(REPLY))
@allowed(HANDLING)
async def reply_written(message: Message, talk: Talk) -> None:
    case_id = _about(talk)
    try:
        await talk.write(AnswerCase(talk.actor.person_id, case_id, message.text or ""))
    except BadInput as error:
        await _ask_reply(talk, case_id, error)
        return
    await _show_case(talk, case_id, note=talk.t("Your answer is on its way."))


@router.callback_query(SettleCase.filter())
@allowed(HANDLING)
async def settle(query: CallbackQuery, callback_data: SettleCase, talk: Talk) -> None:
    await talk.write(CloseCase(talk.actor.person_id, callback_data.case_id))
    await talk.toast(talk.t.plain("Settled. Thank you!"))
    await _show_cases(talk)


@router.callback_query(ReplyHouse.filter())
@allowed(EVERYBODY)
async def ask_words(query: CallbackQuery, callback_data: ReplyHouse, talk: Talk) -> None:
    await _ask_words(talk, callback_data.case_id)


@router.message(Awaits(WRITE))
@allowed(EVERYBODY)
async def words_written(message: Message, talk: Talk) -> None:
    case_id = _about(talk)
    try:
        await talk.write(WriteBack(talk.actor.person_id, case_id, message.text or ""))
    except BadInput as error:
        await _ask_words(talk, case_id, error)
        return
    talk.conversation.data.pop(_ABOUT, None)
    await talk.show(written_back_screen(talk.t))


async def _ask_words(talk: Talk, case_id: int, error: BadInput | None = None) -> None:
    showing = await talk.read(FindOwnCase(talk.actor.person_id, case_id))
    screen = write_back_screen(talk.t, showing, case_id)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = case_id
    talk.conversation.await_text(WRITE)


async def _ask_reply(talk: Talk, case_id: int, error: BadInput | None = None) -> None:
    screen = reply_screen(talk.t, await talk.read(FindCase(talk.actor.person_id, case_id)))
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = case_id
    talk.conversation.await_text(REPLY)


async def _show_cases(talk: Talk) -> None:
    await talk.show(cases_screen(talk.t, await talk.read(FindCases(talk.actor.person_id))))


async def _show_case(talk: Talk, case_id: int, note: str = "") -> None:
    await talk.show(case_screen(talk.t, await talk.read(FindCase(talk.actor.person_id, case_id)), note=note))


def _about(talk: Talk) -> int:
    """Raises NotFound."""
    about = talk.conversation.data.get(_ABOUT)
    if not isinstance(about, int):
        raise NotFound
    return about
