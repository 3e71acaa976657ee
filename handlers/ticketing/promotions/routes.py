"""Typing a promotion code, making one, withdrawing it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, Stale
from domain.people.model import Role
from domain.programme.model import Venue
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.promotions import AddPromotion, UsePromotion, UsePromotionAtWindow, WithdrawPromotion, clean_code
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.promotions.callbacks import AskCode, AskCodeAtWindow, NewCode, OpenCode, OpenCodes, WithdrawCode
from handlers.ticketing.promotions.queries import FindCode, FindCodes, FindPerformanceByKey, FindVenueFor
from handlers.ticketing.promotions.views import (
    ask_code_at_window_screen,
    ask_code_screen,
    code_screen,
    codes_screen,
    new_code_screen,
)
from handlers.ticketing.queries import FindOrder
from handlers.ticketing.window.queries import FindWindowOrder
from handlers.ticketing.window.showing import show_window_order
from handlers.ticketing.window.sums import read_sum
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import EVERYBODY, Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.promotions")

MANAGERS = frozenset({Role.MANAGER})
CLERKS = frozenset({Role.BOX_OFFICE})
CODE, AT_WINDOW, NEW = "promotion.code", "promotion.window", "promotion.new"
#: Kept in the conversation: the order, or the venue, that the awaited text is about.
_ABOUT = "promotion.about"
_WORDS_MOST = 20


@router.callback_query(AskCode.filter())
@allowed(EVERYBODY)
async def ask_code(query: CallbackQuery, callback_data: AskCode, talk: Talk) -> None:
    await _ask_code(talk, callback_data.order_id)


@router.message(Awaits(CODE))
@allowed(EVERYBODY)
async def code_typed(message: Message, talk: Talk) -> None:
    order_id = _about(talk)
    try:
        await talk.write(UsePromotion(talk.actor.person_id, order_id, message.text or ""))
    except BadInput as error:
        await _ask_code(talk, order_id, error)
        return
    await show_order(talk, order_id)


@router.callback_query(AskCodeAtWindow.filter())
@allowed(CLERKS)
async def ask_code_at_window(query: CallbackQuery, callback_data: AskCodeAtWindow, talk: Talk) -> None:
    await _ask_at_window(talk, callback_data.order_id)


@router.message(Awaits(AT_WINDOW))
@allowed(CLERKS)
async def code_typed_at_window(message: Message, talk: Talk) -> None:
    order_id = _about(talk)
    try:
        await talk.write(UsePromotionAtWindow(talk.actor.person_id, order_id, message.text or ""))
    except BadInput as error:
        await _ask_at_window(talk, order_id, error)
        return
    await show_window_order(talk, order_id)


@router.message(Command("codes"))
@allowed(MANAGERS)
async def command_codes(message: Message, talk: Talk) -> None:
    await talk.show(codes_screen(talk.t, await talk.read(FindCodes(talk.actor.person_id))))


@router.callback_query(OpenCodes.filter())
@allowed(MANAGERS)
async def open_codes(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(codes_screen(talk.t, await talk.read(FindCodes(talk.actor.person_id))))


@router.callback_query(OpenCode.filter())
@allowed(MANAGERS)
async def open_code(query: CallbackQuery, callback_data: OpenCode, talk: Talk) -> None:
    await _show_code(talk, callback_data.promotion_id)


@router.callback_query(NewCode.filter())
@allowed(MANAGERS)
async def new_code(query: CallbackQuery, callback_data: NewCode, talk: Talk) -> None:
    await _ask_new(talk, await talk.read(FindVenueFor(talk.actor.person_id, callback_data.venue_id)))


@router.message(Awaits(NEW))
@allowed(MANAGERS)
async def new_code_typed(message: Message, talk: Talk) -> None:
    venue = await talk.read(FindVenueFor(talk.actor.person_id, _about(talk)))
    try:
        promotion = await _read(talk, venue, message.text or "")
        promotion_id = await talk.write(AddPromotion(talk.actor.person_id, promotion))
    except BadInput as error:
        await _ask_new(talk, venue, error)
        return
    await _show_code(talk, promotion_id)


@router.callback_query(WithdrawCode.filter())
@allowed(MANAGERS)
async def withdraw(query: CallbackQuery, callback_data: WithdrawCode, talk: Talk) -> None:
    await _show_code(talk, await talk.write(WithdrawPromotion(talk.actor.person_id, callback_data.promotion_id)))


def last_day(text: str, venue: Venue) -> datetime:
    """The end of it: the last day counts whole, in the house's zone. Raises BadInput."""
    try:
        last = datetime.fromisoformat(text).replace(hour=0, minute=0, tzinfo=ZoneInfo(venue.timezone))
        return (last + timedelta(days=1)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("bad_code") from None


async def _read(talk: Talk, venue: Venue, text: str) -> Promotion:
    """Raises BadInput. The last day counts whole, in the house's zone."""
    words = text.split()[:_WORDS_MOST]
    if len(words) < 5:
        raise BadInput("bad_code")
    code, off, uses, own, day, *only = words
    share = off.rstrip("%％")
    percent = int(share) if share != off and share.isascii() and share.isdecimal() else 0
    minor = 0 if share != off else read_sum(off, venue.currency)
    first, _, day = day.rpartition("..")
    try:
        zone = ZoneInfo(venue.timezone)
        starts = datetime.fromisoformat(first).replace(hour=0, minute=0, tzinfo=zone) if first else None
        counts = int(uses), int(own)
    except ValueError:
        raise BadInput("bad_code") from None
    found = [await talk.read(FindPerformanceByKey(venue.id, name)) for name in only]
    return Promotion(
        id=0,
        venue_id=venue.id,
        code=clean_code(code),
        percent=percent,
        minor=minor,
        currency=venue.currency,
        uses=counts[0],
        per_person=counts[1],
        starts_at=starts.astimezone(UTC) if starts else None,
        valid_until=last_day(day, venue),
        performances=tuple(id for id in found if id is not None),
        categories=tuple(name for name, id in zip(only, found, strict=True) if id is None),
    )


async def _show_code(talk: Talk, promotion_id: int) -> None:
    await talk.show(code_screen(talk.t, await talk.read(FindCode(talk.actor.person_id, promotion_id))))


async def _ask_code(talk: Talk, order_id: int, error: BadInput | None = None) -> None:
    await talk.read(FindOrder(talk.actor.person_id, order_id))  # somebody else's is not found
    screen = ask_code_screen(talk.t, order_id)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = order_id
    talk.conversation.await_text(CODE)


async def _ask_at_window(talk: Talk, order_id: int, error: BadInput | None = None) -> None:
    await talk.read(FindWindowOrder(talk.actor.person_id, order_id))
    screen = ask_code_at_window_screen(talk.t, order_id)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = order_id
    talk.conversation.await_text(AT_WINDOW)


async def _ask_new(talk: Talk, venue: Venue, error: BadInput | None = None) -> None:
    screen = new_code_screen(talk.t, venue)
    await talk.show(screen.with_note(escaped(sentence(error, talk.t))) if error else screen)
    talk.conversation.data[_ABOUT] = venue.id
    talk.conversation.await_text(NEW)


def _about(talk: Talk) -> int:
    """Raises Stale."""
    about = talk.conversation.data.get(_ABOUT)
    if not isinstance(about, int):
        raise Stale
    return about
