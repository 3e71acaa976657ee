"""A change of mind: from a ticket to its money, to other seats, to somebody else."""

from __future__ import annotations

from collections import Counter

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.errors import ChangeRefused, NotFound
from domain.ticketing.cancelling import CancelTickets, ReturnToGiver
from domain.ticketing.party import Party
from domain.ticketing.resale import ListForResale, Unlist
from handlers.ticketing import picks as picking
from handlers.ticketing.changes import changing
from handlers.ticketing.changes.callbacks import (
    AskCancel,
    AskResale,
    AskReturn,
    Cancel,
    ChooseSeats,
    KeepListed,
    OpenChanges,
    OpenChangesOf,
    Resell,
    Return,
    unpack_chosen,
)
from handlers.ticketing.changes.queries import Changes, FindChanges, FindChangesOf, FindReturn, LookAtRefunds
from handlers.ticketing.changes.views import (
    cancel_screen,
    cancelled_screen,
    changes_screen,
    resale_screen,
    return_screen,
)
from handlers.ticketing.choosing_routes import show_hall_of
from handlers.ticketing.ticket_routes import show_tickets
from handlers.ui.routing import EVERYBODY, allowed
from handlers.ui.talk import Talk

router = Router(name="ticketing.changes")


@router.callback_query(OpenChangesOf.filter())
@allowed(EVERYBODY)
async def open_changes_of(query: CallbackQuery, callback_data: OpenChangesOf, talk: Talk) -> None:
    changing.end(talk.conversation)
    facts = await talk.read(FindChangesOf(talk.actor.person_id, callback_data.ticket_id))
    await talk.show(changes_screen(talk.t, facts))


@router.callback_query(OpenChanges.filter())
@allowed(EVERYBODY)
async def open_changes(query: CallbackQuery, callback_data: OpenChanges, talk: Talk) -> None:
    changing.end(talk.conversation)
    await show_changes(talk, callback_data.performance_id, callback_data.chosen, callback_data.page)


@router.callback_query(AskCancel.filter())
@allowed(EVERYBODY)
async def ask_cancel(query: CallbackQuery, callback_data: AskCancel, talk: Talk) -> None:
    facts = await _chosen(talk, callback_data.performance_id, callback_data.chosen)
    await talk.show(cancel_screen(talk.t, facts))


@router.callback_query(Cancel.filter())
@allowed(EVERYBODY)
async def cancel(query: CallbackQuery, callback_data: Cancel, talk: Talk) -> None:
    facts = await _chosen(talk, callback_data.performance_id, callback_data.chosen)
    refund_ids = await talk.write(CancelTickets(talk.actor.person_id, facts.ids))
    await talk.show(cancelled_screen(talk.t, await talk.read(LookAtRefunds(refund_ids))))


@router.callback_query(AskResale.filter())
@allowed(EVERYBODY)
async def ask_resale(query: CallbackQuery, callback_data: AskResale, talk: Talk) -> None:
    facts = await _chosen(talk, callback_data.performance_id, callback_data.chosen)
    await talk.show(resale_screen(talk.t, facts))


@router.callback_query(Resell.filter())
@allowed(EVERYBODY)
async def resell(query: CallbackQuery, callback_data: Resell, talk: Talk) -> None:
    facts = await _chosen(talk, callback_data.performance_id, callback_data.chosen)
    await talk.write(ListForResale(talk.actor.person_id, facts.ids))
    await talk.toast(talk.t.plain("Done. We tell you when it is sold."))
    await show_changes(talk, callback_data.performance_id, callback_data.chosen)


@router.callback_query(KeepListed.filter())
@allowed(EVERYBODY)
async def keep_listed(query: CallbackQuery, callback_data: KeepListed, talk: Talk) -> None:
    ticket_id = await talk.write(Unlist(talk.actor.person_id, callback_data.ticket_id))
    await talk.toast(talk.t.plain("The ticket stays yours."))
    await talk.show(changes_screen(talk.t, await talk.read(FindChangesOf(talk.actor.person_id, ticket_id))))


@router.callback_query(ChooseSeats.filter())
@allowed(EVERYBODY)
async def choose_seats(query: CallbackQuery, callback_data: ChooseSeats, talk: Talk) -> None:
    """On to the screens of choosing, which know that it is a change."""
    facts = await _chosen(talk, callback_data.performance_id, callback_data.chosen)
    if not facts.in_time(facts.change_until):
        raise ChangeRefused("late" if facts.change_until else "never")
    picking.forget(talk.conversation)
    changing.begin(talk.conversation, callback_data.performance_id, facts.ids, callback_data.chosen)
    await show_hall_of(talk, callback_data.performance_id, _party_of(facts))


@router.callback_query(AskReturn.filter())
@allowed(EVERYBODY)
async def ask_return(query: CallbackQuery, callback_data: AskReturn, talk: Talk) -> None:
    facts = await talk.read(FindReturn(talk.actor.person_id, callback_data.ticket_id))
    await talk.show(return_screen(talk.t, facts))


@router.callback_query(Return.filter())
@allowed(EVERYBODY)
async def give_it_back(query: CallbackQuery, callback_data: Return, talk: Talk) -> None:
    await talk.write(ReturnToGiver(talk.actor.person_id, callback_data.ticket_id))
    await talk.toast(talk.t.plain("It is back with whoever gave it to you. Thank you!"))
    await show_tickets(talk)


async def show_changes(talk: Talk, performance_id: int, chosen: str, page: int = 0) -> None:
    facts = await talk.read(FindChanges(talk.actor.person_id, performance_id, unpack_chosen(chosen)))
    await talk.show(changes_screen(talk.t, facts, page))


async def _chosen(talk: Talk, performance_id: int, chosen: str) -> Changes:
    """Raises NotFound where one of them cannot be changed any more: what is confirmed is all or nothing."""
    wanted = unpack_chosen(chosen)
    facts = await talk.read(FindChanges(talk.actor.person_id, performance_id, wanted))
    if not facts.chosen or facts.chosen != wanted:
        raise NotFound
    return facts


def _party_of(facts: Changes) -> Party:
    """Who sits on the seats that are changed; wheelchair users and companions apart."""
    lines = [each.line for each in facts.these]
    kinds = Counter(line.seat_kind for line in lines)
    ordinary = Counter(line.concession_id for line in lines if line.seat_kind not in ("wheelchair", "companion"))
    return Party(tuple(sorted(ordinary.items())), kinds["wheelchair"], kinds["companion"])
