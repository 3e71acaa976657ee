"""Saying how it was, one tap a screen; typing forms and calls for others."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, Stale
from domain.feedback.answering import (
    Answer,
    BeginEntry,
    BeginSurvey,
    Choose,
    DropEntry,
    FinishSurvey,
    HideName,
)
from domain.feedback.asking import WantSurveys
from domain.feedback.model import BOUNDS, Channel, Media, QuestionKind, Value
from domain.people.model import Role
from handlers.feedback.callbacks import (
    AskMe,
    BeginAnswers,
    ChooseEntry,
    DropForm,
    EndSurvey,
    FeedbackHome,
    GiveAnswer,
    HideMe,
    NewEntry,
    OpenQuestion,
)
from handlers.feedback.case_routes import router as cases
from handlers.feedback.queries import FindEntries, FindEntry, FindQuestion, LookAtFeedback, LookAtVisit, SheetFacts
from handlers.feedback.report_routes import router as reports
from handlers.feedback.views import (
    channel_screen,
    entries_screen,
    feedback_screen,
    invitation_screen,
    question_screen,
    thanks_screen,
)
from handlers.ticketing.wording import escaped
from handlers.ui.callbacks import OpenFeedback
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, AwaitsPhoto, AwaitsVoice, allowed
from handlers.ui.talk import Talk

router = Router(name="feedback")
router.include_router(cases)
router.include_router(reports)

ENTERING = frozenset({Role.BOX_OFFICE, Role.FLOOR, Role.USHER})
WORDS, MEDIA = "feedback.words", "feedback.media"
#: Kept in the conversation: performance, whether it is for somebody else, and the question that awaits words.
_ABOUT = "feedback.about"


@router.message(Command("feedback"))
@allowed(EVERYBODY)
async def command_feedback(message: Message, talk: Talk) -> None:
    await _show_home(talk)


@router.callback_query(FeedbackHome.filter())
@allowed(EVERYBODY)
async def open_home(query: CallbackQuery, talk: Talk) -> None:
    await _show_home(talk)


@router.callback_query(AskMe.filter())
@allowed(EVERYBODY)
async def ask_me(query: CallbackQuery, callback_data: AskMe, talk: Talk) -> None:
    await talk.write(WantSurveys(talk.actor.person_id, callback_data.wants))
    await talk.toast(talk.t.plain("As you wish."))
    await _show_home(talk)


@router.callback_query(OpenFeedback.filter())
@allowed(EVERYBODY)
async def open_feedback(query: CallbackQuery, callback_data: OpenFeedback, talk: Talk) -> None:
    facts = await talk.read(LookAtVisit(talk.actor.person_id, callback_data.performance_id))
    await talk.show(invitation_screen(talk.t, facts))


@router.callback_query(BeginAnswers.filter())
@allowed(EVERYBODY)
async def begin(query: CallbackQuery, callback_data: BeginAnswers, talk: Talk) -> None:
    await talk.write(BeginSurvey(talk.actor.person_id, callback_data.performance_id))
    await _show_question(talk, callback_data.performance_id, entry=False)


@router.callback_query(OpenQuestion.filter())
@allowed(EVERYBODY)
async def open_question(query: CallbackQuery, callback_data: OpenQuestion, talk: Talk) -> None:
    await _show_question(talk, callback_data.performance_id, entry=callback_data.entry, number=callback_data.question)


@router.callback_query(GiveAnswer.filter())
@allowed(EVERYBODY)
async def give_answer(query: CallbackQuery, callback_data: GiveAnswer, talk: Talk) -> None:
    """Of several options each tap is kept, and the question stays; everything else leads on."""
    person_id, performance_id, entry = talk.actor.person_id, callback_data.performance_id, callback_data.entry
    number, said = callback_data.question, callback_data.value
    facts = await talk.read(FindQuestion(person_id, performance_id, entry, number))
    if facts.number != number:
        raise Stale
    kind = facts.sheet.survey.questions[number].kind
    if said and kind is QuestionKind.MULTIPLE:
        await talk.write(Choose(person_id, performance_id, entry, number, said))
        await _show_question(talk, performance_id, entry=entry, number=number)
        return
    await talk.write(Answer(person_id, performance_id, entry, number, _value(kind, said)))
    await _show_question(talk, performance_id, entry=entry)


@router.message(Awaits(WORDS))
@allowed(EVERYBODY)
async def words_written(message: Message, talk: Talk) -> None:
    await _keep(talk, message.text or "")


@router.message(Awaits(MEDIA))
@allowed(EVERYBODY)
async def words_for_media(message: Message, talk: Talk) -> None:
    """They write where a photo or a voice message is asked for: it is said again what is wanted."""
    performance_id, entry, number = _about(talk)
    await _show_question(talk, performance_id, entry=entry, number=number, error=BadInput("no_media"))


@router.message(AwaitsPhoto(MEDIA))
@allowed(EVERYBODY)
async def photo_sent(message: Message, talk: Talk) -> None:
    """The photo stays with Telegram; what is kept is where it lies there."""
    assert message.photo is not None
    await _keep(talk, Media(True, message.photo[-1].file_id).value)


@router.message(AwaitsVoice(MEDIA))
@allowed(EVERYBODY)
async def voice_sent(message: Message, talk: Talk) -> None:
    assert message.voice is not None
    await _keep(talk, Media(False, message.voice.file_id).value)


@router.callback_query(HideMe.filter())
@allowed(EVERYBODY)
async def hide_me(query: CallbackQuery, callback_data: HideMe, talk: Talk) -> None:
    await talk.write(HideName(talk.actor.person_id, callback_data.performance_id, callback_data.hidden))
    hidden = talk.t.plain("When you send it, your name is cut off for good.")
    await talk.toast(hidden if callback_data.hidden else talk.t.plain("With your name again."))
    await _show_question(talk, callback_data.performance_id, entry=False)


@router.callback_query(EndSurvey.filter())
@allowed(EVERYBODY)
async def end_survey(query: CallbackQuery, callback_data: EndSurvey, talk: Talk) -> None:
    entry, reachable = callback_data.entry, callback_data.reachable
    await talk.write(FinishSurvey(talk.actor.person_id, callback_data.performance_id, entry, reachable))
    survey = await talk.read(lambda tx: tx.feedback.current_survey())
    await talk.show(thanks_screen(talk.t, survey, entry=entry))


@router.callback_query(ChooseEntry.filter())
@allowed(ENTERING)
async def choose_entry(query: CallbackQuery, talk: Talk) -> None:
    await _show_entries(talk)


@router.callback_query(NewEntry.filter())
@allowed(ENTERING)
async def new_entry(query: CallbackQuery, callback_data: NewEntry, talk: Talk) -> None:
    performance_id = callback_data.performance_id
    if callback_data.channel not in (Channel.PAPER, Channel.PHONE):
        await talk.show(channel_screen(talk.t, await talk.read(FindEntry(talk.actor.person_id, performance_id))))
        return
    await talk.write(BeginEntry(talk.actor.person_id, performance_id, Channel(callback_data.channel)))
    await _show_question(talk, performance_id, entry=True)


@router.callback_query(DropForm.filter())
@allowed(ENTERING)
async def drop_form(query: CallbackQuery, talk: Talk) -> None:
    await talk.write(DropEntry(talk.actor.person_id))
    await _show_entries(talk)


async def _keep(talk: Talk, said: str) -> None:
    performance_id, entry, number = _about(talk)
    try:
        await talk.write(Answer(talk.actor.person_id, performance_id, entry, number, said))
    except BadInput as error:
        await _show_question(talk, performance_id, entry=entry, number=number, error=error)
        return
    await _show_question(talk, performance_id, entry=entry)


async def _show_question(
    talk: Talk, performance_id: int, *, entry: bool, number: int = -1, error: BadInput | None = None
) -> None:
    facts = await talk.read(FindQuestion(talk.actor.person_id, performance_id, entry, number))
    screen = question_screen(talk.t, facts)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    _await_words(talk, facts)


def _await_words(talk: Talk, facts: SheetFacts) -> None:
    kind = facts.sheet.survey.questions[facts.number].kind if facts.number is not None else None
    if kind in (QuestionKind.TEXT, QuestionKind.MEDIA):
        talk.conversation.data[_ABOUT] = [facts.showing.performance.id, facts.entry, facts.number]
        talk.conversation.await_text(WORDS if kind is QuestionKind.TEXT else MEDIA)


def _about(talk: Talk) -> tuple[int, bool, int]:
    """Raises Stale."""
    about = talk.conversation.data.get(_ABOUT)
    if not isinstance(about, list) or len(about) != 3:
        raise Stale
    return int(about[0]), bool(about[1]), int(about[2])


def _value(kind: QuestionKind, said: str) -> Value:
    if not said:
        return None
    if kind in BOUNDS:
        return int(said) if said.isascii() and said.isdecimal() else -1  # made up: no answer to anything
    return (said,)


async def _show_home(talk: Talk) -> None:
    await talk.show(feedback_screen(talk.t, await talk.read(LookAtFeedback(talk.actor.person_id))))


async def _show_entries(talk: Talk) -> None:
    await talk.show(entries_screen(talk.t, await talk.read(FindEntries(talk.actor.person_id))))
