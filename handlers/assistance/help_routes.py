"""Asking for help from one's seat, and coming to help."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.assistance.helping import AskForHelp, CancelHelp, SayHelp, SayMore, TakeHelp
from domain.assistance.model import HELPERS
from domain.errors import BadInput, Stale
from handlers.assistance.callbacks import (
    CallHelp,
    HelpAt,
    HelpQueue,
    NeedHelp,
    NoMoreHelp,
    OpenHelpAsked,
    OpenHelpCall,
    PlayHelpCall,
    SayHelpCall,
    TakeHelpCall,
)
from handlers.assistance.help_queries import FindHelpCall, FindHelpQueue, FindOwnHelp, FindSeat, FindSeats
from handlers.assistance.help_views import (
    asked_screen,
    call_screen,
    call_voice,
    closed_screen,
    kinds_screen,
    need_screen,
    queue_screen,
)
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, AwaitsVoice, allowed
from handlers.ui.talk import Talk

router = Router(name="assistance.help")

MORE = "assistance.more"
#: Kept in the conversation: the request that words are about.
_ABOUT = "assistance.request"


@router.callback_query(NeedHelp.filter())
@allowed(EVERYBODY)
async def need_help(query: CallbackQuery, callback_data: NeedHelp, talk: Talk) -> None:
    """Two taps in all where there is one ticket."""
    facts = await talk.read(FindSeats(talk.actor.person_id, callback_data.performance_id))
    if facts.open_id is not None:
        await _show_own(talk, facts.open_id)
    elif not facts.there:
        await talk.show(closed_screen(talk.t, facts))
    elif len(facts.tickets) == 1:
        await talk.show(kinds_screen(talk.t, facts.tickets[0]))
    else:
        await talk.show(need_screen(talk.t, facts))


@router.callback_query(HelpAt.filter())
@allowed(EVERYBODY)
async def help_at(query: CallbackQuery, callback_data: HelpAt, talk: Talk) -> None:
    await talk.show(kinds_screen(talk.t, await talk.read(FindSeat(talk.actor.person_id, callback_data.ticket_id))))


@router.callback_query(CallHelp.filter())
@allowed(EVERYBODY)
async def call_help(query: CallbackQuery, callback_data: CallHelp, talk: Talk) -> None:
    asking = AskForHelp(talk.actor.person_id, callback_data.ticket_id, callback_data.help_kind)
    await _show_own(talk, await talk.write(asking))


@router.callback_query(OpenHelpAsked.filter())
@allowed(EVERYBODY)
async def open_asked(query: CallbackQuery, callback_data: OpenHelpAsked, talk: Talk) -> None:
    await _show_own(talk, callback_data.request_id)


@router.callback_query(NoMoreHelp.filter())
@allowed(EVERYBODY)
async def no_more(query: CallbackQuery, callback_data: NoMoreHelp, talk: Talk) -> None:
    await _show_own(talk, await talk.write(CancelHelp(talk.actor.person_id, callback_data.request_id)))


@router.message(Awaits(MORE))
@allowed(EVERYBODY)
async def more_words(message: Message, talk: Talk) -> None:
    request_id = _about(talk)
    try:
        await talk.write(SayMore(talk.actor.person_id, request_id, words=message.text or ""))
    except BadInput as error:
        await _show_own(talk, request_id, error)
        return
    await _show_own(talk, request_id)


@router.message(AwaitsVoice(MORE))
@allowed(EVERYBODY)
async def more_voice(message: Message, talk: Talk) -> None:
    """The recording stays with Telegram; what is kept is where it lies there."""
    assert message.voice is not None
    request_id = await talk.write(SayMore(talk.actor.person_id, _about(talk), voice=message.voice.file_id))
    await _show_own(talk, request_id)


@router.message(Command("calls_for_help"))
@allowed(HELPERS)
async def command_queue(message: Message, talk: Talk) -> None:
    await _show_queue(talk)


@router.callback_query(HelpQueue.filter())
@allowed(HELPERS)
async def open_queue(query: CallbackQuery, talk: Talk) -> None:
    await _show_queue(talk)


@router.callback_query(OpenHelpCall.filter())
@allowed(HELPERS)
async def open_call(query: CallbackQuery, callback_data: OpenHelpCall, talk: Talk) -> None:
    await _show_call(talk, callback_data.request_id)


@router.callback_query(PlayHelpCall.filter())
@allowed(HELPERS)
async def play_call(query: CallbackQuery, callback_data: PlayHelpCall, talk: Talk) -> None:
    """Below the call, which stays as it is."""
    facts = await talk.read(FindHelpCall(talk.actor.person_id, callback_data.request_id))
    if not facts.request.voice:
        raise Stale
    await talk.play(call_voice(talk.t, facts))


@router.callback_query(TakeHelpCall.filter())
@allowed(HELPERS)
async def take(query: CallbackQuery, callback_data: TakeHelpCall, talk: Talk) -> None:
    request_id = await talk.write(TakeHelp(talk.actor.person_id, callback_data.request_id))
    await talk.toast(talk.t.plain("They see that you are coming."))
    await _show_call_anew(talk, request_id)


@router.callback_query(SayHelpCall.filter())
@allowed(HELPERS)
async def say(query: CallbackQuery, callback_data: SayHelpCall, talk: Talk) -> None:
    saying = SayHelp(talk.actor.person_id, callback_data.request_id, callback_data.said)
    request_id = await talk.write(saying)
    await talk.toast(talk.t.plain("Noted."))
    await _show_call_anew(talk, request_id)


async def _show_own(talk: Talk, request_id: int, error: BadInput | None = None) -> None:
    facts = await talk.read(FindOwnHelp(talk.actor.person_id, request_id))
    screen = asked_screen(talk.t, facts)
    await talk.show(screen.with_note("⚠️ " + escaped(sentence(error, talk.t))) if error else screen)
    if facts.request.state.is_open:
        talk.conversation.data[_ABOUT] = request_id
        talk.conversation.await_text(MORE)


async def _show_queue(talk: Talk) -> None:
    await talk.show(queue_screen(talk.t, await talk.read(FindHelpQueue(talk.actor.person_id))))


async def _show_call(talk: Talk, request_id: int) -> None:
    facts = await talk.read(FindHelpCall(talk.actor.person_id, request_id))
    await talk.show(call_screen(talk.t, facts, talk.actor.person_id))


async def _show_call_anew(talk: Talk, request_id: int) -> None:
    """The card keeps itself."""
    if talk.has_open(OpenHelpCall(request_id=request_id)):
        await _show_call(talk, request_id)


def _about(talk: Talk) -> int:
    request_id = talk.conversation.data.get(_ABOUT)
    if not isinstance(request_id, int):
        raise Stale
    return request_id
