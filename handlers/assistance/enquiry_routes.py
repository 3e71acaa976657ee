"""Asking a person, and answering at the window."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.assistance.asking import AnswerEnquiry, AskPerson, CloseEnquiry, LeaveEnquiry, TakeEnquiry
from domain.assistance.model import EnquiryState
from domain.errors import BadInput, Stale
from domain.people.model import Role
from handlers.assistance.callbacks import (
    AskThis,
    CloseOwnEnquiry,
    CloseThisEnquiry,
    EnquiryQueue,
    FactHelped,
    LeaveThisEnquiry,
    OpenEnquiry,
    OpenOwnEnquiry,
    SendReply,
    TakeThisEnquiry,
)
from handlers.assistance.enquiry_queries import FindEnquiries, FindEnquiry, FindFact, FindOwnEnquiry
from handlers.assistance.enquiry_views import (
    enquiry_screen,
    fact_screen,
    own_screen,
    queue_screen,
    write_screen,
)
from handlers.people.showing import show_home
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="assistance.enquiries")

CLERKS = frozenset({Role.BOX_OFFICE})
ASK, ANSWER = "assistance.ask", "assistance.answer"
#: Kept in the conversation: what was written last and found no answer; that one is asked to write; what is answered.
ASKED = "assistance.asked"
_ASKING, _ABOUT = "assistance.asking", "assistance.enquiry"


@router.callback_query(FactHelped.filter())
@allowed(EVERYBODY)
async def helped(query: CallbackQuery, talk: Talk) -> None:
    talk.conversation.data.pop(ASKED, None)
    await talk.toast(talk.t.plain("Glad to hear it!"))
    await show_home(talk)


@router.callback_query(AskThis.filter())
@allowed(EVERYBODY)
async def ask_this(query: CallbackQuery, talk: Talk) -> None:
    """What was just written need not be written again."""
    text = talk.conversation.data.pop(ASKED, "")
    if isinstance(text, str) and text:
        await _show_own(talk, await talk.write(AskPerson(talk.actor.person_id, text)))
        return
    await _ask(talk)


@router.message(Awaits(ASK))
@allowed(EVERYBODY)
async def asked(message: Message, talk: Talk) -> None:
    if not talk.conversation.data.get(_ASKING):
        raise Stale
    try:
        enquiry_id = await talk.write(AskPerson(talk.actor.person_id, message.text or ""))
    except BadInput as error:
        await _ask(talk, error)
        return
    await _show_own(talk, enquiry_id)


@router.callback_query(OpenOwnEnquiry.filter())
@allowed(EVERYBODY)
async def open_own(query: CallbackQuery, callback_data: OpenOwnEnquiry, talk: Talk) -> None:
    await _show_own(talk, callback_data.enquiry_id)


@router.callback_query(CloseOwnEnquiry.filter())
@allowed(EVERYBODY)
async def close_own(query: CallbackQuery, callback_data: CloseOwnEnquiry, talk: Talk) -> None:
    await talk.read(FindOwnEnquiry(talk.actor.person_id, callback_data.enquiry_id))
    await _show_own(talk, await talk.write(CloseEnquiry(talk.actor.person_id, callback_data.enquiry_id)))


@router.message(Command("questions"))
@allowed(CLERKS)
async def command_questions(message: Message, talk: Talk) -> None:
    await _show_queue(talk)


@router.callback_query(EnquiryQueue.filter())
@allowed(CLERKS)
async def open_queue(query: CallbackQuery, talk: Talk) -> None:
    await _show_queue(talk)


@router.callback_query(OpenEnquiry.filter())
@allowed(CLERKS)
async def open_enquiry(query: CallbackQuery, callback_data: OpenEnquiry, talk: Talk) -> None:
    await _show(talk, callback_data.enquiry_id)


@router.callback_query(TakeThisEnquiry.filter())
@allowed(CLERKS)
async def take(query: CallbackQuery, callback_data: TakeThisEnquiry, talk: Talk) -> None:
    await _show(talk, await talk.write(TakeEnquiry(talk.actor.person_id, callback_data.enquiry_id)))


@router.callback_query(LeaveThisEnquiry.filter())
@allowed(CLERKS)
async def leave(query: CallbackQuery, callback_data: LeaveThisEnquiry, talk: Talk) -> None:
    await _show(talk, await talk.write(LeaveEnquiry(talk.actor.person_id, callback_data.enquiry_id)))


@router.callback_query(SendReply.filter())
@allowed(CLERKS)
async def send_reply(query: CallbackQuery, callback_data: SendReply, talk: Talk) -> None:
    answering = AnswerEnquiry(talk.actor.person_id, callback_data.enquiry_id, reply=callback_data.reply)
    enquiry_id = await talk.write(answering)
    await talk.toast(talk.t.plain("Sent."))
    await _show(talk, enquiry_id)


@router.message(Awaits(ANSWER))
@allowed(CLERKS)
async def answered(message: Message, talk: Talk) -> None:
    enquiry_id = talk.conversation.data.get(_ABOUT)
    if not isinstance(enquiry_id, int):
        raise Stale
    try:
        await talk.write(AnswerEnquiry(talk.actor.person_id, enquiry_id, message.text or ""))
    except BadInput as error:
        await _show(talk, enquiry_id, error)
        return
    await _show(talk, enquiry_id)


@router.callback_query(CloseThisEnquiry.filter())
@allowed(CLERKS)
async def close(query: CallbackQuery, callback_data: CloseThisEnquiry, talk: Talk) -> None:
    await talk.read(FindEnquiry(talk.actor.person_id, callback_data.enquiry_id))
    await _show(talk, await talk.write(CloseEnquiry(talk.actor.person_id, callback_data.enquiry_id)))


async def show_fact(talk: Talk, asked: str) -> bool:
    """Whether the house has said something beforehand about what is asked."""
    fact = await talk.read(FindFact(asked))
    if fact is None:
        return False
    await talk.show(fact_screen(talk.t, fact))
    talk.conversation.data[ASKED] = asked
    return True


async def _ask(talk: Talk, error: BadInput | None = None) -> None:
    screen = write_screen(talk.t)
    await talk.show(screen.with_note("⚠️ " + escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ASKING] = True
    talk.conversation.await_text(ASK)


async def _show_own(talk: Talk, enquiry_id: int) -> None:
    facts = await talk.read(FindOwnEnquiry(talk.actor.person_id, enquiry_id))
    await talk.show(own_screen(talk.t, facts))
    if facts.enquiry.state is not EnquiryState.CLOSED:
        talk.conversation.data[_ASKING] = True
        talk.conversation.await_text(ASK)


async def _show_queue(talk: Talk) -> None:
    await talk.show(queue_screen(talk.t, await talk.read(FindEnquiries(talk.actor.person_id))))


async def _show(talk: Talk, enquiry_id: int, error: BadInput | None = None) -> None:
    facts = await talk.read(FindEnquiry(talk.actor.person_id, enquiry_id))
    screen = enquiry_screen(talk.t, facts, talk.actor.person_id)
    await talk.show(screen.with_note("⚠️ " + escaped(sentence(error, talk.t))) if error else screen)
    if facts.enquiry.state is EnquiryState.TAKEN and facts.enquiry.taken_by == talk.actor.person_id:
        talk.conversation.data[_ABOUT] = enquiry_id
        talk.conversation.await_text(ANSWER)
