"""Steering the house: it has begun, interval, latecomers; the counts, once or live."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.admission.house import LetLatecomersIn, SayRun, StopLatecomers, WatchDoor
from domain.people.model import Role
from handlers.admission.callbacks import (
    CallLatecomers,
    KeepLive,
    OpenHouse,
    OpenTonight,
    SayHouse,
    ShutLatecomers,
)
from handlers.admission.house_queries import FindHouse, FindTonight
from handlers.admission.house_views import house_screen, tonight_screen
from handlers.ui.routing import allowed
from handlers.ui.talk import Talk

router = Router(name="admission.house")

USHERS = frozenset({Role.USHER})
MANAGERS = frozenset({Role.MANAGER})


@router.message(Command("tonight"))
@allowed(MANAGERS)
async def command_tonight(message: Message, talk: Talk) -> None:
    await show_tonight(talk)


@router.callback_query(OpenTonight.filter())
@allowed(MANAGERS)
async def open_tonight(query: CallbackQuery, talk: Talk) -> None:
    await show_tonight(talk)


@router.callback_query(OpenHouse.filter())
@allowed(USHERS)
async def open_house(query: CallbackQuery, callback_data: OpenHouse, talk: Talk) -> None:
    await show_house(talk, callback_data.performance_id)


@router.callback_query(SayHouse.filter())
@allowed(USHERS)
async def say_house(query: CallbackQuery, callback_data: SayHouse, talk: Talk) -> None:
    await talk.write(SayRun(talk.actor.person_id, callback_data.performance_id, callback_data.state))
    await show_house(talk, callback_data.performance_id)


@router.callback_query(CallLatecomers.filter())
@allowed(USHERS)
async def call_latecomers(query: CallbackQuery, callback_data: CallLatecomers, talk: Talk) -> None:
    count = await talk.write(LetLatecomersIn(talk.actor.person_id, callback_data.performance_id))
    await talk.toast(talk.t.plain_plural("{count} person is told.", "{count} persons are told.", count))
    await show_house(talk, callback_data.performance_id)


@router.callback_query(ShutLatecomers.filter())
@allowed(USHERS)
async def shut_latecomers(query: CallbackQuery, callback_data: ShutLatecomers, talk: Talk) -> None:
    await talk.write(StopLatecomers(talk.actor.person_id, callback_data.performance_id))
    await show_house(talk, callback_data.performance_id)


@router.callback_query(KeepLive.filter())
@allowed(MANAGERS)
async def keep_live(query: CallbackQuery, callback_data: KeepLive, talk: Talk) -> None:
    await talk.write(WatchDoor(talk.actor.person_id, callback_data.performance_id))
    await talk.toast(talk.t.plain("A message that keeps itself comes in a moment. Pin it if you like."))


async def show_house(talk: Talk, performance_id: int) -> None:
    await talk.show(house_screen(talk.t, await talk.read(FindHouse(talk.actor.person_id, performance_id))))


async def show_tonight(talk: Talk) -> None:
    await talk.show(tonight_screen(talk.t, await talk.read(FindTonight(talk.actor.person_id))))
