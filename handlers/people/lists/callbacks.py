"""Buttons of lists."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenLists(CallbackData, prefix="lis"):
    """The lists of today at one venue; 0 for the first where one works."""

    venue_id: int = 0


class StartList(CallbackData, prefix="lib"):
    venue_id: int
    key: str


class OpenList(CallbackData, prefix="lio"):
    run_id: int


class SetTick(CallbackData, prefix="lit"):
    """``number``: the item's place in the list. Says what is wanted, so that two taps are not none."""

    run_id: int
    number: int
    done: bool


class ListPhoto(CallbackData, prefix="lip"):
    run_id: int
    number: int
