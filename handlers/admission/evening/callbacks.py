"""Buttons of the evening."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.admission.evening_model import HoldReason, ItemKind
from domain.programme.model import RunState


class OpenStage(CallbackData, prefix="es"):
    """What runs today, for those who say how it goes."""


class OpenRun(CallbackData, prefix="er"):
    performance_id: int


class SayRunState(CallbackData, prefix="ey"):
    """``state``: what it is from now on."""

    performance_id: int
    state: RunState


class AskHold(CallbackData, prefix="eh"):
    """Why is it stopped?"""

    performance_id: int


class HoldRun(CallbackData, prefix="ew"):
    performance_id: int
    why: HoldReason


class UnsayRun(CallbackData, prefix="eu"):
    performance_id: int
    entry_id: int


class OpenReminders(CallbackData, prefix="em"):
    """Which reminders somebody wants."""


class SetReminders(CallbackData, prefix="ei"):
    """Both at once: a tap that comes twice says the same twice."""

    day_before: bool
    two_hours: bool


class ShowWay(CallbackData, prefix="ea"):
    """The way to one's seats, as a picture."""

    performance_id: int


class OpenGates(CallbackData, prefix="eg"):
    """Security lanes: which are open. ``venue_id`` 0: the first that one may steer."""

    venue_id: int = 0


class ShutGate(CallbackData, prefix="ec"):
    gate_id: int
    instead_id: int


class UnshutGate(CallbackData, prefix="ex"):
    gate_id: int


class OpenTags(CallbackData, prefix="et"):
    """What is kept for people of this performance, by the number of its tag."""

    performance_id: int


class KeepTag(CallbackData, prefix="ek"):
    performance_id: int
    what: ItemKind


class ReturnTag(CallbackData, prefix="eb"):
    item_id: int


class OpenReports(CallbackData, prefix="ep"):
    """The reports of the last evenings."""


class OpenReport(CallbackData, prefix="eo"):
    performance_id: int
