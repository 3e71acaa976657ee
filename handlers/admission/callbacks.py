"""Buttons of the door."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.admission.model import DoorMode
from domain.programme.model import RunState


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


class OpenHouse(CallbackData, prefix="dh"):
    """Who is inside where, and what is said to the whole house."""

    performance_id: int


class SayHouse(CallbackData, prefix="dr"):
    """``state``: a run state that the door may say."""

    performance_id: int
    state: RunState


class CallLatecomers(CallbackData, prefix="dc"):
    performance_id: int


class ShutLatecomers(CallbackData, prefix="ds"):
    performance_id: int


class KeepLive(CallbackData, prefix="dk"):
    """A manager's card of the door."""

    performance_id: int


class OpenTonight(CallbackData, prefix="tn"):
    """What is on today, with who is inside: for managers, who need no post."""


class SetMode(CallbackData, prefix="dm"):
    """``mode``: what a scan at this post means."""

    mode: DoorMode


class FindGuest(CallbackData, prefix="df"):
    performance_id: int


class OpenGuest(CallbackData, prefix="dt"):
    """Whose a ticket is."""

    ticket_id: int


class AdmitGuest(CallbackData, prefix="da"):
    ticket_id: int


class AskReissue(CallbackData, prefix="di"):
    ticket_id: int


class Reissue(CallbackData, prefix="dj"):
    ticket_id: int


class OpenPaper(CallbackData, prefix="dy"):
    """The printed list, and entering what was ticked on it."""

    performance_id: int


class SendList(CallbackData, prefix="dz"):
    """``by``: row | code."""

    performance_id: int
    by: str


class TypeTicks(CallbackData, prefix="dx"):
    performance_id: int


class EnterTicks(CallbackData, prefix="dw"):
    """Confirms what was shown; it stands in the conversation."""

    performance_id: int
