"""Buttons of the door."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ChooseVenue(CallbackData, prefix="dv"):
    """``venue_id`` 0: first say which venue, where there are several."""

    venue_id: int = 0


class ChooseGate(CallbackData, prefix="dp"):
    performance_id: int


class TakePost(CallbackData, prefix="dg"):
    """``gate_id`` 0: every gate."""

    performance_id: int
    gate_id: int


class LeavePost(CallbackData, prefix="dl"):
    pass


class Undo(CallbackData, prefix="ud"):
    admission_id: int


class ChooseAdmitted(CallbackData, prefix="pp"):
    """Who of a party comes in now. ``chosen``: one bit a ticket, in place order of the whole order, hexadecimal."""

    credential_id: int
    chosen: str


class AdmitChosen(CallbackData, prefix="pa"):
    credential_id: int
    chosen: str


class UndoParty(CallbackData, prefix="up"):
    credential_id: int
