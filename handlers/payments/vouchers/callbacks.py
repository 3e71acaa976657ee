"""Buttons of vouchers."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenVouchers(CallbackData, prefix="vou"):
    pass


class OpenVoucher(CallbackData, prefix="voo"):
    voucher_id: int


class PayVoucher(CallbackData, prefix="vop"):
    """Asks how, or sends the invoice. ``given``: minor units, one of those that the house sells."""

    given: int


class PayVoucherBy(CallbackData, prefix="vob"):
    """``given``: as above. ``way``: as in ``handlers.payments.callbacks.PayBy``."""

    given: int
    way: str


class KeepThisVoucher(CallbackData, prefix="vok"):
    """Its link was opened in this very chat before."""

    voucher_id: int


class AskSale(CallbackData, prefix="vos"):
    """At the window: for how much?"""

    venue_id: int


class AskGiven(CallbackData, prefix="vog"):
    """By a manager, for nothing."""

    venue_id: int


class AskAmounts(CallbackData, prefix="vor"):
    venue_id: int


class AskVoucher(CallbackData, prefix="voa"):
    """On one's order: which one?"""

    order_id: int


class PutVoucher(CallbackData, prefix="vopu"):
    """One's own, towards one's order."""

    order_id: int
    voucher_id: int


class TakeOffVouchers(CallbackData, prefix="vox"):
    order_id: int


class AskVoucherAtWindow(CallbackData, prefix="vow"):
    """The customer has one."""

    order_id: int
