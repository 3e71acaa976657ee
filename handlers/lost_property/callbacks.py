"""Buttons of lost property."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class AskLost(CallbackData, prefix="lpa"):
    """Asking begins; ``performance_id`` 0: at another time."""

    performance_id: int


class PlaceUnknown(CallbackData, prefix="lpu"):
    pass


class OpenLoss(CallbackData, prefix="lpl"):
    """One's own, or for the staff somebody's."""

    loss_id: int
    own: bool


class DropLoss(CallbackData, prefix="lpx"):
    loss_id: int


class GiveUpLoss(CallbackData, prefix="lpg"):
    loss_id: int


class OpenAsked(CallbackData, prefix="lpq"):
    """What people ask for."""


class NewFind(CallbackData, prefix="lpn"):
    """``venue_id`` 0: where one works."""

    venue_id: int


class OpenFind(CallbackData, prefix="lpi"):
    find_id: int


class ItIs(CallbackData, prefix="lpm"):
    find_id: int
    loss_id: int


class ItIsNot(CallbackData, prefix="lpr"):
    loss_id: int


class HandOutFind(CallbackData, prefix="lph"):
    find_id: int


class ThrowAway(CallbackData, prefix="lpd"):
    find_id: int
