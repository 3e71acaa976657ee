"""Improvement actions in the chat."""

from __future__ import annotations

import re
from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound, Stale
from domain.improvement.model import TEXT_MOST, Source
from domain.improvement.usecases import AlsoFrom, AssignAction, DropAction, FinishAction, OpenAction, PostponeAction
from domain.people.model import Role
from domain.text import LocalText
from handlers.improvement.callbacks import (
    ChooseOwner,
    EndAction,
    GiveAction,
    JoinAction,
    SetDue,
    ShowAction,
    ShowActions,
    TellNobody,
)
from handlers.improvement.queries import FindAction, FindActions, FindNew, FindOwners
from handlers.improvement.views import (
    action_screen,
    actions_screen,
    end_screen,
    new_screen,
    owners_screen,
    tell_screen,
)
from handlers.ticketing.wording import escaped
from handlers.ui.callbacks import NewAction
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, AwaitsPhoto, allowed
from handlers.ui.talk import Talk

router = Router(name="improvement")

MANAGERS = frozenset({Role.MANAGER})
#: Anybody of the staff may have an action to do.
STAFF = frozenset(Role) - {Role.AUDIENCE}
NEW, PROOF, WHY, TOLD = "improvement.new", "improvement.proof", "improvement.why", "improvement.told"
#: Kept in the conversation while words are awaited: the source, the action, and what shows that it is done.
_SOURCE, _ACTION, _PROOF = "improvement.source", "improvement.action", "improvement.proof"
_USUALLY_DUE = timedelta(days=14)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@router.message(Command("actions"))
@allowed(STAFF)
async def command_actions(message: Message, talk: Talk) -> None:
    await _show_list(talk)


@router.callback_query(ShowActions.filter())
@allowed(STAFF)
async def show_actions(query: CallbackQuery, talk: Talk) -> None:
    await _show_list(talk)


@router.callback_query(ShowAction.filter())
@allowed(STAFF)
async def show_action(query: CallbackQuery, callback_data: ShowAction, talk: Talk) -> None:
    await _show(talk, callback_data.action_id)


@router.callback_query(NewAction.filter())
@allowed(MANAGERS)
async def new_action(query: CallbackQuery, callback_data: NewAction, talk: Talk) -> None:
    await _ask_new(talk, _source(callback_data.source), callback_data.source_id)


@router.message(Awaits(NEW))
@allowed(MANAGERS)
async def new_written(message: Message, talk: Talk) -> None:
    source, source_id = _about_source(talk)
    due_at = talk.now + _USUALLY_DUE
    try:
        action_id = await talk.write(OpenAction(talk.actor.person_id, source, source_id, message.text or "", due_at))
    except BadInput as error:
        await _ask_new(talk, source, source_id, error)
        return
    await _show(talk, action_id, note=talk.t("It is kept. Who does it, and until when?"))


@router.callback_query(JoinAction.filter())
@allowed(MANAGERS)
async def join_action(query: CallbackQuery, callback_data: JoinAction, talk: Talk) -> None:
    source = _source(callback_data.source)
    joined = AlsoFrom(talk.actor.person_id, callback_data.action_id, source, callback_data.source_id)
    await _show(talk, await talk.write(joined))


@router.callback_query(SetDue.filter())
@allowed(MANAGERS)
async def set_due(query: CallbackQuery, callback_data: SetDue, talk: Talk) -> None:
    days = min(max(callback_data.days, 0), 366)
    postponed = PostponeAction(talk.actor.person_id, callback_data.action_id, talk.now + timedelta(days=days))
    await _show(talk, await talk.write(postponed))


@router.callback_query(ChooseOwner.filter())
@allowed(MANAGERS)
async def choose_owner(query: CallbackQuery, callback_data: ChooseOwner, talk: Talk) -> None:
    await talk.show(owners_screen(talk.t, await talk.read(FindOwners(talk.actor.person_id, callback_data.action_id))))


@router.callback_query(GiveAction.filter())
@allowed(MANAGERS)
async def give_action(query: CallbackQuery, callback_data: GiveAction, talk: Talk) -> None:
    assigned = AssignAction(talk.actor.person_id, callback_data.action_id, callback_data.person_id)
    await _show(talk, await talk.write(assigned))


@router.callback_query(EndAction.filter())
@allowed(STAFF)
async def end_action(query: CallbackQuery, callback_data: EndAction, talk: Talk) -> None:
    await _ask_end(talk, callback_data.action_id, done=callback_data.done)


@router.message(Awaits(PROOF))
@allowed(STAFF)
async def proof_written(message: Message, talk: Talk) -> None:
    proof = (message.text or "").strip()
    if len(proof) > TEXT_MOST:
        await _ask_end(talk, _about_action(talk), done=True, error=BadInput("action_proof", most=TEXT_MOST))
        return
    await _prove(talk, proof)


@router.message(AwaitsPhoto(PROOF))
@allowed(STAFF)
async def proof_photographed(message: Message, talk: Talk) -> None:
    """The photo stays with Telegram; what is kept is where it lies there."""
    assert message.photo is not None
    await _prove(talk, f"photo:{message.photo[-1].file_id}")


@router.message(Awaits(TOLD))
@allowed(STAFF)
async def told_written(message: Message, talk: Talk) -> None:
    await _finish(talk, _about_action(talk), in_languages((message.text or "")[: 2 * TEXT_MOST]))


@router.callback_query(TellNobody.filter())
@allowed(STAFF)
async def tell_nobody(query: CallbackQuery, callback_data: TellNobody, talk: Talk) -> None:
    await _finish(talk, callback_data.action_id, LocalText())


@router.message(Awaits(WHY))
@allowed(MANAGERS)
async def why_written(message: Message, talk: Talk) -> None:
    action_id = _about_action(talk)
    try:
        await talk.write(DropAction(talk.actor.person_id, action_id, message.text or ""))
    except BadInput as error:
        await _ask_end(talk, action_id, done=False, error=error)
        return
    await _show(talk, action_id)


def in_languages(text: str) -> LocalText:
    """Lines in Chinese are for those who read Chinese, the others for everybody else."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    chinese = [line for line in lines if _HAN.search(line)]
    others = [line for line in lines if not _HAN.search(line)]
    return LocalText.of(zh_Hans="\n".join(chinese), en="\n".join(others))


async def _prove(talk: Talk, proof: str) -> None:
    """What shows it is there; those who hear of it, if any, want words."""
    facts = await talk.read(FindAction(talk.actor.person_id, _about_action(talk)))
    talk.conversation.data[_PROOF] = proof
    if not facts.heard_by:
        await _finish(talk, facts.action.id, LocalText())
        return
    await talk.show(tell_screen(talk.t, facts))
    talk.conversation.await_text(TOLD)


async def _finish(talk: Talk, action_id: int, told: LocalText) -> None:
    """Raises Stale where the proof is of another action."""
    proof = talk.conversation.data.get(_PROOF)
    if not isinstance(proof, str) or talk.conversation.data.get(_ACTION) != action_id:
        raise Stale
    count = await talk.write(FinishAction(talk.actor.person_id, action_id, proof, told))
    talk.conversation.data.pop(_PROOF)
    note = talk.t.plural("Done. {count} person hears of it.", "Done. {count} people hear of it.", count)
    await _show(talk, action_id, note=note if count else talk.t("Done. Thank you!"))


async def _ask_new(talk: Talk, source: Source, source_id: int, error: BadInput | None = None) -> None:
    screen = new_screen(talk.t, await talk.read(FindNew(talk.actor.person_id, source, source_id)))
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_SOURCE] = [source.value, source_id]
    talk.conversation.await_text(NEW)


async def _ask_end(talk: Talk, action_id: int, *, done: bool, error: BadInput | None = None) -> None:
    facts = await talk.read(FindAction(talk.actor.person_id, action_id))
    if not facts.works or not (done or facts.manages):
        raise Stale
    screen = end_screen(talk.t, facts, done=done)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ACTION] = action_id
    talk.conversation.await_text(PROOF if done else WHY)


async def _show_list(talk: Talk) -> None:
    await talk.show(actions_screen(talk.t, await talk.read(FindActions(talk.actor.person_id))))


async def _show(talk: Talk, action_id: int, note: str = "") -> None:
    await talk.show(action_screen(talk.t, await talk.read(FindAction(talk.actor.person_id, action_id)), note=note))


def _source(word: str) -> Source:
    """Raises NotFound."""
    if word not in list(Source):
        raise NotFound
    return Source(word)


def _about_source(talk: Talk) -> tuple[Source, int]:
    """Raises NotFound."""
    about = talk.conversation.data.get(_SOURCE)
    if not isinstance(about, list) or len(about) != 2:
        raise NotFound
    return _source(str(about[0])), int(about[1])


def _about_action(talk: Talk) -> int:
    """Raises NotFound."""
    about = talk.conversation.data.get(_ACTION)
    if not isinstance(about, int):
        raise NotFound
    return about
