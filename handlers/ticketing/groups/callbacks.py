"""Buttons of groups and of tickets handed out by one link."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.ticketing.group_ports import HandoutKind


class TakeForGroup(CallbackData, prefix="grt"):
    """The block's link was opened in this very chat before."""

    block_id: int
    count: int


class OpenHandout(CallbackData, prefix="hoo"):
    """Of one's own paid order."""

    order_id: int


class MakeHandout(CallbackData, prefix="hom"):
    order_id: int
    handout: HandoutKind


class AskMessage(CallbackData, prefix="hoa"):
    """To go with a present."""

    order_id: int


class PrintGift(CallbackData, prefix="hop"):
    order_id: int


class StopHandout(CallbackData, prefix="hox"):
    order_id: int


class TakeHandedOut(CallbackData, prefix="hot"):
    """Its link was opened in this very chat before."""

    handout_id: int
