"""Buttons of help, drinks and enquiries."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.assistance.model import HelpKind, HelpState


class NeedHelp(CallbackData, prefix="ahn"):
    """From which seat, and what for."""

    performance_id: int


class HelpAt(CallbackData, prefix="aha"):
    ticket_id: int


class CallHelp(CallbackData, prefix="ahc"):
    ticket_id: int
    help_kind: HelpKind


class OpenHelpAsked(CallbackData, prefix="aho"):
    request_id: int


class NoMoreHelp(CallbackData, prefix="ahx"):
    request_id: int


class HelpQueue(CallbackData, prefix="ahq"):
    """For the staff: who waits."""


class OpenHelpCall(CallbackData, prefix="ahv"):
    request_id: int


class TakeHelpCall(CallbackData, prefix="aht"):
    request_id: int


class PlayHelpCall(CallbackData, prefix="ahl"):
    """The voice message that came with it."""

    request_id: int


class SayHelpCall(CallbackData, prefix="ahs"):
    request_id: int
    said: HelpState


class OpenMenu(CallbackData, prefix="adm"):
    performance_id: int


class ChooseDrink(CallbackData, prefix="adc"):
    """So many of one thing."""

    performance_id: int
    menu_id: int
    count: int


class PayDrinks(CallbackData, prefix="adp"):
    drinks_id: int


class DeskDrinks(CallbackData, prefix="add"):
    """To be paid at the desk."""

    drinks_id: int


class OpenDrinks(CallbackData, prefix="ado"):
    drinks_id: int


class DropDrinks(CallbackData, prefix="adx"):
    drinks_id: int


class DrinkQueues(CallbackData, prefix="ads"):
    """For the desk: tonight's performances."""


class DrinkQueue(CallbackData, prefix="adq"):
    performance_id: int


class DrinkAtDesk(CallbackData, prefix="adv"):
    drinks_id: int


class DrinkReady(CallbackData, prefix="adr"):
    drinks_id: int


class DrinkHanded(CallbackData, prefix="adh"):
    """``paid_by``: cash | terminal, '' where it is paid already."""

    drinks_id: int
    paid_by: str


class DeskDrop(CallbackData, prefix="adw"):
    drinks_id: int


class OpenStock(CallbackData, prefix="adk"):
    performance_id: int


class OpenStockItem(CallbackData, prefix="adi"):
    """What there is of one thing; a number that follows is what somebody has counted."""

    performance_id: int
    menu_id: int


class AddStock(CallbackData, prefix="adj"):
    performance_id: int
    menu_id: int
    count: int


class SetSoldOut(CallbackData, prefix="adz"):
    performance_id: int
    menu_id: int
    no_more: bool


class FactHelped(CallbackData, prefix="aqh"):
    pass


class AskThis(CallbackData, prefix="aqa"):
    """Ask a person what was just written, or what will be."""


class OpenOwnEnquiry(CallbackData, prefix="aqo"):
    enquiry_id: int


class CloseOwnEnquiry(CallbackData, prefix="aqx"):
    enquiry_id: int


class EnquiryQueue(CallbackData, prefix="aqq"):
    """For the window."""


class OpenEnquiry(CallbackData, prefix="aqv"):
    enquiry_id: int


class TakeThisEnquiry(CallbackData, prefix="aqt"):
    enquiry_id: int


class LeaveThisEnquiry(CallbackData, prefix="aql"):
    enquiry_id: int


class SendReply(CallbackData, prefix="aqr"):
    """``reply``: key of a prepared one."""

    enquiry_id: int
    reply: str


class CloseThisEnquiry(CallbackData, prefix="aqc"):
    enquiry_id: int
