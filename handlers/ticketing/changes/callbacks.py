"""Buttons of a change of mind.

``chosen``: which tickets, a mask in base 36 over all that the person has bought for the performance, by id. Tickets are
never taken out of that list, so an old button never means another ticket.
"""

from __future__ import annotations

from collections.abc import Collection

from aiogram.filters.callback_data import CallbackData

from domain.errors import Stale

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST = 24  # digits: 124 tickets


class OpenChangesOf(CallbackData, prefix="cgt"):
    """From one ticket."""

    ticket_id: int


class OpenChanges(CallbackData, prefix="cg"):
    performance_id: int
    chosen: str
    page: int = 0


class AskCancel(CallbackData, prefix="cgc"):
    performance_id: int
    chosen: str


class Cancel(CallbackData, prefix="cgC"):
    performance_id: int
    chosen: str


class AskResale(CallbackData, prefix="cgr"):
    performance_id: int
    chosen: str


class Resell(CallbackData, prefix="cgR"):
    performance_id: int
    chosen: str


class KeepListed(CallbackData, prefix="cgk"):
    """Takes a ticket back from resale."""

    ticket_id: int


class ChooseSeats(CallbackData, prefix="cgs"):
    performance_id: int
    chosen: str


class AskReturn(CallbackData, prefix="cgg"):
    ticket_id: int


class Return(CallbackData, prefix="cgG"):
    """Back to whoever handed it on."""

    ticket_id: int


def pack_chosen(indices: Collection[int]) -> str:
    mask, digits = sum(1 << index for index in set(indices)), ""
    while mask:
        mask, digit = divmod(mask, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def unpack_chosen(packed: str) -> frozenset[int]:
    """Raises Stale for what no button of ours says."""
    if not 0 < len(packed) <= _MOST or any(digit not in _DIGITS for digit in packed):
        raise Stale
    mask = int(packed, 36)
    return frozenset(index for index in range(mask.bit_length()) if mask >> index & 1)
