"""Callback data: ids and small words, at most 64 bytes (Bot API), typed. A button carries no authority.

The screens that other areas lead to are named here; what only one area uses stands in its own ``callbacks.py``.
Prefixes are short and unique: a test looks at all subclasses.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class Home(CallbackData, prefix="home"):
    pass


class OpenEvents(CallbackData, prefix="evs"):
    """The programme. ``by``: all | today | weekend | day | kind | access; ``value`` its detail; ``page`` from 0."""

    by: str = "all"
    value: str = ""
    page: int = 0


class OpenEvent(CallbackData, prefix="ev"):
    event_id: int
    page: int = 0


class OpenPerformance(CallbackData, prefix="pf"):
    """Where choosing begins: how many, for whom, best seats or the map."""

    performance_id: int


class OpenOrder(CallbackData, prefix="or"):
    order_id: int


class OpenTickets(CallbackData, prefix="tks"):
    page: int = 0


class OpenTicket(CallbackData, prefix="tk"):
    ticket_id: int


class OpenHelp(CallbackData, prefix="help"):
    pass


class OpenLanguage(CallbackData, prefix="lang"):
    pass


class OpenDoor(CallbackData, prefix="door"):
    """The usher's screen."""


class OpenWindow(CallbackData, prefix="win"):
    """The clerk's screen: what is on, to be sold over the counter."""

    page: int = 0


class OpenLost(CallbackData, prefix="lpo"):
    """What one has lost: asking for it, and how it stands."""


class OpenFinds(CallbackData, prefix="lpf"):
    """The staff's screen of lost property."""

    page: int = 0


class OpenFeedback(CallbackData, prefix="fb"):
    """ "How was it?": the survey about one's own visit."""

    performance_id: int


class OpenCase(CallbackData, prefix="fbo"):
    case_id: int


class NewAction(CallbackData, prefix="imn"):
    """An improvement action is opened; ``source``: see ``domain.improvement.model.Source``."""

    source: str
    source_id: int


class OpenShifts(CallbackData, prefix="shf"):
    """A member of staff's week: where shifts, lists and lost property begin."""


class OpenStaff(CallbackData, prefix="staff"):
    """The manager's screen of people."""
