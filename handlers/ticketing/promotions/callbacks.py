"""Buttons of promotion codes."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class AskCode(CallbackData, prefix="pm"):
    """On one's order: the code is typed then."""

    order_id: int


class AskCodeAtWindow(CallbackData, prefix="pmx"):
    """On the customer's order."""

    order_id: int


class OpenCodes(CallbackData, prefix="pml"):
    pass


class OpenCode(CallbackData, prefix="pmo"):
    promotion_id: int


class NewCode(CallbackData, prefix="pmn"):
    venue_id: int


class WithdrawCode(CallbackData, prefix="pmw"):
    promotion_id: int
