"""Buttons of payments."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class Pay(CallbackData, prefix="pay"):
    """Asks how, or sends the invoice where there is no other way."""

    order_id: int


class PayBy(CallbackData, prefix="payby"):
    """``way``: of ``domain.payments.checkout_model.Way``, or ``invoice``."""

    order_id: int
    way: str


class Confirm(CallbackData, prefix="yes"):
    """Takes an order that costs nothing."""

    order_id: int


class ShareHold(CallbackData, prefix="tgs"):
    """Each pays their own: the other seats of a hold are for friends."""

    order_id: int


class OpenTogether(CallbackData, prefix="tgo"):
    """Of the hold whose seats were shared."""

    order_id: int


class TakeFriendsSeat(CallbackData, prefix="tgt"):
    seat_id: int


class LetFriendsSeatGo(CallbackData, prefix="tgl"):
    seat_id: int


class OpenAccounts(CallbackData, prefix="acc"):
    pass


class ExportMonth(CallbackData, prefix="acm"):
    """``month``: as ``2026-11``. ``format``: of ``handlers.ui.files.BOOK_FORMATS``; empty asks which."""

    month: str
    format: str = ""
