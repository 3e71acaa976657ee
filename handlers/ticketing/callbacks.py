"""Buttons of ticketing. ``party`` is packed (``packing``); ``zone`` and ``row`` count in the pinned plan's order."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

ANY_CATEGORY = -1


class ChooseParty(CallbackData, prefix="pt"):
    """How many and for whom; ``detail`` 1 shows all concessions."""

    performance_id: int
    detail: int
    party: str


class TakeBest(CallbackData, prefix="tb"):
    """``category`` counts in the plan's order; -1 takes any."""

    performance_id: int
    category: int
    party: str


class OpenHall(CallbackData, prefix="hl"):
    performance_id: int
    party: str
    page: int = 0


class OpenZone(CallbackData, prefix="zn"):
    performance_id: int
    zone: int
    party: str
    page: int = 0


class OpenRow(CallbackData, prefix="rw"):
    performance_id: int
    row: int
    party: str
    page: int = 0


class PickSeat(CallbackData, prefix="st"):
    """``on`` says what is wanted, so that a button pressed twice does what it says."""

    performance_id: int
    place: int
    on: int
    party: str


class ClearPicks(CallbackData, prefix="cp"):
    performance_id: int
    party: str


class TakePicks(CallbackData, prefix="tp"):
    performance_id: int
    party: str


class SwapSeat(CallbackData, prefix="sw"):
    """Another seat instead of one that somebody else was faster to take."""

    performance_id: int
    gone: int
    place: int
    party: str


class Prolong(CallbackData, prefix="pl"):
    order_id: int


class GiveBack(CallbackData, prefix="gb"):
    order_id: int


class TakeAgain(CallbackData, prefix="ag"):
    """The same places, or as many, after the time to pay was over."""

    order_id: int


class OpenPast(CallbackData, prefix="tkp"):
    page: int = 0


class OpenVisit(CallbackData, prefix="vs"):
    """All of one's tickets for one performance."""

    performance_id: int
    page: int = 0


class OpenParty(CallbackData, prefix="pc"):
    order_id: int


class OpenWayIn(CallbackData, prefix="wi"):
    ticket_id: int


class HandOn(CallbackData, prefix="ho"):
    ticket_id: int


class Withdraw(CallbackData, prefix="hw"):
    ticket_id: int


class Accept(CallbackData, prefix="ha"):
    hand_on_id: int


class Keep(CallbackData, prefix="kp"):
    """One's tickets for a performance, outside the chat: paper, calendar, wallet, mail."""

    performance_id: int


class KeepPaper(CallbackData, prefix="kpp"):
    performance_id: int


class KeepCalendar(CallbackData, prefix="kpc"):
    performance_id: int


class KeepPass(CallbackData, prefix="kpw"):
    performance_id: int


class KeepMail(CallbackData, prefix="kpm"):
    performance_id: int


class ChangeAddress(CallbackData, prefix="kpa"):
    performance_id: int


class DropAddress(CallbackData, prefix="kpd"):
    performance_id: int
