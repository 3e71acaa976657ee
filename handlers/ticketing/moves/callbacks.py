"""Buttons about performances that are moved or cancelled: a manager's, a holder's, a clerk's."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenMoves(CallbackData, prefix="mv"):
    page: int = 0


class OpenMove(CallbackData, prefix="mvo"):
    performance_id: int


class AskCancelRun(CallbackData, prefix="mvc"):
    performance_id: int


class CancelRun(CallbackData, prefix="mvC"):
    performance_id: int


class AskMoveRun(CallbackData, prefix="mvm"):
    performance_id: int


class MoveRun(CallbackData, prefix="mvM"):
    """``at``: the new start, in minutes since 1970."""

    performance_id: int
    at: int


class SteerRun(CallbackData, prefix="mvs"):
    change_id: int
    on: bool


class PayBack(CallbackData, prefix="mvp"):
    change_id: int


class OpenCalls(CallbackData, prefix="mvl"):
    change_id: int


class Called(CallbackData, prefix="mvt"):
    change_id: int
    person_id: int


class OpenRunChange(CallbackData, prefix="rc"):
    change_id: int


class OpenRunOf(CallbackData, prefix="rct"):
    """From one's ticket, for whoever has lost the message."""

    ticket_id: int


class KeepRun(CallbackData, prefix="rck"):
    change_id: int


class AskMoneyBack(CallbackData, prefix="rcm"):
    change_id: int


class TakeMoneyBack(CallbackData, prefix="rcM"):
    change_id: int


class OpenDates(CallbackData, prefix="rco"):
    change_id: int


class TakeDate(CallbackData, prefix="rcd"):
    change_id: int
    performance_id: int
