"""From a performance to held seats: how many, the best together, or by hand."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.errors import LimitExceeded, NotOnSale, SeatTaken, Stale
from domain.ports import Work
from domain.ticketing.changing_seats import ChangeSeats
from domain.ticketing.holding import HoldBest, HoldPlaces
from domain.ticketing.party import Party
from domain.ticketing.window import HoldAtWindow
from handlers.ticketing import picks as picking
from handlers.ticketing.callbacks import (
    ChooseParty,
    ClearPicks,
    OpenHall,
    OpenRow,
    OpenZone,
    PickSeat,
    SwapSeat,
    TakeBest,
    TakePicks,
)
from handlers.ticketing.changes import changing
from handlers.ticketing.changes.views import changing_note
from handlers.ticketing.holds import best_hold, places_hold
from handlers.ticketing.order_routes import show_order
from handlers.ticketing.packing import unpack_party
from handlers.ticketing.picks import Picks
from handlers.ticketing.queries import FindSale, SaleFacts
from handlers.ticketing.views.hall import (
    faster_screen,
    hall_screen,
    row_screen,
    shows_seats_at_once,
    zone_screen,
)
from handlers.ticketing.views.performance import performance_screen
from handlers.ticketing.window.showing import sale_in, show_window_order
from handlers.ui.callbacks import OpenPerformance
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.screen import Screen
from handlers.ui.talk import Talk

router = Router(name="ticketing.choosing")


@router.callback_query(OpenPerformance.filter())
@allowed(EVERYBODY)
async def open_performance(query: CallbackQuery, callback_data: OpenPerformance, talk: Talk) -> None:
    changing.end(talk.conversation)
    await show_performance(talk, callback_data.performance_id)


@router.callback_query(ChooseParty.filter())
@allowed(EVERYBODY)
async def choose_party(query: CallbackQuery, callback_data: ChooseParty, talk: Talk) -> None:
    changing.end(talk.conversation)
    facts = await _sale(talk, callback_data.performance_id)
    party = _at_most(facts, unpack_party(callback_data.party))
    await talk.show(performance_screen(talk.t, facts, party, detail=bool(callback_data.detail)))


@router.callback_query(TakeBest.filter())
@allowed(EVERYBODY)
async def take_best(query: CallbackQuery, callback_data: TakeBest, talk: Talk) -> None:
    facts = await _sale(talk, callback_data.performance_id)
    hold = best_hold(facts, unpack_party(callback_data.party), callback_data.category)
    await _show_held(talk, facts, await talk.write(_for_buyer(talk, facts, hold)))


@router.callback_query(OpenHall.filter())
@allowed(EVERYBODY)
async def open_hall(query: CallbackQuery, callback_data: OpenHall, talk: Talk) -> None:
    facts = await _hall(talk, callback_data.performance_id)
    party = unpack_party(callback_data.party)
    await _show_hall(talk, facts, party, callback_data.page)


@router.callback_query(OpenZone.filter())
@allowed(EVERYBODY)
async def open_zone(query: CallbackQuery, callback_data: OpenZone, talk: Talk) -> None:
    facts = await _hall(talk, callback_data.performance_id)
    if facts.plan is None or not 0 <= callback_data.zone < len(facts.plan.zones):
        raise Stale
    party, picks = unpack_party(callback_data.party), picking.recall(talk.conversation, facts)
    await _show(talk, facts, zone_screen(talk.t, facts, party, picks, callback_data.zone, callback_data.page))


@router.callback_query(OpenRow.filter())
@allowed(EVERYBODY)
async def open_row(query: CallbackQuery, callback_data: OpenRow, talk: Talk) -> None:
    facts = await _hall(talk, callback_data.performance_id)
    if facts.plan is None or not 0 <= callback_data.row < len(facts.plan.rows):
        raise Stale
    party, picks = unpack_party(callback_data.party), picking.recall(talk.conversation, facts)
    await _show(talk, facts, row_screen(talk.t, facts, party, picks, callback_data.row, callback_data.page))


@router.callback_query(PickSeat.filter())
@allowed(EVERYBODY)
async def pick_seat(query: CallbackQuery, callback_data: PickSeat, talk: Talk) -> None:
    """Draws the screen that the seat stands on. Whether it is still free is asked again when it is taken."""
    facts = await _hall(talk, callback_data.performance_id)
    if facts.plan is None or not 1 <= callback_data.place <= facts.performance.capacity:
        raise Stale
    before = picking.recall(talk.conversation, facts)
    after = before.with_place(callback_data.place, bool(callback_data.on))
    if len(after.places) > max(facts.most, len(before.places)):
        raise LimitExceeded("tickets", most=facts.performance.purchase_limit)
    picking.remember(talk.conversation, facts, after.places)
    picks = picking.recall(talk.conversation, facts)
    await _show_seats(talk, facts, unpack_party(callback_data.party), picks, callback_data.place)


@router.callback_query(ClearPicks.filter())
@allowed(EVERYBODY)
async def clear_picks(query: CallbackQuery, callback_data: ClearPicks, talk: Talk) -> None:
    facts = await _hall(talk, callback_data.performance_id)
    before = picking.recall(talk.conversation, facts).places
    picking.remember(talk.conversation, facts, ())
    party = unpack_party(callback_data.party)
    if before:
        await _show_seats(talk, facts, party, Picks(), before[0])
    else:
        await _show_hall(talk, facts, party)


@router.callback_query(TakePicks.filter())
@allowed(EVERYBODY)
async def take_picks(query: CallbackQuery, callback_data: TakePicks, talk: Talk) -> None:
    facts = await _hall(talk, callback_data.performance_id)
    picks = picking.recall(talk.conversation, facts)
    await take_places(talk, facts, unpack_party(callback_data.party), (*picks.places, *picks.gone))


@router.callback_query(SwapSeat.filter())
@allowed(EVERYBODY)
async def swap_seat(query: CallbackQuery, callback_data: SwapSeat, talk: Talk) -> None:
    facts = await _hall(talk, callback_data.performance_id)
    if not 1 <= callback_data.place <= facts.performance.capacity:
        raise Stale
    picks = picking.recall(talk.conversation, facts)
    places = {*picks.places, *picks.gone, callback_data.place} - {callback_data.gone}
    await take_places(talk, facts, unpack_party(callback_data.party), tuple(sorted(places)))


async def show_performance(talk: Talk, performance_id: int) -> None:
    """Where choosing begins, for two; a poster's link leads here."""
    await talk.show(performance_screen(talk.t, await _sale(talk, performance_id)))


async def show_hall_of(talk: Talk, performance_id: int, party: Party) -> None:
    """Choosing by hand, for a party that is known. Raises NotOnSale, Stale."""
    await _show_hall(talk, await _hall(talk, performance_id), party)


async def take_places(talk: Talk, facts: SaleFacts, party: Party, places: tuple[int, ...]) -> None:
    """Holds these very places and shows the order; where somebody was faster, which, and what is free beside it."""
    hold = places_hold(facts, party, places)
    try:
        order_id = await talk.write(_for_buyer(talk, facts, hold))
    except SeatTaken:
        picking.remember(talk.conversation, facts, places)
        fresh = await _sale(talk, facts.performance.id)
        picks = picking.recall(talk.conversation, fresh)
        if fresh.plan is None or not picks.gone:
            raise
        await _show(talk, fresh, faster_screen(talk.t, fresh, party, picks))
        return
    picking.forget(talk.conversation)
    changing.end(talk.conversation)
    await _show_held(talk, facts, order_id)


def _for_buyer(talk: Talk, facts: SaleFacts, hold: HoldBest | HoldPlaces) -> Work[int]:
    """The hold itself, the clerk's for the customer at the window, or other seats for tickets that are there."""
    if facts.changing and isinstance(hold, HoldPlaces):
        return ChangeSeats(facts.buyer_id, facts.changing, hold.wishes)
    return hold if facts.sale_id is None else HoldAtWindow(talk.actor.person_id, facts.sale_id, hold)


async def _show_held(talk: Talk, facts: SaleFacts, order_id: int) -> None:
    if facts.sale_id is None:
        await show_order(talk, order_id)
    else:
        await show_window_order(talk, order_id)


async def _show_hall(talk: Talk, facts: SaleFacts, party: Party, page: int = 0) -> None:
    """One tap fewer in a hall with one zone."""
    assert facts.plan is not None
    picks = picking.recall(talk.conversation, facts)
    if len(facts.plan.zones) == 1:
        await _show(talk, facts, zone_screen(talk.t, facts, party, picks, 0))
    else:
        await _show(talk, facts, hall_screen(talk.t, facts, party, picks, page))


async def _show_seats(talk: Talk, facts: SaleFacts, party: Party, picks: Picks, place: int) -> None:
    """The screen on which a seat's button stands."""
    assert facts.plan is not None
    seat = facts.plan.seat(place)
    zone = facts.plan.zones.index(seat.zone)
    if shows_seats_at_once(facts, zone):
        await _show(talk, facts, zone_screen(talk.t, facts, party, picks, zone))
        return
    row = next(i for i, row in enumerate(facts.plan.rows) if (row.zone, row.label) == (seat.zone, seat.row))
    await _show(talk, facts, row_screen(talk.t, facts, party, picks, row, place=place))


async def _show(talk: Talk, facts: SaleFacts, screen: Screen) -> None:
    """Who changes seats is told so on each of these screens: they look like buying."""
    count = len(facts.changing)
    await talk.show(screen.with_note(changing_note(talk.t, count)) if count else screen)


async def _sale(talk: Talk, performance_id: int) -> SaleFacts:
    changed = changing.tickets(talk.conversation, performance_id)
    return await talk.read(FindSale(talk.actor.person_id, performance_id, sale_in(talk), changed))


async def _hall(talk: Talk, performance_id: int) -> SaleFacts:
    """A sale with a seating plan that is open. Raises NotOnSale, and Stale for places without numbers."""
    facts = await _sale(talk, performance_id)
    if facts.state != "open":
        raise NotOnSale(facts.state, performance_id=performance_id)
    if facts.plan is None:
        raise Stale
    return facts


def _at_most(facts: SaleFacts, party: Party) -> Party:
    """An old button may ask for more than is left or allowed by now."""
    too_many = facts.tariff is None or party.size > max(facts.most, 1)
    return facts.tariff.party_of(max(1, facts.most)) if too_many and facts.tariff else party
