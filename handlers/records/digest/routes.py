"""Digests in the chat: today, the week, what to do about it, and who wants them when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.errors import NotFound
from domain.improvement.model import TEXT_MOST, Source
from domain.improvement.usecases import OpenAction
from domain.people.model import Role
from domain.records.digest_model import DigestChoice, Period
from domain.records.digests import ChooseDigests, SnoozeNeed
from handlers.records.digest.callbacks import (
    AskDigestOwner,
    GiveDigestAction,
    OpenDigest,
    OpenDigestChart,
    OpenDigestChoice,
    SetHour,
    SetRhythm,
    SetVenue,
    Snooze,
)
from handlers.records.digest.queries import FindDigest, FindDigestChoice, FindDigestOwners
from handlers.records.digest.views import CHARTS, action_text, choice_screen, digest_screen, owner_screen
from handlers.ticketing.wording import clipped
from handlers.ui.routing import allowed
from handlers.ui.talk import Talk

router = Router(name="records.digest")

MANAGERS = frozenset({Role.MANAGER})
_DUE_IN = timedelta(days=7)


@router.message(Command("today"))
@allowed(MANAGERS)
async def command_today(message: Message, talk: Talk) -> None:
    await _show(talk, Period.DAY)


@router.callback_query(OpenDigest.filter())
@allowed(MANAGERS)
async def open_digest(query: CallbackQuery, callback_data: OpenDigest, talk: Talk) -> None:
    await _show(talk, callback_data.period)


@router.callback_query(OpenDigestChart.filter())
@allowed(MANAGERS)
async def open_chart(query: CallbackQuery, callback_data: OpenDigestChart, talk: Talk) -> None:
    chart = CHARTS.get(callback_data.chart)
    if chart is None:
        raise NotFound
    await talk.show(chart(talk.t, await talk.read(FindDigest(talk.actor.person_id, callback_data.period))))


@router.callback_query(Snooze.filter())
@allowed(MANAGERS)
async def snooze(query: CallbackQuery, callback_data: Snooze, talk: Talk) -> None:
    await talk.write(SnoozeNeed(talk.actor.person_id, callback_data.need, callback_data.subject_id))
    await talk.toast(talk.t.plain("It comes back tomorrow, if it is still there."))
    await _show(talk, callback_data.period)


@router.callback_query(AskDigestOwner.filter())
@allowed(MANAGERS)
async def ask_owner(query: CallbackQuery, callback_data: AskDigestOwner, talk: Talk) -> None:
    about = FindDigestOwners(
        talk.actor.person_id, callback_data.period, callback_data.need, callback_data.performance_id
    )
    await talk.show(owner_screen(talk.t, await talk.read(about)))


@router.callback_query(GiveDigestAction.filter())
@allowed(MANAGERS)
async def give(query: CallbackQuery, callback_data: GiveDigestAction, talk: Talk) -> None:
    by, performance_id = talk.actor.person_id, callback_data.performance_id
    facts = await talk.read(FindDigestOwners(by, callback_data.period, callback_data.need, performance_id))
    text, due_at = clipped(action_text(talk.t, facts), TEXT_MOST), talk.now + _DUE_IN
    venue_id, owner_id = facts.showing.venue.id, callback_data.person_id
    await talk.write(OpenAction(by, Source.DIGEST, performance_id, text, due_at, owner_id, venue_id))
    await talk.toast(talk.t.plain("It is an improvement action now, due in a week."))
    await _show(talk, callback_data.period)


@router.callback_query(OpenDigestChoice.filter())
@allowed(MANAGERS)
async def open_choice(query: CallbackQuery, talk: Talk) -> None:
    await talk.show(choice_screen(talk.t, await talk.read(FindDigestChoice(talk.actor.person_id))))


@router.callback_query(SetRhythm.filter())
@allowed(MANAGERS)
async def set_rhythm(query: CallbackQuery, callback_data: SetRhythm, talk: Talk) -> None:
    await _choose(talk, replace(await _chosen(talk), rhythm=callback_data.rhythm))


@router.callback_query(SetHour.filter())
@allowed(MANAGERS)
async def set_hour(query: CallbackQuery, callback_data: SetHour, talk: Talk) -> None:
    hour = callback_data.hour if callback_data.hour >= 0 else None
    await _choose(talk, replace(await _chosen(talk), hour=hour))


@router.callback_query(SetVenue.filter())
@allowed(MANAGERS)
async def set_venue(query: CallbackQuery, callback_data: SetVenue, talk: Talk) -> None:
    await _choose(talk, replace(await _chosen(talk), venue_id=callback_data.venue_id or None))


async def _chosen(talk: Talk) -> DigestChoice:
    return (await talk.read(FindDigestChoice(talk.actor.person_id))).choice


async def _choose(talk: Talk, choice: DigestChoice) -> None:
    await talk.write(ChooseDigests(talk.actor.person_id, choice))
    await talk.show(choice_screen(talk.t, await talk.read(FindDigestChoice(talk.actor.person_id))))


async def _show(talk: Talk, period: Period) -> None:
    await talk.show(digest_screen(talk.t, await talk.read(FindDigest(talk.actor.person_id, period))))
