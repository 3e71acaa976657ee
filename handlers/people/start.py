"""Coming in: the language first, then home or where the link leads."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, Message

from domain.codes import CodeKind, Opened
from domain.errors import Stale
from domain.people.usecases import ChooseLanguage, actor_of
from handlers.admission.links import scan_link
from handlers.payments.together_routes import open_seat
from handlers.payments.vouchers.routes import open_voucher
from handlers.people.callbacks import PickLanguage
from handlers.people.menu import offer_own_menu
from handlers.people.showing import show_first, show_home
from handlers.people.team_routes import show_opened_invitation
from handlers.people.views import not_ours_screen
from handlers.programme.event_routes import ORIGIN, show_event, show_showing
from handlers.ticketing.groups.routes import open_group, open_handout
from handlers.ticketing.links import open_hand_on, open_ticket_link
from handlers.ticketing.members.routes import open_membership
from handlers.ui.i18n import LOCALES
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.start import Forged, opened_code
from handlers.ui.talk import Talk

router = Router(name="people.start")

#: Kept in the conversation until a language is chosen: the start text that brought the person here, codes opened.
CAME_BY = "people.came_by"
_MOST_TEXT = 80


@router.message(CommandStart())
@allowed(EVERYBODY)
async def command_start(message: Message, talk: Talk) -> None:
    text = (message.text or "")[:_MOST_TEXT]
    talk.conversation.reset()
    if talk.actor.locale is None:
        talk.conversation.data[CAME_BY] = text
        await show_first(talk)
        return
    await offer_own_menu(talk)
    await _go(talk, text)


@router.callback_query(PickLanguage.filter())
@allowed(EVERYBODY)
async def pick_language(query: CallbackQuery, callback_data: PickLanguage, talk: Talk) -> None:
    if callback_data.locale not in LOCALES:
        raise Stale
    await talk.write(ChooseLanguage(talk.actor.person_id, callback_data.locale))
    talk.actor = await talk.read(lambda tx: actor_of(tx, talk.actor.person_id))
    await offer_own_menu(talk)
    await _go(talk, str(talk.conversation.data.pop(CAME_BY, "")))


async def follow(talk: Talk, code: Opened | Forged) -> None:
    """Where a link leads. A ticket's link is a scan for those at the door, and a ticket for everybody else."""
    talk.conversation.data.pop(ORIGIN, None)
    if isinstance(code, Forged):
        if not await scan_link(talk, code):
            await talk.show(not_ours_screen(talk.t))
        return
    match code.kind:
        case CodeKind.EVENT:
            await show_event(talk, code.id)
        case CodeKind.PERFORMANCE:
            await show_showing(talk, code.id)
        case CodeKind.HAND_ON:
            await open_hand_on(talk, code.id)
        case CodeKind.SEAT:
            await open_seat(talk, code.id)
        case CodeKind.VOUCHER:
            await open_voucher(talk, code.id)
        case CodeKind.MEMBERSHIP:
            await open_membership(talk, code.id)
        case CodeKind.GROUP:
            await open_group(talk, code.id)
        case CodeKind.HANDOUT:
            await open_handout(talk, code.id)
        case CodeKind.INVITATION:
            await show_opened_invitation(talk, code.id)
        case CodeKind.TICKET | CodeKind.PARTY:
            if not await scan_link(talk, code):
                await open_ticket_link(talk, code.id)


async def _go(talk: Talk, start_text: str) -> None:
    code = opened_code(start_text)
    if code is None:
        await show_home(talk)
    else:
        await follow(talk, code)
