"""The staff: the team, inviting, joining, confirming."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from domain.codes import CodeKind
from domain.errors import LinkSpent, Stale
from domain.people.model import Grant, Role
from domain.people.usecases import DecideInvitation, Invite, RevokeRole, UseInvitation
from handlers.people.callbacks import (
    ALL_VENUES,
    AskRevoke,
    DecideJoin,
    JoinTeam,
    MakeInvitation,
    OpenInvitation,
    OpenInvite,
    OpenMember,
    OpenTeam,
    PickRole,
    Revoke,
)
from handlers.people.menu import offer_menu
from handlers.people.roles import role_called, role_name
from handlers.people.team_queries import ChooseInvite, LookAtMember, LookAtTeam, OpenedInvitation, OwnInvitation
from handlers.people.team_views import (
    invitation_screen,
    invited_screen,
    member_screen,
    places_screen,
    revoke_screen,
    roles_screen,
    team_screen,
    waiting_screen,
)
from handlers.programme.queries import house_zone
from handlers.ui.callbacks import OpenStaff
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="people.team")

MANAGERS = frozenset({Role.MANAGER})
#: Kept in the conversation: the invitation that this person has opened. Its number in a button is no invitation.
INVITED = "people.invited"


@router.message(Command("team"))
@allowed(MANAGERS)
async def command_team(message: Message, talk: Talk) -> None:
    await show_team(talk)


@router.callback_query(OpenStaff.filter())
@allowed(MANAGERS)
async def open_staff(query: CallbackQuery, talk: Talk) -> None:
    await show_team(talk)


@router.callback_query(OpenTeam.filter())
@allowed(MANAGERS)
async def open_team(query: CallbackQuery, callback_data: OpenTeam, talk: Talk) -> None:
    await show_team(talk, callback_data.page)


@router.callback_query(OpenMember.filter())
@allowed(MANAGERS)
async def open_member(query: CallbackQuery, callback_data: OpenMember, talk: Talk) -> None:
    member = await talk.read(LookAtMember(talk.actor.person_id, callback_data.person_id))
    await talk.show(member_screen(talk.t, member))


@router.callback_query(AskRevoke.filter())
@allowed(MANAGERS)
async def ask_revoke(query: CallbackQuery, callback_data: AskRevoke, talk: Talk) -> None:
    member = await talk.read(LookAtMember(talk.actor.person_id, callback_data.person_id))
    grant = Grant(callback_data.role, _venue(callback_data.venue_id))
    if grant not in member.revocable:
        raise Stale
    await talk.show(revoke_screen(talk.t, member, grant))


@router.callback_query(Revoke.filter())
@allowed(MANAGERS)
async def revoke(query: CallbackQuery, callback_data: Revoke, talk: Talk) -> None:
    if callback_data.person_id == talk.actor.person_id:
        raise Stale  # nobody is shown such a button: a house could lose its last owner
    grant = Grant(callback_data.role, _venue(callback_data.venue_id))
    await talk.write(RevokeRole(talk.actor.person_id, callback_data.person_id, grant))
    await offer_menu(talk, callback_data.person_id)
    await talk.toast(talk.t.plain("The role is taken away."))
    await show_team(talk)


@router.message(Command("invite"))
@allowed(MANAGERS)
async def command_invite(message: Message, command: CommandObject, talk: Talk) -> None:
    talk.conversation.reset()
    role = role_called(command.args or "")
    await (_choose_role(talk) if role is None else _choose_place(talk, role))


@router.callback_query(OpenInvite.filter())
@allowed(MANAGERS)
async def open_invite(query: CallbackQuery, talk: Talk) -> None:
    await _choose_role(talk)


@router.callback_query(PickRole.filter())
@allowed(MANAGERS)
async def pick_role(query: CallbackQuery, callback_data: PickRole, talk: Talk) -> None:
    await _choose_place(talk, callback_data.role)


@router.callback_query(MakeInvitation.filter())
@allowed(MANAGERS)
async def make_invitation(query: CallbackQuery, callback_data: MakeInvitation, talk: Talk) -> None:
    role, venue_id = callback_data.role, _venue(callback_data.venue_id)
    choice = await talk.read(ChooseInvite(talk.actor.person_id, role))
    if venue_id not in choice.places:
        raise Stale
    await _invite(talk, role, venue_id)


@router.callback_query(OpenInvitation.filter())
@allowed(MANAGERS)
async def open_invitation(query: CallbackQuery, callback_data: OpenInvitation, talk: Talk) -> None:
    await _show_invitation(talk, callback_data.invitation_id)


@router.callback_query(JoinTeam.filter())
@allowed(EVERYBODY)
async def join_team(query: CallbackQuery, callback_data: JoinTeam, talk: Talk) -> None:
    if talk.conversation.data.get(INVITED) != callback_data.invitation_id:
        raise Stale
    invitation_id = await talk.write(UseInvitation(talk.actor.person_id, callback_data.invitation_id))
    await show_opened_invitation(talk, invitation_id)


@router.callback_query(DecideJoin.filter())
@allowed(MANAGERS)
async def decide_join(query: CallbackQuery, callback_data: DecideJoin, talk: Talk) -> None:
    decide = DecideInvitation(talk.actor.person_id, callback_data.invitation_id, callback_data.confirmed)
    try:
        confirmed = await talk.write(decide)
    except LinkSpent:
        await talk.toast(talk.t.plain("This has been decided already."))
    else:
        if confirmed and (invitation := await talk.read(lambda tx: tx.people.invitation(decide.invitation_id))):
            await offer_menu(talk, invitation.used_by or 0)
        await talk.toast(talk.t.plain("Confirmed.") if confirmed else talk.t.plain("Declined."))
    await show_team(talk)


async def show_team(talk: Talk, page: int = 0) -> None:
    await talk.show(team_screen(talk.t, await talk.read(LookAtTeam(talk.actor.person_id, page))))
    talk.conversation.reset()


async def show_opened_invitation(talk: Talk, invitation_id: int) -> None:
    """For the guest: the question, or that a manager has been asked."""
    facts = await talk.read(OpenedInvitation(talk.actor.person_id, invitation_id))
    if facts.invitation.used_by is None:
        talk.conversation.data[INVITED] = invitation_id
        await talk.show(invited_screen(talk.t, facts))
    else:
        talk.conversation.data.pop(INVITED, None)
        await talk.show(waiting_screen(talk.t, facts))


async def _choose_role(talk: Talk) -> None:
    await talk.show(roles_screen(talk.t, await talk.read(ChooseInvite(talk.actor.person_id))))


async def _choose_place(talk: Talk, role: Role) -> None:
    choice = await talk.read(ChooseInvite(talk.actor.person_id, role))
    if len(choice.places) == 1:
        await _invite(talk, role, choice.places[0])
    else:
        await talk.show(places_screen(talk.t, role, choice))


async def _invite(talk: Talk, role: Role, venue_id: int | None) -> None:
    await _show_invitation(talk, await talk.write(Invite(talk.actor.person_id, role, venue_id)))


async def _show_invitation(talk: Talk, invitation_id: int) -> None:
    t = talk.t
    facts = await talk.read(OwnInvitation(talk.actor.person_id, invitation_id))
    zone = house_zone(await talk.read(lambda tx: tx.programme.venues()))
    url = talk.links.secret(CodeKind.INVITATION, invitation_id)
    words = t.plain("Your invitation to the team: {role}", role=role_name(t, facts.invitation.role))
    until = t.when(facts.invitation.expires_at, zone)
    await talk.show(invitation_screen(t, facts, url, talk.links.share(url, words), until))


def _venue(venue_id: int) -> int | None:
    return None if venue_id == ALL_VENUES else venue_id
