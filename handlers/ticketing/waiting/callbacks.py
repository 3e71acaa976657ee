"""Buttons of the waiting list. ``chosen``: price categories, a mask in base 36 in the plan's order; 0 is any.
``special``: 1 a wheelchair place, 2 one with a companion's."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenWaiting(CallbackData, prefix="wl"):
    performance_id: int


class ChooseWaiting(CallbackData, prefix="wlc"):
    """``hours``: before the start, until when the person would like to be asked; 0: as long as seats are sold."""

    performance_id: int
    count: int
    chosen: str
    hours: int
    special: int


class JoinLine(CallbackData, prefix="wlj"):
    performance_id: int
    count: int
    chosen: str
    hours: int
    special: int


class LeaveLine(CallbackData, prefix="wll"):
    performance_id: int


class TakeOffer(CallbackData, prefix="wlt"):
    order_id: int


class RefuseOffer(CallbackData, prefix="wlr"):
    order_id: int
