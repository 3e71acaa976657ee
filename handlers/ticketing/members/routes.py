"""Making memberships, opening their links, paying as a member."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.codes import CodeKind, Opened
from domain.errors import BadInput, NotFound, Stale
from domain.people.model import Role
from domain.programme.model import Venue
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.members import AddTier, EndMembership, GrantMemberships, TakeMembership, UseMembership
from domain.ticketing.members_at_window import LookUpMembers, UseMembershipAtWindow
from handlers.ticketing.members.callbacks import (
    AskMemberAtWindow,
    AskMembers,
    ChooseMemberAtWindow,
    EndThisMembership,
    NewTier,
    OpenTier,
    OpenTiers,
    PayAsMember,
    TakeThisMembership,
)
from handlers.ticketing.members.queries import FindMembersAtWindow, FindMembership, FindTier, FindTiers, FoundMembers
from handlers.ticketing.members.views import (
    ask_member_screen,
    choose_member_screen,
    members_screen,
    membership_screen,
    new_tier_screen,
    tier_screen,
    tiers_screen,
)
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.promotions.queries import FindVenueFor
from handlers.ticketing.promotions.routes import last_day
from handlers.ticketing.window.showing import show_window_order
from handlers.ticketing.window.sums import read_sum
from handlers.ticketing.wording import bold, escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.screen import Screen
from handlers.ui.start import opened_code
from handlers.ui.talk import Talk

router = Router(name="ticketing.members")

MANAGERS = frozenset({Role.MANAGER})
CLERKS = frozenset({Role.BOX_OFFICE})
TIER, GRANT, AT_WINDOW = "member.tier", "member.grant", "member.at_window"
#: Kept in the conversation: the venue, tier or order that the awaited text is about; the membership whose link was
#: opened.
_ABOUT, _OPENED = "member.about", "member.opened"
_WORDS_MOST = 40


@router.message(Command("members"))
@allowed(MANAGERS)
async def command_members(message: Message, talk: Talk) -> None:
    await talk.show(tiers_screen(talk.t, await talk.read(FindTiers(talk.actor.person_id))))


@router.callback_query(OpenTiers.filter())
@allowed(MANAGERS)
async def open_tiers(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(tiers_screen(talk.t, await talk.read(FindTiers(talk.actor.person_id))))


@router.callback_query(OpenTier.filter())
@allowed(MANAGERS)
async def open_tier(query: CallbackQuery, callback_data: OpenTier, talk: Talk) -> None:
    await _show_tier(talk, callback_data.tier_id)


@router.callback_query(NewTier.filter())
@allowed(MANAGERS)
async def new_tier(query: CallbackQuery, callback_data: NewTier, talk: Talk) -> None:
    await _ask_tier(talk, await talk.read(FindVenueFor(talk.actor.person_id, callback_data.venue_id)))


@router.message(Awaits(TIER))
@allowed(MANAGERS)
async def tier_typed(message: Message, talk: Talk) -> None:
    venue = await talk.read(FindVenueFor(talk.actor.person_id, _about(talk)))
    try:
        tier_id = await talk.write(AddTier(talk.actor.person_id, read_tier(message.text or "", venue)))
    except BadInput as error:
        await _ask_tier(talk, venue, error)
        return
    await _show_tier(talk, tier_id)


@router.callback_query(AskMembers.filter())
@allowed(MANAGERS)
async def ask_members(query: CallbackQuery, callback_data: AskMembers, talk: Talk) -> None:
    await _ask_members(talk, callback_data.tier_id)


@router.message(Awaits(GRANT))
@allowed(MANAGERS)
async def members_typed(message: Message, talk: Talk) -> None:
    facts = await talk.read(FindTier(talk.actor.person_id, _about(talk)))
    day, *numbers = (message.text or "").split()[:_WORDS_MOST] or [""]
    try:
        until = last_day(day, facts.venue)
        ids = await talk.write(GrantMemberships(talk.actor.person_id, facts.tier.id, tuple(numbers), until))
    except BadInput as error:
        await _ask_members(talk, facts.tier.id, error)
        return
    await _show_tier(talk, facts.tier.id, ids)


@router.callback_query(EndThisMembership.filter())
@allowed(MANAGERS)
async def end(query: CallbackQuery, callback_data: EndThisMembership, talk: Talk) -> None:
    await _show_tier(talk, await talk.write(EndMembership(talk.actor.person_id, callback_data.membership_id)))


@router.callback_query(TakeThisMembership.filter())
@allowed(EVERYBODY)
async def take(query: CallbackQuery, callback_data: TakeThisMembership, talk: Talk) -> None:
    if talk.conversation.data.get(_OPENED) != callback_data.membership_id:
        raise NotFound
    await open_membership(talk, await talk.write(TakeMembership(talk.actor.person_id, callback_data.membership_id)))


@router.callback_query(PayAsMember.filter())
@allowed(EVERYBODY)
async def pay_as_member(query: CallbackQuery, callback_data: PayAsMember, talk: Talk) -> None:
    await show_order(talk, await talk.write(UseMembership(talk.actor.person_id, callback_data.order_id)))


@router.callback_query(AskMemberAtWindow.filter())
@allowed(CLERKS)
async def ask_at_window(query: CallbackQuery, callback_data: AskMemberAtWindow, talk: Talk) -> None:
    await _ask_at_window(talk, callback_data.order_id)


@router.message(Awaits(AT_WINDOW))
@allowed(CLERKS)
async def said_at_window(message: Message, talk: Talk) -> None:
    """A number, a telephone, or the link that a member shows or sends."""
    order_id, said = _about(talk), message.text or ""
    opened = opened_code(said)
    try:
        if isinstance(opened, Opened) and opened.kind is CodeKind.MEMBERSHIP:
            ids = [opened.id]
        else:
            ids = await talk.write(LookUpMembers(talk.actor.person_id, order_id, said))
        if len(ids) == 1:
            await _use_at_window(talk, order_id, ids[0])
            return
    except BadInput as error:
        await _ask_at_window(talk, order_id, escaped(sentence(error, talk.t)))
        return
    if not ids:
        await _ask_at_window(talk, order_id, talk.t("No membership is found under this."))
        return
    await talk.show(choose_member_screen(talk.t, await _found(talk, order_id, ids)))


@router.callback_query(ChooseMemberAtWindow.filter())
@allowed(CLERKS)
async def choose_at_window(query: CallbackQuery, callback_data: ChooseMemberAtWindow, talk: Talk) -> None:
    try:
        await _use_at_window(talk, callback_data.order_id, callback_data.membership_id)
    except BadInput as error:
        await _ask_at_window(talk, callback_data.order_id, escaped(sentence(error, talk.t)))


async def _use_at_window(talk: Talk, order_id: int, membership_id: int) -> None:
    await talk.write(UseMembershipAtWindow(talk.actor.person_id, order_id, membership_id))
    await show_window_order(talk, order_id)


async def _ask_at_window(talk: Talk, order_id: int, note: str = "") -> None:
    await _found(talk, order_id)  # another clerk's order is not found
    screen = ask_member_screen(talk.t, order_id)
    await talk.show(screen.with_note(note) if note else screen)
    talk.conversation.data[_ABOUT] = order_id
    talk.conversation.await_text(AT_WINDOW)


async def _found(talk: Talk, order_id: int, ids: Sequence[int] = ()) -> FoundMembers:
    return await talk.read(FindMembersAtWindow(talk.actor.person_id, order_id, tuple(ids)))


async def open_membership(talk: Talk, membership_id: int) -> None:
    """Where its link leads. Raises NotFound, LinkSpent."""
    facts = await talk.read(FindMembership(talk.actor.person_id, membership_id))
    await talk.show(membership_screen(talk.t, facts))
    talk.conversation.data[_OPENED] = membership_id


def read_tier(text: str, venue: Venue) -> MemberTier:
    """``Friends 20% 2`` or ``Friends A=300 B=200 2``. Raises BadInput."""
    name, *less, most = [*text.split()[:_WORDS_MOST], "", ""][: max(3, len(text.split()[:_WORDS_MOST]))]
    if not less or not (most.isascii() and most.isdecimal()):
        raise BadInput("bad_code")
    share = less[0].rstrip("%％")
    if len(less) == 1 and share != less[0]:
        percent = int(share) if share.isascii() and share.isdecimal() and len(share) < 4 else 0
        return MemberTier(0, venue.id, name, percent, {}, int(most[:4]))
    pairs = [word.partition("=") for word in less]
    if not all(category and sign for category, sign, _ in pairs):
        raise BadInput("bad_code")
    prices = {category: read_sum(price, venue.currency) for category, _, price in pairs}
    return MemberTier(0, venue.id, name, 0, prices, int(most[:4]))


async def _show_tier(talk: Talk, tier_id: int, only: Sequence[int] = ()) -> None:
    facts = await talk.read(FindTier(talk.actor.person_id, tier_id, tuple(only)))
    screen = tier_screen(talk.t, facts, talk.links)
    await talk.show(screen.with_note(bold(talk.t("Send each member their link."))) if only else screen)


async def _ask_tier(talk: Talk, venue: Venue, error: BadInput | None = None) -> None:
    await _show_question(talk, TIER, venue.id, new_tier_screen(talk.t, venue), error)


async def _ask_members(talk: Talk, tier_id: int, error: BadInput | None = None) -> None:
    facts = await talk.read(FindTier(talk.actor.person_id, tier_id))
    await _show_question(talk, GRANT, tier_id, members_screen(talk.t, facts.tier), error)


async def _show_question(talk: Talk, state: str, about: int, screen: Screen, error: BadInput | None) -> None:
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = about
    talk.conversation.await_text(state)


def _about(talk: Talk) -> int:
    """Raises Stale."""
    about = talk.conversation.data.get(_ABOUT)
    if not isinstance(about, int):
        raise Stale
    return about
