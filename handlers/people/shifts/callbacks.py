"""Callback data of the shifts' screens."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.people.duty import Move


class OpenOwnShift(CallbackData, prefix="sho"):
    """A shift: one's own, or one that a colleague offers."""

    shift_id: int


class SayDuty(CallbackData, prefix="shm"):
    shift_id: int
    move: Move


class AnswerPage(CallbackData, prefix="sht"):
    """The one tap that a test page asks for."""

    shift_id: int


class GiveShift(CallbackData, prefix="shg"):
    shift_id: int


class KeepOwnShift(CallbackData, prefix="shk"):
    shift_id: int


class TakeOver(CallbackData, prefix="shx"):
    shift_id: int


class OpenOnDuty(CallbackData, prefix="shd"):
    """Who is on duty now."""

    venue_id: int


class OpenPlan(CallbackData, prefix="shp"):
    """The plan of one day at one venue; ``day`` in ISO 8601, empty for today."""

    venue_id: int
    day: str = ""
