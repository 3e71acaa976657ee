"""Finding a guest: "who holds F12?", a dead phone, a new code."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from domain.admission.finding import AdmitFound, LookAtGuest, LookUp, ReissueTicket
from domain.people.model import Role
from handlers.admission.callbacks import AdmitGuest, AskReissue, FindGuest, OpenGuest, Reissue
from handlers.admission.choosing_views import choice_screen
from handlers.admission.find_queries import FindFound, FindGuestOf
from handlers.admission.find_views import find_screen, found_screen, guest_screen, reissue_screen, reissued_note
from handlers.admission.house_queries import FindHouse
from handlers.admission.house_routes import show_tonight
from handlers.admission.queries import FindDoor, FindPost, FindScan
from handlers.admission.views import scan_screen
from handlers.ui.routing import Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="admission.find")

USHERS = frozenset({Role.USHER})
#: The text that is awaited; the performance stands beside it in the conversation.
FINDING = "admission.find"


@router.message(Command("find"))
@allowed(USHERS)
async def command_find(message: Message, command: CommandObject, talk: Talk) -> None:
    """At once with what follows the command. Without a post, first where: managers choose from tonight's."""
    post = await talk.read(FindPost(talk.actor.person_id))
    if post is None and talk.actor.may(Role.MANAGER):
        await show_tonight(talk)
    elif post is None:
        screen = choice_screen(talk.t, await talk.read(FindDoor(talk.actor.person_id)))
        await talk.show(screen.with_note(talk.t("First say where you stand.")))
    elif command.args:
        await _look_up(talk, post.showing.performance.id, command.args)
    else:
        await _ask(talk, post.showing.performance.id)


@router.callback_query(FindGuest.filter())
@allowed(USHERS)
async def find_guest(query: CallbackQuery, callback_data: FindGuest, talk: Talk) -> None:
    await _ask(talk, callback_data.performance_id)


@router.message(Awaits(FINDING))
@allowed(USHERS)
async def say_whom(message: Message, talk: Talk) -> None:
    await _look_up(talk, int(talk.conversation.data.get(FINDING, 0)), message.text or "")


@router.callback_query(OpenGuest.filter())
@allowed(USHERS)
async def open_guest(query: CallbackQuery, callback_data: OpenGuest, talk: Talk) -> None:
    await talk.write(LookAtGuest(talk.actor.person_id, callback_data.ticket_id))
    await _show_guest(talk, callback_data.ticket_id)


@router.callback_query(AdmitGuest.filter())
@allowed(USHERS)
async def admit_guest(query: CallbackQuery, callback_data: AdmitGuest, talk: Talk) -> None:
    found = await talk.write(AdmitFound(talk.actor.person_id, callback_data.ticket_id))
    facts = await talk.read(FindScan(talk.actor.person_id, found, found["performance_id"]))
    await talk.show(scan_screen(talk.t, facts))


@router.callback_query(AskReissue.filter())
@allowed(USHERS)
async def ask_reissue(query: CallbackQuery, callback_data: AskReissue, talk: Talk) -> None:
    facts = await talk.read(FindGuestOf(talk.actor.person_id, callback_data.ticket_id))
    await talk.show(reissue_screen(talk.t, facts))


@router.callback_query(Reissue.filter())
@allowed(USHERS)
async def reissue(query: CallbackQuery, callback_data: Reissue, talk: Talk) -> None:
    await talk.write(ReissueTicket(talk.actor.person_id, callback_data.ticket_id))
    facts = await talk.read(FindGuestOf(talk.actor.person_id, callback_data.ticket_id))
    await talk.show(guest_screen(talk.t, facts, reissued_note(talk.t, facts)))


async def _ask(talk: Talk, performance_id: int, note: str = "") -> None:
    facts = await talk.read(FindHouse(talk.actor.person_id, performance_id))
    await talk.show(find_screen(talk.t, facts.showing, note))
    talk.conversation.data[FINDING] = performance_id
    talk.conversation.await_text(FINDING)


async def _look_up(talk: Talk, performance_id: int, text: str) -> None:
    found = await talk.write(LookUp(talk.actor.person_id, performance_id, text))
    if not found:
        await _ask(talk, performance_id, talk.t.plain("Nobody was found. Try another word, or the seat."))
    elif len(found) == 1:
        await _show_guest(talk, found[0])
    else:
        await talk.show(found_screen(talk.t, await talk.read(FindFound(talk.actor.person_id, performance_id, found))))


async def _show_guest(talk: Talk, ticket_id: int) -> None:
    await talk.show(guest_screen(talk.t, await talk.read(FindGuestOf(talk.actor.person_id, ticket_id))))
