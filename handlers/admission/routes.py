"""The usher at the door: where they stand, codes that are typed, parties, and taking back."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from domain.admission.scanning import (
    AdmitParty,
    LeaveDoorPost,
    Scan,
    SetDoorMode,
    TakeDoorPost,
    UndoAdmission,
)
from domain.admission.scanning import (
    UndoParty as UndoPartyAdmissions,
)
from domain.codes import clean_short_code, is_mistyped_short_code
from domain.errors import NotFound, Stale
from domain.people.model import Role
from handlers.admission.callbacks import (
    AdmitChosen,
    ChooseAdmitted,
    ChooseGate,
    ChooseVenue,
    LeavePost,
    SetMode,
    TakePost,
    Undo,
    UndoParty,
)
from handlers.admission.choosing_views import choice_screen, gates_screen
from handlers.admission.evening.gate_routes import router as gate_router
from handlers.admission.evening.routes import router as evening_router
from handlers.admission.find_routes import router as find_router
from handlers.admission.house_routes import router as house_router
from handlers.admission.paper_routes import router as paper_router
from handlers.admission.party_views import choose_admitted_screen, party_result_screen, party_screen
from handlers.admission.queries import (
    PARTY_MOST,
    FindDoor,
    FindGates,
    FindParty,
    FindPost,
    FindScan,
    FindScans,
    PartyFacts,
    PostFacts,
)
from handlers.admission.views import (
    mistyped_screen,
    post_screen,
    scan_screen,
)
from handlers.ui.callbacks import OpenDoor
from handlers.ui.routing import allowed
from handlers.ui.screen import Screen
from handlers.ui.talk import Talk

router = Router(name="admission")
router.include_routers(house_router, evening_router, gate_router, find_router, paper_router)

USHERS = frozenset({Role.USHER})


class TypedShortCode(Filter):
    """A short code from somebody who stands at a door, mistyped or not; from others it is a text like any other."""

    async def __call__(self, message: Message, talk: Talk) -> bool | dict[str, Any]:
        text = message.text or ""
        code = clean_short_code(text)
        if code is None and not is_mistyped_short_code(text):
            return False
        if talk.conversation.state is not None or not talk.actor.may(Role.USHER):
            return False
        post = await talk.read(FindPost(talk.actor.person_id))
        return {"short_code": code, "post": post} if post is not None else False


@router.message(Command("door"))
@allowed(USHERS)
async def command_door(message: Message, talk: Talk) -> None:
    await show_door(talk)


@router.callback_query(OpenDoor.filter())
@allowed(USHERS)
async def open_door(query: CallbackQuery, callback_data: OpenDoor, talk: Talk) -> None:
    await show_door(talk)


@router.callback_query(ChooseVenue.filter())
@allowed(USHERS)
async def choose_venue(query: CallbackQuery, callback_data: ChooseVenue, talk: Talk) -> None:
    await talk.show(await choice_of_door(talk, callback_data.venue_id))


@router.callback_query(ChooseGate.filter())
@allowed(USHERS)
async def choose_gate(query: CallbackQuery, callback_data: ChooseGate, talk: Talk) -> None:
    """One tap fewer where there is one gate."""
    facts = await talk.read(FindGates(talk.actor.person_id, callback_data.performance_id))
    if len(facts.gates) > 1:
        await talk.show(gates_screen(talk.t, facts))
        return
    gate_id = facts.gates[0].id if facts.gates else None
    await talk.write(TakeDoorPost(talk.actor.person_id, callback_data.performance_id, gate_id))
    await show_door(talk)


@router.callback_query(TakePost.filter())
@allowed(USHERS)
async def take_post(query: CallbackQuery, callback_data: TakePost, talk: Talk) -> None:
    gate_id = callback_data.gate_id or None
    await talk.write(TakeDoorPost(talk.actor.person_id, callback_data.performance_id, gate_id))
    await show_door(talk)


@router.callback_query(LeavePost.filter())
@allowed(USHERS)
async def leave_post(query: CallbackQuery, callback_data: LeavePost, talk: Talk) -> None:
    await talk.write(LeaveDoorPost(talk.actor.person_id))
    await show_door(talk)


@router.callback_query(SetMode.filter())
@allowed(USHERS)
async def set_mode(query: CallbackQuery, callback_data: SetMode, talk: Talk) -> None:
    await talk.write(SetDoorMode(talk.actor.person_id, callback_data.mode))
    await show_door(talk)


@router.callback_query(Undo.filter())
@allowed(USHERS)
async def undo(query: CallbackQuery, callback_data: Undo, talk: Talk) -> None:
    await talk.write(UndoAdmission(talk.actor.person_id, callback_data.admission_id))
    await talk.toast(talk.t.plain("Taken back."))
    await show_door(talk)


@router.callback_query(UndoParty.filter())
@allowed(USHERS)
async def undo_party(query: CallbackQuery, callback_data: UndoParty, talk: Talk) -> None:
    count = await talk.write(UndoPartyAdmissions(talk.actor.person_id, callback_data.credential_id))
    await talk.toast(talk.t.plain_plural("{count} taken back.", "{count} taken back.", count))
    await show_door(talk)


@router.callback_query(ChooseAdmitted.filter())
@allowed(USHERS)
async def choose_admitted(query: CallbackQuery, callback_data: ChooseAdmitted, talk: Talk) -> None:
    facts = await _party(talk, callback_data.credential_id)
    if callback_data.chosen and facts.waiting:
        await talk.show(choose_admitted_screen(talk.t, facts, _bits(callback_data.chosen)))
    else:
        await talk.show(party_screen(talk.t, facts))


@router.callback_query(AdmitChosen.filter())
@allowed(USHERS)
async def admit_chosen(query: CallbackQuery, callback_data: AdmitChosen, talk: Talk) -> None:
    facts = await _party(talk, callback_data.credential_id)
    ticket_ids = facts.tickets_of(_bits(callback_data.chosen))
    if not ticket_ids:
        raise Stale
    await admit_party(talk, callback_data.credential_id, ticket_ids)


@router.message(TypedShortCode())
@allowed(USHERS)
async def type_code(message: Message, talk: Talk, short_code: str | None, post: PostFacts) -> None:
    if short_code is None:
        await talk.show(mistyped_screen(talk.t, post))
        return
    found = await talk.write(Scan(talk.actor.person_id, short_code=short_code))
    await talk.show(scan_screen(talk.t, await talk.read(FindScan(talk.actor.person_id, found))))


async def show_door(talk: Talk) -> None:
    """Where the usher stands, or the choice of a door."""
    post = await talk.read(FindPost(talk.actor.person_id))
    if post is not None:
        await talk.show(post_screen(talk.t, post, talk.links.page("scanner")))
    else:
        await talk.show(await choice_of_door(talk))


async def admit_party(talk: Talk, credential_id: int, ticket_ids: tuple[int, ...]) -> None:
    found = await talk.write(AdmitParty(talk.actor.person_id, credential_id, ticket_ids))
    scans = await talk.read(FindScans(talk.actor.person_id, found))
    await talk.show(party_result_screen(talk.t, scans, credential_id))


async def choice_of_door(talk: Talk, venue_id: int = 0) -> Screen:
    return choice_screen(talk.t, await talk.read(FindDoor(talk.actor.person_id, venue_id)))


async def _party(talk: Talk, credential_id: int) -> PartyFacts:
    """Raises NotFound, and Stale where the usher has moved to another performance meanwhile."""
    facts = await talk.read(FindParty(talk.actor.person_id, credential_id))
    if facts is None:
        raise NotFound
    if facts.performance_id != facts.post.showing.performance.id:
        raise Stale
    return facts


def _bits(packed: str) -> int:
    """Raises Stale for what no button of ours says."""
    try:
        return int(packed, 16) & (1 << PARTY_MOST) - 1
    except ValueError:
        raise Stale from None
