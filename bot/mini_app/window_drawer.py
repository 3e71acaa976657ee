"""The drawer on the window's page: opened, paid out of, counted, signed for, by the use cases of the chat."""

from __future__ import annotations

from bot.mini_app import fields
from bot.mini_app.pages import Json, Visit
from bot.mini_app.window_answers import TEXT_MOST, me, order_answer
from domain.errors import NotFound
from domain.payments.drawer import CloseDrawer, OpenDrawer, PayOut, SignForDrawer
from handlers.ticketing.window import page_drawer_views as views
from handlers.ticketing.window.queries import FindDrawer, LookAtDrawers
from handlers.ticketing.window.sums import read_sum


async def look(visit: Visit) -> Json:
    return await _drawers(visit)


async def open_drawer(visit: Visit) -> Json:
    """With an order that waits for its cash, the page goes on with it."""
    venue_id = fields.number(visit.body.get("venue_id"))
    facts = await visit.read(LookAtDrawers(me(visit)))
    venue = next((venue for venue in facts.venues if venue.id == venue_id), None)
    if venue is None:
        raise NotFound
    await visit.once("open_drawer", OpenDrawer(me(visit), venue.id, _sum(visit, venue.currency)))
    if visit.body.get("order_id") is not None:
        return await order_answer(visit, fields.number(visit.body["order_id"]))
    return await _drawers(visit)


async def pay_out(visit: Visit) -> Json:
    minor = _sum(visit, await _currency(visit))
    reason = fields.text(visit.body.get("reason"), TEXT_MOST)
    await visit.once("pay_out", PayOut(me(visit), minor, reason))
    return await _drawers(visit)


async def count(visit: Visit) -> Json:
    counted = CloseDrawer(me(visit), _sum(visit, await _currency(visit)))
    drawer_id = await visit.once("count", counted)
    facts = await visit.read(FindDrawer(me(visit), drawer_id))
    return {**await _drawers(visit), "closed": views.closed(visit.t, facts)}


async def sign(visit: Visit) -> Json:
    await visit.once("sign", SignForDrawer(me(visit), fields.number(visit.body.get("drawer_id"))))
    return {**await _drawers(visit), "said": visit.t.plain("Signed. The drawer is yours now.")}


CALLS = {
    "GET drawer": look,
    "POST open_drawer": open_drawer,
    "POST pay_out": pay_out,
    "POST count": count,
    "POST sign": sign,
}


async def _drawers(visit: Visit) -> Json:
    facts = await visit.read(LookAtDrawers(me(visit)))
    due = facts.own.due if facts.own else None
    return {"drawers": views.drawers(visit.t, facts), "bar": views.bar(visit.t, due)}


async def _currency(visit: Visit) -> str:
    """Of the drawer that the page shows: asked again after a lost answer, it may be closed already."""
    facts = await visit.read(FindDrawer(me(visit), fields.number(visit.body.get("drawer_id"))))
    return facts.due.currency


def _sum(visit: Visit, currency: str) -> int:
    return read_sum(fields.text(visit.body.get("sum"), TEXT_MOST), currency)
