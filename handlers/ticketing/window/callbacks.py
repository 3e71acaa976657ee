"""Buttons of the window, and of what people in the chat have to do with it."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.ticketing.model import BlockReason
from handlers.ui.paper import PaperSize

#: Stands for "never" among the hours before the start at which a block is released.
NEVER = -1


class BeginAtWindow(CallbackData, prefix="wsl"):
    """The next customer, for this performance."""

    performance_id: int


class OpenWindowOrder(CallbackData, prefix="wor"):
    order_id: int


class StopAtWindow(CallbackData, prefix="wst"):
    """Nothing comes of the customer's order."""

    order_id: int


class AskCash(CallbackData, prefix="wca"):
    order_id: int


class GiveCash(CallbackData, prefix="wcg"):
    """``given`` in minor units."""

    order_id: int
    given: int


class AskCard(CallbackData, prefix="wct"):
    order_id: int


class TakeFree(CallbackData, prefix="wfr"):
    order_id: int


class AskReason(CallbackData, prefix="wcp"):
    """Complimentary tickets: what for?"""

    order_id: int


class AskContact(CallbackData, prefix="wco"):
    order_id: int


class PrintTickets(CallbackData, prefix="wpr"):
    order_id: int
    size: PaperSize


class AskVoid(CallbackData, prefix="wvo"):
    """The customer brings the papers back: sure?"""

    order_id: int


class Void(CallbackData, prefix="wvy"):
    order_id: int


class OpenSold(CallbackData, prefix="wls"):
    """The clerk's last sales, to print again."""


class AskReservation(CallbackData, prefix="wfi"):
    """Which code, name or telephone?"""


class OpenDrawerScreen(CallbackData, prefix="wdr"):
    pass


class AskFloat(CallbackData, prefix="wdf"):
    venue_id: int


class AskPayOut(CallbackData, prefix="wdp"):
    pass


class AskCount(CallbackData, prefix="wdc"):
    pass


class SignDrawer(CallbackData, prefix="wds"):
    drawer_id: int


class OpenBlocks(CallbackData, prefix="wbl"):
    performance_id: int


class ChooseReason(CallbackData, prefix="wbn"):
    """A new block: what for?"""

    performance_id: int


class ChooseRelease(CallbackData, prefix="wbr"):
    performance_id: int
    reason: BlockReason


class AskPlaces(CallbackData, prefix="wbp"):
    """Which places? ``hours`` before the start they go back on sale; -1 never."""

    performance_id: int
    reason: BlockReason
    hours: int


class OpenBlock(CallbackData, prefix="wbo"):
    block_id: int


class FreeBlock(CallbackData, prefix="wbx"):
    block_id: int


class SellBlock(CallbackData, prefix="wbs"):
    block_id: int
    count: int


# In everybody's chat


class ReserveOrder(CallbackData, prefix="rsv"):
    order_id: int


class PayReserved(CallbackData, prefix="rsp"):
    order_id: int


class LeavePhone(CallbackData, prefix="rst"):
    order_id: int


class ClaimTicket(CallbackData, prefix="clm"):
    """A paper's code, opened in this very chat before."""

    credential_id: int
