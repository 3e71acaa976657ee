"""Blocks on the window's page: set aside, released, sold from, by the use cases of the chat."""

from __future__ import annotations

from bot.mini_app import fields
from bot.mini_app.pages import Json, Visit
from bot.mini_app.window_answers import chosen_places, me, order_answer
from domain.errors import BadInput
from domain.ticketing.blocking import BlockPlaces, ReleaseBlock, SellFromBlock
from domain.ticketing.model import BlockReason
from handlers.ticketing.window.block_views import RELEASES, released_at
from handlers.ticketing.window.callbacks import NEVER
from handlers.ticketing.window.page_block_views import blocks, set_aside
from handlers.ticketing.window.page_queries import FindBlockDesk
from handlers.ticketing.window.page_views import hall

_WHERE_MOST, _NOTE_MOST, _AT_ONCE = 500, 200, 200


async def look(visit: Visit) -> Json:
    return await _blocks(visit)


async def block(visit: Visit) -> Json:
    desk = await visit.read(FindBlockDesk(me(visit), _performance_id(visit)))
    blocked = BlockPlaces(
        me(visit),
        _performance_id(visit),
        fields.text(visit.body.get("where"), _WHERE_MOST),
        _reason(visit),
        fields.text(visit.body.get("note"), _NOTE_MOST),
        released_at(desk.blocks, _hours(visit)),
        chosen_places(visit, desk.sale.performance.capacity),
    )
    await visit.once("block", blocked)
    return {**await _blocks(visit), "said": set_aside(visit.t)}


async def release(visit: Visit) -> Json:
    """One or several, all or none."""
    said = visit.body.get("block_ids")
    if not isinstance(said, list) or not 0 < len(said) <= _AT_ONCE:
        raise BadInput("form")
    releases = [ReleaseBlock(me(visit), id) for id in sorted({fields.number(id) for id in said})]
    await visit.once("release", lambda tx: [one(tx) for one in releases])
    return {**await _blocks(visit), "said": visit.t.plain("What was left is on sale again.")}


async def sell(visit: Visit) -> Json:
    block_id, count = (fields.number(visit.body.get(name)) for name in ("block_id", "count"))
    return await order_answer(visit, await visit.once("sell", SellFromBlock(me(visit), block_id, count)))


CALLS = {"POST blocks": look, "POST block": block, "POST release": release, "POST sell": sell}


async def _blocks(visit: Visit) -> Json:
    desk = await visit.read(FindBlockDesk(me(visit), _performance_id(visit)))
    return {"hall": hall(visit.t, desk.sale), "desk": blocks(visit.t, desk, visit.foyer.links)}


def _performance_id(visit: Visit) -> int:
    return fields.number(visit.body.get("performance_id"))


def _reason(visit: Visit) -> BlockReason:
    try:
        return BlockReason(str(visit.body.get("reason")))
    except ValueError:
        raise BadInput("form") from None


def _hours(visit: Visit) -> int:
    said = str(visit.body.get("hours"))
    found = next((hours for hours in (NEVER, *RELEASES) if said == str(hours)), None)
    if found is None:
        raise BadInput("form")
    return found
