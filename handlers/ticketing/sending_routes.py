"""Keeping tickets outside the chat: paper, calendar, wallet, mail. Everything again on demand."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, NotFound
from domain.ticketing.mail import ConfirmAddress, ForgetAddress, GiveAddress, GiveCalendar, MailTickets
from handlers.ticketing.callbacks import (
    ChangeAddress,
    DropAddress,
    Keep,
    KeepCalendar,
    KeepMail,
    KeepPaper,
    KeepPass,
)
from handlers.ticketing.paper import ticket_file
from handlers.ticketing.sending_files import calendar_document, wallet_document
from handlers.ticketing.sending_queries import FindAddress, FindKeep, KeepFacts
from handlers.ticketing.sending_views import (
    ask_address_screen,
    ask_code_screen,
    keep_screen,
    on_its_way_screen,
    why_not,
)
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.sending")

ADDRESS = "ticketing.mail_address"
CODE = "ticketing.mail_code"
#: Kept in the conversation: the performance whose tickets are to go to the address that is being given.
FOR = "ticketing.mail_for"


@router.callback_query(Keep.filter())
@allowed(EVERYBODY)
async def keep(query: CallbackQuery, callback_data: Keep, talk: Talk) -> None:
    await _show_keep(talk, callback_data.performance_id)


@router.callback_query(KeepPaper.filter())
@allowed(EVERYBODY)
async def keep_paper(query: CallbackQuery, callback_data: KeepPaper, talk: Talk) -> None:
    facts = await _facts(talk, callback_data.performance_id)
    await talk.send(ticket_file(talk.t, facts.prints, talk.links))
    await talk.show(keep_screen(talk.t, facts, talk.offers))


@router.callback_query(KeepCalendar.filter())
@allowed(EVERYBODY)
async def keep_calendar(query: CallbackQuery, callback_data: KeepCalendar, talk: Talk) -> None:
    await talk.write(GiveCalendar(talk.actor.person_id, callback_data.performance_id))
    facts = await _facts(talk, callback_data.performance_id)
    await talk.send(calendar_document(talk.t, facts, talk.links))
    await talk.show(keep_screen(talk.t, facts, talk.offers))


@router.callback_query(KeepPass.filter())
@allowed(EVERYBODY)
async def keep_pass(query: CallbackQuery, callback_data: KeepPass, talk: Talk) -> None:
    if not talk.offers.wallet:
        raise NotFound
    facts = await _facts(talk, callback_data.performance_id)
    await talk.send(wallet_document(talk.t, facts, talk.links))
    await talk.show(keep_screen(talk.t, facts, talk.offers))


@router.callback_query(KeepMail.filter())
@allowed(EVERYBODY)
async def keep_mail(query: CallbackQuery, callback_data: KeepMail, talk: Talk) -> None:
    _check_mail(talk)
    address = await talk.read(FindAddress(talk.actor.person_id))
    if address is None or address.confirmed_at is None:
        await _ask_address(talk, callback_data.performance_id)
    else:
        await _mail(talk, callback_data.performance_id)


@router.callback_query(ChangeAddress.filter())
@allowed(EVERYBODY)
async def change_address(query: CallbackQuery, callback_data: ChangeAddress, talk: Talk) -> None:
    _check_mail(talk)
    await _ask_address(talk, callback_data.performance_id)


@router.callback_query(DropAddress.filter())
@allowed(EVERYBODY)
async def drop_address(query: CallbackQuery, callback_data: DropAddress, talk: Talk) -> None:
    await talk.write(ForgetAddress(talk.actor.person_id))
    await talk.toast(talk.t.plain("Your address is forgotten."))
    await _show_keep(talk, callback_data.performance_id)


@router.message(Awaits(ADDRESS))
@allowed(EVERYBODY)
async def address_given(message: Message, talk: Talk) -> None:
    try:
        await talk.write(GiveAddress(talk.actor.person_id, message.text or ""))
    except BadInput as error:
        await _ask_address(talk, _performance_id(talk), sentence(error, talk.t))
        return
    await _ask_code(talk)


@router.message(Awaits(CODE))
@allowed(EVERYBODY)
async def code_given(message: Message, talk: Talk) -> None:
    outcome = await talk.write(ConfirmAddress(talk.actor.person_id, message.text or ""))
    if outcome == "wrong":
        await _ask_code(talk, why_not(talk.t, outcome))
    elif outcome:
        await _ask_address(talk, _performance_id(talk), why_not(talk.t, outcome))
    else:
        await _mail(talk, _performance_id(talk))


async def _show_keep(talk: Talk, performance_id: int) -> None:
    await talk.show(keep_screen(talk.t, await _facts(talk, performance_id), talk.offers))


async def _mail(talk: Talk, performance_id: int) -> None:
    await talk.write(MailTickets(talk.actor.person_id, performance_id))
    facts = await _facts(talk, performance_id)
    await talk.show(on_its_way_screen(talk.t, facts, facts.address.address if facts.address else ""))


async def _ask_address(talk: Talk, performance_id: int, wrong: str = "") -> None:
    await _facts(talk, performance_id)  # there is something to send
    address = await talk.read(FindAddress(talk.actor.person_id))
    await talk.show(ask_address_screen(talk.t, performance_id, has_one=address is not None, wrong=wrong))
    talk.conversation.data[FOR] = performance_id
    talk.conversation.await_text(ADDRESS)


async def _ask_code(talk: Talk, wrong: str = "") -> None:
    address = await talk.read(FindAddress(talk.actor.person_id))
    if address is None:
        raise NotFound
    await talk.show(ask_code_screen(talk.t, _performance_id(talk), address.address, wrong))
    talk.conversation.await_text(CODE)


async def _facts(talk: Talk, performance_id: int) -> KeepFacts:
    return await talk.read(FindKeep(talk.actor.person_id, performance_id))


def _performance_id(talk: Talk) -> int:
    return int(talk.conversation.data.get(FOR, 0))


def _check_mail(talk: Talk) -> None:
    """A button from before the house switched its mail off."""
    if not talk.offers.mail:
        raise NotFound
