"""Blocks: set aside, released, sold from."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from domain.errors import BadInput, Stale
from domain.people.model import Role
from domain.ticketing.blocking import BlockPlaces, ReleaseBlock, SellFromBlock
from domain.ticketing.model import BlockReason
from handlers.ticketing.window.block_views import (
    RELEASES,
    block_screen,
    blocks_screen,
    places_screen,
    reasons_screen,
    released_at,
    releases_screen,
)
from handlers.ticketing.window.callbacks import (
    NEVER,
    AskPlaces,
    ChooseReason,
    ChooseRelease,
    FreeBlock,
    OpenBlock,
    OpenBlocks,
    SellBlock,
)
from handlers.ticketing.window.queries import BlocksFacts, FindBlock, FindBlocks, FindSaleOfOrder
from handlers.ticketing.window.showing import begin_sale, show_window_order
from handlers.ticketing.wording import escaped
from handlers.ui.replies import sentence
from handlers.ui.routing import Awaits, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.blocks")

CLERKS = frozenset({Role.BOX_OFFICE})
PLACES = "window.places"
#: Kept in the conversation: performance, reason and hours of the block whose places are awaited.
_BLOCK = "window.block"


@router.callback_query(OpenBlocks.filter())
@allowed(CLERKS)
async def open_blocks(query: CallbackQuery, callback_data: OpenBlocks, talk: Talk) -> None:
    await _show_blocks(talk, callback_data.performance_id)


@router.callback_query(OpenBlock.filter())
@allowed(CLERKS)
async def open_block(query: CallbackQuery, callback_data: OpenBlock, talk: Talk) -> None:
    await talk.show(
        block_screen(talk.t, await talk.read(FindBlock(talk.actor.person_id, callback_data.block_id)), talk.links)
    )


@router.callback_query(ChooseReason.filter())
@allowed(CLERKS)
async def choose_reason(query: CallbackQuery, callback_data: ChooseReason, talk: Talk) -> None:
    await talk.show(reasons_screen(talk.t, await _blocks(talk, callback_data.performance_id)))


@router.callback_query(ChooseRelease.filter())
@allowed(CLERKS)
async def choose_release(query: CallbackQuery, callback_data: ChooseRelease, talk: Talk) -> None:
    facts = await _blocks(talk, callback_data.performance_id)
    await talk.show(releases_screen(talk.t, facts, callback_data.reason))


@router.callback_query(AskPlaces.filter())
@allowed(CLERKS)
async def ask_places(query: CallbackQuery, callback_data: AskPlaces, talk: Talk) -> None:
    if callback_data.hours not in (NEVER, *RELEASES):
        raise Stale
    await _ask(talk, await _blocks(talk, callback_data.performance_id), callback_data.reason, callback_data.hours)


@router.message(Awaits(PLACES))
@allowed(CLERKS)
async def places_said(message: Message, talk: Talk) -> None:
    kept = talk.conversation.data.get(_BLOCK)
    if not kept:
        raise Stale
    facts, reason, hours = await _blocks(talk, kept["performance"]), BlockReason(kept["reason"]), int(kept["hours"])
    where, _, note = (message.text or "").replace("：", ":").partition(":")
    until = released_at(facts, hours)
    blocked = BlockPlaces(talk.actor.person_id, facts.showing.performance.id, where, reason, note, until)
    try:
        block_id = await talk.write(blocked)
    except BadInput as error:
        await _ask(talk, facts, reason, hours, escaped(sentence(error, talk.t)))
        return
    await talk.show(block_screen(talk.t, await talk.read(FindBlock(talk.actor.person_id, block_id)), talk.links))


@router.callback_query(FreeBlock.filter())
@allowed(CLERKS)
async def free_block(query: CallbackQuery, callback_data: FreeBlock, talk: Talk) -> None:
    performance_id = await talk.write(ReleaseBlock(talk.actor.person_id, callback_data.block_id))
    await talk.toast(talk.t.plain("What was left is on sale again."))
    await _show_blocks(talk, performance_id)


@router.callback_query(SellBlock.filter())
@allowed(CLERKS)
async def sell_block(query: CallbackQuery, callback_data: SellBlock, talk: Talk) -> None:
    sold = SellFromBlock(talk.actor.person_id, callback_data.block_id, callback_data.count)
    order_id = await talk.write(sold)
    begin_sale(talk, await talk.read(FindSaleOfOrder(talk.actor.person_id, order_id)))
    await show_window_order(talk, order_id)


async def _blocks(talk: Talk, performance_id: int) -> BlocksFacts:
    return await talk.read(FindBlocks(talk.actor.person_id, performance_id))


async def _show_blocks(talk: Talk, performance_id: int) -> None:
    await talk.show(blocks_screen(talk.t, await _blocks(talk, performance_id)))


async def _ask(talk: Talk, facts: BlocksFacts, reason: BlockReason, hours: int, note: str = "") -> None:
    screen = places_screen(talk.t, facts, reason, hours)
    await talk.show(screen.with_note(note) if note else screen)
    kept = {"performance": facts.showing.performance.id, "reason": reason.value, "hours": hours}
    talk.conversation.data[_BLOCK] = kept
    talk.conversation.await_text(PLACES)
