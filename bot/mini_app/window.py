"""The window as a page: the clerk sells by the very use cases of the chat; there is no second rule."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.adapters.files import Files
from bot.mini_app import fields, window_blocks, window_drawer, window_members
from bot.mini_app.pages import Json, Page, Paper, Visit, address_of_paper, open_tab
from bot.mini_app.window_answers import TEXT_MOST, chosen_places, me, order_answer
from domain.errors import BadInput, LimitExceeded
from domain.money import Money
from domain.payments.vouchers import UseVoucherAtWindow
from domain.people.model import Actor, Role
from domain.ports import Tx
from domain.ticketing.party import Party
from domain.ticketing.promotions import UsePromotionAtWindow
from domain.ticketing.reserving import LookUpReservations
from domain.ticketing.window import BeginSale, HoldAtWindow, StopSale
from domain.ticketing.window_paying import GiveComplimentary, TakeCard, TakeCash, TakeNothing, VoidSale
from handlers.ticketing.holds import best_hold, places_hold
from handlers.ticketing.packing import unpack_party
from handlers.ticketing.paper import ticket_file
from handlers.ticketing.picks import Picks
from handlers.ticketing.queries import SaleFacts
from handlers.ticketing.window import page_views as views
from handlers.ticketing.window.page_queries import FindCounter, FindCounterOfOrder
from handlers.ticketing.window.page_words import page_words
from handlers.ticketing.window.queries import (
    FindLastSold,
    FindOrders,
    FindPrints,
    FindSaleOfOrder,
    FindWindowOrder,
    LookAtWindow,
)
from handlers.ticketing.window.sums import read_contact, read_sum
from handlers.ticketing.window.views import change_note, orders_screen
from handlers.ui.files import MonthBook
from handlers.ui.i18n import Html, texts
from handlers.ui.paper import PaperSize

_PARTY_MOST = 60


def bind(tx: Tx, actor: Actor) -> str:
    """Raises NotAllowed for whoever works at no window."""
    actor.require(Role.BOX_OFFICE)
    return ""


async def start(visit: Visit) -> Json:
    return {"words": page_words(visit.t), **await _window(visit, 0)}


async def on(visit: Visit) -> Json:
    page = visit.body.get("page")
    return await _window(visit, fields.number(page) if page else 0)


async def begin(visit: Visit) -> Json:
    """The next customer, and the hall that they choose in."""
    begun = BeginSale(me(visit), fields.number(visit.body.get("performance_id")))
    facts = await visit.read(FindCounter(me(visit), await visit.once("begin", begun)))
    return {"hall": views.hall(visit.t, facts), "sale": _sale(visit, facts)}


async def other_seats(visit: Visit) -> Json:
    """The same customer chooses anew; what they hold is chosen already."""
    facts = await visit.read(FindCounterOfOrder(me(visit), _order_id(visit)))
    return {"hall": views.hall(visit.t, facts), "sale": views.sale(visit.t, facts, None, Picks(facts.held))}


async def look(visit: Visit) -> Json:
    """How the sale stands; and what it would be with this party and these seats."""
    return {"sale": _sale(visit, await _counter(visit))}


async def hold(visit: Visit) -> Json:
    facts, party = await _counter(visit), _party(visit) or Party(())
    places = _places(visit, facts)
    if places or visit.body.get("category") is None:
        wanted = HoldAtWindow(me(visit), facts.sale_id or 0, places_hold(facts, party, places))
    else:
        best = best_hold(facts, party, _category(visit.body["category"]))
        wanted = HoldAtWindow(me(visit), facts.sale_id or 0, best)
    return await order_answer(visit, await visit.once("hold", wanted))


async def order(visit: Visit) -> Json:
    return await order_answer(visit, _order_id(visit))


async def cash(visit: Visit) -> Json:
    order_id = _order_id(visit)
    before = await visit.read(FindWindowOrder(me(visit), order_id))
    currency = before.order.order.total.currency
    if visit.body.get("given_minor") is not None:
        given = fields.number(visit.body["given_minor"])
    else:
        given = read_sum(fields.text(visit.body.get("given"), TEXT_MOST), currency)
    sold = await visit.once("cash", TakeCash(me(visit), order_id, given))
    return await order_answer(visit, order_id, change_note(visit.t, Money(sold["change_minor"], currency)))


async def card(visit: Visit) -> Json:
    taken = TakeCard(me(visit), _order_id(visit), fields.text(visit.body.get("reference"), TEXT_MOST))
    return await order_answer(visit, await visit.once("card", taken))


async def free(visit: Visit) -> Json:
    return await order_answer(visit, await visit.once("free", TakeNothing(me(visit), _order_id(visit))))


async def complimentary(visit: Visit) -> Json:
    given = GiveComplimentary(me(visit), _order_id(visit), fields.text(visit.body.get("reason"), TEXT_MOST))
    return await order_answer(visit, await visit.once("complimentary", given))


async def code(visit: Visit) -> Json:
    """Of a promotion."""
    said = fields.text(visit.body.get("code"), TEXT_MOST)
    return await order_answer(visit, await visit.once("code", UsePromotionAtWindow(me(visit), _order_id(visit), said)))


async def voucher(visit: Visit) -> Json:
    said = fields.text(visit.body.get("code"), TEXT_MOST)
    return await order_answer(visit, await visit.once("voucher", UseVoucherAtWindow(me(visit), _order_id(visit), said)))


async def contact(visit: Visit) -> Json:
    said = fields.text(visit.body.get("text"), TEXT_MOST)
    if not said.strip():
        raise BadInput("too_short")
    return await order_answer(visit, await visit.once("contact", read_contact(me(visit), _order_id(visit), said)))


async def stop(visit: Visit) -> Json:
    sale_id = await visit.read(FindSaleOfOrder(me(visit), _order_id(visit)))
    await visit.once("stop", StopSale(me(visit), sale_id))
    return await _window(visit, 0)


async def void(visit: Visit) -> Json:
    order_id = await visit.once("void", VoidSale(me(visit), _order_id(visit)))
    return await order_answer(visit, order_id, visit.t("Taken back."))


async def find(visit: Visit) -> Json:
    """Reservations. Whose names were shown is on record."""
    asked = LookUpReservations(me(visit), fields.text(visit.body.get("text"), 80))
    found = await visit.read(FindOrders(me(visit), tuple(await visit.once("find", asked))))
    return {"orders": views.orders(visit.t, found, orders_screen(visit.t, "", found, Html(""), ""))}


async def sold(visit: Visit) -> Json:
    found = await visit.read(FindLastSold(me(visit)))
    return {"orders": views.orders(visit.t, found, orders_screen(visit.t, "", found, Html(""), ""))}


async def print_tickets(visit: Visit) -> Json:
    """Where the file is to be had, for a few minutes."""
    order_id, size = _order_id(visit), _size(visit.body.get("size"))
    await visit.read(FindPrints(me(visit), order_id))
    return {"url": address_of_paper(visit, f"{order_id}:{size.value}")}


async def make_paper(visit: Visit, what: str) -> Paper:
    order_id, _, size = what.partition(":")
    facts = await visit.read(FindPrints(me(visit), int(order_id)))
    file = ticket_file(texts(visit.session.locale), facts, visit.foyer.links, PaperSize(size))
    assert not isinstance(file.content, MonthBook), "books go to the chat"
    content = await asyncio.to_thread(Files().make, file.content)
    return Paper(file.name, content, "application/pdf")


PAGE = Page(
    "window",
    Path(__file__).with_name("window_page"),
    bind,
    {
        "GET start": start,
        "POST on": on,
        "POST begin": begin,
        "POST other": other_seats,
        "POST look": look,
        "POST hold": hold,
        "POST order": order,
        "POST cash": cash,
        "POST card": card,
        "POST free": free,
        "POST complimentary": complimentary,
        "POST code": code,
        "POST voucher": voucher,
        "POST contact": contact,
        "POST stop": stop,
        "POST void": void,
        "POST find": find,
        "GET sold": sold,
        "POST print": print_tickets,
        "POST tab": open_tab,
        **window_drawer.CALLS,
        **window_blocks.CALLS,
        **window_members.CALLS,
    },
    make_paper,
)


async def _window(visit: Visit, page: int) -> Json:
    return {"window": views.window(visit.t, await visit.read(LookAtWindow(me(visit), page)))}


async def _counter(visit: Visit) -> SaleFacts:
    return await visit.read(FindCounter(me(visit), fields.number(visit.body.get("sale_id"))))


def _sale(visit: Visit, facts: SaleFacts) -> Json:
    places = _places(visit, facts)
    gone = tuple(place for place in places if place in facts.taken)
    picks = Picks(tuple(place for place in places if place not in facts.taken), gone)
    if len(picks.places) > facts.most:
        raise LimitExceeded("tickets", most=facts.performance.purchase_limit)
    return views.sale(visit.t, facts, _party(visit), picks)


def _order_id(visit: Visit) -> int:
    return fields.number(visit.body.get("order_id"))


def _party(visit: Visit) -> Party | None:
    said = visit.body.get("party")
    return unpack_party(fields.text(said, _PARTY_MOST)) if said else None


def _places(visit: Visit, facts: SaleFacts) -> tuple[int, ...]:
    return chosen_places(visit, facts.performance.capacity)


def _category(said: Any) -> int:
    """Which there are is for the hold to say."""
    if not isinstance(said, int):
        raise BadInput("form")
    return said


def _size(said: Any) -> PaperSize:
    try:
        return PaperSize(str(said))
    except ValueError:
        raise BadInput("form") from None
