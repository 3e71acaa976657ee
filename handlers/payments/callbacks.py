"""Buttons of payments."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class Pay(CallbackData, prefix="pay"):
    """Sends the invoice."""

    order_id: int


class Confirm(CallbackData, prefix="yes"):
    """Takes an order that costs nothing."""

    order_id: int
